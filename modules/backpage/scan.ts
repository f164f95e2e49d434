import type { FoundCode, ReadCodes } from '@open-bcl/core/picture/code-reader.ts'
import {
  ADDRESS,
  CODES,
  COLUMNS,
  DATA,
  joinShards,
  LEFT_MM,
  modulesOf,
  PAGE_PATH,
  PITCH_MM,
  readShard,
  sideMm,
  TOP_MM,
  type Shard,
} from './backpage.ts'
import {
  cropped,
  projection,
  reduced,
  sharpened,
  uprighted,
  type GreyPicture,
  type Point,
  type Quad,
} from '@open-bcl/core/picture/grey-picture.ts'

export type ScannedPage = {
  /** `null` = too few codes were read. */
  readonly message: Uint8Array | null
  /** Codes of one back page that were read, of `CODES`. */
  readonly read: number
}

/**
 * Reads a back page from a scan or photograph, whichever way up and at whatever angle. A reader of 2-D codes that sees a whole
 * page of equal ones misses some; one that is read tells where the others must stand, and each is looked at by itself. Where
 * none is, the coarser code with the address tells it.
 */
export async function scanBackPage(picture: GreyPicture, readCodes: ReadCodes): Promise<ScannedPage> {
  const found = new Found()
  let lookedFromAddress = false
  for (const look of firstLooks(picture)) {
    for (const code of await readCodes(look.part)) found.add(code, look)
    if (found.pages.size === 0 && found.address && !lookedFromAddress) {
      lookedFromAddress = true
      await lookFromAddress(picture, found, found.address, readCodes)
    }
    if (found.pages.size > 0) break
  }
  const page = [...found.pages.values()].sort((a, b) => b.size - a.size)[0]
  if (!page) return { message: null, read: 0 }
  await lookAround(picture, page, readCodes)
  return { message: joinShards([...page.values()].map(({ shard }) => shard)), read: page.size }
}

/** A code, where it stands in the whole picture. */
type Placed = { readonly shard: Shard; readonly corners: Quad }

/** Codes by the page they say they belong to, and by their place on it. */
class Found {
  readonly pages = new Map<string, Map<number, Placed>>()
  /** Where the code with the address stands. */
  address: Quad | null = null

  add({ bytes, corners }: FoundCode, { left, top, times }: Pick<Look, 'left' | 'top' | 'times'>): void {
    const back = ({ x, y }: Point): Point => ({ x: x * times + left, y: y * times + top })
    const quad = corners.map(back) as unknown as Quad
    const shard = readShard(bytes)
    if (shard) this.place({ shard, corners: quad })
    else if (String.fromCharCode(...bytes.subarray(-PAGE_PATH.length)) === PAGE_PATH) this.address = quad
  }

  place(placed: Placed): void {
    const { shard } = placed
    const page = this.pages.get(shard.page) ?? new Map<number, Placed>()
    this.pages.set(shard.page, page.set(shard.place, placed))
  }
}

/** A part of the picture, so many times smaller, and where it was cut out. */
type Look = {
  readonly part: GreyPicture
  readonly left: number
  readonly top: number
  readonly times: number
}

/** A4 with 300 dpi: more pixels only take longer. */
const LONG_SIDE = 3_600

/** The whole, then quarters and the middle: where fewer codes stand, fewer corners can be taken for one another's. */
function* firstLooks(picture: GreyPicture): Generator<Look> {
  const times = Math.max(1, Math.ceil(Math.max(picture.width, picture.height) / LONG_SIDE))
  const whole = reduced(picture, times)
  yield { part: whole, left: 0, top: 0, times }
  for (const [across, down] of [
    [0.25, 0.25],
    [0, 0],
    [0.5, 0],
    [0, 0.5],
    [0.5, 0.5],
  ] as const) {
    const [left, top] = [Math.floor(across * whole.width), Math.floor(down * whole.height)]
    const part = cropped(whole, left, top, left + whole.width / 2, top + whole.height / 2)
    yield { part, left: left * times, top: top * times, times }
    yield { part: sharpened(part, 2, 1.5), left: left * times, top: top * times, times }
  }
}

