import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { insertAlarm } from '@open-bcl/modules/certificates/stops.store.ts'
import { searchResidents } from '@open-bcl/modules/residents/residents.actions.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { openPool, type Pool as DatabasePool } from '@open-bcl/platform/db/pool.ts'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import { rekey, type RekeyProgress } from '@open-bcl/platform/rekey.ts'
import { Keyring } from '@open-bcl/platform/seal.ts'
import { testDatabase } from '@open-bcl/platform/testing/database.ts'
import { cloudEndpoints, sealedTablesOfCloud } from './compose.ts'
import { loadTown } from './testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from './testing/town.ts'
import { Pool, walk } from './testing/walk.ts'

/** Bytes that no key of the town makes or opens. */
const notSealed = new Map([
  ['access.session.token_hash', 'SHA-256 of a random token'],
  ['access.sign_in.login_hmac', 'only counts failures; a new key begins a new count'],
  ['app.sealing_key.wrapped', 'the keys themselves, wrapped by the master key'],
  ['certificates.exchange_session.card_hmac', 'lives for minutes, and is compared under every key'],
  ['certificates.exchange_session.session_hash', 'SHA-256 of a random id'],
  ['linkage.enrolment_code.code_hash', 'SHA-256 of a random code'],
])

describe('the list of what is sealed', () => {
  test('names every sealed column, token and digest of the catalogue, and the role may change exactly these', async () => {
    const database = await testDatabase('cloud', migrationsOf('cloud'))
    const client = new pg.Client({ connectionString: database.urls.admin })
    await client.connect()
    try {
      const { rows } = await client.query<{ name: string; rekeyer: boolean; app: boolean }>(
        `select n.nspname || '.' || c.relname || '.' || a.attname as name,
                has_column_privilege('rekeyer', c.oid, a.attnum, 'update') as rekeyer,
                has_column_privilege('app', c.oid, a.attnum, 'update') as app
           from pg_class c join pg_namespace n on n.oid = c.relnamespace
           join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          where c.relkind in ('r', 'p') and not c.relispartition
            and format_type(a.atttypid, a.atttypmod) in ('bytea', 'bigint[]')
            and exists (select 1 from pg_attribute t where t.attrelid = c.oid and t.attname = 'municipality_code')
            and n.nspname not in ('pg_catalog', 'information_schema')`,
      )
      const listed = sealedTablesOfCloud.flatMap(({ table, columns, digest, tokens, forgets = [] }) =>
        [...Object.keys(columns), digest?.column, tokens?.column, ...forgets].flatMap((column) =>
          column === undefined ? [] : [`${table}.${column}`],
        ),
      )
      const found = rows.map(({ name }) => name).filter((name) => !notSealed.has(name))
      assert.deepEqual(
        listed.toSorted(),
        found.toSorted(),
        'a sealed column that is not listed is lost when the town’s key is changed: add it to the module’s x.sealed.ts and grant it to rekeyer',
      )
      for (const { name, rekeyer } of rows)
        assert.equal(rekeyer, listed.includes(name) || name === 'app.sealing_key.wrapped', name)
      assert.equal(rows.find(({ name }) => name === 'residents.version.sealed')?.app, false)
    } finally {
      await client.end()
      await database.close()
    }
  })
})

