/**
 * The published file layouts: which columns a linkage file has, in which order, how long and of what kind. Data only;
 * `linkage.records.ts` reads and writes by it and `docs/interfaces/linkage.md` is made from it.
 *
 * 項目名 and lengths of 住民情報 follow 基本データリスト (住民基本台帳); code values marked UNVERIFIED are our own until the
 * official tables are at hand.
 */
export const businesses = ['residents', 'suppressions', 'card-serials'] as const
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
  /** ASCII digits. */
  | 'digits'
  /** Hexadecimal digits in either case, exactly `maxLength` of them. */
  | 'hex'
  /** A whole number from 0, no leading zeros. */
  | 'integer'
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
  /** Identifies a person: stored encrypted with the town's key, never logged. */
  readonly sealed: boolean
  /** 備考, for the published document. */
  readonly note?: string
}

export type FileInterface = {
  readonly business: Business
  readonly id: string
  readonly version: string
  /** 日本語の名 */
  readonly title: string
  readonly columns: readonly Column[]
  /** Columns that together name one row of a file; none comes twice. */
  readonly key: readonly string[]
}

type Options = Partial<Pick<Column, 'required' | 'codes' | 'exact' | 'sealed' | 'note'>>

function column(kind: ColumnKind, name: string, maxLength: number, options: Options = {}): Column {
  return { name, maxLength, kind, required: false, sealed: false, ...options }
}
const text = (name: string, maxLength: number, options?: Options): Column =>
  column('text', name, maxLength, options)
const code = (name: string, maxLength: number, options?: Options): Column =>
  column('code', name, maxLength, options)
const date = (name: string, options?: Options): Column => column('date', name, 10, options)
const digits = (name: string, maxLength: number, options?: Options): Column =>
  column('digits', name, maxLength, options)
const sealedText = (name: string, maxLength: number, options?: Options): Column =>
  text(name, maxLength, { sealed: true, ...options })

function uncertainDate(name: string, options: Options = {}): Column[] {
  return [
    column('uncertain-date', name, 10, options),
    column('flag', `${name}_不詳フラグ`, 1, { note: '1 = 不詳' }),
    text(`${name}_不詳表記`, 72, { note: '不詳フラグが1のときの表記。読み取らずそのまま扱う' }),
  ]
}

