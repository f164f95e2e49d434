import fs from 'node:fs'
import path from 'node:path'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'

/**
 * Makes modules/municipalities/data/national.tsv from the published municipality master (アドレス・ベース・レジストリ) and the
 * coordinates of the town halls (localgovjp). Run by hand with the folder that holds both files:
 * `node tools/run.mjs tools/make-municipalities.ts FOLDER`.
 */
const folder = process.argv[2]
if (!folder) throw new Error('usage: tools/make-municipalities.ts FOLDER')

function rows(file: string): Record<string, string>[] {
  const [head = '', ...lines] = fs
    .readFileSync(path.join(folder!, file), 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '')
  const names = head.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, i) => [names[i]!, value])))
}

const halls = new Map(rows('localgovjp-utf8.csv').map((row) => [row['lgcode'], row]))
const lines = rows('abr_city_20220426.csv').map((row) => {
  const code = row['全国地方公共団体コード'] ?? ''
  if (!isMunicipalityCode(code)) throw new Error(`check digit: ${code}`)
  const hall = halls.get(code)
  const name = `${row['郡名'] ?? ''}${row['市区町村名'] ?? ''}${row['政令市区名'] ?? ''}`
  return [
    code,
    row['都道府県名'],
    name,
    row['市区町村名'],
    row['政令市区名'],
    row['市区町村名_カナ'],
    hall?.['lat'],
    hall?.['lng'],
  ]
    .map((value) => value ?? '')
    .join('\t')
})
fs.writeFileSync(
  path.resolve(import.meta.dirname, '../modules/municipalities/data/national.tsv'),
  `${['code', 'prefecture', 'fullName', 'name', 'ward', 'kana', 'latitude', 'longitude'].join('\t')}\n${lines.join('\n')}\n`,
)
