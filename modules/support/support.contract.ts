import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { damageGrades, type DamageGrade } from '../disasters/grades.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { PersonRefField } from '../ledger/ledger.contract.ts'
import { ledgerProblems } from '../ledger/ledger.messages.ts'
import { housingTenures, rebuildWays, type HousingTenure, type RebuildWay } from './rules/facts.ts'
import { gateCodes } from './rules/gates.ts'
import { benefitKinds, programmeAreas, type BenefitKind, type ProgrammeArea } from './rules/programmes.ts'
import { supportProblems as problems } from './support.messages.ts'
import {
  awardKinds,
  differenceActs,
  differenceStates,
  supportStates,
  type AwardKind,
  type DifferenceAct,
  type DifferenceId,
  type DifferenceState,
  type SupportId,
  type SupportState,
} from './support.ts'

export const SupportIdField = z.uuid('申請を選んでください') as unknown as z.ZodType<SupportId, string>
const DifferenceIdField = z.uuid() as unknown as z.ZodType<DifferenceId, string>
const codesOf = <V extends string>(options: readonly { readonly value: V }[]) =>
  options.map(({ value }) => value) as [V, ...V[]]
const words = (max: number) => z.string().trim().max(max, `${max}文字以内で入力してください`)
export const YenField = z.int('円単位の整数で入力してください').min(0).max(100_000_000_000)
const ProgrammeCode = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/)
  .meta({ title: '制度' })
const states = codesOf<SupportState>(supportStates)
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

const YesNo = z.boolean().nullable()
export const CircumstancesField = z.object({
  tenure: z.enum(codesOf<HousingTenure>(housingTenures)).nullable(),
  houseLost: YesNo,
  demolished: YesNo,
  mustDemolish: YesNo,
  siteDamaged: YesNo,
  longEvacuation: YesNo,
  specialEvacuation: YesNo,
  floodedAboveFloor: YesNo,
  uninhabitableMonth: YesNo,
  rebuild: z.enum(codesOf<RebuildWay>(rebuildWays)).nullable(),
  cannotAfford: YesNo,
  usesTemporaryHousing: YesNo,
  repairOverMonth: YesNo,
  headInjuredMonth: YesNo,
  goodsThirdLost: YesNo,
  goodsLossPercent: z.int().min(0).max(100).nullable(),
  landLossPercent: z.int().min(0).max(100).nullable(),
  incomeYen: YenField.nullable(),
  seriouslyInjured: z.int().min(0).max(50).nullable(),
  nationalInsurance: YesNo,
  lateElderly: YesNo,
  nursingCare: YesNo,
  pensionPayer: YesNo,
  pupils: z.int().min(0).max(50).nullable(),
  needsWelfare: YesNo,
  harmed: z
    .array(
      z.object({
        personRef: PersonRefField,
        harm: z.enum(['dead', 'disabled']),
        supporter: YesNo,
        barred: YesNo,
        disabilityPaidYen: YenField,
      }),
    )
    .max(50)
    .nullable(),
})

const ReasonView = z.object({ text: z.string(), article: z.string() })
export const AssessmentView = z.object({
  answer: z.enum(['yes', 'no', 'unknown']),
  amountYen: z.number().nullable(),
  isLimit: z.boolean(),
  benefit: z.string().nullable(),
  shares: z.array(z.object({ personRef: z.string(), amountYen: z.number() })),
  reasons: z.array(ReasonView),
  /** 日本語 names of what is not known yet. */
  missing: z.array(z.string()),
  deadlineOn: z.string().nullable(),
})

export const getHouseholdSupport = endpoint({
  name: 'getHouseholdSupport',
  method: 'GET',
  path: '/api/disasters/:disasterId/victims/:personRef/support',
  title: '世帯の支援制度（受けられるもの・理由・不足）',
  permission: 'support.view',
  input: z.object({ disasterId: DisasterIdField, personRef: PersonRefField }),
  output: z.object({
    householdId: z.string(),
    size: z.int(),
    suppressed: z.boolean(),
    members: z.array(z.object({ personRef: z.string(), name: z.string(), head: z.boolean() })),
    grade: z.enum(grades).nullable(),
    circumstances: CircumstancesField,
    circumstancesVersion: z.int(),
    programmes: z.array(
      z.object({
        programmeCode: z.string(),
        title: z.string(),
        area: z.enum(codesOf<ProgrammeArea>(programmeAreas)),
        about: z.string(),
        documents: z.array(z.string()),
        perPerson: z.boolean(),
        assessment: AssessmentView,
        /** Titles of programmes applied for that do not go together with this one. */
        conflicts: z.array(z.string()),
        applications: z.array(z.object({ supportId: z.string(), state: z.enum(states) })),
      }),
    ),
  }),
  problems: [ledgerProblems.notFound, ledgerProblems.personNotInLedger],
})

