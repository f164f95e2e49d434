import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { modules } from '@open-bcl/modules/map.ts'
import { getAuditKeeping } from '@open-bcl/modules/access/audit-keeping.contract.ts'
import { extractAuditPdf } from '@open-bcl/modules/access/audit-trail.contract.ts'
import { withTrail } from '@open-bcl/modules/access/audit.routes.ts'
import { requiredEvents } from '../../tools/audit-required.ts'
import { eventsOfCloud } from './audit-lenders.ts'
import { cloudRoutes, noServices } from './compose.ts'
import { testCloud, type TestCloud } from './testing/town.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** Every event of every module of the cloud, read from its messages. */
async function declaredEvents(): Promise<{ file: string; code: string }[]> {
  const found: { file: string; code: string }[] = []
  for (const [name, { database }] of Object.entries(modules)) {
    if (database !== 'cloud') continue
    const folder = path.join(root, 'modules', name)
    for (const file of fs.readdirSync(folder).filter((one) => one.endsWith('.messages.ts'))) {
      const messages = (await import(path.join(folder, file))) as Record<string, unknown>
      for (const [exported, group] of Object.entries(messages)) {
        if (!exported.endsWith('Events') || typeof group !== 'object' || group === null) continue
        for (const event of Object.values(group) as { code: string }[])
          found.push({ file: `${name}/${file} ${exported}`, code: event.code })
      }
    }
  }
  return found
}

describe('docs/audit.md', () => {
  test('every event that a module declares has its words on the auditor’s page', async () => {
    const known = new Set(eventsOfCloud.map(({ code }) => code))
    const declared = await declaredEvents()
    assert.ok(declared.length > 200)
    assert.deepEqual(
      declared.filter(({ code }) => !known.has(code)),
      [],
      'add them to apps/cloud/audit-lenders.ts, then run tools/audit-events.ts',
    )
  })

  test('what the sources ask for names events and tests that are there', () => {
    const known = new Set(eventsOfCloud.map(({ code }) => code))
    for (const { event, ours, test: file } of requiredEvents) {
      assert.deepEqual(
        ours.filter((code) => !known.has(code)),
        [],
        event,
      )
      if (file !== null) assert.ok(fs.existsSync(path.join(root, file)), file)
    }
  })
})

describe('what no module has to think of', () => {
  let cloud: TestCloud
  before(async () => {
    cloud = await testCloud({ pdf: true })
  })
  after(() => cloud.close())

  test('every route remembers attempts without the right', () => {
    const routes = withTrail(cloudRoutes(noServices))
    assert.ok(routes.length > 200)
    assert.deepEqual(
      routes.filter(({ refused }) => refused === undefined).map(({ endpoint }) => endpoint.name),
      [],
    )
  })

  test('a file that leaves and a refusal each leave an act, whatever the module does', async () => {
    const hida = await cloud.onboard('212172', '飛騨市')
    const auditor = await cloud.signIn(hida, 'auditor')
    const viewer = await cloud.signIn(hida, 'viewer')
    const span = { residentNo: '1', fromOn: '2026-11-01', toOn: '2026-11-30' }
    assert.ok((await auditor.call(extractAuditPdf, span)).ok)
    assert.equal((await viewer.call(getAuditKeeping, {})).status, 403)
    const acts = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ event: string; endpoint: string; session: boolean }>(
        `select event, facts ->> 'endpoint' as endpoint, session_id is not null as session from access.audit
          where municipality_code = $1 and event in ('access.not-allowed', 'access.document-taken') order by event`,
        [hida],
      ),
    )
    assert.deepEqual(acts, [
      { event: 'access.document-taken', endpoint: 'extractAuditPdf', session: true },
      { event: 'access.not-allowed', endpoint: 'getAuditKeeping', session: true },
    ])
  })
})
