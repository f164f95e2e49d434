import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { damageGrades, type DamageGrade } from '../disasters/grades.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { PersonRefField } from '../ledger/ledger.contract.ts'
import { ledgerProblems } from '../ledger/ledger.messages.ts'
import {
  housingTenures,
  noCircumstances,
  rebuildWays,
  type CircumstanceKey,
  type HousingTenure,
  type RebuildWay,
} from './rules/facts.ts'
import { codesOf, ProgrammeCode, words, YenField } from './programmes.contract.ts'
import { programmeAreas, type ProgrammeArea } from './rules/programme.ts'
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
const states = codesOf<SupportState>(supportStates)
const grades = codesOf<DamageGrade>(damageGrades)

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
    /** What holds: what was told, else what is on record. */
    circumstances: CircumstancesField,
    told: CircumstancesField,
    onRecord: CircumstancesField,
    circumstancesVersion: z.int(),
    /** What stands elsewhere already, in words, and where. */
    recorded: z.array(
      z.object({
        key: z.string(),
        label: z.string(),
        text: z.string(),
        from: z.string(),
        /** Somebody told otherwise, for this reason; `null` = none, or concealed. */
        differs: z.boolean(),
        reason: z.string().nullable(),
      }),
    ),
    programmes: z.array(
      z.object({
        programmeCode: z.string(),
        title: z.string(),
        area: z.enum(codesOf<ProgrammeArea>(programmeAreas)),
        about: z.string(),
        documents: z.array(z.string()),
        perPerson: z.boolean(),
        /** Somebody else takes the application: there is nothing to take in here. */
        elsewhere: z.boolean(),
        /** The town has not decided whether it is given: nothing about the household can settle it. */
        waitsForTown: z.boolean(),
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
    /** What the household or a paper said; `null` = the record holds, or nobody knows. */
    circumstances: CircumstancesField,
    /** Why an answer is not as the record says, by its key. */
    reasons: z
      .partialRecord(
        z.enum(Object.keys(noCircumstances) as [CircumstanceKey, ...CircumstanceKey[]]),
        words(200),
      )
      .default({})
      .meta({ title: '記録と違う理由' }),
  }),
  output: z.object({ circumstancesVersion: z.int() }),
  problems: [ledgerProblems.notFound, ledgerProblems.personNotInLedger, problems.overrideReasonNeeded],
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
    problems.takenElsewhere,
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

export const listSupportDifferences = endpoint({
  name: 'listSupportDifferences',
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

export const decideSupportDifference = endpoint({
  name: 'decideSupportDifference',
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
