import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { PersonRefField } from '../ledger/ledger.contract.ts'
import { ledgerProblems } from '../ledger/ledger.messages.ts'
import { reportsProblems } from './reports.messages.ts'
import {
  damagedObjects,
  reportStates,
  type DamagedObject,
  type ReportForm,
  type ReportId,
} from './reports.ts'

const ReportIdField = z.uuid() as unknown as z.ZodType<ReportId, string>
/** The version the clerk saw: another one means that a colleague was first. */
const Version = z.int().min(1)
const StateField = z.enum(reportStates.map((state) => state.value))
const objectCodes = damagedObjects.map((one) => one.value) as [DamagedObject, ...DamagedObject[]]

const text = (title: string, max: number) =>
  z.string().trim().max(max, `${max}文字以内で入力してください`).meta({ title })
const required = (title: string, max: number) =>
  z
    .string()
    .trim()
    .min(1, `${title}を入力してください`)
    .max(max, `${max}文字以内で入力してください`)
    .meta({ title })

export const ReportFields = z.object({
  applicant: z.object({
    name: required('届出者氏名', 100),
    kana: text('届出者フリガナ', 100),
    address: required('届出者住所', 200),
    phone: text('電話番号', 20),
  }),
  causeText: required('被災原因', 60),
  objects: z
    .array(z.enum(objectCodes))
    .min(1, '被災した物件を選んでください')
    .meta({ title: '被災した物件' }),
  place: required('被災場所', 200),
  damageText: required('被害の状況', 300),
}) satisfies z.ZodType<ReportForm>

/** What a report shows; of a protected person every place and contact is ''. */
const ReportFormView = z.object({
  applicant: z.object({
    name: z.string(),
    kana: z.string(),
    address: z.string().meta({ title: '届出者住所' }),
    phone: z.string(),
  }),
  causeText: z.string(),
  objects: z.array(z.enum(objectCodes)),
  place: z.string().meta({ title: '被災場所' }),
  damageText: z.string().meta({ title: '被害の状況' }),
})

const Changed = z.object({
  reportId: z.string(),
  state: StateField,
  version: z.number(),
  serialNo: z.string().nullable(),
})

/** Initial values for the report of a person of the ledger. */
export const draftReport = endpoint({
  name: 'draftReport',
  method: 'POST',
  path: '/api/risai/reports/draft',
  title: '被災届出の初期値',
  permission: 'risai.apply',
  reads: true,
  input: z.object({ disasterId: DisasterIdField, personRef: PersonRefField }),
  output: z.object({ suppressed: z.boolean(), form: ReportFormView }),
  problems: [ledgerProblems.personNotInLedger, disastersProblems.notFound],
})

export const receiveReport = endpoint({
  name: 'receiveReport',
  method: 'POST',
  path: '/api/risai/reports',
  title: '被災届出の受付',
  permission: 'risai.apply',
  input: z.object({
    disasterId: DisasterIdField,
    /** Who notified, in the ledger. */
    personRef: PersonRefField,
    notifiedOn: Day.meta({ title: '届出日' }),
    form: ReportFields,
  }),
  output: Changed,
  problems: [
    ledgerProblems.personNotInLedger,
    disastersProblems.notFound,
    reportsProblems.notifiedOutOfRange,
  ],
})

export const listReports = endpoint({
  name: 'listReports',
  method: 'GET',
  path: '/api/risai/reports',
  title: '被災届出の一覧',
  permission: 'risai.view',
  input: z.object({
    disasterId: DisasterIdField,
    state: StateField.nullish(),
    personRef: PersonRefField.nullish(),
    after: z.uuid().nullish(),
  }),
  output: z.object({
    /** Newest first. */
    reports: z.array(
      z.object({
        reportId: z.string(),
        personRef: z.string(),
        /** `null` until 受理. */
        serialNo: z.string().nullable().meta({ title: '整理番号' }),
        state: StateField.meta({ title: '状態' }),
        notifiedOn: z.string().meta({ title: '届出日' }),
        applicantName: z.string().meta({ title: '届出者' }),
        objects: z.array(z.enum(objectCodes)).meta({ title: '被災した物件' }),
        /** `null` = 支援措置のため非表示. */
        place: z.string().nullable().meta({ title: '被災場所' }),
        suppressed: z.boolean(),
      }),
    ),
    next: z.string().nullable(),
  }),
  problems: [disastersProblems.notFound],
})

export const getReport = endpoint({
  name: 'getReport',
  method: 'GET',
  path: '/api/risai/reports/:reportId',
  title: '被災届出の照会',
  permission: 'risai.view',
  input: z.object({ reportId: ReportIdField }),
  output: z.object({
    reportId: z.string(),
    disasterId: z.string(),
    personRef: z.string(),
    serialNo: z.string().nullable().meta({ title: '整理番号' }),
    state: StateField.meta({ title: '状態' }),
    version: z.number(),
    notifiedOn: z.string().meta({ title: '届出日' }),
    receivedAt: z.string(),
    acceptedAt: z.string().nullable().meta({ title: '受理日時' }),
    suppressed: z.boolean(),
    form: ReportFormView,
    /** `null` = not withdrawn, or concealed. */
    withdrawnReason: z.string().nullable().meta({ title: '取下げの理由' }),
  }),
  problems: [reportsProblems.notFound],
})

/** 受理: the report gets its number, and a 被災証明書 may be issued of it from now on. */
export const acceptReport = endpoint({
  name: 'acceptReport',
  method: 'POST',
  path: '/api/risai/reports/:reportId/accept',
  title: '被災届出の受理',
  permission: 'risai.apply',
  input: z.object({ reportId: ReportIdField, version: Version }),
  output: Changed,
  problems: [reportsProblems.notFound, reportsProblems.wrongState],
})

/** 取下げ, also of an accepted one: then its certificates lose their force. */
export const withdrawReport = endpoint({
  name: 'withdrawReport',
  method: 'POST',
  path: '/api/risai/reports/:reportId/withdraw',
  title: '被災届出の取下げ',
  permission: 'risai.apply',
  input: z.object({
    reportId: ReportIdField,
    version: Version,
    reason: required('取下げの理由', 500),
  }),
  output: Changed,
  problems: [reportsProblems.notFound, reportsProblems.wrongState],
})
