import assert from 'node:assert/strict'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Browser, TestCloud } from '../../../apps/cloud/testing/town.ts'
import { enterPractice, preparePractice } from '../practice.contract.ts'
import { prepare } from '../preparing.actions.ts'

/** Asks for the practice town, or for it anew, and does the job's work. */
export async function prepareTown(cloud: TestCloud, town: MunicipalityCode, admin: Browser): Promise<void> {
  const { preparationNo } = await admin.get(preparePractice, {})
  await cloud.as(town, (ctx) => prepare(ctx, cloud.linkage, preparationNo))
}

/** What a browser holds after 「練習を始める」: its own session is another one now. */
export async function practise(cloud: TestCloud, from: Browser): Promise<Browser> {
  const answer = await cloud.app.inject({
    ...{ method: 'POST', url: enterPractice.path, payload: {} },
    headers: { cookie: from.cookie, 'x-csrf-token': from.csrfToken, 'idempotency-key': uuidv7() },
  })
  assert.equal(answer.statusCode, 200, answer.body)
  const cookies = answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  return cloud.browserWith(cookies, answer.json<{ csrfToken: string }>().csrfToken)
}
