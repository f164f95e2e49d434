/** 印鑑登録, and whose the certificates of a card are. */
import {
  code,
  date,
  decimal,
  deletedFlag,
  hex,
  historyNo,
  image,
  integer,
  municipality,
  residentNo,
  rowMarks,
  sealedText,
  text,
  uncertainDate,
  type FileInterface,
} from './columns.ts'

/** UNVERIFIED. */
export const sealStateCodes = { '1': '登録', '2': '廃止', '3': '停止' } as const
/** UNVERIFIED. */
export const sealNameCodes = {
  '1': '氏名',
  '2': '旧氏',
  '3': '通称',
  '4': '氏名と旧氏の併記',
  '5': '氏名と通称の併記',
  '6': '氏名のカタカナ表記',
} as const

export const seals: FileInterface = {
  business: 'seals',
  id: 'bcl-seal',
  version: '1.0',
  title: '印鑑登録',
  about:
    '印鑑の登録・変更・廃止ごとに1行。1人に登録中の印鑑は1つ。廃止は、登録状態「廃止」の行を送る（全件のファイルから抜くだけでもよいが、廃止年月日が残らない）。',
  source:
    '印鑑登録の項目の一覧を確かめていない。項目名・文字数・コード値は本システムの値で、未照合。印影の大きさ（8mmを超え25mm以内）は市区町村の条例の例から。',
  columns: [
    municipality,
    residentNo,
    text('印鑑登録番号', 20, { required: true }),
    historyNo,
    code('登録状態', 1, { required: true, codes: sealStateCodes, note: '停止の間は交付しない' }),
    ...uncertainDate('登録年月日', { required: true }),
    date('廃止年月日', { requiredWhen: { column: '登録状態', values: ['2'] } }),
    code('廃止事由', 2, { note: '団体のコード表による' }),
    code('登録氏名区分', 1, { required: true, codes: sealNameCodes }),
    sealedText('登録氏名', 200, { required: true, note: '証明書に記載する氏名。登録のとおり' }),
    sealedText('登録氏名_カタカナ', 200, { note: '外国人住民の氏名のカタカナ表記を備考に記載するとき' }),
    decimal('印影_幅mm', 5, 1, {
      min: 1,
      max: 40,
      requiredWhen: { column: '登録状態', values: ['1'] },
      note: '画像の左右の端から端まで。この大きさで印刷する',
    }),
    decimal('印影_高さmm', 5, 1, {
      min: 1,
      max: 40,
      requiredWhen: { column: '登録状態', values: ['1'] },
      note: '画像の上下の端から端まで',
    }),
    image('印影', {
      requiredWhen: { column: '登録状態', values: ['1'] },
      note: 'PNGまたはTIFF（Group 4）をbase64（改行なし）で。画像は48KiBまで、縦横とも1,200画素まで。証明書に印刷できるのは白黒2値のPNGと、向きの指定のない1枚のTIFF（Group 4）。600dpiを勧める',
    }),
    sealedText('印鑑_備考', 200),
    ...rowMarks,
  ],
  key: ['宛名番号', '印鑑登録番号', '履歴番号'],
  history: ['履歴番号'],
  residentNo: '宛名番号',
  hasLatest: true,
  clear: ['登録状態', '登録年月日', '廃止年月日', '廃止事由', '登録氏名区分'],
  periods: [],
  feeds: ['inkan'],
}

export const cardSerials: FileInterface = {
  business: 'card-serials',
  id: 'bcl-card-serial',
  version: '1.0',
  title: '利用者証明用電子証明書シリアル番号',
  about:
    '利用者証明用電子証明書1枚に1行（個人番号カード、スマートフォン）。更新すると新しいシリアル番号の行が増える。失効は失効年月日で示す。',
  source: '項目名・文字数・コード値は本システムの値で、未照合。シリアル番号の大きさはX.509の20バイトから。',
  columns: [
    municipality,
    residentNo,
    hex('発行者鍵識別子', 40, { required: true, note: '発行者の主体者鍵識別子（SKI）、16進40桁' }),
    integer('シリアル番号', 49, { required: true, bits: 160, note: '10進数。2の160乗未満' }),
    code('種別', 10, { required: true, codes: { card: '個人番号カード', smartphone: 'スマートフォン' } }),
    date('有効開始年月日', { required: true }),
    date('有効終了年月日', { required: true }),
    date('失効年月日', { note: '空欄 = 失効していない' }),
    deletedFlag,
  ],
  key: ['発行者鍵識別子', 'シリアル番号'],
  history: [],
  residentNo: '宛名番号',
  hasLatest: false,
  clear: ['発行者鍵識別子', '種別', '有効開始年月日', '有効終了年月日', '失効年月日'],
  periods: [['有効開始年月日', '有効終了年月日']],
  feeds: ['juminhyo', 'inkan', 'tax', 'risai', 'hisai'],
}
