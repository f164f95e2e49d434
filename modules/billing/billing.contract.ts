import { z } from 'zod'
import { endpoint, type Endpoint } from '@open-bcl/core/endpoint.ts'
import { isPlainDate } from '@open-bcl/core/dates.ts'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { billingProblems as problems } from './billing.messages.ts'
import { isMonth, type Month } from './fiscal-year.ts'
import { yearlyItems, type Service, type YearlyItem } from './yearly.ts'

/** Settlement and statistics, for operators and auditors of the centre. Money is whole yen, tax included. */

const MonthText = z
  .string()
  .refine((text): text is Month => isMonth(text), '年月を2026-11のように入力してください')
  .meta({ title: '月' })
const Day = z.string().refine((text): text is PlainDate => isPlainDate(text))
const Code = z
  .string()
  .regex(/^\d{6}$/)
  .meta({ title: '団体コード' })
const FiscalYear = z.coerce.number().int().min(2021).max(2098).meta({ title: '年度' })
const By = z.enum(['town', 'operator']).meta({ title: '団体別・事業者別' })
const PartyId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/)
const Channel = z.enum(['store', 'hall', 'counter'])
const Issuer = z.enum(['bcl', 'own'])
const Yen = z.int()
const Kind = z.string().regex(/^[a-z]{2,20}$/)

const Totals = z.object({
  copies: z.int(),
  feeYen: Yen,
  printingYen: Yen,
  collectedYen: Yen,
  commissionYen: Yen,
  townCommissionYen: Yen,
  /** 繰替払後の額: what the operator hands on; negative = the town pays. */
  transferYen: Yen,
  /** BCL証明発行機能利用料, billed in the following fiscal year. */
  bclYen: Yen,
})

const LineKey = z.object({
  municipalityCode: z.string(),
  /** `null` = a machine that stands in no store. */
  operatorId: z.string().nullable(),
  channel: Channel,
  kind: z.string(),
  issuer: Issuer,
  /** 実店舗試験 */
  test: z.boolean(),
  feeYen: Yen,
  printingYen: Yen,
  commissionYen: Yen,
  bclYen: Yen,
})

const Party = z.object({ by: By, id: z.string(), name: z.string() })

export const listMonths = endpoint({
  name: 'listBillingMonths',
  method: 'GET',
  path: '/api/center/billing/months',
  title: '月次の精算',
  permission: 'center.statements',
  input: z.object({}),
  output: z.object({
    closed: z.array(
      z.object({ month: z.string(), closedAt: z.iso.datetime(), closedBy: z.string(), copies: z.int() }),
    ),
    /** The month that is closed next, and from when on. `null` = nothing was ever closed: any month that is over. */
    next: z.object({ month: z.string(), closableFrom: z.iso.datetime() }).nullable(),
    present: z.string(),
  }),
})

export const closeMonth = endpoint({
  name: 'closeBillingMonth',
  method: 'POST',
  path: '/api/center/billing/months/:month/close',
  title: '月次の締め',
  permission: 'center.settle',
  input: z.object({ month: MonthText }),
  output: z.object({ month: z.string(), transactions: z.int(), copies: z.int() }),
  problems: [problems.monthNotOver, problems.monthOrder, problems.alreadyClosed],
})

export const listStatements = endpoint({
  name: 'listStatements',
  method: 'GET',
  path: '/api/center/billing/statements',
  title: '精算明細の一覧',
  permission: 'center.statements',
  input: z.object({ month: MonthText }),
  output: z.object({
    month: z.string(),
    closedAt: z.iso.datetime().nullable(),
    towns: z.array(z.object({ party: Party, totals: Totals })),
    operators: z.array(z.object({ party: Party, totals: Totals })),
    /** All towns together, which is all operators together. */
    totals: Totals,
  }),
})

const StatementOf = z.object({ by: By, id: PartyId, month: MonthText })

