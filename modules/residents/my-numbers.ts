import { spreadsheetCsv } from '@open-bcl/core/spreadsheet-csv.ts'

/** Where sealed numbers belong: a value moved to another row does not open. */
export const MY_NUMBER_PLACE = 'residents.my_number.sealed'

/** 事務 for which 番号法 lets a municipality use 個人番号, as far as this system serves them (番号法9条1項・別表). */
export const myNumberPurposes = {
  'resident-record': '住民基本台帳に関する事務',
  tax: '地方税の賦課徴収に関する事務',
  welfare: '介護保険・障害者福祉・後期高齢者医療に関する事務',
  disaster: '被災者台帳の作成に関する事務',
} as const
export type MyNumberPurpose = keyof typeof myNumberPurposes

/** Why a reading was refused. */
export const myNumberRefusals = {
  permission: '個人番号利用事務実施者ではない',
  off: 'この団体は個人番号を扱わない',
  terminal: 'マイナンバー利用事務系の端末ではない',
  none: '番号がない',
} as const
export type MyNumberRefusal = keyof typeof myNumberRefusals

/** One line of the log of 個人番号: who, what, whose, from where, why. Never the number. */
export type MyNumberTouch =
  | { readonly act: 'write' | 'erase'; readonly numbers: number; readonly seq: bigint }
  | {
      readonly act: 'read'
      readonly residentNo: string
      readonly terminalId: string
      readonly purpose: MyNumberPurpose
    }
  | {
      readonly act: 'refused'
      readonly reason: MyNumberRefusal
      readonly residentNo: string | null
      readonly terminalId: string | null
      readonly purpose: MyNumberPurpose | null
    }

export const myNumberActs: Readonly<Record<MyNumberTouch['act'], string>> = {
  write: '保存',
  erase: '消去',
  read: '表示',
  refused: '表示を断った',
}

/** One line of the log in words, as it is shown and saved. */
export type TouchWords = {
  readonly atText: string
  readonly act: string
  readonly actorName: string
  readonly residentNo: string
  readonly terminalName: string
  readonly purpose: string
  readonly detail: string
}

const columns: readonly (readonly [string, keyof TouchWords])[] = [
  ['日時', 'atText'],
  ['取扱い', 'act'],
  ['取り扱った人', 'actorName'],
  ['宛名番号', 'residentNo'],
  ['端末', 'terminalName'],
  ['事務', 'purpose'],
  ['断った理由・件数', 'detail'],
]

/** The log as CSV for a spreadsheet. */
export function csvOfTouches(touches: readonly TouchWords[]): string {
  return spreadsheetCsv([
    columns.map(([name]) => name),
    ...touches.map((touch) => columns.map(([, key]) => touch[key])),
  ])
}
