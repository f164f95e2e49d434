import type { MunicipalityCode } from './brand.ts'
import { makeMunicipalityCode } from './ja/check-digits.ts'

/**
 * 練習の町: every municipality has one of its own, for practising on made-up people. It is a municipality like any other to
 * the database, so that what keeps two towns apart keeps practice and reality apart; its code is the town's with 50 added
 * to the prefecture (01–47, JIS X 0401). No real code lies there, and which a code is needs no looking up.
 */
const APART = 50

export function isPracticeTown(code: string): boolean {
  const prefecture = Number(code.slice(0, 2))
  return prefecture > APART && prefecture < 2 * APART - 2
}

/** The practice town of a real one; one of practice has none. */
export function practiceTownOf(code: MunicipalityCode): MunicipalityCode {
  if (isPracticeTown(code)) throw new Error('a practice town has no practice town')
  return moved(code, APART)
}

/** The town whose practice town it is, or the town itself: for names and places, never to read or write there. */
export function realTownOf(code: MunicipalityCode): MunicipalityCode {
  return isPracticeTown(code) ? moved(code, -APART) : code
}

function moved(code: MunicipalityCode, by: number): MunicipalityCode {
  return makeMunicipalityCode(`${String(Number(code.slice(0, 2)) + by).padStart(2, '0')}${code.slice(2, 5)}`)
}
