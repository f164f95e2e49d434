/** What a column and a file are, and the words to write them with. Data only: `../interfaces.checks.ts` checks by it. */

/** English key of a kind of data; 日本語 in its interface's `title`. */
export const businesses = [
  'residents',
  'households',
  'non-residents',
  'suppressions',
  'issue-blocks',
  'seals',
  'tax-assessments',
  'tax-incomes',
  'tax-payments',
  'nursing-care',
  'disabilities',
  'late-elderly',
  'card-serials',
  'houses',
] as const
export type Business = (typeof businesses)[number]

export type ColumnKind =
  /** Words as registered; no control characters. */
  | 'text'
  /** One of `codes`, or any value where the town's code table rules. */
  | 'code'
  /** `YYYY-MM-DD`, a day of the calendar. */
  | 'date'
  /** `YYYY-MM-DD`; with 不詳フラグ `1` also a day no calendar has. 不詳フラグ and 不詳表記 follow as columns of their own. */
  | 'uncertain-date'
  /** `HH:MM:SS`, Japan, 00:00:00 to 23:59:59. */
  | 'time'
  /** 年度 or 年 of the Gregorian calendar, four digits, 1900 to 2199. */
  | 'year'
  /** ASCII digits. */
  | 'digits'
  /** Hexadecimal digits in either case, exactly `maxLength` of them. */
  | 'hex'
  /** A whole number, no leading zeros; from `min` (0 unless told). */
  | 'integer'
  /** Whole yen, may be negative, no leading zeros, no commas. Empty says "not stated", `0` says none. */
  | 'amount'
  /** A number with at most `scale` places after the point, from `min` to `max`. */
  | 'decimal'
  /** PNG or TIFF (Group 4) in base64, no line breaks; see `../interfaces.images.ts`. */
  | 'image'
  /** `0` or `1`; empty is `0`. */
  | 'flag'

export type Column = {
  /** 項目名, as in the header row. */
  readonly name: string
  /** 文字数; a base character and its variation selector count as one. */
  readonly maxLength: number
  readonly required: boolean
  readonly kind: ColumnKind
  readonly codes?: Readonly<Record<string, string>>
  /** Digits only: the text has exactly `maxLength` of them. */
  readonly exact?: boolean
  /** `integer` and `decimal`: the smallest and the largest value. */
  readonly min?: number
  readonly max?: number
  /** `decimal`: places after the point. */
  readonly scale?: number
  /** `integer`: below 2 to this power. */
  readonly bits?: number
  /** A check digit that must be right. */
  readonly check?: 'my-number' | 'resident-record-code'
  /** Must be there when another column has one of these values. */
  readonly requiredWhen?: { readonly column: string; readonly values: readonly string[] }
  /** Identifies a person or is theirs to keep: stored encrypted with the town's key, never logged. */
  readonly sealed: boolean
  /** 備考, for the published document. */
  readonly note?: string
}

/** Kinds of certificate that are made from a business. */
export type Feed = 'juminhyo' | 'inkan' | 'tax' | 'risai' | 'hisai'

export type FileInterface = {
  readonly business: Business
  readonly id: string
  readonly version: string
  /** 日本語の名 */
  readonly title: string
  /** What a row is, when it is sent and when it ends, for the published document. */
  readonly about: string
  /** Where names, lengths and codes come from, and what of them nobody has compared with the official lists yet. */
  readonly source: string
  /** The first is 市区町村コード. */
  readonly columns: readonly Column[]
  /** Columns that together name one row of a file; none comes twice. Kept readable, so none is sealed. */
  readonly key: readonly string[]
  /** Columns of the key that count changes; rows that differ in nothing else of the key are the history of one thing. */
  readonly history: readonly string[]
  /** The column whose 宛名番号 a row stands under. */
  readonly residentNo: string
  /** Rows say which is newest (最新フラグ). Without it every row is. */
  readonly hasLatest: boolean
  /** Columns that registers keep in clear, so that people can be picked by them. Never one that identifies a person. */
  readonly clear: readonly string[]
  /** Pairs of days of which the second may not lie before the first. */
  readonly periods: readonly (readonly [string, string])[]
  readonly feeds: readonly Feed[]
}

