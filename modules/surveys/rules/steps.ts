import { gradeLabel, heaviestGrade, type DamageGrade } from '../../disasters/grades.ts'
import {
  add,
  atLeast,
  decimal,
  divide,
  multiply,
  ratio,
  show,
  whole,
  zero,
  type Fraction,
} from './fraction.ts'
import { valueOf, type Rules } from './guidelines.ts'
import type { LevelBand, RuleKey, SinkLevel } from './guideline-values.ts'
import type {
  Answers,
  InputDefinition,
  InputKind,
  MissingInput,
  Reason,
  Sheet,
  SheetDefinition,
} from './rules.ts'
import { inputsOf, sinkLevels } from './sheets.ts'

/** What one step of the survey says. `grade`: at least this; `null` = this step settles nothing. */
export type Step = {
  readonly reasons: readonly Reason[]
  readonly grade: DamageGrade | null
  readonly missing: readonly MissingInput[]
  /** Why the second survey must decide; `null` = it need not. */
  readonly second: string | null
  /** Whether anything is damaged at all. */
  readonly damaged: boolean
  /** Points beside those of the parts (tilt). */
  readonly points: Fraction
}

const nothing: Step = { reasons: [], grade: null, missing: [], second: null, damaged: false, points: zero }

/** Reads answers by the sheet's definition: what is not asked is never missing. */
export type Reading = {
  readonly rules: Rules
  readonly definition: SheetDefinition
  readonly sheet: Sheet
}

/** `not-asked` = not of this sheet, or its condition is not met; `missing` = nobody has looked. */
export type Read<Kind extends InputKind> =
  | { readonly state: 'answered'; readonly value: Answers[Kind]; readonly input: InputDefinition }
  | { readonly state: 'missing'; readonly input: InputDefinition }
  | { readonly state: 'not-asked' }

export function read<Kind extends InputKind>(reading: Reading, key: string, _kind: Kind): Read<Kind> {
  const input = inputsOf(reading.definition).find((one) => one.key === key)
  if (input === undefined) return { state: 'not-asked' }
  const { askedWhen } = input
  if (askedWhen !== null && reading.sheet.answers[askedWhen.key] !== askedWhen.is)
    return { state: 'not-asked' }
  const value = reading.sheet.answers[key]
  if (value === undefined || value === null) return { state: 'missing', input }
  // Validation has looked at the shape of every answer by its kind.
  return { state: 'answered', value: value as Answers[Kind], input }
}

export function because(rules: Rules, key: RuleKey, step: string, text: string): Reason {
  const rule = rules.rules[key]
  return { step, text, source: `${rules.label}。${rule.source}`, verified: rule.verified, rule: key }
}

export function missingOf(...reads: readonly Read<InputKind>[]): MissingInput[] {
  return reads.flatMap((one) =>
    one.state === 'missing' ? [{ key: one.input.key, label: one.input.label }] : [],
  )
}

function isYes(one: Read<'yes-no'>): boolean {
  return one.state === 'answered' && one.value
}

/** 外観による判定. */
export function lookStep(reading: Reading): Step {
  const { rules } = reading
  const reads = ['collapsed', 'storeyCollapsed', 'lost', 'foundationUndermined'].map((key) => ({
    rule: (key === 'foundationUndermined' ? 'foundation.undermined' : 'look.total') as RuleKey,
    found: read(reading, key, 'yes-no'),
  }))
  const seen = reads.find((one) => isYes(one.found))
  if (seen !== undefined && seen.found.state === 'answered') {
    const grade = valueOf(rules, seen.rule) as DamageGrade
    const text = `「${seen.found.input.label}」に当たるので、${gradeLabel(grade)}。調査はここで終わる`
    return { ...nothing, grade, damaged: true, reasons: [because(rules, seen.rule, '外観', text)] }
  }
  const missing = missingOf(...reads.map((one) => one.found))
  const text = '倒壊・流失・埋没・焼失などに当たらない。外観だけでは決まらない'
  return {
    ...nothing,
    missing,
    reasons: missing.length > 0 ? [] : [because(rules, 'look.total', '外観', text)],
  }
}

