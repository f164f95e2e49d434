import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { createCanvas, loadImage, type Image } from '@napi-rs/canvas'
import { DATA, joinShards, readShard, type Shard } from '@open-bcl/modules/backpage/backpage.ts'
import { codeReader, type ReadCodes } from '@open-bcl/core/picture/code-reader.ts'
import { decodeBackPage } from '@open-bcl/modules/backpage/decode.ts'
import { greyOf, projection, type GreyPicture } from '@open-bcl/core/picture/grey-picture.ts'
import { openBackPages, type BackPages } from '@open-bcl/modules/backpage/backpage.routes.ts'
import { goldenCases } from '@open-bcl/modules/certificates/golden/cases.ts'
import { print } from '@open-bcl/modules/certificates/golden/print.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { startPostgres } from '@open-bcl/platform/db/embedded.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { testDatabase } from '@open-bcl/platform/testing/database.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchOptions, median, quantile, report } from './result.ts'

const cacheDir = fileURLToPath(new URL('../.cache', import.meta.url))
const resolutions = [200, 300, 600] as const

/** From the shortest form to the fullest household with the longest names: all sizes of codes. */
const papers = [
  'seal-round-13-5mm',
  'tax-taxed',
  'juminhyo-joint-4-everything',
  'juminhyo-joint-longest',
] as const

/** What happens to a paper on its way into a computer. Lengths on paper in mm, so that every resolution suffers alike. */
type Treatment = {
  readonly name: string
  readonly degrees?: number
  /** Standard deviation of a Gaussian, mm: 0.06 is half a pixel with 200 dpi. */
  readonly blurMm?: number
  /** Cut off at each edge, mm: the codes begin 12 mm from it. */
  readonly cropMm?: number
  /** Contrast left over, and noise, in grey levels. */
  readonly contrast?: number
  readonly noise?: number
  /** A bar over the paper: a fold, a stamp, a finger; mm wide. */
  readonly barMm?: number
  /** Seen from aside: how much shorter the far edge looks, and light that falls off by so much. */
  readonly perspective?: number
  readonly jpeg: number
  /** Also with 600 dpi, where a picture of 35 million pixels takes its time. */
  readonly finest?: true
}
const treatments: readonly Treatment[] = [
  { name: 'clean, JPEG 85', jpeg: 85, finest: true },
  { name: 'JPEG 50', jpeg: 50 },
  { name: 'JPEG 30', jpeg: 30 },
  { name: 'turned 1.5°, JPEG 75', degrees: 1.5, jpeg: 75 },
  { name: 'turned 7°, JPEG 75', degrees: 7, jpeg: 75 },
  { name: 'turned 91°, JPEG 75', degrees: 91, jpeg: 75 },
  { name: 'upside down, 178°, JPEG 75', degrees: 178, jpeg: 75 },
  { name: 'blur 0.08 mm', blurMm: 0.08, jpeg: 85 },
  { name: 'blur 0.13 mm', blurMm: 0.13, jpeg: 85 },
  { name: 'blur 0.2 mm', blurMm: 0.2, jpeg: 85 },
  { name: 'cropped by 10 mm', cropMm: 10, jpeg: 85 },
  { name: 'cropped by 15 mm (into the codes)', cropMm: 15, jpeg: 85 },
  { name: 'pale and noisy', contrast: 0.5, noise: 12, jpeg: 75 },
  { name: 'a bar of 20 mm across', barMm: 20, jpeg: 85 },
  {
    name: 'photograph: far edge 6 % shorter, blur 0.08',
    perspective: 0.06,
    blurMm: 0.08,
    noise: 5,
    jpeg: 80,
  },
  { name: 'photograph: far edge 15 % shorter, 5°', perspective: 0.15, degrees: 5, noise: 5, jpeg: 80 },
  {
    name: 'office: 1.5°, blur 0.08, noise, JPEG 60',
    degrees: 1.5,
    blurMm: 0.08,
    noise: 6,
    contrast: 0.85,
    jpeg: 60,
    finest: true,
  },
  {
    name: 'worse: 4°, blur 0.13, noise, JPEG 40',
    degrees: 4,
    blurMm: 0.13,
    noise: 10,
    contrast: 0.7,
    jpeg: 40,
    finest: true,
  },
]

