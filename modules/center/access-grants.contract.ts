import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { EndKindField, GrantIdField, PurposeField } from '../certificates/exchange.contract.ts'
import { accessGrantProblems as problems } from './access-grants.messages.ts'
import { grantStages, minutesOf, type GrantStage } from './access-grants.ts'
import { At, Note, Town } from './registry-fields.ts'

/** 運用者による緊急閲覧: asking, approving, the code, the end and the review. */

const view = { method: 'GET', permission: 'center.view' } as const
const Stage = z.enum(Object.keys(grantStages) as [GrantStage, ...GrantStage[]])
const Said = z.object({ at: At, by: z.string() }).nullable()
const Reviewed = z.object({ at: At, by: z.string(), note: z.string() }).nullable()
const OneGrant = z.object({ grantId: GrantIdField })

const Grant = z.object({
  grantId: z.string(),
  grantNo: z.int(),
  stage: Stage,
  municipalityCode: Town,
  town: z.string(),
  purpose: PurposeField,
  ticket: z.string(),
  reason: z.string(),
  minutes: z.int(),
  asked: z.object({ at: At, by: z.string() }),
  /** The person at this screen asked for it. */
  isOwn: z.boolean(),
  approved: Said,
  untilAt: At.nullable(),
  declined: Reviewed,
  toldAt: At.nullable(),
  enteredAt: At.nullable(),
  /** As the town's cloud says; until it does, as it was ended here. */
  over: z.object({ at: At, by: z.string(), kind: EndKindField }).nullable(),
  review: Reviewed,
  townReview: Reviewed,
  /** Of the town, who are told by mail. */
  contacts: z.int(),
})

export const listAccessGrants = endpoint({
  ...view,
  name: 'listAccessGrants',
  path: '/api/center/access-grants',
  title: '緊急閲覧の一覧',
  input: z.object({}),
  output: z.object({ grants: z.array(Grant) }),
})

export const getAccessGrant = endpoint({
  ...view,
  name: 'getAccessGrant',
  path: '/api/center/access-grants/:grantId',
  title: '緊急閲覧の詳細',
  input: OneGrant,
  output: Grant.extend({
    /** Oldest first; nothing of a resident but how many. */
    acts: z.array(z.object({ at: At, words: z.string(), people: z.int() })),
  }),
  problems: [problems.notFound],
})

export const askAccess = endpoint({
  name: 'askAccess',
  method: 'POST',
  path: '/api/center/access-grants',
  title: '緊急閲覧の申請',
  permission: 'center.ask-access',
  input: z.object({
    municipalityCode: Town,
    purpose: PurposeField,
    ticket: z.string().trim().min(1).max(60).meta({ title: '障害の管理番号' }),
    /** The town reads it; nothing of a resident. */
    reason: z.string().trim().min(1).max(500).meta({ title: '理由' }),
    minutes: z
      .int()
      .refine((minutes) => minutesOf.includes(minutes), '一覧から選んでください')
      .meta({ title: '時間' }),
  }),
  output: z.object({ grantId: z.string(), grantNo: z.int() }),
  problems: [problems.signInAgain],
})

export const approveAccess = endpoint({
  name: 'approveAccess',
  method: 'POST',
  path: '/api/center/access-grants/:grantId/approve',
  title: '緊急閲覧の承認',
  permission: 'center.approve-access',
  input: OneGrant,
  output: z.object({ untilAt: At }),
  problems: [problems.notFound, problems.ownGrant, problems.wrongStage, problems.signInAgain],
})

export const declineAccess = endpoint({
  name: 'declineAccess',
  method: 'POST',
  path: '/api/center/access-grants/:grantId/decline',
  title: '緊急閲覧の却下',
  permission: 'center.approve-access',
  input: OneGrant.extend({ note: Note.meta({ title: '却下の理由' }) }),
  output: z.object({ declined: z.literal(true) }),
  problems: [problems.notFound, problems.ownGrant, problems.wrongStage],
})

/** Withdraws what nobody approved, ends what was approved. */
export const endAccess = endpoint({
  name: 'endAccess',
  method: 'POST',
  path: '/api/center/access-grants/:grantId/end',
  title: '緊急閲覧を終える',
  permission: 'center.end-access',
  input: OneGrant,
  output: z.object({ ended: z.literal(true) }),
  problems: [problems.notFound, problems.wrongStage],
})

/** For who asked, when the town's cloud knows of it: shown now and never again; a newer one takes its place. */
export const drawAccessCode = endpoint({
  name: 'drawAccessCode',
  method: 'POST',
  path: '/api/center/access-grants/:grantId/code',
  title: '緊急閲覧の入室コード',
  permission: 'center.ask-access',
  transaction: 'own',
  input: OneGrant,
  output: z.object({ code: z.string(), municipalityCode: Town, minutes: z.int() }),
  problems: [
    problems.notFound,
    problems.otherPerson,
    problems.wrongStage,
    problems.notTold,
    problems.signInAgain,
  ],
})

export const reviewAccess = endpoint({
  name: 'reviewAccess',
  method: 'POST',
  path: '/api/center/access-grants/:grantId/review',
  title: '緊急閲覧の事後確認',
  permission: 'center.approve-access',
  input: OneGrant.extend({ note: Note.meta({ title: '確かめた内容' }) }),
  output: z.object({ reviewed: z.literal(true) }),
  problems: [problems.notFound, problems.ownGrant, problems.wrongStage],
})
