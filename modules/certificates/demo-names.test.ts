import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { makeTown } from '@open-bcl/demo/town.ts'
import { checkPages } from '@open-bcl/platform/pdf/readback.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { addressLine } from '../residents/residents.ts'
import { katsuragi, risaiCase } from './golden/cases.ts'
import { print } from './golden/print.ts'

const town = makeTown()
let engine: PdfEngine
let folder: string

before(async () => {
  engine = await startPdfEngine({ cacheDir: fileURLToPath(new URL('../../.cache', import.meta.url)) })
  folder = mkdtempSync(join(tmpdir(), 'open-bcl-names-'))
})
after(async () => {
  await engine.close()
  rmSync(folder, { recursive: true })
})

test('every name and address of the demonstration town has its glyphs', () => {
  const unprintable = new Set<string>()
  for (const { name, address } of town.residents) {
    for (const text of [
      name.full,
      name.kana,
      name.latin,
      name.kanji,
      name.former,
      name.alias,
      addressLine(address),
    ]) {
      for (const { codePoints } of engine.coverage(text).missing) unprintable.add(codePoints)
    }
  }
  assert.deepEqual([...unprintable], [])
})

test('every named person gets a certificate, from which another reader takes the exact code points', async () => {
  const people = Object.values(town.people)
  assert.ok(people.length >= 60)
  for (const person of people) {
    const facts = { ...katsuragi, headName: person.name.full, headAddress: addressLine(person.address) }
    const { pdf, words } = await print(engine, risaiCase(facts))
    assert.deepEqual(checkPages(pdf, words), { ok: true }, person.residentNo)
    const file = join(folder, 'paper.pdf')
    writeFileSync(file, pdf)
    const text = execFileSync('pdftotext', ['-raw', file, '-'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    // A long name may be broken into lines; white space is all that may differ.
    assert.ok(text.replace(/\s/g, '').includes(person.name.full.replace(/\s/g, '')), person.residentNo)
  }
})
