import type { PlainDate } from '@open-bcl/core/brand.ts'
import { partsOf, plainDate } from '@open-bcl/core/dates.ts'
import type { BlockReason } from '../certificates/certificates.ts'
import { NOT_KNOWN, printedDate, printedYen } from '../certificates/papers/printed.ts'
import {
  NOT_DECLARED,
  residentTaxNames,
  type TaxIncomeFacts,
  type TaxLine,
  type TaxPaymentFacts,
} from '../certificates/papers/tax.ts'
import { taxItemCodes } from '../interfaces/definitions/taxes.ts'
import { dayOf, flagOf, numberOf, textOf, type Entry } from '../registers/entries.ts'
import { addressLine, type ResidentRecord } from '../residents/residents.ts'

/** The papers of the kind 税証明. 所得証明書 is apart only in towns that keep it so. */
export const taxPapers = {
  assessment: '課税（非課税）証明書',
  income: '所得証明書',
  payment: '納税証明書',
} as const
export type TaxPaper = keyof typeof taxPapers

/** 現年度: the one a machine issues. `begins`: `MM-DD` (`IssueOptions.taxYearBegins`). */
export function currentYear(day: PlainDate, begins: string): number {
  const { year } = partsOf(day)
  return day.slice(5) >= begins ? year : year - 1
}

export function yearOf(entry: Entry): number {
  return numberOf(entry, '課税年度') ?? 0
}

/** Nobody said what this person earned. */
export function isUndeclared(assessment: Entry, income: Entry | null): boolean {
  return (
    textOf(assessment, '課税非課税区分') === '3' ||
    flagged(assessment, '未申告区分') ||
    (income !== null && textOf(income, '申告区分') === '0')
  )
}

/** Somebody else's dependant need not declare: her amounts are `＊`, never 0; who wants 0 on paper declares. */
function isSilentDependant(assessment: Entry, income: Entry | null): boolean {
  return isUndeclared(assessment, income) && income !== null && flagOf(income, '被扶養者')
}

function flagged(entry: Entry, name: string): boolean {
  return textOf(entry, name) === '1'
}

/** What stands in the way of a 課税証明書 or 所得証明書 of one year. */
export const assessmentFaults: readonly (BlockReason & {
  readonly holds: (assessment: Entry, income: Entry | null, person: ResidentRecord) => boolean
})[] = [
  {
    code: 307,
    ja: '未申告です（申告が済むと交付できます）',
    holds: (assessment, income) => isUndeclared(assessment, income) && !isSilentDependant(assessment, income),
  },
  {
    code: 307,
    ja: '課税の内容を調査中です',
    holds: (assessment) => textOf(assessment, '課税非課税区分') === '4',
  },
  {
    code: 309,
    ja: '他の市区町村で課税されています。課税した市区町村が証明します',
    holds: (assessment) => flagged(assessment, '他団体課税対象者区分'),
  },
  {
    code: 309,
    ja: 'この年度の所得のデータがありません',
    holds: (assessment, income) => income === null && !isUndeclared(assessment, income),
  },
  {
    code: 311,
    ja: '課税か非課税かの区分と年税額が合いません。連携元で直してください',
    holds: (assessment) => {
      const tax = numberOf(assessment, '年税額')
      const taxation = textOf(assessment, '課税非課税区分')
      return tax !== null && (tax < 0 || (taxation === '2' && tax > 0))
    },
  },
  {
    code: 311,
    ja: '未申告の被扶養者に年税額があります。連携元で直してください',
    holds: (assessment, income) =>
      isSilentDependant(assessment, income) && (numberOf(assessment, '年税額') ?? 0) > 0,
  },
  {
    code: 309,
    ja: '1月1日（賦課期日）の住所がわかりません。連携元から送ってください',
    holds: (assessment, _income, person) => addressOnLevyDay(assessment, person) === null,
  },
]

