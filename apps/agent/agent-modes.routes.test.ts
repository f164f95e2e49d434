import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { chmod, copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { promisify } from 'node:util'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { askResend } from '@open-bcl/modules/linkage/linkage.actions.ts'
import type { LinkReceipt } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { enrolmentCode, testGateway } from '@open-bcl/modules/linkage/testing/gateway.ts'
import { residentRow, smallTown, withItem } from '@open-bcl/modules/linkage/testing/rows.ts'
import { changeMunicipalitySetting } from '@open-bcl/modules/municipalities/municipalities.actions.ts'
import { issueIdentity, loadIdentity } from '@open-bcl/platform/pki.ts'
import { openState } from './state.ts'
import { testRegion, type TestRegion, type TownHall } from './testing/town-hall.ts'

const run = promisify(execFile)
const main = join(import.meta.dirname, 'main.ts')
const rows = smallTown.residents.slice(0, 10).map((record) => residentRow(record))

describe('the agent, otherwise', () => {
  let region: TestRegion
  let hall: TownHall
  before(async () => {
    region = await testRegion()
  })
  after(() => region.close())
  beforeEach(async () => {
    hall = await region.townHall()
  })
  afterEach(async () => {
    await hall.close()
    if (!otherClock) return
    otherClock = false
    await newGateway({})
  })
  let otherClock = false
  /** The same one to everybody, but for its clock. */
  const newGateway = async (over: { readonly now?: () => Date }): Promise<void> => {
    const { authority, origin } = region.gateway
    await region.gateway.close()
    region.gateway = await testGateway(region.cloud, {
      port: Number(new URL(origin).port),
      authority,
      ...over,
    })
  }

  /** Runs the command as a person would; its exit code, and what it printed. */
  const command = async (
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ code: number; words: string }> => {
    const all = {
      ...process.env,
      AGENT_FOLDER: hall.folder,
      AGENT_STATE_FOLDER: hall.state,
      AGENT_GATEWAY_URL: region.gateway.origin,
      AGENT_PORT: '1',
      ...env,
    }
    try {
      const { stdout, stderr } = await run(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', main, ...args],
        { env: all },
      )
      return { code: 0, words: stdout + stderr }
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
      return { code, words: stdout + stderr }
    }
  }

  test('what is only tried out is checked, answered and leaves nothing, and folders are of one mode for good', async () => {
    const over = { mode: 'verification' } as const
    const wrong = withItem('residents', hall.ours(rows[1]!), '生年月日', '2026-02-30')
    await hall.drop('residents_full_1.csv', hall.csv('residents', [hall.ours(rows[0]!), wrong]))
    const { look, view, url } = await hall.start(over)
    await look()
    const receipt = JSON.parse(await hall.paper('done', 'receipt.json')) as LinkReceipt
    assert.deepEqual([receipt.state, receipt.counts.refused], ['verified', 1])
    assert.match(await hall.paper('done', 'errors.txt'), /3\t生年月日/)
    assert.deepEqual([await hall.applied(), await hall.currentRows()], [[], 0])
    const page = await (await fetch(`${url}/`)).text()
    assert.match(page, /<title>【検証】連携AP/)
    assert.match(page, /検証モードです/)
    assert.equal(view().businesses.find(({ business }) => business === 'residents')!.nextFileNo, 1)
    await hall.stop()
    const first = await command(['send'], { AGENT_MODE: 'verification' })
    assert.equal(first.code, 1, first.words)
    const other = await command(['send'], { AGENT_MODE: 'production' })
    assert.equal(other.code, 2)
    assert.match(other.words, /検証用のフォルダです/)
  })

  test('outside the hours of the cloud, or of the town, files wait; the first minute inside they go', async () => {
    const at = (time: string): Date => new Date(`2026-11-21T${time}:00+09:00`)
    let now = at('06:00')
    otherClock = true
    await newGateway({ now: () => now })
    await region.cloud.as(hall.code, (ctx) =>
      changeMunicipalitySetting(ctx, {
        fromOn: '2026-04-01' as PlainDate,
        setting: { key: 'link-hours', value: { opensAt: '06:30', closesAt: '23:00' } },
        settingsVersion: 0,
      }),
    )
    await hall.put('residents', 1, rows.map(hall.ours))
    const hours = { from: '09:00', until: '17:00' }
    const { look, view } = await hall.start({ now: () => now, hours })
    await look()
    assert.equal((await hall.waiting()).length, 2)
    assert.match(view().sending, /受付時間外（06:30から23:00まで送信）/)
    // Waiting for the morning is no fault.
    assert.equal(view().level, 'fine')
    now = at('08:59')
    await look()
    assert.equal((await hall.waiting()).length, 2)
    assert.match(view().sending, /設定した時間外（09:00から17:00まで送信）/)
    now = at('09:00')
    await look()
    assert.equal((await hall.applied()).length, 1)
  })

  test('a clock that is wrong is told of in minutes, and nothing is lost by it', async () => {
    await hall.put('residents', 1, rows.map(hall.ours))
    let offset = 40 * 60_000
    const { look, view } = await hall.start({ now: () => new Date(Date.now() + offset) })
    await look()
    assert.match(
      view()
        .troubles.map(({ text }) => text)
        .join(),
      /接続先より40分進んでいます/,
    )
    assert.equal((await hall.waiting()).length, 2)
    offset = -4 * 60_000
    await look()
    assert.match(
      view()
        .troubles.map(({ text }) => text)
        .join(),
      /接続先と4分ずれています/,
    )
    assert.equal((await hall.applied()).length, 1)
  })

  test('a certificate in its last thirty days is renewed, kept, and used from then on', async () => {
    // As the authority made it 340 days ago.
    const soon = await issueIdentity(region.gateway.authority, {
      machineName: `urn:open-bcl:agent:${hall.code}`,
      hosts: [],
      uses: ['client'],
      now: new Date(),
      validDays: 20,
    })
    const fingerprint = (pem: string): string =>
      new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase()
    const enrolled = async (from: string, to: string): Promise<void> => {
      const { Client } = (await import('pg')).default
      const admin = new Client({ connectionString: region.cloud.database.urls.admin })
      await admin.connect()
      await admin.query('update linkage.agent set fingerprint = $2 where fingerprint = $1', [from, to])
      await admin.end()
    }
    await enrolled(fingerprint(hall.identity.certificatePem), fingerprint(soon.certificatePem))
    const { look, view } = await hall.start({ identity: soon })
    await look()
    const kept = (await loadIdentity(join(hall.state, 'identity.pem')))!
    assert.notEqual(kept.certificatePem, soon.certificatePem)
    assert.ok(new X509Certificate(kept.certificatePem).validToDate > new Date(Date.now() + 300 * 86_400_000))
    assert.equal(view().level, 'fine')
    // The new one works, in this process and in the next; the old one has ended.
    await hall.put('residents', 1, rows.map(hall.ours))
    await look()
    assert.equal((await hall.applied()).length, 1)
    await (await hall.start({ identity: kept })).look()
    const old = await hall.start({ identity: soon })
    await old.look()
    assert.match(
      old
        .view()
        .troubles.map(({ text }) => text)
        .join(),
      /登録されていないか、登録が取り消されています/,
    )
    assert.equal(old.view().level, 'failure')
  })

  test('what staff ask for again is sent again as far as it is still there, and changes nothing twice', async () => {
    for (const fileNo of [1, 2, 3])
      await hall.put('residents', fileNo, rows.map(hall.ours), { mode: fileNo === 1 ? 'full' : 'delta' })
    const { look, view } = await hall.start()
    await look()
    await region.cloud.as(hall.code, (ctx) => askResend(ctx, { business: 'residents', fromFileNo: 2 }))
    await look()
    await look()
    assert.deepEqual(
      (await hall.applied()).map(({ fileNo }) => fileNo),
      [1, 2, 3],
    )
    assert.deepEqual(await hall.waiting(), [])
    assert.equal((await hall.filed('done')).length, 3)
    assert.equal(
      view().businesses.find(({ business }) => business === 'residents')!.reconciliation!.agrees,
      true,
    )
  })

  test('of a full export only what changed is sent, deletions included, and the cloud has the same', async () => {
    const put = (name: string, all: readonly (readonly string[])[]): Promise<void> =>
      hall.drop(name, hall.csv('residents', all.map(hall.ours)))
    let { look, view } = await hall.start({ send: 'differences' })
    /** As if a day had passed. */
    const tomorrow = async (): Promise<void> => {
      await hall.stop()
      const state = openState(hall.state, new Date())
      state.write('reconciled:residents', 'null')
      state.close()
      ;({ look, view } = await hall.start({ send: 'differences' }))
      await look()
    }
    const receipts = async (): Promise<LinkReceipt[]> => {
      const found = await Promise.all(
        (await hall.filed('done')).map((place) =>
          readFile(join(hall.folder, 'done', place, 'receipt.json'), 'utf8').catch(() => 'null'),
        ),
      )
      return found
        .map((text) => JSON.parse(text) as LinkReceipt | null)
        .filter((one) => one !== null)
        .sort((a, b) => a.fileNo - b.fileNo)
    }
    const agrees = () => view().businesses.find(({ business }) => business === 'residents')!.reconciliation!
    await put('residents_full_1.csv', rows)
    await look()
    // Another order, one changed, one gone, one new, and 最新フラグ of one.
    const changed = withItem('residents', rows[1]!, '氏名', '変更 太郎')
    const flagged = withItem('residents', rows[2]!, '最新フラグ', '0')
    const more = residentRow(smallTown.residents[12]!)
    await put('residents_full_2.csv', [...rows.slice(4), more, flagged, changed, rows[3]!])
    await look()
    let last = (await receipts()).at(-1)!
    assert.deepEqual(
      [last.fileNo, last.mode, last.counts.rows, last.counts.inserted, last.counts.deleted],
      [2, 'delta', 4, 1, 1],
    )
    await tomorrow()
    assert.deepEqual([agrees().agrees, agrees().fileNo, agrees().ours], [true, 2, 10])
    // Nothing changed: nothing is sent.
    await put('residents_full_3.csv', [changed, flagged, ...rows.slice(3), more])
    await look()
    assert.equal((await receipts()).length, 2)
    assert.deepEqual(await hall.waiting(), [])
    // A mistake in a row, and a row that is gone: the person with the mistake stays as they were.
    const wrong = withItem('residents', changed, '性別', 'X')
    await put('residents_full_4.csv', [wrong, ...rows.slice(4), more, flagged])
    await look()
    last = (await receipts()).at(-1)!
    assert.deepEqual([last.fileNo, last.counts.rows, last.counts.refused, last.counts.deleted], [3, 2, 1, 1])
    await tomorrow()
    assert.deepEqual([agrees().agrees, agrees().fileNo, agrees().ours], [true, 3, 9])
    assert.equal(await hall.currentRows(), 9)
    // Restarted without what it kept for comparing, it sends everything.
    await hall.stop()
    await rm(join(hall.state, 'exports'), { recursive: true })
    const again = await hall.start({ send: 'differences' })
    await put('residents_full_5.csv', rows)
    await again.look()
    last = (await receipts()).at(-1)!
    assert.deepEqual([last.fileNo, last.mode, await hall.currentRows()], [4, 'full', 10])
  })

  test('of exports with mistakes the differences unblock who was put right, and delete nobody else', async () => {
    const { look, view } = await hall.start({ send: 'differences' })
    let exports = 0
    const night = async (...all: readonly (readonly string[])[]): Promise<LinkReceipt> => {
      exports += 1
      await hall.drop(`residents_full_${exports}.csv`, hall.csv('residents', all.map(hall.ours)))
      let place: string | undefined
      // On a busy machine the gateway may ask for patience once, or its verdict come a look later.
      for (let looks = 0; place === undefined && looks < 20; looks++) {
        await look()
        place = (await hall.filed('done')).find((name) => name.startsWith(`residents_full_${exports}-`))
      }
      assert.ok(place, `export ${exports} was not filed: ${JSON.stringify(view())}`)
      return JSON.parse(
        await readFile(join(hall.folder, 'done', place, 'receipt.json'), 'utf8'),
      ) as LinkReceipt
    }
    const open = () => view().businesses.find(({ business }) => business === 'residents')!.badRows
    const blocked = async () =>
      await region.cloud.as(hall.code, async (ctx) =>
        (
          await ctx.tx.sql<{ line: number }>(
            'select line from linkage.bad_row where municipality_code = $1 and to_seq is null',
            [hall.code],
          )
        ).map(({ line }) => line),
      )
    const current = () =>
      region.cloud.as(hall.code, async (ctx) => {
        const found = await ctx.tx.sql<{ no: string }>(
          `select resident_no as no from residents.version
            where municipality_code = $1 and to_seq is null and not deleted order by 1`,
          [hall.code],
        )
        return found.map(({ no }) => no)
      })
    const noOf = (row: readonly string[]): string =>
      row[fileInterfaces.residents.columns.findIndex(({ name }) => name === '宛名番号')]!
    const [first, second, ...others] = rows as [string[], string[], ...string[][]]
    const wrong = withItem('residents', second, '性別', 'X')
    await night(first, second, ...others)
    assert.equal((await night(wrong, first, ...others)).counts.refused, 1)
    assert.deepEqual(
      open().rows.map(({ line, items }) => [line, items]),
      [[2, '性別']],
    )
    // The very row that is there already: it is what ends the block.
    const mended = await night(first, second, ...others)
    assert.deepEqual([mended.mode, mended.counts.rows], ['delta', 1])
    assert.deepEqual([open().count, await blocked()], [0, []])
    // Wrong once more, then gone: at its line in the export before stands somebody else.
    await night(wrong, first, ...others)
    assert.equal((await night(first, ...others)).mode, 'full')
    assert.deepEqual(await current(), [first, ...others].map(noOf).toSorted())
    assert.deepEqual([open().count, await blocked()], [0, []])
    // Whose row it is cannot be read: only a full file says that all are right again.
    await night(first, ...others, withItem('residents', second, '宛名番号', 'x'))
    assert.deepEqual([open().count, (await blocked()).length], [1, 1])
    assert.equal((await night(first, second, ...others)).mode, 'full')
    assert.deepEqual([open().count, await blocked()], [0, []])
    assert.deepEqual(await current(), rows.map(noOf).toSorted())
  })

  test('a difference that was applied just before the process died is not sent twice', async () => {
    const put = (name: string, all: readonly (readonly string[])[]): Promise<void> =>
      hall.drop(name, hall.csv('residents', all.map(hall.ours)))
    await put('residents_full_1.csv', rows)
    await (await hall.start({ send: 'differences' })).look()
    await hall.stop()
    const before = join(hall.root, 'before')
    await mkdir(before)
    for (const name of (await readdir(hall.state)).filter((one) => one.startsWith('agent.db')))
      await copyFile(join(hall.state, name), join(before, name))
    await put('residents_full_2.csv', rows.slice(1))
    const death = new Error('killed')
    const { look } = await hall.start({
      send: 'differences',
      log: (code) => {
        if (code.code === 'agent.sent') throw death
      },
    })
    await look()
    assert.deepEqual(
      (await hall.applied()).map(({ fileNo }) => fileNo),
      [1, 2],
    )
    const { look: again, view } = await hall.start({ send: 'differences' })
    await again()
    assert.deepEqual(
      (await hall.applied()).map(({ fileNo }) => fileNo),
      [1, 2],
    )
    assert.equal(
      view().businesses.find(({ business }) => business === 'residents')!.reconciliation!.agrees,
      true,
    )
    assert.deepEqual(await hall.waiting(), [])
  })

  test('status tells monitoring by its exit code: 0 fine, 1 a warning, 2 stopped, 3 not enrolled', async () => {
    const stopped = await command(['status'])
    assert.deepEqual([stopped.code, /動いていません/.test(stopped.words)], [2, true])
    const { look, url } = await hall.start()
    const env = { AGENT_PORT: new URL(url).port }
    await look()
    const fine = await command(['status'], env)
    assert.equal(fine.code, 0, fine.words)
    assert.match(fine.words, /状態: 正常/)
    await hall.put('residents', 5, rows.map(hall.ours))
    await look()
    const held = await command(['status'], env)
    assert.deepEqual([held.code, /通番が抜けている/.test(held.words)], [1, true])
    const stranger = await command(['status'], { AGENT_STATE_FOLDER: join(hall.root, 'other') })
    assert.deepEqual([stranger.code, /まだ登録されていません/.test(stranger.words)], [3, true])
    assert.equal((await command(['nonsense'])).code, 64)
  })

  test('enrols by the code once, and one state folder serves one process', async () => {
    const code = await enrolmentCode(region.cloud, hall.code)
    const authority = join(hall.root, 'authority.pem')
    await writeFile(authority, region.gateway.authority.certificatePem)
    const state = join(hall.root, 'fresh')
    const env = {
      AGENT_STATE_FOLDER: state,
      AGENT_ENROL_URL: region.gateway.enrolUrl,
      AGENT_AUTHORITY_FILE: authority,
    }
    assert.deepEqual(await command(['enrol', code], env), { code: 0, words: '連携APを登録しました。\n' })
    assert.match((await command(['enrol', code], env)).words, /登録コードが違うか、使用済み/)
    const sent = await command(['send'], env)
    assert.equal(sent.code, 0, sent.words)
    await hall.start()
    const second = await command(['send'])
    assert.deepEqual([second.code, /すでに動いています/.test(second.words)], [2, true])
  })

  test('the dry run lists every line that would be refused, sends nothing and needs no enrolment', async () => {
    const wrong = Array.from({ length: 1_500 }, (_, i) =>
      withItem('residents', rows[0]!.with(0, hall.code), '履歴番号', String(i + 2)),
    ).map((row) => withItem('residents', row, '生年月日', '2026-02-30'))
    const path = join(hall.root, 'export.csv')
    await writeFile(path, hall.csv('residents', [...rows.map(hall.ours), ...wrong]))
    const env = { AGENT_STATE_FOLDER: '', AGENT_FOLDER: '' }
    const { code, words } = await command(['check', path], { AGENT_STATE_FOLDER: join(hall.root, 'none') })
    assert.equal(code, 1, words)
    assert.match(words, /住民情報[\s\S]*1,510行.*誤りのある行 1,500行/)
    const report = await readFile(join(hall.root, 'export.check.csv'), 'utf8')
    assert.ok(report.startsWith('\uFEFF"行番号","項目名","理由"\r\n"12","生年月日"'))
    assert.equal(report.split('\r\n').length, 1_502)
    assert.ok(!report.includes('2026-02-30'))
    assert.deepEqual([env.AGENT_FOLDER, await hall.applied()], ['', []])
    await writeFile(path, hall.csv('residents', rows.map(hall.ours)))
    assert.equal((await command(['check', path])).code, 0)
    assert.ok(!(await readdir(hall.root)).includes('export.check.csv'))
    // Within the link folder, under a name that the agent takes.
    const inside = join(hall.folder, 'residents_full_1.csv')
    await writeFile(inside, hall.csv('residents', [...rows.map(hall.ours), ...wrong]))
    assert.equal((await command(['check', inside])).code, 1)
    const { look, view } = await hall.start()
    await look()
    assert.deepEqual(await hall.waiting(), ['residents_full_1.check.csv'])
    assert.deepEqual(await hall.applied(), [{ business: 'residents', fileNo: 1 }])
    assert.deepEqual(
      [await hall.filed('refused'), view().unfinished.map(({ why }) => why)],
      [[], ['確認（check）の報告のため送りません']],
    )
    await writeFile(path, 'not,a,file\n1,2,3\n')
    assert.equal((await command(['check', path])).code, 2)
    const cp932 = Buffer.concat([Buffer.from(hall.csv('residents', [])), Buffer.from([0x8d, 0x82, 0x0a])])
    await writeFile(join(hall.root, 'residents_full_x.csv'), cp932)
    assert.match(
      (await command(['check', join(hall.root, 'residents_full_x.csv'), '/nowhere.csv'])).words,
      /全体が取り込まれません[\s\S]*ENOENT/,
    )
  })

  test('a folder that cannot be read, and a link in it, are told of in words', async () => {
    await symlink('/etc/passwd', join(hall.folder, 'residents_full_1.csv'))
    const { look, view, url } = await hall.start()
    await look()
    assert.match(await (await fetch(`${url}/`)).text(), /通常のファイルではない/)
    await chmod(hall.folder, 0o000)
    const asRoot = process.getuid?.() === 0
    await look()
    if (!asRoot) assert.match(view().troubles[0]!.text, /連携フォルダを読み書きできません（EACCES）/)
    await chmod(hall.folder, 0o770)
    await rm(hall.folder, { recursive: true })
    await look()
    assert.match(view().troubles[0]!.text, /連携フォルダを読み書きできません（ENOENT）/)
    assert.equal(view().level, 'failure')
    await mkdir(hall.folder)
    await look()
    assert.equal(view().troubles.length, 0)
    assert.ok(fileInterfaces.residents)
  })
})
