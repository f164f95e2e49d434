/**
 * A strict streaming reader of CSV (RFC 4180, UTF-8) for files of unknown quality.
 *
 * Ours, since `udsv` 0.7.3 cannot be made strict: a long row is joined into its last field, a short row swallows the next
 * line, text around quotes and an unterminated quote lose data without a word, blank lines vanish, a LF among CRLF is
 * taken for data, and rows carry no line numbers. All tried on 2026-11-21.
 *
 * Speed comes from `indexOf` on decoded blocks of about 256 KiB. A block is cut after an ASCII byte, which never lies
 * inside a UTF-8 sequence, so each block decodes by itself; the text of an unfinished record is carried over.
 */
import type { FieldError } from '@open-bcl/core/problem.ts'

export type CsvFaultKind =
  | 'empty'
  | 'not-utf8'
  | 'nul'
  | 'stray-quote'
  | 'text-after-quote'
  | 'unterminated-quote'
  | 'lone-carriage-return'
  | 'too-few-fields'
  | 'too-many-fields'
  | 'field-too-long'

const words: Readonly<Record<CsvFaultKind, string>> = {
  empty: 'ファイルが空です。連携元で出力し直してください。',
  'not-utf8':
    'UTF-8として読めない文字があります。連携元の文字コードの設定をUTF-8にして出力し直してください。',
  nul: '使えない文字（NUL）があります。連携元で取り除いて出力し直してください。',
  'stray-quote':
    '引用符で始まらない項目の中に引用符（"）があります。項目全体を引用符で囲み、中の引用符は2つ重ねてください。',
  'text-after-quote': '閉じる引用符（"）の後に文字があります。項目の中の引用符は2つ重ねてください。',
  'unterminated-quote':
    '引用符（"）が閉じないままファイルが終わっています。途中で切れていないか確かめ、出力し直してください。',
  'lone-carriage-return': '改行がCRだけです。改行はCRLFまたはLFにしてください。',
  'too-few-fields':
    '項目の数が見出し行より少なくなっています。途中で切れていないか確かめ、出力し直してください。',
  'too-many-fields':
    '項目の数が見出し行より多くなっています。項目の中のカンマが引用符で囲まれているか確かめてください。',
  'field-too-long': '1つの項目が65,536文字を超えています。引用符の閉じ忘れがないか確かめてください。',
}

/** The file is not CSV as the interface demands. Reading stops at the first fault; rows before it were yielded. */
export class CsvFault extends Error {
  readonly kind: CsvFaultKind
  /** Physical line from 1, counted by line feeds, those inside quotes included. */
  readonly line: number
  /** Field of the record, from 1. */
  readonly column: number
  constructor(kind: CsvFaultKind, line: number, column: number) {
    super(`${line}行目・${column}項目め: ${words[kind]}`)
    this.name = 'CsvFault'
    this.kind = kind
    this.line = line
    this.column = column
  }
  /** The fault as one wrong place of a file. */
  toFieldError(): FieldError {
    return { pointer: `line:${this.line}`, message: this.message }
  }
}

/**
 * Rows in file order. `lines[i]` is the physical line on which `rows[i]` begins. Fields may be slices of a block of
 * 256 KiB: copy what is kept for long.
 */
export type CsvBatch = { readonly rows: string[][]; readonly lines: number[] }

/**
 * Longest field, UTF-16 units: the longest column there is (a picture). A quote that is never closed is noticed here
 * instead of eating the memory.
 */
const maxFieldUnits = 65_536
const maxHeaderFields = 1_000
const defaultBlockBytes = 256 * 1024
const maxBytesWithoutAscii = 1024 * 1024

const comma = 44
const quote = 34
const lineFeed = 10
const carriageReturn = 13

class RecordReader {
  private width: number | null
  /** Text of a record that has begun but not ended. */
  private rest = ''
  private line = 1
  /** Where the last block ended, for a fault found before parsing. */
  private openLine = 1
  private openColumn = 1

