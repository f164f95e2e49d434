import type { Reading } from './draft-text.ts'

/** Unit and range of a whole number; both ends belong to it. */
export type NumberRange = {
  /** 日本語: 円, cm, 人. */
  readonly unit: string
  readonly minimum: number
  readonly maximum: number
}

/** Reads 「１，２００円」 or `1200` as a whole number within the range. Empty text is `null`. */
export function readWholeNumber(
  text: string,
  { unit, minimum, maximum }: NumberRange,
): Reading<number | null> {
  const plain = text
    .normalize('NFKC')
    .replace(/[\s,、]/g, '')
    .replace(unit.normalize('NFKC'), '')
    .replace(/^[−ー]/, '-')
  if (plain === '') return { kind: 'value', value: null }
  const value = Number(plain)
  if (!/^-?[0-9]{1,15}$/.test(plain) || !Number.isSafeInteger(value)) {
    return { kind: 'unreadable', message: '整数で入力してください' }
  }
  if (value < minimum || value > maximum) {
    return {
      kind: 'unreadable',
      message: `${grouped(minimum)}から${grouped(maximum)}までの${unit}で入力してください`,
    }
  }
  return { kind: 'value', value }
}

/** With a comma every three digits, the same on every machine. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}
