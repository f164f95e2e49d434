import { readFileSync } from 'node:fs'

/** A picture as another program (libtiff 4.5.0, `tiffcp -c g4 -r 400`) packed it, and what is drawn in it. */
export type Group4Sample = {
  readonly tiff: Buffer
  readonly width: number
  readonly height: number
  readonly isInked: (x: number, y: number) => boolean
}

const ring =
  (side: number) =>
  (x: number, y: number): boolean => {
    const middle = (side - 1) / 2
    const distance = Math.hypot(x - middle, y - middle)
    return distance <= middle && distance > middle * 0.85
  }

/** Of four lines the second begins with a run of white, the fourth with one of black: 0 to 63 pixels, then 64, 128 … 1,728. */
const run = (y: number): number => (y >> 2 < 64 ? y >> 2 : ((y >> 2) - 63) * 64)

const sample = (name: string, picture: Omit<Group4Sample, 'tiff'>): Group4Sample => ({
  tiff: readFileSync(new URL(`group-4-${name}.tif`, import.meta.url)),
  ...picture,
})
const seal = { width: 319, height: 319, isInked: ring(319) }

export const group4Samples = {
  ring: sample('ring', seal),
  /** `-f lsb2msb`: the first pixel is the lowest bit. */
  lowestBitFirst: sample('lsb', seal),
  /** `-B -r 50` instead: big-endian, seven strips. */
  strips: sample('strips', seal),
  noise: sample('noise', {
    ...{ width: 97, height: 61 },
    isInked: (x, y) => ((Math.imul((x * 73856093) ^ (y * 19349663), 2654435761) >>> 28) & 3) === 0,
  }),
  runs: sample('runs', {
    ...{ width: 1728, height: 364 },
    isInked: (x, y) => y % 2 === 1 && (y % 4 === 1 ? x >= run(y) : x < run(y)),
  }),
  white: sample('white', { width: 30, height: 20, isInked: () => false }),
  /** BlackIsZero. */
  blackIsZero: sample('reversed', { width: 100, height: 90, isInked: ring(90) }),
} as const
