import type { Point } from './surveys.ts'

/** Corners [longitude, latitude] of a closed line; the last is joined to the first. */
export type Ring = readonly (readonly [number, number])[]

export type Box = {
  readonly south: number
  readonly north: number
  readonly west: number
  readonly east: number
}

export const MOST_CORNERS = 500

export function boxOf(ring: Ring): Box {
  const longitudes = ring.map(([longitude]) => longitude)
  const latitudes = ring.map(([, latitude]) => latitude)
  return {
    south: Math.min(...latitudes),
    north: Math.max(...latitudes),
    west: Math.min(...longitudes),
    east: Math.max(...longitudes),
  }
}

/** Whether a place lies inside a line (even–odd rule). */
export function isInside(ring: Ring, { latitude, longitude }: Point): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [x, y] = ring[i]!
    const [u, v] = ring[j]!
    if (y > latitude !== v > latitude && longitude < ((u - x) * (latitude - y)) / (v - y) + x)
      inside = !inside
  }
  return inside
}

/** What a line must be to be an area: three corners or more, of some extent, not crossing itself. */
export function isArea(ring: Ring): boolean {
  if (ring.length < 3 || ring.length > MOST_CORNERS) return false
  const doubled = ring.reduce((sum, [x, y], i) => {
    const [u, v] = ring[(i + 1) % ring.length]!
    return sum + (x * v - u * y)
  }, 0)
  if (Math.abs(doubled) < 1e-12) return false
  for (let i = 0; i < ring.length; i++) {
    for (let j = i + 2; j < ring.length; j++) {
      if (i === 0 && j === ring.length - 1) continue
      if (crosses(ring[i]!, ring[i + 1]!, ring[j]!, ring[(j + 1) % ring.length]!)) return false
    }
  }
  return true
}

type Corner = Ring[number]

function crosses(a: Corner, b: Corner, c: Corner, d: Corner): boolean {
  const side = (p: Corner, q: Corner, r: Corner): number =>
    Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}

const EARTH_M = 6_371_000

/** Metres between two places of one town. */
export function metresBetween(one: Point, other: Point): number {
  const radians = Math.PI / 180
  const x =
    (other.longitude - one.longitude) * radians * Math.cos(((one.latitude + other.latitude) / 2) * radians)
  const y = (other.latitude - one.latitude) * radians
  return Math.round(Math.hypot(x, y) * EARTH_M)
}

/** Farther than this from the house, somebody should look whether it is the right one. Phones err by some dozen metres. */
export const FAR_M = 300
/** A device's clock that is farther off than this is told; what it says of times is shown beside ours. */
export const CLOCK_OFF_S = 600
