import { damageGrades, type DamageGrade } from '../../disasters/grades.ts'

/** One scored sheet, without whose house it is. Compare like with like: one hazard, structure and stage at a time. */
export type ScoredSheet = {
  /** The house: two sheets of one house are compared with each other. */
  readonly house: string
  /** A surveyor or a team. */
  readonly surveyor: string
  readonly gradeCode: DamageGrade
  /** Exact loss ratio; `null` where a shortcut decided. */
  readonly percent: number | null
}

export type Distribution = {
  readonly sheets: number
  /** Sheets with an exact loss ratio: what the three figures below are made of. */
  readonly measured: number
  readonly mean: number | null
  readonly median: number | null
  /** Sample standard deviation, points. */
  readonly deviation: number | null
  readonly grades: Readonly<Record<DamageGrade, number>>
}

export type SurveyorSpread = Distribution & {
  readonly surveyor: string
  /** Own mean minus the usual mean (the median of all surveyors' means, so that one outlier does not move it), points. */
  readonly difference: number | null
  /** The difference is larger than chance explains: worth a look together, no proof of a mistake (areas differ). */
  readonly isNotable: boolean
}

export type Spread = {
  readonly all: Distribution
  /** Largest difference first. */
  readonly surveyors: readonly SurveyorSpread[]
  /** Houses looked at by two surveyors: the only comparison in which the house is the same. */
  readonly repeats: {
    readonly pairs: number
    readonly sameGrade: number
    /** Mean and largest distance of the two loss ratios, points. */
    readonly meanDistance: number | null
    readonly largestDistance: number | null
  }
}

/** Fewer sheets than this say nothing about a surveyor. */
const LEAST_SHEETS = 10
/** Of two who differ nobody can say which one is unusual. */
const LEAST_SURVEYORS = 3
/** Differences of more standard errors than this are shown: at 3 one in 370 surveyors is shown by chance. */
const STANDARD_ERRORS = 3

/** 調査員の間のばらつき. */
export function spreadOf(scored: readonly ScoredSheet[]): Spread {
  const bySurveyor = Map.groupBy(scored, (one) => one.surveyor)
  const own = [...bySurveyor].map(([surveyor, sheets]) => ({ surveyor, ...distributionOf(sheets) }))
  const compared = own.filter((one) => one.measured >= LEAST_SHEETS)
  const usual = medianOf(own.flatMap((one) => one.mean ?? []).toSorted((one, other) => one - other))
  const surveyors = own.map((one): SurveyorSpread => {
    const difference = one.mean === null || usual === null ? null : one.mean - usual
    const error = (one.deviation ?? 0) / Math.sqrt(one.measured)
    const isNotable =
      compared.length >= LEAST_SURVEYORS &&
      compared.includes(one) &&
      Math.abs(difference ?? 0) > STANDARD_ERRORS * error
    return { ...one, difference, isNotable }
  })
  return {
    all: distributionOf(scored),
    surveyors: surveyors.toSorted(
      (one, other) =>
        Math.abs(other.difference ?? 0) - Math.abs(one.difference ?? 0) ||
        (one.surveyor < other.surveyor ? -1 : one.surveyor > other.surveyor ? 1 : 0),
    ),
    repeats: repeatsOf(scored),
  }
}

function percentsOf(scored: readonly ScoredSheet[]): number[] {
  return scored.flatMap((one) => one.percent ?? []).toSorted((one, other) => one - other)
}

function distributionOf(scored: readonly ScoredSheet[]): Distribution {
  const percents = percentsOf(scored)
  return {
    sheets: scored.length,
    measured: percents.length,
    mean: meanOf(percents),
    median: medianOf(percents),
    deviation: deviationOf(percents),
    grades: Object.fromEntries(
      damageGrades.map(({ value }) => [value, scored.filter((one) => one.gradeCode === value).length]),
    ) as Record<DamageGrade, number>,
  }
}

function repeatsOf(scored: readonly ScoredSheet[]): Spread['repeats'] {
  const pairs = [...Map.groupBy(scored, (one) => one.house).values()].flatMap((sheets) =>
    sheets.flatMap((one, position) =>
      sheets
        .slice(position + 1)
        .flatMap((other) => (one.surveyor === other.surveyor ? [] : [{ one, other }])),
    ),
  )
  const distances = pairs.flatMap(({ one, other }) =>
    one.percent === null || other.percent === null ? [] : [Math.abs(one.percent - other.percent)],
  )
  return {
    pairs: pairs.length,
    sameGrade: pairs.filter(({ one, other }) => one.gradeCode === other.gradeCode).length,
    meanDistance: meanOf(distances),
    largestDistance: distances.length === 0 ? null : Math.max(...distances),
  }
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length
}

/** Of sorted values. */
function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const middle = (values.length - 1) / 2
  return (values[Math.floor(middle)]! + values[Math.ceil(middle)]!) / 2
}

function deviationOf(values: readonly number[]): number | null {
  const mean = meanOf(values)
  if (mean === null || values.length < 2) return null
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1))
}
