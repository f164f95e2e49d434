import {
  byPayment,
  compare,
  costItems,
  planSizeClass,
  specialGrant,
  yearsOf,
  type CostItem,
  type Plan,
  type Year,
} from '../calculator.ts'
import { fiscalYearWords, monthWords, type Month } from '../fiscal-year.ts'
import { measureWords, sizeClasses, type Measure } from '../tariff.ts'
import { usageFee, usageTariffOf } from '../usage-fee.ts'
import { modelFields, modelOf, readPlan, type Fields } from './cost-form.ts'
import { bar, element, lineChart, table, yen } from './cost-parts.ts'
import { tariffParts } from './cost-tariffs.ts'

const itemKeys = Object.keys(costItems) as CostItem[]
/** A pause in typing after which the sums are made and told. */
const pauseMs = 300

/**
 * The public page `/cost`: what would we pay. Everything is reckoned here, by the same functions as the real settlement; nothing
 * is sent. The address keeps what was typed.
 */
export function startReckoning(): void {
  const form = find('plan') as HTMLFormElement
  fillChoices()
  const given = new URLSearchParams(location.search)
  for (const [name, value] of given) setField(form, name, value)
  if (given.size > 0)
    for (const box of ['issuing', 'support'])
      (form.elements.namedItem(box) as HTMLInputElement).checked = given.get(box) === 'on'
  // What somebody wrote stays; only what still is the model's follows the head count.
  const own = new Set<string>(modelFields.filter((name) => given.has(name)))
  const refill = (): void => {
    const model = modelOf(fieldsOf(form))
    if (model) for (const name of modelFields) if (!own.has(name)) setField(form, name, model[name])
  }
  refill()
  show(form, own)

  let pause: ReturnType<typeof setTimeout> | undefined
  form.addEventListener('input', (event) => {
    const { name } = event.target as HTMLInputElement
    if (modelFields.some((field) => field === name)) own.add(name)
    else if (name === 'people' || name === 'type') refill()
    clearTimeout(pause)
    pause = setTimeout(() => show(form, own), pauseMs)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    show(form, own)
  })
  find('model').addEventListener('click', () => {
    own.clear()
    refill()
    show(form, own)
  })
  find('counted').addEventListener('change', () => show(form, own))
  find('tariffs').replaceChildren(...tariffParts())
}

function find(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`no element #${id}`)
  return found
}

/** Months that somebody may plan for: this fiscal year and the next four. */
function fillChoices(): void {
  const today = new Date(Date.now() + 9 * 3_600_000).toISOString()
  const year = Number(today.slice(0, 4)) - (today.slice(5, 7) < '04' ? 1 : 0)
  const start = find('start')
  for (let index = 0; index < 60; index++) {
    const calendarYear = year + Math.floor((index + 3) / 12)
    const month = `${calendarYear}-${String(((index + 3) % 12) + 1).padStart(2, '0')}` as Month
    start.append(element('option', { value: month }, monthWords(month)))
  }
  ;(start as HTMLSelectElement).value = `${year + 1}-04`
  const found = find('found')
  for (let each = 2023; each <= year + 4; each++)
    found.append(element('option', { value: String(each) }, fiscalYearWords(each)))
  ;(found as HTMLSelectElement).value = String(year)
}

function setField(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name)
  if (field instanceof RadioNodeList) field.value = value
  else if (field instanceof HTMLInputElement && field.type !== 'checkbox') field.value = value
  else if (field instanceof HTMLSelectElement && [...field.options].some((option) => option.value === value))
    field.value = value
}

function fieldsOf(form: HTMLFormElement): Fields {
  return Object.fromEntries(
    [...new FormData(form)].map(([name, value]) => [name, typeof value === 'string' ? value : '']),
  )
}

function show(form: HTMLFormElement, own: ReadonlySet<string>): void {
  const fields = fieldsOf(form)
  const reading = readPlan(fields)
  markWrong(form, reading.kind === 'wrong' ? reading.wrong : {})
  for (const id of ['years', 'compare', 'grant', 'reckoned']) find(id).hidden = reading.kind === 'wrong'
  if (reading.kind === 'wrong') {
    find('summary').textContent = `入力を確かめてください。${Object.values(reading.wrong).join('。')}。`
    return
  }
  const kept = Object.entries(fields).filter(
    ([name]) => !modelFields.some((field) => field === name) || own.has(name),
  )
  history.replaceState(null, '', `?${new URLSearchParams(kept)}`)
  const { plan } = reading
  const years = yearsOf(plan)
  summarise(plan, years)
  showYears(years)
  find('reckoned').replaceChildren(...reckonedParts(plan, years))
  showComparison(plan)
  showGrant(plan)
}