describe('a change of keys while everything runs', () => {
  const master = randomBytes(32)
  let cloud: TestCloud
  let rekeyer: DatabasePool
  let hida: DemoTown
  let code: MunicipalityCode
  const takayama = makeTown({ municipalityCode: '212032', households: 20 })
  let browser: Browser
  const known = new Pool()
  const skip = ['signIn', 'signOut', 'changePassword']

  before(async () => {
    cloud = await testCloud({ pdf: true, masterKey: master })
    rekeyer = openPool('test rekeyer', cloud.database.urls.rekeyer, { max: 2 })
    hida = makeTown({ households: 60 })
    code = await cloud.onboard('212172', '飛騨市')
    await cloud.onboard('212032', '高山市')
    await loadTown(cloud, hida)
    await loadTown(cloud, takayama)
    browser = await cloud.signIn(code, 'clerk')
    await fillEveryTable()
  })
  after(async () => {
    await rekeyer.end()
    await cloud.close()
  })

  /** Lives a town's life through every endpoint, so that every table has sealed rows. */
  async function fillEveryTable(): Promise<void> {
    const person = hida.people['satoTaro']!
    known.pin('residentNo', person.residentNo)
    known.pin('personRef', `R-${person.residentNo}`)
    known.add('name', person.name.full)
    known.add('kana', person.name.kana)
    known.add('birthOn', person.birth.on!)
    known.add('hazards', ['earthquake'])
    known.add('kind', 'risai')
    for (const name of ['occurredOn', 'appliedOn', 'surveyedOn']) known.add(name, '2026-11-20')
    known.add('applicationDeadlineOn', '2027-11-01')
    known.add('fromOn', '2026-04-01')
    await cloud.as(code, async (ctx) =>
      insertAlarm(
        ctx.tx,
        await ctx.keys(),
        {
          alarmId: uuidv7(),
          at: cloud.clock,
          transactionId: 'f'.repeat(32),
          stage: 'build',
          finding: 'words',
          build: 'test',
          mismatches: [],
        },
        { pdfBase64: '', words: [], snapshot: {} },
      ),
    )
    for (const [role, order] of [
      ['clerk', 'life'],
      ['reviewer', 'life'],
      ['reviewer', 8],
      ['clerk', 9],
      ['admin', 'life'],
    ] as const) {
      known.add('transactionId', createHash('md5').update(`walk ${role} ${order}`).digest('hex'))
      await walk(cloudEndpoints(), await cloud.signIn(code, role), known, { order, skip })
    }
  }

  async function rotate(told: (progress: RekeyProgress) => void = () => undefined): Promise<number> {
    const { rows } = await rekey({
      pool: rekeyer,
      keyring: cloud.runtime.keyring,
      municipality: code,
      tables: sealedTablesOfCloud,
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
    assert.deepEqual(empty, [])
  })

  test('what a page shows is the same afterwards, nothing needs the old key, and the neighbour is not touched', async () => {
    const look = async (): Promise<string[]> => {
      const reading = cloudEndpoints().filter(({ method }) => method === 'GET')
      const walked = await walk(reading, browser, known, { order: 7, skip: ['signOut'] })
      return walked.answers.filter(({ status }) => status < 300).map(({ endpoint }) => endpoint)
    }
    const before = await look()
    assert.ok(before.length > 10)
    const neighbour = await keysInUse('212032')
    assert.ok((await rotate()) > 100)
    assert.deepEqual(Object.keys(await keysInUse(code)), ['2'])
    assert.deepEqual(await keysInUse('212032'), neighbour)
    assert.deepEqual(await look(), before)
    const states = await cloud.as(code, (ctx) =>
      ctx.tx.sql(
        `select key_id, state, length(wrapped) > 0 as kept from app.sealing_key where municipality_code = $1 order by 1`,
        [code],
      ),
    )
    assert.deepEqual(states, [
      { key_id: 1, state: 'destroyed', kept: false },
      { key_id: 2, state: 'current', kept: true },
    ])
  })

  test('a stolen copy of the old wrapped key, with the master key, opens nothing of the new database', async () => {
    const old = await cloud.as(code, (ctx) =>
      ctx.tx.sql<{ wrapped: Buffer }>(
        `select wrapped from app.sealing_key where municipality_code = $1 and state = 'current'`,
        [code],
      ),
    )
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
        `update app.sealing_key set state = 'current', wrapped = $2 where municipality_code = $1 and key_id = 2`,
        [code, old[0]!.wrapped],
      )
      const keys = await new Keyring(master).of(tx)
      assert.throws(() => keys.open(place, row!.key, row!.sealed), /unknown format or key/)
      throw new Error('the thief goes home')
    })
    await assert.rejects(thief, /the thief goes home/)
  })
})
