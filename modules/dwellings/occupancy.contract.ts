import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import { PersonRefField } from '../ledger/ledger.contract.ts'
import { ledgerProblems } from '../ledger/ledger.messages.ts'
import { DwellingIdField, DwellingRow, HouseholdInHouse } from './dwellings.contract.ts'
import { dwellingsProblems } from './dwellings.messages.ts'
import { linkReasons, type LinkReason } from './dwellings.ts'

const reasonCodes = linkReasons.map((one) => one.value) as [LinkReason, ...LinkReason[]]
const Confidence = z.int().min(1).max(100).meta({ title: '確からしさ' })

export const countLinks = endpoint({
  name: 'countLinks',
  method: 'GET',
  path: '/api/disasters/:disasterId/occupancy',
  title: '世帯と住家の結び付けの進み具合',
  permission: 'dwellings.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    /** Households as the ledger was cut, those under 支援措置 aside. */
    households: z.number().meta({ title: '世帯' }),
    linked: z.number().meta({ title: '結び付いた世帯' }),
    /** Open proposals by what accepting would do. */
    proposals: z.array(z.object({ confidence: z.number(), count: z.number() })),
    run: z
      .object({
        state: z.enum(['waiting', 'done']),
        askedAt: z.string(),
        by: z.string(),
        proposals: z.number(),
      })
      .nullable(),
    /** Bulk acts, newest first, that may still be taken back. */
    bulks: z.array(
      z.object({
        bulkId: z.string(),
        kind: z.enum(['accepted', 'refused']),
        count: z.number(),
        at: z.string(),
        by: z.string(),
      }),
    ),
  }),
  problems: [ledgerProblems.notFound],
})

/** Compares every household with every house, by a job. */
export const proposeLinks = endpoint({
  name: 'proposeLinks',
  method: 'POST',
  path: '/api/disasters/:disasterId/occupancy/propose',
  title: '世帯と住家の候補を作る',
  permission: 'dwellings.link',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({ runId: z.string() }),
  problems: [ledgerProblems.notFound, dwellingsProblems.runUnderWay],
})

