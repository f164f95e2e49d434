import type { FoundCode, ReadCodes } from '@open-bcl/core/picture/code-reader.ts'
import {
  cropped,
  projection,
  reduced,
  sharpened,
  type GreyPicture,
  type Point,
  type Quad,
} from '@open-bcl/core/picture/grey-picture.ts'
import {
  CORNER_CODES,
  decodeCorner,
  decodePaper,
  MAIN_CODE,
  type PaperBox,
  type PaperCode,
  type PaperPage,
} from './paper.ts'

/** From millimetres of the paper to pixels of the picture. */
export type OnPaper = (x: number, y: number) => Point

export type FoundPaper =
  /** No code of a survey sheet is to be seen. */
  | { readonly kind: 'nothing' }
  /** Two papers lie in one picture. */
  | { readonly kind: 'several' }
  | { readonly kind: 'newer' }
  /** `onPaper` null: a corner could not be found, so that no box is looked for. */
  | { readonly kind: 'paper'; readonly code: PaperCode; readonly onPaper: OnPaper | null }

/** A4 with 300 dpi: more pixels only take longer. */
const LONG_SIDE = 3_600

/** Which paper a picture shows, and how it lies. */
export async function findPaper(picture: GreyPicture, readCodes: ReadCodes): Promise<FoundPaper> {
  const times = Math.max(1, Math.ceil(Math.max(picture.width, picture.height) / LONG_SIDE))
  const whole = reduced(picture, times)
  const found = new Found()
  for (const { part, left, top } of looks(whole)) {
    for (const code of await readCodes(part)) found.add(code, left, top)
    if (found.complete) break
  }
  if (found.several) return { kind: 'several' }
  if (found.main === null) return { kind: found.newer ? 'newer' : 'nothing' }
  const { code } = found.main
  const place = found.onPaper()
  const onPaper =
    place &&
    ((x: number, y: number): Point => {
      const at = place(x, y)
      return { x: at.x * times, y: at.y * times }
    })
  return { kind: 'paper', code, onPaper }
}

/** The whole, then its corners: a reader misses a small code on a large page now and then. */
function* looks(picture: GreyPicture): Generator<{ part: GreyPicture; left: number; top: number }> {
  yield { part: picture, left: 0, top: 0 }
  for (const [across, down] of [
    [0, 0],
    [0.5, 0],
    [0, 0.5],
    [0.5, 0.5],
  ] as const) {
    const [left, top] = [Math.floor(across * picture.width), Math.floor(down * picture.height)]
    const part = cropped(picture, left, top, left + picture.width / 2, top + picture.height / 2)
    yield { part, left, top }
    yield { part: sharpened(part, 2, 1.5), left, top }
  }
}

class Found {
  main: { readonly code: PaperCode; readonly corners: Quad } | null = null
  newer = false
  several = false
  readonly #corners = new Map<number, Quad>()