  constructor(width: number | null, line = 1) {
    this.width = width
    this.line = line
    this.openLine = line
  }

  faultHere(kind: CsvFaultKind): CsvFault {
    return new CsvFault(kind, this.openLine, this.openColumn)
  }

  /** Reads all records that end in this text. `final`: no more text will come. */
  read(more: string, final: boolean): CsvBatch {
    let text = this.rest === '' ? more : this.rest + more
    if (final && text !== '' && text.charCodeAt(text.length - 1) !== lineFeed) text += '\n'
    const length = text.length
    const nulAt = text.indexOf('\0')
    const rows: string[][] = []
    const lines: number[] = []
    let pos = 0
    let line = this.line
    let nextFeed = text.indexOf('\n')
    this.rest = ''

    while (pos < length) {
      const recordStart = pos
      const recordLine = line
      const row: string[] = []
      for (;;) {
        const fieldStart = pos
        let unit: number
        if (text.charCodeAt(pos) === quote) {
          let close = text.indexOf('"', pos + 1)
          let doubled = false
          while (close !== -1 && text.charCodeAt(close + 1) === quote) {
            doubled = true
            close = text.indexOf('"', close + 2)
          }
          if (close === -1 || close + 1 === length) {
            if (final) throw new CsvFault('unterminated-quote', line, row.length + 1)
            if (length - pos > 2 * maxFieldUnits) throw new CsvFault('field-too-long', line, row.length + 1)
            this.suspend(text.slice(recordStart), recordLine, line, row.length + 1)
            return { rows, lines }
          }
          const raw = text.slice(pos + 1, close)
          row.push(doubled ? raw.replaceAll('""', '"') : raw)
          while (nextFeed !== -1 && nextFeed < close) {
            line++
            nextFeed = text.indexOf('\n', nextFeed + 1)
          }
          pos = close + 1
          unit = text.charCodeAt(pos)
        } else {
          unit = text.charCodeAt(pos)
          while (unit !== comma && unit !== lineFeed && unit !== carriageReturn && pos < length) {
            if (unit === quote) throw new CsvFault('stray-quote', line, row.length + 1)
            unit = text.charCodeAt(++pos)
          }
          if (pos - fieldStart > maxFieldUnits) throw new CsvFault('field-too-long', line, row.length + 1)
          if (pos >= length) {
            this.suspend(text.slice(recordStart), recordLine, line, row.length + 1)
            return { rows, lines }
          }
          row.push(text.slice(fieldStart, pos))
        }
        const column = row.length
        if (nulAt !== -1 && nulAt >= fieldStart && nulAt < pos) throw new CsvFault('nul', line, column)
        if (row[column - 1]!.length > maxFieldUnits) throw new CsvFault('field-too-long', line, column)
        if (unit === comma) {
          pos++
          if (column >= (this.width ?? maxHeaderFields))
            throw new CsvFault('too-many-fields', line, column + 1)
          continue
        }
        if (unit === carriageReturn) {
          if (pos + 1 === length) {
            this.suspend(text.slice(recordStart), recordLine, line, column)
            return { rows, lines }
          }
          if (text.charCodeAt(pos + 1) !== lineFeed) throw new CsvFault('lone-carriage-return', line, column)
          pos++
        } else if (unit !== lineFeed) {
          throw new CsvFault('text-after-quote', line, column)
        }
        pos++
        break
      }
      this.width ??= row.length
      if (row.length < this.width) throw new CsvFault('too-few-fields', recordLine, row.length + 1)
      rows.push(row)
      lines.push(recordLine)
      line++
      nextFeed = text.indexOf('\n', pos)
    }
    this.suspend('', line, line, 1)
    return { rows, lines }
  }

