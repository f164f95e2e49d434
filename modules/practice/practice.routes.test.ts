import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { practiceTownOf } from '@open-bcl/core/practice-town.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import type { Mailer } from '@open-bcl/platform/mail.ts'
import { PdfFile } from '@open-bcl/platform/pdf/pdf-objects.ts'
import { pagesOf } from '@open-bcl/platform/pdf/readback.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { TEST_PASSWORD, testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { getSession, signIn } from '../access/access.contract.ts'
import { createStaff } from '../access/access.actions.ts'
import { searchStaff } from '../access/staff.contract.ts'
import { checkPaper } from '../certificates/verification.contract.ts'
import { listDisasters } from '../disasters/disasters.contract.ts'
import { searchLedger, registerDisaster } from '../ledger/ledger.contract.ts'
import { changeMunicipalitySetting } from '../municipalities/municipalities.contract.ts'
import { requestMail, sendNotice } from '../notices/notices.actions.ts'
import { listNotices } from '../notices/notices.store.ts'
import { enrolHelper, makeHelperPasses } from '../relief/relief.contract.ts'
import { listApplications } from '../risai/listing.contract.ts'
import { getApplication } from '../risai/risai.contract.ts'
import { printPapers } from '../surveys/papers.contract.ts'
import { exportTasks, listTasks } from '../surveys/tasks.contract.ts'
import * as contract from './practice.contract.ts'
import { practise, prepareTown } from './testing/practising.ts'

