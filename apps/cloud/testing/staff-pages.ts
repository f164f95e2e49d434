import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { createStaff } from '@open-bcl/modules/access/access.actions.ts'
import type { RoleName } from '@open-bcl/modules/access/roles.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { publicPages } from '../cloud.ts'
import { composeCloud, type Services } from '../compose.ts'
import { noteErrors } from './page-errors.ts'
import { TEST_PASSWORD, type TestCloud } from './town.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
/** Another build of the staff pages, for who works on several at once. */
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../staff/dist')
const desktop = { width: 1280, height: 900 }
const phone = { width: 375, height: 812 }

export type StaffPages = Awaited<ReturnType<typeof openStaffPages>>

type Account = {
  readonly loginId: string
  readonly displayName: string
  readonly role: RoleName
  readonly department?: string
}

/**
 * The built staff pages of a test's cloud in a browser, under the cloud's own services but for what the test gives. It is
 * the cloud's time in the browser, too, as it stands when a page is opened.
 */
export async function openStaffPages(cloud: TestCloud, services: Partial<Services> = {}) {
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []
  const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
  ending.push(() => server.close())
  composeCloud(server, cloud.runtime, { ...cloud.services, ...services })
  await serveWeb(server, '/', dist, publicPages)
  const origin = await server.listen({ host: '127.0.0.1', port: 0 })
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  ending.push(() => browser.close())

  /** An account with the password of all tests. */
  async function account(
    town: MunicipalityCode,
    { loginId, displayName, role, department = '市民課' }: Account,
  ): Promise<void> {
    await cloud.as(town, (ctx) =>
      createStaff(ctx, {
        ...{ loginId, displayName, department, password: TEST_PASSWORD, mustChangePassword: false },
        roles: [role],
      }),
    )
  }

  /** A browser of one's own: nothing of anybody else's session is there. */
  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: desktop, locale: 'ja-JP', ...options })
    await context.clock.install({ time: cloud.clock })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteErrors(page, errors)
    return page
  }

  /** On the sign-in page, wherever that leads. */
  async function enter(
    page: Page,
    town: string,
    loginId: string,
    password: string = TEST_PASSWORD,
  ): Promise<void> {
    await page.getByLabel('団体コード').fill(town)
    await page.getByLabel('ID').fill(loginId)
    await page.getByLabel('パスワード').fill(password)
    await page.getByRole('button', { name: 'ログイン', exact: true }).click()
  }

  /** Somebody with an account at a desk of their own, on the main menu. `at`: what to ask for first. */
  async function desk(town: MunicipalityCode, loginId: string, at = '/'): Promise<Page> {
    const page = await open()
    await page.goto(`${origin}${at}`)
    await enter(page, town, loginId)
    await page.getByRole('heading', { level: 1, name: 'メインメニュー' }).waitFor()
    return page
  }

  /** The same for somebody new. */
  async function signIn(town: MunicipalityCode, staff: Account, at = '/'): Promise<Page> {
    await account(town, staff)
    return await desk(town, staff.loginId, at)
  }

  /**
   * Found by whoever cannot see it, and no wider than a telephone; a dialog's width counts, too. `asked`: where axe looks,
   * which takes half a second.
   */
  async function look(page: Page, name: string, asked: 'desktop' | 'both' = 'desktop'): Promise<void> {
    for (const size of [desktop, phone]) {
      await page.setViewportSize(size)
      if (size === desktop || asked === 'both') await accessible(page, `${name}-${size.width}`)
      const tooWide = await page.evaluate<number>(
        `Math.max(...[document.documentElement, ...document.querySelectorAll('dialog[open]')]
          .map((one) => one.scrollWidth - one.clientWidth))`,
      )
      await shoot(page, `${name}-${size.width}`)
      assert.ok(tooWide <= 0, `${name}: ${tooWide}px too wide at ${size.width}`)
    }
    await page.setViewportSize(desktop)
  }
  /** Nothing that axe finds. */
  async function accessible(page: Page, name: string): Promise<void> {
    // A dialog that is closing is empty, and still hides the page behind it.
    await page.getByRole('dialog').getByRole('heading').or(page.getByRole('main')).first().waitFor()
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
      [],
      name,
    )
  }
  /** A picture for people, where wished for. */
  async function shoot(page: Page, name: string): Promise<void> {
    if (shots === undefined) return
    fs.mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true })
  }
  async function close(): Promise<void> {
    for (const step of ending.reverse()) await step()
  }
  return { origin, browser, errors, account, open, enter, desk, signIn, look, accessible, shoot, close }
}
