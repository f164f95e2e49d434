import { readFileSync } from 'node:fs'
import { partsOf, plainDate } from '@open-bcl/core/dates.ts'
import { fileInterfaces, type Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { ageOn, type ResidentRecord } from '@open-bcl/modules/residents/residents.ts'
import { demoDay } from './drafts.ts'
import { fileOf, type DemoTown } from './town.ts'

/**
 * 印鑑登録 and 個人住民税 of 飛騨市, invented as its people are: of every named person and of some of the many. Nothing is drawn
 * by lot: who has what follows from the 宛名番号, so that adding a person changes nobody else.
 */

/** Whose the files are about, and the rows of each. */
export type RegisterFile = {
  readonly business: Business
  readonly rows: readonly (readonly string[])[]
}

export function registerFiles(town: DemoTown): RegisterFile[] {
  const named = new Set(Object.values(town.people).map(({ residentNo }) => residentNo))
  const adults = town.residents.filter(({ birth }) => (ageOn(birth, demoDay) ?? 80) >= 18)
  const some = (every: number) =>
    adults.filter(({ residentNo }) => named.has(residentNo) || sequenceOf(residentNo) % every === 0)
  const taxpayers = some(12).filter((record) => wasHereOn(record, 2026))
  const before = new Map(town.history.map((record) => [record.residentNo, record]))
  const years = (record: ResidentRecord): number[] =>
    [2026, 2025].filter((year) => (year === 2026 || named.has(record.residentNo)) && wasHereOn(record, year))
  const declared = taxpayers.flatMap((record) =>
    years(record).map((year) => taxOf(town, record, before, year)),
  )
  return [
    { business: 'seals', rows: some(16).flatMap((record) => sealRows(town, record)) },
    { business: 'tax-assessments', rows: declared.map(({ assessment }) => assessment) },
    { business: 'tax-incomes', rows: declared.map(({ income }) => income) },
    { business: 'tax-payments', rows: declared.flatMap(({ payments }) => payments) },
  ]
}

/** One of them as a full linkage file. */
export async function* registerCsv({ business, rows }: RegisterFile): AsyncGenerator<Uint8Array> {
  yield* fileOf(business, rows)
}

function sequenceOf(residentNo: string): number {
  return Number(residentNo.slice(2, -1))
}

/** 1 January of the year decides which town levies the tax. */
function wasHereOn({ becameResidentOn }: ResidentRecord, year: number): boolean {
  return becameResidentOn.on === null || becameResidentOn.on <= `${year}-01-01`
}

/** A row of a business from its items by name; flags are 0, the marks those of a newest row. */
export function rowOf(
  town: DemoTown,
  business: Business,
  values: Readonly<Record<string, string>>,
): string[] {
  const marks: Readonly<Record<string, string>> = {
    市区町村コード: town.municipality.code,
    操作者ID: 'demo',
    操作年月日: demoDay,
    操作時刻: '02:00:00',
    最新フラグ: '1',
  }
  return fileInterfaces[business].columns.map(
    ({ name, kind }) => values[name] ?? marks[name] ?? (kind === 'flag' ? '0' : ''),
  )
}

// Seals

type DrawnSeal = { readonly mm: number; readonly png: string }
const seals = JSON.parse(readFileSync(new URL('data/seals.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, DrawnSeal>
>

/** What a seal says: the family name, or of the 通称; `null` where it is written in Latin letters. */
export function sealName({ name }: ResidentRecord): string | null {
  const [family = ''] = (name.alias === '' ? name.full : name.alias).split('　')
  return family === '' || /[A-Za-z]/.test(family) ? null : family
}

/** Whose seal was cancelled in May: a certificate of it must never come. */
const cancelled = 'saitoTadashi'

function sealRows(town: DemoTown, record: ResidentRecord): string[][] {
  const family = sealName(record)
  const seal = family === null ? undefined : seals[family]
  if (seal === undefined || record.state !== 'resident') return []
  const values = {
    宛名番号: record.residentNo,
    印鑑登録番号: String(sequenceOf(record.residentNo)).padStart(7, '0'),
    履歴番号: '1',
    登録状態: '1',
    登録年月日: '2021-04-05',
    登録氏名区分: record.name.alias === '' ? '1' : '3',
    登録氏名: record.name.alias === '' ? record.name.full : record.name.alias,
    印影_幅mm: seal.mm.toFixed(1),
    印影_高さmm: seal.mm.toFixed(1),
    印影: seal.png,
  }
  if (record.residentNo !== town.people[cancelled]?.residentNo) return [rowOf(town, 'seals', values)]
  const gone = { 履歴番号: '2', 登録状態: '2', 廃止年月日: '2026-05-11', 廃止事由: '01' }
  const empty = { 印影_幅mm: '', 印影_高さmm: '', 印影: '' }
  return [
    rowOf(town, 'seals', { ...values, 最新フラグ: '0' }),
    rowOf(town, 'seals', { ...values, ...gone, ...empty }),
  ]
}

// Taxes

type Earned = {
  readonly salary: number
  readonly pension: number
  readonly declares: boolean
  readonly dependant: boolean
}

/** Keys of `town.people`. */
const undeclared = 'tsujiMisaki'
const unpaid = 'yoshidaShigeru'

function earnedBy(town: DemoTown, record: ResidentRecord): Earned {
  const age = ageOn(record.birth, demoDay) ?? 80
  const step = sequenceOf(record.residentNo) % 37
  const nothing = { salary: 0, pension: 0 }
  if (record.residentNo === town.people[undeclared]?.residentNo)
    return { ...nothing, declares: false, dependant: false }
  // A spouse or a student on somebody else's declaration need not make one.
  if (age < 23 || (age < 60 && /^(妻|夫)/.test(record.relationText) && step % 3 === 0))
    return { ...nothing, declares: false, dependant: true }
  if (age >= 65) return { salary: 0, pension: 700_000 + step * 55_000, declares: true, dependant: false }
  return { salary: 1_800_000 + step * 165_000, pension: 0, declares: true, dependant: false }
}

/** 給与所得: 令和7年分の給与所得控除 below 8,500,000 yen. */
function ofSalary(salary: number): number {
  if (salary <= 1_900_000) return Math.max(0, salary - 650_000)
  if (salary <= 3_600_000) return Math.floor(salary * 0.7) - 80_000
  return salary <= 6_600_000 ? Math.floor(salary * 0.8) - 440_000 : Math.floor(salary * 0.9) - 1_100_000
}

function taxOf(
  town: DemoTown,
  record: ResidentRecord,
  before: ReadonlyMap<string, ResidentRecord>,
  year: number,
): { readonly assessment: string[]; readonly income: string[]; readonly payments: string[][] } {
  const { salary, pension, declares, dependant } = earnedBy(town, record)
  const own = { 宛名番号: record.residentNo, 課税年度: String(year), 履歴番号: '1' }
  const address = addressOn(record, before, year)
  const place = {
    賦課期日住所_市区町村コード: address.municipalityCode,
    賦課期日住所_町字コード: address.townCode,
    賦課期日住所_都道府県: address.prefecture,
    賦課期日住所_市区郡町村名: address.city,
    賦課期日住所_町字: address.town,
    賦課期日住所_番地号表記: address.number,
    賦課期日住所_方書: address.building,
    賦課期日住所_郵便番号: address.postCode,
  }
  if (!declares) {
    const silent = { 課税非課税区分: '3', 未申告区分: '1', ...place }
    return {
      assessment: rowOf(town, 'tax-assessments', { ...own, ...silent }),
      income: rowOf(town, 'tax-incomes', { ...own, 申告区分: '0', 被扶養者: dependant ? '1' : '0' }),
      payments: [],
    }
  }
  const fromSalary = ofSalary(salary)
  const fromPension = Math.max(0, pension - 1_100_000)
  const total = fromSalary + fromPension
  const insurance = Math.floor(((salary + pension) * 0.145) / 100) * 100
  const deducted = insurance + 430_000
  const base = Math.max(0, Math.floor((total - deducted) / 1_000) * 1_000)
  const taxed = total > 380_000
  const hundreds = (yen: number): number => Math.max(0, Math.floor(yen / 100) * 100)
  const [city, prefecture] = taxed ? [hundreds(base * 0.06 - 1_500), hundreds(base * 0.04 - 1_000)] : [0, 0]
  const [flatCity, flatPrefecture, forest] = taxed ? [3_000, 2_000, 1_000] : [0, 0, 0]
  const tax = city + prefecture + flatCity + flatPrefecture + forest
  const yen = (amounts: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, String(amount)]))
  return {
    assessment: rowOf(town, 'tax-assessments', {
      ...own,
      ...place,
      課税非課税区分: taxed ? '1' : '2',
      未申告区分: '0',
      徴収区分: salary > 0 ? '2' : '1',
      賦課決定年月日: `${year}-06-05`,
      ...yen({
        課税標準額_総所得: base,
        課税標準額_合計: base,
        市町村民税_調整控除額: taxed ? 1_500 : 0,
        市町村民税_所得割額: city,
        市町村民税_均等割額: flatCity,
        都道府県民税_調整控除額: taxed ? 1_000 : 0,
        都道府県民税_所得割額: prefecture,
        都道府県民税_均等割額: flatPrefecture,
        森林環境税額: forest,
        年税額: tax,
      }),
    }),
    income: rowOf(town, 'tax-incomes', {
      ...own,
      申告区分: salary > 0 ? '3' : '2',
      控除対象配偶者区分: '0',
      本人該当_障害者: '0',
      ...yen({
        給与収入額: salary,
        給与所得額: fromSalary,
        公的年金等収入額: pension,
        雑所得額_公的年金等: fromPension,
        総所得金額: total,
        総所得金額等: total,
        合計所得金額: total,
        控除額_社会保険料: insurance,
        控除額_基礎: 430_000,
        控除額_合計: deducted,
      }),
    }),
    payments: tax === 0 ? [] : [paymentRow(town, record, own, year, tax, salary > 0)],
  }
}

/** 普通徴収 in four parts: by the demonstration's day three are due. 特別徴収 is paid by the employer month by month. */
function paymentRow(
  town: DemoTown,
  record: ResidentRecord,
  own: Readonly<Record<string, string>>,
  year: number,
  tax: number,
  byEmployer: boolean,
): string[] {
  const last = year < partsOf(demoDay).year
  const due = last ? tax : byEmployer ? Math.floor((tax * 5) / 12) : tax - Math.floor(tax / 4)
  const owed = record.residentNo === town.people[unpaid]?.residentNo && !last ? Math.floor(tax / 4) : 0
  return rowOf(town, 'tax-payments', {
    ...own,
    税目: byEmployer ? '02' : '01',
    納付状況基準年月日: demoDay,
    課税額: String(tax),
    納付済額: String(due - owed),
    未納額: String(owed),
    納期未到来額: String(tax - due),
    最終納付年月日: '2026-10-31',
  })
}

/** 住所 on 1 January: before a move since then the older one. */
function addressOn(
  record: ResidentRecord,
  before: ReadonlyMap<string, ResidentRecord>,
  year: number,
): ResidentRecord['address'] {
  const older = before.get(record.residentNo)
  const since = record.changedOn.on ?? plainDate('1900-01-01')
  return older !== undefined && since > `${year}-01-01` ? older.address : record.address
}
