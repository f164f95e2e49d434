import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { emergencyActions } from './support/emergency.ts'
import { applyFile } from '@open-bcl/modules/linkage/intake.actions.ts'
import { makePackage, verifyPackage } from '@open-bcl/modules/linkage/recovery.actions.ts'
import { nextSeq } from '@open-bcl/modules/residents/intake.actions.ts'
import { listHousehold, searchResidents } from '@open-bcl/modules/residents/residents.actions.ts'
import { newAgeKeyPair, readAgeFile } from '@open-bcl/platform/age.ts'
import { openPool } from '@open-bcl/platform/db/pool.ts'
import { createAuthority, issueIdentity } from '@open-bcl/platform/pki.ts'
import { rekey } from '@open-bcl/platform/rekey.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { sealedTablesOfCloud } from '../apps/cloud/compose.ts'
import { testCloud, type TestCloud } from '../apps/cloud/testing/town.ts'
import { CITY } from './support/city.ts'
import { makeCityFile, openLinkBench, peakMemory, readCityFile } from './support/link-bench.ts'
import { report, type BenchOptions } from './result.ts'

const ROWS = 50_000

/**
 * The drill: a town is given its data back, and stands in a fresh installation, where people and households are found. Beside
 * it what a database administrator would do with the same rows: COPY out of the one and into the other, sealed as they are
 * and with the indexes in place, which gives the town nothing that it could read or check itself.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const count = rows ?? ROWS
  const bench = await openLinkBench()
  let fresh: TestCloud | undefined
  try {
    const file = makeCityFile(bench.folder, count)
    await bench.apply({ mode: 'full', open: readCityFile(file) })
    const steps: [string, number][] = []
    const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      const begin = performance.now()
      const result = await work()
      steps.push([name, (performance.now() - begin) / 1_000])
      return result
    }
    const { peak } = await peakMemory(async () => {
      const town = await newAgeKeyPair()
      const made = await step('recover: written, signed, encrypted, read back', () =>
        recover(bench.cloud, bench.folder, town.recipient),
      )
      const verdict = await step('verify, at the town', () =>
        verifyPackage(made.folder, { identities: [town.identity], authorityPem: made.authorityPem }),
      )
      if (verdict.problems.length > 0) throw new Error(verdict.problems[0])
      fresh = await step('a fresh installation: its database', async () => {
        const installed = await testCloud()
        await installed.onboard(CITY, '見本市')
        return installed
      })
      await step('load', () => load(fresh!, made.folder, town.identity, count))
    })
    const name = await step('the first search', () => firstFound(fresh!))
    await step('a household', () => household(fresh!, name))
    for (const [words, seconds] of steps) console.log(`${words}: ${seconds.toFixed(2)} s`)
    const total = steps.reduce((sum, [, seconds]) => sum + seconds, 0)
    console.log(`together: ${total.toFixed(1)} s; memory ${(peak / 1e6).toFixed(0)} MB at most`)
    const reference = await copyAcross(bench.adminUrl)
    console.log(`reference: ${reference.toFixed(2)} s`)
    await emergencyActions(fresh!, CITY, count)
    await changeKeys(fresh!, count)
    report({
      name: 'recovery',
      data: `a town of ${count}, back in a fresh installation and found by name`,
      figure: total,
      unit: 's',
      reference,
      ratio: reference / total,
      rssMb: peak / 1e6,
    })
  } finally {
    await fresh?.close()
    await bench.close()
  }
}

async function recover(
  cloud: TestCloud,
  folder: string,
  recipient: string,
): Promise<{ folder: string; authorityPem: string }> {
  const now = new Date()
  const authority = await createAuthority({ name: 'Bench', now, validDays: 30 })
  const profile = {
    machineName: 'urn:open-bcl:cloud',
    hosts: [],
    uses: ['server'],
    now,
    validDays: 10,
  } as const
  const signer = await issueIdentity(authority, profile)
  const call = { actor: { kind: 'job', task: 'bench' }, municipality: CITY, traceId: 'bench' } as const
  const made = await makePackage({
    municipality: CITY,
    scope: (work, options) => withCtx(cloud.runtime, call, work, options),
    wanted: null,
    out: path.join(folder, 'packages'),
    recipient,
    signer,
    now: () => now,
    producerVersion: 'bench',
    tell: () => undefined,
  })
  return { folder: made.folder, authorityPem: signer.authorityPem }
}

async function load(cloud: TestCloud, folder: string, identity: string, count: number): Promise<void> {
  const runtime = { ...cloud.runtime, pool: cloud.database.linkage }
  const call = { actor: { kind: 'job', task: 'bench' }, municipality: CITY, traceId: 'bench' } as const
  const open = () => readAgeFile(path.join(folder, 'residents.csv.age'), [identity])
  const applied = await withCtx(runtime, call, async (ctx) =>
    applyFile(ctx, { business: 'residents', mode: 'full', origin: 'link', seq: await nextSeq(ctx), open }),
  )
  if (applied.state !== 'applied' || applied.counts.inserted !== count || applied.badRows > 0)
    throw new Error('not what was recovered')
}

async function firstFound(cloud: TestCloud): Promise<string> {
  return await cloud.as(CITY, async (ctx) => {
    const { people } = await searchResidents(ctx, { name: '佐藤' }, { seq: null })
    if (people.length === 0) throw new Error('nobody was found')
    return people[0]!.subject.id
  })
}

async function household(cloud: TestCloud, residentNo: string): Promise<void> {
  await cloud.as(CITY, async (ctx) => {
    const [row] = await ctx.tx.sql<{ no: string }>(
      'select household_no as no from residents.version where municipality_code = $1 and resident_no = $2',
      [CITY, residentNo],
    )
    const people = await listHousehold(ctx, row!.no as Parameters<typeof listHousehold>[1], { seq: null })
    if (people.length === 0) throw new Error('an empty household')
  })
}

/** Seconds. */
async function copyAcross(fromUrl: string): Promise<number> {
  const cloud = await testCloud()
  const from = new pg.Client({ connectionString: fromUrl })
  const to = new pg.Client({ connectionString: cloud.database.urls.admin })
  try {
    await from.connect()
    await to.connect()
    const begin = performance.now()
    await to.query('begin')
    for (const table of ['app.tenant', 'app.sealing_key', 'residents.sequence', 'residents.version'])
      await pipeline(
        from.query(copyTo(`copy ${table} to stdout`)),
        to.query(copyFrom(`copy ${table} from stdin`)),
      )
    await to.query('commit')
    return (performance.now() - begin) / 1_000
  } finally {
    await from.end()
    await to.end()
    await cloud.close()
  }
}

async function changeKeys(cloud: TestCloud, count: number): Promise<void> {
  const pool = openPool('bench rekeyer', cloud.database.urls.rekeyer, { max: 2 })
  try {
    const begin = performance.now()
    const { rows } = await rekey({
      pool,
      keyring: cloud.runtime.keyring,
      municipality: CITY,
      tables: sealedTablesOfCloud,
      now: () => new Date(),
      rowsPerSecond: null,
      tell: () => undefined,
    })
    if (rows < count) throw new Error('not everything was sealed anew')
    const seconds = (performance.now() - begin) / 1_000
    console.log(
      `a change of keys: ${rows} rows in ${seconds.toFixed(1)} s, ${(rows / seconds).toFixed(0)} rows/s`,
    )
  } finally {
    await pool.end()
  }
}
