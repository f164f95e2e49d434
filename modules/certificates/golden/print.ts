import type { PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { printedWords } from '../paper.ts'
import type { GoldenCase } from './cases.ts'

/** The document of a case and the words it must say, as `freezeIssue` makes them. */
export async function print(
  engine: Pick<PdfEngine, 'render'>,
  { layout, paper, body }: GoldenCase,
): Promise<{ readonly pdf: Uint8Array; readonly words: string[][] }> {
  const { facts, pages } = body(paper)
  const pdf = await engine.render(layout.version, { ...facts, paper }, { timeoutMs: 30_000 })
  return { pdf, words: printedWords(paper, pages) }
}
