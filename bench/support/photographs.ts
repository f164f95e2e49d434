import { createCanvas, type Canvas } from '@napi-rs/canvas'

const WIDTH = 4_000
const HEIGHT = 3_000
/** Different scenes; each photo is another cut of one. */
const SCENES = 4
/** Scenes are so much larger than a photo. */
const ROOM = 600
/** Of noise of twice the wavelength half as much more: pictures of the world fall off so (1/f). */
const OCTAVES = [3, 6, 12, 25, 50, 100, 200, 400, 800, 1_600]

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

function noise(random: () => number, width: number, height: number): Canvas {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  const image = context.createImageData(width, height)
  for (let i = 0; i < image.data.length; i += 4) {
    const light = random() * 255
    image.data[i] = light + (random() - 0.5) * 40
    image.data[i + 1] = light + (random() - 0.5) * 30
    image.data[i + 2] = light + (random() - 0.5) * 40
    image.data[i + 3] = 255
  }
  context.putImageData(image, 0, 0)
  return canvas
}

/** A damaged house as a camera of twelve megapixels sees it, as far as JPEG can tell: noise that falls off as in nature, and edges. */
function scene(seed: number): Canvas {
  const random = randomOf(seed)
  const [width, height] = [WIDTH + ROOM, HEIGHT + ROOM]
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  context.fillStyle = '#8a8d86'
  context.fillRect(0, 0, width, height)
  for (const [i, across] of OCTAVES.entries()) {
    context.globalAlpha = 0.5 * 0.82 ** i
    context.drawImage(noise(random, across, Math.ceil((across * 3) / 4)), 0, 0, width, height)
  }
  // Walls, boards and tiles.
  for (let i = 0; i < 260; i++) {
    context.globalAlpha = 0.25 + random() * 0.4
    context.fillStyle = `hsl(${Math.floor(random() * 60)} ${Math.floor(random() * 40)}% ${Math.floor(15 + random() * 70)}%)`
    context.beginPath()
    const [x, y, size] = [random() * width, random() * height, 30 + random() ** 3 * 900]
    context.moveTo(x, y)
    for (let corner = 0; corner < 3; corner++)
      context.lineTo(x + (random() - 0.3) * size, y + (random() - 0.3) * size)
    context.fill()
  }
  // What a sensor adds.
  context.globalAlpha = 0.05
  const grain = noise(random, 1_000, 750)
  for (let x = 0; x < width; x += 1_000) for (let y = 0; y < height; y += 750) context.drawImage(grain, x, y)
  context.globalAlpha = 1
  return canvas
}

/** Photos as a phone's camera writes them, each another one: of twelve megapixels, or cut out of such a one at a quarter of its size. */
export function photographer(): (no: number, size: 'whole' | 'quarter') => Promise<Buffer> {
  const scenes = Array.from({ length: SCENES }, (_, i) => scene(i + 1))
  return async (no, size) => {
    const random = randomOf(1_000 + no)
    const part = size === 'whole' ? 1 : 2
    const canvas = createCanvas(WIDTH / part, HEIGHT / part)
    const context = canvas.getContext('2d')
    const room = WIDTH + ROOM - WIDTH / part
    context.drawImage(
      scenes[no % SCENES]!,
      -Math.floor(random() * room),
      -Math.floor(random() * (HEIGHT + ROOM - HEIGHT / part)),
    )
    return await canvas.encode('jpeg', 92)
  }
}
