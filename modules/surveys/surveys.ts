import type { Brand, PlainDate } from '@open-bcl/core/brand.ts'
import type { DisasterId, GuidelineCode } from '../disasters/disasters.ts'
import type { EntryId } from '../ledger/ledger.ts'
import type { DamageGrade } from '../disasters/grades.ts'

export type TaskId = Brand<string, 'TaskId'>
export type PlanId = Brand<string, 'PlanId'>
export type TeamId = Brand<string, 'TeamId'>
export type SheetId = Brand<string, 'SheetId'>
export type PhotoId = Brand<string, 'PhotoId'>

/** 調査の段階. 自己判定方式 needs no visit; a 再調査 repeats the second survey, whole or in part. */
export const surveyStages = [
  { value: 'self', label: '自己判定方式（写真）' },
  { value: 'first', label: '第1次調査' },
  { value: 'second', label: '第2次調査' },
  { value: 'again', label: '再調査' },
] as const
export type SurveyStage = (typeof surveyStages)[number]['value']

/** 調査対象の状態. Drawn in README.md. */
export const taskStates = [
  { value: 'waiting', label: '調査待ち' },
  { value: 'claimed', label: '調査中' },
  { value: 'recorded', label: '調査票あり（確認待ち）' },
  { value: 'conflict', label: '調査票が重複（選択待ち）' },
  { value: 'done', label: '結果確定' },
  { value: 'cancelled', label: '取りやめ' },
] as const
export type TaskState = (typeof taskStates)[number]['value']

/** What is done to a task, and from which states: the prior states stand in the UPDATE's own WHERE. */
export const transitions = {
  change: { from: ['waiting', 'claimed', 'recorded', 'conflict'] },
  assign: { from: ['waiting', 'claimed'] },
  claim: { from: ['waiting'] },
  release: { from: ['claimed'] },
  /** A sheet is never turned away: that of a house already decided waits for somebody to look at it. */
  record: { from: ['waiting', 'claimed', 'recorded', 'conflict', 'done', 'cancelled'] },
  confirm: { from: ['recorded', 'conflict'] },
  /** A result without a sheet: 航空写真, another municipality's survey. */
  state: { from: ['waiting', 'claimed', 'recorded', 'conflict'] },
  judge: { from: ['waiting', 'claimed'] },
  undo: { from: ['done'] },
  cancel: { from: ['waiting', 'claimed', 'recorded', 'conflict'] },
} as const satisfies Record<string, { readonly from: readonly TaskState[] }>
export type Transition = keyof typeof transitions

/** Whether an act is offered in a state (buttons); the store decides for real. */
export function canDo(transition: Transition, state: TaskState): boolean {
  const from: readonly TaskState[] = transitions[transition].from
  return from.includes(state)
}

/** Who asked for the survey. */
export const taskOrigins = [
  { value: 'application', label: '申請' },
  { value: 'manual', label: '個別に追加' },
  { value: 'area', label: '区域の調査' },
  { value: 'import', label: '取込' },
] as const
export type TaskOrigin = (typeof taskOrigins)[number]['value']

/** A place on the map, degrees of JGD2011 (the same as WGS 84 here). */
export type Point = { readonly latitude: number; readonly longitude: number }

/** The words of a task, wholly sealed. */
export type TaskWords = {
  /** 被災住家の所在地 */
  readonly address: string
  readonly headName: string
  readonly applicantName: string
  /** How to reach somebody for an appointment. */
  readonly phone: string
  /** What the surveyor should know: 犬がいる, 平日は不在, 2次調査の理由. */
  readonly note: string
}

/** What a task is found by: field and text. */
export function taskTexts({
  address,
  headName,
  applicantName,
}: TaskWords): readonly (readonly [string, string])[] {
  return [
    ['survey-name', headName],
    ['survey-name', applicantName],
    ['survey-address', address],
  ]
}

/** A task without anything that tells where anybody is, or how to reach them. */
export function concealWords(words: TaskWords): TaskWords {
  return { ...words, address: '', phone: '', note: '' }
}

/** One house of one disaster to be looked at once. */
export type Task = {
  readonly taskId: TaskId
  readonly disasterId: DisasterId
  /** 調査番号: `R8-1-T00012`. */
  readonly taskNo: string
  readonly version: number
  readonly stage: SurveyStage
  readonly state: TaskState
  readonly origin: TaskOrigin
  readonly originRef: string | null
  readonly previousTaskId: TaskId | null
  readonly entryId: EntryId | null
  readonly dwellingId: string | null
  readonly planId: PlanId | null
  readonly teamId: TeamId | null
  /** 町字 of the address; '' = unknown. */
  readonly areaName: string
  readonly point: Point | null
  readonly urgent: boolean
  readonly claimedByLabel: string | null
  readonly claimedAt: Date | null
  /** 0 = no result yet. */
  readonly resultNo: number
  readonly grade: DamageGrade | null
  readonly finishedOn: PlainDate | null
  readonly requestedAt: Date
}

