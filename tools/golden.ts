/**
 * Renders the golden certificates anew: `modules/certificates/golden/<case>.json` holds the hash of the bytes and the
 * words read back, `<case>-<page>.png` is for the eye in review (needs pdftoppm, Debian poppler-utils; skipped without).
 * Run it when a layout changes on purpose, look at the pictures, and say why in the commit. `juminhyo` as an argument: only
 * the cases whose names begin so.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goldenCases } from '@open-bcl/modules/certificates/golden/cases.ts'
import { print } from '@open-bcl/modules/certificates/golden/print.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'

const folder = fileURLToPath(new URL('../modules/certificates/golden/', import.meta.url))
const engine = await startPdfEngine({ cacheDir: fileURLToPath(new URL('../.cache', import.meta.url)) })
const wanted = Object.entries(goldenCases).filter(([name]) => name.startsWith(process.argv[2] ?? ''))
const scratch = mkdtempSync(join(tmpdir(), 'golden-'))
try {
  for (const [name, one] of wanted) {
    const { pdf } = await print(engine, one)
    const golden = { sha256: createHash('sha256').update(pdf).digest('hex'), pages: extractPages(pdf) }
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(golden, null, 2)}\n`)
    const file = join(scratch, `${name}.pdf`)
    writeFileSync(file, pdf)
    try {
      execFileSync('pdftoppm', ['-r', '72', '-gray', '-png', file, join(folder, name)])
    } catch {
      console.log(`${name}: no picture (pdftoppm is not installed)`)
    }
  }
} finally {
  rmSync(scratch, { recursive: true })
  await engine.close()
}
console.log(`${wanted.length} certificates in modules/certificates/golden/`)
