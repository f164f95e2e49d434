import {
  PdfFile,
  UnreadablePdf,
  isName,
  isString,
  type PdfDict,
  type PdfRef,
  type PdfValue,
} from './pdf-objects.ts'

/** What stands in the signature dictionary beside the signature. */
export type SignatureNote = {
  readonly signedAt: Date
  /** Who signs, as a reader shows it. */
  readonly name: string
  readonly reason: string
}

/** Bytes kept free for the CMS: a signature with its certificate takes about 1.2 kB. */
const ROOM = 6144

/**
 * Appends a signature to a finished PDF as an incremental update (ISO 32000-1 §7.5.6, §12.8; PAdES, ETSI EN 319 142-1):
 * the bytes that were there stay as they are, and the signature covers the whole file but itself.
 * @param sign makes the CMS over the signed bytes
 */
export async function appendSignature(
  pdf: Uint8Array,
  note: SignatureNote,
  sign: (signed: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const file = new PdfFile(pdf)
  const root = refOf(file.trailer.get('Root'))
  const page = firstPage(file)
  const size = numberOf(file.trailer.get('Size'))
  const [field, signature] = [{ object: size }, { object: size + 1 }]
  const before = startOfTable(pdf)
  const catalog = file.dict(root)
  const pageDict = file.dict(page)
  if (catalog.has('AcroForm') || pageDict.has('Annots')) throw new UnreadablePdf('it has a form already')

  const parts: Buffer[] = [Buffer.from('\n')]
  const offsets = new Map<number, number>()
  let at = pdf.length + 1
  const write = ({ object }: PdfRef, content: string): void => {
    const bytes = Buffer.from(`${object} 0 obj\n${content}\nendobj\n`, 'latin1')
    offsets.set(object, at)
    parts.push(bytes)
    at += bytes.length
  }
  write(root, written(new Map([...catalog, ['AcroForm', formOf(field)]])))
  write(page, written(new Map([...pageDict, ['Annots', [field]]])))
  write(field, written(widgetOf(page, signature)))
  write(signature, signatureDict(note))
  const table = at
  const trailer = new Map([...file.trailer, ['Size', size + 2] as const, ['Prev', before] as const])
  parts.push(
    Buffer.from(`${tableOf(offsets)}trailer\n${written(trailer)}\nstartxref\n${table}\n%%EOF\n`, 'latin1'),
  )

  const whole = Buffer.concat([pdf, ...parts])
  const gap = gapOf(whole, pdf.length)
  const range = `[0 ${gap.start} ${gap.end} ${whole.length - gap.end}]`
  whole.write(range.padEnd(RANGE.length), whole.indexOf(RANGE, pdf.length), 'latin1')
  const cms = Buffer.from(await sign(signedBytes(whole, gap)))
  if (cms.length > ROOM) throw new Error('the signature is longer than the room kept for it')
  whole.write(cms.toString('hex'), gap.start + 1, 'latin1')
  return whole
}

/** Of the four numbers, to be filled in when they are known. */
const RANGE = `[0 ${'#'.repeat(10)} ${'#'.repeat(10)} ${'#'.repeat(10)}]`
const CONTENTS = '/Contents '

function signatureDict({ signedAt, name, reason }: SignatureNote): string {
  const inJapan = new Date(signedAt.getTime() + 9 * 3_600_000).toISOString()
  const time = `D:${inJapan.slice(0, 19).replace(/\D/g, '')}+09'00'`
  return (
    '<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached' +
    ` /ByteRange ${RANGE} /M (${time}) /Name ${textString(name)} /Reason ${textString(reason)}` +
    ` ${CONTENTS}<${'0'.repeat(2 * ROOM)}> >>`
  )
}

function formOf(field: PdfRef): PdfDict {
  // 3: there are signatures, and the file may only be appended to.
  return new Map<string, PdfValue>([
    ['Fields', [field]],
    ['SigFlags', 3],
  ])
}

/** A field without an extent: the paper looks as it did. */
function widgetOf(page: PdfRef, signature: PdfRef): PdfDict {
  return new Map<string, PdfValue>([
    ['Type', { name: 'Annot' }],
    ['Subtype', { name: 'Widget' }],
    ['FT', { name: 'Sig' }],
    ['T', { bytes: 'Signature1' }],
    ['Rect', [0, 0, 0, 0]],
    // Print and Locked: PDF/A asks for the first.
    ['F', 132],
    ['P', page],
    ['V', signature],
  ])
}

function tableOf(offsets: ReadonlyMap<number, number>): string {
  const lines = [...offsets]
    .toSorted(([a], [b]) => a - b)
    .map(([object, offset]) => `${object} 1\n${String(offset).padStart(10, '0')} 00000 n \n`)
  return `xref\n${lines.join('')}`
}

type Gap = { readonly start: number; readonly end: number }

/** Where the signature itself stands, its angle brackets included. */
function gapOf(whole: Buffer, from: number): Gap {
  const start = whole.indexOf(`${CONTENTS}<`, from) + CONTENTS.length
  return { start, end: start + 2 * ROOM + 2 }
}

function signedBytes(whole: Buffer, { start, end }: Gap): Uint8Array {
  return Buffer.concat([whole.subarray(0, start), whole.subarray(end)])
}

/** A signed document, taken apart; nothing of it is believed yet. */
export type SignedPdf = {
  readonly cms: Uint8Array
  readonly signed: Uint8Array
  /** As it was before it was signed. */
  readonly original: Uint8Array
  /** What the signer says of the time. */
  readonly signedAt: Date
  /** The signature covers the file from its first byte to its last. */
  readonly coversAll: boolean
}

/** `null` = nobody signed it. Throws `UnreadablePdf` on what is no PDF of ours with something appended. */
export function readSignedPdf(pdf: Uint8Array): SignedPdf | null {
  const whole = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength)
  const file = new PdfFile(whole, 'followed')
  const before = file.trailer.get('Prev')
  const form = file.resolve(file.dict(file.trailer.get('Root')).get('AcroForm'))
  if (!(form instanceof Map)) {
    if (before !== undefined) throw new UnreadablePdf('something was appended that is no signature')
    return null
  }
  const fields = file.resolve(form.get('Fields'))
  if (!Array.isArray(fields) || fields.length === 0) throw new UnreadablePdf('a form without fields')
  const dict = file.dict(file.dict(fields[0]).get('V'))
  const subFilter = dict.get('SubFilter')
  const range = file.resolve(dict.get('ByteRange'))
  const contents = dict.get('Contents')
  const time = dict.get('M')
  if (
    !isName(subFilter) ||
    subFilter.name !== 'ETSI.CAdES.detached' ||
    !isString(contents) ||
    !isString(time)
  )
    throw new UnreadablePdf('a signature of another kind')
  if (!Array.isArray(range) || range.length !== 4 || !range.every((n) => typeof n === 'number'))
    throw new UnreadablePdf('a signature that covers nothing')
  const [first, length, second, rest] = range as [number, number, number, number]
  const gap = whole.subarray(length, second).toString('latin1')
  // Between the two ranges stands the signature, in hexadecimal, and nothing else: no words may hide there.
  const gapIsSignature = /^<[0-9a-fA-F]*>$/.test(gap) && second > length
  const end = whole.indexOf('%%EOF', numberOf(before))
  return {
    cms: withoutPadding(Buffer.from(contents.bytes, 'latin1')),
    signed: signedBytes(whole, { start: length, end: second }),
    original: whole.subarray(0, end + '%%EOF'.length),
    signedAt: timeOf(time.bytes),
    coversAll:
      first === 0 &&
      gapIsSignature &&
      second + rest === whole.length &&
      fields.length === 1 &&
      end > 0 &&
      end < length,
  }
}

