import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import type { SpoolDisk } from '@open-bcl/platform/spool.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { chunkPath, linkPaths, OFFSET_HEADER, type FileState } from './gateway.contract.ts'
import { listLinkAlarms, listLinkFiles, pauseLink, resumeLink } from './linkage.contract.ts'
import {
  enrolledAgent,
  linkFile,
  patchFile,
  problemOf,
  putFile,
  receiptOf,
  sendFile,
  sendMessage,
  stateOf,
  testGateway,
  type LinkFile,
  type TestGateway,
} from './testing/gateway.ts'
import { residentRow, smallTown } from './testing/rows.ts'

const people = smallTown.residents.slice(0, 12)
const rows = people.map((record) => residentRow(record))
const FREE = 10 ** 12

/** A disk that is full when it is told to be. */
function makeDisk(): SpoolDisk & { fullAfter: number } {
  return {
    fullAfter: Infinity,
    async write(file, bytes, position) {
      const fits = Math.min(bytes.length, this.fullAfter)
      await file.write(bytes, 0, fits, position)
      this.fullAfter -= fits
      if (fits < bytes.length) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    },
    freeBytes: async () => FREE,
  }
}

describe('uploads', () => {
  let cloud: TestCloud
  let gateway: TestGateway
  let hida: MunicipalityCode
  let agent: MachineIdentity
  const disk = makeDisk()
  let next = 1
  before(async () => {
    cloud = await testCloud()
    gateway = await testGateway(cloud, { disk })
    hida = await cloud.onboard('212172', '飛騨市')
    agent = await enrolledAgent(cloud, gateway, hida)
  })
  after(async () => {
    await gateway.close()
    await cloud.close()
  })
  beforeEach(async () => {
    disk.fullAfter = Infinity
    next = await nextNo()
  })

  const nextNo = async () => {
    const { json } = await sendMessage(gateway, agent, {
      method: 'POST',
      path: linkPaths.status,
      body: { agentVersion: 'test', mode: 'production', unsent: {} },
    })
    const { businesses } = json as { businesses: { business: string; nextFileNo: number }[] }
    return businesses.find((one) => one.business === 'residents')!.nextFileNo
  }
  /** Each its own bytes: the order of the rows says nothing. */
  let turn = 0
  const file = (over: Parameters<typeof linkFile>[4] = {}): LinkFile => {
    turn += 1
    const at = turn % rows.length
    return linkFile('212172', 'residents', next, [...rows.slice(at), ...rows.slice(0, at)], {
      ...over,
      producerVersion: `test ${turn}`,
    })
  }
  const town = () => join(gateway.spoolFolder, '212172')
  const spooled = async () => await readdir(town()).catch(() => [])
  const look = (one: LinkFile) =>
    stateOf(
      sendMessage(gateway, agent, { method: 'GET', path: linkPaths.file('residents', one.manifest.fileNo) }),
    )
  /** A process that knows nothing but the folder and the database. */
  const freshProcess = async () =>
    await testGateway(cloud, { authority: gateway.authority, disk, spoolFolder: gateway.spoolFolder })

  test('a file cut at any byte goes on where it stopped', async () => {
    const whole = file()
    await putFile(gateway, agent, whole)
    let sent = 0
    while (sent < whole.csv.length) {
      const to = Math.min(whole.csv.length, sent + randomInt(1, 2_500))
      const { json } = await patchFile(gateway, agent, whole, { from: sent, to })
      sent = to
      if (to < whole.csv.length) {
        assert.deepEqual(json, { state: 'receiving', received: to })
        assert.deepEqual(await look(whole), { state: 'receiving', received: to })
      }
    }
    await gateway.queue.settled()
    const state = await look(whole)
    assert.equal(state.state, 'applied')
    assert.deepEqual(await spooled(), [])
  })

  test('a chunk at a wrong place is refused, and the answer says where to go on', async () => {
    const whole = file()
    await putFile(gateway, agent, whole)
    await patchFile(gateway, agent, whole, { from: 0, to: 500 })
    for (const from of [0, 499, 501]) {
      const answer = await patchFile(gateway, agent, whole, { from, to: from + 10 })
      assert.equal(answer.status, 409)
      assert.equal(answer.headers[OFFSET_HEADER], '500')
    }
    assert.deepEqual(await stateOf(putFile(gateway, agent, whole)), { state: 'receiving', received: 500 })
    const { status } = await patchFile(
      gateway,
      agent,
      { ...whole, csv: Buffer.alloc(whole.csv.length + 1) },
      { from: 500 },
    )
    assert.equal(status, 409)
    assert.equal((await receiptOf(sendFile(gateway, agent, whole))).state, 'applied')
  })

  test('a chunk of a replaced upload does not slip into the new one', async () => {
    const first = file()
    const second = file()
    await putFile(gateway, agent, first)
    await patchFile(gateway, agent, first, { from: 0, to: 700 })
    assert.deepEqual(await stateOf(putFile(gateway, agent, second)), { state: 'receiving', received: 0 })
    const { status, body } = await problemOf(patchFile(gateway, agent, first, { from: 700 }))
    assert.deepEqual([status, body.type], [409, '/problems/linkage/no-upload'])
    const receipt = await receiptOf(sendFile(gateway, agent, second))
    assert.deepEqual([receipt.state, receipt.sha256], ['applied', second.manifest.sha256])
    assert.deepEqual(await spooled(), [])
  })

  test('a file torn on the disk at any byte is cut at its last whole block, and a new process goes on', async () => {
    for (let round = 0; round < 12; round++) {
      next = await nextNo()
      const whole = file()
      await putFile(gateway, agent, whole)
      const steps = [0, 900, 1_800, 2_700]
      for (const [i, from] of steps.slice(0, -1).entries())
        await patchFile(gateway, agent, whole, { from, to: steps[i + 1]! })
      const [name] = await spooled()
      const path = join(town(), name!)
      const { size } = await stat(path)
      await truncate(path, randomInt(0, size))
      // Somebody who lost power in the middle of a block leaves garbage behind, too.
      if (round % 2 === 1) await writeFile(path, Buffer.alloc(randomInt(1, 40), 7), { flag: 'a' })
      const other = await freshProcess()
      try {
        const state = await stateOf(putFile(other, agent, whole))
        assert.ok(state.state === 'receiving' && steps.includes(state.received), JSON.stringify(state))
        const receipt = await receiptOf(sendFile(other, agent, whole))
        assert.equal(receipt.state, 'applied')
      } finally {
        await other.close()
      }
    }
  })

  test('a bit that flips on the disk is never applied: the file is asked for again', async () => {
    const whole = file()
    const clerk = await cloud.signIn(hida, 'admin')
    await clerk.get(pauseLink, { business: 'residents', reason: '試験' })
    assert.equal((await stateOf(sendFile(gateway, agent, whole))).state, 'held')
    const [name] = await spooled()
    const path = join(town(), name!)
    const bytes = await readFile(path)
    const at = randomInt(8, bytes.length)
    bytes[at] = bytes[at]! ^ (1 << randomInt(8))
    await writeFile(path, bytes)
    await clerk.get(resumeLink, { business: 'residents' })
    gateway.queue.wake(hida)
    await gateway.queue.settled()
    const state = await look(whole)
    assert.equal(state.state, 'receiving')
    assert.equal((await receiptOf(sendFile(gateway, agent, whole))).state, 'applied')
  })

  test('a lost spool means only sending again, from the first byte', async () => {
    const half = file()
    await putFile(gateway, agent, half)
    await patchFile(gateway, agent, half, { from: 0, to: 1_000 })
    const late = linkFile('212172', 'residents', next + 1, rows)
    assert.equal((await stateOf(sendFile(gateway, agent, late))).state, 'held')
    await rm(town(), { recursive: true })
    for (const one of [half, late]) assert.deepEqual(await look(one), { state: 'receiving', received: 0 })
    assert.deepEqual(await stateOf(putFile(gateway, agent, half)), { state: 'receiving', received: 0 })
    assert.equal((await receiptOf(sendFile(gateway, agent, half))).state, 'applied')
    assert.equal((await receiptOf(sendFile(gateway, agent, late))).state, 'applied')
  })

  test('nothing on the disk can be read: no name, no heading, not even of which business it is', async () => {
    const whole = file()
    await putFile(gateway, agent, whole)
    await patchFile(gateway, agent, whole, { from: 0, to: 3_000 })
    for (const name of await spooled()) {
      const bytes = await readFile(join(town(), name))
      for (const word of ['氏名', 'residents', people[0]!.name.full, people[0]!.residentNo])
        assert.ok(!bytes.includes(Buffer.from(word)), word)
    }
    await receiptOf(sendFile(gateway, agent, whole))
  })

  test('a full disk is said, raises one alarm, and what was answered for stays', async () => {
    const whole = file()
    await putFile(gateway, agent, whole)
    await patchFile(gateway, agent, whole, { from: 0, to: 1_000 })
    disk.fullAfter = 300
    for (let tries = 0; tries < 3; tries++) {
      const { status, body } = await problemOf(patchFile(gateway, agent, whole, { from: 1_000, to: 2_000 }))
      assert.deepEqual([status, body.type], [503, '/problems/linkage/spool-full'])
    }
    const clerk = await cloud.signIn(hida, 'clerk')
    const { alarms } = await clerk.get(listLinkAlarms, {})
    assert.deepEqual(
      alarms.filter((alarm) => alarm.kind === 'disk').map((alarm) => alarm.times),
      [3],
    )
    assert.deepEqual(await look(whole), { state: 'receiving', received: 1_000 })
    disk.fullAfter = Infinity
    assert.equal((await receiptOf(sendFile(gateway, agent, whole))).state, 'applied')
  })

  test('a file, and all files of a town together, have a limit', async () => {
    const { authority, spoolFolder } = gateway
    const size = file().csv.length
    const narrow = await testGateway(cloud, {
      authority,
      spoolFolder,
      maxFileBytes: size + 10,
      maxTownBytes: size * 1.5,
    })
    try {
      const large = linkFile('212172', 'residents', next, [...rows, rows[0]!])
      assert.equal((await putFile(narrow, agent, large)).status, 413)
      assert.equal((await putFile(narrow, agent, file())).status, 200)
      const { status, body } = await problemOf(
        putFile(narrow, agent, linkFile('212172', 'residents', next + 1, rows)),
      )
      assert.deepEqual([status, body.type], [503, '/problems/linkage/spool-full'])
    } finally {
      await narrow.close()
    }
    const chunk = await sendMessage(gateway, agent, {
      method: 'PATCH',
      path: chunkPath(linkPaths.file('residents', next), { offset: 0, sha256: '0'.repeat(64) }),
      body: Buffer.alloc(4 * 1024 * 1024 + 1),
    }).catch((error: unknown) => error as Error)
    assert.ok(chunk instanceof Error || chunk.status === 413)
  })

  test('the SHA-256 of another file is refused whole when it is applied, and the bytes go', async () => {
    const whole = file()
    const wrong = { csv: whole.csv, manifest: { ...whole.manifest, sha256: 'a'.repeat(64) } }
    const receipt = await receiptOf(sendFile(gateway, agent, wrong))
    assert.equal(receipt.state, 'refused')
    assert.deepEqual(await spooled(), [])
    assert.equal((await receiptOf(sendFile(gateway, agent, whole))).state, 'applied')
  })

  test('two senders of one file at once, chunk by chunk, make one file', async () => {
    const whole = file()
    const answers = await Promise.all(
      [700, 1_100].map((chunkBytes) => receiptOf(sendFile(gateway, agent, whole, { chunkBytes }))),
    )
    assert.equal(answers[0]!.state, 'applied')
    assert.deepEqual(answers[0], answers[1])
  })

  test('staff pause a business: its files are taken and wait, and go on when it is resumed', async () => {
    const clerk = await cloud.signIn(hida, 'admin')
    await clerk.get(pauseLink, { business: 'residents', reason: '住基システムの更新のため' })
    const whole = file()
    assert.equal((await stateOf(sendFile(gateway, agent, whole))).state, 'held')
    const find = async () =>
      (await clerk.get(listLinkFiles, {})).businesses.find((one) => one.business === 'residents')!
    const paused = await find()
    assert.deepEqual([paused.backlog, paused.inbound[0]!.heldFor], [1, 'paused'])
    assert.equal(paused.paused!.reason, '住基システムの更新のため')
    await clerk.get(resumeLink, { business: 'residents' })
    await gateway.queue.tick()
    await gateway.queue.settled()
    assert.equal((await look(whole)).state, 'applied')
    assert.equal((await find()).backlog, 0)
  })

  describe('in verification', () => {
    const everything = () =>
      cloud.as(hida, async (ctx) => {
        const counts = []
        for (const table of [
          'residents.version',
          'residents.applied',
          'linkage.file',
          'linkage.inbound',
          'linkage.bad_row',
          'linkage.watermark',
          'linkage.alarm',
        ])
          counts.push(
            (await ctx.tx.sql(`select count(*) from ${table} where municipality_code = $1`, [hida]))[0],
          )
        return counts
      })

    test('a file is judged as in production, under any number, and leaves nothing', async () => {
      const before = await everything()
      const fewer = linkFile('212172', 'residents', 77_777, rows.slice(1))
      const receipt = await receiptOf(sendFile(gateway, agent, fewer, { verification: true }))
      assert.deepEqual(
        [receipt.state, receipt.seq, receipt.counts.deleted, receipt.counts.unchanged],
        ['verified', null, 1, 11],
      )
      const wrong = linkFile('212172', 'residents', 77_778, rows, { deleteCount: 3 })
      assert.equal(
        (await receiptOf(sendFile(gateway, agent, wrong, { verification: true }))).state,
        'refused',
      )
      assert.deepEqual(await everything(), before)
      assert.deepEqual(await spooled(), [])
      assert.equal(await nextNo(), next)
    })

    test('an upload cut in the middle goes on, and the same number may be tried again with other rows', async () => {
      const first = linkFile('212172', 'residents', 1, rows)
      const second = linkFile('212172', 'residents', 1, rows.slice(2))
      await putFile(gateway, agent, first, { path: linkPaths.verification('residents', 1) })
      await patchFile(gateway, agent, first, { from: 0, to: 100 }, { verification: true })
      const one = await receiptOf(sendFile(gateway, agent, first, { verification: true }))
      const two = await receiptOf(sendFile(gateway, agent, second, { verification: true }))
      assert.deepEqual([one.counts.rows, two.counts.rows], [12, 10])
    })
  })

  test('trials take no more of the disk than two files, and no room that production uses', async () => {
    let clock = new Date()
    const town = await cloud.onboard('213021', '岐南町')
    const whole = (no: number) => linkFile('213021', 'residents', no, rows)
    const size = whole(1).csv.length
    const small = await testGateway(cloud, { maxTownBytes: size * 2.5, now: () => clock })
    const sender = await enrolledAgent(cloud, small, town)
    const put = async (no: number, verification = true) => {
      const path = linkPaths[verification ? 'verification' : 'file']('residents', no)
      return (await putFile(small, sender, whole(no), { path, over: { at: clock } })).status
    }
    assert.deepEqual([await put(1), await put(2), await put(3)], [200, 200, 503])
    // The same again goes on; one that nobody sends on gives way.
    assert.equal(await put(2), 200)
    clock = new Date(clock.getTime() + 11 * 60_000)
    assert.equal(await put(3), 200)
    assert.deepEqual([await put(1, false), await put(2, false)], [200, 200])
    clock = new Date(clock.getTime() + 11 * 60_000)
    assert.equal(await put(4), 503, 'production has the room')
    await small.close()
  })

  test('a state of another town is nobody’s business', async () => {
    const whole = file()
    await putFile(gateway, agent, whole)
    await patchFile(gateway, agent, whole, { from: 0, to: 400 })
    const takayama = await cloud.onboard('212032', '高山市')
    const theirs = await enrolledAgent(cloud, gateway, takayama)
    const state = await sendMessage(gateway, theirs, {
      method: 'GET',
      path: linkPaths.file('residents', next),
    })
    assert.deepEqual(state.json as FileState, { state: 'receiving', received: 0 })
    assert.equal((await patchFile(gateway, theirs, whole, { from: 400 })).status, 409)
    assert.deepEqual(await look(whole), { state: 'receiving', received: 400 })
  })
})
