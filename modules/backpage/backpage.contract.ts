import { z } from 'zod'
import { endpoint, type Endpoint } from '@open-bcl/core/endpoint.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { backPageProblems } from './backpage.messages.ts'

const Moment = z.iso.datetime()

/** A key of the centre as verifiers keep it. */
export const BackPageKey = z.object({
  keyId: z.int().min(1),
  /** P-256 point, uncompressed, base64. */
  publicKey: z.base64().length(88),
  fromAt: Moment,
  /** `null` = in use. */
  untilAt: Moment.nullable(),
  /** What it signed from then on is not to be believed. */
  revokedFrom: Moment.nullable(),
})
export type BackPageKey = z.output<typeof BackPageKey>

export const listBackPageKeys = endpoint({
  name: 'listBackPageKeys',
  method: 'GET',
  path: '/api/backpage/keys',
  title: '裏面の検証用の公開鍵',
  permission: 'public',
  input: z.object({}),
  output: z.object({ keys: z.array(BackPageKey) }),
  transaction: 'own',
  problems: [platformProblems.tooMany],
})

/**
 * The key of one page, for whoever holds that page: asked with the bytes that stand in clear on it. The picture itself never
 * comes here, and nothing is kept of who asked or for what.
 */
export const openBackPage = endpoint({
  name: 'openBackPage',
  method: 'POST',
  path: '/api/backpage/open',
  title: '裏面の復号',
  permission: 'public',
  reads: true,
  input: z.object({ asked: z.base64().length(52) }),
  output: z.object({ pageKey: z.base64().length(44), key: BackPageKey }),
  transaction: 'own',
  problems: [backPageProblems.notOurs, platformProblems.tooMany],
})

export const backPageEndpoints = { listBackPageKeys, openBackPage } as const satisfies Record<
  string,
  Endpoint
>