export const getStatement = endpoint({
  name: 'getStatement',
  method: 'GET',
  path: '/api/center/billing/statement',
  title: '精算明細',
  permission: 'center.statements',
  input: StatementOf,
  output: z.object({
    party: Party,
    month: z.string(),
    /** `null` = 速報 */
    closedAt: z.iso.datetime().nullable(),
    lines: z.array(
      z.object({ key: LineKey, transactions: z.int(), totals: Totals, oddPrinting: z.boolean() }),
    ),
    transactions: z.int(),
    totals: Totals,
    testTotals: Totals,
    notes: z.array(z.string()),
  }),
})

/** The rows behind a figure: of a statement, or of one of its lines, whose key travels along. */
const RowsOf = StatementOf.extend({
  kind: Kind.optional(),
  channel: Channel.optional(),
  issuer: Issuer.optional(),
  test: z.stringbool().optional(),
  feeYen: z.coerce.number().int().optional(),
  printingYen: z.coerce.number().int().optional(),
  commissionYen: z.coerce.number().int().optional(),
  bclYen: z.coerce.number().int().optional(),
  municipalityCode: Code.optional(),
  /** Empty = a machine that stands in no store. */
  operatorId: z.union([z.literal(''), PartyId]).optional(),
})

const Row = z.object({
  transactionId: z.string(),
  printedAt: z.iso.datetime(),
  municipalityCode: z.string(),
  kind: z.string(),
  issuer: Issuer,
  channel: Channel,
  operatorId: z.string().nullable(),
  store: z.string().nullable(),
  kioskId: z.string(),
  test: z.boolean(),
  copies: z.int(),
  feeYen: Yen,
  printingYen: Yen,
  commissionYen: Yen,
  bclYen: Yen,
  /** What the machine took, less what it gave back. */
  keptYen: Yen,
  /** What it should have kept; the two differ only when something is wrong. */
  dueYen: Yen,
})

export const listStatementRows = endpoint({
  name: 'listStatementRows',
  method: 'GET',
  path: '/api/center/billing/rows',
  title: '精算明細の内訳（取引）',
  permission: 'center.statements',
  input: RowsOf.extend({
    /** The last row read: `printedAt` and `transactionId` of it. */
    afterAt: z.iso.datetime().optional(),
    afterId: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .optional(),
  }),
  output: z.object({ rows: z.array(Row), more: z.boolean() }),
})

/** The same in three forms. */
function files<const Name extends string, Input extends z.ZodType>(spec: {
  readonly name: Name
  readonly path: string
  readonly title: string
  readonly input: Input
}) {
  const common = {
    method: 'GET',
    permission: 'center.statements',
    input: spec.input,
    output: z.object({}),
  } as const
  return {
    csv: endpoint({
      ...common,
      name: `${spec.name}Csv`,
      path: `${spec.path}.csv`,
      title: `${spec.title}（CSV）`,
      produces: 'text/csv',
      problems: [problems.tooManyRows],
    }),
    xlsx: endpoint({
      ...common,
      name: `${spec.name}Xlsx`,
      path: `${spec.path}.xlsx`,
      title: `${spec.title}（XLSX）`,
      produces: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    }),
    pdf: endpoint({
      ...common,
      name: `${spec.name}Pdf`,
      path: `${spec.path}.pdf`,
      title: `${spec.title}（PDF）`,
      produces: 'application/pdf',
    }),
  }
}

export const statementFiles = files({
  name: 'getStatement',
  path: '/api/center/billing/statement',
  title: '精算明細',
  input: StatementOf,
})

export const rowsCsv = endpoint({
  name: 'getStatementRowsCsv',
  method: 'GET',
  path: '/api/center/billing/rows.csv',
  title: '精算明細の内訳（CSV）',
  permission: 'center.statements',
  input: RowsOf,
  output: z.object({}),
  produces: 'text/csv',
  problems: [problems.tooManyRows],
})