/**
 * How many back pages are read back whole and signed from scans of 200, 300 and 600 dpi, after what happens to a paper; beside
 * what one look of the same reader at the same picture gives. `rows` = how many of the papers, four unless said.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
  const readCodes = codeReader({ wasmBinary: new Uint8Array(await readFile(wasm)).buffer })
  await withBackPages(async (backPages) => {
    const backs = await makeAll(backPages, papers.slice(0, rows ?? papers.length))
    let [ours, theirs, all] = [0, 0, 0]
    const times: number[] = []
    console.log(
      `read of ${backs.length} papers, ours | one look of the same reader; dpi ${resolutions.join(', ')}`,
    )
    for (const treatment of treatments) {
      const cells: string[] = []
      for (const dpi of resolutions) {
        if (dpi === 600 && !treatment.finest) continue
        let [mine, plain] = [0, 0]
        for (const [i, back] of backs.entries()) {
          const picture = await treated(await scan(back, dpi), dpi, treatment, i)
          const begin = performance.now()
          const { kind } = await decodeBackPage(picture, readCodes, (asked) => backPages.open({ asked }))
          times.push(performance.now() - begin)
          if (kind === 'genuine') mine += 1
          if (await oneLook(picture, readCodes)) plain += 1
        }
        ours += mine
        theirs += plain
        all += backs.length
        cells.push(`${mine} | ${plain}`)
      }
      console.log(`  ${treatment.name.padEnd(44)} ${cells.join('    ')}`)
    }
    console.log(
      `reading a scan: median ${median(times).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms`,
    )
    report({
      name: 'backpage',
      data: `${all} scans: ${backs.length} certificates × ${treatments.length} treatments × 200, 300 (and for some 600) dpi; reference: one look of the same reader`,
      figure: (100 * ours) / all,
      unit: '% read and signed',
      reference: (100 * theirs) / all,
      ratio: ours / theirs,
    })
  })
}

async function withBackPages(work: (backPages: BackPages) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'open-bcl-bench-'))
  const postgres = await startPostgres({ kind: 'embedded', dataDir: join(folder, 'data'), throwAway: true })
  process.env['TEST_DATABASE_URL'] = postgres.url
  const database = await testDatabase('center', migrationsOf('center'))
  const backPages = await openBackPages({
    ...{ pool: database.app, log: openLog('center', { write: () => undefined }), cacheDir, processes: 1 },
    // A clock that runs ahead lets the public's measure pass; it is tested elsewhere.
    ...{ now: hurriedClock(), masters: [new Uint8Array(32).fill(9)], origin: 'https://center.example.jp' },
  })
  try {
    await work(backPages)
  } finally {
    await backPages.close()
    await database.close()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function hurriedClock(): () => Date {
  let calls = 0
  return () => new Date(Date.now() + 1_000 * calls++)
}

async function makeAll(backPages: BackPages, names: readonly string[]): Promise<Uint8Array[]> {
  const engine = await startPdfEngine({ cacheDir })
  const backs: Uint8Array[] = []
  const times: number[] = []
  for (const name of names) {
    const { pdf, words } = await print(engine, goldenCases[name]!)
    const about = { municipalityCode: '212172', kind: 'juminhyo' }
    await backPages.make(pdf, about)
    const begin = performance.now()
    backs.push(await backPages.make(pdf, about))
    const ms = performance.now() - begin
    times.push(ms / words.length)
    console.log(`made ${name}: ${words.length} page(s), ${ms.toFixed(0)} ms`)
  }
  await engine.close()
  console.log(`making a back page: median ${median(times).toFixed(0)} ms a page`)
  return backs
}

/** Drawn once for all treatments; not with 600 dpi, where each takes 140 MB. */
const drawn = new Map<Uint8Array, Map<number, Image>>()

async function scan(pdf: Uint8Array, dpi: number): Promise<Image> {
  const known = drawn.get(pdf) ?? new Map<number, Image>()
  drawn.set(pdf, known)
  const args = ['-r', `${dpi}`, '-gray', '-png', '-f', '1', '-l', '1']
  const image =
    known.get(dpi) ?? (await loadImage(execFileSync('pdftoppm', args, { input: pdf, maxBuffer: 1 << 28 })))
  if (dpi < 600) known.set(dpi, image)
  return image
}

