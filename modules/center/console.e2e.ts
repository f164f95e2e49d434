import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { chromium, type Browser, type Page } from 'playwright-core'
import { HIDA, testCenter, type TestCenter } from '../../apps/center/testing/center.ts'
import { lookAt, sizes } from '../../apps/center/testing/look.ts'
import { testPassword } from '../../apps/center/testing/people.ts'
import { walkAs } from '../../apps/center/testing/walk.ts'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { Mail } from '@open-bcl/platform/mail.ts'
import { announceChanges, mailWaiting } from './announcing.actions.ts'
import * as kiosk from './kiosk.contract.ts'
import { addContact, saveOperator, saveStore } from './registry.contract.ts'
import { tellStops } from './incident-stops.actions.ts'

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
    if (line.type() === 'error' && !/status of (401|409|422)/.test(line.text())) said.push(line.text())
  })
  page.on('request', (request) => asked.push(request.url()))
})
after(async () => {
  await browser.close()
  await center.close()
})

const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()

const look = (name: string): Promise<void> => lookAt(page, name)

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

/** Days from today, in Japan. */
function dayAhead(days: number): string {
  return addDays(todayInJapan(new Date()), days)
}

/** Ticks that the changes were looked at, and sends the form. */
async function confirm(label: string): Promise<void> {
  await page.locator('form').getByRole('checkbox').last().check()
  await page.locator('form').getByRole('button', { name: label, exact: true }).click()
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

  test('one kind alone is stopped, and the month shows why each hour is closed', async () => {
    await go('/calendars/new?scope=town&scopeKey=212172')
    await heading('サービス時間を決める')
    await page.getByLabel('開始の日').or(page.getByLabel('開始日')).fill(dayAhead(1))
    await page.getByLabel('開始時刻').fill('８：３０')
    await page.getByLabel('終了時刻').fill('17:15')
    await page.getByRole('checkbox', { name: '日', exact: true }).uncheck()
    await page.getByLabel('その年だけの休止日').fill(dayAhead(2))
    await look('calendar-new')
    await confirm('登録する')
    await heading('サービス時間')
    await page.getByRole('row', { name: /市区町村 飛騨市.*08:30〜17:15.*日曜日/ }).waitFor()
    await go('/stops/new')
    await page.getByLabel('何を止めるか').selectOption({ label: '市区町村' })
    await page.locator('select[name=scopeKey]').selectOption(HIDA)
    await page.getByLabel(/^証明書/).selectOption({ label: '罹災証明書' })
    await page.getByLabel(/^障害/).check()
    await page.getByLabel(/^メモ/).fill('様式の誤りが見つかったため')
    await confirm('停止する')
    await page.getByRole('heading', { name: /市区町村 飛騨市（罹災証明書だけ）/ }).waitFor()
    const month = dayAhead(2).slice(0, 7)
    await go(`/calendars?town=${HIDA}&kind=risai&month=${month}`)
    await page.getByText('いま停止しています（市区町村）').waitFor()
    const closed = page.getByRole('row', { name: new RegExp(`${Number(dayAhead(2).slice(8))}日（`) })
    await closed.getByText('00:00〜24:00 サービス時間の外です（市区町村）').waitFor()
    await look('calendars')
    await go('/stops')
    await page.getByRole('button', { name: /停止を解く/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/したこと・確認したこと/).fill('直した')
    await dialog.getByLabel('確認者（市区町村の課名・役職）').fill('市民課 係長')
    await dialog.getByRole('checkbox').check()
    await dialog.getByRole('button', { name: '停止を解く' }).click()
    await page.getByText('停止はありません').waitFor()
  })

  test('a town joins: registered, its tests taken over, its kind routed; no route before', async () => {
    await go('/registry/towns/new')
    await page.getByLabel('団体コード').fill('212032')
    await page.getByLabel('都道府県').fill('岐阜県')
    await page.getByLabel('市区町村名').fill('高山市')
    await page.getByLabel(/^A②/).check()
    await page.getByLabel('交付開始日').fill(dayAhead(0))
    await look('town-new')
    await confirm('登録')
    await heading('岐阜県高山市')
    const addRoute = async (): Promise<void> => {
      await page.getByRole('link', { name: '経路を加える' }).click()
      await page.getByLabel('証明書の種類').selectOption({ label: '戸籍証明書' })
      await page.getByLabel(/^市区町村のサーバ/).check()
      await page.getByRole('textbox', { name: '証明発行サーバ' }).fill('https://issue.takayama.example:8445')
      await confirm('登録')
    }
    await addRoute()
    await page.getByText('工程2と工程3に合格していない経路です').waitFor()
    await look('route-new')
    await go('/stages')
    for (const stage of [2, 3]) {
      const test = {
        ...{ stageTestId: `0190a0a0-0000-7000-8000-00000000000${stage}`, municipalityCode: '212032' },
        ...{ kind: 'koseki', endpoint: 'https://issue.takayama.example:8445', stage, passed: true },
        ...{ steps: [{ message: 'heartbeat', answer: 'ok', milliseconds: 12 }], pdfSha256: null },
        ...{ ranAt: new Date().toISOString(), ranBy: '架空　試子', note: '立会い 市民課' },
      }
      await page.getByLabel('結果のファイル').setInputFiles({
        ...{ name: 'kekka.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(test)) },
      })
      await page.getByRole('button', { name: 'この結果を登録する' }).click()
      await page.getByText('結果を登録しました').waitFor()
    }
    await page.getByText('1段階').first().click()
    await look('stages')
    await go('/towns/212032')
    await addRoute()
    await page.getByRole('row', { name: /戸籍証明書.*有効.*市区町村のサーバ/ }).waitFor()
    await go('/registry/towns')
    await page.getByRole('row', { name: /高山市.*A②.*戸籍証明書/ }).waitFor()
    await look('towns')
  })

  test('an operator with a store and a machine, up to its code', async () => {
    await go('/registry/operators/new')
    await page.getByLabel('事業者ID').fill('takayama-hall')
    await page.getByLabel('事業者名').fill('高山市役所')
    await page.getByLabel('庁舎', { exact: true }).check()
    await page.getByLabel('庁舎の市区町村').selectOption('212032')
    await confirm('登録')
    await heading('高山市役所')
    await page.getByRole('button', { name: '証明書を加える' }).click()
    await page.getByRole('dialog').getByLabel('証明書の種類').selectOption({ label: '戸籍証明書' })
    await page.getByRole('dialog').getByRole('button', { name: '加える' }).click()
    await page.getByRole('row', { name: /戸籍証明書.*取扱い中/ }).waitFor()
    await look('operator')
    await page.getByRole('link', { name: 'この事業者の設置場所を登録する' }).click()
    await page.getByLabel('設置場所ID').fill('takayama-1')
    await page.getByLabel('名称').fill('本庁舎1階')
    await page.getByLabel('所在地の市区町村').selectOption('212032')
    await page.getByLabel('所在地', { exact: false }).last().fill('高山市花岡町（架空）')
    await confirm('登録')
    await heading('本庁舎1階')
    await look('store')
    await page.getByRole('link', { name: 'ここに端末を登録する' }).click()
    await page.getByLabel('端末ID').fill('takayama-k1')
    await page.getByLabel('名称').fill('庁舎1号機')
    await page.getByLabel(/^らくらく窓口/).check()
    await confirm('登録')
    await heading('庁舎1号機')
    await page.getByRole('button', { name: '利用開始コードを発行する' }).click()
    await page.getByText(/利用開始コード \d{4}-\d{4}-\d{4}/).waitFor()
    await look('kiosk')
    await go('/kiosks?words=庁舎')
    await page.getByRole('row', { name: /庁舎1号機.*利用開始コードの入力待ち/ }).waitFor()
    await go('/registry/stores')
    await page.getByRole('row', { name: /本庁舎1階.*設置中/ }).waitFor()
    await look('stores')
    await go('/registry/operators')
    await page.getByRole('row', { name: /高山市役所.*庁舎/ }).waitFor()
    await look('operators')
  })

  test('on a town’s request its ledger opens outside its hours', async () => {
    await go('/ledger-openings/new')
    await page.getByLabel('市区町村', { exact: false }).first().selectOption(HIDA)
    await page.getByLabel('終了の日').fill(dayAhead(1))
    await page.getByLabel(/^依頼者/).fill('危機管理課 課長')
    await page.getByLabel(/^理由/).fill('地震のため、夜間も受け付ける')
    await look('opening-new')
    await confirm('時間外に開く')
    await page.getByRole('heading', { name: /^飛騨市/ }).waitFor()
    await look('openings')
    await page.getByRole('button', { name: /終える/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: '終える' }).click()
    await page.getByRole('heading', { name: /^飛騨市 終了/ }).waitFor()
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

  test('who keeps the accounts makes one, gives it a new password, suspends it and lets it on again', async () => {
    await center.staff('administrator', 'kanri')
    await page.getByRole('button', { name: 'ログアウト' }).click()
    await page.getByLabel('ID').fill('kanri')
    await page.getByLabel('パスワード').fill(testPassword)
    await page.getByRole('button', { name: 'ログイン' }).click()
    await page.getByRole('link', { name: '運用者のアカウント' }).click()
    await heading('運用者のアカウント')
    await page.getByLabel('氏名').fill('架空　新子')
    await page.getByLabel('ID', { exact: false }).last().fill('shinko')
    await page.getByLabel(/^運用者/).check()
    await page.getByRole('button', { name: '作る', exact: true }).click()
    await page.getByText(/shinko の初期パスワード [a-z2-9]{16}/).waitFor()
    await look('accounts')
    const first = await page.getByText(/shinko の初期パスワード/).innerText()
    await page.getByRole('button', { name: '架空　新子：パスワードを再発行する' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '再発行する' }).click()
    await page.getByText(first).waitFor({ state: 'detached' })
    await page.getByText(/shinko の初期パスワード/).waitFor()
    await page.getByRole('button', { name: '架空　新子：停止する' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '停止する' }).click()
    await page.getByRole('button', { name: '架空　新子：再開する' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '再開する' }).click()
    await page.getByRole('button', { name: '架空　新子：停止する' }).waitFor()
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
