/** Pictures inside a file: 印影 as PNG or TIFF (Group 4), base64 without line breaks. */

/** Pixels a side. A seal of 25 mm has 591 at 600 dpi. */
const MOST_PIXELS = 1_200
const MOST_BYTES = 48 * 1024

const base64 = /^[A-Za-z0-9+/]*={0,2}$/
const pngStart = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const pngEnd = [0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]

/** What is wrong with a picture, as the end of a sentence; `null` when it can be taken. It is not drawn here. */
export function wrongImage(value: string): string | null {
  if (value.length % 4 !== 0 || !base64.test(value))
    return 'がbase64（改行なし、末尾の=つき）ではありません。連携元で直してください。'
  if (value.length > Math.ceil(MOST_BYTES / 3) * 4)
    return 'の画像が48KiBを超えています。白黒2値にするなど、小さくしてください。'
  const bytes = Uint8Array.from(atob(value), (unit) => unit.charCodeAt(0))
  const size = startsWith(bytes, 0, pngStart) ? sizeOfPng(bytes) : sizeOfTiff(bytes)
  if (size === null)
    return 'が完全なPNG、TIFF（Group 4）の画像ではありません。途中で切れていないか確かめてください。'
  const [width, height] = size
  return width < 1 || height < 1 || width > MOST_PIXELS || height > MOST_PIXELS
    ? 'の画像は縦横とも1,200画素までです。連携元で直してください。'
    : null
}

function startsWith(bytes: Uint8Array, at: number, these: readonly number[]): boolean {
  return these.every((byte, i) => bytes[at + i] === byte)
}

/** Width and height from the first chunk; `null` unless the picture is there to its last chunk. */
function sizeOfPng(bytes: Uint8Array): readonly [number, number] | null {
  const view = new DataView(bytes.buffer)
  const header = [0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
  if (bytes.length < 57 || !startsWith(bytes, 8, header)) return null
  if (!startsWith(bytes, bytes.length - 8, pngEnd)) return null
  return [view.getUint32(16), view.getUint32(20)]
}

/** Width and height from the first directory; `null` unless the compression is Group 4 and its strips lie in the file. */
function sizeOfTiff(bytes: Uint8Array): readonly [number, number] | null {
  const little = startsWith(bytes, 0, [0x49, 0x49, 42, 0])
  if (!little && !startsWith(bytes, 0, [0x4d, 0x4d, 0, 42])) return null
  const view = new DataView(bytes.buffer)
  if (bytes.length < 10) return null
  const directory = view.getUint32(4, little)
  if (directory < 8 || directory + 2 > bytes.length) return null
  const count = view.getUint16(directory, little)
  // After its entries stands where the next directory is.
  if (directory + 2 + count * 12 + 4 > bytes.length) return null
  /** Values of a tag: SHORT (3) or LONG (4), inside the entry or where it points. */
  const valuesOf = (tag: number): number[] | null => {
    for (let at = directory + 2; at < directory + 2 + count * 12; at += 12) {
      if (view.getUint16(at, little) !== tag) continue
      const kind = view.getUint16(at + 2, little)
      const many = view.getUint32(at + 4, little)
      if ((kind !== 3 && kind !== 4) || many > MOST_PIXELS) return null
      const size = kind === 3 ? 2 : 4
      const from = many * size <= 4 ? at + 8 : view.getUint32(at + 8, little)
      if (from + many * size > bytes.length) return null
      return Array.from({ length: many }, (_, i) =>
        kind === 3 ? view.getUint16(from + i * 2, little) : view.getUint32(from + i * 4, little),
      )
    }
    return null
  }
  const width = valuesOf(256)?.[0]
  const height = valuesOf(257)?.[0]
  const offsets = valuesOf(273)
  const lengths = valuesOf(279)
  if (width === undefined || height === undefined || valuesOf(259)?.[0] !== 4) return null
  if (offsets === null || lengths === null || offsets.length === 0 || offsets.length !== lengths.length)
    return null
  return offsets.every((from, i) => lengths[i]! > 0 && from + lengths[i]! <= bytes.length)
    ? [width, height]
    : null
}
