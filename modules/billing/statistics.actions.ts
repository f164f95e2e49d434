import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type * as contract from './billing.contract.ts'
import { whereIs } from './closing.actions.ts'
import { channelWords, type Channel } from './copies.ts'
import * as counting from './counting.store.ts'
import { monthAfter, monthOf, monthWords, type Month } from './fiscal-year.ts'
import { municipalityTypeOf } from './operating-charge.ts'
import type { FileForm, Papers } from './papers.actions.ts'
import { namesOf } from './statements.actions.ts'
import { kindWords, type Names } from './statements.ts'
import { participationOf, participationWords, statisticsOf, type Count, type Share } from './statistics.ts'
import { columnsOf, type Cell, type Table } from './tables.ts'
import * as towns from './towns.store.ts'

type StatisticsView = OutputOf<typeof contract.getStatistics>

/** Closed months from their counts, open ones from the centre's own tables. */
export async function getStatistics(
  ctx: CenterCtx,
  { from, to, municipalityCode }: InputOf<typeof contract.getStatistics>,
): Promise<StatisticsView> {
  const names = await namesOf(ctx.tx)
  if (municipalityCode !== undefined && !names.towns.has(municipalityCode))
    throw new Problem(platformProblems.notFound)
  const town = municipalityCode ?? null
  const present = monthOf(todayInJapan(ctx.now))
  const counts: Count[] = await counting.listMonthlyCounts(ctx.tx, from, to, town)
  const openMonths: Month[] = []
  for (let month = from; month <= to && month <= present; month = monthAfter(month)) {
    const { where } = await whereIs(ctx.tx, month)
    if (where.closed) continue
    openMonths.push(month)
    counts.push(...(await counting.countOpenMonth(ctx.tx, month, where.fromAt, town)))
  }
  const statistics = statisticsOf(counts)
  const named = (wordsOf: (key: string) => string) => (share: Share) => ({ ...share, ja: wordsOf(share.key) })
  return {
    copies: statistics.copies,
    testCopies: statistics.testCopies,
    byMonth: statistics.byMonth.map(named((key) => monthWords(key as Month))),
    byKind: statistics.byKind.map(named(kindWords)),
    byOperator: statistics.byOperator.map(named(operatorWords(names))),
    byChannel: statistics.byChannel.map(named((key) => channelWords[key as Channel])),
    outsideOfficeHours: named(() => '開庁時間外')(statistics.outsideOfficeHours),
    otherTown: named(() => '他の市区町村での取得')(statistics.otherTown),
    monthlyKinds: statistics.monthlyKinds.map(({ month, kinds }) => ({ month, kinds: { ...kinds } })),
    openMonths,
  }
}

function operatorWords(names: Names): (key: string) => string {
  return (key) => (key === '' ? '（設置場所なし）' : (names.operators.get(key) ?? key))
}

