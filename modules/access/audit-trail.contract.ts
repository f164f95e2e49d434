import { z } from 'zod'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { isPlainDate } from '@open-bcl/core/dates.ts'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { auditProblems } from './audit-trail.messages.ts'

const Day = z
  .string()
  .refine(isPlainDate, '日付で入力してください')
  .transform((text) => text as PlainDate)
const ResidentNo = z
  .string()
  .regex(/^\d{1,15}$/, '15桁までの数字で入力してください')
  .meta({ title: '宛名番号' })

/** What an auditor asks. */
export const auditQuestions = [
  { value: 'person', label: 'この人を、誰が見たか' },
  { value: 'staff', label: 'この職員が、何をしたか' },
  { value: 'many', label: '大量の検索・閲覧' },
  { value: 'exports', label: 'ファイルへの書き出し・提供' },
  { value: 'off-hours', label: '夜間・休日の利用' },
  { value: 'by-number', label: '宛名番号での検索' },
  { value: 'refused', label: '断られた操作・ログインの失敗' },
  { value: 'rights', label: '権限・アカウント・設定の変更' },
  { value: 'audit', label: '監査記録の利用' },
  { value: 'all', label: 'すべての記録' },
] as const
export type AuditQuestion = (typeof auditQuestions)[number]['value']

const Asked = z
  .object({
    question: z.enum(auditQuestions.map(({ value }) => value)).meta({ title: '調べること' }),
    fromOn: Day.meta({ title: '始まりの日' }),
    toOn: Day.meta({ title: '終わりの日' }),
    residentNo: ResidentNo.optional(),
    staffId: z.uuid().optional().meta({ title: '職員' }),
  })
  .refine(({ fromOn, toOn }) => fromOn <= toOn, {
    path: ['toOn'],
    message: '終わりの日は、始まりの日以後にしてください',
  })
  .refine(({ question, residentNo }) => question !== 'person' || residentNo !== undefined, {
    path: ['residentNo'],
    message: '宛名番号を入力してください',
  })
  .refine(({ question, staffId }) => question !== 'staff' || staffId !== undefined, {
    path: ['staffId'],
    message: '職員を選んでください',
  })

export const ShownAct = z.object({
  auditId: z.string(),
  at: z.string(),
  /** 「11月22日 10:15 市民 花子（市民課）が …」 */
  sentence: z.string(),
  actor: z.string(),
  event: z.string(),
  sort: z.string(),
  /** What else is known of the act, in words. */
  facts: z.string(),
  subjectCount: z.int(),
})

/** Newest first, a page at a time: `olderThan` is the last line of the page before. */
export const listAudit = endpoint({
  name: 'listAudit',
  method: 'POST',
  path: '/api/audit/search',
  title: '監査記録の参照',
  permission: 'access.audit',
  reads: true,
  input: Asked.safeExtend({
    olderThan: z.object({ at: z.iso.datetime(), auditId: z.uuid() }).optional(),
  }),
  output: z.object({ acts: z.array(ShownAct), more: z.boolean() }),
  problems: [auditProblems.span],
})

export const exportAudit = endpoint({
  name: 'exportAudit',
  method: 'POST',
  path: '/api/audit/export',
  title: '監査記録の書き出し（CSV）',
  permission: 'access.audit',
  reads: true,
  produces: 'text/csv',
  input: Asked,
  output: z.object({}),
  problems: [auditProblems.span],
})

/** Who opened one person over and over in a month, the most often first. */
export const listOftenOpened = endpoint({
  name: 'listOftenOpened',
  method: 'POST',
  path: '/api/audit/often',
  title: '同じ人を繰り返し見た職員',
  permission: 'access.audit',
  reads: true,
  input: z.object({
    month: z
      .string()
      .regex(/^\d{4}-(0[1-9]|1[0-2])$/, '年月で入力してください')
      .meta({ title: '月' }),
  }),
  output: z.object({
    pairs: z.array(
      z.object({
        actor: z.string(),
        staffId: z.string().nullable(),
        subject: z.string(),
        residentNo: z.string().nullable(),
        acts: z.int(),
        firstAt: z.string(),
        lastAt: z.string(),
      }),
    ),
    oftenFrom: z.int(),
    more: z.boolean(),
  }),
})

export const listAuditedStaff = endpoint({
  name: 'listAuditedStaff',
  method: 'GET',
  path: '/api/audit/staff',
  title: '監査記録で選ぶ職員の一覧',
  permission: 'access.audit',
  input: z.object({}),
  output: z.object({
    staff: z.array(z.object({ staffId: z.string(), name: z.string(), department: z.string() })),
  }),
})

const Extract = z
  .object({ residentNo: ResidentNo, fromOn: Day, toOn: Day })
  .refine(({ fromOn, toOn }) => fromOn <= toOn, {
    path: ['toOn'],
    message: '終わりの日は、始まりの日以後にしてください',
  })

export const extractAuditCsv = endpoint({
  name: 'extractAuditCsv',
  method: 'POST',
  path: '/api/audit/extract-csv',
  title: '本人への写し：自分の記録を誰が見たか（CSV）',
  permission: 'access.audit-extract',
  reads: true,
  produces: 'text/csv',
  input: Extract,
  output: z.object({}),
  problems: [auditProblems.span, auditProblems.tooLong],
})

export const extractAuditPdf = endpoint({
  name: 'extractAuditPdf',
  method: 'POST',
  path: '/api/audit/extract-pdf',
  title: '本人への写し：自分の記録を誰が見たか（PDF）',
  permission: 'access.audit-extract',
  reads: true,
  produces: 'application/pdf',
  input: Extract,
  output: z.object({}),
  problems: [auditProblems.span, auditProblems.tooLong],
})
