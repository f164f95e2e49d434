import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { accessEvents } from './access.messages.ts'
import { audit } from './audit.ts'
import { readHeadFile } from './audit-canonical.ts'
import { linkActs, takeHead } from './audit-chain.actions.ts'
import { linkEverywhere } from './audit.jobs.ts'
import { verifyTrail, type AuditVerdict } from './audit-verify.actions.ts'

const DAY_MS = 86_400_000
const masterKey = randomBytes(32)

describe('the chain over the audit trail', () => {
  let cloud: TestCloud
  let admin: pg.Client
  let began: Date
  before(async () => {
    cloud = await testCloud({ masterKey })
    began = cloud.clock
    admin = new pg.Client({ connectionString: cloud.database.urls.admin })
    await admin.connect()
  })
  after(async () => {
    await admin.end()
    await cloud.close()
  })

  const codes = ['212172', '212032', '011002', '131016', '271004', '401307', '131041', '231002'].values()
  const newTown = () => cloud.onboard(codes.next().value!, '連鎖町')
  const act = (town: MunicipalityCode, residentNo: string) =>
    cloud.as(town, (ctx) =>
      audit(ctx, accessEvents.personRevealed, {
        purpose: 'view',
        subjects: [{ kind: 'resident', id: residentNo }],
        facts: { count: 1, suppressed: 0 },
      }),
    )
  /** As time goes on: each act a second after the one before. */
  const acts = async (town: MunicipalityCode, numbers: readonly string[]): Promise<void> => {
    for (const number of numbers) {
      cloud.clock = new Date(cloud.clock.getTime() + 1_000)
      await act(town, number)
    }
  }
  const verify = (town: MunicipalityCode, heads: readonly string[] = []): Promise<AuditVerdict> =>
    cloud.as(town, (ctx) =>
      verifyTrail(
        ctx,
        heads.map((text) => readHeadFile(text)!),
      ),
    )
  const link = (town: MunicipalityCode) => cloud.as(town, (ctx) => linkActs(ctx))
  const kinds = (verdict: AuditVerdict) => verdict.findings.map(({ kind }) => kind)
  const linked = async (town: MunicipalityCode) => {
    const { rows } = await admin.query<{ position: string; audit_id: string; at: Date }>(
      'select position, audit_id, at from access.audit_link where municipality_code = $1 order by position',
      [town],
    )
    return rows.map((row) => ({ position: Number(row.position), auditId: row.audit_id, at: row.at }))
  }
  const headOf = async (town: MunicipalityCode) =>
    JSON.stringify(await cloud.as(town, (ctx) => takeHead(ctx)))

  test('every act gets its link, those that committed late too, and the trail is found whole', async () => {
    const town = await newTown()
    await acts(town, ['1', '2', '3'])
    assert.equal((await verify(town)).waiting, 3)
    await linkEverywhere(cloud.runtime)
    // Begun before the others, told only now: no range of ids or times would find it.
    const now = cloud.clock
    cloud.clock = new Date(now.getTime() - 3_600_000)
    await act(town, '4')
    cloud.clock = new Date(now.getTime() + 60_000)
    await acts(town, ['5'])
    await linkEverywhere(cloud.runtime)
    const verdict = await verify(town)
    // Besides, the key that was made, and that the test's clock is not the database's.
    assert.deepEqual([verdict.links, verdict.found, verdict.late, verdict.heads], [7, 0, 1, 1])
    assert.equal(verdict.waiting, 0)
  })

  test('an act, a reason, a subject or a fact that is another one than it was is named', async () => {
    const town = await newTown()
    await acts(town, ['1', '2', '3', '4', '5', '6'])
    await link(town)
    const rows = await linked(town)
    const change = (at: number, sql: string) => admin.query(sql, [town, rows[at]!.auditId])
    await change(
      0,
      `update access.audit set actor = 'staff:x' where municipality_code = $1 and audit_id = $2`,
    )
    await change(1, `update access.audit set purpose = null where municipality_code = $1 and audit_id = $2`)
    await change(
      2,
      `update access.audit_subject set subject_id = '77' where municipality_code = $1 and audit_id = $2`,
    )
    await change(
      3,
      `update access.audit set facts = '{"count":2,"suppressed":0}' where municipality_code = $1 and audit_id = $2`,
    )
    await change(4, `delete from access.audit_subject where municipality_code = $1 and audit_id = $2`)
    const verdict = await verify(town)
    assert.deepEqual(
      verdict.findings.map((one) => [one.kind, 'auditId' in one ? one.auditId : null]),
      rows.slice(0, 5).map(({ auditId }) => ['changed', auditId]),
    )
  })

  test('a removed act, a removed link and an act that was put in are named', async () => {
    const town = await newTown()
    await acts(town, ['1', '2', '3', '4', '5', '6'])
    await link(town)
    const rows = await linked(town)
    await admin.query('delete from access.audit where municipality_code = $1 and audit_id = $2', [
      town,
      rows[1]!.auditId,
    ])
    for (const table of ['audit_link', 'audit', 'audit_subject'])
      await admin.query(`delete from access.${table} where municipality_code = $1 and audit_id = $2`, [
        town,
        rows[3]!.auditId,
      ])
    await admin.query(
      `insert into access.audit (municipality_code, at, audit_id, actor, event, trace_id, facts)
       values ($1, $2, $3, 'staff:x', 'access.signed-in', 't', '{}')`,
      [town, new Date(cloud.clock.getTime() - 30 * DAY_MS), '018f0000-0000-7000-8000-000000000001'],
    )
    // Put in far behind, it is never linked, however often the job looks.
    await link(town)
    const verdict = await verify(town)
    assert.deepEqual(kinds(verdict).toSorted(), [
      'inserted',
      'links-missing',
      'removed',
      'subjects-without-act',
    ])
    assert.deepEqual(verdict.findings[0], {
      ...{ kind: 'removed', position: 2, auditId: rows[1]!.auditId },
      atMicros: `${rows[1]!.at.getTime()}000`,
    })
  })

  test('acts that changed places are named as such', async () => {
    const town = await newTown()
    await acts(town, ['1', '2', '3', '4', '5', '6'])
    await link(town)
    const rows = await linked(town)
    const place = (position: number, of: { auditId: string; at: Date }) =>
      admin.query(
        'update access.audit_link set audit_id = $3, at = $4 where municipality_code = $1 and position = $2',
        [town, position, of.auditId, of.at],
      )
    await place(2, { auditId: '018f0000-0000-7000-8000-00000000000a', at: rows[1]!.at })
    await place(5, rows[1]!)
    await place(2, rows[4]!)
    const verdict = await verify(town)
    assert.deepEqual(
      verdict.findings.map((one) => (one.kind === 'reordered' ? [one.position, one.belongsAt] : one.kind)),
      [
        [2, 5],
        [5, 2],
      ],
    )
  })

  test('a tail that was cut, and a chain that was written anew, are found by the head that was taken away', async () => {
    const town = await newTown()
    await acts(town, ['1', '2', '3', '4', '5', '6'])
    await link(town)
    const head = await headOf(town)
    assert.deepEqual([(await verify(town, [head])).found, readHeadFile(head)!.position], [0, 6])
    // Whoever may do everything in the database leaves no trace inside it …
    for (const sql of [
      'delete from access.audit_subject s using access.audit_link l where l.municipality_code = $1 and l.position > 4 and s.audit_id = l.audit_id',
      'delete from access.audit a using access.audit_link l where l.municipality_code = $1 and l.position > 4 and a.audit_id = l.audit_id',
      'delete from access.audit_head where municipality_code = $1 and position > 4',
      'delete from access.audit_link where municipality_code = $1 and position > 4',
      `update access.audit_chain c set position = 4, hash = (select hash from access.audit_link l
         where l.municipality_code = c.municipality_code and position = 4) where municipality_code = $1`,
    ])
      await admin.query(sql, [town])
    assert.equal((await verify(town)).found, 0)
    // … but what lies elsewhere tells.
    const cut = await verify(town, [head])
    assert.deepEqual(kinds(cut), ['tail-cut'])
    // Taking the place of what was cut does not help.
    await acts(town, ['7', '8', '9'])
    await link(town)
    assert.deepEqual(kinds(await verify(town, [head])), ['rewritten'])
    const forged = JSON.stringify({ ...JSON.parse(head), position: 3 })
    assert.deepEqual(kinds(await verify(town, [forged])), ['signature-wrong'])
    const stranger = JSON.stringify({ ...JSON.parse(head), publicKey: randomBytes(44).toString('base64') })
    assert.deepEqual(kinds(await verify(town, [stranger])), ['key-unknown'])
  })

  test('two jobs at once give each act one link', async () => {
    const town = await newTown()
    await acts(
      town,
      Array.from({ length: 30 }, (_, i) => String(i)),
    )
    await Promise.all([
      ...Array.from({ length: 4 }, () => cloud.as(town, (ctx) => linkActs(ctx, 7))),
      acts(town, ['100', '101', '102']),
    ])
    while (await cloud.as(town, (ctx) => linkActs(ctx, 7)));
    const verdict = await verify(town)
    // And the making of the key, and the clocks.
    assert.deepEqual([verdict.links + verdict.waiting, verdict.found], [35, 0])
  })

  test('killed in the middle nothing was linked, and the next one links all', async () => {
    const town = await newTown()
    await acts(town, ['1', '2', '3'])
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'testing', 'link-and-wait.ts')], {
      env: {
        ...process.env,
        ...{ DATABASE: cloud.database.urls.app, MASTER_KEY: masterKey.toString('hex'), TOWN: town },
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.deepEqual(await linked(town), [])
    cloud.clock = new Date(cloud.clock.getTime() + 60_000)
    await link(town)
    assert.deepEqual([(await linked(town)).length, (await verify(town)).found], [3, 0])
  })

  test('who signs in can neither change nor remove anything of the trail, nor its links', async () => {
    const town = await newTown()
    await acts(town, ['1'])
    await link(town)
    for (const sql of [
      `update access.audit set actor = ''`,
      'delete from access.audit',
      'delete from access.audit_subject',
      `update access.audit_link set hash = ''`,
      'delete from access.audit_link',
      'delete from access.audit_head',
      'delete from access.audit_tombstone',
    ])
      await assert.rejects(
        cloud.as(town, (ctx) => ctx.tx.client.query(sql)),
        { code: '42501' },
      )
    cloud.clock = began
  })
})