  get complete(): boolean {
    return this.several || (this.main !== null && this.#corners.size === CORNER_CODES.length)
  }

  add({ bytes, corners }: FoundCode, left: number, top: number): void {
    const quad = corners.map(({ x, y }) => ({ x: x + left, y: y + top })) as unknown as Quad
    const corner = decodeCorner(bytes)
    if (corner !== null) {
      const known = this.#corners.get(corner)
      if (known && apart(known, quad)) this.several = true
      this.#corners.set(corner, quad)
      return
    }
    const code = decodePaper(bytes)
    if (code === 'newer') this.newer = true
    else if (code !== null) {
      if (this.main && apart(this.main.corners, quad)) this.several = true
      this.main = { code, corners: quad }
    }
  }

  /** The outermost corners of the four codes span the page. */
  onPaper(): OnPaper | null {
    const [topRight, bottomRight, bottomLeft] = [0, 1, 2].map((i) => this.#corners.get(i))
    if (!this.main || !topRight || !bottomRight || !bottomLeft) return null
    const quad: Quad = [this.main.corners[0], topRight[1], bottomRight[2], bottomLeft[3]]
    const place = projection(quad)
    const { x: left, y: upper } = MAIN_CODE
    const width = CORNER_CODES[0].x + CORNER_CODES[0].side - left
    const height = CORNER_CODES[1].y + CORNER_CODES[1].side - upper
    return (x, y) => place((x - left) / width, (y - upper) / height)
  }
}

function apart(one: Quad, other: Quad): boolean {
  const side = Math.hypot(one[1].x - one[0].x, one[1].y - one[0].y)
  return Math.hypot(one[0].x - other[0].x, one[0].y - other[0].y) > side
}

export type BoxReading = {
  readonly box: PaperBox
  /** `written`: of a box for figures and words, that somebody wrote something. */
  readonly mark: 'ticked' | 'empty' | 'unclear' | 'written'
}

export type PageReading =
  | { readonly kind: 'read'; readonly boxes: readonly BoxReading[] }
  /** The frames of the boxes are not where they should be: nothing is taken from it. */
  | { readonly kind: 'shifted' }

/** Samples along a side of a box. */
const SAMPLES = 28
/** Ink of the inside of a check box: up to `CLEAR` it is empty, from `TICK` on ticked, from `BLOT` on crossed out. */
const CLEAR = 0.025
const TICK = 0.055
const BLOT = 0.6
const WRITTEN = 0.01

export function readPage(picture: GreyPicture, page: PaperPage, onPaper: OnPaper): PageReading {
  const shade = (x: number, y: number): number => {
    const at = onPaper(x, y)
    const [column, row] = [Math.round(at.x), Math.round(at.y)]
    if (column < 0 || row < 0 || column >= picture.width || row >= picture.height) return 255
    return picture.grey[row * picture.width + column]!
  }
  const boxes = page.boxes.map((box) => look(box, shade))
  const seen = boxes.filter(({ framed }) => framed).length
  if (seen < 0.9 * boxes.length) return { kind: 'shifted' }
  return { kind: 'read', boxes: boxes.map(({ box, mark }) => ({ box, mark })) }
}

function look(
  box: PaperBox,
  shade: (x: number, y: number) => number,
): BoxReading & { readonly framed: boolean } {
  const { x, y, width, height } = box
  // The paper around it tells what white is here: scans are grey, photographs darker on one side.
  const white = median([
    ...along(8).flatMap((part) => [
      shade(x + part * width, y - 1.1),
      shade(x + part * width, y + height + 1.1),
    ]),
  ])
  const dark = (at: number): boolean => at < white * 0.72
  /** The frame is a line: dark somewhere across it, at most places along it. */
  const line = (at: (part: number, off: number) => number): number =>
    along(12).filter((part) => [-0.5, -0.25, 0, 0.25, 0.5].some((off) => dark(at(part, off)))).length / 12
  const sides = [
    line((part, off) => shade(x + part * width, y + off)),
    line((part, off) => shade(x + part * width, y + height + off)),
    line((part, off) => shade(x + off, y + part * height)),
    line((part, off) => shade(x + width + off, y + part * height)),
  ]
  const framed = sides.filter((share) => share > 0.7).length >= 3
  const inset = box.kind === 'check' ? 0.75 : 0.9
  let ink = 0
  const across = Math.round(SAMPLES * Math.max(1, width / height))
  for (let i = 0; i < across; i++)
    for (let j = 0; j < SAMPLES; j++) {
      const u = x + inset + ((i + 0.5) / across) * (width - 2 * inset)
      const v = y + inset + ((j + 0.5) / SAMPLES) * (height - 2 * inset)
      if (dark(shade(u, v))) ink += 1
    }
  const share = ink / (across * SAMPLES)
  if (box.kind === 'write') return { box, framed, mark: share > WRITTEN ? 'written' : 'empty' }
  const mark = share < CLEAR ? 'empty' : share < TICK || share > BLOT ? 'unclear' : 'ticked'
  return { box, framed, mark: framed ? mark : 'unclear' }
}

function along(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i + 0.5) / count)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
