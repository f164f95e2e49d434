/** One element of DER: its tag, and where its content lies. */
export type Element = { readonly tag: number; readonly from: number; readonly to: number }

/**
 * The elements that lie side by side between `from` and `to`. For lists so long that a tree of them would not fit: a
 * revocation list has an element for every card that was ever lost.
 * @throws RangeError when the bytes are not DER.
 */
export function elements(bytes: Uint8Array, from = 0, to = bytes.length): Element[] {
  const found: Element[] = []
  for (let at = from; at < to;) {
    const element = elementAt(bytes, at, to)
    found.push(element)
    at = element.to
  }
  return found
}

/** The same as slices: all of an element, and what is in it. */
export function wholeElements(
  bytes: Uint8Array,
): { readonly tag: number; readonly whole: Uint8Array; readonly content: Uint8Array }[] {
  let at = 0
  return elements(bytes).map(({ tag, from, to }) => {
    const whole = bytes.subarray(at, to)
    at = to
    return { tag, whole, content: bytes.subarray(from, to) }
  })
}

export function elementAt(bytes: Uint8Array, at: number, to: number): Element {
  const tag = bytes[at]
  const first = bytes[at + 1]
  // Tags of more than one byte stand in no list of certificates; an open length is not DER.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || first === 0x80) {
    throw new RangeError('not DER')
  }
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (lengthBytes > 4) throw new RangeError('not DER')
  let length = first < 0x80 ? first : 0
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + (bytes[at + 2 + i] ?? NaN)
  const begin = at + 2 + lengthBytes
  if (!(begin + length <= to)) throw new RangeError('not DER')
  return { tag, from: begin, to: begin + length }
}

/** A SEQUENCE of these contents. */
export function sequence(...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  return Buffer.concat([Uint8Array.of(0x30, 0x84), length, content])
}
