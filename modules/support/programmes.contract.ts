import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { damageGrades, type DamageGrade } from '../disasters/grades.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { gateCodes } from './rules/gates.ts'
import { benefitKinds, programmeAreas, type BenefitKind, type ProgrammeArea } from './rules/programme.ts'
import { supportProblems as problems } from './support.messages.ts'

export const codesOf = <V extends string>(options: readonly { readonly value: V }[]) =>
  options.map(({ value }) => value) as [V, ...V[]]
export const words = (max: number) => z.string().trim().max(max, `${max}文字以内で入力してください`)
export const YenField = z.int('円単位の整数で入力してください').min(0).max(100_000_000_000)
export const ProgrammeCode = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/)
  .meta({ title: '制度' })
const grades = codesOf<DamageGrade>(damageGrades)

const GateView = z.object({
  gate: z.enum(gateCodes),
  /** 0 = nobody recorded anything yet. */
  actNo: z.int(),
  applies: z.boolean().nullable(),
  decidedOn: z.string().nullable(),
  basis: z.string(),
  source: z.string(),
  recordedBy: z.string(),
})

export const ByGradeRule = z.object({
  kind: z.literal('by-grade'),
  gradeYen: z.partialRecord(z.enum(grades), YenField).meta({ title: '被害の程度ごとの額' }),
  perMemberYen: YenField.meta({ title: '世帯員1人あたりの額' }),
  deathYen: YenField.meta({ title: '亡くなった方1人あたりの額' }),
  injuryYen: YenField.meta({ title: '重傷の方1人あたりの額' }),
  tenure: z.enum(['owned', 'rented']).nullable().meta({ title: '住家の所有' }),
  incomeCapYen: YenField.nullable().meta({ title: '所得の限度' }),
})

const ProgrammeView = z.object({
  programmeCode: z.string(),
  title: z.string(),
  area: z.enum(codesOf<ProgrammeArea>(programmeAreas)),
  benefit: z.enum(codesOf<BenefitKind>(benefitKinds)),
  basis: z.string(),
  source: z.string(),
  /** False: shown to the administrator as not confirmed. */
  verified: z.boolean(),
  gate: z.string(),
  deadlineOn: z.string().nullable(),
  documents: z.array(z.string()),
  exclusiveWith: z.array(z.string()),
  about: z.string(),
  /** Of the town's own programmes: what was typed; `null` = a national one. */
  own: z.object({ version: z.int(), rule: ByGradeRule, ended: z.boolean() }).nullable(),
  limitYen: z.number().nullable(),
  settingNo: z.int(),
  offered: z.boolean().nullable(),
  settingSource: z.string(),
  /** Of the last run of the matcher; `null` = it has not run. */
  eligible: z.int().nullable(),
  undecided: z.int().nullable(),
  applied: z.int(),
  /** A list of those who have not applied makes sense. */
  listed: z.boolean(),
})

export const listProgrammes = endpoint({
  name: 'listProgrammes',
  method: 'GET',
  path: '/api/disasters/:disasterId/programmes',
  title: '支援制度の一覧（法の適用・実施・期限）',
  permission: 'support.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    gates: z.array(GateView),
    programmes: z.array(ProgrammeView),
    lastRun: z.object({ startedAt: z.string(), households: z.int(), changed: z.int() }).nullable(),
  }),
  problems: [disastersProblems.notFound],
})

export const recordGate = endpoint({
  name: 'recordGate',
  method: 'POST',
  path: '/api/disasters/:disasterId/gates/:gate',
  title: '法の適用の登録',
  permission: 'support.programmes',
  input: z.object({
    disasterId: DisasterIdField,
    gate: z.enum(gateCodes).meta({ title: '法律' }),
    /** The number of the act the clerk saw. */
    actNo: z.int().min(0),
    applies: z.boolean().meta({ title: '適用' }),
    decidedOn: Day.meta({ title: '適用の日' }),
    basis: words(200).meta({ title: '適用の根拠（号）' }),
    source: words(200).min(1, '出典を入力してください').meta({ title: '出典（告示・通知）' }),
  }),
  output: z.object({ actNo: z.int() }),
  problems: [disastersProblems.notFound, problems.dateOutOfRange],
})

export const adviseGates = endpoint({
  name: 'adviseGates',
  method: 'POST',
  path: '/api/disasters/:disasterId/gate-advice',
  title: '法の適用の基準に達しているかの目安',
  permission: 'support.view',
  reads: true,
  input: z.object({
    disasterId: DisasterIdField,
    population: z.int().min(1).max(20_000_000).meta({ title: '市町村の人口' }),
    destroyed: z.int().min(0).max(1_000_000).meta({ title: '全壊・流失の世帯数' }),
    halfDestroyed: z.int().min(0).max(1_000_000).meta({ title: '半壊の世帯数' }),
    flooded: z.int().min(0).max(1_000_000).meta({ title: '床上浸水などの世帯数' }),
    prefecturePopulation: z.int().min(1).max(20_000_000).nullable().meta({ title: '都道府県の人口' }),
    prefectureDestroyed: z.int().min(0).max(1_000_000).nullable().meta({ title: '都道府県の滅失世帯数' }),
  }),
  output: z.object({
    relief: z.array(z.object({ reached: z.boolean(), text: z.string(), article: z.string() })),
    rebuild: z.array(z.object({ reached: z.boolean(), text: z.string(), article: z.string() })),
  }),
  problems: [disastersProblems.notFound],
})

export const setProgramme = endpoint({
  name: 'setProgramme',
  method: 'POST',
  path: '/api/disasters/:disasterId/programmes/:programmeCode/settings',
  title: '支援制度の実施・期限・限度額の登録',
  permission: 'support.programmes',
  input: z.object({
    disasterId: DisasterIdField,
    programmeCode: ProgrammeCode,
    settingNo: z.int().min(0),
    offered: z.boolean().nullable().meta({ title: 'この災害での実施' }),
    deadlineOn: Day.nullable().meta({ title: '申請期限' }),
    limitYen: YenField.nullable().meta({ title: '限度額' }),
    source: words(200).min(1, '出典を入力してください').meta({ title: '出典（通知・要綱）' }),
  }),
  output: z.object({ settingNo: z.int() }),
  problems: [disastersProblems.notFound, problems.programmeNotFound],
})

export const writeTownProgramme = endpoint({
  name: 'writeTownProgramme',
  method: 'POST',
  path: '/api/disasters/:disasterId/town-programmes',
  title: '市町村独自の制度・義援金の配分の登録',
  permission: 'support.programmes',
  input: z.object({
    disasterId: DisasterIdField,
    /** `null` = a new one. */
    programmeCode: ProgrammeCode.nullable(),
    programmeVersion: z.int().min(0),
    title: words(40).min(1, '名称を入力してください').meta({ title: '名称' }),
    area: z.enum(['donation', 'rebuild', 'people', 'other']).meta({ title: '分類' }),
    rule: ByGradeRule,
    documents: z.array(words(60).min(1)).max(20).meta({ title: '必要な書類' }),
    about: words(500).min(1, '説明を入力してください').meta({ title: '説明（住民向け）' }),
    basis: words(200).min(1, '根拠を入力してください').meta({ title: '根拠（要綱・配分委員会の決定）' }),
    ended: z.boolean().meta({ title: '受付を終えた' }),
  }),
  output: z.object({ programmeCode: z.string(), programmeVersion: z.int() }),
  problems: [disastersProblems.notFound, problems.programmeNotFound, problems.emptyRule],
})
