import { certificationWords, TO_BE_CONTINUED, UNUSED, type Body, type Paper } from '../paper.ts'

/** 住民票の写し and 住民票記載事項証明書: one person's items as they are printed, each a line of text. */
export type MemberFacts = { readonly grid: GridName } & Readonly<Record<Item, string>>

/** Japanese and foreign residents have other cells (住民基本台帳法7条, 30条の45). */
export type GridName = 'japanese' | 'foreign'

export type Item =
  | 'reading'
  | 'name'
  | 'formerReading'
  | 'former'
  | 'alias'
  | 'birth'
  | 'sex'
  | 'relation'
  | 'myNumber'
  | 'recordCode'
  | 'since'
  | 'settledOn'
  | 'settledNotifiedOn'
  | 'domicile'
  | 'domicileHead'
  | 'addressBefore'
  | 'addressWithin'
  | 'nationality'
  | 'article30_45'
  | 'status'
  | 'period'
  | 'periodUntil'
  | 'cardNo'
  | 'remarks'

/** A cell: `item` null = no item has this place, struck out. `labelMm` 0 = the cell has no label. */
type Cell = { readonly label: string; readonly labelMm: number; readonly item: Item | null }
/** Columns of a row side by side; the cells of a column one below the other. */
type Column = { readonly mm: number; readonly cells: readonly Cell[] }
type Row = { readonly units: number; readonly columns: readonly Column[] }
type Grid = readonly Row[]

/** The frozen words of one copy. The grid is frozen with them: cells never move under words that were printed once. */
export type ResidenceFacts = {
  readonly title: '住民票' | '住民票記載事項証明書'
  readonly form: ResidenceForm
  readonly address: string
  /** 世帯主 */
  readonly head: string
  readonly grids: Readonly<Record<GridName, Grid>>
  readonly members: readonly MemberFacts[]
  readonly certifyingSentence: string
}

/** 世帯連記式 (up to four a page) or 個人票 (one a page). */
export type ResidenceForm = 'joint' | 'single'

export const PER_PAGE: Readonly<Record<ResidenceForm, number>> = { joint: 4, single: 1 }

/** Left out, since nobody asked for it (住民基本台帳法12条). */
export const OMITTED = '【省略】'
/** The register has nothing here. */
export const EMPTY = '【空欄】'
export const REST_IS_BLANK = '（以下余白）'

/** 認証文. Of all members: as on the sample J-LIS published; the others UNVERIFIED. */
export const RESIDENCE_SENTENCES = {
  all: 'この写しは、世帯全員の住民票の原本と相違ないことを証明する。',
  some: 'この写しは、世帯一部の住民票の原本と相違ないことを証明する。',
  kisai: '上記の事項は、住民票に記載があることを証明する。',
} as const

const cell = (label: string, item: Item, labelMm: number): Cell => ({ label, item, labelMm })
const column = (mm: number, ...cells: Cell[]): Column => ({ mm, cells })
const row = (units: number, ...columns: Column[]): Row => ({ units, columns })
const struckOut: Cell = { label: '', labelMm: 0, item: null }

/**
 * Parts of a line of 世帯連記式, and what their labels take: names are longer than dates. 氏名 of
 * foreign residents has a short label: a hundred letters must fit in two lines.
 */
const leftMm = 100
const rightMm = 72
const left = (label: string, item: Item): Cell => cell(label, item, 24)
const right = (label: string, item: Item): Cell => cell(label, item, 33)
const jointWide = (label: string, item: Item, units = 1): Row =>
  row(units, column(leftMm + rightMm, left(label, item)))
const jointBirth = (last: Column): Row =>
  row(
    1,
    column(62, left('生年月日', 'birth')),
    column(17, cell('性別', 'sex', 8)),
    column(30, cell('続柄', 'relation', 8)),
    last,
  )

