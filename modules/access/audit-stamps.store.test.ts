import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { start } from '../../simulators/tsa/main.ts'
import { accessEvents } from './access.messages.ts'
import { audit } from './audit.ts'
import { linkEverywhere, stampEverywhere } from './audit.jobs.ts'
import type { StampSite } from './audit-stamps.actions.ts'
import { listStamps } from './audit-stamps.store.ts'
import { verifyTrail, type AuditVerdict } from './audit-verify.actions.ts'

const HOUR_MS = 3_600_000
const hida = '212172' as MunicipalityCode

/** Against an authority that speaks HTTP, over the days. */
describe('time stamps on signed heads of the audit trail', () => {
  let cloud: TestCloud
  let tsa: Awaited<ReturnType<typeof start>>
  let folder: string
  let site: StampSite
  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    folder = await mkdtemp(path.join(tmpdir(), 'open-bcl-tsa-'))
    tsa = await start({ folder, port: 0, now: () => cloud.clock })
    const trusted = [await readFile(path.join(folder, 'ca.pem'), 'utf8')]
    site = { url: `${tsa.url}/tsa`, trusted, everyHours: 1, alarmHours: 12, timeoutMs: 300 }
  })
  after(async () => {
    await tsa.close()
    await cloud.close()
    await rm(folder, { recursive: true })
  })

  /** Some hours go by with something done in them; the chain grows and its end is signed. */
  async function goOn(hours: number): Promise<void> {
    cloud.clock = new Date(cloud.clock.getTime() + hours * HOUR_MS)
    await cloud.as(hida, (ctx) => audit(ctx, accessEvents.signedIn))
    await linkEverywhere(cloud.runtime)
  }
  const stamps = () => cloud.as(hida, (ctx) => listStamps(ctx.tx))
  const verify = (trusted: readonly string[] = site.trusted): Promise<AuditVerdict> =>
    withCtx(
      cloud.runtime,
      { actor: { kind: 'job', task: 'test' }, municipality: hida, traceId: 'test' },
      (ctx) => verifyTrail(ctx, [], trusted),
      { isolation: 'repeatable read', readOnly: true },
    )
  const logged = (code: string, reason?: string): boolean =>
    cloud.logLines.some(
      (line) => line.includes(code) && (reason === undefined || line.includes(`"reason":"${reason}"`)),
    )

  test('an answer that is wrong in any way is not kept, and is told', async () => {
    await goOn(1)
    for (const [fault, reason] of [
      ['wrong-nonce', 'nonce'],
      ['wrong-digest', 'imprint'],
      ['wrong-use', 'purpose'],
      ['other-authority', 'chain'],
      ['wrong-signature', 'signature'],
      ['wrong-time', 'out-of-time'],
      ['garbage', 'unreadable'],
      ['rejected', 'rejected'],
    ] as const) {
      tsa.setFault(fault)
      await stampEverywhere(cloud.runtime, site)
      assert.ok(logged('access.time-stamp-refused', reason), fault)
    }
    assert.deepEqual(await stamps(), [])
  })

  test('while it is away, silent or sends without end the heads wait; past the hours that is an alarm', async () => {
    for (const fault of ['down', 'silent', 'huge'] as const) {
      tsa.setFault(fault)
      assert.equal(await stampEverywhere(cloud.runtime, site), 0, fault)
    }
    assert.equal(await stampEverywhere(cloud.runtime, { ...site, url: 'http://127.0.0.1:9/tsa' }), 0)
    assert.ok(logged('access.time-stamp-away'))
    assert.ok(!logged('access.time-stamp-late'))
    await goOn(6)
    await goOn(7)
    assert.equal(await stampEverywhere(cloud.runtime, site), 1)
    assert.ok(logged('access.time-stamp-late'))
    assert.deepEqual(await stamps(), [])
  })

  test('when it is back the newest head is stamped, for all that waited', async () => {
    tsa.setFault('none')
    assert.equal(await stampEverywhere(cloud.runtime, site), 0)
    const [stamp, ...more] = await stamps()
    assert.equal(more.length, 0)
    assert.equal(stamp?.stampedAt.getTime(), cloud.clock.getTime())
    await linkEverywhere(cloud.runtime)
    const verdict = await verify()
    assert.deepEqual([verdict.found, verdict.stamps], [0, 1])
    assert.deepEqual(verdict.stampedUntil, { position: stamp!.position, at: stamp!.stampedAt })
    // Nothing new: nothing to be stamped, and no act that would be linked because of it.
    const { to } = verdict
    await stampEverywhere(cloud.runtime, site)
    await linkEverywhere(cloud.runtime)
    assert.equal((await stamps()).length, 1)
    assert.equal((await verify()).to, to)
  })

  test('the verification judges each stamp anew, and says when it cannot', async () => {
    assert.deepEqual(
      [(await verify([])).stampsUnjudged, (await verify([])).found, (await verify([])).stampedUntil],
      [1, 0, null],
    )
    const elsewhere = await mkdtemp(path.join(tmpdir(), 'open-bcl-tsa-'))
    const other = await start({ folder: elsewhere, port: 0, now: () => cloud.clock })
    const strangers = [await readFile(path.join(elsewhere, 'ca.pem'), 'utf8')]
    await other.close()
    await rm(elsewhere, { recursive: true })
    const [stamp] = await stamps()
    const { position } = stamp!
    assert.deepEqual((await verify(strangers)).findings, [{ kind: 'stamp-wrong', position, reason: 'chain' }])
    await goOn(2)
    await stampEverywhere(cloud.runtime, site)
    const [first, second] = await stamps()
    const client = new pg.Client({ connectionString: cloud.database.urls.admin })
    await client.connect()
    // Whoever holds the database puts a right stamp beside another head.
    await client.query('update access.audit_stamp set token = $1, nonce = $2 where position = $3', [
      first!.token,
      first!.nonce,
      second!.position,
    ])
    assert.deepEqual((await verify()).findings, [
      { kind: 'stamp-wrong', position: second!.position, reason: 'imprint' },
    ])
    await client.query('update access.audit_stamp set token = $1 where position = $2', [
      Buffer.from('nothing'),
      second!.position,
    ])
    assert.deepEqual((await verify()).findings, [
      { kind: 'stamp-wrong', position: second!.position, reason: 'unreadable' },
    ])
    await client.end()
  })
})
