import { alike } from './drawn-alike.ts'
import {
  isName,
  isOperator,
  isString,
  type Operator,
  type PdfArray,
  type PdfDict,
  PdfFile,
  type PdfStream,
  type PdfString,
  PdfTokens,
  type PdfValue,
  UnreadablePdf,
} from './pdf-objects.ts'

/**
 * The words on each page of a PDF, read from its bytes by code that shares nothing with the renderer: glyph by glyph
 * through the font's ToUnicode table, in drawing order, a line feed where the line changes. Metadata is never looked at.
 */
export function extractPages(pdf: Uint8Array): string[] {
  try {
    const file = new PdfFile(pdf)
    const fonts = new Map<string, ReadonlyMap<number, string>>()
    return pagesOf(file).map((page) => new PageReader(file, fonts).read(page))
  } catch (error) {
    if (error instanceof UnreadablePdf) throw error
    throw new UnreadablePdf(error instanceof Error ? error.name : 'unknown')
  }
}

/** Where a page differs from what was frozen. Carries no words: they are a person's. */
export type PageMismatch = {
  /** From 1. */
  readonly page: number
  readonly kind: 'page-count' | 'missing-or-changed' | 'more-than-frozen'
  /** Index into the page's expected words; `null` when no single word is meant. */
  readonly word: number | null
}

export type PageCheck =
  | { readonly ok: true }
  | { readonly ok: false; readonly mismatches: readonly PageMismatch[] }

/**
 * Compares every page with its frozen words, in order, code point by code point, variation selectors included.
 * A page must say all of them and nothing else. Only white space is overlooked: line ends swallow it.
 * @param expected per page the words in drawing order (`certificates/paper.ts`), transaction id among them
 */
export function checkPages(pdf: Uint8Array, expected: readonly (readonly string[])[]): PageCheck {
  const pages = extractPages(pdf)
  const mismatches: PageMismatch[] = []
  if (pages.length !== expected.length) {
    mismatches.push({ page: Math.min(pages.length, expected.length) + 1, kind: 'page-count', word: null })
  }
  for (const [i, words] of expected.entries()) {
    const page = pages[i]
    if (page === undefined) break
    const printed = withoutSpace(page)
    let at = 0
    let differs = false
    for (const [word, text] of words.entries()) {
      const wanted = withoutSpace(text)
      if (!printed.startsWith(wanted, at)) {
        mismatches.push({ page: i + 1, kind: 'missing-or-changed', word })
        differs = true
        break
      }
      at += wanted.length
    }
    if (!differs && at < printed.length)
      mismatches.push({ page: i + 1, kind: 'more-than-frozen', word: null })
  }
  return mismatches.length === 0 ? { ok: true } : { ok: false, mismatches }
}

function withoutSpace(text: string): string {
  return text.replace(/\s+/gu, '')
}

/** Pages of a file in order. */
export function pagesOf(file: PdfFile): PdfDict[] {
  const pages: PdfDict[] = []
  const walk = (node: PdfDict, depth: number): void => {
    if (depth > 8 || pages.length > 500) throw new UnreadablePdf('too many pages')
    const kids = file.resolve(node.get('Kids'))
    if (!Array.isArray(kids)) pages.push(node)
    else for (const kid of kids) walk(file.dict(kid), depth + 1)
  }
  walk(file.dict(file.dict(file.trailer.get('Root')).get('Pages')), 0)
  return pages
}

type Matrix = readonly [number, number, number, number, number, number]
const UPRIGHT: Matrix = [1, 0, 0, 1, 0, 0]

/** `inner` applied first, then `outer`. */
function multiply(inner: Matrix, outer: Matrix): Matrix {
  const [a, b, c, d, e, f] = inner
  const [A, B, C, D, E, F] = outer
  return [a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F]
}

class PageReader {
  readonly #file: PdfFile
  readonly #fonts: Map<string, ReadonlyMap<number, string>>
  #text = ''
  #lineY: number | null = null
  #matrix: Matrix = UPRIGHT
  #textMatrix: Matrix = UPRIGHT
  readonly #saved: Matrix[] = []
  #font: ReadonlyMap<number, string> | null = null
  /** Open marked-content sequences; of those with an ActualText, the text and what the glyphs inside say. */
  readonly #marks: ({ actual: string; drawn: string } | null)[] = []

  constructor(file: PdfFile, fonts: Map<string, ReadonlyMap<number, string>>) {
    this.#file = file
    this.#fonts = fonts
  }