/** 延床面積による判定: another way to the same grade, where somebody knows the area. */
export function floorAreaStep(reading: Reading): Step {
  const { rules } = reading
  const found = read(reading, 'lostFloorPercent', 'percent')
  if (found.state !== 'answered') return nothing
  const percent = decimal(found.value)
  const semi = valueOf(rules, 'grades.floor-area-semi')
  const band = valueOf(rules, 'grades.floor-area').find((one) => atLeast(percent, whole(one.fromPercent)))
  const damaged = found.value > 0
  const share = `損壊・焼失・流失した部分は延床面積の${show(percent)}％`
  if (band !== undefined) {
    const text = `${share}。${band.fromPercent}％以上なので、${gradeLabel(band.grade)}`
    return {
      ...nothing,
      grade: band.grade,
      damaged,
      reasons: [because(rules, 'grades.floor-area', '延床面積', text)],
    }
  }
  if (semi !== null && atLeast(percent, whole(semi.fromPercent))) {
    const text = `${share}。${semi.fromPercent}％以上なので、${gradeLabel(semi.grade)}`
    return {
      ...nothing,
      grade: semi.grade,
      damaged,
      reasons: [because(rules, 'grades.floor-area-semi', '延床面積', text)],
    }
  }
  const text = `${share}。この基準では決まらない`
  return { ...nothing, damaged, reasons: [because(rules, 'grades.floor-area', '延床面積', text)] }
}

type MeasuredTilt = { readonly meanCm: Fraction; readonly plumbCm: Fraction; readonly text: string }

/** Simple mean of the four corners; fewer than four are no measurement. */
function measuredTilt(found: Read<'tilt'>): MeasuredTilt | null {
  if (found.state !== 'answered' || found.value.offsetsCm.length < 4) return null
  const meanCm = multiply(add(...found.value.offsetsCm.map((one) => decimal(one))), ratio(1, 4))
  const plumbCm = decimal(found.value.plumbCm)
  const over = divide(plumbCm, meanCm)
  const slope = over === null ? '傾きなし' : `約1/${show(over, 1)}`
  return { meanCm, plumbCm, text: `四隅の平均は${show(meanCm)}cm（下げ振り${show(plumbCm)}cm、${slope}）` }
}

function leans({ meanCm, plumbCm }: MeasuredTilt, over: number): boolean {
  return atLeast(multiply(meanCm, whole(over)), plumbCm)
}

function tiltMissing(found: Read<'tilt'>): MissingInput[] {
  if (found.state === 'answered' && found.value.offsetsCm.length < 4) {
    return [
      { key: found.input.key, label: `${found.input.label}の${'①②③④'.slice(found.value.offsetsCm.length)}` },
    ]
  }
  return missingOf(found)
}

/** 傾斜による判定. Of 地盤被害 the tilt is judged with the ground. */
export function tiltStep(reading: Reading): Step {
  const { rules, definition } = reading
  if (definition.hazard === 'ground') return nothing
  const tilted = read(reading, 'tilted', 'yes-no')
  const found = read(reading, 'tilt', 'tilt')
  if (tilted.state === 'answered' && !tilted.value) {
    const key = `tilt.${definition.structure}.total` as const
    return { ...nothing, reasons: [because(rules, key, '傾斜', '傾いて見えないので、傾斜では決まらない')] }
  }
  const missing = [...missingOf(tilted), ...tiltMissing(found)]
  const tilt = measuredTilt(found)
  if (tilt === null) return { ...nothing, missing }
  return definition.structure === 'wood' ? woodTilt(reading, tilt) : nonWoodTilt(reading, tilt)
}

function woodTilt({ rules, definition }: Reading, tilt: MeasuredTilt): Step {
  const total = valueOf(rules, 'tilt.wood.total')
  if (leans(tilt, total.over)) {
    const text = `${tilt.text}。1/${total.over}以上なので、${gradeLabel(total.grade)}。調査はここで終わる`
    return {
      ...nothing,
      grade: total.grade,
      damaged: true,
      reasons: [because(rules, 'tilt.wood.total', '傾斜', text)],
    }
  }
  const middle = valueOf(rules, 'tilt.wood.middle')
  const counts = middle !== null && definition.parts.length > 0 && middle.hazards.includes(definition.hazard)
  if (!counts) {
    const text = `${tilt.text}。1/${total.over}未満なので、傾斜では決まらない`
    return { ...nothing, reasons: [because(rules, 'tilt.wood.total', '傾斜', text)] }
  }
  if (!leans(tilt, middle.over)) {
    const text = `${tilt.text}。1/${total.over}未満なので、傾斜では決まらない（1/${middle.over}未満なので、損害割合にも足さない）`
    return { ...nothing, reasons: [because(rules, 'tilt.wood.total', '傾斜', text)] }
  }
  const text = `${tilt.text}。1/${middle.over}以上1/${total.over}未満なので、損害割合${middle.points}％を足す`
  return {
    ...nothing,
    damaged: true,
    points: whole(middle.points),
    reasons: [because(rules, 'tilt.wood.middle', '傾斜', text)],
  }
}

