import { exchangeKinds } from '../certificates/exchange.contract.ts'
import {
  channelWords,
  netYen,
  noCopies,
  plus,
  printingOf,
  splitOf,
  times,
  type Channel,
  type Totals,
} from './copies.ts'
import { firstDayOf, monthWords, type Month } from './fiscal-year.ts'
import { columnsOf, figureText, type Cell, type Table } from './tables.ts'
import { copyTariffs, inForce, sources } from './tariff.ts'

/** What rows of a month have in common, with the money of one copy of them. A line of a statement is one of these. */
export type LineKey = {
  readonly municipalityCode: string
  /** `null` = a machine that stands in no store. */
  readonly operatorId: string | null
  readonly channel: Channel
  readonly kind: string
  readonly issuer: 'bcl' | 'own'
  /** 実店舗試験 */
  readonly test: boolean
  readonly feeYen: number
  readonly printingYen: number
  readonly commissionYen: number
  readonly bclYen: number
}

/** Rows with the same key, counted. */
export type CopyGroup = LineKey & { readonly transactions: number; readonly copies: number }

export type Line = {
  readonly key: LineKey
  readonly transactions: number
  readonly totals: Totals
  /** The machine asked for another 印刷代 than the tariff says: somebody must look. */
  readonly oddPrinting: boolean
}

export type Party = { readonly by: 'town' | 'operator'; readonly id: string; readonly name: string }

/** 精算明細 of one party and month. */
export type Statement = {
  readonly party: Party
  readonly month: Month
  /** `null` = 速報: the month is not closed, and what is printed from now on is still missing. */
  readonly closedAt: Date | null
  readonly lines: readonly Line[]
  readonly transactions: number
  readonly totals: Totals
  /** Of the totals, what were tests in real stores. */
  readonly testTotals: Totals
}

const kindOrder = Object.keys(exchangeKinds)

export function kindWords(kind: string): string {
  return Object.hasOwn(exchangeKinds, kind) ? exchangeKinds[kind as keyof typeof exchangeKinds].ja : kind
}

/** Builds the statement from its groups: lines in the order of kinds, then of the other party, tests last. */
export function statementOf(
  party: Party,
  month: Month,
  closedAt: Date | null,
  groups: readonly CopyGroup[],
): Statement {
  const { value: tariff } = inForce(copyTariffs, firstDayOf(month))
  const lines = groups.toSorted(compareKeys).map((group): Line => {
    const { transactions, copies, ...key } = group
    const { feeYen, printingYen } = key
    const money = splitOf(key, key.commissionYen, key.bclYen)
    const oddPrinting = printingYen !== printingOf(key.kind, feeYen, key.channel, tariff)
    return { key, transactions, totals: times(money, copies), oddPrinting }
  })
  const sum = (of: readonly Line[]): Totals => of.map((line) => line.totals).reduce(plus, noCopies)
  return {
    party,
    month,
    closedAt,
    lines,
    transactions: lines.reduce((count, line) => count + line.transactions, 0),
    totals: sum(lines),
    testTotals: sum(lines.filter((line) => line.key.test)),
  }
}

function compareKeys(a: LineKey, b: LineKey): number {
  const place = (kind: string): number =>
    (kindOrder.indexOf(kind) + kindOrder.length + 1) % (kindOrder.length + 1)
  return (
    a.municipalityCode.localeCompare(b.municipalityCode) ||
    place(a.kind) - place(b.kind) ||
    (a.operatorId ?? '').localeCompare(b.operatorId ?? '') ||
    a.channel.localeCompare(b.channel) ||
    Number(a.test) - Number(b.test) ||
    a.feeYen - b.feeYen ||
    a.printingYen - b.printingYen ||
    a.issuer.localeCompare(b.issuer) ||
    a.commissionYen - b.commissionYen ||
    a.bclYen - b.bclYen
  )
}

/** Names of towns by code and of operators by id. */
export type Names = {
  readonly towns: ReadonlyMap<string, string>
  readonly operators: ReadonlyMap<string, string>
}

export function statementTable(statement: Statement, names: Names): Table {
  const { party, month, closedAt, lines, totals, testTotals } = statement
  const forTown = party.by === 'town'
  const other = (key: LineKey): string =>
    forTown
      ? key.operatorId === null
        ? '（設置場所なし）'
        : (names.operators.get(key.operatorId) ?? key.operatorId)
      : (names.towns.get(key.municipalityCode) ?? key.municipalityCode)
  const amounts = (of: Totals): Cell[] => [
    of.copies,
    of.feeYen,
    of.printingYen,
    of.collectedYen,
    of.commissionYen,
    of.transferYen,
    ...(forTown ? [of.bclYen] : []),
  ]
  return {
    title: forTown ? '証明書交付 精算明細（団体別）' : '証明書交付 精算明細（事業者別）',
    heading: [
      { label: forTown ? '団体' : '事業者', text: party.name },
      { label: forTown ? '団体コード' : '事業者番号', text: party.id },
      { label: '対象月', text: `${monthWords(month)}（${month}）` },
      { label: '状態', text: closedAt === null ? '速報（締め前）' : '確定' },
    ],
    columns: columnsOf(
      ['証明書', forTown ? '事業者' : '団体', '交付場所', '発行元', '試験'],
      [
        '手数料（円/通）',
        '件数',
        '通数',
        '手数料（円）',
        '印刷代（円）',
        '端末収納額（円）',
        '委託手数料（円）',
        '繰替払後の額（円）',
        ...(forTown ? ['BCL利用料（円、翌年度請求）'] : []),
      ],
    ),
    rows: lines.map(({ key, transactions, totals: of }) => [
      kindWords(key.kind),
      other(key),
      channelWords[key.channel],
      key.issuer === 'bcl' ? 'BCL' : '自前',
      key.test ? '試験' : '',
      key.feeYen,
      transactions,
      ...amounts(of),
    ]),
    total: ['合計', '', '', '', '', '', statement.transactions, ...amounts(totals)],
    notes: notesOf(statement, netYen(totals), testTotals.copies, forTown),
  }
}

function notesOf(
  { month, lines, closedAt }: Statement,
  net: number,
  testCopies: number,
  forTown: boolean,
): string[] {
  const { value, sources: keys } = inForce(copyTariffs, firstDayOf(month))
  return [
    ...(closedAt === null ? ['この明細は速報です。締めるまでに印刷された分が加わります。'] : []),
    `委託手数料は1通${value.commissionYen}円（消費税込み）です。無料の罹災証明書・被災証明書は、うち${value.printingYen}円を利用者が印刷代として端末に入れます。`,
    '繰替払後の額は、端末収納額から委託手数料を差し引いた額です。▲は、団体が支払う額です。らくらく窓口の手数料は団体が窓口で受け取るため、端末収納額に入りません。',
    ...(forTown
      ? [
          `BCL利用料は、BCLが発行した住民票の写し・印鑑登録証明書・税証明の1通${value.bclYen}円です。年度末に集計し、翌年度に一括で請求します。これを差し引いた額は${figureText(net)}円です。`,
        ]
      : []),
    ...(testCopies > 0
      ? [`実店舗試験の${figureText(testCopies)}通を含みます。本番と同様に精算します。`]
      : []),
    ...(lines.some((line) => line.oddPrinting)
      ? ['印刷代が料金表と異なる行があります。発行元に確かめてください。']
      : []),
    `料金の根拠: ${keys.map((key) => `${sources[key].title}（${sources[key].on}）`).join('、')}。`,
  ]
}
