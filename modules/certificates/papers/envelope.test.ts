import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { MissingGlyphs, TextOverflow } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { checkPages } from '@open-bcl/platform/pdf/readback.ts'
import { type PdfEngine, startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { WINDOW_NAGA_3 } from '../../municipalities/municipalities.ts'
import {
  ENVELOPE_LAYOUT,
  envelopeSnapshot,
  envelopeWords,
  type EnvelopeFacts,
  type Sheet,
} from './envelope.ts'

let engine: PdfEngine
before(async () => {
  engine = await startPdfEngine({ cacheDir: fileURLToPath(new URL('../../../.cache', import.meta.url)) })
})
after(() => engine.close())

const sheet: Sheet = {
  postCode: '5094234',
  address: '岐阜県飛騨市古川町本町２番２２号　コーポ飛騨古川２０３号室',
  name: '葛\u{E0100}城　髙太郎',
  serialNo: 'R8-1-00012',
  transactionId: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  place: '第１束　１２通目',
}
const facts = (...sheets: Sheet[]): EnvelopeFacts => ({
  window: WINDOW_NAGA_3,
  madeOn: '2026-11-21' as PlainDate,
  sheets,
})
const print = (of: EnvelopeFacts): Promise<Uint8Array> =>
  engine.render(ENVELOPE_LAYOUT, envelopeSnapshot(of), { timeoutMs: 30_000 })

test('each sheet says its own address and nothing else, whatever else was printed with it', async () => {
  const of = facts(
    sheet,
    { ...sheet, postCode: null, name: '𠮷野家　𩸽', serialNo: 'R8-1-00013' },
    {
      ...sheet,
      address: `岐阜県飛騨市神岡町${'大字東雲字上平'.repeat(5)}１２３４番地５６　${'グランドメゾン神岡'.repeat(2)}第２号棟１０１２号室`,
      name: 'ADEBAYO-FERNANDEZ DE LA CRUZ Y MONTENEGRO MARIA GUADALUPE ALEXANDRIA ESPERANZA VICTORIA CONSTANZA JR',
    },
  )
  const pdf = await print(of)
  assert.deepEqual(checkPages(pdf, envelopeWords(of)), { ok: true })
  const swapped = envelopeWords(facts(of.sheets[1]!, of.sheets[0]!, of.sheets[2]!))
  assert.equal(checkPages(pdf, swapped).ok, false)
})

test('who does not fit the window, or cannot be printed, is named by the number of the sheet', async () => {
  await assert.rejects(
    print(facts(sheet, { ...sheet, address: '大字東雲字上平'.repeat(60) })),
    (error: unknown) => error instanceof TextOverflow && error.field === 'sheets.1.address',
  )
  await assert.rejects(
    print(facts(sheet, sheet, { ...sheet, name: '外\u{E000}' })),
    (error: unknown) => error instanceof MissingGlyphs && error.units[0]?.field === 'sheets.2.name',
  )
})

test('the window may lie elsewhere', async () => {
  const of = { ...facts(sheet), window: { leftMm: 30, topMm: 25, widthMm: 70, heightMm: 35 } }
  assert.deepEqual(checkPages(await print(of), envelopeWords(of)), { ok: true })
})
