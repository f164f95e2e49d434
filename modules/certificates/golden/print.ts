import type { PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { printedWords } from '../paper.ts'
import { makeCodes } from '../verification-codes.actions.ts'
import type { GoldenCase } from './cases.ts'
import { goldenSigner } from './test-key.ts'

/** The document of a case and the words it must say, as `freezeIssue` makes them. */
export async function print(
  engine: Pick<PdfEngine, 'render'>,
  { layout, paper, body }: GoldenCase,
): Promise<{ readonly pdf: Uint8Array; readonly words: string[][]; readonly snapshot: object }> {
  const { facts, pages, drawingPng } = body(paper)
  const words = printedWords(paper, pages)
  const { codes } = makeCodes({
    paper,
    kind: layout.form,
    layoutVersion: layout.version,
    words,
    drawingPng,
    publicOrigin: 'https://bcl.example.jp',
    signer: goldenSigner,
  })
  const snapshot = { ...facts, paper: { ...paper, codes } }
  return { pdf: await engine.render(layout.version, snapshot, { timeoutMs: 30_000 }), words, snapshot }
}