export const saveCircumstances = endpoint({
  name: 'saveCircumstances',
  method: 'POST',
  path: '/api/disasters/:disasterId/victims/:personRef/circumstances',
  title: '世帯の事情の登録',
  permission: 'support.apply',
  input: z.object({
    disasterId: DisasterIdField,
    personRef: PersonRefField,
    circumstancesVersion: z.int().min(0),
    circumstances: CircumstancesField,
  }),
  output: z.object({ circumstancesVersion: z.int() }),
  problems: [ledgerProblems.notFound, ledgerProblems.personNotInLedger],
})

const Changed = z.object({ supportId: z.string(), state: z.enum(states), version: z.int() })
const seen = { supportId: SupportIdField, version: z.int().min(1) }

export const applyForSupport = endpoint({
  name: 'applyForSupport',
  method: 'POST',
  path: '/api/disasters/:disasterId/victims/:personRef/support-applications',
  title: '支援の申請の受付',
  permission: 'support.apply',
  input: z.object({
    disasterId: DisasterIdField,
    /** Who applies; the household is the one this person belonged to at the disaster. */
    personRef: PersonRefField,
    programmeCode: ProgrammeCode,
    subjectRef: PersonRefField.nullable().meta({ title: '対象の方' }),
    appliedOn: Day.meta({ title: '申請日' }),
    note: words(500).meta({ title: '備考' }),
  }),
  output: Changed,
  problems: [
    ledgerProblems.notFound,
    ledgerProblems.personNotInLedger,
    problems.programmeNotFound,
    problems.alreadyClaimed,
    problems.subjectNeeded,
    problems.appliedInFuture,
  ],
})

const ApplicationRow = z.object({
  supportId: z.string(),
  programmeCode: z.string(),
  programmeTitle: z.string(),
  state: z.enum(states),
  appliedOn: z.string(),
  applicantRef: z.string(),
  applicantName: z.string(),
  amountYen: z.number().nullable(),
  suppressed: z.boolean(),
})

