import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day, DisasterDraft, DisasterIdField, DisasterView } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { nextSteps, type NextStep } from './items.ts'
import { ledgerProblems } from './ledger.messages.ts'
import { changeNotes, isPersonRef, type ChangeNote, type NonResidentId, type PersonRef } from './ledger.ts'

export const PersonRefField = z
  .string()
  .refine(isPersonRef, '台帳の対象者を選んでください') as unknown as z.ZodType<PersonRef, string>
export const NonResidentIdField = z.uuid() as unknown as z.ZodType<NonResidentId, string>

const steps = nextSteps.map((step) => step.value) as [NextStep, ...NextStep[]]
const notes = changeNotes.map((note) => note.value) as [ChangeNote, ...ChangeNote[]]

export const LedgerView = z.object({
  /** Number of the last change of the town's data that the ledger holds. */
  cutSeq: z.string(),
  openedAt: z.string().meta({ title: '台帳作成日時' }),
})

/** 不詳日: `on` sorts, `text` is what was written. */
export const RegisterDateView = z.object({
  on: z.string().nullable(),
  uncertain: z.boolean(),
  text: z.string().nullable(),
})

/** One person of a ledger, as lists and heads of pages show it. */
export const PersonRow = z.object({
  personRef: z.string(),
  /** `null` = nothing was told about the person yet. */
  entryId: z.string().nullable(),
  /** 宛名番号; `null` = 住登外者. */
  residentNo: z.string().nullable().meta({ title: '宛名番号' }),
  name: z.string().meta({ title: '氏名' }),
  kana: z.string().meta({ title: 'フリガナ' }),
  birth: RegisterDateView.meta({ title: '生年月日' }),
  sex: z.enum(['1', '2', '3']).meta({ title: '性別' }),
  /** `null` = 支援措置のため非表示. */
  address: z.string().nullable().meta({ title: '住所' }),
  /** 支援措置の対象: show a warning wherever the person is shown. */
  suppressed: z.boolean().meta({ title: '支援措置' }),
})

export const FactView = z.object({
  factId: z.string(),
  /** Declared by the telling module (`ledgerFacts`, `risaiFacts`: kind → 日本語). */
  kind: z.string(),
  at: z.string().meta({ title: '日時' }),
  by: z.string().meta({ title: '記録者' }),
  /** Under which number of the same person it was told (住登外者 who turned out to be somebody of the register). */
  from: z.string(),
  codes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Free words; `null` = none, or concealed since the person is protected. */
  words: z.string().nullable(),
})

export const HouseholdMember = PersonRow.extend({
  /** 続柄, as the register words it. */
  relation: z.string().meta({ title: '続柄' }),
  /** 世帯主 of the household of the ledger, which may be another than the register's. */
  head: z.boolean().meta({ title: '世帯主' }),
  notes: z.array(z.enum(notes)),
})

/** What was told of the household since the ledger was cut. */
export const HouseholdState = z.object({
  householdId: z.string(),
  /** 0 = as the register had it. */
  version: z.int(),
  /** Newest first. */
  changes: z.array(
    z.object({
      version: z.int(),
      kind: z.enum(['cut', 'split', 'joined', 'added', 'left', 'head']),
      reasonCode: z.string(),
      /** `null` = none, or concealed since the person is protected. */
      reason: z.string().nullable(),
      at: z.string(),
    }),
  ),
})

const NonResidentFields = {
  name: z
    .string()
    .trim()
    .min(1, '氏名を入力してください')
    .max(100, '100文字以内で入力してください')
    .meta({ title: '氏名' }),
  kana: z.string().trim().max(100, '100文字以内で入力してください').meta({ title: 'フリガナ' }),
  /** The day, or where it is not known the words (「昭和20年頃」): one of them at least may be empty. */
  birthOn: Day.nullable().meta({ title: '生年月日' }),
  birthText: z
    .string()
    .trim()
    .max(72, '72文字以内で入力してください')
    .nullable()
    .meta({ title: '生年月日（不詳のとき）' }),
  sex: z.enum(['1', '2', '3']).meta({ title: '性別' }),
  address: z.string().trim().max(200, '200文字以内で入力してください').meta({ title: '住所又は居所' }),
  phone: z.string().trim().max(20, '20文字以内で入力してください').meta({ title: '電話番号' }),
  reason: z
    .string()
    .trim()
    .min(1, '追加する理由を入力してください')
    .max(500, '500文字以内で入力してください')
    .meta({ title: '追加の理由（居住の確認方法）' }),
  suppressed: z.boolean().meta({ title: '支援措置の対象' }),
}