/** A DER value says its own length; what follows is the room that was left. */
function withoutPadding(cms: Buffer): Uint8Array {
  if (cms[0] !== 0x30) throw new UnreadablePdf('a signature that is no CMS')
  const long = cms[1]! & 0x80 ? cms[1]! & 0x7f : 0
  const length = long === 0 ? cms[1]! : cms.readUIntBE(2, Math.min(long, 4))
  return cms.subarray(0, 2 + long + length)
}

function timeOf(text: string): Date {
  const parts = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\+09'00'$/.exec(text)
  if (!parts) throw new UnreadablePdf('a signature without a time')
  const [, year, month, day, hour, minute, second] = parts
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}+09:00`)
}

function firstPage(file: PdfFile): PdfRef {
  let node = refOf(file.dict(file.trailer.get('Root')).get('Pages'))
  for (let depth = 0; depth < 8; depth++) {
    const kids = file.resolve(file.dict(node).get('Kids'))
    if (!Array.isArray(kids)) return node
    node = refOf(kids[0])
  }
  throw new UnreadablePdf('no first page')
}

function startOfTable(pdf: Uint8Array): number {
  const tail = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength).toString('latin1', pdf.length - 64)
  return Number(/startxref\s+(\d+)/.exec(tail)?.[1])
}

function refOf(value: PdfValue | undefined): PdfRef {
  if (typeof value === 'object' && value !== null && 'object' in value) return value
  throw new UnreadablePdf('a reference is missing')
}

function numberOf(value: PdfValue | undefined): number {
  if (typeof value === 'number') return value
  throw new UnreadablePdf('a number is missing')
}

/** A value as a PDF writes it. */
function written(value: PdfValue): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(6)
  if (Array.isArray(value)) return `[${value.map(written).join(' ')}]`
  if (value instanceof Map)
    return `<< ${[...value].map(([key, item]) => `${nameOf(key)} ${written(item)}`).join(' ')} >>`
  if ('name' in value) return nameOf(value.name)
  if ('bytes' in value) return `<${Buffer.from(value.bytes, 'latin1').toString('hex')}>`
  if ('object' in value) return `${value.object} 0 R`
  throw new UnreadablePdf('a stream inside a value')
}

function nameOf(name: string): string {
  const escaped = (character: string): string => `#${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  return `/${name.replace(/[^A-Za-z0-9_.+:-]/g, escaped)}`
}

/** UTF-16 with its mark. */
function textString(text: string): string {
  return `<feff${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`
}
