import { isPlainDate } from '@open-bcl/core/dates.ts'
import { isPersonRef } from '../ledger/ledger.ts'
import type { ResultKind } from './external-link.ts'

/**
 * 結果ファイル as published (docs/interfaces/external-victim-support.md). A list stands in one field, its members apart by `；`
 * or `;`. `most` counts characters.
 */
export const resultColumns = [
  { name: '市区町村コード', most: 6 },
  { name: '災害コード', most: 20 },
  { name: '申請番号', most: 40 },
  { name: '申請の別', most: 1 },
  { name: '証明書の別', most: 1 },
  { name: '決定', most: 1 },
  { name: '被害の程度', most: 2 },
  { name: '宛名番号', most: 20 },
  { name: '住登外者ID', most: 36 },
  { name: '構成員の宛名番号', most: 1_000 },
  { name: '整理番号', most: 40 },
  { name: '世帯主住所', most: 200 },
  { name: '世帯主氏名', most: 100 },
  { name: '世帯の構成員', most: 4_000 },
  { name: '罹災原因', most: 60 },
  { name: '被災場所', most: 200 },
  { name: '住家に関する事項', most: 100 },
  { name: 'その他の事項', most: 100 },
  { name: '届出年月日', most: 10 },
  { name: '被災した物件', most: 20 },
  { name: '被害の状況', most: 400 },
  { name: '交付開始日', most: 10 },
  { name: '決定日', most: 10 },
] as const
export type ResultColumn = (typeof resultColumns)[number]['name']
export const resultHeader: readonly ResultColumn[] = resultColumns.map(({ name }) => name)

/** One line of a results file, checked by itself. */
export type ResultLine = {
  readonly applicationNo: string
  /** 1 = an application of ours, 2 = taken by the other system. */
  readonly origin: 'ours' | 'theirs'
  readonly kind: ResultKind
  readonly decision: 'issuable' | 'not-issuable' | 'cancelled'
  readonly grade: string | null
  readonly residentNo: string | null
  readonly nonResidentId: string | null
  readonly memberNos: readonly string[]
  readonly serialNo: string
  readonly headAddress: string
  readonly headName: string
  readonly members: readonly string[]
  readonly cause: string
  readonly place: string
  readonly dwelling: string
  readonly remarks: string
  readonly notifiedOn: string
  readonly objects: readonly string[]
  readonly damage: string
  readonly issueFrom: string
  readonly decidedOn: string
}

/** What is wrong in one place of a file; never a value of it. */
export type LineError = { readonly line: number; readonly item: string; readonly message: string }

