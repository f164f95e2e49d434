/**
 * Which bytes a vendor's file is written in. Decided by decoding strictly and by what the characters are, never by the
 * name of the file; the clerk can choose otherwise on the screen.
 */
export const encodings = ['utf-8', 'shift_jis', 'euc-jp', 'utf-16le', 'utf-16be'] as const
export type Encoding = (typeof encodings)[number]

export const encodingNames: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  shift_jis: 'シフトJIS（CP932）',
  'euc-jp': 'EUC-JP',
  'utf-16le': 'UTF-16（LE）',
  'utf-16be': 'UTF-16（BE）',
}

export type EncodingGuess = {
  readonly encoding: Encoding
  /** 0 to 1. Below 0.7 the clerk is asked to look at the samples. */
  readonly confidence: number
}

const LINE_FEED = 10

/** A byte order mark says all there is to say. */
function markOf(bytes: Uint8Array): Encoding | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return null
}

/** UTF-16 without its mark: line feeds, commas and digits leave a NUL in every second byte. */
function wideOf(bytes: Uint8Array): Encoding | null {
  const length = Math.min(bytes.length, 65_536) & ~1
  let even = 0
  let odd = 0
  for (let i = 0; i < length; i += 2) {
    if (bytes[i] === 0) even++
    if (bytes[i + 1] === 0) odd++
  }
  // A Japanese table is a tenth delimiters, digits and line feeds at the least; U+3000 has a zero in its other byte.
  const many = length / 2 / 20
  if (odd > many && odd > even * 4) return 'utf-16le'
  if (even > many && even > odd * 4) return 'utf-16be'
  return null
}

/** Whole lines only, so that a sample cut out of the middle does not begin or end inside a character. */
function wholeLines(sample: Uint8Array, first: boolean): Uint8Array {
  const from = first ? 0 : sample.indexOf(LINE_FEED) + 1
  const to = sample.lastIndexOf(LINE_FEED) + 1
  return to > from ? sample.subarray(from, to) : sample
}

function decodes(encoding: Encoding, bytes: Uint8Array): boolean {
  try {
    // `stream`: the very end of a sample may cut a character.
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/** How much the double bytes look like Japanese: kana and the kanji of 第1水準, where nearly all of a register lies. */
function plausibility(encoding: 'shift_jis' | 'euc-jp', bytes: Uint8Array): number {
  const shift = encoding === 'shift_jis'
  let seen = 0
  let score = 0
  for (let i = 0; i < bytes.length; i++) {
    const lead = bytes[i]!
    if (lead < 0x80) continue
    seen++
    if (shift && lead >= 0xa1 && lead <= 0xdf) {
      // Half-width kana: usual in CP932, and what EUC-JP looks like when it is read as CP932.
      score += 0.35
      continue
    }
    i++
    // Read as CP932 it would pass for kanji, two bytes by two.
    if (!shift && lead === 0x8e) score += 1.1
    else if (!shift && lead === 0x8f) i++
    else if (shift) {
      if (lead >= 0x81 && lead <= 0x97) score += 1
      else if ((lead >= 0x98 && lead <= 0x9f) || (lead >= 0xe0 && lead <= 0xea)) score += 0.3
      else if (lead < 0xe0 || lead > 0xfc) score -= 2
    } else if ((lead >= 0xa1 && lead <= 0xa5) || (lead >= 0xb0 && lead <= 0xcf)) score += 1
    else if (lead >= 0xd0 && lead <= 0xf4) score += 0.3
    else score -= 2
  }
  return seen === 0 ? 0 : score / seen
}

/** `samples`: bytes of the file, the first from its beginning; the others may be cut out anywhere. */
export function guessEncoding(samples: readonly Uint8Array[]): EncodingGuess {
  const head = samples[0] ?? new Uint8Array()
  const marked = markOf(head)
  if (marked !== null) return { encoding: marked, confidence: 1 }
  const wide = wideOf(head)
  if (wide !== null) return { encoding: wide, confidence: 0.9 }
  const parts = samples.map((sample, i) => wholeLines(sample, i === 0))
  if (parts.every((part) => part.every((byte) => byte < 0x80))) return { encoding: 'utf-8', confidence: 1 }
  const unbroken = (encoding: Encoding): boolean => parts.every((part) => decodes(encoding, part))
  if (unbroken('utf-8')) return { encoding: 'utf-8', confidence: 0.99 }
  const [best, second] = (['shift_jis', 'euc-jp'] as const)
    .map((encoding) => {
      const scores = parts.map((part) => plausibility(encoding, part))
      const mean = scores.reduce((sum, score) => sum + score, 0) / parts.length
      return { encoding, score: mean + (unbroken(encoding) ? 0.5 : 0) }
    })
    .toSorted((a, b) => b.score - a.score)
  const lead = best!.score - second!.score
  if (best!.score < 0.2) {
    // Nothing fits: UTF-8 with damage is likelier than an old code with damage, and its errors say where.
    return { encoding: 'utf-8', confidence: 0.2 }
  }
  return { encoding: best!.encoding, confidence: Math.min(0.98, 0.5 + lead) }
}

/**
 * Text of a file in order. What cannot be decoded becomes U+FFFD, which the checks then name by line and item; a byte
 * order mark is dropped.
 */
export async function* decodeText(
  source: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of source) {
    const text = decoder.decode(chunk, { stream: true })
    if (text !== '') yield text
  }
  const rest = decoder.decode()
  if (rest !== '') yield rest
}

/** What a file is that is neither a table of text nor a workbook, by its first bytes; `null` when it may be text. */
export function foreignKind(head: Uint8Array): 'xls' | 'pdf' | 'image' | 'archive' | 'database' | null {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, i) => head[i] === byte)
  if (starts(0xd0, 0xcf, 0x11, 0xe0)) return 'xls'
  if (starts(0x25, 0x50, 0x44, 0x46)) return 'pdf'
  if (starts(0x89, 0x50, 0x4e, 0x47) || starts(0xff, 0xd8, 0xff) || starts(0x47, 0x49, 0x46, 0x38))
    return 'image'
  if (starts(0x1f, 0x8b) || starts(0x37, 0x7a, 0xbc, 0xaf) || starts(0x52, 0x61, 0x72, 0x21)) return 'archive'
  if (starts(0, 1, 0, 0) || starts(0x53, 0x51, 0x4c, 0x69)) return 'database'
  return null
}

export function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5)
}
