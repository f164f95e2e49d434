/**
 * Condenses public data into demo/data/: towns, surnames, given names, shelters, boundary. Run by hand when a source is
 * renewed: `node tools/make-demo-data.ts [folder of the public data]`. Sources and licences: demo/data/README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const folder = process.argv[2] ?? '../shared/data'

function bytes(path: string): Buffer {
  const content = readFileSync(`${folder}/${path}`)
  return path.endsWith('.gz') ? gunzipSync(content) : content
}
function text(path: string): string {
  return bytes(path)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
}
/** The tables read here have no quoted commas. */
function table(path: string): Record<string, string>[] {
  const [header, ...lines] = text(path)
    .split(/\r?\n/)
    .filter((line) => line !== '')
  const names = header!.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, i) => [names[i]!, value])))
}
/** JSON with one element of the list a line, so that a renewal can be reviewed. */
function save(name: string, list: readonly unknown[]): void {
  writeFileSync(`demo/data/${name}`, `[\n${list.map((item) => JSON.stringify(item)).join(',\n')}\n]\n`)
  console.log(name, list.length)
}

type Place = {
  readonly code: string
  readonly prefecture: string
  readonly city: string
  readonly latitude: string
  readonly longitude: string
}
const places = new Map<string, Place>()
for (const path of [
  'demo-town-hida/geolonia_towns.csv',
  'large-city-yokohama/geolonia_towns.csv.gz',
  'addresses/geolonia_towns_20240115_national.csv.gz',
]) {
  for (const row of table(path)) {
    const code = row['全国地方公共団体コード']!
    if (!/^(212172|212032|141\d{3})$/.test(code)) continue
    const key = `${code}/${row['大字町丁目名']}`
    if (places.has(key)) continue
    places.set(key, {
      code,
      prefecture: row['都道府県名']!,
      city: row['市区町村名']!,
      latitude: row['緯度']!,
      longitude: row['経度']!,
    })
  }
}

const postCodes = new Map<string, string>()
for (const row of table('demo-town-hida/postal_codes.csv'))
  postCodes.set(`21217/${row['町域名']}`, row['郵便番号']!)
/** 「以下に掲載がない場合」 of 飛騨市. */
const hidaFallback = '5061100'

function postCodeOf(row: Record<string, string>): string {
  const code = row['全国地方公共団体コード']!
  if (row['郵便番号'] !== '') return row['郵便番号']!
  const found = postCodes.get(`${code.slice(0, 5)}/${row['大字・町名']}`)
  if (found !== undefined) return found
  return code === '212172' ? hidaFallback : ''
}

/** [市区町村コード, 都道府県, 市区町村名, 町字, カナ, 町字ID, 郵便番号, 緯度, 経度] */
function townsOf(path: string, wanted: (code: string) => boolean, every: number): (string | number)[][] {
  const found: (string | number)[][] = []
  for (const row of table(path)) {
    const code = row['全国地方公共団体コード']!
    if (!wanted(code) || !['1', '2'].includes(row['町字区分コード']!)) continue
    const name = `${row['大字・町名']}${row['丁目名']}`
    const place = places.get(`${code}/${name}`)
    const postCode = postCodeOf(row)
    if (place === undefined || postCode === '') continue
    const kana = `${row['大字・町名_カナ']}${row['丁目名_カナ']}`
    found.push([
      code,
      place.prefecture,
      place.city,
      name,
      kana,
      row['町字id']!,
      postCode,
      Number(place.latitude),
      Number(place.longitude),
    ])
  }
  return found.filter((_, i) => i % every === 0)
}
save(
  'towns-212172.json',
  townsOf('demo-town-hida/abr_mt_town.csv', (code) => code === '212172', 1),
)
save(
  'towns-212032.json',
  townsOf('addresses/abr_mt_town_20220426_national.csv.gz', (code) => code === '212032', 4),
)
save(
  'towns-141003.json',
  townsOf('large-city-yokohama/abr_mt_town.csv.gz', (code) => code.startsWith('141'), 8),
)

function katakana(hiragana: string): string {
  return hiragana.replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60))
}

// [姓, カナ, 推定人数（千人）]
const surnames = text('names/surnames_with_estimated_population.csv')
  .split('\n')
  .filter((line) => line !== '')
  .slice(0, 1_500)
save(
  'surnames.json',
  surnames.map((line) => {
    const [name, population, kana] = line.split(',')
    return [name, katakana(kana!), Math.max(1, Math.round(Number(population) / 1_000))]
  }),
)

// [カナ, 表記…]: the spellings in 常用漢字 and 人名用漢字 alone, three a reading; the generations stand in demo/names.ts.
const nameKanji = new Set(
  ['unihan_kJoyoKanji', 'unihan_kJinmeiyoKanji'].flatMap((name) =>
    text(`characters/${name}.tsv.gz`)
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t')[0]!),
  ),
)
for (const sex of ['male', 'female']) {
  const lines = text(`names/given_names_${sex}_common.csv`)
    .split('\n')
    .filter((line) => line !== '')
  const names = lines.map((line) => {
    const [kana, , ...spellings] = line.trim().split(',')
    const usual = spellings.filter(
      (spelling) => spelling.length === 2 && [...spelling].every((character) => nameKanji.has(character)),
    )
    // From the middle of the list too: its order is that of the dictionary, not of use.
    const picked = [0, 0.4, 0.8]
      .map((part) => usual[Math.floor(part * usual.length)])
      .filter((one) => one !== undefined)
    return [katakana(kana!), ...new Set(picked)]
  })
  save(
    `given-names-${sex}.json`,
    names.filter((name) => name.length > 1),
  )
}

type Feature = { geometry: { coordinates: unknown }; properties: Record<string, unknown> }
function features(path: string): Feature[] {
  return JSON.parse(text(path)).features
}
const shelters = features('demo-town-hida/gsi_shelters.geojson').map(({ geometry, properties }) => ({
  type: 'Feature',
  geometry,
  properties: { 共通ID: properties['共通ID'], 名称: properties['施設・場所名'], 住所: properties['住所'] },
}))
function saveCollection(name: string, list: readonly unknown[]): void {
  const body = list.map((feature) => JSON.stringify(feature)).join(',\n')
  writeFileSync(`demo/data/${name}`, `{"type":"FeatureCollection","features":[\n${body}\n]}\n`)
  console.log(name, list.length)
}
saveCollection('shelters-212172.geojson', shelters)
const round = (value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 1e5) / 1e5 : Array.isArray(value) ? value.map(round) : value
saveCollection(
  'boundary-212172.geojson',
  features('demo-town-hida/boundary_N03-21_1pct.geojson').map(({ geometry, properties }) => ({
    type: 'Feature',
    geometry: { ...geometry, coordinates: round(geometry.coordinates) },
    properties,
  })),
)