/** Each wrong field says so itself, and points to its words. */
function markWrong(form: HTMLFormElement, wrong: Readonly<Record<string, string>>): void {
  for (const field of form.querySelectorAll<HTMLInputElement>('.cost-field input, .cost-field select')) {
    const errorId = `${field.id}-error`
    document.getElementById(errorId)?.remove()
    const words = wrong[field.name]
    field.toggleAttribute('aria-invalid', false)
    const hint = document.getElementById(`${field.id}-hint`) ? `${field.id}-hint` : ''
    if (words !== undefined) {
      field.setAttribute('aria-invalid', 'true')
      field.after(element('span', { id: errorId, class: 'cost-error' }, words))
    }
    const described = [words === undefined ? '' : errorId, hint].filter((id) => id !== '').join(' ')
    if (described === '') field.removeAttribute('aria-describedby')
    else field.setAttribute('aria-describedby', described)
  }
}

function total(years: readonly { readonly costs: Readonly<Record<CostItem, number>> }[]): number {
  return years.reduce((sum, year) => sum + itemKeys.reduce((of, item) => of + year.costs[item], 0), 0)
}

function summarise(plan: Plan, years: readonly Year[]): void {
  const first = years[0]!
  const second = years[1]!
  const parts = [
    `${sizeClasses[planSizeClass(plan)].ja}、人口${plan.people.toLocaleString('ja-JP')}人、${monthWords(plan.start)}からの場合: `,
    `${fiscalYearWords(first.fiscalYear)}（${first.months}か月）は${yen(first.costYen)}、`,
    `${fiscalYearWords(second.fiscalYear)}は${yen(second.costYen)}、5年間で${yen(total(years))}です。`,
    plan.issuing
      ? `5年間の交付手数料の収入は${yen(years.reduce((sum, year) => sum + year.incomeYen, 0))}です。`
      : '',
  ]
  find('summary').textContent = parts.join('')
}

function showYears(years: readonly Year[]): void {
  const paying = document.querySelector<HTMLInputElement>('input[name=counted]:checked')?.value === 'paid'
  const shown = paying ? byPayment(years) : years
  const used = itemKeys.filter((item) => shown.some((year) => year.costs[item] !== 0))
  const sumOf = (costs: Year['costs']): number => itemKeys.reduce((sum, item) => sum + costs[item], 0)
  const most = Math.max(...shown.map((year) => sumOf(year.costs)))
  const rows = [
    ...used.map((item) => ({
      label:
        costItems[item].lag === 1 && !paying ? `${costItems[item].ja}（翌年度に請求）` : costItems[item].ja,
      cells: [
        ...shown.map((year) => yen(year.costs[item])),
        yen(shown.reduce((sum, year) => sum + year.costs[item], 0)),
      ],
    })),
    {
      label: '合計',
      cells: [...shown.map((year) => yen(sumOf(year.costs))), yen(total(shown))],
      strong: true,
    },
    { label: 'グラフ', cells: [...shown.map((year) => bar(sumOf(year.costs), most)), ''] },
    ...(paying ? [] : incomeRows(years)),
  ]
  const heads = ['項目', ...shown.map((year) => fiscalYearWords(year.fiscalYear)), '5年間']
  const caption = paying ? '支払う年度ごとの額（消費税込み）' : '利用した年度ごとの額（消費税込み）'
  find('years').replaceChildren(table(caption, heads, rows))
}

function incomeRows(years: readonly Year[]) {
  if (years.every((year) => year.copies === 0)) return []
  const sum = (of: (year: Year) => number): number => years.reduce((all, year) => all + of(year), 0)
  return [
    {
      label: '交付手数料の収入',
      cells: [...years.map((year) => yen(year.incomeYen)), yen(sum((year) => year.incomeYen))],
    },
    {
      label: '交付の通数',
      cells: [
        ...years.map((year) => `${year.copies.toLocaleString('ja-JP')}通`),
        `${sum((year) => year.copies).toLocaleString('ja-JP')}通`,
      ],
    },
  ]
}

