import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import { noteErrors } from '../../apps/cloud/testing/page-errors.ts'
import {
  TEST_BUILD,
  testCloud,
  type Browser as Clerk,
  type TestCloud,
} from '../../apps/cloud/testing/town.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { photo } from '../files/testing/photos.ts'
import { registerDisaster } from '../ledger/ledger.actions.ts'
import { addTeam, makePlan } from '../surveys/plans.contract.ts'
import { listSheets } from '../surveys/sheets.contract.ts'
import type { PlanId, TaskId, TeamId } from '../surveys/surveys.ts'
import { addTask, assignTasks, getTask } from '../surveys/tasks.contract.ts'
import { listPasses, makePass, revokePass } from './field.contract.ts'
import type { PassId } from './field.ts'

const HIDA = '212172' as MunicipalityCode
const PIN = '482915'
const id = <T>(): T => uuidv7() as T
/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
const dist = path.resolve(import.meta.dirname, '../../apps/field/dist')

/** In the browser: every word of the store, what is cached, and how much stands in the two simple storages. */
const READ_EVERYTHING = `(async () => {
  const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result) })
  const db = await asked(indexedDB.open('open-bcl-field'))
  const words = (value) =>
    value instanceof Uint8Array
      ? new TextDecoder().decode(value)
      : value !== null && typeof value === 'object'
        ? Object.values(value).map(words).join(' ')
        : String(value)
  const all = []
  for (const name of ['meta', 'work', 'items', 'envelopes'])
    all.push(...(await asked(db.transaction(name).objectStore(name).getAll())).map(words))
  db.close()
  const kept = []
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) kept.push(new URL(request.url).pathname)
  return { all: all.join('\\n'), kept, local: localStorage.length + sessionStorage.length }
})()`