const services = ['support', 'issuing-bcl', 'issuing-own'] as const satisfies readonly Service[]

export const getBillingTown = endpoint({
  name: 'getBillingTown',
  method: 'GET',
  path: '/api/center/billing/towns/:municipalityCode',
  title: '料金の算定のもと',
  permission: 'center.statements',
  input: z.object({ municipalityCode: Code }),
  output: z.object({
    municipalityCode: z.string(),
    name: z.string(),
    prefecture: z.string(),
    populations: z.array(
      z.object({
        onDate: z.string(),
        people: z.int(),
        source: z.string(),
        recordedAt: z.iso.datetime(),
        recordedBy: z.string(),
      }),
    ),
    contracts: z.array(
      z.object({
        contractId: z.string(),
        service: z.enum(services),
        fromMonth: z.string(),
        untilMonth: z.string().nullable(),
        recordedAt: z.iso.datetime(),
        recordedBy: z.string(),
      }),
    ),
    findings: z.array(z.object({ fiscalYear: z.int(), share: z.enum(['half', 'three-quarters']) })),
  }),
})

export const recordPopulation = endpoint({
  name: 'recordPopulation',
  method: 'POST',
  path: '/api/center/billing/towns/:municipalityCode/population',
  title: '人口の登録',
  permission: 'center.settle',
  input: z.object({
    municipalityCode: Code,
    onDate: Day.meta({ title: '基準日' }),
    people: z.int().min(1).max(10_000_000).meta({ title: '住民基本台帳人口' }),
    source: z.string().trim().min(1).max(200).meta({ title: '出典' }),
  }),
  output: z.object({ recorded: z.literal(true) }),
})

export const recordContract = endpoint({
  name: 'recordContract',
  method: 'POST',
  path: '/api/center/billing/towns/:municipalityCode/contracts',
  title: '契約の登録',
  permission: 'center.settle',
  input: z
    .object({
      municipalityCode: Code,
      service: z.enum(services).meta({ title: 'サービス' }),
      fromMonth: MonthText.meta({ title: '利用開始月' }),
      untilMonth: MonthText.nullable().meta({ title: '利用終了月' }),
      /** The row this one stands in the place of. */
      replaces: z.uuid().nullable(),
    })
    .refine(({ fromMonth, untilMonth }) => untilMonth === null || untilMonth >= fromMonth, {
      path: ['untilMonth'],
      message: '利用終了月は、利用開始月以後にしてください',
    }),
  output: z.object({ contractId: z.string() }),
  problems: [problems.contractReplaced],
})

export const recordFinding = endpoint({
  name: 'recordPrefectureFinding',
  method: 'POST',
  path: '/api/center/billing/findings',
  title: '措置2の確認の登録',
  permission: 'center.settle',
  input: z.object({
    prefecture: z.string().min(3).max(4).meta({ title: '都道府県' }),
    fiscalYear: z.int().min(2023).max(2098).meta({ title: '確認した年度' }),
    share: z.enum(['half', 'three-quarters']).meta({ title: '利用している市区町村' }),
  }),
  output: z.object({ recorded: z.boolean() }),
})

const items = Object.keys(yearlyItems) as [YearlyItem, ...YearlyItem[]]
const YearlyOf = z.object({ fiscalYear: FiscalYear, municipalityCode: Code.optional() })

export const getYear = endpoint({
  name: 'getBillingYear',
  method: 'GET',
  path: '/api/center/billing/years',
  title: '年度の精算',
  permission: 'center.statements',
  input: YearlyOf,
  output: z.object({
    fiscalYear: z.int(),
    /** `null` = not settled: what it would be from what is known now. */
    settledAt: z.iso.datetime().nullable(),
    lines: z.array(
      z.object({
        municipalityCode: z.string(),
        name: z.string(),
        item: z.enum(items),
        amountYen: z.int(),
        facts: z.record(z.string(), z.union([z.string(), z.number()])),
        /** 請求する年度 */
        billedIn: z.int(),
      }),
    ),
    totalYen: z.int(),
    /** Towns that cannot be settled for want of a head count. */
    withoutPopulation: z.array(
      z.object({ municipalityCode: z.string(), name: z.string(), onDate: z.string() }),
    ),
  }),
})

