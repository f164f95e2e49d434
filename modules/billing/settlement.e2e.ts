import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { FastifyInstance } from 'fastify'
import { chromium, type Browser, type Page } from 'playwright-core'
import { makeStaff } from '../center/staff.actions.ts'
import { centerCtx, type CenterRuntime } from '@open-bcl/platform/http/serve-center.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { servePeople } from '../../apps/center/compose.ts'
import { testFactor } from '../../apps/center/testing/people.ts'
import { openPapers } from './billing.routes.ts'
import { HIDA, settledCentre, type SettledCentre } from './testing/settled-centre.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
/** Another build of the operators' console, for who works on several at once. */
const dist =
  process.env['OPEN_BCL_OPERATOR_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/operator/dist')
const cache = path.resolve(import.meta.dirname, '../../.cache')
const password = 'correct horse battery'

describe('an operator settles a month and an auditor looks behind a figure', () => {
  let centre: SettledCentre
  let server: FastifyInstance
  let browser: Browser
  let page: Page
  let origin: string
  const papers = openPapers(cache)
  const errors: string[] = []

  before(async () => {
    centre = await settledCentre(cache)
    await centre.print([
      { at: '2026-10-05T03:00:00Z', feeYen: 300, copies: 2 },
      { at: '2026-10-06T03:00:00Z', feeYen: 300, copies: 3, kiosk: 'k-corner-1' },
      { at: '2026-10-07T13:00:00Z', kind: 'inkan', feeYen: 10, kiosk: 'k-mart-9' },
      { at: '2026-10-08T03:00:00Z', kind: 'risai', feeYen: 0, printingYen: 10, copies: 4 },
      { at: '2026-10-09T03:00:00Z', feeYen: 300, kiosk: 'k-counter' },
    ])
    const log = openLog('center', { write: () => {} })
    const runtime: CenterRuntime = {
      pool: centre.database.app,
      log,
      now: () => new Date(),
      production: false,
    }
    await centerCtx(runtime).separately((ctx) =>
      makeStaff(ctx, {
        ...{ loginId: 'operator', displayName: '運用 花子', role: 'operator', password },
        mustChangePassword: false,
      }),
    )
    server = await httpServer({ program: 'center', log, ready: [] })
    servePeople(server, runtime, { centre: null as never, papers, test: false, factor: testFactor })
    await serveWeb(server, '/operator', dist)
    origin = (await server.listen({ host: '127.0.0.1', port: 0 })).replace('127.0.0.1', 'localhost')
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    page = await (
      await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    ).newPage()
    page.setDefaultTimeout(15_000)
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(`${origin}/operator/settlement?month=2026-10`)
    await page.getByLabel('ID').fill('operator')
    await page.getByLabel('パスワード').fill(password)
    await page.getByRole('button', { name: 'ログイン' }).click()
  })
  after(async () => {
    await browser.close()
    await server.close()
    await papers.close()
    await centre.close()
  })

  async function shot(name: string): Promise<void> {
    if (!shots) return
    fs.mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: path.join(shots, `settlement-${name}.png`), fullPage: true })
  }
  async function accessible(): Promise<void> {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 120))]),
      [],
    )
  }
  const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()

  test('the month as it stands, closed with a question before it', async () => {
    await heading('月次の精算')
    await page.getByRole('link', { name: '岐阜県飛騨市' }).waitFor()
    await page.getByText('速報', { exact: true }).waitFor()
    await accessible()
    await page.getByRole('button', { name: 'この月を締める' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '締める' }).click()
    await page.getByText('確定', { exact: true }).waitFor()
    await shot('month')
  })

  test('from the town to the line to the transaction', async () => {
    await page.getByRole('link', { name: '岐阜県飛騨市' }).click()
    await heading('岐阜県飛騨市 令和8年10月')
    await page.getByText('11通（5件）').waitFor()
    await shot('statement')
    await accessible()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'PDF' }).click(),
    ])
    assert.equal(file.suggestedFilename(), `精算明細_${HIDA}_2026-10.pdf`)
    await page
      .getByRole('row', { name: /罹災証明書/ })
      .getByRole('link')
      .click()
    await heading('明細のもとの取引')
    const row = page.getByRole('row', { name: /罹災証明書/ })
    assert.match(await row.innerText(), /マート古川店[\s\S]*40円\s+40円/)
    assert.equal(await page.getByRole('row').count(), 2)
    await shot('rows')
    await accessible()
  })

  test('the year: a contract, then the head count it needs, then the amount and how it came about', async () => {
    await page.goto(`${origin}/operator/yearly/${HIDA}`)
    await heading('岐阜県飛騨市の算定のもと')
    await page.getByRole('button', { name: '契約を登録する' }).click()
    const dialog = page.getByRole('dialog')
    // Nothing chosen: said where it is missing, and nothing recorded.
    await dialog.getByRole('button', { name: '登録する' }).click()
    await dialog.getByText('入力に誤りがあります').waitFor()
    await dialog.getByLabel('サービス').selectOption('クラウド型被災者支援システム')
    await dialog.getByLabel('利用開始月').selectOption('令和8年4月')
    await dialog.getByRole('button', { name: '登録する' }).click()
    await page.getByRole('cell', { name: '続いています' }).waitFor()
    await page.goto(`${origin}/operator/yearly?fiscalYear=2026`)
    await page.getByRole('heading', { name: '人口の登録がない団体' }).waitFor()
    await shot('year-missing')
    await page.getByRole('link', { name: '岐阜県飛騨市' }).click()
    await page.getByRole('button', { name: '人口を登録する' }).click()
    await dialog.getByLabel('基準日').fill('令和8年1月1日')
    await dialog.getByLabel('住民基本台帳人口').fill('10,000')
    await dialog.getByLabel('出典').fill('住民基本台帳に基づく人口')
    await shot('population')
    await dialog.getByRole('button', { name: '登録する' }).click()
    await page.getByRole('cell', { name: '10,000人' }).waitFor()
    await accessible()
    await page.goto(`${origin}/operator/yearly?fiscalYear=2026`)
    await page.getByText('見込み', { exact: true }).waitFor()
    await page.getByRole('cell', { name: '285,000円', exact: true }).waitFor()
    await page.getByText('基礎額185,000円＋10,000人').waitFor()
    // 180 yen for each of the seven copies of 住民票 and 印鑑.
    await page.getByRole('cell', { name: '1,260円' }).waitFor()
    await shot('year')
    await accessible()
  })

  test('statistics and participation', async () => {
    await page.goto(`${origin}/operator/statistics?from=2026-04&to=2026-10`)
    await heading('交付の統計')
    await page.getByRole('img', { name: /証明書の種類別の棒グラフ/ }).waitFor()
    await shot('statistics')
    await accessible()
    await page.getByRole('link', { name: '参加状況' }).click()
    await heading('参加状況')
    await page.getByRole('cell', { name: '926' }).waitFor()
    await accessible()
    assert.deepEqual(errors, [])
  })
})
