import { extractPages } from '@open-bcl/platform/pdf/readback.ts'

/** What is wrong with the bytes of a document before they may reach a machine. */
export type DocumentFault =
  | { readonly kind: 'damaged-document'; readonly field: 'empty' | 'truncated' | 'pages' }
  | {
      readonly kind: 'foreign-document'
      readonly field: 'transactionId'
      /** Other ids of that form in it, as far as they can be read: whose it may be. */
      readonly named: readonly string[]
    }

/**
 * Judges a document by itself, sha256 apart: whole from its first to its last byte, and labelled with this very transaction.
 * The protocol asks that the transaction id stands in the file: in its text on every page, where the text can be read, else
 * anywhere. A label proves nothing by being there; being another one, it proves that two documents were mixed up.
 * @param everyPage whether the words of each page are read as well: where the issuing server is not known to do so itself
 */
export function judgeDocument(
  pdf: Buffer,
  expected: { readonly transactionId: string; readonly pages: number; readonly everyPage: boolean },
): DocumentFault | null {
  const { transactionId } = expected
  if (pdf.length === 0) return { kind: 'damaged-document', field: 'empty' }
  if (!isWhole(pdf)) return { kind: 'damaged-document', field: 'truncated' }
  const labelled = pdf.includes(transactionId)
  if (labelled && !expected.everyPage) return null
  const pages = readable(pdf)
  if (pages === null) return labelled ? null : foreign(transactionId, [pdf.toString('latin1')])
  if (pages.length !== expected.pages) return { kind: 'damaged-document', field: 'pages' }
  return pages.every((page) => page.includes(transactionId)) ? null : foreign(transactionId, pages)
}

function foreign(transactionId: string, texts: readonly string[]): DocumentFault {
  const found = texts.flatMap((text) => text.match(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g) ?? [])
  const named = [...new Set(found)].filter((id) => id !== transactionId).slice(0, 10)
  return { kind: 'foreign-document', field: 'transactionId', named }
}

/** Header, trailer, and a cross-reference where the trailer says: a file cut anywhere lacks its end. */
function isWhole(pdf: Buffer): boolean {
  if (pdf.subarray(0, 5).toString('latin1') !== '%PDF-') return false
  const end = pdf.subarray(-64).toString('latin1')
  const start = /startxref\s+(\d{1,10})\s+%%EOF\s*$/.exec(end)?.[1]
  if (start === undefined || Number(start) >= pdf.length) return false
  const there = pdf.subarray(Number(start), Number(start) + 24).toString('latin1')
  return /^(?:xref\s|\d+ \d+ obj)/.test(there)
}

/** Words of each page without spaces; `null` = made by a program whose files this reader does not know. */
function readable(pdf: Buffer): string[] | null {
  try {
    return extractPages(pdf).map((page) => page.replace(/\s+/gu, ''))
  } catch {
    return null
  }
}