async function treated(
  image: Image,
  dpi: number,
  {
    degrees = 0,
    blurMm = 0,
    cropMm = 0,
    contrast = 1,
    noise = 0,
    barMm = 0,
    perspective = 0,
    jpeg,
  }: Treatment,
  seed: number,
): Promise<GreyPicture> {
  const pixels = (mm: number): number => (mm / 25.4) * dpi
  // No two papers lie alike.
  const angle = ((degrees + (degrees === 0 ? 0 : 0.13 * seed)) * Math.PI) / 180
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))]
  const crop = pixels(cropMm)
  const width = Math.round(image.width * cos + image.height * sin - 2 * crop)
  const height = Math.round(image.width * sin + image.height * cos - 2 * crop)
  const canvas = createCanvas(width, height)
  const pen = canvas.getContext('2d')
  pen.fillStyle = '#ffffff'
  pen.fillRect(0, 0, width, height)
  pen.translate(width / 2, height / 2)
  pen.rotate(angle)
  pen.drawImage(image, -image.width / 2, -image.height / 2)
  pen.fillStyle = '#555555'
  if (barMm > 0) pen.fillRect(-image.width / 2, pixels(-20 + 13 * seed), image.width, pixels(barMm))
  const clear = greyOf(pen.getImageData(0, 0, width, height).data, width, height)
  const seen = perspective === 0 ? clear : photographed(clear, perspective)
  return await compressed(noisy(blurred(seen, pixels(blurMm)), contrast, noise, seed + 1), jpeg)
}

/** The table shows around the paper, and the light is weaker on the far side. */
function photographed(picture: GreyPicture, shorter: number): GreyPicture {
  const { width, height } = picture
  const grey = new Uint8Array(width * height)
  // Where the photograph's corners lie on the paper: beyond it, and further beyond on the far side.
  const [near, far] = [0.03, 0.03 + shorter / 2]
  const at = projection([
    { x: -far * width, y: -0.04 * height },
    { x: (1 + far) * width, y: -0.04 * height },
    { x: (1 + near) * width, y: 1.03 * height },
    { x: -near * width, y: 1.03 * height },
  ])
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const { x: u, y: v } = at((x + 0.5) / width, (y + 0.5) / height)
      const on = u >= 0 && v >= 0 && u < width && v < height
      const shade = on ? picture.grey[Math.floor(v) * width + Math.floor(u)]! : 90
      grey[y * width + x] = shade * (0.7 + (0.3 * y) / height)
    }
  return { width, height, grey }
}

async function compressed(picture: GreyPicture, quality: number): Promise<GreyPicture> {
  const { width, height, grey } = picture
  const canvas = createCanvas(width, height)
  const pen = canvas.getContext('2d')
  const data = pen.createImageData(width, height)
  grey.forEach((value, i) => {
    data.data[4 * i] = data.data[4 * i + 1] = data.data[4 * i + 2] = value
    data.data[4 * i + 3] = 255
  })
  pen.putImageData(data, 0, 0)
  pen.drawImage(await loadImage(await canvas.encode('jpeg', quality)), 0, 0)
  return greyOf(pen.getImageData(0, 0, width, height).data, width, height)
}

/** Gaussian, one direction after the other. */
function blurred(picture: GreyPicture, sigma: number): GreyPicture {
  if (sigma === 0) return picture
  const reach = Math.ceil(3 * sigma)
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const { width, height } = picture
  const along = (from: Uint8Array, step: number, length: number): Uint8Array => {
    const to = new Uint8Array(from.length)
    for (let i = 0; i < from.length; i++) {
      const place = Math.floor(i / step) % length
      let sum = 0
      for (let k = -reach; k <= reach; k++) {
        const near = Math.max(0, Math.min(length - 1, place + k)) - place
        sum += from[i + near * step]! * weights[k + reach]!
      }
      to[i] = sum / total
    }
    return to
  }
  return { width, height, grey: along(along(picture.grey, 1, width), width, height) }
}

function noisy(picture: GreyPicture, contrast: number, noise: number, seed: number): GreyPicture {
  if (contrast === 1 && noise === 0) return picture
  let state = seed
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const { width, height } = picture
  const grey = picture.grey.map((value) => {
    // Near enough to a normal distribution.
    const shake = (random() + random() + random() - 1.5) * 2 * noise
    return Math.max(0, Math.min(255, 128 + (value - 128) * contrast + shake))
  })
  return { width, height, grey }
}

/** What a good engineer would write first: all codes of the picture in one call. */
async function oneLook(picture: GreyPicture, readCodes: ReadCodes): Promise<boolean> {
  const shards = (await readCodes(picture))
    .map(({ bytes }) => readShard(bytes))
    .filter((shard): shard is Shard => shard !== null)
  return shards.length >= DATA && joinShards(shards) !== null
}
