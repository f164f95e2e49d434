import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import {
  cardSerialsCsv,
  makeTown,
  residentsCsv,
  suppressionsCsv,
  type DemoTown,
} from '@open-bcl/demo/town.ts'
import { getIssueDocument, issueAtCounter } from '@open-bcl/modules/certificates/certificates.contract.ts'
import { searchResidents } from '@open-bcl/modules/residents/residents.actions.ts'
import { openPool, type Pool as DatabasePool } from '@open-bcl/platform/db/pool.ts'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import { rekey, type Rekeying, type RekeyProgress } from '@open-bcl/platform/rekey.ts'
import { Keyring } from '@open-bcl/platform/seal.ts'
import { cloudEndpoints, sealedTablesOfCloud } from './compose.ts'
import { loadTown } from './testing/load-town.ts'
import { fillEveryTable, unfilled } from './testing/fill-every-table.ts'
import { bytesOf, sendFile, type SentFile } from './testing/send-file.ts'
import { testCloud, type Browser, type TestCloud } from './testing/town.ts'
import { walk, type Pool } from './testing/walk.ts'

describe('a change of keys while everything runs', () => {
  const master = randomBytes(32)
  let cloud: TestCloud
  let rekeyer: DatabasePool
  let hida: DemoTown
  let code: MunicipalityCode
  const takayama = makeTown({ municipalityCode: '212032', households: 20 })
  let browser: Browser
  let known: Pool
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rekeying-'))
  const environment: Record<string, string> = {}
  const files: Pick<SentFile, 'business' | 'bytes'>[] = []

  before(async () => {
    cloud = await testCloud({ pdf: true, masterKey: master })
    rekeyer = openPool('test rekeyer', cloud.database.urls.rekeyer, { max: 2 })
    const secret = (name: string, text: string): string => {
      fs.writeFileSync(path.join(folder, name), text)
      return path.join(folder, name)
    }
    environment['OPEN_BCL_APP_DATABASE_FILE'] = secret('app', cloud.database.urls.app)
    environment['OPEN_BCL_REKEYER_DATABASE_FILE'] = secret('rekeyer', cloud.database.urls.rekeyer)
    environment['OPEN_BCL_MASTER_KEY_FILE'] = secret('master', master.toString('hex'))
    hida = makeTown({ households: 60 })
    code = await cloud.onboard('212172', '飛騨市')
    await cloud.onboard('212032', '高山市')
    await loadTown(cloud, takayama)
    browser = await cloud.signIn(code, 'clerk')
    const vector = (name: string) => fs.readFileSync(path.resolve('modules/interfaces/vectors/valid', name))
    const sent = {
      residents: await bytesOf(residentsCsv(hida)),
      suppressions: await bytesOf(suppressionsCsv(hida)),
      'card-serials': await bytesOf(cardSerialsCsv(hida)),
      seals: vector('seals-1.0.csv'),
    } as const
    for (const [business, bytes] of Object.entries(sent) as [keyof typeof sent, Buffer][]) {
      await sendFile(cloud, code, { business, bytes, fileNo: 1, mode: 'full' })
      files.push({ business, bytes })
    }
    known = await fillEveryTable(cloud, code, hida)
  })
  after(async () => {
    fs.rmSync(folder, { recursive: true, force: true })
    await rekeyer.end()
    await cloud.close()
  })

  async function rotate(
    told: (progress: RekeyProgress) => void = () => undefined,
    how: Pick<Rekeying, 'keyring' | 'tables'> = {
      keyring: cloud.runtime.keyring,
      tables: sealedTablesOfCloud,
    },
  ): Promise<number> {
    const { rows } = await rekey({
      ...how,
      pool: rekeyer,
      municipality: code,
      now: () => cloud.clock,
      rowsPerSecond: null,
      tell: told,
    })
    return rows
  }

  async function asAdmin<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: cloud.database.urls.admin })
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }

  async function currentKey(): Promise<number> {
    return await cloud.as(code, async (ctx) => (await ctx.keys()).keyId)
  }

  /** Sealed values by the number of their key. */
  async function keysInUse(municipality: string): Promise<Record<string, number>> {
    return await asAdmin(async (client) => {
      const counts: Record<string, number> = {}
      for (const { table, columns } of sealedTablesOfCloud)
        for (const column of Object.keys(columns)) {
          const { rows } = await client.query<{ key: number; count: string }>(
            `select get_byte(${column}, 2) as key, count(*) from ${table}
              where municipality_code = $1 and ${column} is not null group by 1`,
            [municipality],
          )
          for (const { key, count } of rows) counts[key] = (counts[key] ?? 0) + Number(count)
        }
      return counts
    })
  }

  test('every table that is listed has rows here, so that what follows tries each of them', async () => {
    const empty = await asAdmin(async (client) => {
      const found: string[] = []
      for (const { table, columns } of sealedTablesOfCloud) {
        const { rows } = await client.query(
          `select 1 from ${table} where municipality_code = $1 and (${Object.keys(columns)
            .map((column) => `${column} is not null`)
            .join(' or ')}) limit 1`,
          [code],
        )
        if (rows.length === 0) found.push(table)
      }
      return found
    })
    assert.deepEqual(
      empty.filter((table) => !unfilled.test(table)),
      [],
    )
  })

  /** Whom every word of a name finds. */
  async function everySearch(): Promise<Record<string, string[]>> {
    return await cloud.as(code, async (ctx) => {
      const found: Record<string, string[]> = {}
      for (const name of new Set(hida.residents.map((one) => one.name.full.slice(0, 2)))) {
        const { people } = await searchResidents(ctx, { name }, { seq: null })
        found[name] = people.map((person) => person.subject.id)
      }
      return found
    })
  }

  /** The operator's command in a process of its own, as it is really run. */
  function command(...args: string[]): { child: ChildProcess; said: () => string } {
    const child = spawn(process.execPath, [path.resolve('tools/open-bcl.ts'), ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let words = ''
    child.stderr!.on('data', (chunk: Buffer) => (words += chunk.toString()))
    return { child, said: () => words }
  }

  async function until(what: () => boolean | Promise<boolean>): Promise<void> {
    const end = Date.now() + 30_000
    while (!(await what())) {
      if (Date.now() > end) throw new Error('waited in vain')
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  test('killed in the middle it is found half done by everybody, who still find everything, and goes on', async () => {
    const before = await everySearch()
    assert.ok(Object.values(before).some((people) => people.length > 1))
    const first = command('rotate-keys', '--municipality', code, '--rows-per-second', '100')
    await until(() => first.said().includes('residents.version'))
    first.child.kill('SIGKILL')
    await once(first.child, 'close')
    const half = await keysInUse(code)
    assert.deepEqual(Object.keys(half), ['1', '2'])
    assert.deepEqual(await everySearch(), before)
    // A full file sees what changed, and nothing else.
    for (const { business, bytes } of files) {
      const { counts } = await sendFile(cloud, code, { business, bytes, fileNo: 2, mode: 'full' })
      const { inserted, updated, deleted } = counts
      assert.deepEqual(
        { business, inserted, updated, deleted },
        { business, inserted: 0, updated: 0, deleted: 0 },
      )
    }

    const second = command('rotate-keys', '--municipality', code, '--rows-per-second', '400')
    const ended = once(second.child, 'close')
    // Meanwhile people are looked for and certificates issued.
    const [certificate] = await cloud.as(code, (ctx) =>
      ctx.tx.sql<{ id: string }>(
        'select certificate_id as id from risai.certificate where municipality_code = $1 and withdrawn_at is null',
        [code],
      ),
    )
    let issued = 0
    while (second.child.exitCode === null) {
      const transactionId = randomBytes(16).toString('hex')
      const order = {
        transactionId,
        kind: 'risai',
        subjectId: certificate!.id,
        copies: 1,
        purpose: null,
      } as const
      const made = await browser.call(issueAtCounter, order)
      // A machine that is busy says so.
      if (!made.ok && made.status === 503) continue
      assert.ok(made.ok, `issueAtCounter ${made.status}`)
      const paper = await browser.call(getIssueDocument, { transactionId })
      assert.equal(paper.ok && paper.bytes.subarray(0, 5).toString(), '%PDF-')
      issued += 1
      assert.deepEqual(await everySearch(), before)
    }
    assert.ok(issued > 0, 'nothing was issued meanwhile')
    const [exit] = (await ended) as [number]
    assert.equal(exit, 0, second.said())
    assert.deepEqual(Object.keys(await keysInUse(code)), ['2'])
    assert.deepEqual(await everySearch(), before)
    const told = await cloud.as(code, (ctx) =>
      ctx.tx.sql(
        `select event, count(*)::int as times from access.audit
          where municipality_code = $1 and event like 'access.keys-change%' group by 1 order by 1`,
        [code],
      ),
    )
    assert.deepEqual(told, [
      { event: 'access.keys-change-begun', times: 2 },
      { event: 'access.keys-changed', times: 1 },
    ])
  })

  test('whoever began before it goes on with what he knows, and nothing he wrote is lost', async () => {
    const steps: string[] = []
    let rotating: Promise<number> | undefined
    const noticeId = uuidv7()
    await inScope(cloud.database.app, code, async (tx) => {
      const keys = await cloud.runtime.keyring.of(tx)
      rotating = rotate(({ step }) => void steps.push(step))
      await until(() => steps.includes('waiting'))
      await tx.sql(
        `insert into notices.notice (municipality_code, notice_id, kind, subject_id, requested_at, sealed)
         values ($1, $2, 'test', 'x', now(), $3)`,
        [code, noticeId, keys.seal('notices.notice.sealed', noticeId, '遅れて書いた言葉')],
      )
    })
    await rotating
    assert.deepEqual(
      steps.filter((step) => step !== 'sealing' && step !== 'waiting'),
      ['announced', 'activated', 'destroyed'],
    )
    const opened = await cloud.as(code, async (ctx) => {
      const [row] = await ctx.tx.sql<{ sealed: Buffer }>(
        'select sealed from notices.notice where municipality_code = $1 and notice_id = $2',
        [code, noticeId],
      )
      return (await ctx.keys()).open('notices.notice.sealed', noticeId, row!.sealed)
    })
    assert.equal(opened, '遅れて書いた言葉')
  })

  test('a row that somebody holds is waited for by nobody, and sealed when it is free', async () => {
    const steps: string[] = []
    // The change stops at its first row, of another table, until ours is held: only the row keeps it waiting then.
    const atFirstRow = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const { keyring } = cloud.runtime
    const slow: Rekeying['keyring'] = {
      announce: (tx, keyId, now) => keyring.announce(tx, keyId, now),
      of: async (tx) => {
        atFirstRow.resolve()
        await goOn.promise
        return await keyring.of(tx)
      },
    }
    const heldLast = [...sealedTablesOfCloud].sort(
      (a, b) => Number(a.table === 'residents.version') - Number(b.table === 'residents.version'),
    )
    const rotating = rotate(({ step }) => void steps.push(step), { keyring: slow, tables: heldLast })
    await atFirstRow.promise
    await inScope(cloud.database.linkage, code, async (tx) => {
      await tx.sql(
        `select 1 from residents.version where municipality_code = $1 order by resident_no limit 1 for update`,
        [code],
      )
      const before = steps.length
      goOn.resolve()
      await until(() => steps.slice(before).includes('waiting') || steps.includes('destroyed'))
      assert.ok(!steps.includes('destroyed'), 'the key of a row that somebody holds was destroyed')
      const [left, ...anew] = Object.values(await keysInUse(code))
      assert.equal(left, 1, 'all but the row that somebody holds are sealed anew')
      assert.equal(anew.length, 1)
    })
    await rotating
    assert.equal(Object.keys(await keysInUse(code)).length, 1)
  })

  test('what a page shows is the same afterwards, nothing needs the old key, and the neighbour is not touched', async () => {
    const reading = cloudEndpoints().filter(({ method }) => method === 'GET')
    const walked = await walk(reading, browser, known, { order: 7, skip: ['signOut'] })
    const before = walked.answers.filter(({ status }) => status < 300)
    assert.ok(new Set(before.map(({ endpoint }) => endpoint)).size > 10)
    const named = new Map(reading.map((endpoint) => [endpoint.name, endpoint]))
    const neighbour = await keysInUse('212032')
    assert.ok((await rotate()) > 100)
    const current = await currentKey()
    assert.deepEqual(Object.keys(await keysInUse(code)), [String(current)])
    assert.deepEqual(await keysInUse('212032'), neighbour)
    for (const { endpoint, input, status } of before) {
      const again = await browser.call(named.get(endpoint)!, input as never)
      assert.equal(again.status, status, `${endpoint} ${JSON.stringify(input)}`)
    }
    const states = await cloud.as(code, (ctx) =>
      ctx.tx.sql(
        `select key_id, state, length(wrapped) > 0 as kept from app.sealing_key where municipality_code = $1 order by 1`,
        [code],
      ),
    )
    assert.deepEqual(
      states,
      Array.from({ length: current }, (_, i) => ({
        key_id: i + 1,
        state: i + 1 < current ? 'destroyed' : 'current',
        kept: i + 1 === current,
      })),
    )
  })

  test('a stolen copy of the old wrapped key, with the master key, opens nothing of the new database', async () => {
    const old = await cloud.as(code, (ctx) =>
      ctx.tx.sql<{ wrapped: Buffer }>(
        `select wrapped from app.sealing_key where municipality_code = $1 and state = 'current'`,
        [code],
      ),
    )
    const oldId = await currentKey()
    await rotate()
    const [row] = await cloud.as(code, (ctx) =>
      ctx.tx.sql<{ sealed: Buffer; key: string }>(
        `select sealed, resident_no || '|' || history_no || '|' || branch_no as key from residents.version
          where municipality_code = $1 limit 1`,
        [code],
      ),
    )
    const place = 'residents.version.sealed'
    const present = await cloud.as(code, (ctx) => ctx.keys())
    assert.ok(present.open(place, row!.key, row!.sealed).length > 0)
    // The thief's database: ours, with the old key put back as the one in use.
    const thief = inScope(rekeyer, code, async (tx) => {
      await tx.sql(
        `update app.sealing_key set state = 'destroyed', wrapped = '' where municipality_code = $1 and state = 'current'`,
        [code],
      )
      await tx.sql(
        `update app.sealing_key set state = 'current', wrapped = $2 where municipality_code = $1 and key_id = $3`,
        [code, old[0]!.wrapped, oldId],
      )
      const keys = await new Keyring(master).of(tx)
      assert.throws(() => keys.open(place, row!.key, row!.sealed), /unknown format or key/)
      throw new Error('the thief goes home')
    })
    await assert.rejects(thief, /the thief goes home/)
  })
})
