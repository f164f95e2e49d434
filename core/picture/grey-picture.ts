/** A scan or photograph, one byte a pixel: 0 black to 255 white. Rows from the top. */
export type GreyPicture = { readonly width: number; readonly height: number; readonly grey: Uint8Array }

export type Point = { readonly x: number; readonly y: number }
/** Of something square on paper: its own top left, top right, bottom right, bottom left. */
export type Quad = readonly [Point, Point, Point, Point]

/** What a canvas or a decoder of pictures gives: red, green, blue and opacity, on white paper. */
export function greyOf(rgba: Uint8ClampedArray | Uint8Array, width: number, height: number): GreyPicture {
  const grey = new Uint8Array(width * height)
  for (let i = 0; i < grey.length; i++) {
    const at = 4 * i
    const opacity = rgba[at + 3]!
    const shade = (rgba[at]! * 77 + rgba[at + 1]! * 151 + rgba[at + 2]! * 28) >> 8
    grey[i] = opacity === 255 ? shade : 255 - (((255 - shade) * opacity) >> 8)
  }
  return { width, height, grey }
}

/** The mean of every square of `times` pixels a side. */
export function reduced(picture: GreyPicture, times: number): GreyPicture {
  if (times <= 1) return picture
  const width = Math.floor(picture.width / times)
  const height = Math.floor(picture.height / times)
  const grey = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let dy = 0; dy < times; dy++) {
        const row = (y * times + dy) * picture.width + x * times
        for (let dx = 0; dx < times; dx++) sum += picture.grey[row + dx]!
      }
      grey[y * width + x] = sum / (times * times)
    }
  return { width, height, grey }
}

/** A part of the picture as it stands there; what lies outside is cut off. */
export function cropped(
  picture: GreyPicture,
  left: number,
  top: number,
  right: number,
  bottom: number,
): GreyPicture {
  const [x0, y0] = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top))]
  const width = Math.max(0, Math.min(picture.width, Math.ceil(right)) - x0)
  const height = Math.max(0, Math.min(picture.height, Math.ceil(bottom)) - y0)
  const grey = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const row = (y0 + y) * picture.width + x0
    grey.set(picture.grey.subarray(row, row + width), y * width)
  }
  return { width, height, grey }
}

/** From the unit square to the quad (Heckbert 1989): where a point of the flat paper lies in the picture. */
export function projection([a, b, c, d]: Quad): (u: number, v: number) => Point {
  const [dx1, dy1, dx2, dy2] = [b.x - c.x, b.y - c.y, d.x - c.x, d.y - c.y]
  const [sx, sy] = [a.x - b.x + c.x - d.x, a.y - b.y + c.y - d.y]
  const area = dx1 * dy2 - dx2 * dy1
  const g = area === 0 ? 0 : (sx * dy2 - dx2 * sy) / area
  const h = area === 0 ? 0 : (dx1 * sy - sx * dy1) / area
  const [xu, yu] = [b.x - a.x + g * b.x, b.y - a.y + g * b.y]
  const [xv, yv] = [d.x - a.x + h * d.x, d.y - a.y + h * d.y]
  return (u, v) => {
    const w = g * u + h * v + 1
    return { x: (xu * u + xv * v + a.x) / w, y: (yu * u + yv * v + a.y) / w }
  }
}

/**
 * The paper between (-margin, -margin) and (1 + margin, 1 + margin) of the quad's unit square, upright, `size` pixels a side.
 * White outside of the picture.
 */
export function uprighted(picture: GreyPicture, quad: Quad, margin: number, size: number): GreyPicture {
  const place = projection(quad)
  const grey = new Uint8Array(size * size).fill(255)
  const step = (1 + 2 * margin) / size
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const point = place((x + 0.5) * step - margin, (y + 0.5) * step - margin)
      grey[y * size + x] = sample(picture, point.x - 0.5, point.y - 0.5)
    }
  return { width: size, height: size, grey }
}

/** Between the four pixels around the point. */
function sample({ width, height, grey }: GreyPicture, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) return 255
  const at = top * width + left
  const [right, down] = [x - left, y - top]
  const upper = grey[at]! * (1 - right) + grey[at + 1]! * right
  const lower = grey[at + width]! * (1 - right) + grey[at + width + 1]! * right
  return upper * (1 - down) + lower * down
}

/** Edges drawn out against the mean around them, `radius` pixels about: takes back some of a blur. */
export function sharpened(picture: GreyPicture, radius: number, amount: number): GreyPicture {
  const { width, height, grey } = picture
  const soft = blurred(blurred(picture, radius, 1, width), radius, width, 1)
  const sharp = new Uint8Array(width * height)
  for (let i = 0; i < sharp.length; i++)
    sharp[i] = Math.max(0, Math.min(255, grey[i]! + amount * (grey[i]! - soft.grey[i]!)))
  return { width, height, grey: sharp }
}

/** Running mean along one direction: `step` from pixel to pixel, `line` from line to line. */
function blurred(
  { width, height, grey }: GreyPicture,
  radius: number,
  step: number,
  line: number,
): GreyPicture {
  const out = new Uint8Array(grey.length)
  const [length, lines] = step === 1 ? [width, height] : [height, width]
  for (let row = 0; row < lines; row++) {
    const start = row * line
    const value = (i: number): number => grey[start + Math.max(0, Math.min(length - 1, i)) * step]!
    let sum = 0
    for (let i = -radius; i <= radius; i++) sum += value(i)
    for (let i = 0; i < length; i++) {
      out[start + i * step] = sum / (2 * radius + 1)
      sum += value(i + radius + 1) - value(i - radius)
    }
  }
  return { width, height, grey: out }
}
