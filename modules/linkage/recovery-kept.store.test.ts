import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { makeTown, suppressionsCsv } from '@open-bcl/demo/town.ts'
import { newAgeKeyPair, readAgeFile, writeAgeFile } from '@open-bcl/platform/age.ts'
import { createAuthority, issueIdentity } from '@open-bcl/platform/pki.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { bytesOf, chunksOf, onLink } from '../../apps/cloud/testing/send-file.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { fileInterfaces } from '../interfaces/interfaces.columns.ts'
import { csvLine, readCsv } from '../interfaces/interfaces.csv.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import { applyFile } from './intake.actions.ts'
import { makePackage, verifyPackage } from './recovery.actions.ts'

const hida = '212172' as MunicipalityCode
const columns = fileInterfaces.suppressions.columns.map(({ name }) => name)
const numberAt = columns.indexOf('宛名番号')
const startAt = columns.indexOf('支援措置開始年月日')

async function rowsOf(bytes: Buffer): Promise<string[][]> {
  const rows: string[][] = []
  for await (const batch of readCsv(chunksOf(bytes))) rows.push(...batch.rows.map((row) => [...row]))
  return rows.slice(1)
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : 1)

function fileOf(rows: readonly string[][]): Buffer {
  return Buffer.from([columns, ...rows].map((row) => csvLine(row)).join(''))
}

/** What it applied of 支援措置; how many rows were bad. */
async function apply(to: TestCloud, mode: 'full' | 'delta', bytes: Buffer): Promise<number> {
  return await onLink(to, hida, async (ctx) => {
    const seq = await nextSeq(ctx, { business: 'suppressions', fileNo: null, origin: 'link' })
    const of = { business: 'suppressions', mode, origin: 'link', seq } as const
    const applied = await applyFile(ctx, { ...of, open: () => chunksOf(bytes) })
    assert.equal(applied.state, 'applied')
    return applied.badRows
  })
}

async function protectedIn(where: TestCloud): Promise<string[]> {
  const rows = await where.as(hida, (ctx) =>
    ctx.tx.sql<{ no: string }>(
      'select distinct resident_no as no from access.pub_suppressed where municipality_code = $1 order by 1',
      [hida],
    ),
  )
  return rows.map(({ no }) => no)
}

test('protections that the town no more sends, or sent unreadably, go with its data and protect where they arrive', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'recovery-kept-'))
  const [cloud, fresh] = [await testCloud(), await testCloud()]
  try {
    for (const one of [cloud, fresh]) await one.onboard(hida, '飛騨市')
    const town = makeTown({ households: 60 })
    const whole = await rowsOf(await bytesOf(suppressionsCsv(town)))
    await apply(cloud, 'full', fileOf(whole))
    const [leftOut] = await protectedIn(cloud)
    const still = whole.filter((row) => row[numberAt] !== leftOut)
    const doubted = town.residents.find(({ residentNo }) =>
      whole.every((row) => row[numberAt] !== residentNo),
    )!
    await apply(cloud, 'full', fileOf(still))
    const unreadable = still[0]!.with(numberAt, doubted.residentNo).with(startAt, '昨日')
    assert.equal(await apply(cloud, 'delta', fileOf([unreadable])), 1)
    const before = await protectedIn(cloud)
    assert.ok(before.includes(leftOut!) && before.includes(doubted.residentNo))

    const now = new Date()
    const authority = await createAuthority({ name: 'Test authority', now, validDays: 30 })
    const profile = { hosts: [], uses: ['server'], now, validDays: 10 } as const
    const signer = await issueIdentity(authority, { machineName: 'urn:open-bcl:cloud', ...profile })
    const keys = await newAgeKeyPair()
    const made = await makePackage({
      municipality: hida,
      scope: (work, options) =>
        withCtx(
          cloud.runtime,
          { actor: { kind: 'job', task: 'recover' }, municipality: hida, traceId: 'test' },
          work,
          options,
        ),
      wanted: null,
      out: folder,
      recipient: keys.recipient,
      signer,
      now: () => now,
      producerVersion: 'test',
      tell: () => undefined,
    })
    const opened = (name: string): Promise<Buffer> =>
      bytesOf(readAgeFile(path.join(made.folder, `${name}.age`), [keys.identity]))
    const faults = async (): Promise<string> => {
      const of = { identities: [keys.identity], authorityPem: signer.authorityPem }
      return (await verifyPackage(made.folder, of)).problems.join()
    }
    assert.deepEqual(
      (await rowsOf(await opened('suppressions.csv'))).map(String).toSorted(inOrder),
      still.map(String).toSorted(inOrder),
      'what the town has is what it gets back',
    )
    assert.equal(made.list.keptProtections!.rows, whole.length - still.length + 1)
    assert.equal(await faults(), '')

    await apply(fresh, 'full', await opened('suppressions.csv'))
    assert.notDeepEqual(await protectedIn(fresh), before)
    const kept = await opened('kept-protections.csv')
    assert.equal(await apply(fresh, 'delta', kept), 1)
    assert.deepEqual(await protectedIn(fresh), before)

    const place = path.join(made.folder, 'kept-protections.csv.age')
    const shorter = kept.subarray(0, kept.lastIndexOf(10, kept.length - 2) + 1)
    await writeAgeFile(place, [keys.recipient], chunksOf(shorter))
    assert.match(await faults(), /kept-protections\.csv の件数/)
    fs.rmSync(place)
    assert.match(await faults(), /kept-protections\.csv\.age がありません/)
  } finally {
    await cloud.close()
    await fresh.close()
    fs.rmSync(folder, { recursive: true, force: true })
  }
})
