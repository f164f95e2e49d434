/** 住民情報 (two versions), 世帯 and 住登外者. */
import {
  code,
  date,
  digits,
  domesticAddress,
  flag,
  foreignAddress,
  historyNo,
  integer,
  municipality,
  residentNo,
  rowMarks,
  sealedText,
  text,
  uncertainDate,
  wardCode,
  type Column,
  type FileInterface,
} from './columns.ts'

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
/** UNVERIFIED. `provisional` readings are never printed. */
export const readingStateCodes = {
  '0': '振り仮名がない',
  '1': '公証される振り仮名',
  '2': '仮の振り仮名（証明書に記載しない）',
} as const

const noCheckDigit = '検査数字は求めない'
const townCode = '団体のコード表による'

/** 氏名 to 氏名優先区分; between them stands what a later version adds. */
function names(readings: readonly Column[]): Column[] {
  return [
    sealedText('氏名', 100, { required: true, note: '登録のとおり。正規化しない' }),
    sealedText('氏名_外国人ローマ字', 100),
    sealedText('氏名_外国人漢字', 100),
    sealedText('氏名_フリガナ', 100),
    sealedText('旧氏', 50),
    sealedText('旧氏_フリガナ', 50),
    sealedText('通称', 100),
    sealedText('通称_フリガナ', 100),
    ...readings,
  ]
}

function addressOfResident(required: boolean): Column[] {
  return [
    digits('住所_市区町村コード', 6, { required, exact: true }),
    digits('住所_町字コード', 7, {
      required,
      exact: true,
      note: 'アドレス・ベース・レジストリの町字ID',
    }),
    wardCode,
    text('住所_都道府県', 4, { required }),
    text('住所_市区郡町村名', 12, { required }),
    sealedText('住所_町字', 120),
    sealedText('住所_番地号表記', 50),
  ]
}

function residentColumns(readings: readonly Column[], forCopies: readonly Column[]): Column[] {
  return [
    municipality,
    residentNo,
    historyNo,
    integer('履歴番号_枝番', 4, { required: true, note: '0から' }),
    digits('世帯番号', 15),
    code('住民種別', 1, { required: true, codes: residentKindCodes }),
    code('住民状態', 1, { required: true, codes: residentStateCodes }),
    ...uncertainDate('異動年月日', { required: true }),
    date('異動届出年月日'),
    code('異動事由', 2, { required: true, note: townCode }),
    ...names(readings),
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
    ...addressOfResident(true),
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
    ...forCopies,
    digits('個人番号', 12, {
      exact: true,
      sealed: true,
      check: 'my-number',
      note: '検査数字を確かめる。扱わない団体では空欄',
    }),
    ...rowMarks,
  ]
}

const residents10: FileInterface = {
  business: 'residents',
  id: '001o006',
  version: '1.0',
  title: '住民情報',
  about:
    '住民（除票になった人を含む）の異動ごとに1行。その人のすべての項目を入れる。最も新しい履歴の行の最新フラグを1にし、それまで最新だった行も最新フラグを0にして送る。',
  source:
    '項目名と文字数は基本データリスト（住民基本台帳）による公開の実装から。住民種別・住民状態のコード値は本システムの値で、公式のコード表とは未照合。',
  columns: residentColumns([], []),
  key: ['宛名番号', '履歴番号', '履歴番号_枝番'],
  history: ['履歴番号', '履歴番号_枝番'],
  residentNo: '宛名番号',
  hasLatest: true,
  clear: [
    '世帯番号',
    '住民種別',
    '住民状態',
    '異動年月日',
    '性別',
    '住所_市区町村コード',
    '住所_町字コード',
    '住所_郵便番号',
    '地区管理コード1',
    '国籍等_国名コード',
  ],
  periods: [],
  feeds: ['juminhyo', 'inkan', 'tax', 'risai', 'hisai'],
}

/** 振り仮名 of 住民票 (住民基本台帳法の令和5年法律第48号による改正, in force 2025-05-26), and what a copy of 住民票 prints beside. */
const residents11: FileInterface = {
  ...residents10,
  version: '1.1',
  source: `${residents10.source}第1.1版で加えた項目（振り仮名、本籍、住民票コードなど）の項目名・文字数・コード値は本システムの値で、公式の一覧とは未照合。`,
  columns: residentColumns(
    [
      sealedText('氏_振り仮名', 100, { note: 'カタカナ。日本人住民' }),
      sealedText('名_振り仮名', 100, { note: '同上' }),
      code('振り仮名_公証区分', 1, {
        required: true,
        codes: readingStateCodes,
        note: '氏名の振り仮名の状態',
      }),
      sealedText('旧氏_振り仮名', 50),
      code('旧氏_振り仮名_公証区分', 1, { codes: readingStateCodes }),
    ],
    [
      ...uncertainDate('住所を定めた年月日'),
      date('住所を定めた届出年月日'),
      sealedText('本籍', 200, { note: '日本人住民' }),
      sealedText('筆頭者', 100, { note: '日本人住民' }),
      digits('住民票コード', 11, { exact: true, sealed: true, check: 'resident-record-code' }),
      sealedText('在留カード等番号', 12),
      integer('世帯員_並び順', 3, { note: '世帯連記式での並び順を市区町村長が定めたときの順' }),
      sealedText('住民票_備考', 400),
    ],
  ),
}

