/** An exact number: thresholds are judged on it, so that 49.999 never becomes 50 by arithmetic of floating point. */
export type Fraction = { readonly n: bigint; readonly d: bigint }

export const zero: Fraction = { n: 0n, d: 1n }

export function whole(value: number): Fraction {
  return { n: BigInt(value), d: 1n }
}

export function ratio(numerator: number, denominator: number): Fraction {
  return reduce(BigInt(numerator), BigInt(denominator))
}

/** Whether a number as typed has at most so many decimals. */
export function hasDecimals(value: number, decimals: number): boolean {
  const scaled = value * 10 ** decimals
  return Math.abs(scaled - Math.round(scaled)) < 1e-6
}

/** A number as typed, with at most so many decimals: 5.9 is 59/10 and nothing else. */
export function decimal(value: number, decimals = 4): Fraction {
  return ratio(Math.round(value * 10 ** decimals), 10 ** decimals)
}

export function add(...terms: readonly Fraction[]): Fraction {
  return terms.reduce((sum, one) => reduce(sum.n * one.d + one.n * sum.d, sum.d * one.d), zero)
}

export function multiply(...factors: readonly Fraction[]): Fraction {
  return factors.reduce((product, one) => reduce(product.n * one.n, product.d * one.d), whole(1))
}

/** `null` = division by zero. */
export function divide(dividend: Fraction, divisor: Fraction): Fraction | null {
  if (divisor.n === 0n) return null
  return reduce(dividend.n * divisor.d, dividend.d * divisor.n)
}

/** Negative, zero or positive, as `sort` wants it. */
export function compare(one: Fraction, other: Fraction): number {
  const difference = one.n * other.d - other.n * one.d
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export function atLeast(one: Fraction, bound: Fraction): boolean {
  return compare(one, bound) >= 0
}

export function lesser(one: Fraction, other: Fraction): Fraction {
  return compare(one, other) <= 0 ? one : other
}

export function floor(one: Fraction): bigint {
  return one.n >= 0n ? one.n / one.d : -((-one.n + one.d - 1n) / one.d)
}

/** Rounded half up. */
export function round(one: Fraction): bigint {
  return floor(add(one, ratio(1, 2)))
}

export function toNumber(one: Fraction): number {
  return Number(one.n) / Number(one.d)
}

/** With so many decimals at most, rounded half up; trailing zeros are dropped. */
export function show(one: Fraction, decimals = 2): string {
  return decimalText(round(multiply(one, whole(10 ** decimals))), decimals)
}

/**
 * A percentage with two decimals: rounded half up, but never up to a whole ten that is not reached. Thresholds are tens,
 * and 「50.00％、大規模半壊」 could be explained to nobody.
 */
export function showPercent(one: Fraction): string {
  const hundredths = multiply(one, whole(100))
  const rounded = round(hundredths)
  const reachesTen = rounded % 1000n === 0n && compare(hundredths, { n: rounded, d: 1n }) < 0
  return decimalText(reachesTen ? floor(hundredths) : rounded, 2, true)
}

function decimalText(scaled: bigint, decimals: number, keepZeros = false): string {
  const sign = scaled < 0n ? '-' : ''
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(decimals + 1, '0')
  const head = digits.slice(0, digits.length - decimals)
  const tail = digits.slice(digits.length - decimals)
  const kept = keepZeros ? tail : tail.replace(/0+$/, '')
  return sign + head + (kept === '' ? '' : `.${kept}`)
}

function reduce(n: bigint, d: bigint): Fraction {
  const sign = d < 0n ? -1n : 1n
  const factor = gcd(n < 0n ? -n : n, d < 0n ? -d : d)
  return { n: (sign * n) / factor, d: (sign * d) / factor }
}

function gcd(one: bigint, other: bigint): bigint {
  let [a, b] = [one, other]
  while (b !== 0n) [a, b] = [b, a % b]
  return a === 0n ? 1n : a
}