/**
 * 住所 on 1 January as the assessment has it; else the present one, when nothing about the person has changed since. `null`
 * when nobody can say.
 */
export function addressOnLevyDay(
  assessment: Entry | null,
  person: ResidentRecord,
  year?: number,
): string | null {
  const of = assessment === null ? year! : yearOf(assessment)
  const part = (name: string): string =>
    assessment === null ? '' : textOf(assessment, `賦課期日住所_${name}`)
  const place = ['都道府県', '市区郡町村名', '町字', '番地号表記'].map(part).join('')
  if (part('町字') !== '' || part('番地号表記') !== '')
    return part('方書') === '' ? place : `${place}　${part('方書')}`
  const levied = plainDate(`${of}-01-01`)
  const { on, uncertain } = person.changedOn
  return on !== null && !uncertain && on <= levied ? addressLine(person.address) : null
}

/** 氏名 on 1 January, else the present one. */
function nameOf(assessment: Entry | null, { name }: ResidentRecord): string {
  const then = assessment === null ? '' : textOf(assessment, '賦課期日_氏名')
  return then === '' ? name.full : then
}

function personOf(
  assessment: Entry | null,
  person: ResidentRecord,
  year: number,
): Pick<TaxIncomeFacts, 'address' | 'name' | 'birth'> {
  const address = addressOnLevyDay(assessment, person, year)
  if (address === null) throw new Error('nobody knows the address of 1 January')
  return {
    address,
    name: nameOf(assessment, person),
    birth: printedDate(person.birth, person.kind === 'foreign' ? 'western' : 'wareki') ?? '不詳',
  }
}

/** 項目名 of the interface → as printed. */
type Named = readonly (readonly [item: string, label: string])[]

const incomeLines: Named = [
  ['給与収入額', '給与収入'],
  ['給与所得額', '給与所得'],
  ['公的年金等収入額', '公的年金等収入'],
  ['雑所得額_公的年金等', '雑所得（公的年金等）'],
  ['雑所得額_業務', '雑所得（業務）'],
  ['雑所得額_その他', '雑所得（その他）'],
  ['営業等所得額', '営業等所得'],
  ['農業所得額', '農業所得'],
  ['不動産所得額', '不動産所得'],
  ['利子所得額', '利子所得'],
  ['配当所得額', '配当所得'],
  ['総合譲渡所得額_短期', '総合譲渡所得（短期）'],
  ['総合譲渡所得額_長期', '総合譲渡所得（長期）'],
  ['一時所得額', '一時所得'],
  ['山林所得額', '山林所得'],
  ['退職所得額', '退職所得'],
  ['分離譲渡所得額_短期', '分離譲渡所得（短期）'],
  ['分離譲渡所得額_長期', '分離譲渡所得（長期）'],
  ['譲渡所得特別控除額', '譲渡所得の特別控除'],
  ['一般株式等譲渡所得額', '一般株式等の譲渡所得'],
  ['上場株式等譲渡所得額', '上場株式等の譲渡所得'],
  ['上場株式等配当等所得額', '上場株式等の配当等所得'],
  ['先物取引所得額', '先物取引の所得'],
  ['繰越損失額', '繰越損失'],
]
const incomeSums: Named = [
  ['総所得金額', '総所得金額'],
  ['総所得金額等', '総所得金額等'],
  ['合計所得金額', '合計所得金額'],
]
const deductionLines: Named = [
  ['控除額_雑損', '雑損'],
  ['控除額_医療費', '医療費'],
  ['控除額_社会保険料', '社会保険料'],
  ['控除額_小規模企業共済等掛金', '小規模企業共済等掛金'],
  ['控除額_生命保険料', '生命保険料'],
  ['控除額_地震保険料', '地震保険料'],
  ['控除額_障害者', '障害者'],
  ['控除額_寡婦', '寡婦'],
  ['控除額_ひとり親', 'ひとり親'],
  ['控除額_勤労学生', '勤労学生'],
  ['控除額_配偶者', '配偶者'],
  ['控除額_配偶者特別', '配偶者特別'],
  ['控除額_扶養', '扶養'],
  ['控除額_特定親族特別', '特定親族特別'],
  ['控除額_基礎', '基礎'],
]
const deductionSums: Named = [['控除額_合計', '控除合計']]
const baseLines: Named = [
  ['課税標準額_総所得', '総所得'],
  ['課税標準額_山林所得', '山林所得'],
  ['課税標準額_退職所得', '退職所得'],
  ['課税標準額_分離短期譲渡所得', '分離短期譲渡所得'],
  ['課税標準額_分離長期譲渡所得', '分離長期譲渡所得'],
  ['課税標準額_一般株式等譲渡所得', '一般株式等譲渡所得'],
  ['課税標準額_上場株式等譲渡所得', '上場株式等譲渡所得'],
  ['課税標準額_上場株式等配当等所得', '上場株式等配当等所得'],
  ['課税標準額_先物取引所得', '先物取引所得'],
]