describe('練習', () => {
  let cloud: TestCloud
  let town: DemoTown
  let hida: MunicipalityCode
  let there: MunicipalityCode
  let admin: Browser
  const staff = (role: 'clerk' | 'reviewer' | 'viewer'): Promise<Browser> => cloud.signIn(hida, role)

  before(async () => {
    cloud = await testCloud({ pdf: true })
    town = makeTown({ households: 60 })
    hida = town.municipality.code
    there = practiceTownOf(hida)
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard('212032', '高山市')
    await loadTown(cloud, town)
    admin = await cloud.signIn(hida, 'admin')
  })
  after(() => cloud.close())

  /** Rows of a town, by table: whatever a town has. */
  const rowsOf = async (code: MunicipalityCode): Promise<Record<string, string>> =>
    await cloud.as(code, async ({ tx }) => {
      const tables = await tx.sql<{ name: string }>(
        `select c.oid::regclass::text as name from pg_class c
          where c.relkind in ('r', 'p') and not c.relispartition and has_table_privilege('clearer', c.oid, 'delete')
            and has_column_privilege(c.oid, 'municipality_code', 'select') order by 1`,
      )
      const counts: Record<string, string> = {}
      for (const { name } of tables) {
        const [row] = await tx.sql<{ count: bigint }>(
          `select count(*) as count from ${name} where municipality_code = $1`,
          [code],
        )
        if (row!.count > 0n) counts[name] = String(row!.count)
      }
      return counts
    })
  const disasterOf = async (who: Browser): Promise<string> =>
    (await who.get(listDisasters, {})).disasters[0]!.disasterId
  const applicationsOf = async (who: Browser) =>
    (await who.get(listApplications, { disasterId: await disasterOf(who) })).applications

  test('nobody enters before it is prepared, which only the administrator does', async () => {
    const clerk = await staff('clerk')
    const early = await clerk.call(contract.enterPractice, {})
    assert.ok(!early.ok && early.problem.type.endsWith('/not-ready'))
    assert.equal((await clerk.call(contract.preparePractice, {})).status, 403)
    const before = await rowsOf(hida)
    await prepareTown(cloud, hida, admin)
    const after = await rowsOf(hida)
    assert.deepEqual(
      { ...after, 'practice.preparation': undefined },
      { ...before, 'practice.preparation': undefined },
    )
    const { state, people, mayPractise } = await clerk.get(contract.getPractice, {})
    assert.deepEqual([state, mayPractise], ['ready', true])
    assert.ok(people! > 280 && people! < 330, String(people))
    assert.equal((await rowsOf(there))['residents.version'], String(people))
  })

  test('whoever practises sees made-up people alone; behind them there is no session any more', async () => {
    const clerk = await staff('clerk')
    const practising = await practise(cloud, clerk)
    const view = await practising.get(getSession, {})
    assert.deepEqual([view.municipality.code, view.municipality.name], [there, '飛騨市（練習）'])
    assert.equal((await clerk.call(getSession, {})).status, 401, 'the session at the town has ended')
    const disasterId = await disasterOf(practising)
    const find = async (name: string) => (await practising.get(searchLedger, { disasterId, name })).people
    assert.ok((await find('佐藤')).every(({ address }) => address === null || address.includes('練習町')))
    assert.ok((await find('佐藤')).length > 0)
    assert.deepEqual(await find(town.people['katsuragiMasao']!.name.full), [])
    assert.equal((await applicationsOf(practising)).length, 12)
  })

  test('nothing of one is reached from the other', async () => {
    const clerk = await staff('clerk')
    const { disaster } = await clerk.get(registerDisaster, {
      ...{ name: '本物の豪雨', hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨による' },
      applicationDeadlineOn: null,
    })
    const practising = await practise(cloud, await staff('clerk'))
    const practised = (await applicationsOf(practising))[0]!.applicationId
    assert.equal((await clerk.call(getApplication, { applicationId: practised })).status, 404)
    const { disasterId } = disaster
    assert.equal((await practising.call(searchLedger, { disasterId, name: '佐藤' })).status, 404)
    const there = (await clerk.get(searchLedger, { disasterId, name: '佐藤' })).people
    assert.ok(there.every(({ address }) => !address?.includes('練習町')))
    const other = await cloud.signIn('212032' as MunicipalityCode, 'clerk')
    assert.equal((await other.call(getApplication, { applicationId: practised })).status, 404)
  })

  test('rights are copied, less what is no practice; none leads back or lasts', async () => {
    const real = await staff('viewer')
    const held = new Set((await real.get(getSession, {})).permissions)
    const viewer = await practise(cloud, real)
    const { permissions } = await viewer.get(getSession, {})
    assert.ok(permissions.length > 5 && permissions.every((one) => held.has(one)))
    const practisingAdmin = await practise(cloud, await cloud.signIn(hida, 'admin'))
    assert.equal((await practisingAdmin.call(searchStaff, {})).status, 403)
    assert.equal((await practisingAdmin.call(contract.preparePractice, {})).status, 403)
    const again = await practisingAdmin.call(contract.enterPractice, {})
    assert.ok(!again.ok && again.problem.type.endsWith('/here'))
    const mayor = { key: 'mayor', value: { title: '市長', name: '本物' } } as const
    const setting = { fromOn: '2026-11-21', setting: mayor, settingsVersion: 1 }
    assert.equal((await practisingAdmin.call(changeMunicipalitySetting, setting)).status, 403)
    // Even with an account there, and its password.
    await cloud.as(there, (ctx) =>
      createStaff(ctx, {
        ...{ loginId: 'back-door', displayName: '裏口', department: '', password: TEST_PASSWORD },
        ...{ roles: ['admin'], mustChangePassword: false },
      }),
    )
    const input = { municipalityCode: there, loginId: 'back-door', password: TEST_PASSWORD }
    assert.equal((await viewer.call(signIn, input)).status, 401)
  })

  test('whose rights are none of a disaster has nothing to practise', async () => {
    const account = {
      displayName: '共済係',
      department: '',
      password: TEST_PASSWORD,
      mustChangePassword: false,
    }
    await cloud.as(hida, (ctx) => createStaff(ctx, { ...account, loginId: 'number', roles: ['my-number'] }))
    const answer = await (await cloud.browserOf(hida, 'number')).call(contract.enterPractice, {})
    assert.ok(!answer.ok && answer.problem.type.endsWith('/nothing'))
  })

  test('a page of the town itself asks nothing of a practice that another tab began', async () => {
    const practising = await practise(cloud, await staff('clerk'))
    const ask = (asking: string) =>
      cloud.app.inject({
        ...{ method: 'GET', url: listDisasters.path },
        headers: { cookie: practising.cookie, 'x-open-bcl-town': asking },
      })
    assert.equal((await ask(there)).statusCode, 200)
    const mixed = await ask(hida)
    assert.equal(mixed.statusCode, 409)
    assert.match(mixed.body, /other-town/)
  })

  test('no mail leaves', async () => {
    const notice = { kind: 'test', subjectId: 'x', to: 'someone@example.jp', subject: '件名', text: '本文' }
    const noticeId = await cloud.as(there, (ctx) => requestMail(ctx, notice))
    const never: Mailer = {
      send: () => {
        throw new Error('the relay was asked')
      },
    }
    await cloud.as(there, (ctx) => sendNotice(ctx, never, noticeId))
    const [kept] = await cloud.as(there, (ctx) => listNotices(ctx.tx, 'x'))
    assert.equal(kept!.state, 'practice')
  })

  test('every page and every file is marked, and no paper is found genuine', async () => {
    const clerk = await practise(cloud, await staff('reviewer'))
    const disasterId = await disasterOf(clerk)
    const { tasks } = await clerk.get(listTasks, { disasterId })
    const taskIds = tasks.slice(0, 2).map(({ taskId }) => taskId)
    const kind = { hazard: 'earthquake', structure: 'wood', stage: 'first' } as const
    const papers = await clerk.call(printPapers, { disasterId, taskIds, ...kind })
    assert.ok(papers.ok)
    const file = new PdfFile(papers.bytes)
    const pages = pagesOf(file)
    assert.ok(pages.length > 1)
    for (const page of pages) {
      const contents = file.resolve(page.get('Contents'))
      assert.ok(Array.isArray(contents))
      assert.match(file.content(file.stream(contents.at(-1)!)).toString('latin1'), /1 0\.45 0\.45 RG/)
    }
    const csv = await cloud.app.inject({
      ...{ method: 'POST', url: exportTasks.path, payload: { disasterId } },
      headers: { cookie: clerk.cookie, 'x-csrf-token': clerk.csrfToken },
    })
    assert.equal(csv.statusCode, 200, csv.body)
    assert.match(decodeURIComponent(String(csv.headers['content-disposition'])), /''練習_/)
    const checked = await clerk.get(checkPaper, { municipalityCode: there, transactionId: 'a'.repeat(32) })
    assert.equal(checked.state, 'unknown')
  })

  test('a helper practises with a card made there, and keeps the card of the town itself', async () => {
    const reviewer = await practise(cloud, await staff('reviewer'))
    const days = { validFrom: '2026-11-21', validUntil: '2026-11-22' }
    const { cards } = await reviewer.get(makeHelperPasses, {
      ...{ disasterId: await disasterOf(reviewer), job: 'helper-reception', count: 1, ...days },
    })
    const who = { displayName: '能登　花子', office: '輪島市', pin: '204816' }
    const answer = await cloud.app.inject({
      ...{ method: 'POST', url: enrolHelper.path, headers: { 'idempotency-key': uuidv7() } },
      payload: { municipalityCode: there, code: cards[0]!.code, ...who },
    })
    assert.equal(answer.statusCode, 200, answer.body)
    const names = answer.cookies.map(({ name }) => name)
    assert.ok(names.includes('open_bcl_device_practice') && !names.includes('open_bcl_device'))
    // At the town itself the card is none.
    const real = await cloud.app.inject({
      ...{ method: 'POST', url: enrolHelper.path, headers: { 'idempotency-key': uuidv7() } },
      payload: { municipalityCode: hida, code: cards[0]!.code, ...who },
    })
    assert.equal(real.statusCode, 422)
  })

  test('begun anew while somebody practises: they are signed out, all they did is gone, and nothing else', async () => {
    const clerk = await practise(cloud, await staff('clerk'))
    await clerk.get(registerDisaster, {
      ...{ name: '練習で作った災害', hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨' },
      applicationDeadlineOn: null,
    })
    const before = await rowsOf(hida)
    const acts = async (): Promise<bigint> =>
      await cloud.as(there, async ({ tx }) => {
        const [row] = await tx.sql<{ count: bigint }>(
          'select count(*) as count from access.audit where municipality_code = $1',
          [there],
        )
        return row!.count
      })
    const told = await acts()
    await prepareTown(cloud, hida, admin)
    assert.equal((await clerk.call(listDisasters, {})).status, 401)
    const after = await rowsOf(hida)
    assert.deepEqual({ ...after, 'practice.preparation': '2' }, { ...before, 'practice.preparation': '2' })
    const anew = await practise(cloud, await staff('clerk'))
    assert.deepEqual(
      (await anew.get(listDisasters, {})).disasters.map(({ name }) => name),
      ['練習用の地震'],
    )
    assert.equal((await applicationsOf(anew)).length, 12)
    assert.ok((await acts()) > told, 'what was done while practising stays on record')
  })

  test('the database itself lets nobody clear a real town', async () => {
    const cleared = (code: MunicipalityCode, table: string) =>
      cloud.as(code, async ({ tx }) => {
        await tx.client.query('set local role clearer')
        return (await tx.client.query(`delete from ${table}`)).rowCount
      })
    assert.equal(await cleared(hida, 'residents.version'), 0)
    await assert.rejects(cleared(hida, 'access.audit'), { code: '42501' })
    await assert.rejects(cleared(there, 'access.audit'), { code: '42501' })
    assert.ok(Number((await rowsOf(hida))['residents.version']) > 100)
  })
})
