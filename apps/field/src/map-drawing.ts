import { MAP_WIDTH, toPicture, type MapView } from '@open-bcl/ui/map/view.ts'
import type { Here } from './houses-index.ts'

/** Points nearer to each other than this hide each other: one of them is drawn, px. */
const HIDES = 8
/** Room for a point, px. */
const STAMP = 18

export type Place = {
  readonly latitude: number
  readonly longitude: number
  readonly taskId: string
  readonly address: string
  readonly look: Look
}
type Look = keyof typeof fills
const fills = { done: '#ffffff', open: '#0017c1', conflict: '#c8102e' } as const
/** What is still to be done lies above what is done. */
const looks = ['done', 'open', 'conflict'] as const

/** Units of the canvas for one of the picture, which is wider than a phone: its middle is cut out of it. */
export const scaleOf = ({ clientWidth }: HTMLCanvasElement): number => (clientWidth / MAP_WIDTH) * 1.6

type Placing = (place: { readonly latitude: number; readonly longitude: number }) => [number, number]

/** Where places stand on the canvas, the middle of the view in its middle: longitude and latitude go each by one factor. */
export function placing(view: MapView, canvas: HTMLCanvasElement): Placing {
  const scale = scaleOf(canvas)
  const middle = toPicture(view, view)
  const aside = toPicture(view, { latitude: view.latitude + 1, longitude: view.longitude + 1 })
  const [right, down] = [(aside.x - middle.x) * scale, (aside.y - middle.y) * scale]
  const [midX, midY] = [canvas.clientWidth / 2, canvas.clientHeight / 2]
  return ({ latitude, longitude }) => [
    midX + (longitude - view.longitude) * right,
    midY + (latitude - view.latitude) * down,
  ]
}

/** The whole picture, anew: what a finger moves is drawn as often as the screen is. */
export function drawPlaces(
  canvas: HTMLCanvasElement,
  view: MapView,
  shown: {
    readonly places: readonly Place[]
    readonly chosen: Place | undefined
    readonly here: Here | null
  },
): void {
  const { places, chosen, here } = shown
  const ratio = devicePixelRatio
  const [width, height] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio]
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const pen = canvas.getContext('2d')!
  pen.setTransform(ratio, 0, 0, ratio, 0, 0)
  pen.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight)
  const at = placing(view, canvas)
  for (const look of looks) stampAll(pen, canvas, at, look, places)
  if (chosen) drawPoint(pen, ...at(chosen), chosen.look, true)
  if (here) drawCross(pen, ...at(here))
}

/** A point is drawn once and stamped: ten thousand circles a frame are too much for a cheap phone. What others of its kind hide is left out. */
function stampAll(
  pen: CanvasRenderingContext2D,
  { clientWidth: width, clientHeight: height }: HTMLCanvasElement,
  at: Placing,
  look: Look,
  places: readonly Place[],
): void {
  const stamp = stampOf(look, devicePixelRatio)
  const across = Math.ceil((width + 2 * STAMP) / HIDES)
  const taken = new Uint8Array(across * Math.ceil((height + 2 * STAMP) / HIDES))
  for (const place of places) {
    if (place.look !== look) continue
    const [x, y] = at(place)
    if (x <= -STAMP || y <= -STAMP || x >= width + STAMP || y >= height + STAMP) continue
    const cell = Math.floor((y + STAMP) / HIDES) * across + Math.floor((x + STAMP) / HIDES)
    if (taken[cell] === 1) continue
    taken[cell] = 1
    pen.drawImage(stamp, x - STAMP / 2, y - STAMP / 2, STAMP, STAMP)
  }
}

function stampOf(look: Look, ratio: number): HTMLCanvasElement {
  const stamp = document.createElement('canvas')
  stamp.width = stamp.height = Math.ceil(STAMP * ratio)
  const pen = stamp.getContext('2d')!
  pen.scale(ratio, ratio)
  drawPoint(pen, STAMP / 2, STAMP / 2, look, false)
  return stamp
}

function drawPoint(pen: CanvasRenderingContext2D, x: number, y: number, look: Look, chosen: boolean): void {
  pen.beginPath()
  if (look === 'conflict') pen.rect(x - 6, y - 6, 12, 12)
  else pen.arc(x, y, chosen ? 9 : 6, 0, 2 * Math.PI)
  pen.fillStyle = fills[look]
  pen.fill()
  pen.lineWidth = chosen ? 4 : 2
  pen.strokeStyle = chosen ? '#000000' : look === 'done' ? '#197a4b' : '#ffffff'
  pen.stroke()
}

function drawCross(pen: CanvasRenderingContext2D, x: number, y: number): void {
  pen.beginPath()
  pen.moveTo(x - 12, y)
  pen.lineTo(x + 12, y)
  pen.moveTo(x, y - 12)
  pen.lineTo(x, y + 12)
  pen.lineWidth = 4
  pen.strokeStyle = '#000000'
  pen.stroke()
}