function nonWoodTilt(reading: Reading, tilt: MeasuredTilt): Step {
  const { rules } = reading
  const total = valueOf(rules, 'tilt.non-wood.total')
  if (leans(tilt, total.over)) {
    const text = `${tilt.text}。1/${total.over}以上なので、${gradeLabel(total.grade)}。調査はここで終わる`
    return {
      ...nothing,
      grade: total.grade,
      damaged: true,
      reasons: [because(rules, 'tilt.non-wood.total', '傾斜', text)],
    }
  }
  const less = `${tilt.text}。1/${total.over}未満なので、傾斜だけでは決まらない`
  const alone: Step = { ...nothing, reasons: [because(rules, 'tilt.non-wood.total', '傾斜', less)] }
  const settled = valueOf(rules, 'tilt.non-wood.settled')
  const settlement = read(reading, 'maxSettlementCm', 'length')
  const exposure = read(reading, 'maxExposureCm', 'length')
  // Below 1/60 the settlement changes nothing, so nobody need have measured it.
  if (settlement.state === 'not-asked' || !leans(tilt, settled.over)) return alone
  const deepest = [settlement, exposure].flatMap((one) => (one.state === 'answered' ? [one.value] : []))
  if (deepest.some((cm) => cm >= settled.settledCm)) {
    const text = `${tilt.text}で1/${settled.over}以上、かつ、最大沈下量又は最大露出量が${settled.settledCm}cm以上なので、${gradeLabel(settled.grade)}`
    return {
      ...nothing,
      grade: settled.grade,
      damaged: true,
      reasons: [because(rules, 'tilt.non-wood.settled', '不同沈下', text)],
    }
  }
  const missing = missingOf(settlement, exposure)
  if (missing.length > 0) return { ...alone, missing }
  const text = `最大沈下量・最大露出量は${settled.settledCm}cm未満なので、不同沈下では決まらない`
  return { ...alone, reasons: [...alone.reasons, because(rules, 'tilt.non-wood.settled', '不同沈下', text)] }
}

function levelLabel(level: SinkLevel): string {
  return sinkLevels.find((one) => one.value === level)!.label
}

function atLevel(bands: readonly LevelBand<SinkLevel>[], level: string): LevelBand<SinkLevel> | undefined {
  return bands.find((band) => band.level === level)
}

/** 水害 第1次調査: 浸水深と土砂の堆積. */
export function floodStep(reading: Reading): Step {
  const { rules, definition } = reading
  if (definition.hazard !== 'flood' || definition.stage !== 'first') return nothing
  if (definition.structure === 'non-wood') {
    const text = '非木造は、浸水深では判定できない。第2次調査（部位による判定）で決める'
    return { ...nothing, second: text, reasons: [because(rules, 'flood.houses', '浸水深', text)] }
  }
  const depth = depthStep(reading)
  const sediment = sedimentStep(reading)
  return {
    ...nothing,
    reasons: [...sediment.reasons, ...depth.reasons],
    grade: heaviestGrade([depth, sediment].flatMap((one) => one.grade ?? [])),
    missing: [...depth.missing, ...sediment.missing],
    second: depth.second,
    damaged: depth.damaged || sediment.damaged,
  }
}

function sedimentStep(reading: Reading): Step {
  const { rules } = reading
  const found = read(reading, 'sediment', 'choice')
  if (found.state !== 'answered') return { ...nothing, missing: missingOf(found) }
  if (found.value === 'none') return nothing
  const total = valueOf(rules, 'flood.sediment')
  if (found.value === 'above-floor-1m' && total !== null) {
    const text = `すべての部分で${levelLabel('above-floor-1m')}土砂などが堆積しているので、${gradeLabel(total)}`
    return {
      ...nothing,
      grade: total,
      damaged: true,
      reasons: [because(rules, 'flood.sediment', '土砂の堆積', text)],
    }
  }
  const band = atLevel(valueOf(rules, 'flood.sediment-lower') ?? [], found.value)
  if (band === undefined) return { ...nothing, damaged: true }
  const text = `すべての部分で${levelLabel(band.level)}土砂などが堆積しているので、${gradeLabel(band.grade)}以上`
  return {
    ...nothing,
    grade: band.grade,
    damaged: true,
    reasons: [because(rules, 'flood.sediment-lower', '土砂の堆積', text)],
  }
}

