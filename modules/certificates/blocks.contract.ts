import { z } from 'zod'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { blockReasons, MAX_PAUSE_MINUTES, type BlockReasonCode, type BlockState } from './blocks.ts'
import { Kind, ResidentNoField } from './certificates.contract.ts'
import { certificatesProblems as problems } from './certificates.messages.ts'

const reasons = blockReasons.map(({ value }) => value) as [BlockReasonCode, ...BlockReasonCode[]]
const Day = z.iso.date('暦にある日付を入力してください') as unknown as z.ZodType<PlainDate, string>
const Note = z.string().trim().max(500)
const BlockId = z.uuid()
const states = ['coming', 'in-force', 'overdue', 'paused', 'lifted'] as const satisfies readonly BlockState[]

const BlockView = z.object({
  blockId: BlockId,
  scope: z.enum(['person', 'household']).meta({ title: '範囲' }),
  /** 宛名番号 or 世帯番号. */
  targetNo: z.string().meta({ title: '番号' }),
  /** Of a person who is on the register. */
  name: z.string().nullable().meta({ title: '氏名' }),
  kinds: z.array(Kind).nullable().meta({ title: '証明書の種類' }),
  reason: z.enum(reasons).meta({ title: '理由' }),
  note: z.string().meta({ title: 'メモ' }),
  startsOn: z.string().meta({ title: '開始日' }),
  endsOn: z.string().nullable().meta({ title: '終了予定日' }),
  setAt: z.iso.datetime(),
  setBy: z.string(),
  state: z.enum(states).meta({ title: '状態' }),
  /** Of a temporary lift that holds now. */
  untilAt: z.iso.datetime().nullable(),
  acts: z.array(
    z.object({
      act: z.enum(['lift', 'pause', 'return']),
      untilAt: z.iso.datetime().nullable(),
      note: z.string(),
      at: z.iso.datetime(),
      actor: z.string(),
    }),
  ),
})

/** A POST with the number in its body: no log on the way tells whose blocks were looked at. */
export const listBlocks = endpoint({
  name: 'listBlocks',
  method: 'POST',
  path: '/api/certificates/blocks/list',
  title: '発行禁止の一覧',
  permission: 'certificates.view-blocks',
  reads: true,
  input: z.object({
    /** Of this person and of the person's household alone. */
    residentNo: ResidentNoField.optional(),
    /** Those too that were lifted. */
    lifted: z.boolean().default(false),
  }),
  output: z.object({
    /** Newest first, at most 200. */
    blocks: z.array(BlockView),
    person: z
      .object({ residentNo: z.string(), name: z.string(), householdNo: z.string().nullable() })
      .nullable(),
  }),
})

/** 発行禁止の設定. The block of a household is set through one of its members. */
export const setBlock = endpoint({
  name: 'setBlock',
  method: 'POST',
  path: '/api/certificates/blocks',
  title: '発行禁止の設定',
  permission: 'certificates.set-block',
  input: z.object({
    residentNo: ResidentNoField,
    scope: z.enum(['person', 'household']).meta({ title: '範囲' }),
    kinds: z.array(Kind).min(1, '証明書の種類を選んでください').nullable().meta({ title: '証明書の種類' }),
    reason: z.enum(reasons).meta({ title: '理由' }),
    note: Note.meta({ title: 'メモ' }),
    startsOn: Day.meta({ title: '開始日' }),
    endsOn: Day.nullable().meta({ title: '終了予定日' }),
  }),
  output: z.object({ blockId: BlockId }),
  problems: [problems.badPeriod, problems.noHousehold],
})

export const liftBlock = endpoint({
  name: 'liftBlock',
  method: 'POST',
  path: '/api/certificates/blocks/:blockId/lift',
  title: '発行禁止の解除',
  permission: 'certificates.lift-block',
  input: z.object({
    blockId: BlockId,
    note: Note.min(1, '解除の理由を入力してください').meta({ title: '解除の理由' }),
  }),
  output: z.object({ lifted: z.literal(true) }),
  problems: [problems.blockMovedOn],
})

/** 一時解除: comes back by itself, and is told to no other system of the town (標準仕様書 3.1). */
export const pauseBlock = endpoint({
  name: 'pauseBlock',
  method: 'POST',
  path: '/api/certificates/blocks/:blockId/pause',
  title: '発行禁止の一時解除',
  permission: 'certificates.pause-block',
  input: z.object({
    blockId: BlockId,
    minutes: z.int().min(5).max(MAX_PAUSE_MINUTES).meta({ title: '一時解除する時間' }),
    note: Note.min(1, '一時解除の理由を入力してください').meta({ title: '一時解除の理由' }),
  }),
  output: z.object({ untilAt: z.iso.datetime() }),
  problems: [problems.blockMovedOn],
})

export const returnBlock = endpoint({
  name: 'returnBlock',
  method: 'POST',
  path: '/api/certificates/blocks/:blockId/return',
  title: '発行禁止の一時解除の終了',
  permission: 'certificates.pause-block',
  input: z.object({ blockId: BlockId }),
  output: z.object({ returned: z.literal(true) }),
  problems: [problems.blockMovedOn],
})