/** Oldest first. */
export const residentVersions = [residents10, residents11] as const

export const households: FileInterface = {
  business: 'households',
  id: 'bcl-household',
  version: '1.0',
  title: '世帯',
  about:
    '世帯の異動ごとに1行。世帯主が定まっていない世帯も送る。世帯員は住民情報の世帯番号による。なくなった世帯は世帯状態を「消滅」にして送る。',
  source:
    '基本データリストに当たる一覧を確かめていない。項目名・文字数・コード値は本システムの値で、未照合。',
  columns: [
    municipality,
    digits('世帯番号', 15, { required: true, note: noCheckDigit }),
    historyNo,
    code('世帯状態', 1, { required: true, codes: { '1': '現存', '9': '消滅' } }),
    digits('世帯主_宛名番号', 15, { note: '空欄 = 世帯主未設定' }),
    sealedText('世帯主_氏名', 100, { note: '証明書に用いる世帯主の表記' }),
    integer('世帯員数', 3),
    ...uncertainDate('異動年月日', { required: true }),
    code('異動事由', 2, { required: true, note: townCode }),
    ...uncertainDate('世帯となった年月日'),
    ...addressOfResident(true),
    sealedText('住所_方書', 300),
    digits('住所_郵便番号', 7, { exact: true, note: 'ハイフンなし' }),
    ...rowMarks,
  ],
  key: ['世帯番号', '履歴番号'],
  history: ['履歴番号'],
  residentNo: '世帯主_宛名番号',
  hasLatest: true,
  clear: ['世帯番号', '世帯状態', '世帯員数', '異動年月日', '住所_町字コード'],
  periods: [],
  feeds: ['juminhyo', 'risai', 'hisai'],
}

export const nonResidents: FileInterface = {
  business: 'non-residents',
  id: 'bcl-non-resident',
  version: '1.0',
  title: '住登外者',
  about:
    '住民基本台帳にない人（家屋の所有者、施設の利用者など）の異動ごとに1行。同じ人に宛名番号が2つあるときは名寄せ先を入れる。',
  source:
    '項目名と文字数は公開の実装から。種別・状態・各フラグのコード値は本システムの値で、公式のコード表とは未照合。',
  columns: [
    municipality,
    residentNo,
    historyNo,
    digits('世帯番号', 15),
    code('住登外者種別', 1, {
      required: true,
      codes: { '1': '日本人', '2': '外国人', '3': '法人', '9': 'その他' },
    }),
    code('住登外者状態', 1, { required: true, codes: { '1': '現存', '3': '死亡', '9': '消除' } }),
    ...uncertainDate('異動年月日', { required: true }),
    date('異動届出年月日'),
    code('異動事由', 2, { required: true, note: townCode }),
    ...names([]),
    sealedText('氏_日本人', 50),
    sealedText('名_日本人', 50),
    sealedText('氏_日本人_フリガナ', 50),
    sealedText('名_日本人_フリガナ', 50),
    sealedText('氏名_優先', 200),
    sealedText('氏名_フリガナ_優先', 100),
    code('性別', 1, { codes: sexCodes }),
    text('性別表記', 10),
    ...uncertainDate('生年月日'),
    ...addressOfResident(false),
    sealedText('住所_方書', 300),
    sealedText('住所_方書_フリガナ', 300),
    digits('住所_郵便番号', 7, { exact: true, note: 'ハイフンなし' }),
    ...foreignAddress('住所'),
    flag('名寄せ元フラグ', { note: '1 = 名寄せ元（名寄せ先の宛名番号に統合した）' }),
    digits('名寄せ先宛名番号', 15, { requiredWhen: { column: '名寄せ元フラグ', values: ['1'] } }),
    flag('統合宛名フラグ', { note: '1 = 統合宛名' }),
    flag('他業務参照不可フラグ', { note: '1 = 送り元の業務のほかから参照させない' }),
    digits('個人番号', 12, {
      exact: true,
      sealed: true,
      check: 'my-number',
      note: '検査数字を確かめる。扱わない団体では空欄',
    }),
    ...rowMarks,
  ],
  key: ['宛名番号', '履歴番号'],
  history: ['履歴番号'],
  residentNo: '宛名番号',
  hasLatest: true,
  clear: [
    '住登外者種別',
    '住登外者状態',
    '異動年月日',
    '性別',
    '住所_市区町村コード',
    '住所_町字コード',
    '名寄せ元フラグ',
    '名寄せ先宛名番号',
    '統合宛名フラグ',
    '他業務参照不可フラグ',
  ],
  periods: [],
  feeds: ['risai', 'hisai'],
}
