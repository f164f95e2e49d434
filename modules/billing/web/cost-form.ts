import { modelCostsOf } from '../five-year-model.ts'
import { isMonth, type Month } from '../fiscal-year.ts'
import type { MunicipalityType } from '../operating-charge.ts'
import type { Plan } from '../calculator.ts'

/** What stands in the fields of the page, as text. A box that is not ticked is absent. */
export type Fields = Readonly<Record<string, string>>

/** Thousands of yen in the fields; J-LIS's model until somebody writes something else. */
export const modelFields = ['import', 'yearly', 'own-import', 'own-yearly'] as const
export type ModelField = (typeof modelFields)[number]

export type Reading =
  | { readonly kind: 'plan'; readonly plan: Plan }
  /** What is wrong, by field. */
  | { readonly kind: 'wrong'; readonly wrong: Readonly<Record<string, string>> }

const ranges: Readonly<Record<string, readonly [number, number, string]>> = {
  people: [1, 10_000_000, '人口は1から10,000,000までの整数で入力してください'],
  copies: [0, 10_000, '交付の見込みは0から10,000までの整数で入力してください'],
  fee: [0, 10_000, '手数料は0から10,000円までの整数で入力してください'],
  import: [0, 10_000_000, '千円単位の整数で入力してください'],
  yearly: [0, 10_000_000, '千円単位の整数で入力してください'],
  'own-import': [0, 10_000_000, '千円単位の整数で入力してください'],
  'own-yearly': [0, 10_000_000, '千円単位の整数で入力してください'],
}

export function readPlan(fields: Fields): Reading {
  const wrong: Record<string, string> = {}
  const whole = (name: string): number => {
    const [least, most, words] = ranges[name]!
    const value = wholeNumber(fields[name] ?? '')
    if (value !== null && value >= least && value <= most) return value
    wrong[name] = words
    return 0
  }
  const start = fields['start'] ?? ''
  if (!isMonth(start)) wrong['start'] = '利用を始める月を選んでください'
  const share = fields['share']
  const plan: Plan = {
    type: typeOf(fields),
    people: whole('people'),
    start: start as Month,
    support: fields['support'] === 'on',
    issuing: fields['issuing'] === 'on',
    findings:
      share === 'half' || share === 'three-quarters' ? [{ fiscalYear: Number(fields['found']), share }] : [],
    copiesPerThousand: whole('copies'),
    feeYen: whole('fee'),
    importYen: whole('import') * 1_000,
    yearlyYen: whole('yearly') * 1_000,
    ownImportYen: whole('own-import') * 1_000,
    ownYearlyYen: whole('own-yearly') * 1_000,
  }
  return Object.keys(wrong).length === 0 ? { kind: 'plan', plan } : { kind: 'wrong', wrong }
}

export function typeOf(fields: Fields): MunicipalityType {
  const type = fields['type']
  return type === 'city' || type === 'designated' ? type : 'town'
}

/** J-LIS's model costs for what the fields say; `null` while they do not say how many people. */
export function modelOf(fields: Fields): Readonly<Record<ModelField, string>> | null {
  const people = wholeNumber(fields['people'] ?? '')
  if (people === null) return null
  const costs = modelCostsOf(typeOf(fields), people)
  return {
    import: String(costs.importKyen),
    yearly: String(costs.yearlyKyen),
    'own-import': String(costs.ownImportKyen),
    'own-yearly': String(costs.ownYearlyKyen),
  }
}

/** Digits of either width, with commas or without. */
function wholeNumber(text: string): number | null {
  const digits = text.normalize('NFKC').replaceAll(/[,\s]/g, '')
  return /^\d{1,9}$/.test(digits) ? Number(digits) : null
}