function depthStep(reading: Reading): Step {
  const { rules } = reading
  const detached = read(reading, 'detached', 'yes-no')
  const storeys = read(reading, 'storeys', 'choice')
  const force = read(reading, 'externalForce', 'yes-no')
  const inundation = read(reading, 'inundation', 'choice')
  const depths = read(reading, 'depthsCm', 'depths')
  if (force.state === 'not-asked') {
    const text = `浸水深による判定は、この版（${rules.label}）にないので、第2次調査（部位による判定）で決める`
    return { ...nothing, second: text, reasons: [because(rules, 'flood.force', '浸水深', text)] }
  }
  const limit = valueOf(rules, 'flood.houses').storeys
  const outside =
    (detached.state === 'answered' && !detached.value) ||
    (storeys.state === 'answered' && Number(storeys.value) > limit)
  if (outside) {
    const text = `戸建ての${limit}階建てまでの住家ではないので、浸水深では判定できない。第2次調査（部位による判定）で決める`
    return { ...nothing, second: text, reasons: [because(rules, 'flood.houses', '浸水深', text)] }
  }
  const unread = [detached, storeys, force, inundation, depths]
  const isUnmeasured = depths.state === 'answered' && depths.value.length === 0
  const missing = isUnmeasured
    ? [...missingOf(...unread), { key: depths.input.key, label: depths.input.label }]
    : missingOf(...unread)
  if (missing.length > 0 || force.state !== 'answered' || inundation.state !== 'answered')
    return { ...nothing, missing }
  const key = force.value ? 'flood.force' : 'flood.no-force'
  const how = force.value ? '外力による損傷がある' : '外力による損傷がない'
  const bands = valueOf(rules, key)
  if (inundation.value === 'none') {
    if (!force.value) return { ...nothing, reasons: [because(rules, key, '浸水深', '浸水していない')] }
    const text = '浸水していないが外力による損傷があるので、第2次調査（部位による判定）で決める'
    return { ...nothing, damaged: true, second: text, reasons: [because(rules, key, '浸水深', text)] }
  }
  if (bands === null) {
    const text = `${how}住家の浸水深による判定は、この版（${rules.label}）にないので、第2次調査（部位による判定）で決める`
    return { ...nothing, damaged: true, second: text, reasons: [because(rules, key, '浸水深', text)] }
  }
  if (depths.state !== 'answered') {
    const grade = valueOf(rules, 'flood.below-floor')
    const text = `床下浸水なので、${gradeLabel(grade)}`
    return {
      ...nothing,
      grade,
      damaged: true,
      reasons: [because(rules, 'flood.below-floor', '浸水深', text)],
    }
  }
  const shallowest = Math.min(...depths.value)
  const position = bands.findIndex((one) => shallowest >= one.fromCm)
  const band = bands[position]!
  const below = bands[position - 1]?.fromCm
  const range = [
    band.fromCm === 0 ? '床上' : `床上${metres(band.fromCm)}m以上`,
    below === undefined ? '' : `${metres(below)}m未満`,
  ].join('')
  const text = `最も浅いところの浸水深は床上${show(decimal(shallowest))}cm。${how}。${range}なので、${gradeLabel(band.grade)}`
  return {
    ...nothing,
    grade: band.grade,
    damaged: true,
    reasons: [
      because(rules, 'flood.houses', '浸水深', `戸建ての${limit}階建てまでの住家なので、浸水深で判定する`),
      because(rules, key, '浸水深', text),
    ],
  }
}

function metres(cm: number): string {
  return show(ratio(cm, 100))
}

