import assert from 'node:assert/strict'
import { mkdir, readdir, utimes } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import * as contract from './manual.contract.ts'
import { sweepSpool } from './manual.jobs.ts'
import { insertUpload } from './manual.store.ts'
import { MOST_OWN_UPLOADS, MOST_TOWN_BYTES } from './uploads.actions.ts'
import { TIME_MS } from './workbook.actions.ts'
import { Clerk } from './testing/clerk.ts'

/** What uploads may take of the disk that all towns share, and for how long. */
describe('uploads that are kept', () => {
  const bytes = Buffer.from('世帯番号,世帯員数\n1,3\n')
  let cloud: TestCloud
  let hida: MunicipalityCode
  let takayama: MunicipalityCode
  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
    takayama = await cloud.onboard('212032', '高山市')
  })
  after(() => cloud.close())

  const clerkOf = async (code: MunicipalityCode) => new Clerk(cloud, code, await cloud.signIn(code, 'admin'))
  const kept = async (code: MunicipalityCode): Promise<number> =>
    (await readdir(path.join(cloud.spoolFolder, code)).catch(() => [])).length
  const open = (clerk: Clerk) =>
    clerk.browser.call(contract.openUpload, { business: 'households', fileName: 'a.csv', bytes: 10 })

  test('what nobody comes back to goes, though nobody of the town ever begins another', async () => {
    await (await clerkOf(takayama)).upload('households', bytes)
    // A town whose folder cannot be swept, before the other one in order.
    const first = hida < takayama ? hida : takayama
    const stuck = path.join(cloud.spoolFolder, first, 'stuck')
    await mkdir(stuck, { recursive: true })
    const [began, yesterday] = [cloud.clock, new Date(Date.now() - 26 * 3_600_000)]
    await utimes(stuck, yesterday, yesterday)
    await (await clerkOf(hida)).upload('households', bytes)
    await sweepSpool(cloud.runtime, cloud.spool)
    const files = async () => [await kept(hida), await kept(takayama)].toSorted((a, b) => a - b)
    assert.deepEqual(await files(), [1, 2])
    cloud.clock = new Date(began.getTime() + 25 * 3_600_000)
    await sweepSpool(cloud.runtime, cloud.spool)
    assert.deepEqual(await files(), [0, 1])
    cloud.clock = began
  })

  test('of one person’s files the earliest gives way', async () => {
    const clerk = await clerkOf(hida)
    const ids: string[] = []
    for (let i = 0; i < MOST_OWN_UPLOADS + 1; i++) {
      cloud.clock = new Date(cloud.clock.getTime() + 1_000)
      ids.push(await clerk.upload('households', bytes))
    }
    const there = await Promise.all(
      ids.map(
        async (uploadId) => (await clerk.browser.call(contract.readUpload, { uploadId, choice: {} })).ok,
      ),
    )
    assert.deepEqual(
      there,
      ids.map((_, i) => i > 0),
    )
  })

  test('a town has so many bytes and no more; another town is not in its way', async () => {
    await cloud.as(takayama, async (ctx) => {
      const [keys, uploadId] = [await ctx.keys(), uuidv7(ctx.now.getTime())]
      await insertUpload(ctx.tx, {
        uploadId,
        business: 'households',
        spoolId: cloud.spool.spoolId,
        sealedKey: keys.seal('manual.upload.sealed_key', uploadId, Buffer.alloc(32).toString('base64')),
        sealed: keys.seal('manual.upload.sealed', uploadId, JSON.stringify({ fileName: 'a', sheets: null })),
        bytes: BigInt(MOST_TOWN_BYTES - 9),
        madeBy: 'somebody else',
        now: ctx.now,
      })
    })
    const refused = await open(await clerkOf(takayama))
    assert.ok(!refused.ok)
    assert.equal(refused.problem.type, '/problems/manual/too-much-kept')
    assert.ok((await open(await clerkOf(hida))).ok)
  })

  test('a workbook is given up in words before the database gives up the clerk’s transaction', async () => {
    const patience = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ ms: number }>(
        `select (extract(epoch from current_setting('idle_in_transaction_session_timeout')::interval) * 1000)::integer as ms`,
      ),
    )
    assert.ok(patience[0]!.ms > 0)
    assert.ok(TIME_MS + 10_000 < patience[0]!.ms)
  })
})
