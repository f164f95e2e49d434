import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { myNumberProblems } from './my-numbers.messages.ts'
import { myNumberPurposes, type MyNumberPurpose } from './my-numbers.ts'

const ResidentNo = z
  .string()
  .regex(/^\d{1,15}$/, '15桁までの数字で入力してください')
  .meta({ title: '宛名番号' })
const Purpose = z.enum(Object.keys(myNumberPurposes) as [MyNumberPurpose, ...MyNumberPurpose[]])

/** Answers are kept nowhere (`reads`), though every one is logged. */
export const revealMyNumber = endpoint({
  name: 'revealMyNumber',
  method: 'POST',
  path: '/api/my-numbers/reveal',
  title: '個人番号の表示（登録端末で、個人番号利用事務実施者だけ）',
  permission: 'residents.my-number',
  reads: true,
  input: z.object({ residentNo: ResidentNo, purpose: Purpose.meta({ title: '事務' }) }),
  output: z.object({ residentNo: z.string(), myNumber: z.string() }),
  problems: [myNumberProblems.off, myNumberProblems.terminal, myNumberProblems.none],
})

/** Newest first, a page at a time: `olderThan` is the last line of the page before. The number itself is never in it. */
export const listMyNumberLog = endpoint({
  name: 'listMyNumberLog',
  method: 'POST',
  path: '/api/my-numbers/log',
  title: '個人番号の取扱記録',
  permission: 'residents.my-number-log',
  reads: true,
  input: z.object({
    /** From this moment on, and before that one. */
    from: z.iso.datetime().optional(),
    to: z.iso.datetime().optional(),
    residentNo: ResidentNo.optional(),
    olderThan: z.object({ at: z.iso.datetime(), logId: z.uuid() }).optional(),
  }),
  output: z.object({
    touches: z.array(
      z.object({
        logId: z.string(),
        at: z.string(),
        act: z.enum(['write', 'erase', 'read', 'refused']),
        actor: z.string(),
        actorName: z.string(),
        residentNo: z.string().nullable(),
        terminalId: z.string().nullable(),
        terminalName: z.string().nullable(),
        purpose: z.string().nullable(),
        reason: z.string().nullable(),
        numbers: z.int().nullable(),
        seq: z.string().nullable(),
      }),
    ),
    more: z.boolean(),
  }),
})
