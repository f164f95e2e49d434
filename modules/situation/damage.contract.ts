import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { damageItems, damages, origins } from './damage.ts'
import { valuesOf } from './situation.contract.ts'
import { situationProblems as problems } from './situation.messages.ts'

const ItemField = z.enum(damageItems.map(({ item }) => item) as [string, ...string[]]).meta({ title: '項目' })
/** 0 = as things stand now, before a report is made of them. */
const ReportNo = z.coerce.number().int().min(0).max(100_000).meta({ title: '報' })
const Moment = z.iso.datetime({ offset: true }).meta({ title: '時点' })

const FigureView = z.object({
  item: ItemField,
  /** `null` = 未確認, which is not 0. */
  value: z.number().nullable().meta({ title: '報告する数' }),
  origin: z.enum(valuesOf(origins)).meta({ title: '出どころ' }),
  ledger: z.number().nullable().meta({ title: '台帳の数' }),
  told: z
    .object({ value: z.number(), asOf: z.string(), source: z.string(), by: z.string() })
    .nullable()
    .meta({ title: '聞き取りの数' }),
  /** Against the report before; `null` = there is none, or one of the two is unknown. */
  change: z.number().nullable().meta({ title: '前の報からの増減' }),
  /** Of what was told last, for the next; only as things stand now. */
  toldNo: z.number(),
})

const ReportLine = z.object({
  reportNo: z.number().meta({ title: '報' }),
  final: z.boolean().meta({ title: '確定報告' }),
  asOf: z.string().meta({ title: '時点' }),
  note: z.string().meta({ title: '備考' }),
  madeAt: z.string().meta({ title: '作成日時' }),
  madeBy: z.string().meta({ title: '作成者' }),
})

export const getDamageReport = endpoint({
  name: 'getDamageReport',
  method: 'GET',
  path: '/api/situation/disasters/:disasterId/damage/:reportNo',
  title: '被害状況報告（災対法53条）',
  permission: 'situation.view',
  input: z.object({ disasterId: DisasterIdField, reportNo: ReportNo }),
  output: z.object({
    /** `null` = not made yet. */
    report: ReportLine.nullable(),
    figures: z.array(FigureView),
    /** All that were made, newest first. */
    reports: z.array(ReportLine),
  }),
  problems: [disastersProblems.notFound, problems.reportNotFound],
})

/** Known from elsewhere before the data are. `value` null takes it back: the ledger's counts again. */
export const tellFigure = endpoint({
  name: 'tellFigure',
  method: 'POST',
  path: '/api/situation/disasters/:disasterId/figures',
  title: '被害の数字の手入力',
  permission: 'situation.report',
  input: z.object({
    disasterId: DisasterIdField,
    item: ItemField,
    /** Of the newest that the clerk saw; 0 = none. */
    toldNo: z.int().min(0),
    value: z.int().min(0).max(10_000_000).nullable().meta({ title: '数' }),
    asOf: Moment,
    source: z
      .string()
      .trim()
      .min(1, '誰から聞いたかを入力してください')
      .max(100, '100文字以内で入力してください')
      .meta({ title: '聞いた相手・資料' }),
  }),
  output: z.object({ item: z.string(), toldNo: z.number() }),
  problems: [disastersProblems.notFound, problems.asOfInFuture, platformProblems.changedByOther],
})

/** Freezes the figures and the rows behind them. What was wrong is put right in the next, never here. */
export const makeDamageReport = endpoint({
  name: 'makeDamageReport',
  method: 'POST',
  path: '/api/situation/disasters/:disasterId/damage',
  title: '被害状況報告の作成',
  permission: 'situation.report',
  input: z.object({
    disasterId: DisasterIdField,
    /** The number it will have: another one made meanwhile refuses it. */
    reportNo: z.int().min(1),
    final: z.boolean().meta({ title: '確定報告' }),
    note: z.string().trim().max(500, '500文字以内で入力してください').meta({ title: '備考' }),
  }),
  output: z.object({ reportNo: z.number() }),
  problems: [disastersProblems.notFound, platformProblems.changedByOther],
})

const DamageField = z.enum(valuesOf(damages)).meta({ title: '被害' })

/** What a figure counts. Of protected people no place; names are in the audit trail. */
export const listDamageRows = endpoint({
  name: 'listDamageRows',
  method: 'GET',
  path: '/api/situation/disasters/:disasterId/damage/:reportNo/rows/:damage',
  title: '被害状況報告の内訳',
  permission: 'situation.rows',
  input: z.object({
    disasterId: DisasterIdField,
    reportNo: ReportNo,
    damage: DamageField,
    from: z.coerce.number().int().min(0).default(0),
  }),
  output: z.object({
    total: z.object({ rows: z.number(), households: z.number(), people: z.number() }),
    rows: z.array(
      z.object({
        no: z.number(),
        record: z.enum(['application', 'task', 'person', 'property']),
        recordId: z.string(),
        personRef: z.string().nullable(),
        /** '' = nobody is known yet. */
        name: z.string().meta({ title: '氏名' }),
        /** `null` = 支援措置のため非表示. */
        place: z.string().nullable().meta({ title: '住所' }),
        suppressed: z.boolean(),
        households: z.number().meta({ title: '世帯' }),
        people: z.number().meta({ title: '人' }),
      }),
    ),
    next: z.number().nullable(),
  }),
  problems: [disastersProblems.notFound, problems.reportNotFound],
})

const exported = {
  method: 'GET',
  permission: 'situation.view',
  input: z.object({ disasterId: DisasterIdField, reportNo: ReportNo }),
  output: z.object({}),
  problems: [disastersProblems.notFound, problems.reportNotFound],
} as const

export const exportDamageCsv = endpoint({
  ...exported,
  name: 'exportDamageCsv',
  path: '/api/situation/disasters/:disasterId/damage/:reportNo/export.csv',
  title: '被害状況報告の書き出し（CSV）',
  produces: 'text/csv',
})

export const exportDamageXlsx = endpoint({
  ...exported,
  name: 'exportDamageXlsx',
  path: '/api/situation/disasters/:disasterId/damage/:reportNo/export.xlsx',
  title: '被害状況報告の書き出し（Excel）',
  produces: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
})

export const exportDamagePdf = endpoint({
  ...exported,
  name: 'exportDamagePdf',
  path: '/api/situation/disasters/:disasterId/damage/:reportNo/report.pdf',
  title: '被害状況報告の印刷（PDF）',
  produces: 'application/pdf',
})
