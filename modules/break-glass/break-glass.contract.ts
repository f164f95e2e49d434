import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Session } from '../access/session-view.contract.ts'
import { breakGlassProblems as problems } from './break-glass.messages.ts'
import {
  breakGlassPurposes,
  endKinds,
  grantStates,
  type BreakGlassPurpose,
  type EndKind,
  type GrantState,
} from './break-glass.ts'

export const GrantIdField = z.string().regex(/^[0-9a-f]{32}$/)
export const PurposeField = z
  .enum(breakGlassPurposes.map(({ value }) => value) as [BreakGlassPurpose, ...BreakGlassPurpose[]])
  .meta({ title: '目的' })
const State = z.enum(Object.keys(grantStates) as [GrantState, ...GrantState[]])
export const EndKindField = z.enum(Object.keys(endKinds) as [EndKind, ...EndKind[]])
const At = z.iso.datetime()
const view = { method: 'GET', permission: 'break-glass.view' } as const

/** The operator's person types the code that the centre's console showed, once: one browser, until the grant's end. */
export const enterBreakGlass = endpoint({
  name: 'enterBreakGlass',
  method: 'POST',
  path: '/api/break-glass/enter',
  title: '緊急閲覧の開始（運用者）',
  permission: 'public',
  transaction: 'own',
  input: z.object({
    municipalityCode: z
      .string()
      .regex(/^\d{6}$/, '6桁の数字で入力してください')
      .meta({ title: '団体コード' }),
    code: z.string().min(1).max(40).meta({ title: '入室コード' }),
  }),
  output: z.object({ session: Session }),
  problems: [problems.codeUnknown],
})

/** The band on every screen of the town: that the operator may look or looks now, who, and until when. */
export const listOpenBreakGlass = endpoint({
  name: 'listOpenBreakGlass',
  method: 'GET',
  path: '/api/break-glass/open',
  title: '運用者による緊急閲覧（いま）',
  permission: 'signed-in',
  input: z.object({}),
  output: z.object({
    open: z.array(
      z.object({
        grantNo: z.int(),
        askedBy: z.string(),
        purpose: PurposeField,
        untilAt: At,
        inside: z.boolean(),
      }),
    ),
    /** How many wait for this person to write the review; 0 for who may not. */
    toReview: z.int(),
  }),
})

const Noted = z.object({ at: At, by: z.string(), note: z.string() }).nullable()
const Grant = z.object({
  grantId: z.string(),
  grantNo: z.int(),
  state: State,
  askedBy: z.string(),
  approvedBy: z.string(),
  purpose: PurposeField,
  reason: z.string(),
  ticket: z.string(),
  approvedAt: At,
  untilAt: At,
  enteredAt: At.nullable(),
  ended: z.object({ at: At, by: z.string(), kind: EndKindField }).nullable(),
  operatorReview: Noted,
  townReview: Noted,
})

export const listBreakGlass = endpoint({
  ...view,
  name: 'listBreakGlass',
  path: '/api/break-glass',
  title: '運用者による緊急閲覧の一覧',
  input: z.object({}),
  output: z.object({ grants: z.array(Grant) }),
})

export const getBreakGlass = endpoint({
  ...view,
  name: 'getBreakGlass',
  path: '/api/break-glass/:grantId',
  title: '運用者による緊急閲覧（見た内容）',
  input: z.object({ grantId: GrantIdField }),
  output: Grant.extend({
    /** Whose acts they are in 監査; `null` = nobody entered. */
    staffId: z.string().nullable(),
    /** Oldest first. */
    acts: z.array(
      z.object({
        at: At,
        words: z.string(),
        /** How many people it touched, and the first of their 宛名番号. */
        people: z.int(),
        residentNos: z.array(z.string()),
      }),
    ),
    /** There are more than are listed: 監査 has them all. */
    moreActs: z.boolean(),
  }),
  problems: [problems.notFound],
})

/** At once: the next request of the operator's browser is refused. */
export const endBreakGlass = endpoint({
  name: 'endBreakGlass',
  method: 'POST',
  path: '/api/break-glass/:grantId/end',
  title: '緊急閲覧を終わらせる',
  permission: 'break-glass.end',
  input: z.object({ grantId: GrantIdField }),
  output: z.object({ ended: z.literal(true) }),
  problems: [problems.notFound],
})

export const reviewBreakGlass = endpoint({
  name: 'reviewBreakGlass',
  method: 'POST',
  path: '/api/break-glass/:grantId/review',
  title: '緊急閲覧の事後確認',
  permission: 'break-glass.end',
  input: z.object({
    grantId: GrantIdField,
    note: z
      .string()
      .trim()
      .min(1, '確かめた内容を入力してください')
      .max(1_000, '1,000文字以内で入力してください')
      .meta({ title: '確かめた内容' }),
  }),
  output: z.object({ reviewed: z.literal(true) }),
  problems: [problems.notFound, problems.stillOpen, problems.reviewed],
})
