import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { GuidelineCode } from '../../disasters/disasters.ts'
import type { DamageGrade } from '../../disasters/grades.ts'

/**
 * 住家の被害認定: the words of the scoring engine. It runs in the field app and in the cloud, with the same answer:
 * no clock, no network, exact arithmetic.
 *
 * - `rulesOf(guideline, on)` (guidelines.ts): what an edition of the guideline says, every value with its source
 * - `unverifiedRules(rules)` (guidelines.ts): what could not be checked against the guideline itself
 * - `sheetDefinition(rules, kind)` (sheets.ts): the sheet as data; a screen is drawn from it
 * - `sheetErrors(rules, sheet)` (validation.ts): what is wrong in an answer, and what to do
 * - `score(rules, sheet)` (score.ts): the grade and the reasons
 * - `judgeArea(rules, area)` (area.ts), `judgeByPhotos(rules, photos)` (photos.ts), `spreadOf(scored)` (spread.ts)
 */

export const surveyHazards = [
  { value: 'earthquake', label: '地震' },
  { value: 'flood', label: '水害' },
  { value: 'wind', label: '風害' },
  { value: 'ground', label: '地盤被害（液状化など）' },
] as const
export type SurveyHazard = (typeof surveyHazards)[number]['value']

export const structures = [
  { value: 'wood', label: '木造・プレハブ' },
  { value: 'non-wood', label: '非木造' },
] as const
/** 軽量鉄骨造 counts as プレハブ, so as `wood`. */
export type Structure = (typeof structures)[number]['value']

export const sheetStages = [
  { value: 'first', label: '第1次調査' },
  { value: 'second', label: '第2次調査' },
] as const
export type SheetStage = (typeof sheetStages)[number]['value']

export const entryModes = [
  { value: 'exact', label: '実測（面積率をそのまま計算）' },
  { value: 'table', label: '早見表（面積率の段階で計算）' },
] as const
export type EntryMode = (typeof entryModes)[number]['value']

/** Which of the sixteen sheets. */
export type SheetKind = {
  readonly hazard: SurveyHazard
  readonly structure: Structure
  readonly stage: SheetStage
}

/** 損傷程度 Ⅰ–Ⅴ. */
export const degrees = ['I', 'II', 'III', 'IV', 'V'] as const
export type Degree = (typeof degrees)[number]
export const degreeLabels: Readonly<Record<Degree, string>> = {
  I: '程度Ⅰ',
  II: '程度Ⅱ',
  III: '程度Ⅲ',
  IV: '程度Ⅳ',
  V: '程度Ⅴ',
}

/** What was answered to one input, by the input's kind. An absent answer means "not looked at", never "no damage". */
export type Answers = {
  readonly 'yes-no': boolean
  /** The value of one of the input's options. */
  readonly choice: string
  /** 下げ振り: the horizontal offsets at the four corners and the length of the line, cm, one decimal. */
  readonly tilt: { readonly offsetsCm: readonly number[]; readonly plumbCm: number }
  /** Depths above the floor at the measured places, cm, one decimal; the shallowest rules. */
  readonly depths: readonly number[]
  /** cm, one decimal. */
  readonly length: number
  /** 0–100, two decimals. */
  readonly percent: number
  /** Per cent of the whole part by degree, two decimals, together at most 100. `{}` = looked at, no damage. */
  readonly 'degree-areas': Readonly<Partial<Record<Degree, number>>>
  /** Pieces by degree out of all pieces. */
  readonly 'degree-counts': {
    readonly total: number
    readonly damaged: Readonly<Partial<Record<Degree, number>>>
  }
  /** Damaged length of the whole length, m, two decimals. */
  readonly 'length-share': { readonly damagedM: number; readonly totalM: number }
  /** Points from 0 to the part's weight, one decimal. */
  readonly points: number
}
export type InputKind = keyof Answers
export type Answer = Answers[InputKind]

/** One thing to look at or measure, with all that a screen needs to ask for it. */
export type InputDefinition = {
  /** Stable key of the answer: stored for ever. */
  readonly key: string
  readonly kind: InputKind
  /** 項目名 */
  readonly label: string
  /** How it is measured or told apart, for somebody who does it for the first time. */
  readonly hint: string
  /** Of a number: `cm`, `m`, `％`, `本`, `枚`, `点`. Empty for yes/no and choices. */
  readonly unit: string
  /** `choice` only. */
  readonly options: readonly { readonly value: string; readonly label: string }[]
  /** False = may stay unanswered for ever: another way to the same grade. */
  readonly required: boolean
  /** Asked only when another input has this answer. */
  readonly askedWhen: { readonly key: string; readonly is: boolean | string } | null
  /** 部位 this input scores; `null` = not a part. */
  readonly part: PartKey | null
}