/** Where a result comes from. */
export const resultKinds = [
  { value: 'sheet', label: '調査票' },
  { value: 'stated', label: '判定の登録（調査票なし）' },
  { value: 'self-judgement', label: '自己判定方式（写真）' },
  { value: 'area', label: '区域の一括判定' },
  { value: 'import', label: '他の調査結果の取込' },
  { value: 'undone', label: '結果の取消し' },
] as const
export type ResultKind = (typeof resultKinds)[number]['value']

export type ResultWords = {
  readonly reason: string
  readonly surveyors: readonly string[]
}

/** 調査結果: appended; the highest number rules. */
export type SurveyResult = {
  readonly taskId: TaskId
  readonly resultNo: number
  readonly kind: ResultKind
  /** `null` = undone. */
  readonly grade: DamageGrade | null
  /** 損害割合 in hundredths of a percent; `null` = decided without one. Printed on no certificate. */
  readonly percentX100: number | null
  readonly guidelineCode: GuidelineCode
  readonly sheetId: SheetId | null
  readonly sheetNo: number | null
  readonly sourceRef: string | null
  readonly surveyedOn: PlainDate
  readonly decidedAt: Date
  readonly decidedByLabel: string
}

/** What surveys tell `risai` of an application's house: the newest task first. */
export type SurveyOutcome = {
  readonly taskId: TaskId
  readonly taskNo: string
  readonly stage: SurveyStage
  readonly state: TaskState
  readonly teamName: string | null
  /** The result in force; `null` = none yet. */
  readonly result:
    | (Omit<SurveyResult, 'taskId' | 'grade'> & {
        readonly grade: DamageGrade
        readonly surveyors: readonly string[]
        /** '' of a protected task. */
        readonly reason: string
      })
    | null
}

/** How 被害認定 calls the way in which the grade of a result was found (`surveyMethods` of risai). */
export function methodOf(kind: ResultKind): 'site' | 'self-judgement' | 'photo' {
  if (kind === 'self-judgement') return 'self-judgement'
  return kind === 'area' ? 'photo' : 'site'
}

/** `R8-1-T00012` */
export function taskNoOf(disasterCode: string, no: number): string {
  return `${disasterCode}-T${String(no).padStart(5, '0')}`
}

/** An address without its prefecture and municipality. */
export function inTownOf(address: string): string {
  return address
    .replace(/^(?:東京都|北海道|京都府|大阪府|[^\d]{2,3}県)/, '')
    .replace(/^[^\d]{1,8}?郡(?=[^\d]{1,8}?[町村])/, '')
    .replace(
      /^(?:[^\d市区町村]{1,7}市[^\d市区町村]{1,4}区|[^\d市区町村]{1,7}[市区]|四日市市|廿日市市|野々市市)/,
      '',
    )
}

/**
 * 町字 of an address: what stands between the municipality and the house numbers. 「岐阜県飛騨市古川町壱之町９番６号」 →
 * 「古川町壱之町」; a 丁目 belongs to it.
 */
export function areaNameOf(address: string): string {
  const inTown = inTownOf(address.normalize('NFKC').replace(/\s+/g, ''))
  const chome = /^(\D+?)(\d{1,3})丁目/.exec(inTown)
  if (chome) return `${chome[1]}${chome[2]}丁目`
  const area = /^\D*/.exec(inTown)![0]
  return area.replace(/(?:字|第|の|番地|[（(－-])+$/, '').slice(0, 60)
}

/** What a photo shows: a view of the house, or a part of it. */
export const dwellingViews = [
  { value: 'whole', label: '全景' },
  { value: 'name-plate', label: '表札' },
  { value: 'tilt', label: '傾斜' },
  { value: 'depth', label: '浸水の深さ' },
  { value: 'ground', label: '地盤' },
  { value: 'roof', label: '屋根' },
  { value: 'outer-wall', label: '外壁' },
  { value: 'foundation', label: '基礎' },
  { value: 'pillar', label: '柱' },
  { value: 'floor', label: '床' },
  { value: 'inner-wall', label: '内壁' },
  { value: 'ceiling', label: '天井' },
  { value: 'fittings', label: '建具' },
  { value: 'equipment', label: '設備' },
  { value: 'other', label: 'その他' },
] as const