/** How the usage fee of each year came about, step by step, as J-LIS's own example shows it. */
function reckonedParts(plan: Plan, years: readonly Year[]): HTMLElement[] {
  if (!plan.support) return []
  const lines = years.map((year) => {
    const measure: Measure = year.measure ?? 'normal'
    const tariff = usageTariffOf(year.fiscalYear)
    const { baseYen, perPersonYen } = tariff[measure]
    const fee = usageFee(plan.people, measure, year.months, tariff)
    const annual = `${fiscalYearWords(year.fiscalYear)}: ${measureWords[measure]} 基礎額${yen(baseYen)}＋${plan.people.toLocaleString('ja-JP')}人×${perPersonYen}円＝年額${yen(fee.annualYen)}`
    const steps = `、税抜${yen(fee.annualExYen)}、÷12＝月額${yen(fee.monthlyExYen)}（1円未満切り捨て）、×${year.months}か月、税込${yen(fee.feeYen)}（1円未満切り捨て）`
    return element('li', {}, year.months === 12 ? annual : annual + steps)
  })
  return [
    element(
      'details',
      {},
      element('summary', {}, '被災者支援システム利用料の計算'),
      element('ul', {}, ...lines),
      element(
        'p',
        { class: 'small quiet' },
        '年額を税抜にするときの端数は、資料の例では四捨五入か切り上げかが分かりません。ここでは四捨五入しています。初年度が4月からの場合は年額をそのまま使います。',
      ),
    ),
  ]
}

function showComparison(plan: Plan): void {
  const { bcl, own, bclYen, ownYen, differenceYen, differencePercent } = compare(plan)
  const sumOf = (years: readonly Year[], item: CostItem): number =>
    years.reduce((sum, year) => sum + year.costs[item], 0)
  const used = itemKeys.filter((item) => sumOf(bcl, item) + sumOf(own, item) > 0)
  const most = Math.max(bclYen, ownYen)
  const accumulate = (years: readonly Year[]): number[] => {
    let sum = 0
    return years.map((year) => (sum += year.costYen))
  }
  const less = differenceYen < 0
  const words = `5年間で、BCLは${yen(bclYen)}、自前の証明発行サーバは${yen(ownYen)}です。BCLのほうが${yen(Math.abs(differenceYen))}（${Math.abs(differencePercent)}%）${less ? '少なく' : '多く'}なります。`
  const cells = (amount: number) => [bar(amount, most), yen(amount)]
  const rows = [
    ...used.flatMap((item) => [
      { label: `${costItems[item].ja}: BCL`, cells: cells(sumOf(bcl, item)) },
      { label: `${costItems[item].ja}: 自前`, cells: cells(sumOf(own, item)) },
    ]),
    { label: '合計: BCL', cells: cells(bclYen), strong: true },
    { label: '合計: 自前', cells: cells(ownYen), strong: true },
  ]
  const names = bcl.map((year) => fiscalYearWords(year.fiscalYear).replace('令和', 'R').replace('年度', ''))
  const chartWords = `費用の累計の折れ線グラフ。${words}`
  find('compare').replaceChildren(
    element('p', {}, words),
    element(
      'figure',
      {},
      lineChart(chartWords, names, [
        { name: 'BCL', amounts: accumulate(bcl) },
        { name: '自前', amounts: accumulate(own) },
      ]),
      element(
        'figcaption',
        { class: 'small quiet' },
        '費用の累計（Rは令和の年度）。実線がBCL、破線が自前です。',
      ),
    ),
    element(
      'div',
      { class: 'cost-scroll', tabindex: '0', role: 'region', 'aria-label': '5年間の費用の内訳' },
      table('5年間の費用の内訳（消費税込み）', ['項目', 'グラフ', '金額'], rows),
    ),
    element(
      'p',
      { class: 'small quiet' },
      'コンビニ交付だけを比べています。被災者支援システムの利用料はどちらでも同じため、含みません。手数料の収入も同じです。',
    ),
  )
}

function showGrant(plan: Plan): void {
  const { grantYen, published } = specialGrant(plan.importYen, plan.start)
  const words = `導入経費${yen(plan.importYen)}の10分の7は${yen(grantYen)}です（財政力補正の前）。`
  find('grant').replaceChildren(
    element('p', {}, words),
    element(
      'p',
      published ? {} : { class: 'cost-warning' },
      published
        ? '令和5年度から令和7年度までの導入経費が対象です。運用の経費は対象になりません。'
        : '⚠ 公表された措置は令和5年度から令和7年度までです。選んだ年度に措置があるかは確かめられていません。上の額は、同じ措置が続いた場合の参考です。',
    ),
  )
}
