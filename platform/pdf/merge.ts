import { createHash } from 'node:crypto'
import {
  isName,
  isString,
  PdfFile,
  type PdfDict,
  type PdfRef,
  type PdfStream,
  type PdfValue,
  UnreadablePdf,
} from './pdf-objects.ts'
import { pagesOf } from './readback.ts'

/** Pages of one document, by number from 0; all of them unless said otherwise. */
export type MergePart = { readonly pdf: Uint8Array; readonly pages?: readonly number[] }

/**
 * One document of the pages of many, in order, for a printer. What is the same in several (the ground, the seal) is
 * written once. The same parts give the same bytes. Only what a page is drawn with comes along: no metadata, no
 * structure, so that the result claims nothing; the documents themselves are what is archived.
 */
export function mergePdf(parts: readonly MergePart[], over: PageStamp | null = null): Buffer {
  const out = new Merger(over)
  for (const { pdf, pages } of parts) out.append(pdf, pages)
  return out.end()
}

/** Drawing operators laid over a page of that size (points), which need no resources. */
export type PageStamp = (box: readonly [number, number, number, number]) => string

/** Object numbers that are known before anything is written. */
const CATALOG = 1
const PAGES = 2
/** Ties a page to its own document. */
const NOT_COPIED = new Set(['Parent', 'StructParents', 'StructParent', 'Tabs', 'Metadata'])

type Source = {
  readonly file: PdfFile
  readonly pages: readonly PdfDict[]
  /** Number of a copied object; `null` while it is being copied. */
  readonly copied: Map<number, number | null>
}

class Merger {
  readonly #chunks: Buffer[] = []
  readonly #offsets: number[] = [0, 0, 0]
  readonly #known = new Map<string, number>()
  readonly #sources = new Map<Uint8Array, Source>()
  readonly #kids: number[] = []
  readonly #over: PageStamp | null
  #length = 0

  constructor(over: PageStamp | null) {
    this.#over = over
    // The second line says that the file is binary (ISO 32000-1 §7.5.2).
    this.#write(Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1'))
  }

  append(pdf: Uint8Array, wanted: readonly number[] | undefined): void {
    let source = this.#sources.get(pdf)
    if (source === undefined) {
      // Under a stamp a signature would no longer hold, and is not taken along.
      const file = new PdfFile(pdf, this.#over === null ? 'refused' : 'followed')
      source = { file, pages: pagesOf(file), copied: new Map() }
      this.#sources.set(pdf, source)
    }
    for (const number of wanted ?? source.pages.keys()) {
      const page = source.pages[number]
      if (page === undefined) throw new UnreadablePdf('a page that is not there')
      if (!page.has('MediaBox') || !page.has('Resources')) throw new UnreadablePdf('a page that inherits')
      const body = this.#page(source, page)
      this.#kids.push(this.#object([Buffer.from(body, 'latin1')]))
    }
  }

  #page(source: Source, page: PdfDict): string {
    if (this.#over === null) return this.#dict(source, page, `/Parent ${PAGES} 0 R `)
    const { file } = source
    const box = file.resolve(page.get('MediaBox'))
    const [x0, y0, x1, y1] = Array.isArray(box) ? box.map((side) => file.resolve(side)) : []
    if (![x0, y0, x1, y1].every((side) => typeof side === 'number'))
      throw new UnreadablePdf('a page of no size')
    const stamp = this.#over([x0, y0, x1, y1] as [number, number, number, number])
    const drawn = page.get('Contents')
    const direct = file.resolve(drawn)
    const before = (Array.isArray(direct) ? direct : drawn === undefined ? [] : [drawn]) as PdfRef[]
    // What the page sets of itself ends before the stamp begins.
    const contents = [
      this.#shared('q\n'),
      ...before.map((one) => this.#copy(source, one)),
      this.#shared(`\nQ\nq\n${stamp}Q\n`),
    ]
    const rest = new Map([...page].filter(([key]) => key !== 'Contents' && key !== 'Annots'))
    const list = contents.map((object) => `${object} 0 R`).join(' ')
    return this.#dict(source, rest, `/Parent ${PAGES} 0 R /Contents [${list}] `)
  }

  /** A stream of operators, written once however many pages are drawn with it. */
  #shared(operators: string): number {
    const known = this.#known.get(operators)
    if (known !== undefined) return known
    const stream = `<</Length ${operators.length}>>\nstream\n${operators}\nendstream`
    const number = this.#object([Buffer.from(stream, 'latin1')])
    this.#known.set(operators, number)
    return number
  }

  end(): Buffer {
    this.#object([Buffer.from(`<</Type /Catalog /Pages ${PAGES} 0 R>>`)], CATALOG)
    const kids = this.#kids.map((kid) => `${kid} 0 R`).join(' ')
    this.#object([Buffer.from(`<</Type /Pages /Count ${this.#kids.length} /Kids [${kids}]>>`)], PAGES)
    const start = this.#length
    const rows = this.#offsets.slice(1).map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
    const count = this.#offsets.length
    const table = `xref\n0 ${count}\n0000000000 65535 f \n${rows.join('')}`
    this.#write(
      Buffer.from(`${table}trailer\n<</Size ${count} /Root ${CATALOG} 0 R>>\nstartxref\n${start}\n%%EOF\n`),
    )
    return Buffer.concat(this.#chunks, this.#length)
  }

  #write(bytes: Buffer): void {
    this.#chunks.push(bytes)
    this.#length += bytes.length
  }