/** 部位, in the order of the sheets. */
export type PartKey =
  | 'roof'
  | 'pillar'
  | 'floor'
  | 'outer-wall'
  | 'inner-wall'
  | 'ceiling'
  | 'fittings'
  | 'foundation'
  | 'equipment'
  | 'misc-wall'
  | 'outer-finish'
  | 'inner-finish'

export type PartDefinition = {
  readonly key: PartKey
  readonly label: string
  /** 部位別構成比, points; all parts of a sheet make 100. */
  readonly weight: number
}

export type SheetGroup = {
  readonly key: 'dwelling' | 'look' | 'tilt' | 'flood' | 'ground' | 'wind' | 'shift' | 'parts'
  readonly label: string
  readonly inputs: readonly InputDefinition[]
}

export type SheetDefinition = SheetKind & {
  readonly guideline: GuidelineCode
  /** 調査票の名前: 「地震 木造・プレハブ 第1次調査」. */
  readonly label: string
  /** In the order of the survey. */
  readonly groups: readonly SheetGroup[]
  /** Empty = this stage scores no parts. */
  readonly parts: readonly PartDefinition[]
}

/** A filled sheet: what is stored and sent. The result is always computed again from it. */
export type Sheet = SheetKind & {
  readonly entryMode: EntryMode
  readonly answers: Readonly<Record<string, Answer | undefined>>
}

export type SheetError = {
  readonly key: string
  readonly label: string
  /** What to do, in Japanese; never the value itself. */
  readonly message: string
}

/** An input without which nobody can tell. */
export type MissingInput = { readonly key: string; readonly label: string }

/** One step of the way to the grade, to be read to the victim. */
export type Reason = {
  /** 「外観」「傾斜」「部位：屋根」「判定」… */
  readonly step: string
  readonly text: string
  /** Where the rule stands. */
  readonly source: string
  /** False = the rule could not be checked against the guideline itself. */
  readonly verified: boolean
  readonly rule: string
}

export type PartScore = {
  readonly key: PartKey
  readonly label: string
  readonly weight: number
  /** 部位の損害割合, % of the part, for show. */
  readonly lossPercent: string
  /** 点, for show. */
  readonly points: string
  /** 点 as a number, for statistics. */
  readonly value: number
}

/** 損害割合. `at-least`: a shortcut decided, and the guideline says only 「○％以上」. */
export type Loss = {
  readonly kind: 'exact' | 'at-least'
  /** `text` as a number, for statistics and lists; grades are never judged from it. */
  readonly percent: number
  /** For show, two decimals; never rounded up to a threshold that is not reached. */
  readonly text: string
}

/** An unverified rule that touched a result, or could have. */
export type UnverifiedUse = { readonly rule: string; readonly label: string; readonly text: string }

export type ScoreResult =
  | {
      readonly kind: 'graded'
      readonly gradeCode: DamageGrade
      /** `null` for 無被害 or where the rule gives a grade and no percentage. */
      readonly loss: Loss | null
      readonly parts: readonly PartScore[]
      readonly path: readonly Reason[]
      readonly unverified: readonly UnverifiedUse[]
    }
  | {
      /** 第2次調査 (with the inside) must decide. */
      readonly kind: 'needs-second-survey'
      readonly why: string
      /** What is certain already. */
      readonly atLeast: DamageGrade | null
      readonly path: readonly Reason[]
      readonly unverified: readonly UnverifiedUse[]
    }
  | {
      readonly kind: 'incomplete'
      readonly missing: readonly MissingInput[]
      readonly path: readonly Reason[]
    }
  | { readonly kind: 'invalid'; readonly errors: readonly SheetError[] }
  /** 住家ではない: no 罹災証明書; see non-dwellings. */
  | { readonly kind: 'not-dwelling'; readonly path: readonly Reason[] }

/** One rule as one edition has it. Values are read from here and nowhere else. */
export type Rule<Value = unknown> = {
  readonly key: string
  /** 基準の名前 */
  readonly label: string
  /** First day. */
  readonly from: PlainDate
  /** First day on which it does not hold any more; `null` = still in force. */
  readonly to: PlainDate | null
  /** What it says, as a sentence for surveyors and the town's administrator. */
  readonly text: string
  /** Where it was read. */
  readonly source: string
  /** False = known only in general, or derived: to be compared with the guideline's own text. */
  readonly verified: boolean
  /** `null` = the edition has no such rule, or its content is unknown: it is not applied. */
  readonly value: Value
}
