import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { DisasterId } from '@open-bcl/modules/disasters/disasters.ts'
import { makePass } from '@open-bcl/modules/field/field.contract.ts'
import type { PassId } from '@open-bcl/modules/field/field.ts'
import { registerDisaster } from '@open-bcl/modules/ledger/ledger.actions.ts'
import { addTeam, makePlan } from '@open-bcl/modules/surveys/plans.contract.ts'
import { insertTasks, type NewTask } from '@open-bcl/modules/surveys/surveys.store.ts'
import { taskNoOf, type PlanId, type TaskId, type TeamId } from '@open-bcl/modules/surveys/surveys.ts'
import { startPostgres } from '@open-bcl/platform/db/embedded.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { chromium, type CDPSession, type Page } from 'playwright-core'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import {
  TEST_BUILD,
  testCloud,
  type Browser as Clerk,
  type TestCloud,
} from '../../apps/cloud/testing/town.ts'
import { lookIn, type Look } from './phone-screen.ts'
import { thinLine, type ThinLine } from './thin-line.ts'

export const TOWN = '212172' as MunicipalityCode
export const LINE = { bitsPerSecond: 10_000_000, delayMs: 20 }
/** A cheap phone's processor against this one's: what Chromium calls a low-end phone. */
export const SLOWER = 6
const PIN = '482915'

export type Phone = {
  readonly page: Page
  readonly cdp: CDPSession
  readonly look: Look
  /** From 登録する to all its houses on the screen, ms. */
  readonly enrolMs: number
  /** Types the PIN; until the list is there, ms. */
  unlock(): Promise<number>
}
export type Field = {
  readonly cloud: TestCloud
  readonly line: ThinLine
  readonly folder: string
  readonly phone: Phone
}

/** The town, a team with so many houses, and its phone: the app in Chromium, slow as a cheap one, on a line of 10 Mbit/s. */
export async function inTheField(houses: number, work: (field: Field) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'open-bcl-field-'))
  const ending: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })]
  try {
    const postgres = await startPostgres({ kind: 'embedded', dataDir: path.join(folder, 'db') })
    process.env['TEST_DATABASE_URL'] = postgres.url
    ending.push(() => postgres.stop())
    const cloud = await testCloud()
    cloud.clock = new Date()
    ending.push(() => cloud.close())
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, { ...noServices, build: TEST_BUILD, files: async () => cloud.shelf })
    await serveWeb(server, '/field', path.resolve(import.meta.dirname, '../../apps/field/dist'))
    const origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    const line = await thinLine({ target: Number(new URL(origin).port), ...LINE })
    ending.push(() => line.close())
    const code = await makeTeam(await openOffice(cloud), houses)
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    ending.push(() => browser.close())
    const context = await browser.newContext({
      ...{ viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, locale: 'ja-JP' },
      ...{ isMobile: true, hasTouch: true },
      ...{ geolocation: { latitude: 36.235, longitude: 137.185 }, permissions: ['geolocation'] },
    })
    const phone = await enrol(
      await context.newPage(),
      `http://127.0.0.1:${line.port}/field/#${TOWN}.${code}`,
      houses,
    )
    await work({ cloud, line, folder, phone })
  } finally {
    for (const step of ending.toReversed()) await step()
  }
}

type Office = {
  readonly cloud: TestCloud
  readonly clerk: Clerk
  readonly disasterId: DisasterId
  readonly planId: PlanId
  readonly today: string
}

/** The list is on the screen. */
export const rowsThere = `document.querySelectorAll('.field-list li').length > 3`

