import { gradeLabel, type DamageGrade } from '../../disasters/grades.ts'
import { valueOf, type Rules } from './guidelines.ts'
import type { MissingInput, Reason, SurveyHazard } from './rules.ts'
import { because } from './steps.ts'

/** 自己判定方式: what a clerk says of an application's photographs. `null` = not said yet. */
export type PhotoFindings = {
  readonly hazard: SurveyHazard
  /** The applicant ticked in advance that 一部損壊 is accepted. */
  readonly agreed: boolean | null
  /** 四面の全景 */
  readonly fourSides: boolean | null
  /** 表札など, which tell whose house it is. */
  readonly namePlate: boolean | null
  /** Each damaged place once from near and once from afar. */
  readonly nearAndFar: boolean | null
  /** 水害 only: a measure held to the trace of the water. */
  readonly measure: boolean | null
  /** Whether the damage is clearly below 10 %. */
  readonly slight: 'clearly' | 'perhaps-more' | 'unclear' | null
}

export const photoQuestions = [
  { key: 'agreed', label: '一部損壊の判定への同意', no: '申請者の同意がない' },
  { key: 'fourSides', label: '住家の四面の写真', no: '住家の四面の写真がそろっていない' },
  { key: 'namePlate', label: '表札などの写真', no: '誰の住家か分かる写真（表札など）がない' },
  { key: 'nearAndFar', label: '損傷した箇所の遠景と近景', no: '損傷した箇所の遠景と近景がそろっていない' },
  { key: 'measure', label: '浸水の跡にメジャーを当てた写真', no: '浸水の深さが分かる写真がない' },
] as const

export type PhotoJudgement =
  | { readonly kind: 'graded'; readonly gradeCode: DamageGrade; readonly path: readonly Reason[] }
  | { readonly kind: 'site-survey'; readonly why: readonly string[]; readonly path: readonly Reason[] }
  | { readonly kind: 'incomplete'; readonly missing: readonly MissingInput[] }

/** The lightest grade without a visit, or a visit: photographs never settle anything heavier. */
export function judgeByPhotos(rules: Rules, findings: PhotoFindings): PhotoJudgement {
  const grade = valueOf(rules, 'photos.slight')
  const step = '写真'
  if (grade === null) {
    const text = `自己判定方式は、この版（${rules.label}）にない`
    return { kind: 'site-survey', why: [text], path: [because(rules, 'photos.slight', step, text)] }
  }
  const asked = photoQuestions.filter((one) => one.key !== 'measure' || findings.hazard === 'flood')
  const why = [
    ...asked.filter((one) => findings[one.key] === false).map((one) => one.no),
    ...(findings.slight === 'perhaps-more' ? ['損害が10％以上かもしれない'] : []),
    ...(findings.slight === 'unclear' ? ['写真からは損害の程度が分からない'] : []),
  ]
  if (why.length > 0) {
    const text = `${why.join('、')}ので、現地調査とする`
    return { kind: 'site-survey', why, path: [because(rules, 'photos.slight', step, text)] }
  }
  const missing = [
    ...asked.filter((one) => findings[one.key] === null).map(({ key, label }) => ({ key, label })),
    ...(findings.slight === null ? [{ key: 'slight', label: '損害の程度' }] : []),
  ]
  if (missing.length > 0) return { kind: 'incomplete', missing }
  const text = `申請者の同意があり、写真で損害が明らかに10％未満と分かるので、${gradeLabel(grade)}`
  return { kind: 'graded', gradeCode: grade, path: [because(rules, 'photos.slight', step, text)] }
}