/** Only what there was: neither nothing nor what does not apply. */
function stated(entry: Entry, named: Named): TaxLine[] {
  return named
    .map(([item, label]) => ({ label, yen: numberOf(entry, item) }))
    .filter(({ yen }) => yen !== null && yen !== 0)
    .map(({ label, yen }) => ({ label, amount: printedYen(yen) }))
}

/** Every line, `＊` where nobody knows. */
function every(entry: Entry | null, named: Named): TaxLine[] {
  return named.map(([item, label]) => ({
    label,
    amount: printedYen(entry === null ? null : numberOf(entry, item)),
  }))
}

const nothingDeclared: readonly TaxLine[] = [{ label: '（申告なし）', amount: NOT_KNOWN }]

export type TownNames = Parameters<typeof residentTaxNames>[0]

/** 課税証明書, 非課税証明書 when the tax is known to be 0, or 所得証明書. */
export function incomeFactsOf(
  paper: 'assessment' | 'income',
  assessment: Entry,
  income: Entry | null,
  person: ResidentRecord,
  {
    town,
    fiscalYear,
    incomeYear,
    sentence,
  }: { town: TownNames; fiscalYear: string; incomeYear: string; sentence: string },
): TaxIncomeFacts {
  const undeclared = isUndeclared(assessment, income)
  const lines = (entry: Entry | null, named: Named): readonly TaxLine[] =>
    undeclared || entry === null ? nothingDeclared : stated(entry, named)
  const known = undeclared ? null : income
  const taxes = taxesOf(undeclared ? null : assessment, town)
  const facts: TaxIncomeFacts = {
    ...personOf(assessment, person, yearOf(assessment)),
    title:
      paper === 'income'
        ? '所得証明書'
        : !undeclared && numberOf(assessment, '年税額') === 0
          ? '非課税証明書'
          : '課税証明書',
    fiscalYear,
    incomeYear: `${incomeYear}中の所得`,
    taxes: paper === 'income' ? null : taxes,
    incomes: lines(income, incomeLines),
    incomeSums: every(known, incomeSums),
    deductions: lines(income, deductionLines),
    deductionSums: every(known, deductionSums),
    bases: paper === 'income' ? [] : lines(assessment, baseLines),
    dependants: dependantsOf(known),
    note: null,
    certifyingSentence: sentence,
  }
  return JSON.stringify(facts).includes(NOT_KNOWN) ? { ...facts, note: NOT_DECLARED } : facts
}

function taxesOf(assessment: Entry | null, town: TownNames): TaxLine[] {
  const { municipal, prefectural } = residentTaxNames(town)
  return every(assessment, [
    ['市町村民税_所得割額', `${municipal}所得割`],
    ['市町村民税_均等割額', `${municipal}均等割`],
    ['都道府県民税_所得割額', `${prefectural}所得割`],
    ['都道府県民税_均等割額', `${prefectural}均等割`],
    ['森林環境税額', '森林環境税'],
    ['年税額', '年税額'],
  ])
}

