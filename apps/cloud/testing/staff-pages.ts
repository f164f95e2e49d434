import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { createStaff } from '@open-bcl/modules/access/access.actions.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { publicPages } from '../cloud.ts'
import { composeCloud, noServices } from '../compose.ts'
import { noteErrors } from './page-errors.ts'
import { TEST_BUILD, TEST_PASSWORD, type TestCloud } from './town.ts'

const root = path.resolve(import.meta.dirname, '../../..')
/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
/** Another build of the staff pages, for who works on several at once. */
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.join(root, 'apps/staff/dist')

export type StaffPages = Awaited<ReturnType<typeof openStaffPages>>

/** The staff pages of a test's cloud in a browser, with whoever signs in there. */
export async function openStaffPages(cloud: TestCloud) {
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []
  const engine = await startPdfEngine({ cacheDir: path.join(root, '.cache'), workers: 1 })
  ending.push(() => engine.close())
  const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
  const services = { ...noServices, engine, build: TEST_BUILD, files: async () => cloud.shelf }
  composeCloud(server, cloud.runtime, services)
  await serveWeb(server, '/', dist, publicPages)
  const origin = await server.listen({ host: '127.0.0.1', port: 0 })
  ending.push(() => server.close())
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  ending.push(() => browser.close())

  /** A new member of staff, signed in on a desk of their own; the browser's day is the cloud's. */
  async function signIn(
    town: MunicipalityCode,
    staff: {
      readonly loginId: string
      readonly displayName: string
      readonly role: 'clerk' | 'reviewer' | 'admin'
    },
  ): Promise<Page> {
    const { loginId, displayName, role } = staff
    await cloud.as(town, (ctx) =>
      createStaff(ctx, {
        ...{ loginId, displayName, department: '', password: TEST_PASSWORD, mustChangePassword: false },
        roles: [role],
      }),
    )
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      locale: 'ja-JP',
      acceptDownloads: true,
    })
    await context.clock.setFixedTime(cloud.clock)
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    noteErrors(page, errors)
    await page.goto(origin)
    await page.getByLabel('団体コード').fill(town)
    await page.getByLabel('ID').fill(loginId)
    await page.getByLabel('パスワード').fill(TEST_PASSWORD)
    await page.getByRole('button', { name: 'ログイン' }).click()
    await page.getByRole('heading', { level: 1, name: 'メインメニュー' }).waitFor()
    return page
  }

  /** Found by whoever cannot see it, and no wider than a telephone. */
  async function look(page: Page, name: string): Promise<void> {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: width === 1280 ? 900 : 844 })
      if (width === 1280) await accessible(page, name)
      const tooWide = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      assert.ok(tooWide <= 0, `${name}: ${tooWide}px too wide at ${width}`)
      if (shots === undefined) continue
      fs.mkdirSync(shots, { recursive: true })
      await page.screenshot({ path: path.join(shots, `${name}-${width}.png`), fullPage: true })
    }
    await page.setViewportSize({ width: 1280, height: 900 })
  }
  async function accessible(page: Page, name: string): Promise<void> {
    // A dialog that is closing still hides the page behind it.
    await page.getByRole('main').waitFor()
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
      [],
      name,
    )
  }
  const close = async (): Promise<void> => {
    for (const step of ending.reverse()) await step()
  }
  return { origin, signIn, look, errors, close }
}
