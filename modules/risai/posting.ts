/**
 * Letters by 町字, then by number. Addresses are text as applicants write it; widths of letters and spaces do
 * not count, and 二丁目 comes before 十丁目, 2番 before 10番. Of one address they stay as they were.
 */
export function inPostingOrder<T>(letters: readonly T[], addressOf: (letter: T) => string): T[] {
  return letters
    .map((letter) => ({ letter, at: parts(addressOf(letter)) }))
    .toSorted((a, b) => compare(a.at, b.at))
    .map(({ letter }) => letter)
}

type Part = string | number

function compare(left: readonly Part[], right: readonly Part[]): number {
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [one, other] = [left[i]!, right[i]!]
    if (one === other) continue
    if (typeof one === 'number' && typeof other === 'number') return one - other
    // A number comes before words: 本町2番 before 本町通1番.
    if (typeof one === 'number') return -1
    if (typeof other === 'number') return 1
    return one < other ? -1 : 1
  }
  return left.length - right.length
}

function parts(address: string): Part[] {
  const plain = address
    .normalize('NFKC')
    .replace(/\s+/gu, '')
    .replace(/[一二三四五六七八九十]+(?=丁目)/g, (kanji) => String(numberOf(kanji)))
  return plain
    .split(/(\d+)/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

/** 一 to 九十九. */
function numberOf(kanji: string): number {
  const digit = (one: string | undefined, none: number): number =>
    one === undefined || one === '' ? none : '一二三四五六七八九'.indexOf(one) + 1
  const [tens, ones] = kanji.split('十')
  return ones === undefined ? digit(tens, 0) : digit(tens, 1) * 10 + digit(ones, 0)
}
