import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import { HIDA, testCenter, type TestCenter } from '../../apps/center/testing/center.ts'
import { testPassword } from '../../apps/center/testing/people.ts'
import { walkAs } from '../../apps/center/testing/walk.ts'
import type { Mail } from '@open-bcl/platform/mail.ts'
import { announceChanges, mailWaiting } from './announcing.actions.ts'
import * as kiosk from './kiosk.contract.ts'
import { addContact, saveOperator, saveStore } from './registry.contract.ts'
import { tellStops } from './incident-stops.actions.ts'

/** Where pictures of the screens go when somebody wants to look (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
const sizes = [
  { width: 1280, height: 800 },
  { width: 375, height: 740 },
] as const

let center: TestCenter
let browser: Browser
let page: Page
const said: string[] = []
const asked: string[] = []
const mails: Mail[] = []

before(async () => {
  center = await testCenter(true)
  const operator = await center.staff('operator', 'yakin')
  await center.makeCard('sato')
  await operator.get(addContact, {
    ...{
      party: 'town',
      partyKey: HIDA,
      ja: '市民課 当直',
      mail: 'shimin@hida.example',
      phone: '0577-00-0001',
    },
  })
  await operator.get(saveOperator, {
    ...{ operatorId: 'mogi', ja: '模擬コンビニ', sort: 'chain', municipalityCode: null },
    ...{ joinedOn: '2026-04-01', leftOn: null },
  })
  await operator.get(saveStore, {
    ...{ storeId: 'mogi-1', operatorId: 'mogi', relayId: null, ja: '飛騨市役所前店（架空）' },
    ...{ municipalityCode: HIDA, address: '岐阜県飛騨市古川町（架空）', latitude: null, longitude: null },
    ...{ openedOn: '2026-04-01', closedOn: null },
  })
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  const context = await browser.newContext({ viewport: sizes[0], locale: 'ja-JP' })
  page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.on('pageerror', (error) => said.push(error.message))
  page.on('console', (line) => {
    // What the server refuses on purpose, the browser tells as an error too.
    if (line.type() === 'error' && !/status of (401|422)/.test(line.text())) said.push(line.text())
  })
  page.on('request', (request) => asked.push(request.url()))
})
after(async () => {
  await browser.close()
  await center.close()
})

const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()

/** Both sizes: nothing wider than the screen; a picture where wished for; nothing that axe finds. */
async function look(name: string): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size)
    // A telephone begins with its menu closed.
    const menu = page.getByRole('button', { name: 'メニュー', expanded: true })
    if (size.width < 1024 && (await menu.isVisible())) await menu.click()
    const [wide, view] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    )
    if (shots !== undefined) {
      await mkdir(shots, { recursive: true })
      await page.screenshot({ path: path.join(shots, `${name}-${size.width}.png`), fullPage: true })
    }
    assert.ok(wide <= view, `${name} at ${size.width}: ${wide} wide`)
  }
  await page.setViewportSize(sizes[0])
  const closed = page.getByRole('button', { name: 'メニュー', expanded: false })
  if (await closed.isVisible()) await closed.click()
  const { violations } = await new AxeBuilder({ page }).analyze()
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' ')}`),
    [],
    name,
  )
}

/** What the centre's own rounds do every five seconds. */
async function rounds(): Promise<void> {
  await tellStops(center.centre)
  await announceChanges(center.centre)
  const mailer = {
    async send(mail: Mail) {
      mails.push(mail)
      return { kind: 'sent' } as const
    },
  }
  await mailWaiting(center.centre, mailer, false)
}

async function go(to: string): Promise<void> {
  await page.goto(`${center.origin}/operator${to}`)
}

describe('運用者の画面', () => {
  test('nobody comes in without signing in, and afterwards they are where they wanted to go', async () => {
    await go('/stops?which=all')
    await heading('証明書交付センター 運用')
    await look('sign-in')
    await page.getByLabel('ID').fill('yakin')
    await page.getByLabel('パスワード').fill('not this one')
    await page.getByRole('button', { name: 'ログイン' }).click()
    await page.getByText('ID またはパスワードが違います').waitFor()
    await page.getByLabel('パスワード').fill(testPassword)
    await page.getByRole('button', { name: 'ログイン' }).click()
    await heading('停止と再開')
    assert.match(page.url(), /\/operator\/stops\?which=all$/)
  })

  test('an operator handles an incident from the alarm to the restart', async () => {
    await go('/')
    await page.getByText('すべての市区町村で、通常どおり取り扱っています').waitFor()
    await look('overview-calm')

    // The issuing server sends something else than it built: the town stops by itself.
    const machine = await center.kiosk('k1')
    const before = await walkAs(machine, 'built')
    center.issuer.alter.set('deliverIssue', (answer: object) => ({ ...answer, sha256: 'a'.repeat(64) }))
    const refused = await machine.call(kiosk.deliverTransaction, before)
    assert.equal(refused.ok, false)
    center.issuer.alter.clear()
    await rounds()

    // The screen finds out by itself.
    await page.getByText('対応が必要な事案が 1 件あります').waitFor({ timeout: 20_000 })
    await page.getByRole('row', { name: /岐阜県.*停止中/ }).waitFor()
    await look('overview-incident')
    await page.getByRole('link', { name: '事案を見る' }).click()
    await heading('事案')
    await page.getByRole('row', { name: /未確認.*飛騨市/ }).waitFor()
    await look('incidents')
    await page.getByRole('link', { name: '証明書のデータが壊れている' }).click()
    await page.getByText('この市区町村の交付は自動で停止しました').waitFor()
    await page.getByText('事案を確認すると、再開の操作ができます').waitFor()
    await look('incident-alarm')

    // Without a note nothing is acknowledged.
    const acknowledge = page.getByRole('button', { name: '確認した' })
    assert.equal(await acknowledge.getAttribute('aria-disabled'), 'true')
    await page
      .getByLabel('確認のメモ')
      .fill('証明発行サーバの運用者に電話。作成した証明書と違うものが送られた。誤交付なし。')
    await acknowledge.click()
    await page.getByText('試験 operator が').first().waitFor()
    await page.getByLabel('メモの追加').fill('飛騨市 市民課に電話し、滞留がないことを確かめた。')
    await page.getByRole('button', { name: 'メモを追加' }).click()
    await page.getByText('滞留がないことを確かめた').waitFor()
    await look('incident-acknowledged')

    // The transaction that met it.
    await page.getByRole('link', { name: before.transactionId.slice(0, 8) }).click()
    await heading('取引の詳細')
    await page.getByText(before.transactionId).waitFor()
    await page.getByRole('link', { name: 'この取引の事案' }).waitFor()
    await look('transaction')
    await page.goBack()

    // The town says that it may go on.
    const restart = page.getByRole('button', { name: '飛騨市の交付を再開する' })
    assert.equal(await restart.getAttribute('aria-disabled'), 'true')
    await page.getByLabel('確認者（市区町村の課名・役職）').fill('市民課 係長')
    await page.getByLabel(/滞留していたデータ連携がすべて処理されたこと/).check()
    await restart.click()
    await page.getByText('市区町村の確認：市民課 係長').waitFor()
    await rounds()
    await page.getByText('証明発行サーバも再開しました').waitFor({ timeout: 20_000 })
    await look('incident-restarted')

    // And it does go on.
    const { pdf } = await walkAs(machine, 'printed')
    assert.match(pdf, /^%PDF/)
    await go('/')
    await page.getByText('すべての市区町村で、通常どおり取り扱っています').waitFor()
  })

  test('the town was told of the stop and the restart, and says that it read it', async () => {
    assert.deepEqual(
      mails.map(({ to, subject }) => `${to} ${subject}`),
      [
        'shimin@hida.example 【証明書交付センター】交付の停止：市区町村 飛騨市',
        'shimin@hida.example 【証明書交付センター】交付の再開：市区町村 飛騨市',
      ],
    )
    const link = /http\S+\/notice#\S+/.exec(mails[0]!.text)?.[0] ?? ''
    await page.goto(link)
    await heading('交付の停止：市区町村 飛騨市')
    await look('notice')
    await page.getByRole('button', { name: '受け取りました' }).click()
    await page.getByText('確認した方を入力してください').waitFor()
    await page.getByLabel('確認した方（課名・役職）').fill('市民課 当直')
    await page.getByRole('button', { name: '受け取りました' }).click()
    await page.getByText('確認済みです（市民課 当直').waitFor()
    await go('/announcements')
    await heading('周知と確認')
    await page.getByRole('row', { name: /交付の停止.*1／1/ }).waitFor()
    await look('announcements')
    await page.getByRole('link', { name: '交付の再開：市区町村 飛騨市' }).click()
    await page.getByRole('button', { name: /電話で伝えた/ }).click()
    await page.getByRole('dialog').getByLabel('聞いた方（課名・役職）').fill('市民課 課長')
    await page.getByRole('button', { name: '記録する' }).click()
    await page.getByText('市民課 課長（電話、受け手 試験 operator）').waitFor()
    await look('announcement')
  })

  test('maintenance is planned ahead; for the backup service later than three weeks needs a reason', async () => {
    await go('/maintenance/new')
    await heading('保守を予定する')
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)
    await page.getByLabel('何を保守するか').selectOption({ label: '住民情報バックアップ' })
    await page.getByLabel('開始の日').fill(day)
    await page.getByLabel('開始の時刻').fill('2:00')
    await page.getByLabel('終了の日').fill(day)
    await page.getByLabel('終了の時刻').fill('１：00')
    await page
      .getByLabel('内容（関係者に知らせる文）')
      .fill('ディスクの交換のため、住民情報バックアップを止めます')
    await page.getByLabel('3週間前に知らせられない理由').fill('故障の予兆が見つかったため')
    await page.locator('form').getByRole('checkbox').last().check()
    await page.getByRole('button', { name: '予定を登録する' }).click()
    await page.getByText('終了は開始より後にしてください').first().waitFor()
    await look('maintenance-wrong')
    await page.getByLabel('終了の時刻').fill('4:30')
    await page.locator('form').getByRole('checkbox').last().check()
    await page.getByRole('button', { name: '予定を登録する' }).click()
    await heading('保守の予定')
    await page.getByText('告知の期間を短くした理由：故障の予兆が見つかったため').waitFor()
    await look('maintenance')
    await page.getByRole('button', { name: /予定を取り消す/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: '取り消す' }).click()
    await page.getByText('保守の予定はありません').waitFor()
  })

  test('a town is stopped and goes on by hand', async () => {
    await go(`/towns/${HIDA}`)
    await heading('岐阜県飛騨市')
    await page.getByText('0577-00-0001').waitFor()
    await look('town')
    await page.getByRole('link', { name: 'この市区町村を停止する' }).click()
    await page.getByLabel(/^障害/).check()
    await page.getByLabel(/^メモ/).fill('回線工事の事故')
    await look('stop-new')
    await page.locator('form').getByRole('checkbox').last().check()
    await page.getByRole('button', { name: '停止する' }).click()
    await page.getByText('障害：回線工事の事故').waitFor()
    await look('stops')
    await page.getByRole('button', { name: /停止を解く/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/したこと・確認したこと/).fill('復旧を確かめた')
    await dialog.getByRole('button', { name: '停止を解く' }).click()
    await dialog.getByText('滞留データの処理が終わったことの確認が必要です').waitFor()
    await dialog.getByLabel('確認者（市区町村の課名・役職）').fill('市民課 係長')
    await dialog.getByRole('checkbox').check()
    await dialog.getByRole('button', { name: '停止を解く' }).click()
    await page.getByText('停止はありません').waitFor()
  })

  test('the other screens', async () => {
    await go('/transactions?state=printed')
    await page.getByRole('row', { name: /印刷済み.*飛騨市/ }).waitFor()
    await look('transactions')
    await go('/kiosks')
    await page.getByRole('row', { name: /試験端末/ }).waitFor()
    await look('kiosks')
    await go('/contacts')
    await page.getByRole('row', { name: /飛騨市.*市民課 当直/ }).waitFor()
    await look('contacts')
  })

  test('an auditor reads what was done, and has no button to do anything', async () => {
    await center.staff('auditor', 'kansa')
    await page.getByRole('button', { name: 'ログアウト' }).click()
    await page.getByLabel('ID').fill('kansa')
    await page.getByLabel('パスワード').fill(testPassword)
    await page.getByRole('button', { name: 'ログイン' }).click()
    await page.getByRole('link', { name: '運用の記録' }).click()
    await page.getByRole('row', { name: /市区町村の確認を受けて、交付を再開しました/ }).waitFor()
    await look('audit')
    await go('/stops')
    await heading('停止と再開')
    assert.equal(await page.getByRole('link', { name: '停止する', exact: true }).count(), 0)
    await go('/stops/new')
    await page.getByText('「停止」の権限がありません').waitFor()
  })
})

describe('利用者向けの案内', () => {
  test('which certificates the town offers, where, and how, by address and by choosing', async () => {
    await page.setViewportSize(sizes[1])
    await page.goto(`${center.origin}/guide`)
    await heading('コンビニで証明書を受け取る')
    await page.getByLabel('都道府県').selectOption('岐阜県')
    await page.getByLabel('市区町村', { exact: true }).selectOption({ label: '飛騨市' })
    await page.getByText('岐阜県飛騨市で今日取れる証明書').waitFor()
    await page.getByText('罹災証明書').first().waitFor()
    await page.getByText('いま受け取れます').waitFor()
    await look('guide')
    assert.match(page.url(), /\/guide\?town=212172$/)
    for (const [name, words, tag] of [
      ['English', 'Available now', 'en'],
      ['中文', '现在可以领取', 'zh-CN'],
      ['Tiếng Việt', 'Có thể nhận ngay', 'vi'],
      ['やさしい日本語', '今 もらうことが できます', 'ja'],
    ] as const) {
      await page.getByRole('button', { name }).click()
      await page.getByText(words).first().waitFor()
      assert.equal(await page.evaluate('document.documentElement.lang'), tag)
      await look(`guide-${tag}-${name}`)
    }
    // The address alone opens the same, for somebody else.
    await page.goto(`${center.origin}/guide?town=212172&lang=en`)
    await page.getByText('Certificates of 岐阜県飛騨市 today').waitFor()
  })

  test('quick on a cheap telephone: little is loaded, and nothing of the console', async () => {
    const bytes = new Map<string, number>()
    const other = await (await browser.newContext({ locale: 'ja-JP' })).newPage()
    other.on('response', (response) => {
      void response.body().then(
        (body) => bytes.set(response.url(), body.length),
        () => undefined,
      )
    })
    await other.goto(`${center.origin}/guide?town=212172`)
    await other.getByText('いま受け取れます').waitFor()
    const total = [...bytes.values()].reduce((sum, size) => sum + size, 0)
    assert.ok(total > 0 && total < 60_000, `${total} bytes`)
    await other.close()
  })

  test('nothing from elsewhere, no error in any page', () => {
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(center.origin)),
      [],
    )
    assert.deepEqual(said, [])
  })
})
