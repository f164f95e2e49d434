import { NOT_KNOWN, printedYen } from '../papers/printed.ts'
import {
  NOT_DECLARED,
  TAX_CERTIFYING_SENTENCE,
  type TaxIncomeFacts,
  type TaxLine,
  type TaxPaymentFacts,
} from '../papers/tax.ts'

const yen = (label: string, amount: number | null): TaxLine => ({ label, amount: printedYen(amount) })

const taxes = (...of: (number | null)[]): TaxLine[] =>
  ['市民税所得割', '市民税均等割', '県民税所得割', '県民税均等割', '森林環境税', '年税額'].map((label, i) =>
    yen(label, of[i]!),
  )
const nobody = [
  { label: '扶養親族', words: 'なし' },
  { label: '控除対象配偶者', words: 'なし' },
  { label: '障害者（扶養等）', words: 'なし' },
  { label: '本人該当', words: 'なし' },
]

const katsuragi: TaxIncomeFacts = {
  title: '課税証明書',
  fiscalYear: '令和８年度',
  incomeYear: '令和７年中の所得',
  address: '岐阜県飛騨市古川町本町2番22号　コーポ飛騨古川203号室',
  name: '葛\u{E0100}城　髙太郎',
  birth: '昭和５５年３月１４日',
  taxes: taxes(112_300, 3_000, 74_900, 2_000, 1_000, 193_200),
  incomes: [yen('給与収入', 4_850_000), yen('給与所得', 3_440_000)],
  incomeSums: [yen('総所得金額', 3_440_000), yen('総所得金額等', 3_440_000), yen('合計所得金額', 3_440_000)],
  deductions: [yen('社会保険料', 702_300), yen('生命保険料', 28_000), yen('配偶者', 330_000), yen('基礎', 430_000)],
  deductionSums: [yen('控除合計', 1_490_300)],
  bases: [yen('総所得', 1_949_000)],
  dependants: [
    { label: '扶養親族', words: '16歳未満 1人' },
    { label: '控除対象配偶者', words: '一般' },
    ...nobody.slice(2),
  ],
  note: null,
  certifyingSentence: TAX_CERTIFYING_SENTENCE,
}

const everyIncome = [
  ...['給与収入', '給与所得', '公的年金等収入', '雑所得（公的年金等）', '雑所得（業務）', '雑所得（その他）', '営業等所得'],
  ...['農業所得', '不動産所得', '利子所得', '配当所得', '総合譲渡所得（短期）', '総合譲渡所得（長期）', '一時所得'],
  ...['山林所得', '退職所得', '分離譲渡所得（短期）', '分離譲渡所得（長期）', '譲渡所得の特別控除', '一般株式等の譲渡所得'],
  ...['上場株式等の譲渡所得', '上場株式等の配当等所得', '先物取引の所得', '繰越損失'],
]
const everyDeduction = [
  ...['雑損', '医療費', '社会保険料', '小規模企業共済等掛金', '生命保険料', '地震保険料', '障害者', '寡婦', 'ひとり親'],
  ...['勤労学生', '配偶者', '配偶者特別', '扶養', '特定親族特別', '基礎'],
]
const everyBase = [
  ...['総所得', '山林所得', '退職所得', '分離短期譲渡所得', '分離長期譲渡所得', '一般株式等譲渡所得'],
  ...['上場株式等譲渡所得', '上場株式等配当等所得', '先物取引所得'],
]

