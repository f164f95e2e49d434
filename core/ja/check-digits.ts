import type { MunicipalityCode, ResidentNo } from '../brand.ts'

/** Whether `text` is `length` ASCII digits. */
function isDigits(text: string, length: number): boolean {
  if (text.length !== length) return false
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 48 || unit > 57) return false
  }
  return true
}

/** Sum of the first `length` digits weighted 2 to 7 and again from 2, counted from the right, modulo 11. */
function remainder11(body: string, length: number): number {
  let sum = 0
  for (let i = 0; i < length; i++) {
    const fromRight = length - 1 - i
    sum += (body.charCodeAt(i) - 48) * ((fromRight % 6) + 2)
  }
  return sum % 11
}

function requireDigits(text: string, length: number): void {
  if (!isDigits(text, length)) throw new RangeError(`${length} digits expected`)
}

// 平成26年総務省令第85号 第5条: 余りが1以下のときは0、それ以外は11から引いた数。
function checkDigit11(body: string, length: number): number {
  const remainder = remainder11(body, length)
  return remainder <= 1 ? 0 : 11 - remainder
}

/** 個人番号 (12 digits) with a right check digit. All zeros pass the sum but name nobody and are refused. */
export function isMyNumber(text: string): boolean {
  return isDigits(text, 12) && checkDigit11(text, 11) === text.charCodeAt(11) - 48 && text !== '000000000000'
}

/** 個人番号 from its first 11 digits. For invented persons only. */
export function makeMyNumber(body: string): string {
  requireDigits(body, 11)
  return `${body}${checkDigit11(body, 11)}`
}

/** 住民票コード (11 digits): the same rule as 個人番号 over 10 digits. */
export function isResidentRecordCode(text: string): boolean {
  return isDigits(text, 11) && checkDigit11(text, 10) === text.charCodeAt(10) - 48
}

/** 住民票コード from its first 10 digits. For invented persons only. */
export function makeResidentRecordCode(body: string): string {
  requireDigits(body, 10)
  return `${body}${checkDigit11(body, 10)}`
}

/** 全国地方公共団体コード from its first five digits (都道府県2, 市区町村3). */
export function makeMunicipalityCode(body: string): MunicipalityCode {
  requireDigits(body, 5)
  let sum = 0
  for (let i = 0; i < 5; i++) sum += (body.charCodeAt(i) - 48) * (6 - i)
  // Below 11 nothing is divided: 11 less the sum itself. Both cases keep the last digit only.
  const check = (11 - (sum < 11 ? sum : sum % 11)) % 10
  return `${body}${check}` as MunicipalityCode
}

/** 全国地方公共団体コード (6 digits) with a right check digit; says nothing about whether the town exists. */
export function isMunicipalityCode(text: string): text is MunicipalityCode {
  return isDigits(text, 6) && makeMunicipalityCode(text.slice(0, 5)) === text
}

/** 法人番号 from its last 12 digits; the check digit stands first and is 1 to 9 (国税庁告示). */
export function makeCorporateNumber(body: string): string {
  requireDigits(body, 12)
  let sum = 0
  for (let i = 0; i < 12; i++) sum += (body.charCodeAt(i) - 48) * (i % 2 === 0 ? 2 : 1)
  return `${9 - (sum % 9)}${body}`
}

/** 法人番号 (13 digits) with a right check digit. */
export function isCorporateNumber(text: string): boolean {
  return isDigits(text, 13) && makeCorporateNumber(text.slice(1)) === text
}

/**
 * 宛名番号 or 世帯番号: the body and its check digit, モジュラス11 ウエイト2～7 (住民記録システム標準仕様書 1.1.13).
 * `null` when the remainder is 1: the standard names no digit for it, so such a body is never used.
 */
export function makeResidentNo(body: string): ResidentNo | null {
  requireDigits(body, body.length)
  if (body.length < 1 || body.length > 14) throw new RangeError('1 to 14 digits expected')
  const remainder = remainder11(body, body.length)
  if (remainder === 1) return null
  return `${body}${remainder === 0 ? 0 : 11 - remainder}` as ResidentNo
}

/**
 * Whether a 宛名番号 has the check digit of newly issued numbers. Numbers older than the standard have none, so this
 * informs and must never refuse a row.
 */
export function hasResidentNoCheckDigit(text: string): boolean {
  if (text.length < 2 || text.length > 15 || !isDigits(text, text.length)) return false
  return makeResidentNo(text.slice(0, -1)) === text
}