export async function statisticsFile(
  ctx: CenterCtx,
  input: InputOf<typeof contract.getStatistics>,
  form: FileForm,
  papers: Papers,
): Promise<Binary> {
  const view = await getStatistics(ctx, input)
  const names = await namesOf(ctx.tx)
  const rows = (group: string, shares: readonly (Share & { ja: string })[]): Cell[][] =>
    shares.map((share) => [group, share.ja, share.copies, percentText(share.permille)])
  const table: Table = {
    title: '証明書交付の統計',
    heading: [
      { label: '期間', text: `${monthWords(input.from)}から${monthWords(input.to)}まで` },
      {
        label: '団体',
        text:
          input.municipalityCode === undefined ? '全団体' : (names.towns.get(input.municipalityCode) ?? ''),
      },
      { label: '合計', text: `${view.copies.toLocaleString('ja-JP')}通` },
    ],
    columns: columnsOf(['区分', '内訳'], ['通数', '割合（%）']),
    rows: [
      ...rows('月別', view.byMonth),
      ...rows('証明書の種類別', view.byKind),
      ...view.monthlyKinds.flatMap(({ month, kinds }) =>
        Object.entries(kinds).map(([kind, copies]): Cell[] => [
          `月・種類別 ${monthWords(month as Month)}`,
          kindWords(kind),
          copies,
          '',
        ]),
      ),
      ...rows('事業者別', view.byOperator),
      ...rows('交付場所別', view.byChannel),
      ...rows('時間帯', [view.outsideOfficeHours]),
      ...rows('場所', [view.otherTown]),
    ],
    total: null,
    notes: [
      `実店舗試験の${view.testCopies.toLocaleString('ja-JP')}通は含みません。`,
      '開庁時間は、土曜・日曜・国民の祝日・12月29日から1月3日までを除く8時30分から17時15分までとしています。',
      '端末がある市区町村と、証明書を発行した市区町村が異なるものを「他の市区町村での取得」としています。',
      ...(view.openMonths.length > 0
        ? [
            `締め前の月（${view.openMonths.map((month) => monthWords(month as Month)).join('、')}）は速報です。`,
          ]
        : []),
    ],
  }
  return await papers.file(table, form, `交付統計_${input.from}_${input.to}`, ctx.now)
}

/** Tenths of a percent as 「47.6」. */
function percentText(permille: number): string {
  return `${Math.floor(permille / 10)}.${permille % 10}`
}

type ParticipationView = OutputOf<typeof contract.getParticipation>

export async function getParticipation(
  ctx: CenterCtx,
  input: InputOf<typeof contract.getParticipation>,
): Promise<ParticipationView> {
  const on = input.on ?? todayInJapan(ctx.now)
  const people = new Map<string, number>()
  // The latest head count comes first.
  for (const row of await towns.listPopulations(ctx.tx, null)) {
    if (row.onDate <= on && !people.has(row.municipalityCode)) people.set(row.municipalityCode, row.people)
  }
  const offers = Map.groupBy(await towns.listOffers(ctx.tx, on), (offer) => offer.municipalityCode)
  const rows = participationOf(
    (await towns.listTowns(ctx.tx)).map(({ municipalityCode, name }) => ({
      type: municipalityTypeOf(municipalityCode, name),
      people: people.get(municipalityCode) ?? null,
      kinds: offers.get(municipalityCode) ?? [],
    })),
  )
  return {
    on,
    rows: rows.map((row) => ({ ...row, ja: participationWords[row.sizeClass], kinds: { ...row.kinds } })),
  }
}

export async function participationFile(
  ctx: CenterCtx,
  input: InputOf<typeof contract.getParticipation>,
  form: FileForm,
  papers: Papers,
): Promise<Binary> {
  const { on, rows } = await getParticipation(ctx, input)
  const kinds = [...new Set(rows.flatMap((row) => Object.keys(row.kinds)))].sort()
  const sum = (of: (row: (typeof rows)[number]) => number): number =>
    rows.reduce((total, row) => total + of(row), 0)
  const table: Table = {
    title: '証明書交付サービスの参加状況',
    heading: [{ label: '基準日', text: on }],
    columns: columnsOf(['団体規模'], ['参加団体', 'うちBCLで発行', '全国の団体', ...kinds.map(kindWords)]),
    rows: rows.map((row) => [
      row.ja,
      row.towns,
      row.throughBcl,
      row.ofAll,
      ...kinds.map((kind) => row.kinds[kind] ?? 0),
    ]),
    total: [
      '合計',
      sum((row) => row.towns),
      sum((row) => row.throughBcl),
      sum((row) => row.ofAll),
      ...kinds.map((kind) => sum((row) => row.kinds[kind] ?? 0)),
    ],
    notes: [
      '「全国の団体」は令和5年5月1日現在の数（1,741団体）です。',
      '団体規模は、登録されている最新の住民基本台帳人口によります。',
    ],
  }
  return await papers.file(table, form, `参加状況_${on}`, ctx.now)
}
