import { inflateSync } from 'node:zlib'

/**
 * Reads PDF objects (ISO 32000-1 §7) as far as a certificate of ours needs: classic cross-reference table, no
 * encryption, Flate streams. Whatever else it meets is an `UnreadablePdf`: what cannot be read cannot be delivered.
 */
export type PdfValue = number | boolean | null | PdfName | PdfString | PdfRef | PdfStream | PdfDict | PdfArray
export type PdfName = { readonly name: string }
/** Bytes as one character each. */
export type PdfString = { readonly bytes: string }
export type PdfRef = { readonly object: number }
export type PdfStream = { readonly dict: PdfDict; readonly raw: Buffer }
export type PdfDict = Map<string, PdfValue>
export type PdfArray = PdfValue[]

export class UnreadablePdf extends Error {
  override readonly name = 'UnreadablePdf'
}

/** A token of a content stream that is not a value: `BT`, `Tj`, `Do`. */
export type Operator = { readonly operator: string }

/** Per byte: 0 = part of a word, 1 = white space, 2 = delimiter. */
const CLASS = new Uint8Array(256)
for (const white of [0, 9, 10, 12, 13, 32]) CLASS[white] = 1
for (const delimiter of Buffer.from('()<>[]{}/%')) CLASS[delimiter] = 2

/** What a page is mostly made of, by its bytes: no string is made of each anew, a page has thousands. */
const FREQUENT: ReadonlyMap<number, Operator> = new Map(
  'q Q cm w M d m l h c re S f W n cs CS scn SCN gs BT ET Tr Tf Tm Tj TJ BMC BDC EMC Do obj R'
    .split(' ')
    .map((operator) => [packed(Buffer.from(operator), 0, operator.length), Object.freeze({ operator })]),
)

function packed(bytes: Buffer, start: number, end: number): number {
  let key = 0
  for (let i = start; i < end; i++) key = (key << 8) | bytes[i]!
  return key
}

