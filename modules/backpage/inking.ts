import type { InkPicture } from './ink-coder.ts'

/** A pixel this dark is certainly ink: the copy-evident ground of a certificate is grey 120 at most. */
const CERTAIN = 105
/** In letters and lines, a pixel this dark is ink. */
const INK = 160
/** Hair strokes of Mincho are thinner than a pixel: so pale a pixel may be one. */
const HAIR = 215
/** How much darker than the paper beside it a hair stroke is. */
const CONTRAST = 30
/** The same between strokes that stand close; with finer pixels the ground's dots along an edge differ as much. */
const closeContrast = (dpi: number): number => (dpi > 130 ? 70 : 38)
/** Pixels that a dot of the ground covers at most, and one more: 0.17 mm. */
const dotPixels = (dpi: number): number => (dpi > 175 ? 3 : 2)

/** Full stops and the marks of small kana are some dozens; thousands are the ground of a town whose dots are black. */
const MOST_DOTS = 2_000

/**
 * Black and white of a drawn page: letters, lines and seals down to their thinnest strokes, without the ground. A threshold
 * alone cannot do that, since at 100 dpi a stroke of a small letter is paler than a dot of the ground; but dots stand alone.
 */
export function inkOf(
  rgba: Uint8ClampedArray | Uint8Array,
  width: number,
  height: number,
  dpi: number,
): InkPicture {
  const grey = new Uint8Array(width * height)
  for (let i = 0; i < grey.length; i++) {
    const at = 4 * i
    // The darkest of the three: a vermilion seal is ink, too.
    grey[i] = Math.min(rgba[at]!, rgba[at + 1]!, rgba[at + 2]!)
  }
  const ink = new Uint8Array(width * height)
  const seen = new Uint8Array(width * height)
  const dot = dotPixels(dpi)
  const close = closeContrast(dpi)
  const dots: Shape[] = []
  for (let i = 0; i < grey.length; i++) {
    if (grey[i]! > HAIR || seen[i] === 1) continue
    const shape = shapeAt(grey, seen, width, height, i)
    if (shape.extent > dot) {
      for (const pixel of shape.pixels) if (isInk(grey, pixel, width, close)) ink[pixel] = 1
    } else if (shape.darkest <= CERTAIN) dots.push(shape)
  }
  if (dots.length <= MOST_DOTS)
    for (const { pixels } of dots) for (const pixel of pixels) if (grey[pixel]! <= INK) ink[pixel] = 1
  return { width, height, ink }
}

type Shape = { readonly pixels: readonly number[]; readonly extent: number; readonly darkest: number }

/** Everything not white that touches the pixel. */
function shapeAt(grey: Uint8Array, seen: Uint8Array, width: number, height: number, start: number): Shape {
  const pixels = [start]
  seen[start] = 1
  let [left, right, top, bottom, darkest] = [width, 0, height, 0, 255]
  for (let next = 0; next < pixels.length; next++) {
    const from = pixels[next]!
    const x = from % width
    const y = (from - x) / width
    if (x < left) left = x
    if (x > right) right = x
    if (y < top) top = y
    if (y > bottom) bottom = y
    if (grey[from]! < darkest) darkest = grey[from]!
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        const to = v * width + u
        if (seen[to] === 1 || grey[to]! > HAIR) continue
        seen[to] = 1
        pixels.push(to)
      }
  }
  return { pixels, extent: Math.max(right - left, bottom - top) + 1, darkest }
}

/** Dark enough by itself, or the darkest across a stroke that is thinner than a pixel. */
function isInk(grey: Uint8Array, i: number, width: number, close: number): boolean {
  const own = grey[i]!
  if (own <= INK) return true
  const at = (offset: number): number => grey[i + offset] ?? 255
  const across = (step: number): boolean => {
    const [before, after] = [at(-step), at(step)]
    if (own > before || own >= after) return false
    // Between strokes that stand close, or alone on the paper.
    const between = Math.min(before, after) - own >= close
    return between || Math.min(at(-2 * step), at(2 * step)) - own >= CONTRAST
  }
  return across(1) || across(width)
}
