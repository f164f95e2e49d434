import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { searchVersions } from '../residents/versions.contract.ts'
import { audit } from './audit.ts'
import { readHeadFile } from './audit-canonical.ts'
import * as keeping from './audit-keeping.contract.ts'
import * as contract from './audit-trail.contract.ts'
import { linkEverywhere } from './audit.jobs.ts'
import { verifyTrail } from './audit-verify.actions.ts'
import { accessEvents } from './access.messages.ts'

const DAY = { fromOn: '2026-11-01', toOn: '2026-11-30' }

describe('the auditor', () => {
  let cloud: TestCloud
  let hida: MunicipalityCode
  let takayama: MunicipalityCode
  let auditor: Browser
  let admin: Browser
  let reviewer: Browser
  let sato: string
  let protectedNo: string
  const town = makeTown({ households: 60 })
  before(async () => {
    cloud = await testCloud({ pdf: true })
    hida = await cloud.onboard('212172', '飛騨市')
    takayama = await cloud.onboard('212032', '高山市')
    await loadTown(cloud, town)
    // A Saturday at 10:15 in Japan.
    cloud.clock = new Date('2026-11-21T01:15:00Z')
    auditor = await cloud.signIn(hida, 'auditor')
    admin = await cloud.signIn(hida, 'admin')
    reviewer = await cloud.signIn(hida, 'reviewer')
    sato = town.people['satoTaro']!.residentNo
    protectedNo = town.people['motherInHiding']!.residentNo
    await reviewer.get(searchVersions, { residentNo: sato, purpose: 'inquiry' })
    await reviewer.get(searchVersions, { residentNo: protectedNo, purpose: 'inquiry' })
  })
  after(() => cloud.close())

  const ask = async (question: contract.AuditQuestion, more: object = {}, who = auditor) =>
    (await who.get(contract.listAudit, { question, ...DAY, ...more })).acts
  const csv = async (browser: Browser, input: object) => {
    const answer = await browser.call(contract.exportAudit, { ...DAY, ...input } as never)
    assert.ok(answer.ok, JSON.stringify(answer))
    return answer.bytes.toString('utf8')
  }

  test('who saw this person is told in sentences, with the name for the auditor and the number for others', async () => {
    const seen = await ask('person', { residentNo: sato })
    const sentence = seen.find(({ event }) => event === accessEvents.personRevealed.code)!.sentence
    assert.equal(
      sentence,
      `11月21日 10:15 試験 reviewer（試験課）が ${town.people['satoTaro']!.name.full}（宛名番号${sato}）の住民情報を問合せへの回答のために見ました`,
    )
    const byAdmin = await ask('person', { residentNo: sato }, admin)
    assert.ok(byAdmin.some(({ sentence: text }) => text.includes(`宛名番号${sato}の方の住民情報を`)))
    assert.ok(byAdmin.every(({ sentence: text }) => !text.includes(town.people['satoTaro']!.name.full)))
  })

  test('somebody under 支援措置 is named to nobody', async () => {
    const seen = await ask('person', { residentNo: protectedNo })
    assert.ok(seen.some(({ sentence }) => sentence.includes(`支援措置の対象者（宛名番号${protectedNo}）`)))
    const text = JSON.stringify(seen) + (await csv(auditor, { question: 'person', residentNo: protectedNo }))
    assert.ok(!text.includes(town.people['motherInHiding']!.name.full))
  })

  test('what one member of staff did, searches by number, off hours, refusals, rights', async () => {
    const { staff } = await auditor.get(contract.listAuditedStaff, {})
    const one = staff.find(({ name }) => name === '試験 reviewer')!
    const did = await ask('staff', { staffId: one.staffId })
    assert.deepEqual(
      did.map(({ event }) => event),
      [
        'access.person-revealed',
        'residents.versions-searched',
        'access.person-revealed',
        'residents.versions-searched',
      ],
    )
    const byNumber = await ask('by-number')
    assert.equal(byNumber.length, 2)
    assert.match(byNumber[0]!.facts, /検索に使った項目：宛名番号/)
    assert.equal((await ask('off-hours')).length > 0, true)
    cloud.clock = new Date('2026-11-24T01:15:00Z')
    auditor = await cloud.signIn(hida, 'auditor')
    reviewer = await cloud.signIn(hida, 'reviewer')
    admin = await cloud.signIn(hida, 'admin')
    const weekday = await auditor.get(contract.listAudit, {
      question: 'off-hours',
      fromOn: '2026-11-24',
      toOn: '2026-11-24',
    })
    assert.deepEqual(weekday.acts, [])
    const viewer = await cloud.signIn(hida, 'viewer')
    assert.equal((await viewer.call(contract.listAudit, { question: 'all', ...DAY })).status, 403)
    const refused = await ask('refused')
    assert.match(refused[0]!.sentence, /試験 viewer（試験課）が 権限のない操作をしようとし、断られました/)
    assert.equal(refused[0]!.facts, '操作：listAudit')
    assert.ok((await ask('rights')).some(({ event }) => event === 'access.staff-created'))
    assert.ok((await ask('audit')).some(({ event }) => event === 'access.audit-read'))
  })

  test('mass readings are those of at least the number that the town set', async () => {
    const many = (count: number) =>
      cloud.as(hida, (ctx) =>
        audit(ctx, accessEvents.personRevealed, {
          purpose: 'search',
          subjects: Array.from({ length: count }, (_, i) => ({ kind: 'resident', id: String(900_000 + i) })),
          facts: { count },
        }),
      )
    await many(49)
    await many(50)
    const found = await ask('many')
    assert.deepEqual(
      found.map(({ subjectCount }) => subjectCount),
      [50],
    )
    assert.match(found[0]!.sentence, /ほか47件/)
  })

  test('pages follow each other without a gap, also where many acts have one time', async () => {
    await cloud.as(hida, async (ctx) => {
      for (let i = 0; i < 130; i++)
        await audit(ctx, accessEvents.personRevealed, { subjects: [{ kind: 'resident', id: '555' }] })
    })
    const seen = new Set<string>()
    let olderThan: { at: string; auditId: string } | undefined
    for (;;) {
      const page = await auditor.get(contract.listAudit, {
        ...{ question: 'person', residentNo: '555', ...DAY },
        ...(olderThan ? { olderThan } : {}),
      })
      for (const { auditId } of page.acts) seen.add(auditId)
      if (!page.more) break
      const { at, auditId } = page.acts.at(-1)!
      olderThan = { at, auditId }
    }
    const made = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ id: string }>(
        `select s.audit_id as id from access.audit_subject s join access.audit a on a.municipality_code = $1
            and a.at = s.at and a.audit_id = s.audit_id and a.event = 'access.person-revealed'
          where s.municipality_code = $1 and s.subject_id = '555'`,
        [hida],
      ),
    )
    assert.equal(made.length, 130)
    assert.deepEqual(
      made.filter(({ id }) => !seen.has(id)),
      [],
    )
  })

  test('who opened one person over and over is counted once a request, lists left out', async () => {
    for (let i = 0; i < 11; i++) await reviewer.get(searchVersions, { residentNo: sato, purpose: 'inquiry' })
    await linkEverywhere(cloud.runtime)
    const { pairs } = await auditor.get(contract.listOftenOpened, { month: '2026-11' })
    assert.deepEqual(
      pairs.map(({ actor, residentNo, acts }) => [actor, residentNo, acts]),
      [['試験 reviewer（試験課）', sato, 11]],
    )
  })

  test('the export is whole, safe for a spreadsheet and itself in the trail', async () => {
    await cloud.as(hida, async (ctx) => {
      for (let i = 0; i < 500; i++) await audit(ctx, accessEvents.signedIn, { facts: { reason: '=1+1' } })
      await audit(ctx, { code: '=cmd', sentence: '' }, { purpose: '@SUM(1)' })
    })
    const text = await csv(auditor, { question: 'all' })
    const lines = text.trimEnd().split('\r\n')
    assert.match(lines.at(-1)!, /^"以上 (\d+) 件/)
    assert.equal(lines.length - 2, Number(/以上 (\d+) 件/.exec(lines.at(-1)!)![1]))
    assert.ok(lines.length > 500, 'more than one part')
    assert.equal(new Set(lines).size, lines.length)
    assert.ok(!/(^|,)"[=+@-]/m.test(text))
    assert.ok((await ask('audit')).some(({ event }) => event === 'access.audit-exported'))
  })

  test('a resident gets who saw their record by offices, as CSV and PDF, and nothing of others', async () => {
    const input = { residentNo: sato, ...DAY }
    const answer = await auditor.call(contract.extractAuditCsv, input)
    const text = answer.ok ? answer.bytes.toString('utf8') : ''
    assert.match(text, /"試験課","個人の情報を表示しました","問合せへの回答"/)
    assert.ok(!text.includes('試験 reviewer'))
    const pdf = await auditor.call(contract.extractAuditPdf, input)
    assert.equal(pdf.ok && pdf.bytes.subarray(0, 5).toString(), '%PDF-')
    const { setting } = await admin.get(keeping.getAuditKeeping, {})
    const { at: _at, actor: _actor, ...now } = setting
    await admin.get(keeping.setAuditSetting, { ...now, extractNames: true })
    const named = await auditor.call(contract.extractAuditCsv, input)
    assert.ok(named.ok && named.bytes.toString('utf8').includes('試験 reviewer（試験課）'))
  })

  test('another town sees nothing of it', async () => {
    const other = await cloud.signIn(takayama, 'auditor')
    const acts = await ask('person', { residentNo: sato }, other)
    // Its own question alone.
    assert.ok(acts.every(({ event }) => event === 'access.audit-read'))
    assert.equal((await other.get(contract.listAuditedStaff, {})).staff.length, 1)
  })

  test('a setting that somebody else changed meanwhile is not overwritten', async () => {
    const { setting } = await admin.get(keeping.getAuditKeeping, {})
    const { at: _at, actor: _actor, ...now } = setting
    const stale = await admin.call(keeping.setAuditSetting, { ...now, settingNo: now.settingNo - 1 })
    assert.equal(stale.status, 409)
    const changed = (await ask('rights')).find(({ event }) => event === 'access.audit-setting-changed')!
    assert.match(changed.sentence, /試験 admin（試験課）が 監査記録の設定を変更しました/)
    const unfounded = await admin.call(keeping.setAuditSetting, { ...now, retentionYears: 5 })
    assert.equal(unfounded.status, 400)
  })

  test('what is past its time goes only by two people, leaves a tombstone, and the rest stays whole', async () => {
    await linkEverywhere(cloud.runtime)
    const early = await cloud.as(hida, (ctx) => verifyTrail(ctx, []))
    assert.equal(early.found, 0, JSON.stringify(early.findings))
    auditor = await cloud.signIn(hida, 'auditor')
    const head = readHeadFile(JSON.stringify(await auditor.get(keeping.takeAuditHead, {})))!
    const compared = await cloud.as(hida, (ctx) => verifyTrail(ctx, [head]))
    assert.deepEqual([compared.found, head.position], [0, early.to])
    admin = await cloud.signIn(hida, 'admin')
    assert.equal((await admin.call(keeping.requestAuditDisposal, {})).status, 409)
    const { setting } = await admin.get(keeping.getAuditKeeping, {})
    const { at: _at, actor: _actor, ...now } = setting
    await admin.get(keeping.setAuditSetting, {
      ...now,
      ...{ retentionYears: 3, retentionSource: '架空市文書管理規程 別表' },
    })
    cloud.clock = new Date('2029-11-26T01:00:00Z')
    admin = await cloud.signIn(hida, 'admin')
    auditor = await cloud.signIn(hida, 'auditor')
    await linkEverywhere(cloud.runtime)
    const { disposalId, acts } = await admin.get(keeping.requestAuditDisposal, {})
    assert.ok(acts > 100)
    assert.equal((await admin.call(keeping.requestAuditDisposal, {})).status, 409)
    assert.equal((await admin.call(keeping.decideAuditDisposal, { disposalId, approved: true })).status, 403)
    assert.equal((await auditor.call(keeping.requestAuditDisposal, {})).status, 403)
    // Nothing goes before it is approved.
    await linkEverywhere(cloud.runtime)
    const { disposals } = await admin.get(keeping.getAuditKeeping, {})
    assert.deepEqual([disposals[0]!.state, disposals[0]!.disposed], ['requested', 0])
    await auditor.get(keeping.decideAuditDisposal, { disposalId, approved: true })
    await Promise.all([linkEverywhere(cloud.runtime), linkEverywhere(cloud.runtime)])
    const after = (await admin.get(keeping.getAuditKeeping, {})).disposals[0]!
    assert.deepEqual([after.state, after.disposed, after.acts], ['finished', acts, acts])
    await linkEverywhere(cloud.runtime)
    const verdict = await cloud.as(hida, (ctx) => verifyTrail(ctx, []))
    assert.deepEqual([verdict.found, verdict.disposed], [0, acts], JSON.stringify(verdict.findings))
    assert.equal(verdict.from, acts + 1)
    // What was signed about the part that went cannot be compared any more, and is no fault.
    const later = await cloud.as(hida, (ctx) => verifyTrail(ctx, [head]))
    assert.deepEqual([later.found, later.headsBefore > verdict.headsBefore], [0, true])
    const left = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ count: number }>(
        `select count(*)::int as count from access.audit where municipality_code = $1 and at < '2026-11-25'`,
        [hida],
      ),
    )
    assert.equal(left[0]!.count, 0)
  })
})
