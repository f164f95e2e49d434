import { gradeLabel, type DamageGrade } from '../../disasters/grades.ts'
import { decimal, show } from './fraction.ts'
import { valueOf, type Rules } from './guidelines.ts'
import type { Reason, Structure } from './rules.ts'
import { because } from './steps.ts'

/** 被災区域の一括判定: a polygon, and what is known of it. */
export type AreaFindings =
  /** Aerial photographs or a drone: whether every house in it is plainly lost. */
  | { readonly way: 'aerial'; readonly everyHouseLost: boolean }
  /** Sample survey of an inundated area: the houses at its corners, each with its shallowest depth above the floor, cm. */
  | { readonly way: 'corners'; readonly externalForce: boolean; readonly cornerDepthsCm: readonly number[] }

export type AreaJudgement =
  /** `covers`: `depth-houses` = only those that depth may grade (`coversHouse`). */
  | {
      readonly kind: 'graded'
      readonly gradeCode: DamageGrade
      readonly covers: 'every-house' | 'depth-houses'
      readonly path: readonly Reason[]
    }
  /** Each house is surveyed by itself. */
  | { readonly kind: 'house-by-house'; readonly why: string; readonly path: readonly Reason[] }

export function judgeArea(rules: Rules, findings: AreaFindings): AreaJudgement {
  return findings.way === 'aerial' ? judgeFromAbove(rules, findings) : judgeByCorners(rules, findings)
}

/** Whether a judgement of the area holds for one house in it. */
export function coversHouse(
  rules: Rules,
  judgement: Extract<AreaJudgement, { kind: 'graded' }>,
  house: { readonly structure: Structure; readonly detached: boolean; readonly storeys: number },
): boolean {
  if (judgement.covers === 'every-house') return true
  return (
    house.structure === 'wood' && house.detached && house.storeys <= valueOf(rules, 'flood.houses').storeys
  )
}

function judgeFromAbove(
  rules: Rules,
  { everyHouseLost }: Extract<AreaFindings, { way: 'aerial' }>,
): AreaJudgement {
  const grade = valueOf(rules, 'area.aerial')
  const key = 'area.aerial'
  const step = '区域'
  if (grade === null || !everyHouseLost) {
    const why =
      grade === null
        ? `航空写真などによる一括判定は、この版（${rules.label}）にない`
        : '区域のすべての住家が明らかに全壊とは分からないので、一棟ずつ調査する'
    return { kind: 'house-by-house', why, path: [because(rules, key, step, why)] }
  }
  const text = `区域のすべての住家が、航空写真などで明らかに失われているので、${gradeLabel(grade)}`
  return { kind: 'graded', gradeCode: grade, covers: 'every-house', path: [because(rules, key, step, text)] }
}

function judgeByCorners(
  rules: Rules,
  { externalForce, cornerDepthsCm }: Extract<AreaFindings, { way: 'corners' }>,
): AreaJudgement {
  const rule = valueOf(rules, 'area.corners')
  const refuse = (why: string): AreaJudgement => ({
    kind: 'house-by-house',
    why,
    path: [because(rules, 'area.corners', '区域', why)],
  })
  if (rule === null) return refuse(`四隅の住家による一括判定は、この版（${rules.label}）にない`)
  if (cornerDepthsCm.length < rule.houses) {
    return refuse(`四隅の${rule.houses}棟の浸水深がそろっていないので、一棟ずつ調査する`)
  }
  const shallowest = Math.min(...cornerDepthsCm)
  const depth = `四隅の住家のうち最も浅い浸水深は床上${show(decimal(shallowest))}cm`
  if (!(shallowest >= rule.fromCm)) {
    return refuse(`${depth}で、床上${show(decimal(rule.fromCm / 100))}mに達しないので、一棟ずつ調査する`)
  }
  const grade = externalForce ? rule.force : rule.noForce
  if (grade === null) return refuse(`外力による損傷がない区域の一括判定は、この版（${rules.label}）にない`)
  const how = externalForce ? '外力による損傷がある' : '外力による損傷がない'
  const text = `${depth}で、すべて床上${show(decimal(rule.fromCm / 100))}m以上。${how}ので、区域の戸建ての木造・プレハブ（${valueOf(rules, 'flood.houses').storeys}階建てまで）を${gradeLabel(grade)}とする`
  return {
    kind: 'graded',
    gradeCode: grade,
    covers: 'depth-houses',
    path: [
      because(rules, 'area.corners', '区域', text),
      because(rules, 'flood.houses', '区域', rules.rules['flood.houses'].text),
    ],
  }
}
