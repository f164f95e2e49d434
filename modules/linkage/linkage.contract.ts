import { z } from 'zod'
import { certificateKinds, type CertificateKindCode } from '../municipalities/municipalities.ts'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { businesses } from '../interfaces/interfaces.columns.ts'
import { alarmKinds, type AlarmKind } from './alarms.ts'
import { gateReasons, strictKinds, type GateReason } from './gate.ts'
import { linkageProblems } from './linkage.messages.ts'
import { fileError, homeRefusal, linkReceipt } from './linkage.receipt.ts'

/** For staff. What agent and cloud say to each other is in `gateway.contract.ts`. */

const business = z.enum(businesses)
const when = z.iso.datetime()
const reason = z.string().min(1).max(200).meta({ title: '理由' })

const fileRow = linkReceipt.omit({ errors: true, moreErrors: true }).extend({ errorCount: z.int() })
export type LinkFileRow = z.output<typeof fileRow>

/** One file on its way. `waiting`: complete, its turn comes; `held`: a smaller number is missing, or staff paused. */
const inbound = z.object({
  fileNo: z.int(),
  state: z.enum(['receiving', 'waiting', 'held', 'applying']),
  heldFor: z.enum(['gap', 'paused']).nullable(),
  receivedBytes: z.int(),
  bytes: z.int(),
  rowsDone: z.int(),
  rows: z.int(),
  updatedAt: when,
})
export type LinkInbound = z.output<typeof inbound>

const businessState = z.object({
  business,
  title: z.string(),
  watermark: z.object({ fileNo: z.int(), seq: z.string(), appliedAt: when }).nullable(),
  /** How its newest data came. `hand`: staff put them in; such rows never feed 住民票・印鑑・税. */
  origin: z.enum(['link', 'hand']).nullable(),
  /** Files of the business that wait in the town hall, as the agent last said; `null` before it said anything. */
  unsent: z.int().nullable(),
  /** Complete files that wait here. */
  backlog: z.int(),
  inbound: z.array(inbound),
  paused: z.object({ reason: z.string(), by: z.string(), at: when }).nullable(),
  /** Staff ended the linkage: the business is loaded by hand. */
  ended: z.object({ reason: z.string(), by: z.string(), at: when }).nullable(),
  /** The last load by hand; `null` = never. */
  hand: z.object({ at: when, rows: z.int() }).nullable(),
  /** The number from which staff asked to have files sent again. */
  wanted: z.int().nullable(),
  /** Rows that wait for their person. */
  parked: z.int(),
  /** People whose last row was bad. */
  blocked: z.int(),
  reconciliation: z
    .object({
      fileNo: z.int(),
      agrees: z.boolean(),
      townRows: z.int(),
      rows: z.int(),
      checkedAt: when,
    })
    .nullable(),
  versions: z.array(z.object({ version: z.string(), acceptedUntil: z.iso.date().nullable() })),
  /** Latest first, at most 20. */
  files: z.array(fileRow),
})
export type LinkBusinessState = z.output<typeof businessState>

export const listLinkFiles = endpoint({
  name: 'listLinkFiles',
  method: 'GET',
  path: '/api/linkage/files',
  title: '連携状況',
  permission: 'linkage.view',
  input: z.object({}),
  output: z.object({
    /** When an agent of the town was last heard; `null` = never. */
    heardAt: when.nullable(),
    hours: z.object({ opensAt: z.string(), closesAt: z.string() }),
    open: z.boolean(),
    /** Opened outside the hours until then. */
    openUntil: when.nullable(),
    openAlarms: z.int(),
    /** Agents of which nobody knows what they still have: never connected in production, or never said to have nothing left. */
    silentAgents: z.array(
      z.object({ agentId: z.uuid(), name: z.string(), why: z.enum(['never-connected', 'never-clear']) }),
    ),
    /** Files that never came here, as agents last said; the latest first. */
    refusedAtHome: z.array(homeRefusal),
    businesses: z.array(businessState),
  }),
})

export const getLinkFileErrors = endpoint({
  name: 'getLinkFileErrors',
  method: 'GET',
  path: '/api/linkage/files/:fileId/errors',
  title: '連携用データの誤り一覧',
  permission: 'linkage.view',
  input: z.object({ fileId: z.uuid() }),
  output: z.object({ file: fileRow, errors: z.array(fileError), moreErrors: z.boolean() }),
  problems: [linkageProblems.fileNotFound],
})

/** UTF-8 with a mark, for a spreadsheet; no cell can be a formula. */
export const downloadLinkFileErrors = endpoint({
  name: 'downloadLinkFileErrors',
  method: 'GET',
  path: '/api/linkage/files/:fileId/errors.csv',
  title: '連携用データの誤り一覧（CSV）',
  permission: 'linkage.view',
  input: z.object({ fileId: z.uuid() }),
  output: z.object({}),
  produces: 'text/csv',
  problems: [linkageProblems.fileNotFound],
})

