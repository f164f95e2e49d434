import type { DamageGrade } from '../../disasters/grades.ts'
import type { Degree, PartKey, SurveyHazard } from './rules.ts'

/** Lower bound, inclusive, in per cent. From the heaviest grade down. */
export type PercentBand = { readonly grade: DamageGrade; readonly fromPercent: number }
/** Depth above the floor, cm: the lower bound, inclusive. The last is `0` and stands for "anything above the floor". */
export type DepthBand = { readonly grade: DamageGrade; readonly fromCm: number }
/** Tilt 1/`over` or more. */
export type TiltBand = { readonly grade: DamageGrade; readonly over: number }
export type LevelBand<Level extends string> = { readonly grade: DamageGrade; readonly level: Level }
export type Weights = Readonly<Partial<Record<PartKey, number>>>

/** How deep a house sank into the ground (潜り込み), and how high earth lies around it (土砂の堆積). */
export type SinkLevel = 'above-floor-1m' | 'floor' | 'foundation-25cm'

/** Every value the engine takes from the guideline. `null` = no such rule in that edition, or its content is unknown. */
export type RuleValues = {
  readonly 'grades.loss': readonly PercentBand[]
  readonly 'grades.floor-area': readonly PercentBand[]
  readonly 'grades.floor-area-semi': PercentBand | null
  readonly degrees: Readonly<Record<Degree, number>>
  readonly 'area-classes': readonly number[]
  readonly 'weights.wood.first': Weights
  readonly 'weights.wood.second': Weights
  readonly 'weights.non-wood.first': Weights
  readonly 'weights.non-wood.second': Weights
  readonly 'look.total': DamageGrade
  readonly 'tilt.wood.total': TiltBand
  readonly 'tilt.wood.middle': {
    readonly over: number
    readonly points: number
    readonly hazards: readonly SurveyHazard[]
  } | null
  readonly 'tilt.non-wood.total': TiltBand
  readonly 'tilt.non-wood.settled': {
    readonly grade: DamageGrade
    readonly over: number
    readonly settledCm: number
  }
  readonly 'foundation.undermined': DamageGrade | null
  readonly 'foundation.full': { readonly fromPercent: number } | null
  readonly 'pillar.collapse': { readonly grade: DamageGrade; readonly fromPercent: number } | null
  readonly 'storeys.adjustment': null
  readonly 'equipment.items': null
  readonly 'shift.half': DamageGrade | null
  readonly 'ground.tilt': readonly TiltBand[]
  readonly 'ground.sinking': readonly LevelBand<SinkLevel>[]
  readonly 'ground.crack': DamageGrade
  readonly 'ground.slope': DamageGrade
  readonly 'ground.parts': boolean
  readonly 'flood.force': readonly DepthBand[] | null
  readonly 'flood.no-force': readonly DepthBand[] | null
  readonly 'flood.below-floor': DamageGrade
  readonly 'flood.houses': { readonly storeys: number }
  readonly 'flood.sediment': DamageGrade | null
  readonly 'flood.sediment-lower': readonly LevelBand<SinkLevel>[] | null
  readonly 'flood.soaked': null
  readonly 'wind.light': DamageGrade
  readonly 'photos.slight': DamageGrade | null
  readonly 'area.aerial': DamageGrade | null
  readonly 'area.corners': {
    readonly houses: number
    readonly fromCm: number
    readonly force: DamageGrade
    readonly noForce: DamageGrade | null
  } | null
  readonly 'first-survey.may-skip': boolean
}
export type RuleKey = keyof RuleValues