const spouses: Readonly<Record<string, string>> = {
  '0': 'なし',
  '1': '一般',
  '2': '老人',
  '3': '配偶者特別',
  '4': '同一生計配偶者',
}

/** 扶養・障害者・本人該当; `＊` where nobody declared. */
function dependantsOf(income: Entry | null): TaxIncomeFacts['dependants'] {
  const of = (label: string, words: (entry: Entry) => string) => ({
    label,
    words: income === null ? NOT_KNOWN : words(income),
  })
  const people = (
    entry: Entry,
    named: Named,
    within: Readonly<Record<string, readonly [string, string]>>,
  ): string =>
    named
      .map(([item, label]) => ({ item, label, count: numberOf(entry, item) ?? 0 }))
      .filter(({ count }) => count > 0)
      .map(({ item, label, count }) => {
        const part = within[item]
        const inside = part === undefined ? 0 : (numberOf(entry, part[0]) ?? 0)
        return `${label} ${count}人${inside > 0 ? `（うち${part![1]} ${inside}人）` : ''}`
      })
      .join('　') || 'なし'
  return [
    of('扶養親族', (entry) =>
      people(
        entry,
        [
          ['扶養人数_一般', '一般'],
          ['扶養人数_特定', '特定'],
          ['扶養人数_老人', '老人'],
          ['扶養人数_特定親族', '特定親族'],
          ['扶養人数_16歳未満', '16歳未満'],
        ],
        { 扶養人数_老人: ['扶養人数_同居老親等', '同居老親等'] },
      ),
    ),
    of('控除対象配偶者', (entry) => spouses[textOf(entry, '控除対象配偶者区分')] ?? 'なし'),
    of('障害者（扶養等）', (entry) =>
      people(
        entry,
        [
          ['障害者人数_普通', '普通'],
          ['障害者人数_特別', '特別'],
        ],
        { 障害者人数_特別: ['障害者人数_同居特別', '同居'] },
      ),
    ),
    of('本人該当', ownState),
  ]
}

function ownState(entry: Entry): string {
  const disabled = textOf(entry, '本人該当_障害者')
  const states = [
    ...(disabled === '1' ? ['障害者（普通）'] : disabled === '2' ? ['障害者（特別）'] : []),
    ...['寡婦', 'ひとり親', '勤労学生', '未成年者'].filter((name) => flagOf(entry, `本人該当_${name}`)),
  ]
  return states.length === 0 ? 'なし' : states.join('・')
}

/** 納税証明書 of one year: every tax of it. */
export function paymentFactsOf(
  payments: readonly Entry[],
  assessment: Entry | null,
  person: ResidentRecord,
  {
    town,
    year,
    fiscalYear,
    sentence,
  }: { town: TownNames; year: number; fiscalYear: string; sentence: string },
): TaxPaymentFacts {
  return {
    ...personOf(assessment, person, year),
    fiscalYear,
    items: payments.map((entry) => ({
      tax: taxName(textOf(entry, '税目'), town),
      assessed: printedYen(numberOf(entry, '課税額')),
      paid: printedYen(numberOf(entry, '納付済額')),
      unpaid: printedYen(numberOf(entry, '未納額')),
      notYetDue: printedYen(numberOf(entry, '納期未到来額')),
      asOf: `${printedDate({ on: dayOf(entry, '納付状況基準年月日'), uncertain: false, text: null }, 'wareki') ?? ''}現在`,
    })),
    note: null,
    certifyingSentence: sentence,
  }
}

function taxName(code: string, town: TownNames): string {
  const { municipal, prefectural } = residentTaxNames(town)
  const name: string = taxItemCodes[code as keyof typeof taxItemCodes] ?? `税目${code}`
  return name.replace('市町村民税', municipal).replace('都道府県民税', prefectural)
}
