import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { ApplicationIdField, Version } from './risai.contract.ts'

/** Applications that are acted on together. */
export const MOST_AT_ONCE = 100

const Items = z
  .array(z.object({ applicationId: ApplicationIdField, version: Version }))
  .min(1, '申請を選んでください')
  .max(MOST_AT_ONCE, `${MOST_AT_ONCE}件以内で選んでください`)

const Judged = z.object({
  applicationId: z.string(),
  serialNo: z.string().meta({ title: '整理番号' }),
  version: z.number(),
  /** Why it is not: `null` = it is. */
  hindrance: z.string().nullable().meta({ title: '受理しない理由' }),
})

/** 試し: which of these would be accepted, and what stands in the way of the others. Nothing is changed. */
export const previewAcceptance = endpoint({
  name: 'previewAcceptance',
  method: 'POST',
  path: '/api/risai/applications/bulk/preview',
  title: '一括受理の確認',
  permission: 'risai.apply',
  reads: true,
  input: z.object({ items: Items }),
  output: z.object({ judged: z.array(Judged) }),
})

/** Accepts those of which nothing stands in the way, each by its own rules; the others stay as they are. */
export const acceptApplications = endpoint({
  name: 'acceptApplications',
  method: 'POST',
  path: '/api/risai/applications/bulk/accept',
  title: '申請の一括受理',
  permission: 'risai.apply',
  input: z.object({ items: Items }),
  output: z.object({ judged: z.array(Judged) }),
})

/** 受理 taken back while nobody was told and no survey has begun. */
export const undoAcceptances = endpoint({
  name: 'undoAcceptances',
  method: 'POST',
  path: '/api/risai/applications/bulk/undo',
  title: '一括受理の取消し',
  permission: 'risai.apply',
  input: z.object({ items: Items }),
  output: z.object({ judged: z.array(Judged) }),
})
