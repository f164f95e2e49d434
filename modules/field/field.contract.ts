import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { PieceField } from '../files/files.contract.ts'
import { surveysProblems } from '../surveys/surveys.messages.ts'
import { required, TeamIdField, valuesOf, Version } from '../surveys/tasks.contract.ts'
import { fieldProblems as problems } from './field.messages.ts'
import { itemKinds, itemStates, parkedReasons, passStates, type ItemId, type PassId } from './field.ts'

export const PassIdField = z.uuid() as unknown as z.ZodType<PassId, string>
export const ItemIdField = z.uuid() as unknown as z.ZodType<ItemId, string>

const PassChanged = z.object({
  passId: z.string(),
  version: z.number(),
  state: z.enum(valuesOf(passStates)),
})
const Code = PassChanged.extend({
  code: z.string().meta({ title: '登録コード' }),
  codeUntil: z.string().meta({ title: '登録コードの期限' }),
})

/** Lets one phone of a team work for some days. The code that comes back binds it to the phone, once. */
export const makePass = endpoint({
  name: 'makeFieldPass',
  method: 'POST',
  path: '/api/field/passes',
  title: '調査端末の利用許可',
  permission: 'field.manage',
  input: z.object({
    passId: PassIdField,
    disasterId: DisasterIdField,
    teamId: TeamIdField.meta({ title: '調査班' }),
    name: required('端末の名前', 60),
    validFrom: Day.meta({ title: '利用の始まり' }),
    validUntil: Day.meta({ title: '利用の終わり' }),
  }),
  output: Code,
  problems: [disastersProblems.notFound, surveysProblems.teamNotFound, problems.dates, problems.numberTaken],
})

/** Another code for a pass that no phone has yet. */
export const renewCode = endpoint({
  name: 'renewFieldCode',
  method: 'POST',
  path: '/api/field/passes/:passId/code',
  title: '調査端末の登録コードの再発行',
  permission: 'field.manage',
  input: z.object({ passId: PassIdField, version: Version }),
  output: Code,
  problems: [problems.passNotFound, problems.alreadyEnrolled, problems.wrongState],
})

export const PassView = z.object({
  passId: z.string(),
  version: z.number(),
  state: z.enum(valuesOf(passStates)).meta({ title: '状態' }),
  name: z.string().meta({ title: '端末の名前' }),
  teamId: z.string(),
  teamName: z.string().meta({ title: '調査班' }),
  validFrom: z.string().meta({ title: '利用の始まり' }),
  validUntil: z.string().meta({ title: '利用の終わり' }),
  device: z.string().meta({ title: '端末' }),
  enrolledAt: z.string().nullable().meta({ title: '登録日時' }),
  seenAt: z.string().nullable().meta({ title: '最後の連絡' }),
  /** As the phone said when it was last heard of. */
  unsent: z.number().meta({ title: '未送信' }),
  unsentSince: z.string().nullable().meta({ title: '最も古い未送信' }),
  clockOffS: z.number(),
  parked: z.number().meta({ title: '保留' }),
  revokedAt: z.string().nullable().meta({ title: '取消し日時' }),
  revokedBy: z.string().nullable(),
  revokeReason: z.string().meta({ title: '取消しの理由' }),
  /** The phone said that it has removed everything. */
  wipedAt: z.string().nullable().meta({ title: '消去日時' }),
})

export const listPasses = endpoint({
  name: 'listFieldPasses',
  method: 'GET',
  path: '/api/field/disasters/:disasterId/passes',
  title: '調査端末の一覧',
  permission: 'field.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({ passes: z.array(PassView) }),
  problems: [disastersProblems.notFound],
})

export const revokePass = endpoint({
  name: 'revokeFieldPass',
  method: 'POST',
  path: '/api/field/passes/:passId/revoke',
  title: '調査端末の利用許可の取消し',
  permission: 'field.manage',
  input: z.object({ passId: PassIdField, version: Version, reason: required('理由', 200) }),
  output: PassChanged,
  problems: [problems.passNotFound, problems.wrongState],
})

const ParkedItem = z.object({
  itemId: z.string(),
  passId: z.string(),
  passName: z.string().meta({ title: '端末' }),
  kind: z.enum(valuesOf(itemKinds)).meta({ title: '種類' }),
  taskId: z.string().nullable(),
  taskNo: z.string().meta({ title: '調査番号' }),
  why: z.enum(valuesOf(parkedReasons)).meta({ title: '保留の理由' }),
  problem: z.string().meta({ title: '登録できなかった理由' }),
  recordedAt: z.string().nullable().meta({ title: '記録した日時（端末の時計）' }),
  receivedAt: z.string().meta({ title: '届いた日時' }),
})

export const listParked = endpoint({
  name: 'listParkedFieldItems',
  method: 'GET',
  path: '/api/field/disasters/:disasterId/parked',
  title: '調査端末から届いた保留の一覧',
  permission: 'field.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    items: z.array(ParkedItem),
    /** More than are shown are waiting. */
    more: z.boolean(),
  }),
  problems: [disastersProblems.notFound],
})

/** Staff take what was parked, or leave it with a reason. What came stays either way. */
export const decideParked = endpoint({
  name: 'decideParkedFieldItem',
  method: 'POST',
  path: '/api/field/parked/:itemId/decide',
  title: '調査端末から届いた保留の確認',
  permission: 'field.manage',
  input: z.object({
    itemId: ItemIdField,
    decision: z.enum(['accept', 'refuse']),
    /** Needed for `refuse`. */
    reason: z.string().trim().max(200).meta({ title: '理由' }),
  }),
  output: z.object({ itemId: z.string(), state: z.enum(valuesOf(itemStates)) }),
  problems: [
    problems.itemNotFound,
    problems.wrongState,
    problems.cannotOpen,
    problems.reasonMissing,
    surveysProblems.taskNotFound,
  ],
})

/** What a phone wrote to a file while nobody could open it: each of its items goes the way of a sent one, parked first. */
export const takeQueueItem = endpoint({
  name: 'takeFieldQueueItem',
  method: 'POST',
  path: '/api/field/passes/:passId/queue',
  title: '端末から書き出した未送信の取込み',
  permission: 'field.manage',
  input: z.object({
    passId: PassIdField,
    itemId: ItemIdField,
    keyId: z.uuid(),
    /** As the phone sealed it. */
    base64: PieceField,
  }),
  output: z.object({ itemId: z.string(), state: z.enum(valuesOf(itemStates)) }),
  problems: [problems.passNotFound, problems.numberTaken],
})
