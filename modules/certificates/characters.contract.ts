import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Kind } from './certificates.contract.ts'
import { charactersProblems as problems } from './characters.messages.ts'

const UnprintableView = z.object({
  unprintableId: z.uuid(),
  reason: z.enum(['no-glyph', 'private-use', 'invisible', 'overflow']).meta({ title: '理由' }),
  /** `null` = it cannot be shown, or an item that does not fit. */
  character: z.string().nullable().meta({ title: '文字' }),
  codePoints: z.string().meta({ title: '符号位置' }),
  kind: Kind,
  /** 項目名 */
  item: z.string().meta({ title: '項目' }),
  firstSeenAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  times: z.int().meta({ title: '回数' }),
  /** 宛名番号 of the last ones refused for it. */
  residentNos: z.array(z.string()).meta({ title: '宛名番号' }),
  state: z.enum(['open', 'resolved', 'ignored']).meta({ title: '状態' }),
  /** Of the last decision; `null` = none yet. */
  decisionNo: z.int().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  decidedBy: z.string().nullable(),
})

/** 印字できない文字の一覧: what kept certificates from being printed. 宛名番号 alone, never a name. */
export const listUnprintable = endpoint({
  name: 'listUnprintable',
  method: 'GET',
  path: '/api/certificates/characters',
  title: '印字できない文字の一覧',
  permission: 'certificates.view-characters',
  input: z.object({
    /** Those too that are settled. */
    all: z.stringbool().default(false),
  }),
  output: z.object({
    /** Seen last first, at most 500. */
    rows: z.array(UnprintableView),
    more: z.boolean(),
  }),
})

/** All of it; UTF-8 with a mark, for a spreadsheet; no cell can be a formula. */
export const downloadUnprintable = endpoint({
  name: 'downloadUnprintable',
  method: 'GET',
  path: '/api/certificates/characters.csv',
  title: '印字できない文字の一覧（CSV）',
  permission: 'certificates.view-characters',
  input: z.object({}),
  output: z.object({}),
  produces: 'text/csv',
})

export const decideUnprintable = endpoint({
  name: 'decideUnprintable',
  method: 'POST',
  path: '/api/certificates/characters/:unprintableId/decide',
  title: '印字できない文字の処理',
  permission: 'certificates.decide-characters',
  input: z.object({
    unprintableId: z.uuid(),
    decision: z.enum(['resolved', 'ignored', 'reopened']).meta({ title: '処理' }),
    /** The decision that was on the screen; `null` = none. */
    afterNo: z.int().nullable(),
  }),
  output: z.object({ decided: z.literal(true) }),
  problems: [problems.decidedMeanwhile],
})
