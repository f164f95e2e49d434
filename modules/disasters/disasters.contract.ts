import { z } from 'zod'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { disastersProblems } from './disasters.messages.ts'
import { guidelineCodes, hazardCodes, type DisasterId } from './disasters.ts'

/** A calendar day. */
export const Day = z.iso.date('暦にある日付を入力してください') as unknown as z.ZodType<
  PlainDate,
  PlainDate | string
>

export const DisasterIdField = z.uuid('災害を選んでください') as unknown as z.ZodType<DisasterId, string>

/** 災害名新規登録: what the clerk fills in. Sent to `registerDisaster` of the ledger, which opens the ledger with it. */
export const DisasterDraft = z.object({
  name: z
    .string()
    .trim()
    .min(1, '災害名を入力してください')
    .max(60, '60文字以内で入力してください')
    .meta({ title: '災害名' }),
  hazards: z
    .array(z.enum(hazardCodes))
    .min(1, '災害の種別を一つ以上選んでください')
    .max(hazardCodes.length)
    .meta({ title: '災害の種別' }),
  occurredOn: Day.meta({ title: '発生日' }),
  causeText: z
    .string()
    .trim()
    .min(1, '罹災原因を入力してください')
    .max(60, '60文字以内で入力してください')
    .meta({ title: '罹災原因（証明書に印字）' }),
  applicationDeadlineOn: Day.nullable().meta({ title: '申請期限' }),
})

export const DisasterView = z.object({
  disasterId: z.string(),
  disasterCode: z.string().meta({ title: '災害コード' }),
  name: z.string().meta({ title: '災害名' }),
  hazards: z.array(z.enum(hazardCodes)).meta({ title: '災害の種別' }),
  occurredOn: z.string().meta({ title: '発生日' }),
  causeText: z.string().meta({ title: '罹災原因' }),
  applicationDeadlineOn: z.string().nullable().meta({ title: '申請期限' }),
  guidelineCode: z.enum(guidelineCodes).meta({ title: '被害認定基準運用指針の版' }),
  registeredAt: z.string().meta({ title: '登録日時' }),
})

export const listDisasters = endpoint({
  name: 'listDisasters',
  method: 'GET',
  path: '/api/disasters',
  title: '災害の一覧（新しい順）',
  permission: 'disasters.view',
  input: z.object({}),
  output: z.object({ disasters: z.array(DisasterView) }),
})

export const getDisaster = endpoint({
  name: 'getDisaster',
  method: 'GET',
  path: '/api/disasters/:disasterId',
  title: '災害の内容',
  permission: 'disasters.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: DisasterView,
  problems: [disastersProblems.notFound],
})
