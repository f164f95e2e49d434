import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { composeCloud, noServices } from '../../apps/cloud/compose.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { noteErrors } from '../../apps/cloud/testing/page-errors.ts'
import { TEST_BUILD, TEST_PASSWORD, testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from '../access/access.actions.ts'
import { registerDisaster } from '../ledger/ledger.contract.ts'
import { matchTask } from './match.actions.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
/** Another build of the staff pages, for who works on several at once. */
const dist = process.env['OPEN_BCL_STAFF_DIST'] ?? path.resolve(import.meta.dirname, '../../apps/staff/dist')

/** A list is taken in, its people are looked at side by side with the keyboard, and a household gets a case. */
describe('名寄せの画面', () => {
  let cloud: TestCloud
  let town: DemoTown
  let browser: Browser
  let page: Page
  const ending: (() => Promise<unknown>)[] = []
  const errors: string[] = []

  before(async () => {
    cloud = await testCloud()
    cloud.clock = new Date()
    ending.push(() => cloud.close())
    town = makeTown({ households: 60 })
    const { code } = town.municipality
    await cloud.onboard(code, '飛騨市')
    await loadTown(cloud, town)
    const clerk = await cloud.signIn(code, 'clerk')
    const made = await clerk.get(registerDisaster, {
      ...{ name: '令和8年豪雨', hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨による' },
      applicationDeadlineOn: null,
    })
    await cloud.as(code, (ctx) =>
      createStaff(ctx, {
        ...{ loginId: 'window', displayName: '窓口　花子', department: '市民課', password: TEST_PASSWORD },
        ...{ roles: ['reviewer'], mustChangePassword: false },
      }),
    )
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, { ...noServices, build: TEST_BUILD })
    await serveWeb(server, '/', dist)
    const origin = await server.listen({ host: '127.0.0.1', port: 0 })
    ending.push(() => server.close())
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    ending.push(() => browser.close())
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    noteErrors(page, errors)
    await page.goto(`${origin}/?disaster=${made.disaster.disasterId}`)
    await page.getByLabel('団体コード').fill(code)
    await page.getByLabel('ID').fill('window')
    await page.getByLabel('パスワード').fill(TEST_PASSWORD)
    await page.getByRole('button', { name: 'ログイン' }).click()
    await heading('メインメニュー')
    await page.goto(`${origin}/matching?disaster=${made.disaster.disasterId}`)
    await heading('名寄せ')
  })
  after(async () => {
    for (const step of ending.reverse()) await step()
  })

  const main = () => page.getByRole('main')
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  async function look(name: string): Promise<void> {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${name} ${id} ${nodes[0]?.html.slice(0, 120)}`),
      [],
    )
    if (shots === undefined) return
    fs.mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true })
  }

  test('a list is understood, taken in, and worked off by keys; a case begins', async () => {
    const known = Object.values(town.people).map(({ residentNo }) => residentNo)
    const [one, two] = town.residents.filter(
      ({ state, birth, kind, residentNo }) =>
        state === 'resident' && birth.on !== null && kind === 'japanese' && !known.includes(residentNo),
    )
    const lines = [
      '避難者氏名,ふりがな,生年月日,住所,部屋番号',
      `${one!.name.full},,${one!.birth.on},${one!.address.town}${one!.address.number},A-1`,
      `${two!.name.kana},,,${two!.address.town}${two!.address.number},A-2`,
      '余所野　稀子,ヨソノ マレコ,S46.3.4,富山県富山市9-9,A-3',
    ]
    await main().getByRole('link', { name: '名簿を取り込む' }).click()
    await heading('名簿を取り込む')
    await page.getByLabel(/^名簿の名前/).fill('第一体育館')
    await page.setInputFiles('input[type=file]', {
      ...{ name: 'meibo.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) },
    })
    await page.getByRole('button', { name: '読み方を確かめる' }).click()
    await page.getByText('3人を取り込めます').first().waitFor()
    await look('matching-read')
    await page.getByRole('button', { name: '取り込んで照合する' }).click()
    await heading('第一体育館')
    const listId = new URL(page.url()).pathname.split('/').at(-1)
    await cloud.as(town.municipality.code, (ctx) => matchTask(ctx, listId))
    await page.getByRole('link', { name: '確認待ちの方を順に見る' }).click()
    await heading(new RegExp(one!.name.full.slice(0, 2)))
    await look('matching-review')
    await page.keyboard.press('1')
    await heading(new RegExp(two!.name.kana.slice(0, 2)))
    await page.keyboard.press('9')
    await heading(/余所野/)
    await page.keyboard.press('0')
    await page.getByRole('heading', { name: '住登外者として台帳に追加' }).waitFor()
    await look('matching-add')
    await page.goBack()
    await page.goto(page.url().replace(/\/matching.*\?/, `/ledger/R-${one!.residentNo}?`))
    await page.getByRole('button', { name: 'この世帯の支援を始める' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '始める' }).click()
    await heading(/世帯の支援$/)
    await page.getByLabel(/^訪問・連絡した人/).fill('保健師　山下')
    await page.getByRole('button', { name: '記録する' }).click()
    await page.getByText('保健師　山下').first().waitFor()
    await look('case')
    assert.deepEqual(errors, [])
  })
})
