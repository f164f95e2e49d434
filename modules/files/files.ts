import type { Brand } from '@open-bcl/core/brand.ts'

export type FileId = Brand<string, 'FileId'>

export const mediaTypes = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'] as const
export type MediaType = (typeof mediaTypes)[number]

/** A phone's photo is 3 to 8 MB; the largest of the year are below this. */
export const MOST_FILE_BYTES = 15 * 1024 * 1024
/** Bytes of one piece of an upload: in base64 and JSON just under the megabyte that a request may have. */
export const PIECE_BYTES = 700 * 1024
/** More is a bomb or a poster: 50 megapixels are what phones take. */
export const MOST_PIXELS = 64_000_000
export const THUMBNAIL_SIDE = 480
export const THUMBNAIL_BYTES = 20_000

/** What bytes are, whatever their name says. `heic`, `video` and `other` are refused, each with its own words. */
export type Sniffed =
  | {
      readonly kind: 'picture'
      readonly mediaType: Exclude<MediaType, 'application/pdf'>
      readonly width: number
      readonly height: number
    }
  | { readonly kind: 'pdf' }
  /** Begins like a picture, but its size cannot be read: cut off, or made to look like one. */
  | { readonly kind: 'broken' }
  | { readonly kind: 'heic' }
  | { readonly kind: 'video' }
  | { readonly kind: 'other' }

export function sniff(bytes: Uint8Array): Sniffed {
  const ascii = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))
  const picture = (
    mediaType: Exclude<MediaType, 'application/pdf'>,
    size: readonly [number, number] | null,
  ): Sniffed =>
    size === null || size[0] < 1 || size[1] < 1
      ? { kind: 'broken' }
      : { kind: 'picture', mediaType, width: size[0], height: size[1] }
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff)
    return picture('image/jpeg', jpegSize(bytes))
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') return picture('image/png', pngSize(bytes))
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return picture('image/webp', webpSize(bytes))
  if (ascii(0, 5) === '%PDF-') return { kind: 'pdf' }
  if (ascii(4, 8) === 'ftyp') {
    const brands = ascii(8, 40)
    return { kind: /hei[cfmsx]|hev[cmx]|mif1|msf1|avif/.test(brands) ? 'heic' : 'video' }
  }
  return { kind: 'other' }
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

/** Segments of a JPEG up to the picture itself. */
function* jpegSegments(bytes: Uint8Array): Generator<{ marker: number; from: number; to: number }> {
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) return
    const marker = bytes[at + 1]!
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === 0xd9 || marker === 0xda) return
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2
      continue
    }
    const length = u16(bytes, at + 2)
    if (length < 2 || at + 2 + length > bytes.length) return
    yield { marker, from: at + 4, to: at + 2 + length }
    at += 2 + length
  }
}

function jpegSize(bytes: Uint8Array): [number, number] | null {
  for (const { marker, from, to } of jpegSegments(bytes)) {
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame && to - from >= 5) return [u16(bytes, from + 3), u16(bytes, from + 1)]
  }
  return null
}

function pngSize(bytes: Uint8Array): [number, number] | null {
  if (bytes.length < 24 || String.fromCharCode(...bytes.subarray(12, 16)) !== 'IHDR') return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return [view.getUint32(16), view.getUint32(20)]
}

function webpSize(bytes: Uint8Array): [number, number] | null {
  if (bytes.length < 30) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  switch (String.fromCharCode(...bytes.subarray(12, 16))) {
    case 'VP8 ':
      return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff]
    case 'VP8L': {
      const bits = view.getUint32(21, true)
      return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1]
    }
    case 'VP8X':
      return [1 + (u24(view, 24) & 0xffffff), 1 + (u24(view, 27) & 0xffffff)]
    default:
      return null
  }
}

function u24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
}

/** What a camera wrote into its picture. It may lie: nothing is decided by it, it is shown beside what else is known. */
export type Taken = {
  /** `2026-11-01T09:12:33` by the camera's own clock, in whatever zone it was set to; `null` = not said. */
  readonly at: string | null
  readonly point: { readonly latitude: number; readonly longitude: number } | null
}

/** Reads when and where a JPEG was taken (Exif 2.3). Whatever is not as it should be is not said. */
export function takenOf(bytes: Uint8Array): Taken {
  for (const { marker, from, to } of jpegSegments(bytes)) {
    if (marker !== 0xe1 || to - from < 14) continue
    if (String.fromCharCode(...bytes.subarray(from, from + 6)) !== 'Exif\0\0') continue
    return readExif(bytes.subarray(from + 6, to))
  }
  return { at: null, point: null }
}

