/** A process of its own for the tests: prints the snapshots of `ORDERS` in the order given, and says their hashes. */
import { createHash } from 'node:crypto'
import { startPdfEngine, type PdfEngineOptions } from '../typst.ts'

const { options, snapshots, order } = JSON.parse(process.env['ORDERS']!) as {
  options: PdfEngineOptions
  snapshots: object[]
  order: number[]
}
const engine = await startPdfEngine(options)
const hashes: string[] = []
for (const i of order) {
  const pdf = await engine.render('letter', snapshots[i]!, { timeoutMs: 30_000 })
  hashes[i] = createHash('sha256').update(pdf).digest('hex')
}
process.stdout.write(JSON.stringify(hashes))
await engine.close()
