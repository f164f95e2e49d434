import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'

/** One's own sessions, of a town's staff and of the centre's operators. */

const own = { permission: 'signed-in' } as const

export const listMySessions = endpoint({
  ...own,
  name: 'listMySessions',
  method: 'GET',
  path: '/api/sessions',
  title: '自分のログインの一覧',
  input: z.object({}),
  output: z.object({
    sessions: z.array(
      z.object({
        sessionId: z.uuid(),
        /** Kind of device and browser. */
        device: z.string(),
        createdAt: z.string(),
        lastSeenAt: z.string(),
        open: z.boolean(),
        isThis: z.boolean(),
        /** The second factor was never shown. */
        pending: z.boolean(),
      }),
    ),
  }),
})

export const endMySession = endpoint({
  ...own,
  name: 'endMySession',
  method: 'POST',
  path: '/api/sessions/:sessionId/end',
  title: '自分のログインの終了',
  input: z.object({ sessionId: z.uuid() }),
  output: z.object({ ended: z.literal(true) }),
})

export const endMyOtherSessions = endpoint({
  ...own,
  name: 'endMyOtherSessions',
  method: 'POST',
  path: '/api/sessions/end-others',
  title: 'ほかの端末のログインをすべて終了',
  input: z.object({}),
  output: z.object({ count: z.int() }),
})
