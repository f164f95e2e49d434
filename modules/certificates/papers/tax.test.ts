import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkPages, extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { TextOverflow } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { paper } from '../golden/cases.ts'
import { print } from '../golden/print.ts'
import { taxIncomeFacts, taxPaymentFacts } from '../golden/tax-cases.ts'
import { layoutOn } from '../layouts.ts'
import type { Paper } from '../paper.ts'
import { taxIncomeBody, taxPaymentBody, type TaxIncomeFacts, type TaxPaymentFacts } from './tax.ts'

let engine: PdfEngine
before(async () => {
  engine = await startPdfEngine({ cacheDir: fileURLToPath(new URL('../../../.cache', import.meta.url)) })
})
after(() => engine.close())

const levied = (facts: TaxIncomeFacts, over: Partial<Paper> = {}) =>
  print(engine, {
    layout: layoutOn('tax-assessment', paper.issuedOn),
    paper: { ...paper, ...over },
    body: (on) => taxIncomeBody(facts, on),
  })
const paid = (facts: TaxPaymentFacts) =>
  print(engine, {
    layout: layoutOn('tax-payment', paper.issuedOn),
    paper,
    body: (on) => taxPaymentBody(facts, on),
  })

test('the fullest form stays on one page: every income, every deduction, long names, marks, a deputy', async () => {
  const full: TaxIncomeFacts = {
    ...taxIncomeFacts['every-income-and-deduction']!,
    name: taxIncomeFacts['long-names-and-largest-amounts']!.name,
    address: taxIncomeFacts['long-names-and-largest-amounts']!.address,
    note: taxIncomeFacts['undeclared-dependant']!.note,
  }
  const { pdf, words } = await levied(full, {
    officialMark: '公用',
    testMark: '試験印刷',
    municipality: {
      ...paper.municipality,
      mayorTitle: '飛騨市長職務代理者　飛騨市副市長',
      sealSizeMm: 25,
    },
  })
  assert.deepEqual(checkPages(pdf, words), { ok: true })
})

test('an amount is never taken apart', async () => {
  const facts = taxIncomeFacts['long-names-and-largest-amounts']!
  const { pdf } = await levied(facts)
  const [page] = extractPages(pdf)
  for (const { amount } of [...facts.taxes!, ...facts.incomes, ...facts.incomeSums])
    assert.ok(page!.includes(amount), amount)
})

test('what does not fit is refused with its field, an amount too', async () => {
  const base = taxIncomeFacts['taxed']!
  const fields: [string, TaxIncomeFacts][] = [
    ['name', { ...base, name: '寿'.repeat(300) }],
    ['address', { ...base, address: 'W'.repeat(200) }],
    [
      'taxes.1',
      { ...base, taxes: base.taxes!.map((one, i) => (i === 1 ? { ...one, amount: '9'.repeat(40) } : one)) },
    ],
    ['incomes.1', { ...base, incomes: [base.incomes[0]!, { label: '給与所得', amount: '9'.repeat(60) }] }],
    ['deductions.0', { ...base, deductions: [{ label: '寿'.repeat(60), amount: '0' }] }],
    [
      'dependants.0',
      { ...base, dependants: base.dependants.map((one) => ({ ...one, words: '寿'.repeat(200) })) },
    ],
    ['note', { ...base, note: '寿'.repeat(300) }],
  ]
  for (const [field, facts] of fields)
    await assert.rejects(
      levied(facts),
      (error) => error instanceof TextOverflow && error.field === field,
      field,
    )
  const payment = taxPaymentFacts['payment-unpaid']!
  const wide = payment.items.map((one) => ({ ...one, unpaid: '9'.repeat(60) }))
  await assert.rejects(
    paid({ ...payment, items: wide }),
    (error) => error instanceof TextOverflow && error.field === 'items.0',
  )
})
