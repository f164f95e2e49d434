import { spreadsheetCsv } from '@open-bcl/core/spreadsheet-csv.ts'

/** Why a list is made; the auditor reads it beside the reason. */
export const emergencyPurposes = [
  { value: 'safety', label: '安否の確認' },
  { value: 'evacuation', label: '避難の支援' },
  { value: 'supplies', label: '物資・給水の配布' },
  { value: 'counter', label: '庁舎が使えない間の窓口業務' },
  { value: 'drill', label: '訓練' },
] as const
export type EmergencyPurpose = (typeof emergencyPurposes)[number]['value']

/** Whom a list names: everybody, one 町字, or one 地区 (地区管理コード). */
export const emergencyScopes = ['everybody', 'area', 'district'] as const
export type EmergencyScope = (typeof emergencyScopes)[number]

/** One line of a list, as it is shown, printed and saved. */
export type ListedPerson = {
  readonly residentNo: string
  readonly householdNo: string | null
  readonly name: string
  readonly kana: string
  readonly birthOn: string | null
  readonly birthText: string | null
  readonly sexText: string
  readonly relation: string
  /** `null` = 支援措置のため非表示. */
  readonly address: string | null
  readonly area: string
  readonly districts: readonly string[]
}

/** A list that was made, as the browser holds it. */
export type MadeList = {
  readonly people: readonly ListedPerson[]
  readonly withheld: number
  readonly begunAt: string
  readonly purpose: EmergencyPurpose
  readonly title: string
}

export const emergencyOrders = [
  { value: 'household', label: '世帯ごと' },
  { value: 'kana', label: 'フリガナ順' },
  { value: 'address', label: '住所順' },
] as const
export type EmergencyOrder = (typeof emergencyOrders)[number]['value']

/** After every character that a register holds. */
const LAST = '\uFFFF'

/** The list in one of its orders; members of a household stay together in the first, in the order of their numbers. */
export function inOrder(people: readonly ListedPerson[], order: EmergencyOrder): ListedPerson[] {
  const keyOf = (one: ListedPerson): string => {
    switch (order) {
      case 'household':
        return `${one.householdNo ?? LAST}|${one.residentNo}`
      case 'kana':
        return `${one.kana}|${one.residentNo}`
      case 'address':
        return `${one.address ?? LAST}|${one.householdNo ?? LAST}|${one.residentNo}`
    }
  }
  const keyed = people.map((one) => ({ one, key: keyOf(one) }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ one }) => one)
}

export const concealedAddress = '支援措置のため表示しません'

const columns: readonly (readonly [string, (one: ListedPerson) => string])[] = [
  ['世帯番号', (one) => one.householdNo ?? ''],
  ['宛名番号', (one) => one.residentNo],
  ['氏名', (one) => one.name],
  ['フリガナ', (one) => one.kana],
  ['生年月日', (one) => one.birthText ?? one.birthOn ?? ''],
  ['性別', (one) => one.sexText],
  ['続柄', (one) => one.relation],
  ['住所', (one) => one.address ?? concealedAddress],
  ['地区', (one) => one.districts.join(' ')],
]

/** The list as CSV for a spreadsheet. */
export function csvOfList(people: readonly ListedPerson[]): string {
  return spreadsheetCsv([
    columns.map(([name]) => name),
    ...people.map((one) => columns.map(([, value]) => value(one))),
  ])
}
