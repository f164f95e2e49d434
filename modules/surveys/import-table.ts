import type { PlainDate } from '@open-bcl/core/brand.ts'
import { damageGrades, type DamageGrade } from '../disasters/grades.ts'
import type { Point } from './surveys.ts'

/** One house as another system tells of it. */
export type ImportedHouse = {
  /** Line of the file, or number of the feature. */
  readonly line: number
  /** The source's own number of the house. */
  readonly key: string
  readonly taskNo: string
  readonly address: string
  readonly headName: string
  /** As the source words it; an insurer's 全損 is no 全壊. */
  readonly gradeText: string
  readonly grade: DamageGrade | null
  readonly percentX100: number | null
  readonly surveyedOn: PlainDate | null
  readonly point: Point | null
  readonly note: string
}
export type ImportFinding = { readonly line: number; readonly item: string; readonly message: string }

/** Names a column may have, the first as our own files call it. */
export const importColumns = {
  key: ['番号', '家屋番号', '調査票番号', '証券番号', '受付番号', 'id', 'ID'],
  taskNo: ['調査番号'],
  address: ['所在地', '住所', '被災住家の所在地'],
  headName: ['世帯主', '世帯主氏名', '氏名', '契約者'],
  grade: ['被害の程度', '判定', '判定結果', '認定', '損害区分'],
  percent: ['損害割合', '損害割合（％）', '損害割合(%)'],
  surveyedOn: ['調査日', '判定日', '調査年月日'],
  latitude: ['緯度', 'lat', 'latitude'],
  longitude: ['経度', 'lon', 'lng', 'longitude'],
  note: ['備考'],
} as const
type Column = keyof typeof importColumns

const fold = (text: string): string => text.normalize('NFKC').replace(/\s+/g, '')

/** Which column stands where; `null` = the file has none of that name. */
export function columnsOf(header: readonly string[]): Record<Column, number | null> {
  const folded = header.map(fold)
  return Object.fromEntries(
    Object.entries(importColumns).map(([column, names]) => {
      const at = folded.findIndex((name) => names.some((one) => fold(one) === name))
      return [column, at < 0 ? null : at]
    }),
  ) as Record<Column, number | null>
}

const gradeNames: readonly (readonly [string, DamageGrade])[] = [
  ...damageGrades.map(({ value, label }) => [fold(label), value] as const),
  ...damageGrades.map(({ value }) => [value, value] as const),
  ['一部損壊', 'G6'],
  ['一部破損', 'G6'],
  ['準半壊に至らない', 'G6'],
  ['被害なし', 'G0'],
]

export function gradeNamed(text: string): DamageGrade | null {
  return gradeNames.find(([name]) => name === fold(text))?.[1] ?? null
}

function dayOf(text: string): PlainDate | null {
  const found = /^(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?$/.exec(fold(text))
  if (!found) return null
  const day = `${found[1]}-${found[2]!.padStart(2, '0')}-${found[3]!.padStart(2, '0')}`
  const instant = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(instant) || new Date(instant).toISOString().slice(0, 10) !== day
    ? null
    : (day as PlainDate)
}

/** Reads one row; every mistake with its item and what to do, never the value. */
export function readHouse(
  line: number,
  cell: (column: Column) => string,
  as: 'result' | 'reference',
  disasterOn: PlainDate,
  today: PlainDate,
): { readonly house: ImportedHouse; readonly findings: readonly ImportFinding[] } {
  const findings: ImportFinding[] = []
  const wrong = (item: string, message: string): void => void findings.push({ line, item, message })
  const value = (column: Column, most: number): string => {
    const text = cell(column).trim()
    if (text.length > most) wrong(importColumns[column][0], `${most}文字以内にしてください`)
    return text.slice(0, most)
  }
  const key = value('key', 60)
  if (key === '') wrong('番号', '元のシステムでの番号を入れてください')
  const taskNo = value('taskNo', 30)
  const address = value('address', 200)
  if (address === '' && taskNo === '') wrong('所在地', '所在地か調査番号のどちらかを入れてください')
  const gradeText = value('grade', 40)
  const grade = gradeNamed(gradeText)
  if (as === 'result' && grade === null)
    wrong(
      '被害の程度',
      '全壊、大規模半壊、中規模半壊、半壊、準半壊、一部損壊、無被害のどれかを入れてください',
    )
  if (as === 'reference' && gradeText === '') wrong('被害の程度', '空欄です')
  const percentText = fold(value('percent', 10)).replace(/[%％]$/, '')
  const percent = percentText === '' ? null : Number(percentText)
  if (percent !== null && !(percent >= 0 && percent <= 100))
    wrong('損害割合', '0から100までの数字にしてください')
  const dayText = value('surveyedOn', 20)
  const surveyedOn = dayOf(dayText)
  if (surveyedOn === null) wrong('調査日', '「2026-11-20」のような日付を入れてください')
  else if (surveyedOn < disasterOn || surveyedOn > today)
    wrong('調査日', '災害の発生日から今日までの日付にしてください')
  const [north, east] = [value('latitude', 20), value('longitude', 20)]
  const point = north === '' && east === '' ? null : { latitude: Number(north), longitude: Number(east) }
  const inJapan =
    point === null ||
    (point.latitude > 20 && point.latitude < 46 && point.longitude > 122 && point.longitude < 154)
  if (!inJapan) wrong('緯度・経度', '日本の中の位置にしてください。緯度と経度が逆でないか確かめてください')
  return {
    house: {
      line,
      key,
      taskNo,
      address,
      headName: value('headName', 100),
      gradeText,
      grade: as === 'result' ? grade : null,
      percentX100: percent === null || Number.isNaN(percent) ? null : Math.round(percent * 100),
      surveyedOn,
      point: inJapan ? point : null,
      note: value('note', 500),
    },
    findings,
  }
}