/** The squares of the codes as seen from the code with the address, the nearest first, until one is read. */
async function lookFromAddress(
  picture: GreyPicture,
  found: Found,
  address: Quad,
  readCodes: ReadCodes,
): Promise<void> {
  const at = projection(address)
  const { leftMm, topMm, sideMm: side } = ADDRESS
  const square = (place: number): Quad => {
    const left = (LEFT_MM + (place % COLUMNS) * PITCH_MM - leftMm) / side
    const top = (TOP_MM + Math.floor(place / COLUMNS) * PITCH_MM - topMm) / side
    const [right, bottom] = [left + PITCH_MM / side, top + PITCH_MM / side]
    return [at(left, top), at(right, top), at(right, bottom), at(left, bottom)]
  }
  for (const place of [2, 1, 5, 4, 0, 3]) {
    // How large its modules are is not known yet.
    for (const [size, radius] of [
      [700, 3],
      [1_000, 3],
    ] as const) {
      const upright = uprighted(picture, square(place), 0.06, size)
      for (const part of [upright, sharpened(upright, radius, 2), sharpened(upright, radius + 2, 4)])
        for (const { bytes, corners } of await readCodes(part)) {
          const shard = readShard(bytes)
          if (!shard) continue
          const inPicture = projection(square(place))
          const back = ({ x, y }: Point): Point =>
            inPicture((x / size) * 1.12 - 0.06, (y / size) * 1.12 - 0.06)
          found.place({ shard, corners: corners.map(back) as unknown as Quad })
        }
      if (found.pages.size > 0) return
    }
  }
}

/** From each code that is known to the nearest that are not, until nothing new is read or enough is there. */
async function lookAround(
  picture: GreyPicture,
  page: Map<number, Placed>,
  readCodes: ReadCodes,
): Promise<void> {
  const missed = new Set<string>()
  for (;;) {
    if (page.size >= DATA) return
    const next = nearest(page, missed)
    if (!next) return
    const { place, from } = next
    missed.add(`${from} ${place}`)
    const known = page.get(from)!
    const corners = neighbour(known, place)
    for (const part of closeLooks(picture, corners, known.shard)) {
      const shard = (await readCodes(part))
        .map(({ bytes }) => readShard(bytes))
        .find((read) => read?.page === known.shard.page && read.place === place)
      if (!shard) continue
      page.set(place, { shard, corners })
      break
    }
  }
}

/** The unread place that is nearest to a read one, and not looked for from there before. */
function nearest(
  page: ReadonlyMap<number, Placed>,
  missed: ReadonlySet<string>,
): { readonly place: number; readonly from: number } | null {
  let best: { readonly place: number; readonly from: number; readonly far: number } | null = null
  for (let place = 0; place < CODES; place++) {
    if (page.has(place)) continue
    for (const from of page.keys()) {
      const [dx, dy] = apart(from, place)
      const far = Math.hypot(dx, dy)
      if (!missed.has(`${from} ${place}`) && (best === null || far < best.far)) best = { place, from, far }
    }
  }
  // Three looks at a place are enough: from further off one sees no better.
  const tries = best === null ? 0 : [...missed].filter((pair) => pair.endsWith(` ${best.place}`)).length
  if (best !== null && tries >= 3) {
    const without = new Set([...missed, `${best.from} ${best.place}`])
    return nearest(page, without)
  }
  return best
}

const apart = (from: number, to: number): readonly [number, number] => [
  (to % COLUMNS) - (from % COLUMNS),
  Math.floor(to / COLUMNS) - Math.floor(from / COLUMNS),
]

/** Where the code of another place must stand, as seen from one that was read. */
function neighbour({ shard, corners }: Placed, place: number): Quad {
  const at = projection(corners)
  const pitch = PITCH_MM / sideMm(shard.grade)
  const [dx, dy] = apart(shard.place, place)
  const [u, v] = [dx * pitch, dy * pitch]
  return [at(u, v), at(u + 1, v), at(u + 1, v + 1), at(u, v + 1)]
}

/** Quiet zone on each side, modules. */
const QUIET = 4
/** Pixels a module is drawn out to: a reader that turns grey into black and white first needs several. */
const MODULE_PIXELS = 5

function* closeLooks(picture: GreyPicture, corners: Quad, { grade }: Shard): Generator<GreyPicture> {
  const modules = modulesOf(grade)
  const margin = QUIET / modules
  const size = (modules + 2 * QUIET) * MODULE_PIXELS
  const upright = uprighted(picture, corners, margin, size)
  yield upright
  yield sharpened(upright, 3, 2)
  yield sharpened(upright, 5, 4)
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)]
  const room = 0.08 * (Math.max(...xs) - Math.min(...xs))
  yield cropped(
    picture,
    Math.min(...xs) - room,
    Math.min(...ys) - room,
    Math.max(...xs) + room,
    Math.max(...ys) + room,
  )
}
