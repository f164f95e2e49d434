/**
 * Reads delimited text of any make, forgiving where a person would: every kind of line end, quotes that were not doubled,
 * lines of odd length. What it had to guess at it says with the record, so that one bad line costs one line. The strict
 * reader of the published interface is `interfaces.csv.ts`; what is read here is written again in that form.
 */
export type Dialect = {
  /** One character. */
  readonly delimiter: ',' | '\t' | ';'
  /** `''`: quotes are plain characters. */
  readonly quote: '"' | "'" | ''
}

export type RecordFault =
  /** A quote that opens and never closes: it was taken for a plain character and the line for what it is. */
  'unclosed-quote' | 'too-long'

export type RawRecord = {
  readonly cells: readonly string[]
  /** Physical line on which it begins, from 1. */
  readonly line: number
  readonly fault: RecordFault | null
}

export type TableFaultKind = 'too-many-columns' | 'line-too-long' | 'empty'

/** The file as a whole is no table. */
export class TableFault extends Error {
  override readonly name = 'TableFault'
  readonly kind: TableFaultKind
  readonly line: number
  constructor(kind: TableFaultKind, line: number) {
    super(kind)
    this.kind = kind
    this.line = line
  }
}

export const MOST_COLUMNS = 1_000
/** Longest cell, UTF-16 units, as in the published interface: the picture of a seal. */
const LONGEST_CELL = 65_536
/** A line longer than this is no line of a register. */
const LONGEST_LINE = 2_000_000
/** A cell with more line breaks than this is a quote that was never closed. */
const MOST_BREAKS = 50

/**
 * Records in file order, a batch for each piece of text. `width`: the cells of the header, so that a quote that swallowed
 * the next line is noticed; `null` while nobody knows. Blank lines are left out.
 */
export async function* readRecords(
  texts: AsyncIterable<string>,
  dialect: Dialect,
  width: number | null = null,
): AsyncGenerator<RawRecord[]> {
  const reader = new Reader(dialect, width)
  for await (const text of texts) {
    const batch = reader.read(text, false)
    if (batch.length > 0) yield batch
  }
  const batch = reader.read('', true)
  if (batch.length > 0) yield batch
}

/** A quoted record read to its end: where the next begins, and what line breaks it held. */
type Quoted = {
  readonly cells: string[]
  readonly next: number
  readonly breaks: number
  /** Quotes inside that were not doubled. */
  readonly stray: number
}

class Reader {
  readonly #dialect: Dialect
  readonly #width: number | null
  #rest = ''
  #line = 1

  constructor(dialect: Dialect, width: number | null) {
    this.#dialect = dialect
    this.#width = width
  }

  read(more: string, final: boolean): RawRecord[] {
    const text = this.#rest === '' ? more : this.#rest + more
    const { delimiter, quote } = this.#dialect
    const records: RawRecord[] = []
    let pos = 0
    let feed = text.indexOf('\n')
    let carriage = text.indexOf('\r')
    while (pos < text.length) {
      if (feed !== -1 && feed < pos) feed = text.indexOf('\n', pos)
      if (carriage !== -1 && carriage < pos) carriage = text.indexOf('\r', pos)
      let end = feed === -1 ? carriage : carriage === -1 ? feed : Math.min(feed, carriage)
      // A CR at the very end may be half of a CRLF.
      const open = end === -1 || (end === text.length - 1 && text[end] === '\r')
      if (open && !final) {
        if (text.length - pos > LONGEST_LINE) throw new TableFault('line-too-long', this.#line)
        break
      }
      if (end === -1) end = text.length
      const line = text.slice(pos, end)
      if (quote !== '' && line.includes(quote)) {
        const quoted = readQuoted(text, pos, this.#dialect, final)
        if (quoted === 'more') break
        if (quoted !== 'unclosed' && !this.#swallowed(quoted)) {
          this.#push(records, quoted.cells, null)
          this.#line += quoted.breaks + 1
          pos = quoted.next
          continue
        }
        this.#push(records, line.split(delimiter), 'unclosed-quote')
      } else {
        this.#push(records, line.split(delimiter), null)
      }
      this.#line += 1
      pos = end + (text[end] === '\r' && text[end + 1] === '\n' ? 2 : 1)
    }
    this.#rest = text.slice(pos)
    return records
  }

  /** A record of several lines and of the wrong width, or with quotes astray: one ran into the lines after it. */
  #swallowed({ cells, breaks, stray }: Quoted): boolean {
    return breaks > 0 && (stray > 0 || (this.#width !== null && cells.length !== this.#width))
  }

  #push(records: RawRecord[], cells: string[], fault: RecordFault | null): void {
    if (cells.length > MOST_COLUMNS) throw new TableFault('too-many-columns', this.#line)
    if (cells.every((cell) => cell === '')) return
    const long = cells.some((cell) => cell.length > LONGEST_CELL)
    records.push({
      cells: long ? cells.map((cell) => cell.slice(0, LONGEST_CELL)) : cells,
      line: this.#line,
      fault: long ? 'too-long' : fault,
    })
  }
}

/**
 * One record that has quotes. A quote closes when a delimiter, a line end or the end follows it; any other stands for
 * itself. `more`: the text ends inside it.
 */
function readQuoted(
  text: string,
  start: number,
  dialect: Dialect,
  final: boolean,
): Quoted | 'more' | 'unclosed' {
  const { delimiter, quote } = dialect
  const cells: string[] = []
  let pos = start
  let breaks = 0
  let stray = 0
  for (;;) {
    let begin = pos
    while (text[begin] === ' ') begin++
    let cell: string
    if (text[begin] === quote) {
      let from = begin + 1
      cell = ''
      for (;;) {
        const close = text.indexOf(quote, from)
        const stretch = close === -1 ? text.slice(from) : text.slice(from, close)
        breaks += countBreaks(stretch)
        cell += stretch
        if (breaks > MOST_BREAKS || cell.length > LONGEST_CELL * 2) return 'unclosed'
        if (close === -1) return final ? 'unclosed' : 'more'
        if (close + 1 === text.length && !final) return 'more'
        if (text[close + 1] === quote) {
          cell += quote
          from = close + 2
          continue
        }
        let after = close + 1
        while (text[after] === ' ') after++
        if (after >= text.length && !final) return 'more'
        if (after >= text.length || text[after] === delimiter || isBreak(text[after])) {
          pos = after
          break
        }
        cell += quote
        stray += 1
        from = close + 1
      }
    } else {
      const from = pos
      while (pos < text.length && text[pos] !== delimiter && !isBreak(text[pos])) pos++
      if (pos >= text.length && !final) return 'more'
      cell = text.slice(from, pos)
    }
    cells.push(cell)
    if (text[pos] === delimiter) {
      if (cells.length > MOST_COLUMNS) return 'unclosed'
      pos++
      continue
    }
    if (text[pos] === '\r' && pos + 1 === text.length && !final) return 'more'
    return { cells, next: pos + (text[pos] === '\r' && text[pos + 1] === '\n' ? 2 : 1), breaks, stray }
  }
}

function isBreak(character: string | undefined): boolean {
  return character === '\n' || character === '\r'
}

function countBreaks(text: string): number {
  let count = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) count++
  }
  return count
}