async function openOffice(cloud: TestCloud): Promise<Office> {
  await cloud.onboard(TOWN, '見本市')
  const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10)
  const made = await cloud.as(TOWN, (ctx) =>
    registerDisaster(ctx, {
      ...{ name: '計測の豪雨', hazards: ['flood'], occurredOn: '2026-11-01' as PlainDate },
      ...{ causeText: '令和８年１１月１日の豪雨による', applicationDeadlineOn: null },
    }),
  )
  const disasterId = made.disaster.disasterId as DisasterId
  const clerk = await cloud.signIn(TOWN, 'clerk')
  const planId = uuidv7() as PlanId
  const days = { startsOn: today, endsOn: today, daysOff: [] }
  await clerk.get(makePlan, { planId, disasterId, name: '計測', ...days })
  return { cloud, clerk, disasterId, planId, today }
}

/** A team with so many houses; the code of its phone. */
async function makeTeam(office: Office, houses: number): Promise<string> {
  const { cloud, clerk, disasterId, planId, today } = office
  const teamId = uuidv7() as TeamId
  const works = { worksFrom: today, worksUntil: today }
  await clerk.get(addTeam, {
    ...{ planId, teamId, name: '計測班', members: ['計測 一郎'], housesPerDay: 30, ...works },
  })
  await cloud.as(TOWN, async (ctx) => {
    await insertTasks(ctx.tx, await ctx.keys(), [...housesOf(disasterId, houses)], 'bench')
    await ctx.tx.sql('update surveys.task set plan_id = $2, team_id = $3 where municipality_code = $1', [
      TOWN,
      planId,
      teamId,
    ])
  })
  const pass = await clerk.get(makePass, {
    ...{ passId: uuidv7() as PassId, disasterId, teamId, name: '端末' },
    ...{ validFrom: today, validUntil: today },
  })
  return pass.code
}

async function enrol(page: Page, url: string, houses: number): Promise<Phone> {
  page.setDefaultTimeout(300_000)
  const cdp = await page.context().newCDPSession(page)
  await page.goto(url)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
  const look = await lookIn(page, cdp)
  const press = (name: string) => () => page.getByRole('button', { name, exact: true }).tap()
  await page.getByLabel('暗証番号（6桁以上の数字）').fill(PIN)
  await page.getByLabel('暗証番号（確認）').fill(PIN)
  const { ms } = await look.lap(
    press('登録する'),
    `[...document.querySelectorAll('[role=status]')].some((one) => one.textContent === '${houses.toLocaleString()}件')`,
  )
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
  const unlock = async (): Promise<number> => {
    await page.getByLabel('暗証番号', { exact: true }).fill(PIN)
    return (await look.lap(press('開く'), rowsThere)).ms
  }
  return { page, cdp, look, enrolMs: ms, unlock }
}

/** Houses of a town of forty 町字, four kilometres across. */
function* housesOf(disasterId: DisasterId, count: number): Generator<NewTask> {
  for (let i = 0; i < count; i++) {
    const [area, number] = [i % 40, Math.floor(i / 40) + 1]
    yield {
      ...{ taskId: uuidv7() as TaskId, disasterId, taskNo: taskNoOf('K1', i + 1), stage: 'first' as const },
      ...{
        origin: 'manual' as const,
        originRef: null,
        previousTaskId: null,
        entryId: null,
        dwellingId: null,
      },
      areaName: `見本町${area + 1}丁目`,
      words: {
        address: `岐阜県飛騨市見本町${area + 1}丁目${number}番${(i % 17) + 1}号`,
        headName: `${'佐藤鈴木高橋田中伊藤渡辺山本中村'.slice((i % 8) * 2, (i % 8) * 2 + 2)}　${'一二三四五六七八九'[i % 9]}郎`,
        applicantName: i % 3 === 0 ? `計測　花子${i}` : '',
        phone: '0577-00-0000',
        note: i % 10 === 0 ? '犬がいます。午後に来てほしいとのことです。' : '',
      },
      point: {
        latitude: 36.22 + ((i * 7919) % 10_007) / 10_007 / 25,
        longitude: 137.16 + ((i * 104_729) % 10_009) / 10_009 / 20,
      },
      ...{ rough: false, urgent: i % 50 === 0, requestedAt: new Date(), people: [] },
    }
  }
}
