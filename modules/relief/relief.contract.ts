import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { accessProblems } from '../access/access.messages.ts'
import { AreasField } from '../access/staff.contract.ts'
import { Session } from '../access/session-view.contract.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { reliefProblems as problems } from './relief.messages.ts'
import {
  helperJobs,
  helperPassStates,
  MOST_PASSES,
  shifts,
  type HelperJob,
  type HelperPassId,
  type HelperPassState,
  type NoteId,
  type Shift,
} from './relief.ts'

const PassIdField = z.uuid() as unknown as z.ZodType<HelperPassId, string>
const NoteIdField = z.uuid() as unknown as z.ZodType<NoteId, string>
const Job = z.enum(helperJobs.map(({ value }) => value) as [HelperJob, ...HelperJob[]])
const State = z.enum(helperPassStates.map(({ value }) => value) as [HelperPassState, ...HelperPassState[]])
const ShiftField = z.enum(shifts.map(({ value }) => value) as [Shift, ...Shift[]])
const municipalityCode = z
  .string()
  .regex(/^\d{6}$/, '6桁の数字で入力してください')
  .meta({ title: '団体コード' })
const pin = z
  .string()
  .regex(/^\d{6}$/, '6桁の数字で入力してください')
  .meta({ title: '暗証番号' })

/** The session, and the disaster it is for: the helper does not have to choose. */
const Begun = z.object({ session: Session, disasterId: z.string() })

const Card = z.object({ passId: z.string(), passNo: z.int(), code: z.string() })

/** 利用証 for helpers of one job: each code opens one account, once, on the phone that reads it. Shown this once. */
export const makeHelperPasses = endpoint({
  name: 'makeHelperPasses',
  method: 'POST',
  path: '/api/relief/passes',
  title: '応援職員の利用証の作成',
  permission: 'relief.manage',
  input: z.object({
    disasterId: DisasterIdField,
    job: Job.meta({ title: '業務' }),
    areas: AreasField.default(null),
    count: z
      .int()
      .min(1, '1枚以上にしてください')
      .max(MOST_PASSES, `${MOST_PASSES}枚以下にしてください`)
      .meta({ title: '枚数' }),
    validFrom: Day.meta({ title: '始まりの日' }),
    validUntil: Day.meta({ title: '終わりの日' }),
  }),
  output: z.object({ cards: z.array(Card) }),
  problems: [disastersProblems.notFound, problems.dates, problems.noAreas, problems.batchTaken],
})

/** Another code for a card that nobody has used. */
export const renewHelperPass = endpoint({
  name: 'renewHelperPass',
  method: 'POST',
  path: '/api/relief/passes/:passId/code',
  title: '応援職員の利用証の刷り直し',
  permission: 'relief.manage',
  input: z.object({ passId: PassIdField, version: z.int().min(1) }),
  output: Card,
  problems: [problems.passNotFound, problems.wrongState, platformProblems.changedByOther],
})

export const listHelperPasses = endpoint({
  name: 'listHelperPasses',
  method: 'GET',
  path: '/api/relief/passes',
  title: '応援職員の一覧',
  permission: 'relief.manage',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    passes: z.array(
      z.object({
        passId: z.string(),
        version: z.int(),
        passNo: z.int(),
        job: Job,
        areas: z.array(z.string()).nullable(),
        state: State,
        validFrom: z.string(),
        validUntil: z.string(),
        /** 氏名; empty = nobody has used the card. */
        name: z.string(),
        enrolledAt: z.string().nullable(),
        revokedBy: z.string().nullable(),
      }),
    ),
  }),
  problems: [disastersProblems.notFound],
})

/** Takes cards back, at once: whoever is signed in with one is signed out. */
export const revokeHelperPasses = endpoint({
  name: 'revokeHelperPasses',
  method: 'POST',
  path: '/api/relief/passes/revoke',
  title: '応援職員の利用証の取消し',
  permission: 'relief.manage',
  input: z.object({ disasterId: DisasterIdField, passIds: z.array(PassIdField).min(1).max(200) }),
  output: z.object({ revoked: z.int() }),
  problems: [disastersProblems.notFound, problems.passNotFound],
})

/** A helper reads the card with a phone of their own: an account is made in their name, on this phone alone. */
export const enrolHelper = endpoint({
  name: 'enrolHelper',
  method: 'POST',
  path: '/api/relief/enrol',
  title: '利用証の登録',
  permission: 'public',
  transaction: 'own',
  input: z.object({
    municipalityCode,
    code: z.string().min(1).max(40).meta({ title: '利用証のコード' }),
    displayName: z
      .string()
      .trim()
      .min(1, '氏名を入力してください')
      .max(40, '40文字以内で入力してください')
      .meta({ title: '氏名' }),
    office: z
      .string()
      .trim()
      .min(1, '派遣元を入力してください')
      .max(40, '40文字以内で入力してください')
      .meta({ title: '派遣元の団体・部署' }),
    pin,
  }),
  output: Begun,
  problems: [problems.codeUnknown, problems.notYet],
})

/** The same helper, on the same phone, another hour. */
export const returnHelper = endpoint({
  name: 'returnHelper',
  method: 'POST',
  path: '/api/relief/return',
  title: '利用証での再開',
  permission: 'public',
  transaction: 'own',
  input: z.object({ municipalityCode, staffId: z.uuid(), pin }),
  output: Begun,
  problems: [problems.wrongPin, problems.passEnded, accessProblems.locked],
})

export const writeNote = endpoint({
  name: 'writeHandoverNote',
  method: 'POST',
  path: '/api/relief/notes',
  title: '引継ぎの記入',
  permission: 'relief.notes',
  input: z.object({
    disasterId: DisasterIdField,
    noteId: NoteIdField,
    shiftOn: Day.meta({ title: '勤務の日' }),
    shift: ShiftField.meta({ title: '勤務帯' }),
    urgent: z.boolean().meta({ title: '次の勤務者の対応が必要' }),
    words: z
      .string()
      .trim()
      .min(1, '引き継ぐ内容を入力してください')
      .max(2_000, '2,000文字以内で入力してください')
      .meta({ title: '引き継ぐ内容' }),
  }),
  output: z.object({ noteId: z.string() }),
  problems: [disastersProblems.notFound],
})

/** Newest first; those that wait for somebody stand before all others. */
export const listNotes = endpoint({
  name: 'listHandoverNotes',
  method: 'GET',
  path: '/api/relief/notes',
  title: '引継ぎの一覧',
  permission: 'relief.notes',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    notes: z.array(
      z.object({
        noteId: z.string(),
        shiftOn: z.string(),
        shift: ShiftField,
        urgent: z.boolean(),
        words: z.string(),
        writtenAt: z.string(),
        writtenBy: z.string(),
        doneAt: z.string().nullable(),
        doneBy: z.string().nullable(),
      }),
    ),
    more: z.boolean(),
  }),
  problems: [disastersProblems.notFound],
})

export const finishNote = endpoint({
  name: 'finishHandoverNote',
  method: 'POST',
  path: '/api/relief/notes/:noteId/done',
  title: '引継ぎの対応済み',
  permission: 'relief.notes',
  input: z.object({ noteId: NoteIdField }),
  output: z.object({ noteId: z.string() }),
  problems: [problems.noteNotFound],
})