  read(page: PdfDict): string {
    const contents = this.#file.resolve(page.get('Contents'))
    const streams = Array.isArray(contents) ? contents : [page.get('Contents')]
    const bytes = Buffer.concat(
      streams.flatMap((stream) => [this.#file.content(this.#file.stream(stream)), Buffer.from('\n')]),
    )
    this.#run(bytes, this.#file.dict(page.get('Resources')), 0)
    if (this.#marks.length > 0) throw new UnreadablePdf('a marked sequence has no end')
    return this.#text
  }

  #run(bytes: Buffer, resources: PdfDict, depth: number): void {
    if (depth > 4) throw new UnreadablePdf('forms within forms')
    this.#refuseTextInPatterns(resources)
    const tokens = new PdfTokens(bytes)
    let operands: PdfArray = []
    for (;;) {
      const token = tokens.next()
      if (token === undefined) return
      if (isOperator(token)) {
        this.#operate(token, operands, resources, depth)
        operands = []
      } else operands.push(token)
    }
  }

  #operate({ operator }: Operator, operands: PdfArray, resources: PdfDict, depth: number): void {
    switch (operator) {
      case 'q':
        this.#saved.push(this.#matrix)
        return
      case 'Q':
        this.#matrix = this.#saved.pop() ?? UPRIGHT
        return
      case 'cm':
        this.#matrix = multiply(matrixOf(operands), this.#matrix)
        return
      case 'BT':
        this.#textMatrix = UPRIGHT
        return
      case 'Tm':
        this.#textMatrix = matrixOf(operands)
        return
      case 'Tf':
        this.#font = this.#fontOf(operands[0], resources)
        return
      case 'Tr':
        // 3 and above draw nothing or only clip: words that are read but not seen.
        if (typeof operands[0] !== 'number' || operands[0] > 2) throw new UnreadablePdf('invisible text')
        return
      case 'Tj':
        this.#show(operands)
        return
      case 'TJ':
        if (!Array.isArray(operands[0])) throw new UnreadablePdf('TJ without an array')
        this.#show(operands[0].filter(isString))
        return
      case 'BMC':
        this.#marks.push(null)
        return
      case 'BDC':
        this.#marks.push(this.#markOf(operands[1], resources))
        return
      case 'EMC':
        this.#closeMark()
        return
      case 'Do':
        this.#draw(operands[0], resources, depth)
        return
      case 'Td':
      case 'TD':
      case 'T*':
      case "'":
      case '"':
      case 'BI':
        throw new UnreadablePdf('an operator the renderer never writes')
    }
  }

  #show(strings: PdfArray): void {
    const font = this.#font
    if (font === null) throw new UnreadablePdf('text without a font')
    let drawn = ''
    for (const string of strings) {
      if (!isString(string)) throw new UnreadablePdf('text that is no string')
      for (let i = 0; i < string.bytes.length; i += 2) {
        const glyph = (string.bytes.charCodeAt(i) << 8) | string.bytes.charCodeAt(i + 1)
        // .notdef: on paper it is a box, whatever the file says that it means.
        if (glyph === 0) throw new UnreadablePdf('a box instead of a character')
        const words = font.get(glyph)
        if (words === undefined) throw new UnreadablePdf('a glyph without a meaning')
        drawn += words
      }
    }
    const y = multiply(this.#textMatrix, this.#matrix)[5]
    if (this.#lineY !== null && Math.abs(y - this.#lineY) > 2 && !this.#text.endsWith('\n'))
      this.#text += '\n'
    this.#lineY = y
    const mark = this.#marks.findLast((open) => open !== null)
    if (mark) mark.drawn += drawn
    else this.#text += drawn
  }

  #markOf(properties: PdfValue | undefined, resources: PdfDict): { actual: string; drawn: string } | null {
    const named = isName(properties)
      ? this.#file.dict(resources.get('Properties')).get(properties.name)
      : properties
    const dict = this.#file.resolve(named)
    const actual = dict instanceof Map ? this.#file.resolve(dict.get('ActualText')) : null
    if (actual === null) return null
    if (!isString(actual)) throw new UnreadablePdf('an ActualText that is no string')
    if (this.#marks.some((open) => open !== null)) throw new UnreadablePdf('an ActualText within another')
    return { actual: textString(actual), drawn: '' }
  }

  /**
   * One glyph has one line in ToUnicode. Where it stands for a second text (U+845B with and without a selector the
   * font draws alike), the renderer says which by ActualText. That is a label, so it is believed only when the glyphs
   * themselves say the same but for selectors and characters the font draws with one glyph.
   */
  #closeMark(): void {
    const mark = this.#marks.pop()
    if (mark === undefined) throw new UnreadablePdf('an end of nothing')
    if (mark === null) return
    if (alike(mark.actual) !== alike(mark.drawn)) throw new UnreadablePdf('an ActualText that is not drawn')
    this.#text += mark.actual
  }

  #draw(name: PdfValue | undefined, resources: PdfDict, depth: number): void {
    if (!isName(name)) throw new UnreadablePdf('Do without a name')
    const form = this.#file.stream(this.#file.dict(resources.get('XObject')).get(name.name))
    if (nameIn(form.dict, 'Subtype') === 'Image') return
    const before = this.#matrix
    const placed = form.dict.get('Matrix')
    if (placed !== undefined) this.#matrix = multiply(matrixOf(this.#file.resolve(placed)), before)
    this.#run(this.#file.content(form), this.#file.dict(form.dict.get('Resources')), depth + 1)
    this.#matrix = before
  }