export const registerDisaster = endpoint({
  name: 'registerDisaster',
  method: 'POST',
  path: '/api/disasters',
  title: '災害名新規登録（被災者台帳の作成）',
  permission: 'disasters.register',
  input: DisasterDraft,
  output: z.object({ disaster: DisasterView, ledger: LedgerView }),
  problems: [
    disastersProblems.nameTaken,
    disastersProblems.occursInFuture,
    disastersProblems.deadlineBeforeDisaster,
  ],
})

export const getLedger = endpoint({
  name: 'getLedger',
  method: 'GET',
  path: '/api/disasters/:disasterId/ledger',
  title: '被災者台帳の作成状況',
  permission: 'ledger.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: LedgerView,
  problems: [ledgerProblems.notFound],
})

/** The first 50 in order of 宛名番号, then 住登外者; all conditions hold at once. */
export const searchLedger = endpoint({
  name: 'searchLedger',
  method: 'POST',
  path: '/api/disasters/:disasterId/ledger/search',
  title: '被災者台帳の検索',
  permission: 'ledger.view',
  reads: true,
  input: z.object({
    disasterId: DisasterIdField,
    name: z.string().trim().max(100).optional().meta({ title: '氏名' }),
    kana: z.string().trim().max(100).optional().meta({ title: 'フリガナ' }),
    birthOn: Day.optional().meta({ title: '生年月日' }),
    address: z.string().trim().max(100).optional().meta({ title: '住所' }),
    residentNo: z
      .string()
      .regex(/^\d{1,15}$/, '15桁以内の数字で入力してください')
      .optional()
      .meta({ title: '宛名番号' }),
  }),
  output: z.object({
    people: z.array(PersonRow),
    /** More than these: show 「50件以上」 and ask for more words. */
    more: z.boolean(),
  }),
  problems: [ledgerProblems.notFound, ledgerProblems.tooVague],
})

export const getVictim = endpoint({
  name: 'getVictim',
  method: 'GET',
  path: '/api/disasters/:disasterId/victims/:personRef',
  title: '被災者の記載（世帯・事実の経過）',
  permission: 'ledger.view',
  input: z.object({ disasterId: DisasterIdField, personRef: PersonRefField }),
  output: z.object({
    person: PersonRow,
    /** 続柄; empty for 住登外者. */
    relation: z.string().meta({ title: '続柄' }),
    /** Differences of the register since the ledger was cut. */
    notes: z.array(z.enum(notes)),
    /** The household when the disaster struck, the person included. */
    household: z.array(HouseholdMember),
    householdState: HouseholdState,
    /** まだ済んでいないこと, the most pressing first. */
    next: z.array(z.enum(steps)),
    /** Ledgers of other disasters in which something was told about the person. */
    otherLedgers: z.array(z.object({ disasterId: z.string(), name: z.string(), facts: z.int() })),
    /** 住登外者 only; `null` for people of the register. */
    nonResident: z
      .object({
        nonResidentId: z.string(),
        phone: z.string().nullable(),
        reason: z.string().nullable(),
        version: z.number(),
      })
      .nullable(),
    /** Newest first. */
    facts: z.array(FactView),
  }),
  problems: [ledgerProblems.notFound, ledgerProblems.personNotInLedger],
})

export const addNonResident = endpoint({
  name: 'addNonResident',
  method: 'POST',
  path: '/api/disasters/:disasterId/non-residents',
  title: '住登外者の追加',
  permission: 'ledger.change',
  input: z.object({ disasterId: DisasterIdField, ...NonResidentFields }),
  output: z.object({ personRef: z.string(), entryId: z.string(), version: z.number() }),
  problems: [ledgerProblems.notFound],
})

/** Of a protected person the address, phone and reason stay as they are: send them empty. */
export const changeNonResident = endpoint({
  name: 'changeNonResident',
  method: 'POST',
  path: '/api/disasters/:disasterId/non-residents/:nonResidentId',
  title: '住登外者の記載の変更',
  permission: 'ledger.change',
  input: z.object({
    disasterId: DisasterIdField,
    nonResidentId: NonResidentIdField,
    /** The version the clerk saw. */
    version: z.int().min(1),
    ...NonResidentFields,
    reason: z
      .string()
      .trim()
      .max(500, '500文字以内で入力してください')
      .meta({ title: '追加の理由（居住の確認方法）' }),
  }),
  output: z.object({ personRef: z.string(), version: z.number() }),
  problems: [ledgerProblems.notFound, ledgerProblems.personNotInLedger, ledgerProblems.whereaboutsConcealed],
})