/** 課税証明書, 非課税証明書 of the golden pages; the key names its file. */
export const taxIncomeFacts: Readonly<Record<string, TaxIncomeFacts>> = {
  taxed: katsuragi,
  'not-taxed': {
    ...katsuragi,
    title: '非課税証明書',
    name: '山本　トメ',
    birth: '昭和２０年頃',
    taxes: taxes(0, 0, 0, 0, 0, 0),
    incomes: [yen('公的年金等収入', 780_000)],
    incomeSums: [yen('総所得金額', 0), yen('総所得金額等', 0), yen('合計所得金額', 0)],
    deductions: [yen('社会保険料', 38_400), yen('基礎', 430_000)],
    deductionSums: [yen('控除合計', 468_400)],
    bases: [],
    dependants: nobody,
  },
  'every-income-and-deduction': {
    ...katsuragi,
    incomes: everyIncome.map((label, i) => yen(label, i === 6 ? -1_234_567 : 1_000_000 + i * 111_111)),
    deductions: everyDeduction.map((label, i) => yen(label, 260_000 + i * 1_111)),
    bases: everyBase.map((label, i) => yen(label, 1_000_000 + i * 1_000)),
    dependants: [
      {
        label: '扶養親族',
        words: '一般 2人　特定 1人　老人 2人（うち同居老親等 1人）　特定親族 1人　16歳未満 3人',
      },
      { label: '控除対象配偶者', words: '同一生計配偶者' },
      { label: '障害者（扶養等）', words: '普通 1人　特別 2人（うち同居 1人）' },
      { label: '本人該当', words: '障害者（特別）・ひとり親・勤労学生・未成年者' },
    ],
  },
  'undeclared-dependant': {
    ...katsuragi,
    name: '葛\u{E0100}城　花子',
    birth: '平成１６年９月３日',
    taxes: taxes(null, null, null, null, null, null),
    incomes: [yen('（申告なし）', null)],
    incomeSums: [yen('総所得金額', null), yen('総所得金額等', null), yen('合計所得金額', null)],
    deductions: [yen('（申告なし）', null)],
    deductionSums: [yen('控除合計', null)],
    bases: [yen('（申告なし）', null)],
    dependants: nobody.map(({ label }) => ({ label, words: NOT_KNOWN })),
    note: NOT_DECLARED,
  },
  'long-names-and-largest-amounts': {
    ...katsuragi,
    name: 'ADEBAYO-FERNANDEZ DE LA CRUZ Y MONTENEGRO MARIA GUADALUPE ALEXANDRIA ESPERANZA VICTORIA CONSTANZA JR',
    birth: '１９９４年１月２３日',
    address: `岐阜県飛騨市神岡町${'大字東雲字上平'.repeat(6)}１２３４番地５６　${'グランドメゾン神岡'.repeat(2)}第２号棟１０１２号室`,
    taxes: taxes(999_999_999_999, 3_000, -999_999_999_999, 2_000, 1_000, 999_999_999_999),
    incomes: [yen('給与収入', 999_999_999_999_999), yen('営業等所得', -999_999_999_999_999)],
    incomeSums: [yen('総所得金額', -1), yen('総所得金額等', 0), yen('合計所得金額', 999_999_999_999_999)],
  },
}

/** 所得証明書 of the golden pages. */
export const incomeFacts: Readonly<Record<string, TaxIncomeFacts>> = {
  income: { ...katsuragi, title: '所得証明書', taxes: null, bases: [] },
}

const tax = '市民税・県民税・森林環境税（普通徴収）'
const asOf = '令和８年１１月２０日現在'
const { fiscalYear, address, name, birth, note, certifyingSentence } = katsuragi

/** 納税証明書 of the golden pages. */
export const taxPaymentFacts: Readonly<Record<string, TaxPaymentFacts>> = {
  'payment-unpaid': {
    ...{ fiscalYear, address, name, birth, note, certifyingSentence },
    items: [
      { tax, asOf, assessed: '193,200', paid: '49,200', unpaid: '48,000', notYetDue: '96,000' },
      { tax: '固定資産税・都市計画税', asOf, assessed: '84,000', paid: '84,000', unpaid: '0', notYetDue: '0' },
    ],
  },
  'payment-every-tax': {
    ...{ fiscalYear, address, name, birth, note, certifyingSentence },
    items: [
      tax,
      '市民税・県民税・森林環境税（給与特別徴収）',
      '市民税・県民税・森林環境税（年金特別徴収）',
      '固定資産税・都市計画税',
      '軽自動車税（種別割）',
      '国民健康保険税',
    ].map((one, i) => ({
      tax: one,
      asOf,
      assessed: printedYen(i === 0 ? 999_999_999_999_999 : 120_000 * i),
      paid: printedYen(i === 1 ? -500 : 0),
      unpaid: printedYen(120_000 * i),
      notYetDue: '0',
    })),
  },
}
