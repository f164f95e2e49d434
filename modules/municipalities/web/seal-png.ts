/** What the server takes as a seal (`refuseBadSeal` of the actions): PNG, square, at most this many bytes. */
export const MOST_SEAL_BYTES = 200_000

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** A picture as a seal, or why it is none. `sidePx` is its width and height. */
export type SealReading =
  | { readonly kind: 'seal'; readonly sidePx: number; readonly bytes: number }
  | { readonly kind: 'unusable'; readonly message: string }

/** Reads the head of a PNG: the signature, then width and height of IHDR as big-endian 32-bit numbers at 16 and 20. */
export function readSeal(bytes: Uint8Array): SealReading {
  const unusable = (message: string): SealReading => ({ kind: 'unusable', message })
  if (bytes.length < 25 || !signature.every((byte, at) => bytes[at] === byte))
    return unusable('PNG形式の画像ではありません')
  if (bytes.length > MOST_SEAL_BYTES) return unusable('画像が大きすぎます。200kB以下にしてください')
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  if (width !== height)
    return unusable(`縦横の大きさが違います（横${width}×縦${height}）。正方形の画像にしてください`)
  return { kind: 'seal', sidePx: width, bytes: bytes.length }
}

/** Base64 of bytes, by pieces: the argument list of one call has its limit. */
export function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
}
