/** Modules of a QR code, dark or light, without the quiet zone. */
export type QrMatrix = { readonly size: number; readonly isDark: (x: number, y: number) => boolean }

export class UnreadableQr extends Error {
  override readonly name = 'UnreadableQr'
}

/**
 * The text of a QR code (ISO/IEC 18004, versions 1 to 20, byte mode) from a matrix that has no faults: as it stands in a
 * PDF of ours. It corrects nothing and finds nothing in a photograph. It shares no code with what made the code.
 */
export function readQr(matrix: QrMatrix): string {
  const version = (matrix.size - 17) / 4
  if (!Number.isInteger(version) || version < 1 || version > 20)
    throw new UnreadableQr('not a QR code of version 1 to 20')
  const { level, mask } = formatOf(matrix)
  const data = dataOf(codewordsOf(matrix, version, mask), version, level)
  return textOf(data, version)
}

type Level = 0 | 1 | 2 | 3

/** Bits of the format information as they stand in it: M, L, H, Q. */
const levels = ['M', 'L', 'H', 'Q'] as const
/** ISO/IEC 18004 table 9: error correction codewords a block, and blocks, of versions 1 to 20. */
const correction: Readonly<Record<(typeof levels)[number], readonly (readonly [number, number])[]>> = {
  L: table(
    '7,1 10,1 15,1 20,1 26,1 18,2 20,2 24,2 30,2 18,4 20,4 24,4 26,4 30,4 22,6 24,6 28,6 30,6 28,7 28,8',
  ),
  M: table(
    '10,1 16,1 26,1 18,2 24,2 16,4 18,4 22,4 22,5 26,5 30,5 22,8 22,9 24,9 24,10 28,10 28,11 26,13 26,14 26,16',
  ),
  Q: table(
    '13,1 22,1 18,2 26,2 18,4 24,4 18,6 22,6 20,8 24,8 28,8 26,10 24,12 20,16 30,12 24,17 28,16 28,18 26,21 30,20',
  ),
  H: table(
    '17,1 28,1 22,2 16,4 22,4 28,4 26,5 26,6 24,8 28,8 24,11 28,11 22,16 24,16 24,18 30,16 28,19 28,21 26,25 28,25',
  ),
}
/** Centres of the alignment patterns, versions 2 to 20 (annex E). */
const alignment = (
  '6,18 6,22 6,26 6,30 6,34 6,22,38 6,24,42 6,26,46 6,28,50 6,30,54 6,32,58 6,34,62 6,26,46,66 6,26,48,70 ' +
  '6,26,50,74 6,30,54,78 6,30,56,82 6,30,58,86 6,34,62,90'
)
  .split(' ')
  .map((row) => row.split(',').map(Number))

function table(rows: string): (readonly [number, number])[] {
  return rows.split(' ').map((row) => row.split(',').map(Number) as [number, number])
}

function formatOf({ size, isDark }: QrMatrix): { level: Level; mask: number } {
  const at = [0, 1, 2, 3, 4, 5, 7, 8].map((x) => isDark(x, 8))
  const down = [7, 5, 4, 3, 2, 1, 0].map((y) => isDark(8, y))
  // Most significant first, freed of its own mask; the copy beside the other finders must say the same.
  const bits = [...at, ...down].reduce((sum, dark) => (sum << 1) | Number(dark), 0)
  const copy = [
    ...[1, 2, 3, 4, 5, 6, 7].map((up) => isDark(8, size - up)),
    ...[8, 7, 6, 5, 4, 3, 2, 1].map((left) => isDark(size - left, 8)),
  ].reduce((sum, dark) => (sum << 1) | Number(dark), 0)
  if (bits !== copy) throw new UnreadableQr('the format differs')
  const format = (bits ^ 0x5412) >> 10
  return { level: (format >> 3) as Level, mask: format & 7 }
}

const masks: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

/** Whether a module belongs to a pattern or to the code's own data about itself. */
function isFunction(x: number, y: number, size: number, version: number): boolean {
  if (x === 6 || y === 6) return true
  const [right, bottom] = [x >= size - 8, y >= size - 8]
  if ((x < 9 && y < 9) || (right && y < 9) || (x < 9 && bottom)) return true
  if (version >= 7 && ((x >= size - 11 && y < 6) || (y >= size - 11 && x < 6))) return true
  const centres = version === 1 ? [] : alignment[version - 2]!
  const near = (v: number): number | undefined => centres.find((centre) => Math.abs(centre - v) <= 2)
  const [cx, cy] = [near(x), near(y)]
  if (cx === undefined || cy === undefined) return false
  const last = size - 7
  return !((cx === 6 && (cy === 6 || cy === last)) || (cx === last && cy === 6))
}

function codewordsOf({ size, isDark }: QrMatrix, version: number, mask: number): number[] {
  const masked = masks[mask]!
  const bits: boolean[] = []
  let up = true
  for (let right = size - 1; right > 0; right -= 2) {
    // The column of the timing pattern is stepped over.
    if (right === 6) right = 5
    for (let step = 0; step < size; step++) {
      const y = up ? size - 1 - step : step
      for (const x of [right, right - 1])
        if (!isFunction(x, y, size, version)) bits.push(isDark(x, y) !== masked(x, y))
    }
    up = !up
  }
  return Array.from({ length: bits.length >> 3 }, (_, i) =>
    bits.slice(8 * i, 8 * i + 8).reduce((sum, bit) => (sum << 1) | Number(bit), 0),
  )
}

/** The data codewords in order: blocks are laid in turns, the longer ones last. */
function dataOf(codewords: readonly number[], version: number, level: Level): number[] {
  const [corrections, blocks] = correction[levels[level]][version - 1]!
  const dataWords = codewords.length - corrections * blocks
  const short = Math.floor(dataWords / blocks)
  const longBlocks = dataWords % blocks
  const out: number[][] = Array.from({ length: blocks }, () => [])
  let at = 0
  for (let i = 0; i <= short; i++)
    for (let block = 0; block < blocks; block++)
      if (i < short || block >= blocks - longBlocks) out[block]!.push(codewords[at++]!)
  return out.flat()
}

function textOf(data: readonly number[], version: number): string {
  const bits = data.map((word) => word.toString(2).padStart(8, '0')).join('')
  const countBits = version < 10 ? 8 : 16
  if (!bits.startsWith('0100')) throw new UnreadableQr('not in byte mode')
  const count = parseInt(bits.slice(4, 4 + countBits), 2)
  const begin = 4 + countBits
  if (begin + 8 * count > bits.length) throw new UnreadableQr('longer than the code')
  const bytes = Array.from({ length: count }, (_, i) =>
    parseInt(bits.slice(begin + 8 * i, begin + 8 * i + 8), 2),
  )
  return Buffer.from(bytes).toString('utf8')
}
