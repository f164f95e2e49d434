/**
 * Makes core/ja/data/variants.json and hentaigana.json, the tables behind the search fold. Run by hand when a source
 * is renewed: `node tools/make-variants.ts [folder of the character tables]`. Sources and licences:
 * core/ja/data/README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const folder = process.argv[2] ?? '../shared/data/characters'
const selectors = /[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/gu

function table(name: string): string[][] {
  const lines = gunzipSync(readFileSync(`${folder}/${name}.tsv.gz`))
    .toString('utf8')
    .split('\n')
  return lines
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
}

/** As `fold` sees it before looking a kanji up. */
function plain(character: string): string {
  return character.replace(selectors, '').normalize('NFKC')
}

const joyo = new Set(table('unihan_kJoyoKanji').map(([character]) => character!))
const nameKanji = new Set(table('unihan_kJinmeiyoKanji').map(([character]) => character!))
const jis = new Set(table('unihan_kJis0').map(([character]) => character!))

function rank(character: string): number {
  return joyo.has(character) ? 0 : nameKanji.has(character) ? 1 : jis.has(character) ? 2 : 3
}

/** Variant → form it is searched as. First source wins; a 常用漢字 is never a variant of anything. */
const target = new Map<string, string>()
function add(variant: string, form: string): void {
  const from = plain(variant)
  const to = plain(form)
  if (from === to || joyo.has(from) || target.has(from)) return
  if ([...from].length !== 1 || [...to].length !== 1) return
  target.set(from, to)
}

// 斎 and 斉 are different characters, but 斎藤 and 斉藤 are taken for each other at every counter.
target.set('斎', '斉')
for (const [form, old] of table('joyo_kangxi')) add(old!, form!)
for (const name of ['kdpv_jinmei1_variant', 'kdpv_jinmei2_variant', 'kdpv_jp_old-style']) {
  for (const [form, old] of table(name)) add(old!, form!)
}
const characterOf = new Map(
  table('mji_00602').map(([code, ucs, implemented]) => [code!, ucs || implemented || '']),
)
const shrinks = table('mj_shrink_map/戸籍統一文字情報_親字正字').filter(([, , , hops]) => hops === '1')
for (const [code, form] of shrinks) {
  const character = characterOf.get(code!)
  if (character !== undefined && character !== '') add(character, form!)
}
for (const [form, variant] of table('kdpv_koseki_variant')) add(variant!, form!)

/** Follows the chain to its end; in a ring the commonest form stands for all. */
function settle(character: string): string {
  const seen = [character]
  for (;;) {
    const next = target.get(seen.at(-1)!)
    if (next === undefined) return seen.at(-1)!
    const ring = seen.indexOf(next)
    if (ring >= 0) {
      return seen
        .slice(ring)
        .toSorted((a, b) => rank(a) - rank(b) || a.codePointAt(0)! - b.codePointAt(0)!)[0]!
    }
    seen.push(next)
  }
}

const groups = new Map<string, string[]>()
for (const variant of target.keys()) {
  const form = settle(variant)
  if (form === variant) continue
  groups.set(form, [...(groups.get(form) ?? []), variant])
}
const lines = [...groups]
  .toSorted(([a], [b]) => a.codePointAt(0)! - b.codePointAt(0)!)
  .map(
    ([form, variants]) => form + variants.toSorted((a, b) => a.codePointAt(0)! - b.codePointAt(0)!).join(''),
  )
writeFileSync('core/ja/data/variants.json', `${JSON.stringify(lines, null, 0).replaceAll('","', '",\n"')}\n`)

const consonants = ['', 'K', 'S', 'T', 'N', 'H', 'M', 'Y', 'R', 'W']
const kanaRows = [
  'アイウエオ',
  'カキクケコ',
  'サシスセソ',
  'タチツテト',
  'ナニヌネノ',
  'ハヒフヘホ',
  'マミムメモ',
  'ヤ　ユ　ヨ',
  'ラリルレロ',
  'ワヰ　ヱヲ',
]
function kanaOf(roman: string): string | undefined {
  const row = consonants.indexOf(roman.slice(0, -1))
  const column = 'AIUEO'.indexOf(roman.at(-1)!)
  return row < 0 || column < 0 ? undefined : kanaRows[row]![column]
}
const hentaigana: Record<string, string> = {}
for (const [, character, name] of table('mjih_hentaigana')) {
  const roman = /^HENTAIGANA LETTER ([A-Z]+)(?:-|$)/.exec(name ?? '')?.[1]
  const kana = roman === undefined ? undefined : kanaOf(roman)
  if (character !== undefined && kana !== undefined) hentaigana[kana] = (hentaigana[kana] ?? '') + character
}
writeFileSync(
  'core/ja/data/hentaigana.json',
  `${JSON.stringify(
    Object.entries(hentaigana).map(([kana, characters]) => kana + characters),
    null,
    0,
  ).replaceAll('","', '",\n"')}\n`,
)
console.log(
  `${lines.length} forms, ${target.size} variants, ${Object.keys(hentaigana).length} kana with 変体仮名`,
)