/** Who is blocked from issuing by a bad row: 宛名番号, never more. */
export const listLinkBadRows = endpoint({
  name: 'listLinkBadRows',
  method: 'GET',
  path: '/api/linkage/bad-rows',
  title: '誤りのある行により交付を止めている人',
  permission: 'linkage.view',
  input: z.object({}),
  output: z.object({
    rows: z.array(
      z.object({
        business,
        residentNo: z.string(),
        /** `null` of a file that came by hand. */
        fileNo: z.int().nullable(),
        line: z.int().nullable(),
        items: z.array(z.string()),
        since: when,
      }),
    ),
    /** More than the 500 listed. */
    more: z.boolean(),
  }),
})

export const pauseLink = endpoint({
  name: 'pauseLink',
  method: 'POST',
  path: '/api/linkage/businesses/:business/pause',
  title: '取込の一時停止',
  permission: 'linkage.operate',
  input: z.object({ business, reason }),
  output: z.object({ paused: z.boolean() }),
})

export const resumeLink = endpoint({
  name: 'resumeLink',
  method: 'POST',
  path: '/api/linkage/businesses/:business/resume',
  title: '取込の再開',
  permission: 'linkage.operate',
  input: z.object({ business }),
  output: z.object({ paused: z.boolean() }),
})

/**
 * Ends the linkage of a business for a town whose agent sends it no more: staff load it by hand from then on. 住民票・印鑑・税
 * that are made of it stay closed until the linkage is taken up again and a full file has come.
 */
export const endLink = endpoint({
  name: 'endLink',
  method: 'POST',
  path: '/api/linkage/businesses/:business/end',
  title: '連携の終了（手作業への切替え）',
  permission: 'linkage.enrol',
  input: z.object({ business, reason }),
  output: z.object({ ended: z.boolean() }),
})

export const takeUpLink = endpoint({
  name: 'takeUpLink',
  method: 'POST',
  path: '/api/linkage/businesses/:business/take-up',
  title: '終了した連携の再開',
  permission: 'linkage.enrol',
  input: z.object({ business }),
  output: z.object({ ended: z.boolean() }),
})

/** The agent is told at its next status to send this number and those after it again, as far as it still has them. */
export const askResend = endpoint({
  name: 'askResend',
  method: 'POST',
  path: '/api/linkage/businesses/:business/resend',
  title: '再送の依頼',
  permission: 'linkage.operate',
  input: z.object({ business, fromFileNo: z.int().min(1).max(999_999_999).meta({ title: '通番' }) }),
  output: z.object({ wanted: z.int() }),
})

export const openLink = endpoint({
  name: 'openLink',
  method: 'POST',
  path: '/api/linkage/opening',
  title: '連携時間外の受付',
  permission: 'linkage.operate',
  input: z.object({
    /** At most 24 hours from now; a moment that is past ends the opening. */
    until: when.meta({ title: '受付の終わり' }),
    reason,
  }),
  output: z.object({ openUntil: when.nullable() }),
  problems: [linkageProblems.tooLong],
})

const alarmKind = z.enum(Object.keys(alarmKinds) as [AlarmKind, ...AlarmKind[]])

export const listLinkAlarms = endpoint({
  name: 'listLinkAlarms',
  method: 'GET',
  path: '/api/linkage/alarms',
  title: '連携の警報',
  permission: 'linkage.view',
  input: z.object({}),
  output: z.object({
    /** Open ones first, then the latest 100. */
    alarms: z.array(
      z.object({
        alarmId: z.uuid(),
        kind: alarmKind,
        business: business.nullable(),
        /** What happened and what to do, without personal data. */
        text: z.string(),
        raisedAt: when,
        /** How often it happened since; a mail went out for the first time only. */
        times: z.int(),
        lastAt: when,
        /** The trouble itself is over. */
        endedAt: when.nullable(),
        acknowledged: z.object({ by: z.string(), at: when, note: z.string() }).nullable(),
      }),
    ),
  }),
})

/** 確認. Of a reconciliation that differed it also lets 住民票・印鑑・税 be issued again. */
export const acknowledgeLinkAlarm = endpoint({
  name: 'acknowledgeLinkAlarm',
  method: 'POST',
  path: '/api/linkage/alarms/:alarmId/acknowledge',
  title: '連携の警報の確認',
  permission: 'linkage.operate',
  input: z.object({ alarmId: z.uuid(), note: z.string().max(500).meta({ title: '確認したこと' }) }),
  output: z.object({ acknowledged: z.literal(true) }),
  problems: [linkageProblems.alarmNotFound],
})

export const listLinkContacts = endpoint({
  name: 'listLinkContacts',
  method: 'GET',
  path: '/api/linkage/contacts',
  title: '連携の連絡先',
  permission: 'linkage.operate',
  input: z.object({}),
  output: z.object({
    contacts: z.array(z.object({ contactId: z.uuid(), name: z.string(), mail: z.string() })),
  }),
})