function domesticAddress(prefix: string): Column[] {
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

function foreignAddress(prefix: string): Column[] {
  return [
    code(`${prefix}_国名コード`, 3),
    text(`${prefix}_国名等`, 200),
    sealedText(`${prefix}_国外住所`, 300),
  ]
}

const municipality = digits('市区町村コード', 6, {
  required: true,
  exact: true,
  note: '送信する団体の全国地方公共団体コード',
})
const residentNo = digits('宛名番号', 15, {
  required: true,
  note: '検査数字は求めない（標準より前に付番した番号があるため）',
})

const operation: readonly Column[] = [
  text('操作者ID', 10, { required: true }),
  date('操作年月日', { required: true }),
  text('操作時刻', 8, { required: true, note: 'HH:MM:SS' }),
]
const latestFlag = column('flag', '最新フラグ', 1, { required: true, note: '1 = 最新の履歴' })
const deletedFlag = column('flag', '削除フラグ', 1, { required: true, note: '1 = この行を削除する' })

/** 性別. ISO 5218 (0, 9) is accepted at the border too and stored as 3. */
export const sexCodes = {
  '1': '男',
  '2': '女',
  '3': '不明',
  '0': '不明（ISO 5218）',
  '9': '不明（ISO 5218）',
} as const
/** UNVERIFIED. */
export const residentKindCodes = { '1': '日本人住民', '2': '外国人住民' } as const
/** UNVERIFIED. */
export const residentStateCodes = { '1': '住民', '2': '転出', '3': '死亡', '9': 'その他の消除' } as const
/** UNVERIFIED. `9` is the code value that means "ended". */
export const suppressionCategoryCodes = {
  '1': '配偶者等からの暴力',
  '2': 'ストーカー行為等',
  '3': '児童虐待',
  '4': 'その他これらに準ずる行為',
  '9': '終了',
} as const

const residentColumns: readonly Column[] = [
  municipality,
  residentNo,
  column('integer', '履歴番号', 6, { required: true, note: '1から。異動のたびに1増える' }),
  column('integer', '履歴番号_枝番', 4, { required: true, note: '0から' }),
  digits('世帯番号', 15),
  code('住民種別', 1, { required: true, codes: residentKindCodes }),
  code('住民状態', 1, { required: true, codes: residentStateCodes }),
  ...uncertainDate('異動年月日', { required: true }),
  date('異動届出年月日'),
  code('異動事由', 2, { required: true, note: '団体のコード表による' }),
  sealedText('氏名', 100, { required: true, note: '登録のとおり。正規化しない' }),
  sealedText('氏名_外国人ローマ字', 100),
  sealedText('氏名_外国人漢字', 100),
  sealedText('氏名_フリガナ', 100),
  sealedText('旧氏', 50),
  sealedText('旧氏_フリガナ', 50),
  sealedText('通称', 100),
  sealedText('通称_フリガナ', 100),
  code('氏名優先区分', 2, { note: '2 = 通称を優先。ほかは団体のコード表による' }),
  sealedText('氏名_優先', 200, { note: '氏名優先区分から導く。受け取った値は用いない' }),
  sealedText('氏名_フリガナ_優先', 100, { note: '同上' }),
  code('性別', 1, { required: true, codes: sexCodes }),
  text('性別表記', 10, { required: true }),
  ...uncertainDate('生年月日', { required: true }),
  code('続柄コード1', 2, { required: true }),
  code('続柄コード2', 2),
  code('続柄コード3', 2),
  code('続柄コード4', 2),
  text('続柄表記', 20, { required: true }),
  digits('住所_市区町村コード', 6, { required: true, exact: true }),
  digits('住所_町字コード', 7, { required: true, exact: true, note: 'アドレス・ベース・レジストリの町字ID' }),
  text('指定都市_行政区等コード', 12),
  text('住所_都道府県', 4, { required: true }),
  text('住所_市区郡町村名', 12, { required: true }),
  sealedText('住所_町字', 120),
  sealedText('住所_番地号表記', 50),
  sealedText('住所_番地枝番数値', 30, { note: '並べ替え用' }),
  sealedText('住所_方書コード', 20),
  sealedText('住所_方書', 300),
  sealedText('住所_方書_フリガナ', 300),
  digits('住所_郵便番号', 7, { required: true, exact: true, note: 'ハイフンなし' }),
  ...uncertainDate('住民となった年月日'),
  ...domesticAddress('転入前住所'),
  ...foreignAddress('転入前住所'),
  sealedText('転入前住所_世帯主氏名', 100),
  ...domesticAddress('転居前住所'),
  sealedText('転居前住所_方書コード', 20),
  date('消除の届出年月日'),
  ...uncertainDate('消除の異動年月日'),
  date('転入通知年月日'),
  ...domesticAddress('転出先住所（予定）'),
  ...foreignAddress('転出先住所（予定）'),
  ...domesticAddress('転出先住所（確定）'),
  ...foreignAddress('転出先住所（確定）'),
  ...uncertainDate('外国人住民となった年月日'),
  code('国籍等_国名コード', 3),
  text('国籍名等', 200),
  code('第30条45規定区分', 2),
  code('在留資格等コード', 3),
  code('在留期間等コード_年', 2),
  code('在留期間等コード_月', 2),
  code('在留期間等コード_日', 3),
  date('在留期間の満了の日'),
  ...Array.from({ length: 10 }, (_, i) => code(`地区管理コード${i + 1}`, 12)),
  digits('個人番号', 12, { exact: true, sealed: true, note: '検査数字を確かめる。扱わない団体では空欄' }),
  ...operation,
  latestFlag,
  deletedFlag,
]

const suppressionColumns: readonly Column[] = [
  municipality,
  residentNo,
  column('integer', '履歴番号', 6, { required: true }),
  date('支援措置開始年月日', { required: true }),
  date('支援措置終了年月日', { note: '空欄 = 継続中' }),
  code('支援措置区分', 1, { required: true, codes: suppressionCategoryCodes }),
  ...operation,
  latestFlag,
  deletedFlag,
]

const cardSerialColumns: readonly Column[] = [
  municipality,
  residentNo,
  column('hex', '発行者鍵識別子', 40, { required: true, note: '発行者の主体者鍵識別子（SKI）、16進40桁' }),
  column('integer', 'シリアル番号', 49, { required: true, note: '10進数' }),
  code('種別', 10, { required: true, codes: { card: '個人番号カード', smartphone: 'スマートフォン' } }),
  date('有効開始年月日', { required: true }),
  date('有効終了年月日', { required: true }),
  date('失効年月日', { note: '空欄 = 失効していない' }),
  deletedFlag,
]

/** The interfaces by business. Ids 001o006 and 001o009 are those of the national list; the third is ours. */
export const fileInterfaces: Readonly<Record<Business, FileInterface>> = {
  residents: {
    business: 'residents',
    id: '001o006',
    version: '1.0',
    title: '住民情報',
    columns: residentColumns,
    key: ['宛名番号', '履歴番号', '履歴番号_枝番'],
  },
  suppressions: {
    business: 'suppressions',
    id: '001o009',
    version: '1.0',
    title: '支援措置対象者情報',
    columns: suppressionColumns,
    key: ['宛名番号', '履歴番号'],
  },
  'card-serials': {
    business: 'card-serials',
    id: 'bcl-card-serial',
    version: '1.0',
    title: '利用者証明用電子証明書シリアル番号',
    columns: cardSerialColumns,
    key: ['発行者鍵識別子', 'シリアル番号'],
  },
}
