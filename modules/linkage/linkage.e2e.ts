import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { demoPassword } from '@open-bcl/demo/staff.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { freePort } from '@open-bcl/platform/db/embedded.ts'
import { openPool } from '@open-bcl/platform/db/pool.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { Keyring } from '@open-bcl/platform/seal.ts'
import { writeLinkFile } from '@open-bcl/simulators/core-system/link-file.ts'
import { startSystem, type System } from '../../e2e/system.ts'
import { fileInterfaces } from '../interfaces/interfaces.columns.ts'
import { csvLine } from '../interfaces/interfaces.csv.ts'
import { writeResidentRow } from '../residents/residents.fields.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import { raiseAlarm } from './alarms.actions.ts'

/** Where pictures of the screens go when somebody wants them (`OPEN_BCL_SHOTS=folder`). */
const shots = process.env['OPEN_BCL_SHOTS']
const root = path.resolve(import.meta.dirname, '../..')
const hida = '212172' as MunicipalityCode

/** A day with the link: enrol a machine, watch a file come in, mend what is wrong, and look at one person's history. */
describe('連携状況 and 中間DB参照', () => {
  const { people } = makeTown()
  const [sato, hanako, mother] = [people['satoTaro']!, people['satoHanako']!, people['motherInHiding']!]
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'open-bcl-link-'))
  let system: System
  let browser: Browser
  let page: Page
  let agent: ChildProcess | undefined
  const errors: string[] = []

  before(async () => {
    system = await startSystem()
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    })
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ja-JP' })
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => errors.push(error.message))
  })
  after(async () => {
    if (agent && agent.exitCode === null) {
      const ended = once(agent, 'exit')
      agent.kill('SIGTERM')
      await ended
    }
    await browser.close()
    await system.stop()
    fs.rmSync(folder, { recursive: true, force: true })
  })

  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click()
  const inDialog = (name: string) => page.getByRole('dialog').getByRole('button', { name }).click()
  const go = (name: string | RegExp) => page.getByRole('main').getByRole('link', { name }).first().click()

  async function look(name: string): Promise<void> {
    const { violations } = await new AxeBuilder({ page }).analyze()
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
      [],
      name,
    )
    await shoot(name)
    await page.setViewportSize({ width: 360, height: 740 })
    const tooWide = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    await shoot(`${name}-narrow`)
    await page.setViewportSize({ width: 1280, height: 900 })
    assert.ok(tooWide <= 0, `${name}: ${tooWide}px too wide`)
  }

  async function shoot(name: string): Promise<void> {
    if (shots === undefined) return
    fs.mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true })
  }

  /** Puts a file into the folder that the new agent watches. `broken`: 生年月日 is a day that no calendar has. */
  async function exportResidents(
    fileNo: number,
    rows: readonly { record: ResidentRecord; broken?: boolean }[],
  ) {
    const columns = fileInterfaces.residents.columns.map(({ name }) => name)
    const marks = { latest: true, deleted: false, operatorId: 'op1' }
    const lines = rows.map(({ record, broken }) => {
      const row = writeResidentRow(hida, record, {
        ...marks,
        operatedOn: '2026-11-21' as PlainDate,
        operatedTime: '10:00:00',
      })
      if (broken) row[columns.indexOf('生年月日')] = '1980-02-30'
      return csvLine(row)
    })
    await writeLinkFile(
      path.join(folder, 'outbox'),
      {
        ...{ municipalityCode: hida, business: 'residents', mode: 'delta', fileNo },
        producedAt: new Date().toISOString(),
        producerVersion: 'test',
      },
      [{ text: csvLine(columns) + lines.join(''), rows: rows.length, deletions: 0 }],
    )
  }

  test('a town whose files have all come is told so in one sentence', async () => {
    await page.goto(system.staffUrl)
    await page.getByLabel('団体コード').fill(hida)
    await page.getByLabel('ID').fill('admin')
    await page.getByLabel('パスワード').fill(demoPassword)
    await press('ログイン')
    await heading('メインメニュー')
    await go('連携状況')
    await heading('連携状況')
    await page.getByRole('status', { name: '連携の全体の状況' }).getByText('連携は正常です').waitFor()
    await page.getByText('表で見る').click()
    await look('link')
  })

  test('the code on the screen enrols a new machine, once', async () => {
    await go('登録コードを発行')
    await page.getByLabel('連携APの名称').fill('支所の連携AP')
    await page.getByLabel('入力内容を確認しました').check()
    await press('登録コードを発行')
    const command = await page.getByText(/^open-bcl-agent enrol /).innerText()
    await look('link-code')
    const code = command.split(' ').at(-1)!
    const enrol = () =>
      spawnSync(process.execPath, [path.join(root, 'apps/agent/main.ts'), 'enrol', code], {
        cwd: root,
        encoding: 'utf8',
        env: {
          ...process.env,
          AGENT_STATE_FOLDER: path.join(folder, 'state'),
          AGENT_ENROL_URL: system.enrolUrl,
          AGENT_AUTHORITY_FILE: path.join(system.data, 'pki/cloud-authority.pem'),
        },
      })
    const first = enrol()
    assert.equal(first.status, 0, first.stderr)
    assert.notEqual(enrol().status, 0)
    await go('連携状況へ')
    await page.getByRole('rowheader', { name: '支所の連携AP' }).waitFor()
  })

  test('while staff paused, a file waits and says why; resumed, it is applied', async () => {
    fs.mkdirSync(path.join(folder, 'outbox'))
    await go(/^住民情報$/)
    await heading('住民情報の連携')
    await go('取込を一時停止する')
    await page.getByLabel('理由').fill('住民記録システムの点検')
    await page.getByLabel('入力内容を確認しました').check()
    await look('link-pause')
    await press('一時停止する')
    await heading('住民情報の連携')
    await page.getByText(/理由：住民記録システムの点検/).waitFor()
    const moved: ResidentRecord = {
      ...sato,
      historyNo: sato.historyNo + 1,
      address: { ...sato.address, town: '神岡町船津', number: '1番地' },
    }
    await exportResidents(2, [
      { record: moved },
      { record: { ...hanako, historyNo: hanako.historyNo + 1 }, broken: true },
    ])
    agent = spawn(process.execPath, [path.join(root, 'apps/agent/main.ts')], {
      cwd: root,
      stdio: 'ignore',
      env: {
        ...process.env,
        AGENT_STATE_FOLDER: path.join(folder, 'state'),
        AGENT_FOLDER: path.join(folder, 'outbox'),
        AGENT_GATEWAY_URL: system.linkUrl,
        AGENT_PORT: String(await freePort()),
      },
    })
    await until('2番は、取込を止めているため待っています。')
    await look('link-held')
    await press('取込を再開する')
    await inDialog('再開する')
    await until('最後に取り込んだファイル（2番）')
    await look('link-business')
  })

  /** Nobody touches the page: it follows by itself what agent and queue do. */
  async function until(words: string): Promise<void> {
    await page.getByText(words).first().waitFor({ timeout: 120_000 })
  }

  test('its bad row is told by line and item, for a spreadsheet too, and stops one person alone', async () => {
    await go(/件を見る/)
    await heading('連携用データの誤り')
    await page.getByRole('cell', { name: '生年月日', exact: true }).waitFor()
    await look('link-errors')
    const coming = page.waitForEvent('download')
    await go('一覧をCSVで保存')
    const csv = fs.readFileSync(await (await coming).path(), 'utf8')
    assert.match(csv, /^\uFEFF"行","項目名","理由"\r?\n"3","生年月日",/)
    assert.ok(!csv.includes('1980-02-30'))
    await page.goto(`${system.staffUrl}/linkage/bad-rows`)
    await page.getByRole('rowheader', { name: hanako.residentNo }).waitFor()
    assert.equal(await page.getByRole('rowheader').count(), 1)
    await look('link-bad-rows')
  })

  test('an alarm is mailed at once to the contact and stands until somebody confirms it', async () => {
    await page.goto(`${system.staffUrl}/linkage`)
    await go('連絡先を追加')
    await page.getByLabel('氏名・部署').fill('情報政策課 当番')
    await page.getByLabel('メールアドレス').fill('duty@example.invalid')
    await page.getByLabel('入力内容を確認しました').check()
    await press('追加する')
    await page.getByRole('cell', { name: 'duty@example.invalid' }).waitFor()
    await alarm()
    await page.reload()
    await page.getByRole('heading', { level: 2, name: '確認の必要な警報' }).waitFor()
    await look('link-alarm')
    await press('支援措置対象者情報のファイルの取込不可：確認する')
    await page.getByLabel('確認したこと').fill('業務システムの設定を直した')
    await inDialog('確認した')
    await page.getByText('確認の必要な警報はありません').waitFor()
    await go('これまでの警報')
    await page.getByText('確認したこと：業務システムの設定を直した').waitFor()
    await look('link-alarms')
    const answer = await fetch(`${system.mailUrl}/api/messages`)
    const { messages } = (await answer.json()) as { messages: { to: string[]; subject: string }[] }
    assert.ok(messages.some(({ to, subject }) => to.includes('duty@example.invalid') && /連携/.test(subject)))
  })

  /** What the gateway raises of a file that is wrong as a whole; a real agent would not send one. */
  async function alarm(): Promise<void> {
    const secrets = path.join(system.data, 'secrets')
    const read = (name: string) => fs.readFileSync(path.join(secrets, name), 'utf8')
    const pool = openPool('e2e', read('bcl_cloud-linkage.url'), { max: 1 })
    try {
      await withCtx(
        {
          pool,
          keyring: new Keyring(Buffer.from(read('master.key'), 'hex')),
          log: openLog('e2e', { write: () => undefined }),
          production: false,
          now: () => new Date(),
        },
        { actor: { kind: 'job', task: 'e2e' }, municipality: hida, traceId: 'e2e' },
        (ctx) => raiseAlarm(ctx, 'refused', 'suppressions', { fileNo: 2 }),
      )
    } finally {
      await pool.end()
    }
  }

  test('a limited exception can be begun and ended, with its reason', async () => {
    await page.goto(`${system.staffUrl}/linkage`)
    await go('特例を始める')
    await page.getByLabel('印鑑登録証明書', { exact: true }).check()
    await page.getByLabel('4時間', { exact: true }).check()
    await page.getByLabel('理由').fill('庁舎の回線が途絶えたため')
    await page.getByLabel('入力内容を確認しました').check()
    await look('link-override')
    await press('特例を始める')
    await page
      .getByText(/理由：庁舎の回線が途絶えたため/)
      .first()
      .waitFor()
    await press('印鑑登録証明書：特例を終える')
    await inDialog('特例を終える')
    await page.getByText('印鑑登録証明書を特例により交付しています').waitFor({ state: 'detached' })
  })

  test('the machine is shut out again', async () => {
    // It may stand beside the word that this machine has not said yet to have nothing left, too.
    await page.getByRole('cell').getByRole('button', { name: '支所の連携AP：取り消す' }).click()
    await inDialog('登録を取り消す')
    await page.getByText(/取消し（/).waitFor()
  })

  test('a person is found sealed, and shown for a purpose', async () => {
    await page.getByRole('navigation', { name: 'メニュー' }).getByRole('link', { name: '中間DB参照' }).click()
    await heading('中間DB参照')
    await page.getByLabel('氏名').fill('佐藤　太郎')
    await press('検索')
    await page.getByRole('link', { name: sato.residentNo }).waitFor()
    assert.equal(await page.getByText(sato.name.kana).count(), 0)
    await look('versions-found')
    // Begun anew from the menu, nothing is left of the last search.
    await page.getByRole('navigation', { name: 'メニュー' }).getByRole('link', { name: '中間DB参照' }).click()
    await page.getByRole('link', { name: sato.residentNo }).waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('textbox', { name: '氏名', exact: true }).inputValue(), '')
    await page.goBack()
    await page.getByRole('link', { name: sato.residentNo }).waitFor()
    assert.equal(await page.getByRole('textbox', { name: '氏名', exact: true }).inputValue(), '佐藤　太郎')
    await page.getByLabel('表示する目的').selectOption('inquiry')
    await press('表示する')
    await page.getByText(sato.name.kana).first().waitFor()
    await look('versions-named')
  })

  test('two versions are compared item by item, by the keyboard alone', async () => {
    await page.getByRole('link', { name: sato.residentNo }).click()
    await heading(`宛名番号 ${sato.residentNo}`)
    await look('versions-sealed')
    assert.equal(await page.getByText(sato.name.full).count(), 0)
    await page.getByLabel(new RegExp(`^履歴${sato.historyNo + 1}-0.*を見る$`)).focus()
    await page.keyboard.press('Space')
    await page
      .getByLabel(new RegExp(`^履歴${sato.historyNo}-0.*と比べる$`))
      .first()
      .focus()
    await page.keyboard.press('Space')
    await page.getByLabel('表示する目的').first().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText(/項目が変わっています/).waitFor()
    const row = page.getByRole('row', { name: /^住所_町字 / })
    assert.match(await row.innerText(), new RegExp(`${sato.address.town}\\s+神岡町船津\\s+変更`))
    await look('versions-compared')
  })

  test('the household comes as it was at the moment', async () => {
    await page.getByRole('radio', { name: '取込通番', exact: true }).check()
    await page.getByRole('textbox', { name: '取込通番' }).fill('3')
    await page.getByRole('button', { name: '表示する' }).nth(1).click()
    await page.getByText(/^取込通番3/).waitFor()
    await page.getByRole('cell', { name: hanako.name.full }).waitFor()
    await look('versions-as-of')
  })

  test('of a person in hiding nothing tells where she is', async () => {
    await page.goto(`${system.staffUrl}/residents/${mother.residentNo}`)
    await page.getByText('支援措置対象者：所在に関わる情報は表示されません').waitFor()
    await page.getByLabel('表示する目的').first().selectOption('record-check')
    for (const nth of [0, 1]) await page.getByRole('button', { name: '表示する' }).nth(nth).click()
    await page.getByText(/の時点です/).waitFor()
    await page.getByRole('cell', { name: mother.name.full }).first().waitFor()
    assert.ok(!(await page.getByRole('main').innerText()).includes(mother.address.number))
    await look('versions-suppressed')
  })

  test('no page threw', () => {
    assert.deepEqual(errors, [])
  })
})
