import { isWooden, structures, uses, type Dwelling } from '../dwellings/dwellings.ts'
import { coversHouse, type AreaJudgement } from './rules/area.ts'
import { valueOf, type Rules } from './rules/guidelines.ts'

/** Whether a judgement of an area holds for one house in it, and why not. */
export type Coverage = {
  /** `unknown`: the house register does not say; a person looks. */
  readonly covered: 'yes' | 'no' | 'unknown'
  /** '' = it holds. */
  readonly because: string
}

type Facts = Pick<Dwelling, 'structureCode' | 'useCode' | 'storeys'>

/** 軽量鉄骨造 counts as プレハブ, so as wood. */
const woodLike = (code: string): boolean | null =>
  isWooden(code) || code === '5' ? true : code === '' || code === '9' ? null : false
/** 専用住宅 and 併用住宅 stand alone, 共同住宅 does not; of others nobody knows. */
const detached = (code: string): boolean | null =>
  code === '01' || code === '03' ? true : code === '02' ? false : null

/** `house` null: nobody has linked the task to a house. */
export function coverageOf(
  rules: Rules,
  judged: Extract<AreaJudgement, { kind: 'graded' }>,
  house: Facts | null,
): Coverage {
  if (judged.covers === 'every-house') return { covered: 'yes', because: '' }
  if (house === null) return { covered: 'unknown', because: '家屋台帳の家屋に結び付いていません' }
  const wood = woodLike(house.structureCode)
  const alone = detached(house.useCode)
  const most = valueOf(rules, 'flood.houses').storeys
  const no = [
    ...(wood === false ? ['木造・プレハブではありません'] : []),
    ...(alone === false ? ['戸建てではありません'] : []),
    ...(house.storeys !== null && house.storeys > most ? [`${most}階建てを超えます`] : []),
  ]
  if (no.length > 0) return { covered: 'no', because: no.join('、') }
  const unknown = [
    ...(wood === null ? ['構造'] : []),
    ...(alone === null ? ['戸建てかどうか'] : []),
    ...(house.storeys === null ? ['階数'] : []),
  ]
  if (unknown.length > 0) return { covered: 'unknown', because: `${unknown.join('・')}が分かりません` }
  const covers = coversHouse(rules, judged, { structure: 'wood', detached: true, storeys: house.storeys! })
  return covers ? { covered: 'yes', because: '' } : { covered: 'no', because: 'この判定の対象ではありません' }
}

/** 木造, 専用住宅, 2階建て: with spaces between. */
export function houseKindText({ structureCode, useCode, storeys }: Facts): string {
  const label = (
    list: readonly { readonly value: string; readonly label: string }[],
    value: string,
  ): string => list.find((one) => one.value === value)?.label ?? ''
  return [label(structures, structureCode), label(uses, useCode), storeys === null ? '' : `${storeys}階建て`]
    .filter((word) => word !== '')
    .join('　')
}