export const listProposals = endpoint({
  name: 'listProposals',
  method: 'GET',
  path: '/api/disasters/:disasterId/occupancy/proposals',
  title: '世帯と住家の候補',
  permission: 'dwellings.view',
  input: z.object({
    disasterId: DisasterIdField,
    atMost: z.coerce.number().int().min(1).max(100).default(100).meta({ title: '確からしさの上限' }),
    /** `next` of the page before. */
    after: z
      .string()
      .regex(/^\d{1,3}\|\d{1,15}\|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
      .nullish(),
  }),
  output: z.object({
    proposals: z.array(
      z.object({
        householdNo: z.string(),
        confidence: z.number().meta({ title: '確からしさ' }),
        reasons: z.array(z.enum(reasonCodes)).meta({ title: '理由' }),
        household: HouseholdInHouse.extend({ address: z.string().meta({ title: '世帯の住所' }) }),
        dwelling: DwellingRow,
        /** Another proposal names the same household. */
        several: z.boolean(),
      }),
    ),
    next: z.string().nullable(),
  }),
  problems: [ledgerProblems.notFound],
})

const Pairs = z
  .array(z.object({ householdNo: z.string().max(15), dwellingId: DwellingIdField }))
  .min(1, '候補を選んでください')
  .max(200, '一度に200件までです')

export const acceptProposals = endpoint({
  name: 'acceptProposals',
  method: 'POST',
  path: '/api/disasters/:disasterId/occupancy/accept',
  title: '候補の採用',
  permission: 'dwellings.link',
  input: z.object({ disasterId: DisasterIdField, pairs: Pairs }),
  output: z.object({ bulkId: z.string(), linked: z.number(), passedOver: z.number() }),
  problems: [ledgerProblems.notFound],
})

/** Every household with one proposal alone that is as sure as said; `dryRun` tells how many that are and does nothing. */
export const acceptSureProposals = endpoint({
  name: 'acceptSureProposals',
  method: 'POST',
  path: '/api/disasters/:disasterId/occupancy/accept-sure',
  title: '候補のまとめての採用',
  permission: 'dwellings.link',
  input: z.object({ disasterId: DisasterIdField, atLeast: Confidence, dryRun: z.boolean() }),
  output: z.object({
    bulkId: z.string().nullable(),
    linked: z.number(),
    /** Left for the eye: more than one house is as likely. */
    several: z.number(),
  }),
  problems: [ledgerProblems.notFound],
})

export const refuseProposals = endpoint({
  name: 'refuseProposals',
  method: 'POST',
  path: '/api/disasters/:disasterId/occupancy/refuse',
  title: '候補を退ける',
  permission: 'dwellings.link',
  input: z.object({ disasterId: DisasterIdField, pairs: Pairs }),
  output: z.object({ bulkId: z.string(), refused: z.number() }),
  problems: [ledgerProblems.notFound],
})

/** What was changed by hand since stays as it is. */
export const undoBulk = endpoint({
  name: 'undoBulk',
  method: 'POST',
  path: '/api/disasters/:disasterId/occupancy/undo',
  title: 'まとめて行った操作の取消し',
  permission: 'dwellings.link',
  input: z.object({ disasterId: DisasterIdField, bulkId: z.uuid() }),
  output: z.object({ undone: z.number(), changedSince: z.number() }),
  problems: [ledgerProblems.notFound, dwellingsProblems.bulkNotFound],
})

export const listUnlinkedHouseholds = endpoint({
  name: 'listUnlinkedHouseholds',
  method: 'GET',
  path: '/api/disasters/:disasterId/occupancy/unlinked',
  title: '住家と結び付いていない世帯',
  permission: 'dwellings.view',
  input: z.object({ disasterId: DisasterIdField, after: z.string().max(15).nullish() }),
  output: z.object({
    households: z.array(HouseholdInHouse.extend({ address: z.string().meta({ title: '住所' }) })),
    next: z.string().nullable(),
  }),
  problems: [ledgerProblems.notFound],
})

const Link = z.object({
  dwelling: DwellingRow.nullable(),
  reason: z.enum(reasonCodes).meta({ title: '理由' }),
  words: z.string().nullable().meta({ title: '確かめた方法' }),
  at: z.string().meta({ title: '日時' }),
  by: z.string().meta({ title: '記録者' }),
})

/** Of a person under 支援措置 nothing is told but that. */
export const getOccupancy = endpoint({
  name: 'getOccupancy',
  method: 'GET',
  path: '/api/disasters/:disasterId/occupancy/:personRef',
  title: '住んでいた家屋の照会',
  permission: 'dwellings.view',
  input: z.object({ disasterId: DisasterIdField, personRef: PersonRefField }),
  output: z.object({
    suppressed: z.boolean(),
    /** Told in the ledger to have lived in another house than the household of the register; `household` is then their own. */
    apart: z.boolean(),
    /** `null` = in no household of the register. */
    household: z.object({ seenNo: z.number(), links: z.array(Link) }).nullable(),
    /** The person apart from the household. */
    person: z.object({ seenNo: z.number(), links: z.array(Link) }),
    /** Houses that somebody of the household owns and that are not theirs to live in. */
    owned: z.array(DwellingRow),
  }),
  problems: [ledgerProblems.notFound, ledgerProblems.personNotInLedger],
})

export const linkOccupant = endpoint({
  name: 'linkOccupant',
  method: 'POST',
  path: '/api/disasters/:disasterId/occupancy/:personRef/link',
  title: '住んでいた家屋の登録',
  permission: 'dwellings.link',
  input: z.object({
    disasterId: DisasterIdField,
    personRef: PersonRefField,
    scope: z.enum(['household', 'person']).meta({ title: '対象' }),
    dwellingId: DwellingIdField.nullable(),
    /** The link the clerk saw; 0 = none. Of a person under 支援措置, whose link nobody sees: null. */
    seenNo: z.int().min(0).nullable(),
    words: z
      .string()
      .trim()
      .min(1, '確かめた方法を入力してください')
      .max(300, '300文字以内で入力してください')
      .meta({ title: '確かめた方法（理由）' }),
  }),
  output: z.object({ linked: z.boolean() }),
  problems: [
    ledgerProblems.notFound,
    ledgerProblems.personNotInLedger,
    disastersProblems.notFound,
    dwellingsProblems.notFound,
    dwellingsProblems.alreadyLinked,
    dwellingsProblems.noHousehold,
    dwellingsProblems.goneHouse,
  ],
})