  private suspend(rest: string, recordLine: number, openLine: number, openColumn: number): void {
    this.rest = rest
    this.line = recordLine
    this.openLine = openLine
    this.openColumn = openColumn
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes of the longest prefix that is whole, valid UTF-8. */
function validPrefix(bytes: Uint8Array): number {
  let low = 0
  let high = bytes.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    try {
      // `stream` lets a sequence be cut by the end of the prefix.
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, middle), {
        stream: true,
      })
      low = middle
    } catch {
      high = middle - 1
    }
  }
  while (low > 0 && (bytes[low - 1]! & 0xc0) === 0x80) low--
  return low > 0 && bytes[low - 1]! >= 0x80 ? low - 1 : low
}

function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const joined = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** Bytes up to and including the last ASCII one; 0 when there is none. */
function cutPoint(bytes: Uint8Array): number {
  let cut = bytes.length
  while (cut > 0 && bytes[cut - 1]! >= 0x80) cut--
  return cut
}

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** Blocks that each decode by themselves; the last is marked. */
async function* blocksOf(
  source: Bytes,
  atLeast: number,
  first: boolean,
): AsyncGenerator<{ bytes: Uint8Array; last: boolean }> {
  let parts: Uint8Array[] = []
  let size = 0
  const withoutMark = (bytes: Uint8Array): Uint8Array => {
    const marked = first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    first = false
    return marked ? bytes.subarray(3) : bytes
  }
  for await (const chunk of source) {
    parts.push(chunk)
    size += chunk.length
    if (size < atLeast) continue
    const inChunk = cutPoint(chunk)
    // Without an ASCII byte to cut at, wait for one; a stretch this long is no CSV, so let decoding say so.
    if (inChunk === 0 && size < maxBytesWithoutAscii) continue
    const cut = inChunk === 0 ? size : size - chunk.length + inChunk
    yield { bytes: withoutMark(join(parts, size).subarray(0, cut)), last: false }
    // A copy, since the sender of the chunk may reuse its memory.
    parts = cut === size ? [] : [chunk.slice(inChunk)]
    size -= cut
  }
  yield { bytes: withoutMark(join(parts, size)), last: true }
}

/**
 * Reads CSV strictly. The first batch holds the first row (the header) alone; its width rules the file unless `width` is
 * given. `blockBytes` is how much is gathered before decoding. `amid`: the source begins at this line of a file whose
 * header was read before. Throws `CsvFault` at the first fault; memory does not grow with the file.
 */
export async function* readCsv(
  source: Bytes,
  options: {
    readonly width?: number
    readonly blockBytes?: number
    readonly amid?: { readonly line: number; readonly width: number }
  } = {},
): AsyncGenerator<CsvBatch> {
  const { amid, blockBytes = defaultBlockBytes } = options
  const reader = new RecordReader(amid?.width ?? options.width ?? null, amid?.line)
  let headed = amid !== undefined
  for await (const { bytes, last } of blocksOf(source, blockBytes, !headed)) {
    let text: string
    let broken = false
    try {
      text = decoder.decode(bytes)
    } catch {
      broken = true
      text = decoder.decode(bytes.subarray(0, validPrefix(bytes)))
    }
    let batch = reader.read(text, last && !broken)
    if (!headed && batch.rows.length > 0) {
      headed = true
      yield { rows: batch.rows.slice(0, 1), lines: batch.lines.slice(0, 1) }
      batch = { rows: batch.rows.slice(1), lines: batch.lines.slice(1) }
    }
    if (batch.rows.length > 0) yield batch
    if (broken) throw reader.faultHere('not-utf8')
  }
  if (!headed) throw new CsvFault('empty', 1, 1)
}

/** One row as we write it: every field quoted, LF. */
export function csvLine(fields: readonly string[]): string {
  let line = ''
  for (const field of fields) {
    line += `${line === '' ? '' : ','}"${field.includes('"') ? field.replaceAll('"', '""') : field}"`
  }
  return `${line}\n`
}
