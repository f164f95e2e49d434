import { hasDecimals } from './fraction.ts'
import type { Rules } from './guidelines.ts'
import {
  degrees,
  degreeLabels,
  type Degree,
  type InputDefinition,
  type Sheet,
  type SheetDefinition,
  type SheetError,
} from './rules.ts'
import { inputsOf, sheetDefinition } from './sheets.ts'

/** Most of what a plumb line, a house and a flood can be: beyond it somebody mistyped. */
const LIMITS = {
  offsetCm: 300,
  plumbCm: 300,
  depthCm: 2000,
  lengthCm: 1000,
  lengthM: 10_000,
  pieces: 9_999,
  places: 20,
}

/**
 * What is wrong in the answers, each with its field and what to do. Absent answers are no errors: a sheet is filled
 * step by step. Answers come from storage and from phones, so their shape is checked too.
 */
export function sheetErrors(rules: Rules, sheet: Sheet): readonly SheetError[] {
  const definition = sheetDefinition(rules, sheet)
  const inputs = inputsOf(definition)
  const errors = inputs.flatMap((input) => {
    const answer: unknown = sheet.answers[input.key]
    const message = answer === undefined || answer === null ? null : wrongIn(input, answer, definition)
    return message === null ? [] : [{ key: input.key, label: input.label, message }]
  })
  const unknown = Object.entries(sheet.answers)
    .filter(([key, answer]) => answer !== undefined && !inputs.some((input) => input.key === key))
    .map(([key]) => ({
      key,
      label: '調査票にない項目',
      message: `この調査票（${definition.label}）にない項目があります。調査票の種類を確かめ、項目を消してください`,
    }))
  return [...errors, ...unknown]
}

/** `null` = right. */
function wrongIn(input: InputDefinition, answer: unknown, definition: SheetDefinition): string | null {
  switch (input.kind) {
    case 'yes-no':
      return typeof answer === 'boolean' ? null : '「はい」か「いいえ」を選んでください'
    case 'choice':
      return input.options.some((option) => option.value === answer) ? null : '選択肢から選んでください'
    case 'tilt':
      return wrongTilt(answer)
    case 'depths':
      return wrongDepths(answer)
    case 'length':
      return wrongNumber(answer, { from: 0, to: LIMITS.lengthCm, decimals: 1, unit: 'cm' })
    case 'percent':
      return wrongNumber(answer, { from: 0, to: 100, decimals: 2, unit: '％' })
    case 'degree-areas':
      return wrongAreas(answer)
    case 'degree-counts':
      return wrongCounts(answer, input.unit)
    case 'length-share':
      return wrongLengths(answer)
    case 'points': {
      const weight = definition.parts.find((part) => part.key === input.part)!.weight
      return wrongNumber(answer, { from: 0, to: weight, decimals: 1, unit: '点' })
    }
  }
}

type Range = { readonly from: number; readonly to: number; readonly decimals: number; readonly unit: string }

function wrongNumber(value: unknown, { from, to, decimals, unit }: Range): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return `数字（${unit}）を入力してください`
  if (value < from || value > to) return `${from}から${to}まで（${unit}）で入力してください`
  if (hasDecimals(value, decimals)) return null
  return decimals === 0
    ? `整数（${unit}）で入力してください`
    : `小数は${decimals}桁まで（${unit}）で入力してください`
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrongTilt(answer: unknown): string | null {
  if (!isRecord(answer) || !Array.isArray(answer['offsetsCm'])) return '四隅の水平距離を入力してください'
  const plumb = answer['plumbCm']
  const wrongPlumb = wrongNumber(plumb, { from: 10, to: LIMITS.plumbCm, decimals: 1, unit: 'cm' })
  if (wrongPlumb !== null) return `下げ振りの長さ：${wrongPlumb}`
  const offsets: readonly unknown[] = answer['offsetsCm']
  if (offsets.length > 4) return '水平距離は①から④までの四隅です。5つ目を消してください'
  for (const [place, offset] of offsets.entries()) {
    const wrong = wrongNumber(offset, { from: 0, to: LIMITS.offsetCm, decimals: 1, unit: 'cm' })
    if (wrong !== null) return `水平距離${'①②③④'[place]}：${wrong}`
  }
  return null
}

function wrongDepths(answer: unknown): string | null {
  if (!Array.isArray(answer)) return '床上の浸水深を入力してください'
  const depths: readonly unknown[] = answer
  if (depths.length > LIMITS.places) return `測った場所は${LIMITS.places}か所までにしてください`
  for (const [place, depth] of depths.entries()) {
    const wrong = wrongNumber(depth, { from: 0.1, to: LIMITS.depthCm, decimals: 1, unit: 'cm' })
    if (wrong !== null)
      return `${place + 1}か所目：${wrong}。床に達していなければ「床下浸水」を選んでください`
  }
  return null
}

function isDegree(key: string): key is Degree {
  return (degrees as readonly string[]).includes(key)
}

function wrongAreas(answer: unknown): string | null {
  if (!isRecord(answer)) return '損傷程度ごとの面積の割合を入力してください'
  let sum = 0
  for (const [degree, percent] of Object.entries(answer)) {
    if (!isDegree(degree)) return '損傷程度はⅠからⅤまでで入力してください'
    const wrong = wrongNumber(percent, { from: 0, to: 100, decimals: 2, unit: '％' })
    if (wrong !== null) return `${degreeLabels[degree]}：${wrong}`
    sum += Math.round(Number(percent) * 100)
  }
  return sum <= 10_000
    ? null
    : `面積の割合の合計が100％を超えています。合計が100％までになるように直してください`
}

function wrongCounts(answer: unknown, unit: string): string | null {
  if (!isRecord(answer) || !isRecord(answer['damaged']))
    return `全部の${unit}数と、損傷程度ごとの${unit}数を入力してください`
  const total = answer['total']
  const wrongTotal = wrongNumber(total, { from: 1, to: LIMITS.pieces, decimals: 0, unit })
  if (wrongTotal !== null) return `全部の${unit}数：${wrongTotal}`
  let sum = 0
  for (const [degree, pieces] of Object.entries(answer['damaged'])) {
    if (!isDegree(degree)) return '損傷程度はⅠからⅤまでで入力してください'
    const wrong = wrongNumber(pieces, { from: 0, to: LIMITS.pieces, decimals: 0, unit })
    if (wrong !== null) return `${degreeLabels[degree]}：${wrong}`
    sum += Number(pieces)
  }
  if (sum <= Number(total)) return null
  return `損傷した${unit}数の合計が、全部の${unit}数を超えています。どちらかを直してください`
}

function wrongLengths(answer: unknown): string | null {
  if (!isRecord(answer)) return '損傷した長さと、外周の長さを入力してください'
  const wrongTotal = wrongNumber(answer['totalM'], { from: 0.01, to: LIMITS.lengthM, decimals: 2, unit: 'm' })
  if (wrongTotal !== null) return `外周の長さ：${wrongTotal}`
  const wrongDamaged = wrongNumber(answer['damagedM'], {
    from: 0,
    to: LIMITS.lengthM,
    decimals: 2,
    unit: 'm',
  })
  if (wrongDamaged !== null) return `損傷した長さ：${wrongDamaged}`
  if (Number(answer['damagedM']) <= Number(answer['totalM'])) return null
  return '損傷した長さが、外周の長さを超えています。どちらかを直してください'
}
