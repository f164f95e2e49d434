import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markPages } from './practice-mark.ts'
import { PdfFile, UnreadablePdf } from './pdf-objects.ts'
import { pagesOf } from './readback.ts'
import { appendSignature } from './signed-pdf.ts'

/** Two pages, drawn with one stream and with several, as a renderer writes them. */
function document(): Buffer {
  const objects = [
    '<</Type /Catalog /Pages 2 0 R>>',
    '<</Type /Pages /Count 2 /Kids [3 0 R 4 0 R]>>',
    '<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources <<>> /Contents 5 0 R>>',
    '<</Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Resources <<>> /Contents [5 0 R 6 0 R]>>',
    '<</Length 14>>\nstream\n0 0 10 10 re f\nendstream',
    '<</Length 15>>\nstream\n20 0 10 10 re f\nendstream',
  ]
  let text = '%PDF-1.7\n'
  const offsets = objects.map((body, at) => {
    const offset = text.length
    text += `${at + 1} 0 obj\n${body}\nendobj\n`
    return offset
  })
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const count = objects.length + 1
  text += `xref\n0 ${count}\n0000000000 65535 f \n${rows}trailer\n<</Size ${count} /Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}

function drawn(pdf: Uint8Array): string[] {
  const file = new PdfFile(pdf)
  return pagesOf(file).map((page) => {
    const contents = file.resolve(page.get('Contents'))
    assert.ok(Array.isArray(contents))
    return contents.map((one) => file.content(file.stream(one)).toString('latin1')).join('\n')
  })
}

test('every page keeps what it draws, apart from the mark over it', () => {
  const pages = drawn(markPages(document()))
  assert.equal(pages.length, 2)
  for (const page of pages) {
    assert.match(page, /^q\s+0 0 10 10 re f[\s\S]*\sQ\s+q\s/)
    assert.equal(page.match(/1 0\.45 0\.45 RG/g)?.length, 3, 'three marks a page')
  }
  assert.match(pages[1]!, /20 0 10 10 re f/)
})

test('a signature does not come along', async () => {
  const note = { signedAt: new Date('2026-11-21T00:00:00Z'), name: '飛騨市', reason: '試験' }
  const signed = await appendSignature(document(), note, async () => new Uint8Array(16))
  const marked = Buffer.from(markPages(signed)).toString('latin1')
  assert.doesNotMatch(marked, /ByteRange|AcroForm|Annots/)
  assert.equal(drawn(Buffer.from(marked, 'latin1')).length, 2)
})

test('what cannot be read is not marked, and so does not leave', () => {
  assert.throws(() => markPages(Buffer.from('no document')), UnreadablePdf)
})