const joint: Readonly<Record<GridName, Grid>> = {
  japanese: [
    row(
      3,
      column(leftMm, left('氏名の振り仮名', 'reading'), left('氏名', 'name')),
      column(
        rightMm,
        right('個人番号', 'myNumber'),
        right('住民票コード', 'recordCode'),
        right('住民となった年月日', 'since'),
      ),
    ),
    row(
      2,
      column(leftMm, left('旧氏の振り仮名', 'formerReading'), left('旧氏', 'former')),
      column(rightMm, right('住所を定めた年月日', 'settledOn'), right('届出日', 'settledNotifiedOn')),
    ),
    jointBirth(column(63, cell('筆頭者', 'domicileHead', 11))),
    jointWide('本籍', 'domicile'),
    jointWide('転入前住所', 'addressBefore'),
    jointWide('異動前住所', 'addressWithin'),
    row(1, column(leftMm, struckOut), column(rightMm, struckOut)),
    jointWide('備考', 'remarks', 2),
  ],
  foreign: [
    row(
      3,
      column(leftMm, left('氏名の振り仮名', 'reading'), cell('氏名', 'name', 12)),
      column(
        rightMm,
        right('個人番号', 'myNumber'),
        right('住民票コード', 'recordCode'),
        right('外国人住民となった年月日', 'since'),
      ),
    ),
    row(
      2,
      column(leftMm, cell('通称', 'alias', 12)),
      column(rightMm, right('住所を定めた年月日', 'settledOn'), right('届出日', 'settledNotifiedOn')),
    ),
    jointBirth(column(63, cell('国籍・地域', 'nationality', 16))),
    row(
      1,
      column(leftMm, left('在留資格', 'status')),
      column(rightMm, right('法30条の45の区分', 'article30_45')),
    ),
    row(
      1,
      column(46, cell('在留期間等', 'period', 24)),
      column(67, cell('在留期間の満了の日', 'periodUntil', 27)),
      column(59, cell('在留カード等番号', 'cardNo', 23)),
    ),
    jointWide('転入前住所', 'addressBefore'),
    jointWide('異動前住所', 'addressWithin'),
    jointWide('備考', 'remarks', 2),
  ],
}

/** A line of 個人票, and its halves. */
const line = 178
const singleHalf = 89
const wide = (label: string, item: Item, units: number): Row =>
  row(units, column(line, cell(label, item, 34)))
const pair = (a: readonly [string, Item], b: readonly [string, Item]): Row =>
  row(2, column(singleHalf, cell(...a, 34)), column(singleHalf, cell(...b, 34)))
const singleBirth: Row = row(
  2,
  column(singleHalf, cell('生年月日', 'birth', 34)),
  column(32, cell('性別', 'sex', 14)),
  column(57, cell('続柄', 'relation', 14)),
)

const single: Readonly<Record<GridName, Grid>> = {
  japanese: [
    wide('氏名の振り仮名', 'reading', 2),
    wide('氏名', 'name', 4),
    pair(['旧氏の振り仮名', 'formerReading'], ['旧氏', 'former']),
    singleBirth,
    pair(['個人番号', 'myNumber'], ['住民票コード', 'recordCode']),
    pair(['住民となった年月日', 'since'], ['届出日', 'settledNotifiedOn']),
    wide('住所を定めた年月日', 'settledOn', 2),
    wide('筆頭者', 'domicileHead', 2),
    wide('本籍', 'domicile', 3),
    wide('転入前住所', 'addressBefore', 3),
    wide('異動前住所', 'addressWithin', 3),
    wide('備考', 'remarks', 6),
  ],
  foreign: [
    wide('氏名の振り仮名', 'reading', 2),
    wide('氏名', 'name', 4),
    wide('通称', 'alias', 2),
    singleBirth,
    pair(['個人番号', 'myNumber'], ['住民票コード', 'recordCode']),
    pair(['外国人住民となった年月日', 'since'], ['届出日', 'settledNotifiedOn']),
    wide('住所を定めた年月日', 'settledOn', 2),
    pair(['国籍・地域', 'nationality'], ['法30条の45の区分', 'article30_45']),
    pair(['在留資格', 'status'], ['在留期間等', 'period']),
    pair(['在留期間の満了の日', 'periodUntil'], ['在留カード等番号', 'cardNo']),
    wide('転入前住所', 'addressBefore', 3),
    wide('異動前住所', 'addressWithin', 3),
    wide('備考', 'remarks', 4),
  ],
}