const kindOf: Readonly<Record<string, ResultKind>> = { '1': 'risai', '2': 'hisai' }
const decisionOf: Readonly<Record<string, ResultLine['decision']>> = {
  ...{ '1': 'issuable', '2': 'not-issuable', '9': 'cancelled' },
}
const originOf: Readonly<Record<string, ResultLine['origin']>> = { '1': 'ours', '2': 'theirs' }
const objectOf: Readonly<Record<string, string>> = {
  ...{ '1': 'non-dwelling', '2': 'household-goods', '3': 'vehicle', '9': 'other' },
}
const GRADE = /^G[1-6]$/
/** Control characters, and marks that turn the direction of writing: a paper would say other than it seems. */
const UNPRINTABLE = /[\p{Cc}\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/u

const listOf = (text: string): string[] =>
  text
    .split(/[;；]/u)
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** The line, or everything that is wrong in it. `today` and `occurredOn` bound the days. */
export function readLine(
  fields: readonly string[],
  line: number,
  bounds: { readonly occurredOn: string; readonly today: string },
): { readonly row: ResultLine } | { readonly errors: LineError[] } {
  const errors: LineError[] = []
  const wrong = (item: ResultColumn, message: string): void => void errors.push({ line, item, message })
  const cell = (item: ResultColumn): string => fields[resultHeader.indexOf(item)]!.trim()
  const code = <T>(item: ResultColumn, codes: Readonly<Record<string, T>>): T | null => {
    const value = Object.hasOwn(codes, cell(item)) ? codes[cell(item)]! : null
    if (value === null) wrong(item, `${Object.keys(codes).join('・')}のどれかにしてください`)
    return value
  }
  const needed = (item: ResultColumn): void => {
    if (cell(item) === '') wrong(item, '入力が必要です')
  }
  const absent = (item: ResultColumn, why: string): void => {
    if (cell(item) !== '') wrong(item, why)
  }
  const day = (item: ResultColumn): void => {
    if (cell(item) !== '' && !isPlainDate(cell(item))) wrong(item, '日付は2026-09-18の形にしてください')
  }
  for (const { name, most } of resultColumns) {
    if ([...cell(name)].length > most) wrong(name, `${most}文字以内にしてください`)
    if (UNPRINTABLE.test(cell(name))) wrong(name, '改行などの印字できない文字があります')
  }
  needed('申請番号')
  const origin = code('申請の別', originOf)
  const kind = code('証明書の別', kindOf)
  const decision = code('決定', decisionOf)
  for (const item of ['届出年月日', '交付開始日', '決定日'] as const) day(item)
  const residentNo = cell('宛名番号')
  const nonResidentId = cell('住登外者ID').toLowerCase()
  if ((residentNo === '') === (nonResidentId === ''))
    wrong('宛名番号', '宛名番号と住登外者IDの、どちらか一つだけを入力してください')
  if (residentNo !== '' && !isPersonRef(`R-${residentNo}`)) wrong('宛名番号', '宛名番号の形ではありません')
  if (nonResidentId !== '' && !isPersonRef(`N-${nonResidentId}`))
    wrong('住登外者ID', '住登外者IDの形ではありません')
  const memberNos = listOf(cell('構成員の宛名番号'))
  if (memberNos.some((one) => !isPersonRef(`R-${one}`)))
    wrong('構成員の宛名番号', '宛名番号の形でないものがあります')
  const grade = cell('被害の程度')
  const objects = listOf(cell('被災した物件'))
  if (decision === 'issuable') {
    for (const item of [
      '整理番号',
      '世帯主住所',
      '世帯主氏名',
      '罹災原因',
      '被災場所',
      '交付開始日',
    ] as const)
      needed(item)
    if (kind === 'risai' && !GRADE.test(grade)) wrong('被害の程度', 'G1からG6のどれかにしてください')
    if (kind === 'hisai') {
      absent('被害の程度', '被災証明書には被害の程度を書きません。空にしてください')
      for (const item of ['届出年月日', '被災した物件', '被害の状況'] as const) needed(item)
      if (objects.some((one) => !Object.hasOwn(objectOf, one)))
        wrong('被災した物件', '1・2・3・9のどれかを；で区切ってください')
    }
  } else if (grade !== '' && !GRADE.test(grade)) wrong('被害の程度', 'G1からG6のどれかか、空にしてください')
  needed('決定日')
  const decidedOn = cell('決定日')
  if (isPlainDate(decidedOn) && (decidedOn < bounds.occurredOn || decidedOn > bounds.today))
    wrong('決定日', '災害の発生日から今日までの日付にしてください')
  if (errors.length > 0 || origin === null || kind === null || decision === null) return { errors }
  return {
    row: {
      ...{ applicationNo: cell('申請番号'), origin, kind, decision },
      grade: grade === '' ? null : grade,
      residentNo: residentNo === '' ? null : residentNo,
      nonResidentId: nonResidentId === '' ? null : nonResidentId,
      memberNos: [...new Set(memberNos)].filter((one) => one !== residentNo),
      ...{ serialNo: cell('整理番号'), headAddress: cell('世帯主住所'), headName: cell('世帯主氏名') },
      members: listOf(cell('世帯の構成員')),
      ...{ cause: cell('罹災原因'), place: cell('被災場所'), dwelling: cell('住家に関する事項') },
      remarks: cell('その他の事項'),
      notifiedOn: cell('届出年月日'),
      objects: objects.map((one) => objectOf[one]!),
      ...{ damage: cell('被害の状況'), issueFrom: cell('交付開始日'), decidedOn },
    },
  }
}

/** Which result a line is about, as far as it can be read. `null` = it cannot. */
export function keyOf(fields: readonly string[]): string | null {
  const kind = kindOf[fields[resultHeader.indexOf('証明書の別')]?.trim() ?? '']
  const no = fields[resultHeader.indexOf('申請番号')]?.trim() ?? ''
  return kind === undefined || no === '' ? null : resultKey(kind, no)
}

export function resultKey(kind: ResultKind, applicationNo: string): string {
  return `${kind}|${applicationNo}`
}

/** The line without anything that tells where somebody is. */
export function concealLine(row: ResultLine): ResultLine {
  return { ...row, headAddress: '', place: '', remarks: '', damage: '', dwelling: '' }
}