export const yearFiles = files({
  name: 'getBillingYear',
  path: '/api/center/billing/year',
  title: '年度の精算',
  input: YearlyOf,
})

export const settleYear = endpoint({
  name: 'settleBillingYear',
  method: 'POST',
  path: '/api/center/billing/years/:fiscalYear/settle',
  title: '年度の精算の確定',
  permission: 'center.settle',
  input: z.object({ fiscalYear: FiscalYear }),
  output: z.object({ fiscalYear: z.int(), lines: z.int(), totalYen: z.int() }),
  problems: [problems.yearNotClosed, problems.yearSettled, problems.populationMissing],
})

const Share = z.object({ key: z.string(), ja: z.string(), copies: z.int(), permille: z.int() })
const Period = z
  .object({ from: MonthText, to: MonthText, municipalityCode: Code.optional() })
  .refine(({ from, to }) => from <= to, {
    path: ['to'],
    message: '終わりの月は、始まりの月以後にしてください',
  })

export const getStatistics = endpoint({
  name: 'getStatistics',
  method: 'GET',
  path: '/api/center/billing/statistics',
  title: '交付の統計',
  permission: 'center.statements',
  input: Period,
  output: z.object({
    copies: z.int(),
    /** 実店舗試験; in no other figure. */
    testCopies: z.int(),
    byMonth: z.array(Share),
    byKind: z.array(Share),
    byOperator: z.array(Share),
    byChannel: z.array(Share),
    outsideOfficeHours: Share,
    otherTown: Share,
    monthlyKinds: z.array(z.object({ month: z.string(), kinds: z.record(z.string(), z.int()) })),
    /** Months that are not closed: their figures still grow. */
    openMonths: z.array(z.string()),
  }),
})

export const statisticsFiles = files({
  name: 'getStatistics',
  path: '/api/center/billing/statistics',
  title: '交付の統計',
  input: Period,
})

const OnDay = z.object({ on: Day.optional() })

export const getParticipation = endpoint({
  name: 'getParticipation',
  method: 'GET',
  path: '/api/center/billing/participation',
  title: '参加状況',
  permission: 'center.statements',
  input: OnDay,
  output: z.object({
    on: z.string(),
    rows: z.array(
      z.object({
        sizeClass: z.string(),
        ja: z.string(),
        towns: z.int(),
        throughBcl: z.int(),
        /** Of the whole nation, 2023-05-01. */
        ofAll: z.int(),
        kinds: z.record(z.string(), z.int()),
      }),
    ),
  }),
})

export const participationFiles = files({
  name: 'getParticipation',
  path: '/api/center/billing/participation',
  title: '参加状況',
  input: OnDay,
})

export const billingEndpoints = {
  listMonths,
  closeMonth,
  listStatements,
  getStatement,
  statementCsv: statementFiles.csv,
  statementXlsx: statementFiles.xlsx,
  statementPdf: statementFiles.pdf,
  listStatementRows,
  rowsCsv,
  getBillingTown,
  recordPopulation,
  recordContract,
  recordFinding,
  getYear,
  yearCsv: yearFiles.csv,
  yearXlsx: yearFiles.xlsx,
  yearPdf: yearFiles.pdf,
  settleYear,
  getStatistics,
  statisticsCsv: statisticsFiles.csv,
  statisticsXlsx: statisticsFiles.xlsx,
  statisticsPdf: statisticsFiles.pdf,
  getParticipation,
  participationCsv: participationFiles.csv,
  participationXlsx: participationFiles.xlsx,
  participationPdf: participationFiles.pdf,
} as const satisfies Record<string, Endpoint>
