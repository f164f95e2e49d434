import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { TextOverflow } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { checkPages } from '@open-bcl/platform/pdf/readback.ts'
import { type PdfEngine, startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { fieldTitle } from '../certificates.messages.ts'
import { layoutOn, type Form } from '../layouts.ts'
import type { Paper } from '../paper.ts'
import { residenceBody, type ResidenceFacts } from '../papers/residence.ts'
import { paper } from './cases.ts'
import { print } from './print.ts'
import { juminhyoJointFacts, juminhyoSingleFacts } from './residence-cases.ts'

let engine: PdfEngine
before(async () => {
  engine = await startPdfEngine({ cacheDir: fileURLToPath(new URL('../../../.cache', import.meta.url)) })
})
after(() => engine.close())

const render = (form: Form, facts: ResidenceFacts, over: Partial<Paper> = {}) =>
  print(engine, {
    layout: layoutOn(form, paper.issuedOn),
    paper: { ...paper, ...over },
    body: (on) => residenceBody(facts, on),
  })
const longest = juminhyoJointFacts['joint-longest']!

/** All marks, the largest seal and the longest office. */
const crowded: Partial<Paper> = {
  officialMark: '公用',
  testMark: '試験印刷',
  municipality: {
    ...paper.municipality,
    mayorTitle: '飛騨市長職務代理者　飛騨市副市長',
    mayorName: '見本　勘解由小路左衛門',
    sealSizeMm: 25,
  },
}

test('the fullest page keeps its certification, on every form', async () => {
  const forms = { 'juminhyo-joint': 'joint', 'kisai-joint': 'joint', 'juminhyo-single': 'single', 'kisai-single': 'single' } as const
  for (const [form, kind] of Object.entries(forms)) {
    const facts = kind === 'joint' ? longest : juminhyoSingleFacts['single-longest']!
    const { pdf, words } = await render(form as Form, facts, crowded)
    assert.deepEqual(checkPages(pdf, words), { ok: true }, form)
  }
})

test('households of any size are printed on the pages that were foretold', async () => {
  const [member] = longest.members
  for (const size of [1, 3, 4, 5, 8, 9, 30]) {
    const facts = { ...longest, members: Array.from({ length: size }, () => member!) }
    const { pdf, words } = await render('juminhyo-joint', facts)
    assert.deepEqual(checkPages(pdf, words), { ok: true }, `${size} members`)
  }
})

test('文字溢れ: what does not fit at 7 points is refused with its field and its person', async () => {
  const [member] = longest.members
  const long = '寿'.repeat(300)
  const refused: [string, string, ResidenceFacts][] = [
    ['address', '住所', { ...longest, address: long }],
    ['head', '世帯主', { ...longest, head: long }],
    ['members.1.name', '氏名（2人目）', { ...longest, members: [member!, { ...member!, name: long }] }],
    ['members.0.addressBefore', '転入前住所（1人目）', { ...longest, members: [{ ...member!, addressBefore: long }] }],
    ['members.0.remarks', '備考（1人目）', { ...longest, members: [{ ...member!, remarks: long }] }],
  ]
  for (const [field, title, facts] of refused) {
    await assert.rejects(
      render('juminhyo-joint', facts),
      (error) => error instanceof TextOverflow && error.field === field,
      field,
    )
    assert.equal(fieldTitle(field), title)
  }
})
