import { fold } from './fold.ts'

/**
 * Where an address points to, in whatever spelling: the town block (町字 without its 丁目) and the numbers that follow.
 * 「古川町三丁目3番1号」, 「古川町」+「3-3-1」 and 「古川町３丁目３の１」 are one key. For comparing only: never stored, never shown.
 */
export type AddressKey = {
  readonly block: string
  /** 丁目, 番, 号, or 地番 and its branches; a letter in front stays (甲12). Empty when the address names no number. */
  readonly numbers: readonly string[]
}

const kanjiDigits = '〇一二三四五六七八九'
const KANJI_NUMBER = '[〇一二三四五六七八九十百千]+'
const steps: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000 }

/** 「二十三」 and 「二三」 are both 23. */
function numberOfKanji(text: string): string {
  if (!/[十百千]/.test(text)) return [...text].map((one) => kanjiDigits.indexOf(one)).join('')
  let total = 0
  let digit = 0
  for (const one of text) {
    const step = steps[one]
    if (step === undefined) digit = kanjiDigits.indexOf(one)
    else {
      total += (digit === 0 ? 1 : digit) * step
      digit = 0
    }
  }
  return String(total + digit)
}

const kanjiChome = new RegExp(`(${KANJI_NUMBER})(?=丁目)`, 'g')
const kanjiAnywhere = new RegExp(KANJI_NUMBER, 'g')
const CHOME = /(\d+)丁目$/
const separators = /丁目|番地の?|番|号|[のノ之－‐-―−ー─-]/g

/** `town` is 町字, `number` what follows it: 番地号表記 or 地番. 方書 is not asked for: many households live in one house. */
export function addressKey(town: string, number: string): AddressKey {
  const place = plain(town)
    .replace(kanjiChome, numberOfKanji)
    .replace(/^大字|(?<=[町村])(大字|字)/g, '')
  const chome = CHOME.exec(place)?.[1]
  const numbers = plain(number)
    .replace(kanjiAnywhere, numberOfKanji)
    .replace(separators, '-')
    .split('-')
    .map((part) => fold(part).replace(/^0+(?=\d)/, ''))
    .filter((part) => part !== '')
  return {
    block: fold(place.replace(CHOME, '')),
    numbers: chome === undefined ? numbers : [chome, ...numbers],
  }
}

function plain(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, '')
}

/** The key as one text, `null` where no number says which house. */
export function keyText({ block, numbers }: AddressKey): string | null {
  return numbers.length === 0 ? null : `${block}|${numbers.join('-')}`
}