/** Turns bytes into values and operators, one at a time. */
export class PdfTokens {
  readonly #bytes: Buffer
  position: number

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes
    this.position = position
  }

  skipWhite(): void {
    for (;;) {
      const byte = this.#bytes[this.position]
      if (byte === 0x25) {
        while (this.position < this.#bytes.length && ![10, 13].includes(this.#bytes[this.position]!))
          this.position++
      } else if (byte !== undefined && CLASS[byte] === 1) this.position++
      else return
    }
  }

  /** The next value or operator; `undefined` at the end. References (`5 0 R`) are put together by `value`. */
  next(): PdfValue | Operator | undefined {
    this.skipWhite()
    const byte = this.#bytes[this.position]
    if (byte === undefined) return undefined
    switch (byte) {
      case 0x2f: // /
        this.position++
        return {
          name: this.#word().replace(/#([0-9a-f]{2})/gi, (_, hex: string) =>
            String.fromCharCode(parseInt(hex, 16)),
          ),
        }
      case 0x28: // (
        return this.#literalString()
      case 0x5b: // [
        this.position++
        return this.#array()
      case 0x3c: // <
        if (this.#bytes[this.position + 1] !== 0x3c) return this.#hexString()
        this.position += 2
        return this.#dict()
      case 0x5d: // ]
        this.position++
        return { operator: ']' }
      case 0x3e: // >
        this.position += 2
        return { operator: '>>' }
      default:
        return this.#numberOrOperator()
    }
  }

  /** A value where the file structure asks for one, references included. */
  value(): PdfValue {
    const token = this.next()
    if (token === undefined || isOperator(token)) throw new UnreadablePdf('a value is missing')
    if (typeof token !== 'number') return token
    const after = this.position
    const generation = this.next()
    const reference = this.next()
    if (typeof generation === 'number' && isOperator(reference) && reference.operator === 'R')
      return { object: token }
    this.position = after
    return token
  }

  #array(): PdfArray {
    const items: PdfArray = []
    for (;;) {
      const item = this.next()
      if (item === undefined) throw new UnreadablePdf('an array has no end')
      if (!isOperator(item)) items.push(item)
      else if (item.operator === ']') return items
      else if (item.operator === 'R') items.push(referenceFrom(items))
      else throw new UnreadablePdf('an operator inside an array')
    }
  }

  #dict(): PdfDict {
    const items: PdfArray = []
    for (;;) {
      const item = this.next()
      if (item === undefined) throw new UnreadablePdf('a dictionary has no end')
      if (!isOperator(item)) items.push(item)
      else if (item.operator === '>>') break
      else if (item.operator === 'R') items.push(referenceFrom(items))
      else throw new UnreadablePdf('an operator inside a dictionary')
    }
    const dict: PdfDict = new Map()
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i]
      const value = items[i + 1]
      if (!isName(key) || value === undefined) throw new UnreadablePdf('a dictionary key is not a name')
      dict.set(key.name, value)
    }
    return dict
  }

  #numberOrOperator(): PdfValue | Operator {
    const start = this.position
    const end = this.#endOfWord()
    if (end === start) throw new UnreadablePdf('an unexpected character')
    this.position = end
    const number = decimal(this.#bytes, start, end)
    if (number !== null) return number
    const frequent = end - start <= 3 ? FREQUENT.get(packed(this.#bytes, start, end)) : undefined
    if (frequent !== undefined) return frequent
    const word = this.#bytes.toString('latin1', start, end)
    if (word === 'true') return true
    if (word === 'false') return false
    return word === 'null' ? null : { operator: word }
  }

  #endOfWord(): number {
    let end = this.position
    while (end < this.#bytes.length && CLASS[this.#bytes[end]!] === 0) end++
    return end
  }

  #word(): string {
    const start = this.position
    this.position = this.#endOfWord()
    return this.#bytes.toString('latin1', start, this.position)
  }

  #hexString(): PdfString {
    const end = this.#bytes.indexOf(0x3e, this.position)
    if (end < 0) throw new UnreadablePdf('a string has no end')
    const hex = this.#bytes.toString('latin1', this.position + 1, end).replace(/\s/g, '')
    this.position = end + 1
    if (!/^[0-9a-f]*$/i.test(hex)) throw new UnreadablePdf('a string is not hexadecimal')
    return { bytes: Buffer.from(hex.length % 2 === 0 ? hex : `${hex}0`, 'hex').toString('latin1') }
  }

  #literalString(): PdfString {
    let depth = 0
    let bytes = ''
    for (;;) {
      const byte = this.#bytes[this.position++]
      if (byte === undefined) throw new UnreadablePdf('a string has no end')
      if (byte === 0x5c) {
        bytes += this.#escape()
      } else {
        if (byte === 0x28 && depth++ === 0) continue
        if (byte === 0x29 && --depth === 0) return { bytes }
        bytes += String.fromCharCode(byte)
      }
    }
  }

  /** What stands after a backslash. */
  #escape(): string {
    let octal = 0
    let digits = 0
    for (; digits < 3; digits++) {
      const digit = (this.#bytes[this.position + digits] ?? 0) - 0x30
      if (digit < 0 || digit > 7) break
      octal = octal * 8 + digit
    }
    if (digits > 0) {
      this.position += digits
      return String.fromCharCode(octal & 0xff)
    }
    const byte = this.#bytes[this.position++]
    if (byte === undefined) throw new UnreadablePdf('a string has no end')
    if (byte === 13 && this.#bytes[this.position] === 10) this.position++
    // A line end after a backslash is none.
    if (byte === 13 || byte === 10) return ''
    const character = String.fromCharCode(byte)
    return ESCAPES[character] ?? character
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

function referenceFrom(items: PdfArray): PdfRef {
  items.pop()
  const object = items.pop()
  if (typeof object !== 'number') throw new UnreadablePdf('a reference without a number')
  return { object }
}

/** `-12.5`, `.5`, `12.`; `null` when it is none. Digits are added up as an integer, so that the result is exact. */
function decimal(bytes: Buffer, start: number, end: number): number | null {
  const sign = bytes[start]
  let at = sign === 0x2d || sign === 0x2b ? start + 1 : start
  let digits = 0
  let value = 0
  let scale = 0
  for (; at < end; at++) {
    const byte = bytes[at]!
    if (byte >= 0x30 && byte <= 0x39) {
      value = value * 10 + byte - 0x30
      digits++
      scale *= 10
    } else if (byte === 0x2e && scale === 0) scale = 1
    else return null
  }
  if (digits === 0) return null
  if (digits > 15) return Number(bytes.toString('latin1', start, end))
  const size = scale === 0 ? value : value / scale
  return sign === 0x2d ? -size : size
}

export function isOperator(token: unknown): token is Operator {
  return typeof token === 'object' && token !== null && 'operator' in token
}

export function isName(value: unknown): value is PdfName {
  return typeof value === 'object' && value !== null && 'name' in value
}

export function isString(value: unknown): value is PdfString {
  return typeof value === 'object' && value !== null && 'bytes' in value
}

/** The objects of one file, found through its cross-reference table. */
export class PdfFile {
  readonly #bytes: Buffer
  readonly #offsets = new Map<number, number>()
  readonly trailer: PdfDict

  /** @param updates `followed`: what was appended to the file (a signature) counts, too; otherwise such a file is refused. */
  constructor(pdf: Uint8Array, updates: 'refused' | 'followed' = 'refused') {
    this.#bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength)
    const tail = this.#bytes.toString('latin1', Math.max(0, this.#bytes.length - 64))
    const start = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(tail)?.[1]
    if (start === undefined) throw new UnreadablePdf('no startxref')
    this.trailer = this.#readTable(Number(start))
    if ((updates === 'refused' && this.trailer.has('Prev')) || this.trailer.has('Encrypt'))
      throw new UnreadablePdf('appended or encrypted')
    let before = this.trailer.get('Prev')
    for (let tables = 0; before !== undefined; tables++) {
      if (typeof before !== 'number' || tables > 8) throw new UnreadablePdf('broken cross-references')
      before = this.#readTable(before).get('Prev')
    }
  }

  #readTable(start: number): PdfDict {
    const tokens = new PdfTokens(this.#bytes, start)
    const head = tokens.next()
    if (!isOperator(head) || head.operator !== 'xref') throw new UnreadablePdf('no cross-reference table')
    for (;;) {
      const first = tokens.next()
      if (isOperator(first) && first.operator === 'trailer') return asDict(tokens.value())
      const count = tokens.next()
      if (typeof first !== 'number' || typeof count !== 'number')
        throw new UnreadablePdf('broken cross-references')
      for (let i = 0; i < count; i++) {
        const offset = tokens.next()
        tokens.next()
        const kind = tokens.next()
        if (typeof offset !== 'number' || !isOperator(kind))
          throw new UnreadablePdf('broken cross-references')
        // The newest table is read first.
        if (kind.operator === 'n' && !this.#offsets.has(first + i)) this.#offsets.set(first + i, offset)
      }
    }
  }

  /** Follows a reference; anything else is returned as it is. */
  resolve(value: PdfValue | undefined): PdfValue {
    if (value === undefined) return null
    if (typeof value !== 'object' || value === null || !('object' in value)) return value
    const offset = this.#offsets.get(value.object)
    if (offset === undefined) throw new UnreadablePdf('a reference to nothing')
    const tokens = new PdfTokens(this.#bytes, offset)
    if (tokens.next() !== value.object) throw new UnreadablePdf('an object is not where the table says')
    tokens.next()
    const opening = tokens.next()
    if (!isOperator(opening) || opening.operator !== 'obj')
      throw new UnreadablePdf('an object has no beginning')
    const content = tokens.value()
    if (!(content instanceof Map)) return content
    const after = tokens.next()
    if (!isOperator(after) || after.operator !== 'stream') return content
    let start = tokens.position
    if (this.#bytes[start] === 13) start++
    if (this.#bytes[start] === 10) start++
    const length = this.resolve(content.get('Length'))
    if (typeof length !== 'number') throw new UnreadablePdf('a stream has no length')
    return { dict: content, raw: this.#bytes.subarray(start, start + length) }
  }

  dict(value: PdfValue | undefined): PdfDict {
    return asDict(this.resolve(value))
  }

  stream(value: PdfValue | undefined): PdfStream {
    const stream = this.resolve(value)
    if (typeof stream === 'object' && stream !== null && 'raw' in stream) return stream
    throw new UnreadablePdf('a stream is missing')
  }

  /** A stream's content; only Flate is used in what we make. */
  content(stream: PdfStream): Buffer {
    const filter = this.resolve(stream.dict.get('Filter'))
    if (filter === null) return stream.raw
    const names = Array.isArray(filter) ? filter : [filter]
    if (
      names.length !== 1 ||
      !isName(names[0]) ||
      names[0].name !== 'FlateDecode' ||
      stream.dict.has('DecodeParms')
    ) {
      throw new UnreadablePdf('a stream is coded in a way not known here')
    }
    // A page of text is a few kilobytes: whatever swells beyond this is no page of ours.
    return inflateSync(stream.raw, { maxOutputLength: 16 * 1024 * 1024 })
  }
}

function asDict(value: PdfValue): PdfDict {
  if (value instanceof Map) return value
  throw new UnreadablePdf('a dictionary is missing')
}
