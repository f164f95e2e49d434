import fs from 'node:fs'
import path from 'node:path'

/**
 * Makes modules/center/web/console/map/japan.json, the drawing behind the operators' map, from the published outlines of
 * prefectures (国土数値情報 N03) and the coordinates of the town halls (localgovjp). Run by hand with the folder of public
 * data: `node tools/run.mjs tools/make-map.ts FOLDER`. Equirectangular, 沖縄県 drawn apart at the upper left; 小笠原 is left out.
 */
const folder = process.argv[2]
if (!folder) throw new Error('usage: tools/make-map.ts FOLDER')

type Point = readonly [lon: number, lat: number]
type Topology = {
  readonly transform: { readonly scale: Point; readonly translate: Point }
  readonly arcs: readonly (readonly Point[])[]
  readonly objects: {
    readonly prefectures: {
      readonly geometries: readonly {
        readonly type: 'Polygon' | 'MultiPolygon'
        readonly arcs: number[][] | number[][][]
        readonly properties: { readonly N03_001: string }
      }[]
    }
  }
}
const topology = JSON.parse(
  fs.readFileSync(path.join(folder, 'basemap/prefectures_0.1pct.topojson'), 'utf8'),
) as Topology

const { scale, translate } = topology.transform
const arcs = topology.arcs.map((arc) => {
  let x = 0
  let y = 0
  return arc.map(([dx, dy]): Point => {
    x += dx
    y += dy
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]]
  })
})

const PER_DEGREE = 40
const WEST = 128.2
const NORTH = 45.7
const narrowing = Math.cos((37 * Math.PI) / 180)

function place(prefecture: string, [lon, lat]: Point): [number, number] {
  const [x, y] = prefecture === '沖縄県' ? [lon + 3.4, lat + 15.2] : [lon, lat]
  return [
    Math.round((x - WEST) * narrowing * PER_DEGREE * 10) / 10,
    Math.round((NORTH - y) * PER_DEGREE * 10) / 10,
  ]
}

const tooFar = (prefecture: string, [, lat]: Point): boolean => prefecture === '東京都' && lat < 30

function ringPath(prefecture: string, ring: readonly number[]): string {
  const points = ring.flatMap((arc) => (arc < 0 ? arcs[~arc]!.toReversed() : arcs[arc]!))
  if (points.some((point) => tooFar(prefecture, point))) return ''
  const drawn = points
    .map((point) => place(prefecture, point).join(' '))
    .filter((p, i, all) => p !== all[i - 1])
  return drawn.length < 3 ? '' : `M${drawn.join('L')}Z`
}

const prefectures = topology.objects.prefectures.geometries.map(
  ({ type, arcs: shape, properties: { N03_001: name } }) => {
    const rings = type === 'Polygon' ? (shape as number[][]) : (shape as number[][][]).flat()
    return { name, d: rings.map((ring) => ringPath(name, ring)).join('') }
  },
)

const [head = '', ...lines] = fs
  .readFileSync(path.join(folder, 'municipalities/localgovjp-utf8.csv'), 'utf8')
  .replace(/^\uFEFF/, '')
  .split(/\r?\n/)
  .filter((line) => line !== '')
const names = head.split(',')
const halls = Object.fromEntries(
  lines.flatMap((line): [string, [number, number]][] => {
    const row = Object.fromEntries(line.split(',').map((value, i) => [names[i]!, value]))
    const point: Point = [Number(row['lng']), Number(row['lat'])]
    const { lgcode = '', pref = '' } = row
    return /^\d{6}$/.test(lgcode) && point.every((n) => n > 0) && !tooFar(pref, point)
      ? [[lgcode, place(pref, point)]]
      : []
  }),
)
const out = path.resolve(import.meta.dirname, '../modules/center/web/console/map/japan.json')
fs.writeFileSync(out, `${JSON.stringify({ prefectures, halls })}\n`)
console.log(`${out}: ${prefectures.length} prefectures, ${Object.keys(halls).length} halls`)
