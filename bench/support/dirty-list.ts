import { Random } from '@open-bcl/demo/random.ts'
import type { ResidentRecord } from '@open-bcl/modules/residents/residents.ts'

/** One row of a list as people in a shelter write it, and whom it is about; `null` = nobody of the town. */
export type DirtyRow = {
  readonly dirt: string
  readonly residentNo: string | null
  readonly cells: readonly string[]
}

type Cells = { name: string; kana: string; birth: string; sex: string; address: string }

const pairs = [...'髙高﨑崎齋斉齊斎邊辺邉辺澤沢濵浜嶋島櫻桜廣広國国惠恵眞真瀧滝壽寿德徳'].join('')
const surnames = ['綾小路', '一ノ瀬', '早乙女', '小鳥遊', '御手洗', '西園寺']
const kanaSurnames = ['アヤノコウジ', 'イチノセ', 'サオトメ', 'タカナシ', 'ミタライ', 'サイオンジ']

function swapDigits(text: string, random: Random): string {
  const digits = text.replaceAll('-', '')
  const at = random.int(4, 6)
  const swapped = `${digits.slice(0, at)}${digits[at + 1]}${digits[at]}${digits.slice(at + 2)}`
  return `${swapped.slice(0, 4)}/${swapped.slice(4, 6)}/${swapped.slice(6)}`
}

function oneOther(text: string, random: Random, letters: string): string {
  const characters = [...text]
  const at = random.int(0, characters.length - 1)
  if (/[\s\u3000]/.test(characters[at]!)) return oneOther(text, random, letters)
  characters[at] = letters[random.int(0, letters.length - 1)]!
  return characters.join('')
}

function variants(text: string): string {
  return [...text]
    .map((one) => {
      const at = pairs.indexOf(one)
      return at < 0 ? one : pairs[at % 2 === 0 ? at + 1 : at - 1]!
    })
    .join('')
}

const era = (day: string): string => {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  if (day >= '2019-05-01') return `R${year - 2018}.${month}.${date}`
  if (day >= '1989-01-08') return `平成${year - 1988}年${month}月${date}日`
  if (day >= '1926-12-25') return `S${year - 1925}.${month}.${date}`
  return day
}
const hiragana = (text: string): string =>
  text.replace(/[ァ-ヶ]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0x60))

/** What is wrong with a row, and how often of a hundred. */
const dirts: readonly (readonly [string, number, (cells: Cells, random: Random) => Cells])[] = [
  ['clean', 20, (cells) => cells],
  [
    'spelling',
    14,
    (cells) => ({
      ...cells,
      name: variants(cells.name).replace(/\u3000/g, ' '),
      kana: hiragana(cells.kana),
      birth: era(cells.birth),
    }),
  ],
  ['kana only', 10, (cells) => ({ ...cells, name: hiragana(cells.kana), kana: '', birth: era(cells.birth) })],
  [
    'name typo',
    8,
    (cells, random) => ({ ...cells, name: oneOther(cells.name, random, '太郎一子美山田川木村') }),
  ],
  [
    'kana typo',
    6,
    (cells, random) => ({ ...cells, name: oneOther(cells.kana, random, 'アカサタナハマヤラワ'), kana: '' }),
  ],
  ['birth swapped', 8, (cells, random) => ({ ...cells, birth: swapDigits(cells.birth, random) })],
  ['no birth date', 8, (cells) => ({ ...cells, birth: '' })],
  ['moved', 8, (cells, random) => ({ ...cells, address: `転居町${random.int(1, 99)}番地` })],
  [
    'maiden name',
    6,
    (cells, random) => {
      const at = random.int(0, surnames.length - 1)
      const given = (text: string): string => text.split('\u3000').slice(1).join('\u3000')
      return {
        ...cells,
        name: `${surnames[at]}\u3000${given(cells.name)}`,
        kana: `${kanaSurnames[at]}\u3000${given(cells.kana)}`,
      }
    },
  ],
  ['name only', 6, (cells) => ({ ...cells, birth: '', address: '', kana: '', sex: '' })],
]

/**
 * A list made of the people of a town by a seed, dirty in known ways. Of a hundred rows six are of strangers: half of them
 * have the name of somebody of the town and another birth date, living next door (同姓同名), or are a twin who lives elsewhere.
 */
export function dirtyRows(people: readonly ResidentRecord[], count: number, seed: number): DirtyRow[] {
  const random = new Random(seed)
  const able = people.filter(
    ({ state, birth, kind, name }) =>
      state === 'resident' &&
      birth.on !== null &&
      kind === 'japanese' &&
      name.full.includes('\u3000') &&
      name.kana.includes('\u3000'),
  )
  const used = new Set<string>()
  const pick = (): ResidentRecord => {
    for (;;) {
      const one = able[random.int(0, able.length - 1)]!
      if (used.has(one.residentNo)) continue
      used.add(one.residentNo)
      return one
    }
  }
  const rows: DirtyRow[] = []
  while (rows.length < count) {
    const person = pick()
    const cells: Cells = {
      ...{ name: person.name.full, kana: person.name.kana, birth: person.birth.on! },
      ...{
        sex: person.sex === '1' ? '男' : person.sex === '2' ? '女' : '',
        address: `${person.address.town}${person.address.number}`,
      },
    }
    const draw = random.int(0, 99)
    let at = 0
    const found = dirts.find(([, share]) => draw < (at += share))
    if (found) {
      rows.push(rowOf(found[0], person.residentNo, found[2](cells, random), random))
      continue
    }
    const other = `${1930 + random.int(0, 80)}-0${random.int(1, 9)}-1${random.int(0, 9)}`
    if (draw === 94) {
      // 裕子 for 優子: born the same day, read alike, living elsewhere.
      const name = oneOther(cells.name, random, '裕優祐悠')
      rows.push(
        rowOf(
          'read alike elsewhere',
          null,
          { ...cells, name, address: `他町${random.int(1, 99)}番地` },
          random,
        ),
      )
    } else if (draw % 3 === 0)
      rows.push(
        rowOf(
          'stranger',
          null,
          {
            ...cells,
            name: '異国\u3000' + surnames[draw % 6]!,
            kana: 'イコク\u3000' + kanaSurnames[random.int(0, 5)]!,
            birth: other,
          },
          random,
        ),
      )
    else if (draw % 3 === 1)
      rows.push(
        rowOf(
          'namesake next door',
          null,
          { ...cells, birth: other, address: `${person.address.town}999` },
          random,
        ),
      )
    else
      rows.push(
        rowOf(
          'twin elsewhere',
          null,
          {
            ...cells,
            name: cells.name.replace(/\u3000.*/u, '\u3000' + (person.sex === '1' ? '双太' : '双葉')),
            kana: cells.kana.replace(/\u3000.*/u, '\u3000' + (person.sex === '1' ? 'ソウタ' : 'フタバ')),
          },
          random,
        ),
      )
  }
  return rows
}

function rowOf(dirt: string, residentNo: string | null, cells: Cells, random: Random): DirtyRow {
  const phone = `090-${random.int(1000, 9999)}-${random.int(1000, 9999)}`
  return {
    dirt,
    residentNo,
    cells: [
      cells.name,
      cells.kana,
      cells.birth,
      cells.sex,
      cells.address,
      phone,
      `体育館${random.int(1, 40)}`,
    ],
  }
}