const MOST_ENTRIES = 200

function readExif(tiff: Uint8Array): Taken {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const little = view.getUint16(0) === 0x4949
  const inside = (at: number, length: number): boolean => at >= 0 && at + length <= view.byteLength
  type Entry = { readonly type: number; readonly count: number; readonly at: number }
  const directory = (at: number): Map<number, Entry> => {
    const entries = new Map<number, Entry>()
    if (!inside(at, 2)) return entries
    const count = Math.min(view.getUint16(at, little), MOST_ENTRIES)
    for (let i = 0; i < count; i++) {
      const entry = at + 2 + i * 12
      if (!inside(entry, 12)) break
      const type = view.getUint16(entry + 2, little)
      const values = view.getUint32(entry + 4, little)
      const size = ({ 2: 1, 3: 2, 4: 4, 5: 8 } as Record<number, number>)[type]
      if (size === undefined || values > 1_000) continue
      const data = size * values <= 4 ? entry + 8 : view.getUint32(entry + 8, little)
      if (inside(data, size * values))
        entries.set(view.getUint16(entry, little), { type, count: values, at: data })
    }
    return entries
  }
  const text = (entry: Entry | undefined): string =>
    entry?.type === 2
      ? String.fromCharCode(...tiff.subarray(entry.at, entry.at + entry.count)).replace(/\0.*$/s, '')
      : ''
  const pointer = (entry: Entry | undefined): number | null =>
    entry?.type === 4 ? view.getUint32(entry.at, little) : null
  const degrees = (entry: Entry | undefined): number | null => {
    if (entry?.type !== 5 || entry.count !== 3) return null
    const [d, m, s] = [0, 1, 2].map((i) => {
      const [upper, lower] = [
        view.getUint32(entry.at + i * 8, little),
        view.getUint32(entry.at + i * 8 + 4, little),
      ]
      return lower === 0 ? Number.NaN : upper / lower
    })
    const value = d! + m! / 60 + s! / 3_600
    return Number.isFinite(value) ? value : null
  }
  if (!inside(0, 8)) return { at: null, point: null }
  const first = directory(view.getUint32(4, little))
  const exifAt = pointer(first.get(0x8769))
  const exif = exifAt === null ? new Map<number, Entry>() : directory(exifAt)
  const said = text(exif.get(0x9003)) || text(first.get(0x0132))
  const time = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(said)
  const at = time ? `${time[1]}-${time[2]}-${time[3]}T${time[4]}:${time[5]}:${time[6]}` : null
  const gpsAt = pointer(first.get(0x8825))
  const gps = gpsAt === null ? new Map<number, Entry>() : directory(gpsAt)
  const latitude = degrees(gps.get(2))
  const longitude = degrees(gps.get(4))
  const point =
    latitude === null || longitude === null || (latitude === 0 && longitude === 0)
      ? null
      : {
          latitude: text(gps.get(1)).startsWith('S') ? -latitude : latitude,
          longitude: text(gps.get(3)).startsWith('W') ? -longitude : longitude,
        }
  return {
    at: at !== null && Number.isNaN(Date.parse(`${at}Z`)) ? null : at,
    point:
      point !== null && Math.abs(point.latitude) <= 90 && Math.abs(point.longitude) <= 180 ? point : null,
  }
}

/** A file as stored. */
export type StoredFile = {
  readonly fileId: FileId
  readonly mediaType: MediaType
  readonly bytes: number
  readonly width: number | null
  readonly height: number | null
  readonly storedAt: Date
}

/** Sealed beside a file. */
export type FileWords = {
  /** As the person named it; '' = unnamed. */
  readonly fileName: string
  readonly taken: Taken
  /** 0–255; `null` = not a picture. */
  readonly brightness: number | null
  readonly contrast: number | null
}

/** What a clerk should look at twice: the picture shows (almost) nothing. */
export function qualityNotes(words: Pick<FileWords, 'brightness' | 'contrast'>): ('dark' | 'flat')[] {
  const { brightness, contrast } = words
  return [
    ...(brightness !== null && brightness < 25 ? (['dark'] as const) : []),
    ...(contrast !== null && contrast < 6 ? (['flat'] as const) : []),
  ]
}
