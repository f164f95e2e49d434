import {
  add,
  atLeast,
  compare,
  decimal,
  lesser,
  multiply,
  ratio,
  round,
  show,
  toNumber,
  whole,
  zero,
  type Fraction,
} from './fraction.ts'
import { valueOf, type Rules } from './guidelines.ts'
import { degreeLabels, degrees, type Answers, type Degree, type EntryMode, type PartScore } from './rules.ts'

/** What was found of one part, whatever way it was measured. */
export type PartFinding =
  | { readonly kind: 'shares'; readonly shares: readonly DegreeShare[] }
  /** Damaged length of the whole length. */
  | { readonly kind: 'length'; readonly share: Fraction; readonly text: string }
  | { readonly kind: 'points'; readonly points: Fraction }

/** How much of a part shows a degree: 0–1, and in the words of the surveyor. */
export type DegreeShare = { readonly degree: Degree; readonly share: Fraction; readonly text: string }

export type ScoredPart = PartScore & {
  readonly exact: Fraction
  readonly damaged: boolean
  readonly text: string
}

type Part = { readonly key: PartScore['key']; readonly label: string; readonly weight: number }

export function findingOfAreas(answer: Answers['degree-areas']): PartFinding {
  const shares = degrees.flatMap((degree) => {
    const percent = answer[degree] ?? 0
    const share = multiply(decimal(percent), ratio(1, 100))
    return percent === 0 ? [] : [{ degree, share, text: `${show(decimal(percent))}％` }]
  })
  return { kind: 'shares', shares }
}

export function findingOfCounts({ total, damaged }: Answers['degree-counts'], unit: string): PartFinding {
  const shares = degrees.flatMap((degree) => {
    const pieces = damaged[degree] ?? 0
    return pieces === 0 ? [] : [{ degree, share: ratio(pieces, total), text: `${pieces}/${total}${unit}` }]
  })
  return { kind: 'shares', shares }
}

export function findingOfLengths({ damagedM, totalM }: Answers['length-share']): PartFinding {
  const share = ratio(Math.round(damagedM * 100), Math.round(totalM * 100))
  return { kind: 'length', share, text: `${damagedM}m/${totalM}m` }
}

export function findingOfPoints(points: Answers['points']): PartFinding {
  return { kind: 'points', points: decimal(points) }
}

/** 部位の損害割合 × 構成比. */
export function scorePart(rules: Rules, part: Part, finding: PartFinding, mode: EntryMode): ScoredPart {
  const weight = whole(part.weight)
  const { points, text, damaged } = pointsOf(rules, part, finding, mode)
  const capped = lesser(points, weight)
  return {
    ...part,
    lossPercent: show(multiply(capped, ratio(100, part.weight))),
    points: show(capped),
    value: toNumber(capped),
    exact: capped,
    damaged,
    text,
  }
}

type Points = { readonly points: Fraction; readonly text: string; readonly damaged: boolean }

function pointsOf(rules: Rules, part: Part, finding: PartFinding, mode: EntryMode): Points {
  switch (finding.kind) {
    case 'shares':
      return sharePoints(rules, part, finding.shares, mode)
    case 'length':
      return lengthPoints(rules, part, finding, mode)
    case 'points': {
      const points = mode === 'table' ? { n: round(finding.points), d: 1n } : finding.points
      return {
        points,
        text: `${show(points)}点（上限${part.weight}点）`,
        damaged: compare(finding.points, zero) > 0,
      }
    }
  }
}

function sharePoints(rules: Rules, part: Part, shares: readonly DegreeShare[], mode: EntryMode): Points {
  if (shares.length === 0) return { points: zero, text: '無被害。0点', damaged: false }
  const coefficients = valueOf(rules, 'degrees')
  if (mode === 'table') {
    const cells = shares.map((one) => ({
      ...one,
      cell: cellOf(rules, part.weight, coefficients[one.degree], one.share),
    }))
    const points = add(...cells.map((one) => one.cell.points))
    const words = cells.map(
      (one) => `${degreeLabels[one.degree]} ${one.text}（${one.cell.text}）${show(one.cell.points)}点`,
    )
    return {
      points,
      text: `${words.join('＋')} → ${show(lesser(points, whole(part.weight)))}点`,
      damaged: true,
    }
  }
  const rate = add(...shares.map((one) => multiply(one.share, ratio(coefficients[one.degree], 100))))
  const points = multiply(rate, whole(part.weight))
  const words = shares.map((one) => `${degreeLabels[one.degree]} ${one.text}×${coefficients[one.degree]}％`)
  return {
    points,
    text: `${words.join('＋')}＝${show(multiply(rate, whole(100)))}％。構成比${part.weight} → ${show(points)}点`,
    damaged: true,
  }
}

function lengthPoints(
  rules: Rules,
  part: Part,
  { share, text }: { readonly share: Fraction; readonly text: string },
  mode: EntryMode,
): Points {
  if (compare(share, zero) === 0) return { points: zero, text: '無被害。0点', damaged: false }
  const percent = `${show(multiply(share, whole(100)))}％`
  if (isFullFoundation(rules, share)) {
    const from = valueOf(rules, 'foundation.full')!.fromPercent
    return {
      points: whole(part.weight),
      text: `${text}＝${percent}。${from}％以上なので全部とし、${part.weight}点`,
      damaged: true,
    }
  }
  if (mode === 'table') {
    const cell = cellOf(rules, part.weight, 100, share)
    return {
      points: cell.points,
      text: `${text}＝${percent}（${cell.text}） → ${show(cell.points)}点`,
      damaged: true,
    }
  }
  const points = multiply(share, whole(part.weight))
  return { points, text: `${text}＝${percent}。構成比${part.weight} → ${show(points)}点`, damaged: true }
}

/** 基礎の損傷率 from which the whole foundation counts. */
export function isFullFoundation(rules: Rules, share: Fraction): boolean {
  const full = valueOf(rules, 'foundation.full')
  return full !== null && atLeast(share, ratio(full.fromPercent, 100))
}

/**
 * One cell of the official look-up table (早見表): weight × coefficient × the upper bound of the class of areas, rounded
 * half up to a whole point.
 */
export function cellOf(
  rules: Rules,
  weight: number,
  coefficientPercent: number,
  share: Fraction,
): { readonly points: Fraction; readonly text: string } {
  const upper = valueOf(rules, 'area-classes').find((bound) => compare(share, ratio(bound, 100)) <= 0)!
  return {
    points: { n: round(ratio(weight * coefficientPercent * upper, 10_000)), d: 1n },
    text: `〜${upper}％`,
  }
}
