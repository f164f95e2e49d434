import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { PriceTable, Programme, Rule } from './programme.ts'

const yatsushiro = '八代市の支援制度案内 第8版（2026年）'
const fukutsu = '福津市の応急修理の案内（2025年9月）'
const general = '出典未確認（一般に知られる額）'

/** 応急修理の限度額 of 大規模半壊・中規模半壊・半壊. The fiscal year is that of the disaster. */
const repairPrices: PriceTable = [
  { year: 2016, yen: 576_000, verified: true, source: '平成28年度の告示（八代市の案内）' },
  { year: 2023, yen: 706_000, verified: false, source: general },
  { year: 2024, yen: 717_000, verified: false, source: general },
  { year: 2025, yen: 739_000, verified: true, source: fukutsu },
  { year: 2026, yen: 757_000, verified: true, source: yatsushiro },
]
const lighterRepairPrices: PriceTable = [
  { year: 2023, yen: 343_000, verified: false, source: general },
  { year: 2024, yen: 348_000, verified: false, source: general },
  { year: 2025, yen: 358_000, verified: true, source: fukutsu },
  { year: 2026, yen: 367_000, verified: true, source: yatsushiro },
]
const coverPrices: PriceTable = [{ year: 2026, yen: 56_400, verified: true, source: yatsushiro }]
const unitPrices: PriceTable = [
  { year: 2019, yen: 5_714_000, verified: true, source: '立科町の地域防災計画（2019年の額）' },
]

function relief(
  code: string,
  title: string,
  rule: Rule,
  about: string,
  over: Partial<Programme> = {},
): Programme {
  return {
    code,
    title,
    area: 'relief',
    benefit: 'in-kind',
    fromOn: '2013-10-01' as PlainDate,
    untilOn: null,
    basis: '災害救助法4条1項・内閣府告示（救助の程度、方法及び期間）',
    source: '災害救助法の告示。額と期間は毎年度の告示による（未確認）',
    verified: false,
    gate: 'kyujo',
    rule,
    months: null,
    documents: [],
    exclusiveWith: [],
    about,
    ...over,
  }
}

const repairDocuments = ['罹災証明書', '申込書', '修理見積書', '被害の状況がわかる写真', '資力に関する申出書']

export const reliefProgrammes: readonly Programme[] = [
  relief(
    'kyujo-shuri',
    '住宅の応急修理（半壊以上）',
    { kind: 'repair', grades: ['G1', 'G2', 'G3', 'G4'], prices: repairPrices },
    '日常生活に欠かせない部分の修理を、市町村が業者に頼んで行います。工事を始める前に申し込んでください。',
    {
      fromOn: '2020-12-04' as PlainDate,
      source: `${yatsushiro}、${fukutsu}`,
      verified: true,
      documents: repairDocuments,
      exclusiveWith: ['kyujo-kensetsu', 'kyujo-chintai'],
    },
  ),
  relief(
    'kyujo-shuri-jun',
    '住宅の応急修理（準半壊）',
    { kind: 'repair', grades: ['G5'], prices: lighterRepairPrices },
    '日常生活に欠かせない部分の修理を、市町村が業者に頼んで行います。工事を始める前に申し込んでください。',
    {
      fromOn: '2019-08-28' as PlainDate,
      source: `${yatsushiro}、${fukutsu}`,
      verified: true,
      documents: repairDocuments,
      exclusiveWith: ['kyujo-kensetsu', 'kyujo-chintai'],
    },
  ),
  relief(
    'kyujo-kinkyu',
    '住宅の緊急の修理（ブルーシートなど）',
    { kind: 'repair', grades: ['G1', 'G2', 'G3', 'G4', 'G5'], prices: coverPrices },
    '雨が入るなど、すぐに手当てが要る部分を応急に直します。',
    { source: yatsushiro },
  ),
  relief(
    'kyujo-kensetsu',
    '建設型応急住宅',
    { kind: 'temporary-housing', rented: false, prices: unitPrices },
    '住まいを失い、自分の力で住まいを得られない世帯に、仮設の住宅を貸します（家賃はかかりません）。',
    {
      exclusiveWith: ['kyujo-shuri', 'kyujo-shuri-jun', 'kyujo-chintai'],
      documents: ['罹災証明書', '申込書'],
    },
  ),
  relief(
    'kyujo-chintai',
    '賃貸型応急住宅',
    { kind: 'temporary-housing', rented: true, prices: [] },
    '住まいを失い、自分の力で住まいを得られない世帯に、民間の賃貸住宅を借り上げて貸します（家賃はかかりません）。',
    {
      source: '小松市・富山県の案内（令和6年）。家賃の上限は都道府県が定める',
      exclusiveWith: ['kyujo-shuri', 'kyujo-shuri-jun', 'kyujo-kensetsu'],
      documents: ['罹災証明書', '申込書', '住民票'],
    },
  ),
  relief(
    'kyujo-hinanjo',
    '避難所の供与',
    { kind: 'relief-in-kind', when: null },
    '住まいに居られない方に、避難所を開きます。',
  ),
  relief(
    'kyujo-shokuhin',
    '炊き出しその他による食品の給与',
    { kind: 'relief-in-kind', when: null },
    '食事を用意できない方に、食品を配ります。',
  ),
  relief(
    'kyujo-mizu',
    '飲料水の供給',
    { kind: 'relief-in-kind', when: null },
    '飲み水が得られない方に、水を配ります。',
  ),
  relief(
    'kyujo-shingu',
    '被服、寝具その他生活必需品の給与・貸与',
    { kind: 'relief-in-kind', when: 'lost-house' },
    '被害により日常の生活に欠かせない物を失った方に、物をお渡しします。',
  ),
  relief(
    'kyujo-iryo',
    '医療及び助産',
    { kind: 'relief-in-kind', when: null },
    '災害で医療を受けられない方に、救護班などが医療を行います。',
  ),
  relief(
    'kyujo-gakuyohin',
    '学用品の給与',
    { kind: 'relief-in-kind', when: 'pupils' },
    '学用品を失った児童・生徒に、教科書・文房具などをお渡しします。',
  ),
  relief(
    'kyujo-kyushutsu',
    '被災者の救出',
    { kind: 'relief-in-kind', when: null },
    '命が危ない方、行方のわからない方を捜し、救い出します。',
  ),
  relief(
    'kyujo-sosaku',
    '遺体の捜索',
    { kind: 'relief-in-kind', when: 'dead' },
    '亡くなっていると思われる方を捜します。',
  ),
  relief(
    'kyujo-shori',
    '遺体の処理',
    { kind: 'relief-in-kind', when: 'dead' },
    'ご遺体を清め、一時的にお預かりします。',
  ),
  relief(
    'kyujo-maiso',
    '埋葬',
    { kind: 'relief-in-kind', when: 'dead' },
    '災害で亡くなった方の埋葬を行います。',
  ),
  relief(
    'kyujo-shogaibutsu',
    '障害物の除去',
    { kind: 'relief-in-kind', when: 'lost-house' },
    '住まいに入った土砂・木などで日常生活に困り、自分の力で取り除けない世帯のために取り除きます。',
  ),
  relief(
    'kyujo-fukushi',
    '福祉サービスの提供',
    { kind: 'relief-in-kind', when: 'needs-welfare' },
    '高齢の方、障害のある方、子どもなどに、必要な福祉サービスを届けます。',
    { fromOn: '2025-07-01' as PlainDate, source: '令和7年改正（法律51号）の概要。施行日・額は未確認' },
  ),
]