/** The arrangement in force since 2025-05-26. */
export const residenceGrids: Readonly<Record<ResidenceForm, ResidenceFacts['grids']>> = { joint, single }

/** The pages of one copy, the form's own words included. */
export function residenceBody(facts: ResidenceFacts, paper: Paper): Body {
  const perPage = PER_PAGE[facts.form]
  const sheets = Math.ceil(facts.members.length / perPage)
  const pages = Array.from({ length: sheets }, (_, sheet) => {
    const members = facts.members.slice(sheet * perPage, (sheet + 1) * perPage)
    return [
      facts.title,
      ...['住所', facts.address, '世帯主', facts.head],
      ...members.flatMap((member, i) => [
        ...(facts.form === 'joint' ? [String(i + 1)] : []),
        ...memberWords(facts.grids[member.grid], member),
      ]),
      ...(members.length < perPage ? [REST_IS_BLANK] : []),
      ...(sheet === sheets - 1 ? certificationWords(paper, facts.certifyingSentence) : [TO_BE_CONTINUED]),
    ]
  })
  return { facts, pages }
}

function memberWords(grid: Grid, member: MemberFacts): string[] {
  return grid.flatMap(({ columns }) =>
    columns.flatMap(({ cells }) =>
      cells.flatMap(({ label, item }) => [
        ...(label === '' ? [] : [label]),
        item === null ? UNUSED : member[item],
      ]),
    ),
  )
}

const taro: MemberFacts = {
  grid: 'japanese',
  reading: 'ミホン　タロウ',
  name: '見本　太郎',
  formerReading: UNUSED,
  former: UNUSED,
  alias: UNUSED,
  birth: '昭和５３年５月１２日',
  sex: '男',
  relation: '世帯主',
  myNumber: OMITTED,
  recordCode: OMITTED,
  since: '平成１８年４月１日',
  settledOn: '令和３年１０月２日',
  settledNotifiedOn: '平成１８年４月３日',
  domicile: '岐阜県飛騨市古川町本町２番地',
  domicileHead: '見本　太郎',
  addressBefore: '岐阜県高山市花岡町二丁目１８番地',
  addressWithin: OMITTED,
  nationality: UNUSED,
  article30_45: UNUSED,
  status: UNUSED,
  period: UNUSED,
  periodUntil: UNUSED,
  cardNo: UNUSED,
  remarks: UNUSED,
}

const sampleMembers: readonly MemberFacts[] = [
  taro,
  {
    ...taro,
    reading: 'ミホン　ハナコ',
    name: '見本　花子',
    formerReading: 'レイ',
    former: '例',
    birth: '昭和５５年２月２９日',
    sex: '女',
    relation: '妻',
  },
  {
    ...taro,
    grid: 'foreign',
    reading: UNUSED,
    name: 'MIHON MARIA',
    alias: '見本　まりあ',
    birth: '１９９４年１月２３日',
    sex: '女',
    relation: '同居人',
    domicile: UNUSED,
    domicileHead: UNUSED,
    nationality: 'フィリピン',
    article30_45: '中長期在留者',
    status: '定住者',
    period: '３年',
    periodUntil: '２０２８年３月３１日',
    cardNo: OMITTED,
  },
]

/** Made-up people on a form. */
export function residenceSample(title: ResidenceFacts['title'], form: ResidenceForm): (paper: Paper) => Body {
  return (paper) =>
    residenceBody(
      {
        title,
        form,
        address: '岐阜県飛騨市古川町本町２番２２号　コーポ飛騨古川２０３号室',
        head: '見本　太郎',
        grids: residenceGrids[form],
        members: form === 'joint' ? sampleMembers : sampleMembers.slice(0, 1),
        certifyingSentence:
          title === '住民票'
            ? RESIDENCE_SENTENCES[form === 'joint' ? 'all' : 'some']
            : RESIDENCE_SENTENCES.kisai,
      },
      paper,
    )
}
