import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { canaries } from '@open-bcl/demo/people.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import * as contract from './manual.contract.ts'
import { Clerk } from './testing/clerk.ts'
import { messyResidents, messySuppressions } from './testing/messy.ts'

describe('a town that starts by hand', () => {
  let cloud: TestCloud
  let town: DemoTown
  let code: MunicipalityCode
  let clerk: Clerk

  before(async () => {
    cloud = await testCloud()
    town = makeTown({ households: 60 })
    code = await cloud.onboard('212172', '飛騨市')
    clerk = new Clerk(cloud, code, await cloud.signIn(code, 'admin'))
  })
  after(() => cloud.close())

  const currentRows = async (): Promise<{ origin: string; rows: bigint }[]> =>
    await cloud.as(code, (ctx) =>
      ctx.tx.sql(
        `select origin, count(*) as rows from residents.version
          where municipality_code = $1 and to_seq is null and not deleted group by origin`,
        [code],
      ),
    )

  test('residents wait until 支援措置 are known', async () => {
    const uploadId = await clerk.upload('residents', messyResidents(town, 0).bytes)
    const { plan } = await clerk.read(uploadId)
    const check = await clerk.run(uploadId, 'check', plan)
    assert.equal(check.state, 'done')
    const refused = await clerk.browser.call(contract.startRun, {
      uploadId,
      kind: 'apply',
      mode: 'full',
      plan,
      confirmedDeletions: null,
    })
    assert.ok(!refused.ok)
    assert.equal(refused.problem.type, '/problems/manual/suppressions-first')
    assert.deepEqual(await currentRows(), [], 'a try leaves nothing')
  })

  test('a file of 支援措置 with few columns in UTF-16 is understood', async () => {
    const { reading, apply } = await clerk.load('suppressions', messySuppressions(town))
    assert.equal(reading.plan.encoding, 'utf-16le')
    assert.equal(reading.plan.delimiter, '\t')
    assert.equal(apply.state, 'done')
    assert.equal(apply.result?.counts?.inserted, town.suppressions.length)
    assert.equal(apply.result?.counts?.refused, 0)
  })

  test('a messy CP932 file loads; its bad lines are named and the rest stands, marked as by hand', async () => {
    const messy = messyResidents(town, 25)
    const { reading, check, apply } = await clerk.load('residents', messy.bytes)
    assert.equal(reading.plan.encoding, 'shift_jis')
    assert.equal(reading.plan.headerLine, 2)
    assert.equal(reading.columns.find((column) => column.header === '備考')?.by, 'nothing')
    for (const run of [check, apply]) {
      assert.equal(run.state, 'done')
      assert.equal(run.result?.counts?.rows, messy.people)
      assert.equal(run.result?.counts?.refused, messy.wrongLines.length)
      assert.equal(run.result?.counts?.inserted, messy.people - messy.wrongLines.length)
      assert.deepEqual(
        run.result?.findings.filter(({ item }) => item === '生年月日').map(({ line }) => line),
        messy.wrongLines.slice(0, 50),
      )
    }
    assert.deepEqual(await currentRows(), [
      { origin: 'hand', rows: BigInt(messy.people - messy.wrongLines.length) },
    ])
    const csv = await clerk.browser.call(contract.getRunFindings, { runId: apply.runId })
    assert.match(
      csv.ok ? csv.bytes.toString('utf8') : '',
      /^\u{feff}"種別","行","項目名","理由"\r\n"誤り","\d+","生年月日"/u,
    )
  })

  test('a 宛名番号 that a spreadsheet took the zeros of is offered as long as the others of the town', async () => {
    const [person] = town.residents
    const bare = person!.residentNo.slice(1)
    const uploadId = await clerk.upload('seals', Buffer.from(`宛名番号,印鑑登録番号\r\n${bare},1\r\n`))
    const { plan } = await clerk.read(uploadId)
    assert.equal(plan.zeroFill['宛名番号'], person!.residentNo.length)
  })

  test('the mended file brings only what was missing; the same again changes nothing', async () => {
    const messy = messyResidents(town, 0)
    const mended = await clerk.load('residents', messy.bytes)
    assert.equal(mended.reading.remembered, true)
    assert.deepEqual(
      { ...mended.apply.result?.counts },
      {
        rows: messy.people,
        inserted: messyResidents(town, 25).wrongLines.length,
        updated: 0,
        deleted: 0,
        unchanged: messy.people - messyResidents(town, 25).wrongLines.length,
        refused: 0,
      },
    )
    // A week later: what was filled in with the day of the first load must not have moved.
    cloud.clock = new Date('2026-11-28T00:00:00Z')
    clerk = new Clerk(cloud, code, await cloud.signIn(code, 'admin'))
    const again = await clerk.load('residents', messy.bytes)
    const { rows, unchanged, inserted, updated, deleted } = again.apply.result!.counts!
    assert.deepEqual(
      { rows, unchanged, inserted, updated, deleted },
      {
        rows: messy.people,
        unchanged: messy.people,
        inserted: 0,
        updated: 0,
        deleted: 0,
      },
    )
  })

  test('a full file that would delete many is stopped until the number is typed', async () => {
    const fewer: DemoTown = {
      ...town,
      residents: town.residents.slice(0, Math.floor(town.residents.length * 0.8)),
    }
    const gone = town.residents.length - fewer.residents.length
    const bytes = messyResidents(fewer, 0).bytes
    const uploadId = await clerk.upload('residents', bytes)
    const { plan } = await clerk.read(uploadId)
    const check = await clerk.run(uploadId, 'check', plan)
    assert.equal(check.result?.mustConfirmDeletions, true)
    assert.equal(check.result?.counts?.deleted, gone)
    for (const confirmedDeletions of [null, gone - 1]) {
      const refused = await clerk.run(uploadId, 'apply', plan, { confirmedDeletions })
      assert.equal(refused.state, 'refused')
      assert.equal((await currentRows())[0]?.rows, BigInt(town.residents.length))
    }
    const done = await clerk.run(uploadId, 'apply', plan, { confirmedDeletions: gone })
    assert.equal(done.state, 'done')
    assert.equal((await currentRows())[0]?.rows, BigInt(fewer.residents.length))
  })

  test('as a delta the same file deletes nobody', async () => {
    const some: DemoTown = { ...town, residents: town.residents.slice(0, 5) }
    const before = await currentRows()
    const { apply } = await clerk.load('residents', messyResidents(some, 0).bytes, { mode: 'delta' })
    assert.equal(apply.result?.counts?.deleted, 0)
    assert.deepEqual(await currentRows(), before)
  })

  test('a run that was cut off is begun again, and one that is done is not', async () => {
    const uploadId = await clerk.upload('residents', messyResidents(town, 0).bytes)
    const { plan } = await clerk.read(uploadId)
    await clerk.run(uploadId, 'check', plan)
    const { runId } = await clerk.browser.get(contract.startRun, {
      uploadId,
      kind: 'apply',
      mode: 'full',
      plan,
      confirmedDeletions: null,
    })
    cloud.clock = new Date('2026-11-28T00:10:00Z')
    // Two workers at once, as when a queue takes a slow one for dead, and a third after them.
    await Promise.all([clerk.work(runId), clerk.work(runId)])
    await clerk.work(runId)
    const run = await clerk.browser.get(contract.getRun, { runId })
    assert.equal(run.state, 'done')
    const seqs = await cloud.as(code, (ctx) =>
      ctx.tx.sql<{ loads: bigint }>(
        `select count(*) as loads from residents.applied a
           join residents.version v on v.municipality_code = a.municipality_code and v.from_seq = a.seq
          where a.municipality_code = $1 and a.at = $2`,
        [code, cloud.clock],
      ),
    )
    assert.equal(seqs[0]?.loads, BigInt(run.result!.counts!.inserted), 'written once')
  })

  test('what was not tried is not loaded, and no other town or role comes near', async () => {
    const uploadId = await clerk.upload('residents', messyResidents(town, 0).bytes)
    const { plan } = await clerk.read(uploadId)
    const input = { uploadId, kind: 'apply', mode: 'full', plan, confirmedDeletions: null } as const
    const untried = await clerk.browser.call(contract.startRun, input)
    assert.ok(!untried.ok && untried.problem.type === '/problems/manual/check-first')
    const takayama = await cloud.onboard('212032', '高山市')
    const stranger = await cloud.signIn(takayama, 'admin')
    for (const refused of [
      await stranger.call(contract.readUpload, { uploadId, choice: {} }),
      await stranger.call(contract.startRun, input),
      await stranger.call(contract.discardUpload, { uploadId }),
    ])
      assert.equal(refused.status, 404)
    for (const role of ['clerk', 'reviewer', 'viewer', 'auditor'] as const) {
      const other = await cloud.signIn(code, role)
      assert.equal((await other.call(contract.readUpload, { uploadId, choice: {} })).status, 403, role)
    }
  })

  test('a business that an agent sends is refused', async () => {
    await inScope(cloud.database.linkage, code, async (tx) => {
      await tx.sql(
        `insert into residents.applied (municipality_code, seq, at, business, file_no, origin) values ($1, 1000, $2, 'houses', 1, 'link')`,
        [code, cloud.clock],
      )
    })
    const refused = await clerk.browser.call(contract.openUpload, {
      business: 'houses',
      fileName: 'a.csv',
      bytes: 1,
    })
    assert.ok(!refused.ok && refused.problem.type === '/problems/manual/linked-by-agent')
  })

  test('no log line holds a name or an address', () => {
    const words = [...canaries, town.residents[0]!.name.full, town.residents[0]!.address.town]
    for (const line of cloud.logLines) for (const word of words) assert.ok(!line.includes(word), word)
    assert.ok(cloud.logLines.some((line) => line.includes('manual.finished')))
  })
})