  #object(body: readonly Buffer[], number = this.#offsets.push(0) - 1): number {
    this.#offsets[number] = this.#length
    this.#write(Buffer.from(`${number} 0 obj\n`))
    for (const part of body) this.#write(part)
    this.#write(Buffer.from('\nendobj\n'))
    return number
  }

  /** The number here of an object there; objects that say the same are one. */
  #copy(source: Source, { object }: PdfRef): number {
    const before = source.copied.get(object)
    if (before === null) throw new UnreadablePdf('objects in a ring')
    if (before !== undefined) return before
    source.copied.set(object, null)
    const value = source.file.resolve({ object })
    const body = isStream(value)
      ? [
          Buffer.from(this.#dict(source, value.dict, `/Length ${value.raw.length} `), 'latin1'),
          Buffer.from('\nstream\n'),
          value.raw,
          Buffer.from('\nendstream'),
        ]
      : [Buffer.from(this.#value(source, value), 'latin1')]
    const hash = createHash('sha256')
    for (const part of body) hash.update(part)
    const digest = hash.digest('base64')
    const number = this.#known.get(digest) ?? this.#object(body)
    this.#known.set(digest, number)
    source.copied.set(object, number)
    return number
  }

  #dict(source: Source, dict: PdfDict, first: string): string {
    let text = `<<${first}`
    for (const [key, value] of dict) {
      if (NOT_COPIED.has(key) || (key === 'Length' && first.startsWith('/Length'))) continue
      text += `/${nameText(key)} ${this.#value(source, value)} `
    }
    return `${text}>>`
  }

  #value(source: Source, value: PdfValue): string {
    if (value === null || typeof value === 'boolean') return String(value)
    if (typeof value === 'number') return numberText(value)
    if (Array.isArray(value)) return `[${value.map((item) => this.#value(source, item)).join(' ')}]`
    if (value instanceof Map) return this.#dict(source, value, '')
    if (isName(value)) return `/${nameText(value.name)}`
    if (isString(value)) return `<${Buffer.from(value.bytes, 'latin1').toString('hex')}>`
    if ('object' in value) return `${this.#copy(source, value)} 0 R`
    throw new UnreadablePdf('a stream inside an object')
  }
}

function isStream(value: PdfValue): value is PdfStream {
  return typeof value === 'object' && value !== null && 'raw' in value
}

function nameText(name: string): string {
  return name.replace(/[^!-~]|[#%()<>[\]{}/]/g, (character) => {
    return `#${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

/** A PDF number has no exponent. */
function numberText(value: number): string {
  const text = String(value)
  return text.includes('e') ? value.toFixed(10) : text
}
