import assert from 'node:assert/strict'
import { cp, readdir, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { businesses, fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import type { LinkReceipt } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { listLinkFiles } from '@open-bcl/modules/linkage/linkage.contract.ts'
import { listWords } from '@open-bcl/modules/linkage/linkage.store.ts'
import { testGateway } from '@open-bcl/modules/linkage/testing/gateway.ts'
import {
  cardSerialRow,
  residentRow,
  smallTown,
  suppressionRow,
  withItem,
} from '@open-bcl/modules/linkage/testing/rows.ts'
import { testRegion, type TestRegion, type TownHall } from './testing/town-hall.ts'

const people = smallTown.residents.slice(0, 10)
const rows = people.map((record) => residentRow(record))

describe('the agent in the town hall', () => {
  let region: TestRegion
  let hall: TownHall
  before(async () => {
    region = await testRegion()
  })
  after(() => region.close())
  beforeEach(async () => {
    // A town of its own for each test: numbers begin at 1.
    hall = await region.townHall()
  })
  afterEach(() => hall.close())

  test('brings a whole town over in order, protection first, and files what was acknowledged', async () => {
    const { put, ours } = hall
    await put(
      'card-serials',
      1,
      smallTown.cardSerials.map((card) => ours(cardSerialRow(card))),
    )
    await put('residents', 2, [ours(rows[0]!)], { mode: 'delta' })
    await put('residents', 1, rows.map(ours))
    await put(
      'suppressions',
      1,
      smallTown.suppressions.map((one) => ours(suppressionRow(one))),
    )
    const { look, view } = await hall.start()
    await look()
    assert.deepEqual(
      (await hall.applied()).map(({ business, fileNo }) => `${business} ${fileNo}`),
      ['suppressions 1', 'residents 1', 'residents 2', 'card-serials 1'],
    )
    assert.deepEqual(await hall.waiting(), [])
    assert.equal((await hall.filed('done')).length, 4)
    const receipt = JSON.parse(await hall.paper('done', 'receipt.json')) as LinkReceipt
    assert.deepEqual(
      [receipt.business, receipt.state, receipt.counts.inserted],
      ['suppressions', 'applied', smallTown.suppressions.length],
    )
    assert.equal(await hall.currentRows(), rows.length)
    assert.deepEqual([view().level, view().troubles], ['fine', []])
    // All that was sent is the same in the cloud, of each business.
    for (const { business, last, reconciliation } of view().businesses)
      if (last !== null) assert.equal(reconciliation?.agrees, true, business)
  })

  test('an empty file of every business goes over', async () => {
    for (const business of businesses)
      await hall.drop(`${fileInterfaces[business].title}_full_1.csv`, hall.csv(business, []))
    const { look, view } = await hall.start()
    await look()
    assert.deepEqual((await hall.applied()).map(({ business }) => business).sort(), [...businesses].sort())
    for (const { business, reconciliation } of view().businesses)
      assert.deepEqual([reconciliation?.agrees, reconciliation?.ours], [true, 0], business)
  })

  test('a row with a mistake is told of with line, item and reason, and the others go over', async () => {
    await hall.put('residents', 1, [
      hall.ours(rows[0]!),
      withItem('residents', hall.ours(rows[1]!), '生年月日', '2026-02-30'),
      ...rows.slice(2).map(hall.ours),
    ])
    const { look, view, url } = await hall.start()
    await look()
    const report = await hall.paper('done', 'errors.txt')
    assert.ok(report.startsWith('\uFEFF連携用データ エラー一覧\r\n'))
    assert.match(report, /業務: 住民情報\r\n通番: 1\r\n/)
    assert.match(report, /\r\n3\t生年月日\t3行目の「生年月日」が暦にある日/)
    assert.ok(!people.some(({ name }) => report.includes(name.full)))
    assert.equal(await hall.currentRows(), rows.length - 1)
    assert.equal(view().level, 'warning')
    assert.match(
      await (await fetch(`${url}/`)).text(),
      /住民情報: 誤りのため取り込まれていない行が1行あります/,
    )
    // Town and cloud agree on what was left out, too.
    assert.equal(
      view().businesses.find(({ business }) => business === 'residents')?.reconciliation?.agrees,
      true,
    )
    // A good file about others changes nothing for the one who is blocked; nor does a new start.
    await hall.put('residents', 2, [hall.ours(rows[0]!)], { mode: 'delta' })
    await look()
    const again = await hall.start()
    const { badRows, last } = again.view().businesses.find(({ business }) => business === 'residents')!
    assert.deepEqual([last!.fileNo, last!.refused, badRows.count], [2, 0, 1])
    assert.deepEqual(
      badRows.rows.map(({ fileNo, line, items }) => [fileNo, line, items]),
      [[1, 3, '生年月日']],
    )
    assert.equal(again.view().level, 'warning')
    const page = await (await fetch(`${again.url}/`)).text()
    assert.match(page, /誤りのため取り込まれていない行（[\s\S]*<td>1<\/td><td>3<\/td><td>生年月日<\/td>/)
    assert.ok(!people.some(({ residentNo, name }) => page.includes(residentNo) || page.includes(name.full)))
    await hall.put('residents', 3, [hall.ours(rows[1]!)], { mode: 'delta' })
    await again.look()
    assert.deepEqual([again.view().level, again.view().troubles], ['fine', []])
    assert.doesNotMatch(await (await fetch(`${again.url}/`)).text(), /取り込まれていない行/)
  })

  test('refuses by itself what is wrong as a whole, before a byte is sent, and takes the corrected one', async () => {
    const { look, view } = await hall.start()
    const elsewhere = join(hall.root, 'elsewhere')
    type Paths = { readonly dataPath: string; readonly manifestPath: string }
    const spoilt: readonly ((paths: Paths) => Promise<void>)[] = [
      async ({ dataPath }) =>
        await writeFile(dataPath, Buffer.concat([await readFile(dataPath), Buffer.from('x')])),
      async ({ manifestPath }) => await writeFile(manifestPath, '{"fileNo":'),
      async ({ manifestPath }) =>
        await writeFile(manifestPath, (await readFile(manifestPath, 'utf8')).replace(hall.code, '131016')),
    ]
    for (const spoil of spoilt) {
      const paths = await hall.put('residents', 1, rows.map(hall.ours), { into: elsewhere })
      await spoil(paths)
      // The manifest last, as a core system does.
      for (const path of [paths.dataPath, paths.manifestPath])
        await rename(path, join(hall.folder, basename(path)))
      await look()
    }
    // Rows of another town.
    await hall.put('residents', 1, [rows[0]!.with(0, '131016')])
    await look()
    assert.equal((await hall.filed('refused')).length, spoilt.length + 1)
    const reports = await Promise.all(
      (await hall.filed('refused')).map((place) =>
        readFile(join(hall.folder, 'refused', place, 'errors.txt'), 'utf8'),
      ),
    )
    for (const word of [
      /項目の数|SHA-256/,
      /送付票の項目が決まりと違います/,
      /ほかの団体/,
      /2\t市区町村コード/,
    ])
      assert.ok(
        reports.some((report) => word.test(report)),
        String(word),
      )
    assert.deepEqual(await hall.applied(), [])
    assert.match(
      view()
        .troubles.map(({ text }) => text)
        .join(),
      /取り込まれなかったファイルがあります/,
    )
    // Staff of the town see what never came, each by the end of its folder's name.
    const told = async () =>
      (await (await region.cloud.signIn(hall.code, 'admin')).get(listLinkFiles, {})).refusedAtHome
    const seen = await told()
    assert.deepEqual(
      seen.map(({ place }) => place).sort(),
      (await hall.filed('refused')).map((place) => place.slice(-12)).sort(),
    )
    assert.deepEqual(seen.map(({ business, fileNo }) => `${business} ${fileNo}`).sort(), [
      'null null',
      'null null',
      'residents 1',
      'residents 1',
    ])
    assert.ok(seen.some(({ reason }) => reason.startsWith('2行目の「市区町村コード」')))
    assert.match(
      view()
        .troubles.map(({ text }) => text)
        .join(),
      /どの業務か見分けられない/,
    )
    // The cloud never saw them, and must not take its data for fresh.
    const word = () => region.cloud.as(hall.code, async (ctx) => (await listWords(ctx.tx)).get('residents')!)
    const before = await word()
    await look()
    assert.equal(before.unsent, 1)
    assert.deepEqual(await word(), before)
    await hall.put('residents', 1, rows.map(hall.ours))
    await look()
    assert.equal((await hall.applied()).length, 1)
    const { unsent, clearAt } = await word()
    assert.deepEqual([unsent, clearAt! > before.clearAt!], [0, true])
    assert.deepEqual(
      (await told()).map(({ business }) => business),
      [null, null],
    )
  })

  test('waits for both parts of a pair, and for one that is still being written', async () => {
    const elsewhere = join(hall.root, 'elsewhere')
    const { dataPath, manifestPath } = await hall.put('residents', 1, rows.map(hall.ours), {
      into: elsewhere,
    })
    const name = basename(dataPath)
    const { look, url } = await hall.start({ graceMs: 3_600_000 })
    await cp(dataPath, join(hall.folder, name))
    await look()
    assert.equal((await hall.waiting()).length, 1)
    assert.match(await (await fetch(`${url}/`)).text(), /そろっていないファイル/)
    const whole = await readFile(dataPath)
    await hall.drop(name, whole.subarray(0, 500))
    await cp(manifestPath, join(hall.folder, name.replace('.csv', '.json')))
    await look()
    assert.equal((await hall.waiting()).length, 2)
    assert.match(await (await fetch(`${url}/`)).text(), /書き終わるのを待っています/)
    await hall.drop(name, whole)
    await look()
    assert.deepEqual(await hall.waiting(), [])
    assert.equal((await hall.applied()).length, 1)
  })

  test('files without number or manifest get their numbers in the order of their names', async () => {
    const put = (name: string, fileRows: readonly (readonly string[])[]): Promise<void> =>
      hall.drop(name, hall.csv('residents', fileRows.map(hall.ours)))
    await put('residents_delta_10.csv', [withItem('residents', rows[0]!, '氏名', '最後 太郎')])
    await put('residents_delta_9.csv', [withItem('residents', rows[0]!, '氏名', '途中 太郎')])
    await put('住民情報_full_1.csv', rows)
    const { look, view } = await hall.start()
    await look()
    assert.deepEqual(
      (await hall.applied()).map(({ fileNo }) => fileNo),
      [1, 2, 3],
    )
    const last = await readFile(
      join(
        hall.folder,
        'done',
        (await hall.filed('done')).find((name) => name.includes('delta_10'))!,
        'receipt.json',
      ),
      'utf8',
    )
    assert.equal((JSON.parse(last) as LinkReceipt).fileNo, 3)
    // A manifest whose number is left out.
    const { manifestPath } = await hall.put('residents', 99, rows.map(hall.ours))
    const { fileNo: _, ...unnumbered } = JSON.parse(await readFile(manifestPath, 'utf8')) as {
      fileNo: number
    }
    await writeFile(manifestPath, JSON.stringify(unnumbered))
    await look()
    assert.equal((await hall.applied()).at(-1)!.fileNo, 4)
    assert.equal(
      view().businesses.find(({ business }) => business === 'residents')!.reconciliation!.agrees,
      true,
    )
  })

  test('an export without manifest that has lost a tenth of the town is not believed until somebody says so', async () => {
    const put = (name: string, count: number): Promise<void> =>
      hall.drop(name, hall.csv('residents', rows.slice(0, count).map(hall.ours)))
    await put('residents_full_1.csv', 10)
    const { look, view } = await hall.start()
    await look()
    await put('residents_full_2.csv', 8)
    await look()
    assert.equal(await hall.currentRows(), 10)
    assert.match(view().troubles[0]!.text, /前回の全件より1割以上減っています/)
    await hall.drop('residents_full_2.ok', '')
    await look()
    assert.equal(await hall.currentRows(), 8)
    assert.deepEqual(await readdir(hall.folder), ['done'])
  })

  test('sends on beyond a gap, says what is missing, and all is applied in order when it comes', async () => {
    await hall.put('residents', 2, rows.map(hall.ours))
    await hall.put('residents', 3, [hall.ours(rows[0]!)], { mode: 'delta' })
    const { look, view, url } = await hall.start()
    await look()
    assert.deepEqual(await hall.applied(), [])
    assert.match(await (await fetch(`${url}/`)).text(), /通番が抜けているため.*次に受け取る通番は1です/)
    assert.equal(view().level, 'warning')
    await hall.put('residents', 1, [hall.ours(rows[0]!)])
    await look()
    await region.gateway.queue.settled()
    await look()
    assert.deepEqual(
      (await hall.applied()).map(({ fileNo }) => fileNo),
      [1, 2, 3],
    )
    assert.deepEqual([await hall.waiting(), view().level], [[], 'fine'])
  })

  test('keeps the file while the cloud is away, says so, and sends it when the cloud is back', async () => {
    const port = Number(new URL(region.gateway.origin).port)
    const { authority } = region.gateway
    await region.gateway.close()
    await hall.put('residents', 1, rows.map(hall.ours))
    const { look, url } = await hall.start()
    await look()
    assert.equal((await hall.waiting()).length, 2)
    assert.equal((await fetch(`${url}/healthz`)).status, 200)
    const ready = await fetch(`${url}/readyz`)
    assert.equal(ready.status, 503)
    assert.match(await ready.text(), /"接続先","ok":false/)
    assert.match(await (await fetch(`${url}/`)).text(), /接続先につながりません.*（ECONNREFUSED）/)
    region.gateway = await testGateway(region.cloud, { port, authority })
    await look()
    assert.equal((await fetch(`${url}/readyz`)).status, 200)
    assert.equal((await hall.applied()).length, 1)
  })

  test('takes the first receipt when it died after the cloud had applied, and finishes a move that was cut', async () => {
    await hall.put('residents', 1, rows.map(hall.ours))
    const copy = join(hall.root, 'copy')
    await cp(hall.folder, copy, { recursive: true })
    await (await hall.start()).look()
    const receipt = await hall.paper('done', 'receipt.json')
    await hall.stop()
    // As if the process had ended before anything was moved.
    await rm(hall.folder, { recursive: true })
    await rename(copy, hall.folder)
    await (await hall.start()).look()
    assert.equal(await hall.paper('done', 'receipt.json'), receipt)
    assert.equal((await hall.applied()).length, 1)
    await hall.stop()
    // As if it had ended between the two renames.
    const [place] = await hall.filed('done')
    const manifest = (await readdir(join(hall.folder, 'done', place!))).find(
      (name) => name.endsWith('.json') && name !== 'receipt.json',
    )!
    await rename(join(hall.folder, 'done', place!, manifest), join(hall.folder, manifest))
    await (await hall.start()).look()
    assert.deepEqual(await hall.waiting(), [])
    assert.ok(await stat(join(hall.folder, 'done', place!, manifest)))
    assert.equal((await hall.applied()).length, 1)
  })

  test('a number that was taken by other content is refused with what to do', async () => {
    await hall.put('residents', 1, rows.map(hall.ours))
    const { look } = await hall.start()
    await look()
    await hall.put('residents', 1, rows.slice(2).map(hall.ours))
    await look()
    const report = await hall.paper('refused', 'errors.txt')
    assert.match(report, /すでに取り込まれています.*次の通番を付けて/)
    assert.match(report, /次に受け取る通番は2です/)
    assert.equal(await hall.currentRows(), rows.length)
    const { refusedAtHome } = await (await region.cloud.signIn(hall.code, 'admin')).get(listLinkFiles, {})
    assert.deepEqual(
      refusedAtHome.map(({ business, fileNo, reason }) => [business, fileNo, reason]),
      [['residents', 1, '同じ通番で内容の異なるファイルが、すでに取り込まれています']],
    )
    // Wrong by itself, too: the corrected one would be refused for its number.
    await hall.put('residents', 1, [rows[0]!.with(0, '131016')])
    await look()
    const reports = await Promise.all(
      (await hall.filed('refused')).map((place) =>
        readFile(join(hall.folder, 'refused', place, 'errors.txt'), 'utf8'),
      ),
    )
    assert.equal(reports.length, 2)
    for (const text of reports) {
      assert.match(text, /直したファイルには次の通番を付けて出力してください/)
      assert.doesNotMatch(text, /同じ通番で（/)
    }
  })

  test('a memory that is lost stops nothing: numbers come from the gateway, and the next full file is compared again', async () => {
    await hall.drop('residents_full_1.csv', hall.csv('residents', rows.map(hall.ours)))
    await (await hall.start()).look()
    await hall.stop()
    await writeFile(join(hall.state, 'agent.db'), Buffer.alloc(5_000, 1))
    await rm(join(hall.state, 'agent.db-wal'), { force: true })
    const { look, view } = await hall.start()
    await hall.drop('residents_delta_2.csv', hall.csv('residents', [hall.ours(rows[0]!)]))
    await look()
    assert.equal((await hall.applied()).at(-1)!.fileNo, 2)
    const residents = () => view().businesses.find(({ business }) => business === 'residents')!
    assert.equal(residents().mirrored, false)
    assert.match(view().troubles[0]!.text, /控えが壊れていたため、作り直しました/)
    await hall.drop('residents_full_3.csv', hall.csv('residents', rows.map(hall.ours)))
    await look()
    assert.deepEqual([residents().mirrored, residents().reconciliation?.agrees], [true, true])
    await unlink(join(hall.state, 'agent.db')).catch(() => undefined)
  })

  test('no log line of the agent holds a word of the files', () => {
    const text = region.lines.join('')
    assert.ok(text.includes('agent.sent') && text.includes('agent.refused'))
    for (const { name, address } of people)
      for (const word of [name.full, name.kana, address.town]) assert.ok(word === '' || !text.includes(word))
  })
})