export const addLinkContact = endpoint({
  name: 'addLinkContact',
  method: 'POST',
  path: '/api/linkage/contacts',
  title: '連携の連絡先の追加',
  permission: 'linkage.operate',
  input: z.object({
    name: z.string().min(1).max(100).meta({ title: '氏名・部署' }),
    mail: z.email().max(254).meta({ title: 'メールアドレス' }),
  }),
  output: z.object({ contactId: z.uuid() }),
  problems: [linkageProblems.tooManyContacts],
})

export const removeLinkContact = endpoint({
  name: 'removeLinkContact',
  method: 'POST',
  path: '/api/linkage/contacts/:contactId/remove',
  title: '連携の連絡先の削除',
  permission: 'linkage.operate',
  input: z.object({ contactId: z.uuid() }),
  output: z.object({ removed: z.literal(true) }),
  problems: [linkageProblems.contactNotFound],
})

export const createEnrolmentCode = endpoint({
  name: 'createEnrolmentCode',
  method: 'POST',
  path: '/api/linkage/enrolment-codes',
  title: '連携APの登録コードの発行',
  permission: 'linkage.enrol',
  input: z.object({ agentName: z.string().min(1).max(100).meta({ title: '連携APの名称' }) }),
  output: z.object({ code: z.string(), expiresAt: when }),
})

export const listAgents = endpoint({
  name: 'listAgents',
  method: 'GET',
  path: '/api/linkage/agents',
  title: '連携APの一覧',
  permission: 'linkage.enrol',
  input: z.object({}),
  output: z.object({
    agents: z.array(
      z.object({
        agentId: z.uuid(),
        name: z.string(),
        /** Where the SHA-256 of its certificate begins: all rows of one agent have the same name. */
        fingerprint: z.string(),
        /** Under a renewed certificate. */
        renewed: z.boolean(),
        enrolledAt: when,
        revokedAt: when.nullable(),
        /** `null` of an agent enrolled by the first release. */
        expiresAt: when.nullable(),
        heardAt: when.nullable(),
        agentVersion: z.string().nullable(),
      }),
    ),
  }),
})

export const revokeAgent = endpoint({
  name: 'revokeAgent',
  method: 'POST',
  path: '/api/linkage/agents/:agentId/revoke',
  title: '連携APの登録の取消し',
  permission: 'linkage.enrol',
  input: z.object({ agentId: z.uuid() }),
  output: z.object({ revoked: z.literal(true) }),
  problems: [linkageProblems.agentNotFound],
})

const gateReason = z.enum(Object.keys(gateReasons) as [GateReason, ...GateReason[]])
const certificateKind = z.enum(
  Object.keys(certificateKinds) as [CertificateKindCode, ...CertificateKindCode[]],
)

export const getGate = endpoint({
  name: 'getGate',
  method: 'GET',
  path: '/api/linkage/gate',
  title: '交付の可否（データの新しさ）',
  permission: 'linkage.view',
  input: z.object({}),
  output: z.object({
    kinds: z.array(
      z.object({
        kind: certificateKind,
        title: z.string(),
        open: z.boolean(),
        /** Why it is closed, or would be without the override. */
        reasons: z.array(z.object({ reason: gateReason, business: business.nullable(), ja: z.string() })),
        /** How old the town's data may be, minutes; `null` = of any age. */
        limitMinutes: z.int().nullable(),
        /** How old it is. */
        ageMinutes: z.int().nullable(),
        /** 特例 of this kind that stands. */
        override: z
          .object({ overrideId: z.uuid(), until: when, reason: z.string(), by: z.string(), at: when })
          .nullable(),
      }),
    ),
  }),
})

const strictKind = z.enum(strictKinds)

/** Issues these kinds with data older than the limit: for a lost link, a backlog or a pause only, and for a limited time. */
export const overrideGate = endpoint({
  name: 'overrideGate',
  method: 'POST',
  path: '/api/linkage/gate/override',
  title: '連携停止中の交付の特例',
  permission: 'linkage.override',
  input: z.object({
    kinds: z
      .array(strictKind)
      .min(1, '証明書を一つ以上選んでください。')
      .max(strictKinds.length)
      .meta({ title: '証明書' }),
    hours: z.int().min(1).max(24).meta({ title: '時間' }),
    reason,
  }),
  output: z.object({
    overrides: z.array(z.object({ overrideId: z.uuid(), kind: strictKind })),
    until: when,
  }),
  problems: [linkageProblems.overrideStands],
})

export const endOverride = endpoint({
  name: 'endOverride',
  method: 'POST',
  path: '/api/linkage/gate/override/:overrideId/end',
  title: '連携停止中の交付の特例の終了',
  permission: 'linkage.override',
  input: z.object({ overrideId: z.uuid() }),
  output: z.object({ ended: z.literal(true) }),
  problems: [linkageProblems.overrideNotFound],
})
