import { certificationWords, UNUSED, type Body, type IssuingMunicipality, type Paper } from '../paper.ts'
import { printedYen } from './printed.ts'

/** One amount with what it is of, as printed. */
export type TaxLine = { readonly label: string; readonly amount: string }

/** Whom a tax certificate is about. */
export type TaxPerson = {
  /** 「令和８年度」 */
  readonly fiscalYear: string
  /** 住所 on 1 January (賦課期日). */
  readonly address: string
  readonly name: string
  readonly birth: string
}

/**
 * The frozen words of a 課税証明書, 非課税証明書 or 所得証明書. All texts are as they appear on paper; an amount that nobody
 * declared is `＊` (`NOT_KNOWN`).
 */
export type TaxIncomeFacts = TaxPerson & {
  readonly title: '課税証明書' | '非課税証明書' | '所得証明書'
  /** 「令和７年中の所得」 */
  readonly incomeYear: string
  /** 税額, by the names of the taxes in this town; `null` on a 所得証明書. */
  readonly taxes: readonly TaxLine[] | null
  /** 所得の内訳, only what there was; then the sums. */
  readonly incomes: readonly TaxLine[]
  readonly incomeSums: readonly TaxLine[]
  readonly deductions: readonly TaxLine[]
  readonly deductionSums: readonly TaxLine[]
  /** 課税標準額; empty on a 所得証明書. */
  readonly bases: readonly TaxLine[]
  /** 扶養・障害者・本人該当, one text a heading. */
  readonly dependants: readonly { readonly label: string; readonly words: string }[]
  /** 備考; `null` is printed as struck out. */
  readonly note: string | null
  readonly certifyingSentence: string
}

/** The frozen words of one 納税証明書. */
export type TaxPaymentFacts = TaxPerson & {
  readonly items: readonly {
    /** 税目 by its name in this town. */
    readonly tax: string
    /** 課税額 */
    readonly assessed: string
    /** 納付済額 */
    readonly paid: string
    /** 未納額 */
    readonly unpaid: string
    /** 納期未到来額 */
    readonly notYetDue: string
    /** 「令和８年１１月２０日現在」 */
    readonly asOf: string
  }[]
  readonly note: string | null
  readonly certifyingSentence: string
}

export const TAX_CERTIFYING_SENTENCE = '上記のとおり相違ないことを証明します。'

/** Says what `＊` is; printed where one stands. */
export const NOT_DECLARED = '「＊」は、申告がなく、金額が確認できないことを示す。'

/** In a table without a line. */
const NONE = '該当なし'
/** After the last line of a table with room below it. */
const NOTHING_BELOW = '（以下余白）'

/** 市民税, 町民税 … and 県民税, 都民税 … as they are called in the town. */
export function residentTaxNames({ name, prefecture }: Pick<IssuingMunicipality, 'name' | 'prefecture'>): {
  readonly municipal: string
  readonly prefectural: string
} {
  return { municipal: `${name.at(-1)}民税`, prefectural: `${prefecture.at(-1)}民税` }
}

const personWords = ({ fiscalYear, address, name, birth }: TaxPerson, year: string): string[] => [
  `${fiscalYear}${year}`,
  '（単位：円）',
  ...['住所', '（賦課期日）', address],
  ...['氏名', name],
  ...['生年月日', birth],
]

const lines = (of: readonly TaxLine[]): string[] => of.flatMap(({ label, amount }) => [label, amount])

/** A column: its heading, its lines, and that nothing follows. */
const column = (heading: string, of: readonly TaxLine[], sums: readonly TaxLine[]): string[] => [
  heading,
  ...lines(of),
  ...(of.length === 0 ? [NONE] : []),
  ...lines(sums),
]

