import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { certificatesProblems as problems } from './certificates.messages.ts'
import type { LayoutStanding } from './layout-acceptance.ts'

const LayoutVersion = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/)
  .meta({ title: '様式の版' })
const standings = [
  'given',
  'accepted',
  'coming',
  'due',
  'missed',
] as const satisfies readonly LayoutStanding[]
const Act = z.object({ at: z.iso.datetime(), by: z.string() }).nullable()

export const listLayouts = endpoint({
  name: 'listLayouts',
  method: 'GET',
  path: '/api/certificates/layouts',
  title: '様式の一覧',
  permission: 'certificates.view',
  input: z.object({}),
  output: z.object({
    layouts: z.array(
      z.object({
        layoutVersion: LayoutVersion,
        form: z.string(),
        ja: z.string().meta({ title: '様式' }),
        inForceFrom: z.string().meta({ title: '適用日' }),
        source: z.string().meta({ title: '根拠' }),
        unverified: z.array(z.string()),
        standing: z.enum(standings).meta({ title: '確認' }),
        printed: Act,
        accepted: Act,
      }),
    ),
  }),
})

/** 試験印刷: made-up people on the form, the town's own issuer and seal, marked. It is no issue. */
export const printTestCopy = endpoint({
  name: 'printTestCopy',
  method: 'GET',
  path: '/api/certificates/layouts/:layoutVersion/test-copy',
  title: '様式の試験印刷',
  permission: 'certificates.accept-layouts',
  input: z.object({ layoutVersion: LayoutVersion }),
  output: z.object({}),
  produces: 'application/pdf',
  problems: [problems.testMismatch],
})

export const acceptLayout = endpoint({
  name: 'acceptLayout',
  method: 'POST',
  path: '/api/certificates/layouts/:layoutVersion/accept',
  title: '様式の確認の登録',
  permission: 'certificates.accept-layouts',
  input: z.object({ layoutVersion: LayoutVersion }),
  output: z.object({ accepted: z.literal(true) }),
  problems: [problems.notPrintedYet, problems.layoutAccepted],
})
