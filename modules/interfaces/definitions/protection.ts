/** What stops data from leaving: 支援措置 and 発行抑止. Both are sent before anything they protect. */
import {
  code,
  date,
  digits,
  historyNo,
  integer,
  municipality,
  residentNo,
  rowMarks,
  sealedText,
  type FileInterface,
} from './columns.ts'

/** UNVERIFIED. `9` is the code value that means "ended". */
export const suppressionCategoryCodes = {
  '1': '配偶者等からの暴力',
  '2': 'ストーカー行為等',
  '3': '児童虐待',
  '4': 'その他これらに準ずる行為',
  '9': '終了',
} as const

export const suppressions: FileInterface = {
  business: 'suppressions',
  id: '001o009',
  version: '1.0',
  title: '支援措置対象者情報',
  about:
    '支援措置の申出・更新・終了ごとに1行。終了は、支援措置区分「終了」の行が最も新しい履歴番号で届いたときだけ。住民情報より先に送る。',
  source:
    '項目名と文字数は公開の実装から。支援措置区分のコード値は本システムの値で、公式のコード表とは未照合。',
  columns: [
    municipality,
    residentNo,
    integer('履歴番号', 6, { required: true }),
    date('支援措置開始年月日', { required: true }),
    date('支援措置終了年月日', { note: '空欄 = 継続中' }),
    code('支援措置区分', 1, { required: true, codes: suppressionCategoryCodes }),
    ...rowMarks,
  ],
  key: ['宛名番号', '履歴番号'],
  history: ['履歴番号'],
  residentNo: '宛名番号',
  hasLatest: true,
  clear: ['支援措置開始年月日', '支援措置終了年月日', '支援措置区分'],
  periods: [['支援措置開始年月日', '支援措置終了年月日']],
  feeds: ['juminhyo', 'inkan', 'tax', 'risai', 'hisai'],
}

/** UNVERIFIED. */
export const issueBlockTargetCodes = {
  '00': 'すべての証明書',
  '01': '住民票の写し',
  '02': '印鑑登録証明書',
  '03': '税証明書',
  '04': '罹災証明書・被災証明書',
  '05': '戸籍証明書・戸籍の附票の写し',
} as const

export const issueBlocks: FileInterface = {
  business: 'issue-blocks',
  id: 'bcl-issue-block',
  version: '1.0',
  title: '発行抑止',
  about:
    '抑止の設定・変更・解除ごとに、対象の証明書1種類につき1行。解除年月日の入った行が届くまで抑止は続く。終了年月日が過ぎても解けない。一時解除は送らない（住民記録システムの中だけで行う）。',
  source:
    '抑止の考え方は住民記録システム標準仕様書の抑止設定から。項目名・文字数・コード値は本システムの値で、未照合。',
  columns: [
    municipality,
    digits('抑止番号', 15, { required: true, note: '抑止の設定1件に1つ。解除まで変えない' }),
    code('抑止対象', 2, { required: true, codes: issueBlockTargetCodes }),
    historyNo,
    code('抑止範囲', 1, { required: true, codes: { '1': '個人', '2': '世帯' } }),
    digits('宛名番号', 15, {
      required: true,
      note: '抑止する人。範囲が世帯のときは、世帯主など世帯の1人',
    }),
    digits('世帯番号', 15, {
      requiredWhen: { column: '抑止範囲', values: ['2'] },
      note: '範囲が世帯のとき',
    }),
    code('抑止水準', 1, {
      required: true,
      codes: { '1': 'エラー（交付しない）', '2': '警告（窓口で職員が確かめる。キオスクでは交付しない）' },
    }),
    code('抑止事由', 2, { required: true, note: '団体のコード表による' }),
    sealedText('抑止事由_説明', 200, { note: '職員だけが見る。キオスクには出さない' }),
    date('抑止開始年月日', { required: true }),
    date('抑止終了年月日', { note: '予定の日。過ぎても解除にならない' }),
    date('抑止解除年月日', { note: '空欄 = 抑止中' }),
    ...rowMarks,
  ],
  key: ['抑止番号', '抑止対象', '履歴番号'],
  history: ['履歴番号'],
  residentNo: '宛名番号',
  hasLatest: true,
  clear: [
    '抑止対象',
    '抑止範囲',
    '世帯番号',
    '抑止水準',
    '抑止事由',
    '抑止開始年月日',
    '抑止終了年月日',
    '抑止解除年月日',
  ],
  periods: [
    ['抑止開始年月日', '抑止終了年月日'],
    ['抑止開始年月日', '抑止解除年月日'],
  ],
  feeds: ['juminhyo', 'inkan', 'tax', 'risai', 'hisai'],
}