/** The pages of one copy: always one. */
export function taxIncomeBody(facts: TaxIncomeFacts, paper: Paper): Body {
  const words = [
    facts.title,
    ...personWords(facts, `（${facts.incomeYear}）`),
    ...(facts.taxes === null
      ? []
      : ['税額', ...facts.taxes.map(({ label }) => label), ...facts.taxes.map(({ amount }) => amount)]),
    ...column('所得の内訳', facts.incomes, facts.incomeSums),
    NOTHING_BELOW,
    ...column('所得控除', facts.deductions, facts.deductionSums),
    ...(facts.taxes === null ? [] : column('課税標準額', facts.bases, [])),
    NOTHING_BELOW,
    ...facts.dependants.flatMap(({ label, words: said }) => [label, said]),
    ...['備考', facts.note ?? UNUSED],
    ...certificationWords(paper, facts.certifyingSentence),
  ]
  return { facts, pages: [words] }
}

/** 税目 of a person in a year are at most as many as the interface knows. */
export function taxPaymentBody(facts: TaxPaymentFacts, paper: Paper): Body {
  const words = [
    '納税証明書',
    ...personWords(facts, ''),
    ...['税目', '課税額', '納付済額', '未納額', '納期未到来額'],
    ...facts.items.flatMap(({ tax, assessed, paid, unpaid, notYetDue, asOf }) => [
      ...[tax, asOf, assessed, paid, unpaid, notYetDue],
    ]),
    NOTHING_BELOW,
    ...['備考', facts.note ?? UNUSED],
    ...certificationWords(paper, facts.certifyingSentence),
  ]
  return { facts, pages: [words] }
}

const yen = (amount: number | null, ...labels: string[]): TaxLine => ({
  label: labels.join(''),
  amount: printedYen(amount),
})

const PERSON: TaxPerson = {
  fiscalYear: '令和８年度',
  address: '岐阜県飛騨市古川町本町2番22号',
  name: '見本　太郎',
  birth: '昭和５５年３月１４日',
}

const INCOME_SAMPLE: TaxIncomeFacts = {
  ...PERSON,
  title: '課税証明書',
  incomeYear: '令和７年中の所得',
  taxes: [
    yen(112_300, '市民税', '所得割'),
    yen(3_000, '市民税', '均等割'),
    yen(74_900, '県民税', '所得割'),
    yen(2_000, '県民税', '均等割'),
    yen(1_000, '森林環境税'),
    yen(193_200, '年税額'),
  ],
  incomes: [yen(4_850_000, '給与収入'), yen(3_440_000, '給与所得')],
  incomeSums: [yen(3_440_000, '総所得金額'), yen(3_440_000, '総所得金額等'), yen(3_440_000, '合計所得金額')],
  deductions: [
    yen(702_300, '社会保険料'),
    yen(28_000, '生命保険料'),
    yen(330_000, '配偶者'),
    yen(430_000, '基礎'),
  ],
  deductionSums: [yen(1_490_300, '控除合計')],
  bases: [yen(1_949_000, '総所得')],
  dependants: [
    {
      label: '扶養親族',
      words: '一般 0人　特定 0人　老人 0人（うち同居老親等 0人）　特定親族 0人　16歳未満 1人',
    },
    { label: '控除対象配偶者', words: '一般' },
    { label: '障害者（扶養等）', words: 'なし' },
    { label: '本人該当', words: 'なし' },
  ],
  note: null,
  certifyingSentence: TAX_CERTIFYING_SENTENCE,
}

const PAYMENT_SAMPLE: TaxPaymentFacts = {
  ...PERSON,
  items: [
    {
      tax: '市民税・県民税・森林環境税（普通徴収）',
      assessed: '193,200',
      paid: '97,200',
      unpaid: '0',
      notYetDue: '96,000',
      asOf: '令和８年１１月２０日現在',
    },
  ],
  note: null,
  certifyingSentence: TAX_CERTIFYING_SENTENCE,
}

export const taxAssessmentSample = (paper: Paper): Body => taxIncomeBody(INCOME_SAMPLE, paper)
export const taxPaymentSample = (paper: Paper): Body => taxPaymentBody(PAYMENT_SAMPLE, paper)
export const incomeSample = (paper: Paper): Body =>
  taxIncomeBody({ ...INCOME_SAMPLE, title: '所得証明書', taxes: null, bases: [] }, paper)
