import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { linkEverywhere } from '@open-bcl/modules/access/audit.jobs.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { auditHead, rotateAuditKeyCommand, verifyAudit } from './verify-audit.ts'

describe('open-bcl verify-audit', () => {
  const masterKey = randomBytes(32)
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'open-bcl-audit-'))
  const head = path.join(folder, 'head.json')
  const kept = { ...process.env }
  let cloud: TestCloud
  let town: MunicipalityCode
  let admin: pg.Client
  before(async () => {
    cloud = await testCloud({ masterKey })
    cloud.clock = new Date()
    town = await cloud.onboard('212172', '飛騨市')
    await cloud.signIn(town, 'auditor')
    await cloud.signIn(town, 'clerk')
    await linkEverywhere(cloud.runtime)
    admin = new pg.Client({ connectionString: cloud.database.urls.admin })
    await admin.connect()
    const secret = (name: string, text: string): string => {
      const file = path.join(folder, name)
      fs.writeFileSync(file, text, { mode: 0o600 })
      return file
    }
    process.env['OPEN_BCL_APP_DATABASE_FILE'] = secret('app.url', cloud.database.urls.app)
    process.env['OPEN_BCL_MASTER_KEY_FILE'] = secret('master.key', masterKey.toString('hex'))
  })
  after(async () => {
    process.env = kept
    await admin.end()
    await cloud.close()
    fs.rmSync(folder, { recursive: true })
  })

  const verify = (...more: string[]) => verifyAudit(['--municipality', town, ...more])

  test('a whole trail passes, with the head that was taken away, also after the key was changed', async () => {
    await auditHead(['--municipality', town, '--out', head])
    await verify('--head', head)
    await rotateAuditKeyCommand(['--municipality', town])
    await linkEverywhere(cloud.runtime)
    await verify('--head', head)
    const rows = await cloud.as(town, (ctx) =>
      ctx.tx.sql<{ count: number }>(
        `select count(*)::int as count from access.audit where municipality_code = $1 and event = 'access.audit-verified'`,
        [town],
      ),
    )
    assert.equal(rows[0]!.count, 2)
  })

  test('what is no head, and another town’s, is refused before anything is read', async () => {
    const other = path.join(folder, 'other.json')
    fs.writeFileSync(other, '{}')
    await assert.rejects(verify('--head', other), { message: /署名のファイルではありません/ })
    const text = fs.readFileSync(head, 'utf8').replace(town, '212032')
    fs.writeFileSync(other, text)
    await assert.rejects(verify('--head', other), { message: /ほかの団体の署名/ })
    await assert.rejects(verify('--head', path.join(folder, 'none')), { message: /読めません/ })
  })

  test('a changed act makes the command fail and say how many', async () => {
    await admin.query(
      `update access.audit set actor = 'staff:x' where municipality_code = $1 and event = 'access.signed-in'
         and audit_id = (select audit_id from access.audit where municipality_code = $1 and event = 'access.signed-in' limit 1)`,
      [town],
    )
    await assert.rejects(verify('--head', head), { message: '監査記録に 1 件の異常があります。' })
  })
})