export const listSupportApplications = endpoint({
  name: 'listSupportApplications',
  method: 'GET',
  path: '/api/disasters/:disasterId/support-applications',
  title: '支援の申請の一覧（新しい順）',
  permission: 'support.view',
  input: z.object({
    disasterId: DisasterIdField,
    supportState: z.enum(states).optional(),
    programmeCode: ProgrammeCode.optional(),
    after: z.uuid().nullable().optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  output: z.object({
    applications: z.array(ApplicationRow),
    next: z.string().nullable(),
    counts: z.array(z.object({ state: z.enum(states), count: z.int() })),
  }),
  problems: [disastersProblems.notFound],
})

export const getSupportApplication = endpoint({
  name: 'getSupportApplication',
  method: 'GET',
  path: '/api/support-applications/:supportId',
  title: '支援の申請の内容',
  permission: 'support.view',
  input: z.object({ supportId: SupportIdField }),
  output: ApplicationRow.extend({
    disasterId: z.string(),
    version: z.int(),
    subjectRef: z.string().nullable(),
    receivedBy: z.string(),
    /** `null` = concealed. */
    note: z.string().nullable(),
    /** By the facts of now. */
    assessment: AssessmentView,
    dueYen: z.number().nullable(),
    proposals: z.array(
      z.object({
        proposalNo: z.int(),
        outcome: z.enum(['grant', 'refuse']),
        amountYen: z.number(),
        note: z.string().nullable(),
        reasons: z.array(ReasonView),
        proposedAt: z.string(),
        proposedBy: z.string(),
        approved: z.boolean().nullable(),
        decisionReason: z.string().nullable(),
        decidedAt: z.string().nullable(),
        decidedBy: z.string().nullable(),
      }),
    ),
    awards: z.array(
      z.object({
        awardId: z.string(),
        kind: z.enum(codesOf<AwardKind>(awardKinds)),
        amountYen: z.number(),
        decidedAt: z.string(),
      }),
    ),
    /** The signed-in person may decide: somebody else proposed. */
    mayDecide: z.boolean(),
  }),
  problems: [problems.notFound],
})

export const proposeSupport = endpoint({
  name: 'proposeSupport',
  method: 'POST',
  path: '/api/support-applications/:supportId/proposals',
  title: '支援の申請の審査',
  permission: 'support.apply',
  input: z.object({
    ...seen,
    outcome: z.enum(['grant', 'refuse']).meta({ title: '審査の結果' }),
    amountYen: YenField.meta({ title: '金額' }),
    note: words(500).meta({ title: '理由・補足' }),
  }),
  output: Changed,
  problems: [
    problems.notFound,
    problems.wrongState,
    problems.notEligible,
    problems.wrongAmount,
    problems.reasonNeeded,
  ],
})

export const decideSupport = endpoint({
  name: 'decideSupport',
  method: 'POST',
  path: '/api/support-applications/:supportId/decision',
  title: '支援の申請の決裁',
  permission: 'support.decide',
  input: z.object({
    ...seen,
    approved: z.boolean().meta({ title: '決裁' }),
    reason: words(500).meta({ title: '差戻しの理由' }),
  }),
  output: Changed,
  problems: [problems.notFound, problems.wrongState, problems.samePerson, problems.reasonNeeded],
})

export const withdrawSupport = endpoint({
  name: 'withdrawSupport',
  method: 'POST',
  path: '/api/support-applications/:supportId/withdrawal',
  title: '支援の申請の取下げ',
  permission: 'support.apply',
  input: z.object({
    ...seen,
    reason: words(500).min(1, '理由を入力してください').meta({ title: '取下げの理由' }),
  }),
  output: Changed,
  problems: [problems.notFound, problems.wrongState],
})

export const getSupportLetter = endpoint({
  name: 'getSupportLetter',
  method: 'GET',
  path: '/api/support-applications/:supportId/letter',
  title: '支援の決定通知書（やさしい言葉）',
  permission: 'support.apply',
  input: z.object({ supportId: SupportIdField }),
  output: z.object({}),
  produces: 'application/pdf',
  problems: [problems.notFound, problems.noLetter],
})

export const matchHouseholds = endpoint({
  name: 'matchHouseholds',
  method: 'POST',
  path: '/api/disasters/:disasterId/support-matches',
  title: '全世帯の支援制度の該当の計算',
  permission: 'support.apply',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({ queued: z.boolean() }),
  problems: [ledgerProblems.notFound],
})

const UnappliedRow = z.object({
  householdId: z.string(),
  personRef: z.string(),
  /** 世帯主, or somebody of the household where the head is not known. */
  name: z.string(),
  kana: z.string(),
  /** `null` = 支援措置のため非表示. */
  address: z.string().nullable(),
  suppressed: z.boolean(),
  grade: z.enum(grades).nullable(),
})

export const listUnapplied = endpoint({
  name: 'listUnapplied',
  method: 'GET',
  path: '/api/disasters/:disasterId/programmes/:programmeCode/unapplied',
  title: '受けられるのに未申請の世帯',
  permission: 'support.view',
  input: z.object({
    disasterId: DisasterIdField,
    programmeCode: ProgrammeCode,
    after: z.uuid().nullable().optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  output: z.object({ title: z.string(), households: z.array(UnappliedRow), next: z.string().nullable() }),
  problems: [disastersProblems.notFound, problems.programmeNotFound],
})

export const exportUnapplied = endpoint({
  name: 'exportUnapplied',
  method: 'GET',
  path: '/api/disasters/:disasterId/programmes/:programmeCode/unapplied.csv',
  title: '受けられるのに未申請の世帯（CSV）',
  permission: 'support.apply',
  input: z.object({ disasterId: DisasterIdField, programmeCode: ProgrammeCode }),
  output: z.object({}),
  produces: 'text/csv',
  problems: [disastersProblems.notFound, problems.programmeNotFound],
})

export const listDifferences = endpoint({
  name: 'listDifferences',
  method: 'GET',
  path: '/api/disasters/:disasterId/support-differences',
  title: '支給額の過不足の一覧',
  permission: 'support.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    differences: z.array(
      z.object({
        differenceId: z.string(),
        supportId: z.string(),
        programmeTitle: z.string(),
        applicantName: z.string(),
        awardedYen: z.number(),
        entitledYen: z.number(),
        state: z.enum(codesOf<DifferenceState>(differenceStates)),
        version: z.int(),
        foundAt: z.string(),
        /** What changed since the decision. */
        changes: z.array(z.string()),
        reasons: z.array(ReasonView),
      }),
    ),
  }),
  problems: [disastersProblems.notFound],
})

export const decideDifference = endpoint({
  name: 'decideDifference',
  method: 'POST',
  path: '/api/support-differences/:differenceId/decision',
  title: '支給額の過不足の扱いの決定',
  permission: 'support.decide',
  input: z.object({
    differenceId: DifferenceIdField,
    version: z.int().min(1),
    act: z.enum(codesOf<DifferenceAct>(differenceActs)).meta({ title: '扱い' }),
    reason: words(500).min(1, '理由を入力してください').meta({ title: '理由' }),
  }),
  output: z.object({ differenceId: z.string(), state: z.enum(codesOf<DifferenceState>(differenceStates)) }),
  problems: [problems.differenceNotFound, problems.wrongState, problems.wrongAct],
})
