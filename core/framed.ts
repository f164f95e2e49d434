/** Words and the bytes that they are about, in one: length of the words (4 bytes), the words as JSON, the bytes. */
export type Framed = { readonly said: unknown; readonly bytes: Uint8Array<ArrayBuffer> }

export function frame(said: unknown, bytes: Uint8Array | null): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(said))
  const framed = new Uint8Array(4 + json.length + (bytes?.length ?? 0))
  new DataView(framed.buffer).setUint32(0, json.length)
  framed.set(json, 4)
  if (bytes) framed.set(bytes, 4 + json.length)
  return framed
}

/** Throws when it is no such thing. The bytes are a part of `framed`, not a copy. */
export function unframe(framed: Uint8Array<ArrayBuffer>): Framed {
  if (framed.length < 4) throw new Error('not framed')
  const length = new DataView(framed.buffer, framed.byteOffset, framed.byteLength).getUint32(0)
  if (4 + length > framed.length) throw new Error('not framed')
  const json = new TextDecoder().decode(framed.subarray(4, 4 + length))
  return { said: JSON.parse(json) as unknown, bytes: framed.subarray(4 + length) }
}
