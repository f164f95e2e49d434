import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import pg from 'pg'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import { applyArrived, NotItsTurn } from './apply.actions.ts'
import { linkPaths, type LinkStatus } from './gateway.contract.ts'
import { lease, listInboundRows } from './inbound.store.ts'
import { LinkQueue } from './queue.actions.ts'
import { listLinkAlarms, pauseLink, resumeLink } from './linkage.contract.ts'
import {
  enrolledAgent,
  linkFile,
  patchFile,
  putFile,
  receiptOf,
  sendFile,
  sendMessage,
  stateOf,
  testGateway,
  type LinkFile,
  type TestGateway,
} from './testing/gateway.ts'
import { residentRow, smallTown, suppressionRow } from './testing/rows.ts'

const people = smallTown.residents.slice(0, 12)
const rows = people.map((record) => residentRow(record))

describe('the queue', () => {
  let cloud: TestCloud
  let gateway: TestGateway
  let hida: MunicipalityCode
  let agent: MachineIdentity
  let theirs: MachineIdentity
  let clock = new Date()
  let next = 1
  before(async () => {
    cloud = await testCloud()
    gateway = await testGateway(cloud, { now: () => clock })
    hida = await cloud.onboard('212172', '飛騨市')
    agent = await enrolledAgent(cloud, gateway, hida)
    // Before the clock moves: a certificate of tomorrow opens nothing today.
    theirs = await enrolledAgent(cloud, gateway, await cloud.onboard('212032', '高山市'))
  })
  after(async () => {
    await gateway.close()
    await cloud.close()
  })
  beforeEach(async () => {
    next = (await standing('residents')).nextFileNo
  })

  const standing = async (business: Business, of: TestGateway = gateway, identity = agent) => {
    const { json } = await sendMessage(of, identity, {
      method: 'POST',
      path: linkPaths.status,
      body: { agentVersion: 'test', mode: 'production', unsent: {} },
      over: { at: clock },
    })
    return (json as LinkStatus).businesses.find((one) => one.business === business)!
  }
  const asLink = <T>(work: (ctx: Ctx) => Promise<T>) =>
    withCtx(
      gateway.runtime,
      { actor: { kind: 'job', task: 'test' }, municipality: hida, traceId: 'test' },
      work,
    )
  const look = (file: LinkFile, of: TestGateway = gateway) =>
    stateOf(
      sendMessage(of, agent, {
        method: 'GET',
        path: linkPaths.file(file.manifest.business, file.manifest.fileNo),
        over: { at: clock },
      }),
    )
  const shuffled = (by: number) => [...rows.slice(by), ...rows.slice(0, by)]
  const uploadOf = async (file: LinkFile): Promise<string> => {
    const [row] = await asLink((ctx) =>
      ctx.tx.sql<{ id: string }>(
        'select upload_id as id from linkage.inbound where municipality_code = $1 and business = $2 and file_no = $3',
        [hida, file.manifest.business, file.manifest.fileNo],
      ),
    )
    return row!.id
  }
  /** The order in which files were applied. */
  const applied = () =>
    asLink((ctx) =>
      ctx.tx.sql<{ business: Business; no: number; seq: bigint }>(
        `select business, file_no as no, seq from linkage.file
          where municipality_code = $1 and state = 'applied' order by seq`,
        [hida],
      ),
    )
  const paused = async (business: Business, work: () => Promise<void>) => {
    const admin = await cloud.signIn(hida, 'admin')
    await admin.get(pauseLink, { business, reason: '試験' })
    await work()
    await admin.get(resumeLink, { business })
  }

  test('files that arrive in any order are applied in theirs, and those of other businesses go on', async () => {
    const order = [4, 2, 5, 3, 1]
    for (const no of order.slice(0, 4))
      await stateOf(
        sendFile(gateway, agent, linkFile('212172', 'residents', no, shuffled(no)), { at: clock }),
      )
    await receiptOf(sendFile(gateway, agent, linkFile('212172', 'card-serials', 1, []), { at: clock }))
    await receiptOf(sendFile(gateway, agent, linkFile('212172', 'residents', 1, rows), { at: clock }))
    await gateway.queue.settled()
    const all = await applied()
    assert.deepEqual(
      all.map((one) => `${one.business} ${one.no}`),
      ['card-serials 1', ...[1, 2, 3, 4, 5].map((no) => `residents ${no}`)],
    )
  })

  test('of files that wait together 支援措置 go first', async () => {
    const before = (await applied()).length
    const suppressions = linkFile('212172', 'suppressions', 1, [
      suppressionRow({ residentNo: people[0]!.residentNo }),
    ])
    await paused('residents', async () => {
      await sendFile(gateway, agent, linkFile('212172', 'residents', next, rows), { at: clock })
      await paused('suppressions', async () => {
        await sendFile(gateway, agent, suppressions, { at: clock })
      })
    })
    await gateway.queue.tick()
    await gateway.queue.settled()
    assert.deepEqual(
      (await applied()).slice(before).map((one) => one.business),
      ['suppressions', 'residents'],
    )
  })

  /** A complete file that waits, because staff stop it until it is looked at. */
  const waiting = async (file: LinkFile) => {
    await paused('residents', async () => {
      assert.equal((await stateOf(sendFile(gateway, agent, file, { at: clock }))).state, 'held')
    })
    return await uploadOf(file)
  }

  /** Takes it up as a process that says nothing more from then on. */
  const held = async (uploadId: string) => {
    const leaseId = randomUUID()
    const until = new Date(clock.getTime() - 1)
    await asLink((ctx) => lease(ctx.tx, uploadId, { leaseId, now: clock, until }))
    return { uploadId, leaseId }
  }

  test('of two that apply one file at once one does, and the other finds that it is not its turn', async () => {
    const file = linkFile('212172', 'residents', next, shuffled(3))
    const uploadId = await waiting(file)
    const before = (await applied()).length
    const hold = await held(uploadId)
    const apply = () =>
      asLink((ctx) =>
        applyArrived(ctx, hold, {
          manifest: file.manifest,
          sentBy: randomUUID(),
          open: async function* () {
            yield file.csv
          },
          progress: () => undefined,
        }),
      )
    const [one, two] = await Promise.allSettled([apply(), apply()])
    assert.equal([one, two].filter((outcome) => outcome!.status === 'fulfilled').length, 1)
    const lost = [one, two].find((outcome) => outcome!.status === 'rejected') as PromiseRejectedResult
    assert.ok(lost.reason instanceof NotItsTurn)
    assert.equal((await applied()).length, before + 1)
  })

  test('a process that lost its hold while applying leaves nothing where other content took the number', async () => {
    const [stale, newer] = [
      linkFile('212172', 'residents', next, shuffled(4)),
      linkFile('212172', 'residents', next, rows),
    ]
    const hold = await held(await waiting(stale))
    const before = (await applied()).length
    const slow = asLink((ctx) =>
      applyArrived(ctx, hold, {
        manifest: stale.manifest,
        sentBy: randomUUID(),
        open: async function* () {
          yield stale.csv
          const { state } = await stateOf(putFile(gateway, agent, newer, { over: { at: clock } }))
          assert.equal(state, 'receiving')
        },
        progress: () => undefined,
      }),
    )
    await assert.rejects(slow, NotItsTurn)
    assert.equal((await applied()).length, before)
    const receipt = await receiptOf(sendFile(gateway, agent, newer, { at: clock }))
    assert.deepEqual([receipt.state, receipt.sha256], ['applied', newer.manifest.sha256])
    assert.equal((await standing('residents')).nextFileNo, next + 1)
  })

  test('an upload whose number was applied without it is ended and closes nothing', async () => {
    const file = linkFile('212172', 'residents', next, rows)
    await receiptOf(sendFile(gateway, agent, file, { at: clock }))
    const uploadId = await uploadOf(file)
    // As an installation was left that a former version of this program brought there.
    const admin = new pg.Client({ connectionString: cloud.database.urls.admin })
    await admin.connect()
    await admin.query("update linkage.inbound set state = 'waiting', file_id = null where upload_id = $1", [
      uploadId,
    ])
    await admin.end()
    await gateway.queue.tick()
    assert.equal(await asLink(async (ctx) => (await listInboundRows(ctx.tx)).length), 0)
  })

  test('two processes with one spool, and two with their own, apply every file once and in order', async () => {
    for (const shared of [true, false]) {
      const other = await testGateway(cloud, {
        now: () => clock,
        authority: gateway.authority,
        ...(shared ? { spoolFolder: gateway.spoolFolder } : {}),
      })
      try {
        const from = (await standing('residents')).nextFileNo
        const before = (await applied()).length
        const files = Array.from({ length: 8 }, (_, i) =>
          linkFile('212172', 'residents', from + i, shuffled(i)),
        )
        await Promise.all(
          files.map((file, i) => sendFile(i % 2 === 0 ? gateway : other, agent, file, { at: clock })),
        )
        // Whoever applied a file cannot know that the other holds the next one: its tick finds it.
        while ((await standing('residents')).nextFileNo < from + files.length) {
          for (const { queue } of [gateway, other]) await queue.tick()
          for (const { queue } of [gateway, other]) await queue.settled()
        }
        assert.deepEqual(
          (await applied()).slice(before).map((one) => one.no),
          files.map((file) => file.manifest.fileNo),
        )
        for (const file of files) assert.equal((await look(file, other)).state, 'applied')
      } finally {
        await other.close()
      }
    }
  })

  test('a database that is cut off in the middle of applying leaves nothing, and the file is tried again', async () => {
    const file = linkFile('212172', 'residents', next, shuffled(5).slice(1))
    const uploadId = await waiting(file)
    const before = await applied()
    const hold = await held(uploadId)
    const admin = new pg.Client({ connectionString: cloud.database.urls.admin })
    await admin.connect()
    const cut = asLink(async (ctx) => {
      const { processID } = ctx.tx.client as unknown as { processID: number }
      return await applyArrived(ctx, hold, {
        manifest: file.manifest,
        sentBy: randomUUID(),
        open: async function* () {
          yield file.csv.subarray(0, file.csv.length / 2)
          const gone = once(ctx.tx.client, 'end').catch(() => undefined)
          await admin.query('select pg_terminate_backend($1)', [processID])
          await gone
          yield file.csv.subarray(file.csv.length / 2)
        },
        progress: () => undefined,
      })
    })
    await assert.rejects(cut)
    await admin.end()
    assert.deepEqual(await applied(), before)
    gateway.queue.wake(hida)
    await gateway.queue.settled()
    const state = await look(file)
    assert.ok(state.state === 'applied' && state.receipt.counts.deleted === 1)
  })

  test('what a killed process was applying is left alone while it may live, and then taken up', async () => {
    const file = linkFile('212172', 'residents', next, rows)
    const uploadId = await waiting(file)
    const until = new Date(clock.getTime() + 30_000)
    await asLink((ctx) => lease(ctx.tx, uploadId, { leaseId: randomUUID(), now: clock, until }))
    await gateway.queue.tick()
    await gateway.queue.settled()
    assert.equal((await look(file)).state, 'applying')
    clock = new Date(until.getTime() + 1)
    await gateway.queue.tick()
    await gateway.queue.settled()
    assert.equal((await look(file)).state, 'applied')
  })

  test('what fails by our mistake is kept, told once, tried later, and never jumped over', async () => {
    const file = linkFile('212172', 'residents', next, rows)
    const late = linkFile('212172', 'residents', next + 1, rows)
    const admin = new pg.Client({ connectionString: cloud.database.urls.admin })
    await admin.connect()
    try {
      await admin.query('alter table residents.version add constraint broken check (sex is null) not valid')
      await admin.query('alter table linkage.watermark add constraint broken check (file_no = 0) not valid')
      await sendFile(gateway, agent, file, { at: clock })
      await sendFile(gateway, agent, late, { at: clock })
    } finally {
      await admin.query('alter table residents.version drop constraint broken')
      await admin.query('alter table linkage.watermark drop constraint broken')
      await admin.end()
    }
    await gateway.queue.settled()
    assert.deepEqual(
      [(await look(file)).state, (await look(late)).state, (await standing('residents')).nextFileNo],
      ['waiting', 'held', next],
    )
    const clerk = await cloud.signIn(hida, 'clerk')
    const failures = async () =>
      (await clerk.get(listLinkAlarms, {})).alarms.filter((alarm) => alarm.kind === 'failure')
    assert.deepEqual(
      (await failures()).map((alarm) => [alarm.business, alarm.times, alarm.endedAt]),
      [['residents', 1, null]],
    )
    clock = new Date(clock.getTime() + 60_000)
    await gateway.queue.tick()
    await gateway.queue.settled()
    assert.deepEqual([(await look(file)).state, (await look(late)).state], ['applied', 'applied'])
    assert.notEqual((await failures())[0]!.endedAt, null)
  })

  test('the spool of a process that is gone for good is given up after ten minutes', async () => {
    const file = linkFile('212172', 'residents', next, shuffled(2))
    const gone = await testGateway(cloud, { now: () => clock, authority: gateway.authority })
    await paused('residents', async () => {
      assert.equal((await stateOf(sendFile(gone, agent, file, { at: clock }))).state, 'held')
      await gone.close()
    })
    await gateway.queue.tick()
    assert.equal((await look(file)).state, 'waiting', 'its process may come back')
    clock = new Date(clock.getTime() + 11 * 60_000)
    assert.deepEqual(await look(file), { state: 'receiving', received: 0 })
    assert.equal((await receiptOf(sendFile(gateway, agent, file, { at: clock }))).state, 'applied')
  })

  test('a town with trouble keeps no other from being looked after, and is counted', async () => {
    const stuck = linkFile('212172', 'residents', next + 5, rows)
    await putFile(gateway, agent, stuck, { over: { at: clock } })
    await patchFile(gateway, agent, stuck, { from: 0, to: 10 }, { at: clock })
    const place = join(gateway.spoolFolder, '212172', await uploadOf(stuck))
    await rm(place)
    await mkdir(place)
    const silent = '212181' as MunicipalityCode
    await cloud.onboard(silent, '本巣市')
    await enrolledAgent(cloud, gateway, silent)
    clock = new Date(clock.getTime() + 2 * 3_600_000)
    cloud.clock = clock
    await gateway.queue.tick()
    const kinds = async (town: MunicipalityCode) =>
      (await (await cloud.signIn(town, 'admin')).get(listLinkAlarms, {})).alarms.map(({ kind }) => kind)
    assert.ok((await kinds(silent)).includes('stopped'))
    assert.ok((await kinds(hida)).includes('stopped'), 'its own silence is noticed too')
    assert.equal(gateway.queue.failing, 1)
    await rm(place, { recursive: true })
    await gateway.queue.tick()
    assert.equal(gateway.queue.failing, 0)
  })

  test('one town’s long backlog does not keep another waiting, and their numbers are their own', async () => {
    const own = Array.from({ length: 5 }, (_, i) => linkFile('212172', 'residents', next + i, shuffled(i)))
    const other = linkFile(
      '212032',
      'residents',
      1,
      people.map((record) => residentRow(record, { code: '212032' })),
    )
    const [receipt] = await Promise.all([
      receiptOf(sendFile(gateway, theirs, other, { at: clock })),
      ...own.map((file) => sendFile(gateway, agent, file, { at: clock })),
    ])
    assert.deepEqual([receipt.state, receipt.seq], ['applied', '1'])
    await gateway.queue.settled()
    assert.equal((await standing('residents')).nextFileNo, next + 5)
    assert.equal((await standing('residents', gateway, theirs)).nextFileNo, 2)
  })

  test('a queue that is full has a place for what is small or protects somebody, and tries one trial at a time', async () => {
    const other = '212032' as MunicipalityCode
    const file = linkFile('212032', 'suppressions', 1, [])
    const staff = await cloud.signIn(other, 'admin')
    await staff.get(pauseLink, { business: 'suppressions', reason: '試験' })
    assert.equal((await stateOf(sendFile(gateway, theirs, file, { at: clock }))).state, 'held')
    const busy = new LinkQueue(gateway.runtime, gateway.spool, { atOnce: 1 })
    const order: string[] = []
    let end = (): void => undefined
    const held = new Promise<void>((resolve) => (end = resolve))
    busy.try(hida, async () => {
      order.push('first trial')
      await held
    })
    busy.try('212181' as MunicipalityCode, async () => void order.push('second trial'))
    await staff.get(resumeLink, { business: 'suppressions' })
    busy.wake(other)
    const ask = () =>
      sendMessage(gateway, theirs, {
        method: 'GET',
        path: linkPaths.file('suppressions', 1),
        over: { at: clock },
      })
    let state = ''
    for (let look = 0; look < 300 && state !== 'applied'; look++) state = (await stateOf(ask())).state
    assert.equal(state, 'applied')
    assert.deepEqual(order, ['first trial'])
    end()
    await busy.close()
    assert.deepEqual(order, ['first trial'], 'closing takes up nothing new')
  })
})