/** A surveyor's morning without signal, on a phone-sized screen, and what the town has of it afterwards. */
describe('調査端末', () => {
  let cloud: TestCloud
  let clerk: Clerk
  let disasterId: DisasterId
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let origin: string
  let passId: PassId
  let code: string
  const houses: TaskId[] = []
  const errors: string[] = []
  const ending: (() => Promise<unknown>)[] = []

  before(async () => {
    cloud = await testCloud()
    cloud.clock = new Date()
    ending.push(() => cloud.close())
    await cloud.onboard(HIDA, '飛騨市')
    const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10)
    const made = await cloud.as(HIDA, (ctx) =>
      registerDisaster(ctx, {
        ...{ name: '令和8年11月豪雨', hazards: ['flood'], occurredOn: '2026-11-01' as PlainDate },
        ...{ causeText: '令和8年11月1日の豪雨による', applicationDeadlineOn: null },
      }),
    )
    disasterId = made.disaster.disasterId as DisasterId
    clerk = await cloud.signIn(HIDA, 'clerk')
    const planId = id<PlanId>()
    const teamId = id<TeamId>()
    await clerk.get(makePlan, {
      planId,
      disasterId,
      name: '第1次調査',
      startsOn: today,
      endsOn: today,
      daysOff: [],
    })
    await clerk.get(addTeam, {
      ...{
        planId,
        teamId,
        name: '1班',
        members: ['調査 一郎'],
        housesPerDay: 10,
        worksFrom: today,
        worksUntil: today,
      },
    })
    for (const no of [1, 2, 3]) {
      const taskId = id<TaskId>()
      await clerk.get(addTask, {
        ...{ taskId, disasterId, stage: 'first', address: `飛騨市古川町壱之町${no}番${no}号`, urgent: false },
        ...{
          headName: `調査 太郎${no}`,
          phone: '',
          note: '',
          point: { latitude: 36.23 + no / 500, longitude: 137.18 },
        },
      })
      houses.push(taskId)
    }
    await clerk.get(assignTasks, {
      ...{ assignmentId: uuidv7(), disasterId, teamId, expected: 3 },
      select: { taskIds: houses, unassignedOnly: false },
    })
    passId = id<PassId>()
    const pass = await clerk.get(makePass, {
      ...{ passId, disasterId, teamId, name: 'スマートフォン1', validFrom: today, validUntil: today },
    })
    code = pass.code
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, { ...noServices, build: TEST_BUILD, files: async () => cloud.shelf })
    await serveWeb(server, '/field', dist)
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    ending.push(() => browser.close())
    context = await browser.newContext({
      ...{ viewport: { width: 390, height: 844 }, locale: 'ja-JP', isMobile: true, hasTouch: true },
      ...{ geolocation: { latitude: 36.2361, longitude: 137.18 }, permissions: ['geolocation'] },
    })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteErrors(page, errors)
  })
  after(async () => {
    for (const step of ending.reverse()) await step()
  })

  const press = (name: string | RegExp) => page.getByRole('button', { name }).click()
  const unsent = (words: string | RegExp) => page.locator('.field-unsent').getByText(words).waitFor()
  const unlock = async (pin = PIN): Promise<void> => {
    await page.getByLabel('暗証番号', { exact: true }).fill(pin)
    await press('開く')
  }
  const choose = (question: string, answer: string) =>
    page.getByRole('group', { name: question, exact: true }).getByLabel(answer, { exact: true }).check()
  const look = async (name: string): Promise<void> => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`),
      [],
      name,
    )
    if (shots !== undefined) {
      fs.mkdirSync(shots, { recursive: true })
      await page.screenshot({ path: path.join(shots, `field-${name}.png`), fullPage: true })
    }
  }

  test('a link and a PIN let the phone in; it carries its houses and opens without signal', async () => {
    await page.goto(`${origin}/field/#${HIDA}.${code}`)
    await page.getByLabel('暗証番号（6桁以上の数字）').fill('123456')
    await page.getByText('推測されにくい暗証番号にしてください').waitFor()
    await page.getByLabel('暗証番号（6桁以上の数字）').fill(PIN)
    await page.getByLabel('暗証番号（確認）').fill(PIN)
    await look('enrol')
    assert.equal(new URL(page.url()).hash, '')
    await press('登録する')
    await page.getByText('飛騨市古川町壱之町1番1号').waitFor()
    await look('list')
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
    await context.setOffline(true)
    await page.reload()
    await unlock('000111')
    await page.getByText('暗証番号が違います').waitFor()
    await look('locked')
    await unlock()
    await page.getByText('飛騨市古川町壱之町3番3号').waitFor()
    await press('近い順にする')
    await page.locator('.field-list li').first().getByText('飛騨市古川町壱之町3番3号').waitFor()
    await press('地図')
    await look('map')
    await press('一覧')
  })

  test('a sheet without signal is kept at every answer, and a phone that dies finds it again', async () => {
    await press(/壱之町1番1号/)
    await press('「調査中」の印を付ける')
    await unsent(/未送信 1件/)
    await press('調査票を記入する')
    await choose('流失・埋没・焼失', 'いいえ')
    await look('sheet')
    await page.getByLabel('立会者').fill('調査 花子')
    await page.getByText('この端末に保存しました').waitFor()
    await page.reload()
    await unlock()
    await press(/壱之町1番1号/)
    await press('調査票の続きを記入する')
    assert.equal(await page.getByLabel('立会者').inputValue(), '調査 花子')
    await press('調査票を終わりにする')
    await page.getByLabel('写す所').selectOption('roof')
    await page.getByLabel('損傷程度').selectOption('III')
    await page.locator('input[type=file]').setInputFiles({
      ...{ name: 'roof.jpg', mimeType: 'image/jpeg', buffer: photo() },
    })
    await page.getByText('1枚をこの端末に保存しました').waitFor()
    await unsent(/未送信 3件/)
    await look('house')
  })

  test('nothing of anybody lies open on the phone', async () => {
    const open = await page.evaluate<{ all: string; kept: string[]; local: number }>(READ_EVERYTHING)
    assert.ok(open.all.length > 1_000)
    assert.doesNotMatch(open.all, /古川|太郎|花子|一郎|豪雨/)
    assert.deepEqual(
      open.kept.filter((url) => !url.startsWith('/field/')),
      [],
    )
    assert.equal(open.local, 0)
    assert.equal(new URL(page.url()).pathname, '/field/')
  })

  test('with signal everything goes by itself, once', async () => {
    await context.setOffline(false)
    await unsent('未送信はありません')
    const taskId = houses[0]!
    const { sheets } = await clerk.get(listSheets, { taskId })
    assert.deepEqual([sheets.length, sheets[0]?.versions[0]?.witness], [1, '調査 花子'])
    const task = await clerk.get(getTask, { taskId })
    assert.deepEqual(
      task.photos.map(({ part, finding }) => [part, finding]),
      [['roof', 'III']],
    )
    // The phone says that it stood half a kilometre away.
    assert.deepEqual(sheets[0]?.versions[0]?.notes, ['far'])
    await page.getByRole('button', { name: '記入した調査票を訂正する' }).waitFor()
  })

  test('a revoked phone hands over what it has, also unfinished, and is emptied without its PIN', async () => {
    await press('← 一覧に戻る')
    await press(/壱之町2番2号/)
    await press('調査票を記入する')
    await page.getByLabel('立会者').fill('途中の人')
    await page.getByText('この端末に保存しました').waitFor()
    await context.setOffline(true)
    await page.reload()
    const { passes } = await clerk.get(listPasses, { disasterId })
    await clerk.get(revokePass, { passId, version: passes[0]!.version, reason: '紛失' })
    await context.setOffline(false)
    await page.getByRole('heading', { name: '調査端末の登録' }).waitFor()
    const [after] = (await clerk.get(listPasses, { disasterId })).passes
    assert.deepEqual([after?.state, after?.parked, after?.wipedAt !== null], ['revoked', 1, true])
    assert.deepEqual(
      errors.filter((one) => !/ERR_INTERNET_DISCONNECTED/.test(one)),
      [],
    )
  })
})