type Options = Partial<Omit<Column, 'name' | 'maxLength' | 'kind'>>

function column(kind: ColumnKind, name: string, maxLength: number, options: Options = {}): Column {
  return { name, maxLength, kind, required: false, sealed: false, ...options }
}
export const text = (name: string, maxLength: number, options?: Options): Column =>
  column('text', name, maxLength, options)
export const sealedText = (name: string, maxLength: number, options?: Options): Column =>
  text(name, maxLength, { sealed: true, ...options })
export const code = (name: string, maxLength: number, options?: Options): Column =>
  column('code', name, maxLength, options)
export const date = (name: string, options?: Options): Column => column('date', name, 10, options)
export const year = (name: string, options?: Options): Column => column('year', name, 4, options)
export const digits = (name: string, maxLength: number, options?: Options): Column =>
  column('digits', name, maxLength, options)
export const integer = (name: string, maxLength: number, options?: Options): Column =>
  column('integer', name, maxLength, options)
export const hex = (name: string, length: number, options?: Options): Column =>
  column('hex', name, length, options)
export const flag = (name: string, options?: Options): Column => column('flag', name, 1, options)
/** 15 places hold any sum of yen that a number of the language holds exactly. */
export const amount = (name: string, options?: Options): Column =>
  column('amount', name, 15, { sealed: true, ...options })
export const decimal = (name: string, maxLength: number, scale: number, options?: Options): Column =>
  column('decimal', name, maxLength, { scale, ...options })
/** 48 KiB of picture. */
export const image = (name: string, options?: Options): Column =>
  column('image', name, 65_536, { sealed: true, ...options })

export function uncertainDate(name: string, options: Options = {}): Column[] {
  return [
    column('uncertain-date', name, 10, options),
    flag(`${name}_不詳フラグ`, { note: '1 = 不詳' }),
    text(`${name}_不詳表記`, 72, { note: '不詳フラグが1のときの表記。読み取らずそのまま扱う' }),
  ]
}

export function domesticAddress(prefix: string): Column[] {
  return [
    digits(`${prefix}_市区町村コード`, 6, { exact: true }),
    digits(`${prefix}_町字コード`, 7, { exact: true }),
    text(`${prefix}_都道府県`, 4),
    text(`${prefix}_市区郡町村名`, 12),
    sealedText(`${prefix}_町字`, 120),
    sealedText(`${prefix}_番地号表記`, 50),
    sealedText(`${prefix}_方書`, 300),
    digits(`${prefix}_郵便番号`, 7, { exact: true }),
  ]
}

export function foreignAddress(prefix: string): Column[] {
  return [
    code(`${prefix}_国名コード`, 3),
    text(`${prefix}_国名等`, 200),
    sealedText(`${prefix}_国外住所`, 300),
  ]
}

export const municipality = digits('市区町村コード', 6, {
  required: true,
  exact: true,
  note: '送信する団体の全国地方公共団体コード',
})
export const residentNo = digits('宛名番号', 15, {
  required: true,
  note: '検査数字は求めない（標準より前に付番した番号があるため）',
})
export const historyNo = integer('履歴番号', 6, {
  required: true,
  min: 1,
  note: '1から。異動のたびに1増える',
})
export const wardCode = code('指定都市_行政区等コード', 12)

export const deletedFlag = flag('削除フラグ', { required: true, note: '1 = この行を削除する' })
/** The last columns of every business that has 最新フラグ. */
export const rowMarks: readonly Column[] = [
  text('操作者ID', 10, { required: true }),
  date('操作年月日', { required: true }),
  column('time', '操作時刻', 8, { required: true, note: 'HH:MM:SS（日本時間）' }),
  flag('最新フラグ', { required: true, note: '1 = 最新の履歴' }),
  deletedFlag,
]