  /** A pattern is painted without being shown by `Tj`: no words may hide there. */
  #refuseTextInPatterns(resources: PdfDict): void {
    const patterns = this.#file.resolve(resources.get('Pattern'))
    if (!(patterns instanceof Map)) return
    for (const reference of patterns.values()) {
      const pattern = this.#file.resolve(reference)
      if (typeof pattern !== 'object' || pattern === null || !('raw' in pattern)) continue
      const inside = this.#file.resolve(pattern.dict.get('Resources'))
      if (inside instanceof Map && inside.has('Font')) throw new UnreadablePdf('text in a pattern')
    }
  }

  #fontOf(name: PdfValue | undefined, resources: PdfDict): ReadonlyMap<number, string> {
    if (!isName(name)) throw new UnreadablePdf('Tf without a name')
    const reference = this.#file.dict(resources.get('Font')).get(name.name)
    const key = JSON.stringify(reference)
    const known = this.#fonts.get(key)
    if (known !== undefined) return known
    const font = this.#file.dict(reference)
    if (nameIn(font, 'Subtype') !== 'Type0' || nameIn(font, 'Encoding') !== 'Identity-H') {
      throw new UnreadablePdf('a font of another kind')
    }
    const [descendant] = this.#arrayOf(font.get('DescendantFonts'))
    const glyphs = this.#file.dict(descendant).get('CIDToGIDMap')
    // Another map could send any code to the box.
    if (glyphs !== undefined && !(isName(glyphs) && glyphs.name === 'Identity'))
      throw new UnreadablePdf('glyphs that are renumbered')
    const table = toUnicode(this.#file.content(this.#toUnicodeOf(font)))
    this.#fonts.set(key, table)
    return table
  }

  #arrayOf(value: PdfValue | undefined): PdfArray {
    const array = this.#file.resolve(value)
    if (!Array.isArray(array)) throw new UnreadablePdf('an array is missing')
    return array
  }

  #toUnicodeOf(font: PdfDict): PdfStream {
    return this.#file.stream(font.get('ToUnicode'))
  }
}

function nameIn(dict: PdfDict, key: string): string | null {
  const value = dict.get(key)
  return isName(value) ? value.name : null
}

function matrixOf(operands: PdfValue): Matrix {
  if (!Array.isArray(operands) || operands.length !== 6 || !operands.every((n) => typeof n === 'number')) {
    throw new UnreadablePdf('a matrix needs six numbers')
  }
  return operands as unknown as Matrix
}

/** ToUnicode CMap (ISO 32000-1 §9.10.3): `bfchar` and `bfrange`. */
function toUnicode(cmap: Buffer): ReadonlyMap<number, string> {
  const table = new Map<number, string>()
  const tokens = new PdfTokens(cmap)
  let operands: PdfArray = []
  for (;;) {
    const token = tokens.next()
    if (token === undefined) return table
    if (!isOperator(token)) {
      operands.push(token)
      continue
    }
    if (token.operator === 'endbfchar') {
      for (let i = 0; i < operands.length; i += 2) table.set(codeOf(operands[i]), unicodeOf(operands[i + 1]))
    } else if (token.operator === 'endbfrange') {
      for (let i = 0; i < operands.length; i += 3) {
        addRange(table, codeOf(operands[i]), codeOf(operands[i + 1]), operands[i + 2])
      }
    }
    operands = []
  }
}

function addRange(table: Map<number, string>, first: number, last: number, to: PdfValue | undefined): void {
  for (let code = first; code <= last; code++) {
    if (Array.isArray(to)) table.set(code, unicodeOf(to[code - first]))
    else {
      const start = unicodeOf(to)
      const end = start.length - 1
      table.set(code, start.slice(0, end) + String.fromCharCode(start.charCodeAt(end) + code - first))
    }
  }
}

function codeOf(value: PdfValue | undefined): number {
  if (!isString(value) || value.bytes.length !== 2) throw new UnreadablePdf('a glyph code of another width')
  return (value.bytes.charCodeAt(0) << 8) | value.bytes.charCodeAt(1)
}

function unicodeOf(value: PdfValue | undefined): string {
  if (!isString(value)) throw new UnreadablePdf('a glyph without a meaning')
  return utf16(value.bytes)
}

/** A text string (ISO 32000-1 §7.9.2.2): UTF-16 with its mark, or PDFDocEncoding, of which only ASCII is written here. */
function textString({ bytes }: PdfString): string {
  if (bytes.startsWith('\xfe\xff')) return utf16(bytes.slice(2))
  if (!/^[\x20-\x7e]*$/.test(bytes)) throw new UnreadablePdf('a text string in another code')
  return bytes
}

function utf16(bytes: string): string {
  return Buffer.from(bytes, 'latin1').swap16().toString('utf16le')
}
