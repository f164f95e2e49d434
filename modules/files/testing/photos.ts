import { createCanvas } from '@napi-rs/canvas'

/** A photo as a phone would send it; `taken` writes Exif into it. */
export function photo(
  options: {
    readonly width?: number
    readonly height?: number
    /** Another number is another picture. */
    readonly seed?: number
    readonly taken?: { readonly at: string; readonly latitude: number; readonly longitude: number }
  } = {},
): Buffer {
  const { width = 640, height = 480, seed = 1, taken } = options
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  for (let i = 0; i < 40; i++) {
    context.fillStyle = `hsl(${(seed * 61 + i * 37) % 360} 60% ${20 + ((i * 13 + seed) % 60)}%)`
    context.fillRect((i * 97 + seed * 31) % width, (i * 53 + seed * 17) % height, width / 5, height / 6)
  }
  const jpeg = canvas.toBuffer('image/jpeg', 80)
  return taken ? withExif(jpeg, taken) : jpeg
}

/** Exif 2.3, big-endian: date, and GPS in degrees with a fraction. */
function withExif(jpeg: Buffer, taken: { at: string; latitude: number; longitude: number }): Buffer {
  const tiff = Buffer.alloc(400)
  tiff.write('MM', 0, 'latin1')
  tiff.writeUInt16BE(42, 2)
  tiff.writeUInt32BE(8, 4)
  const entry = (at: number, tag: number, type: number, count: number, value: number): void => {
    tiff.writeUInt16BE(tag, at)
    tiff.writeUInt16BE(type, at + 2)
    tiff.writeUInt32BE(count, at + 4)
    tiff.writeUInt32BE(value, at + 8)
  }
  tiff.writeUInt16BE(2, 8)
  entry(10, 0x8769, 4, 1, 50)
  entry(22, 0x8825, 4, 1, 100)
  tiff.writeUInt16BE(1, 50)
  entry(52, 0x9003, 2, 20, 200)
  tiff.write(`${taken.at.slice(0, 10).replaceAll('-', ':')} ${taken.at.slice(11, 19)}\0`, 200, 'latin1')
  tiff.writeUInt16BE(4, 100)
  entry(102, 1, 2, 2, 0x4e000000)
  entry(114, 2, 5, 3, 240)
  entry(126, 3, 2, 2, 0x45000000)
  entry(138, 4, 5, 3, 280)
  const rational = (at: number, degrees: number): void => {
    tiff.writeUInt32BE(Math.round(degrees * 1e6), at)
    tiff.writeUInt32BE(1e6, at + 4)
    for (const place of [8, 16]) tiff.writeUInt32BE(1, at + place + 4)
  }
  rational(240, taken.latitude)
  rational(280, taken.longitude)
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff])
  const head = Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 0xff])
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)])
}