/** 地盤被害: tilt, sinking, cracks, slope; the heaviest of them. */
export function groundStep(reading: Reading): Step {
  const { rules, definition } = reading
  if (definition.hazard !== 'ground') return nothing
  const found = read(reading, 'tilt', 'tilt')
  const sinking = read(reading, 'sinking', 'choice')
  const signs = (['crack', 'slope'] as const).map((rule) => ({
    rule: `ground.${rule}` as const,
    found: read(reading, rule === 'crack' ? 'groundCrack' : 'slopeDemolition', 'yes-no'),
  }))
  const tilt = measuredTilt(found)
  const leaning =
    tilt === null ? undefined : valueOf(rules, 'ground.tilt').find((band) => leans(tilt, band.over))
  const sunk =
    sinking.state === 'answered' ? atLevel(valueOf(rules, 'ground.sinking'), sinking.value) : undefined
  const seen = signs.filter((one) => isYes(one.found))
  const reasons: Reason[] = []
  if (tilt !== null) {
    const least = valueOf(rules, 'ground.tilt').at(-1)!.over
    const words =
      leaning === undefined
        ? `1/${least}未満なので、傾斜では決まらない`
        : `1/${leaning.over}以上なので、${gradeLabel(leaning.grade)}以上`
    reasons.push(because(rules, 'ground.tilt', '傾斜', `${tilt.text}。${words}`))
  }
  if (sinking.state === 'answered') {
    const words =
      sunk === undefined
        ? '潜り込みはない、又は基準に達しない'
        : `すべての部分で${levelLabel(sunk.level)}潜り込んでいるので、${gradeLabel(sunk.grade)}以上`
    reasons.push(because(rules, 'ground.sinking', '潜り込み', words))
  }
  for (const one of seen) {
    if (one.found.state !== 'answered') continue
    const text = `「${one.found.input.label}」に当たるので、${gradeLabel(valueOf(rules, one.rule))}`
    reasons.push(because(rules, one.rule, '地盤', text))
  }
  const grades = [leaning?.grade, sunk?.grade, ...seen.map((one) => valueOf(rules, one.rule))]
  const grade = heaviestGrade(grades.flatMap((one) => one ?? []))
  const missing = [...tiltMissing(found), ...missingOf(sinking, ...signs.map((one) => one.found))]
  const undecided = definition.stage === 'first' && grade === null && missing.length === 0
  const second = '傾斜・潜り込み・地割れ・斜面のどの基準にも達しないので、第2次調査（部位による判定）で決める'
  return {
    ...nothing,
    grade,
    missing,
    damaged: grade !== null,
    second: undecided ? second : null,
    reasons: undecided ? [...reasons, because(rules, 'ground.parts', '地盤', second)] : reasons,
  }
}

/** 風害 第1次調査. */
export function windStep(reading: Reading): Step {
  const { rules } = reading
  const outside = read(reading, 'outsideDamage', 'choice')
  const rain = read(reading, 'rainEntered', 'yes-no')
  if (outside.state === 'not-asked') return nothing
  const isHeavy = (outside.state === 'answered' && outside.value === 'heavy') || isYes(rain)
  if (isHeavy) {
    const what = isYes(rain) ? '雨の吹き込みがある' : '外部の損傷が軽微とはいえない'
    const second = `${what}ので、第2次調査（内部を含む部位による判定）で決める`
    return { ...nothing, damaged: true, second, reasons: [because(rules, 'wind.light', '風と雨', second)] }
  }
  const missing = missingOf(outside, rain)
  if (missing.length > 0 || outside.state !== 'answered') return { ...nothing, missing }
  if (outside.value === 'none') {
    return { ...nothing, reasons: [because(rules, 'wind.light', '風と雨', '外部の損傷も雨の吹き込みもない')] }
  }
  const grade = valueOf(rules, 'wind.light')
  const text = `外部の損傷が軽微で、雨の吹き込みがないので、${gradeLabel(grade)}`
  return { ...nothing, grade, damaged: true, reasons: [because(rules, 'wind.light', '風と雨', text)] }
}

/** 令和7年7月の簡易な半壊判定: all three parts, or it says nothing. */
export function shiftStep(reading: Reading): Step {
  const { rules } = reading
  const reads = ['roofShift', 'wallShift', 'fittingsShift'].map((key) => read(reading, key, 'yes-no'))
  if (reads.every((one) => one.state === 'not-asked')) return nothing
  const damaged = reads.some(isYes)
  const grade = valueOf(rules, 'shift.half')
  const isRuledOut = reads.some((one) => one.state === 'answered' && !one.value)
  // None of the three: nothing to explain, and the unknown size of a shift is beside the point.
  if (reads.every((one) => one.state === 'answered' && !one.value)) return nothing
  if (isRuledOut) {
    const text = '屋根・外壁・建具の三つともに一定のずれ・変形があるわけではないので、この基準では決まらない'
    return { ...nothing, damaged, reasons: [because(rules, 'shift.half', 'ずれ・変形', text)] }
  }
  const missing = missingOf(...reads)
  if (missing.length > 0 || grade === null) return { ...nothing, damaged, missing }
  const text = `屋根・外壁・建具のそれぞれに一定のずれ・変形があるので、${gradeLabel(grade)}以上`
  return { ...nothing, grade, damaged, reasons: [because(rules, 'shift.half', 'ずれ・変形', text)] }
}
