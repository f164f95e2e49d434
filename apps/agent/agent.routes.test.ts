import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { fileInterfaces, type Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { csvLine } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import type { LinkReceipt } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import {
  enrolledAgent,
  enrolmentCode,
  testGateway,
  type TestGateway,
} from '@open-bcl/modules/linkage/testing/gateway.ts'
import {
  cardSerialRow,
  residentRow,
  smallTown,
  suppressionRow,
  withItem,
} from '@open-bcl/modules/linkage/testing/rows.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { saveIdentity, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { writeLinkFile } from '../../simulators/core-system/link-file.ts'
import { testCloud, type TestCloud } from '../cloud/testing/town.ts'
import { startAgent, type RunningAgent } from './agent.ts'
import { enrol } from './gateway-client.ts'

const people = smallTown.residents.slice(0, 10)
const rows = people.map((record) => residentRow(record))

describe('the agent in the town hall', () => {
  let cloud: TestCloud
  let gateway: TestGateway
  let hida: MunicipalityCode
  let identity: MachineIdentity
  let root: string
  let folder: string
  let agent: RunningAgent | undefined
  const lines: string[] = []

  before(async () => {
    cloud = await testCloud()
    gateway = await testGateway(cloud)
  })
  after(async () => {
    await gateway.close()
    await cloud.close()
  })
  const codes = ['212172', '212032', '212041', '212059', '212067', '212075', '212083', '212091', '212105']
  beforeEach(async () => {
    // A town of its own for each test: numbers begin at 1.
    hida = await cloud.onboard(codes.shift()!, '試験市')
    identity = await enrolledAgent(cloud, gateway, hida)
    root = await mkdtemp(join(tmpdir(), 'agent-'))
    folder = join(root, 'link')
    await mkdir(folder)
  })
  afterEach(async () => {
    await agent?.close()
    agent = undefined
    await rm(root, { recursive: true, force: true })
  })

  const start = async (over: { identity?: MachineIdentity; graceMs?: number } = {}) => {
    agent = await startAgent({
      folder,
      stateFolder: join(root, 'state'),
      gatewayUrl: gateway.origin,
      identity,
      port: 0,
      log: openLog('agent', { write: (line: string) => void lines.push(line) }),
      // The loop of its own must not be faster than the test's looks.
      pollMs: 3_600_000,
      graceMs: 0,
      ...over,
    })
    return agent
  }
  const put = async (
    business: Business,
    fileNo: number,
    fileRows: readonly (readonly string[])[],
    into = folder,
    mode: 'full' | 'delta' = 'full',
  ) => {
    const header = fileInterfaces[business].columns.map((column) => column.name)
    const text = [header, ...fileRows].map((row) => csvLine([...row])).join('')
    return await writeLinkFile(
      into,
      {
        municipalityCode: hida,
        business,
        fileNo,
        mode,
        producedAt: '2026-11-21T02:00:00+09:00',
        producerVersion: 'test 1',
      },
      [{ text, rows: fileRows.length, deletions: 0 }],
    )
  }
  const ours = (row: readonly string[]) => row.with(0, hida)
  const waiting = async () => (await readdir(folder)).filter((name) => /\.(csv|json)$/.test(name)).sort()
  const filed = async (outcome: 'done' | 'refused') =>
    (await readdir(join(folder, outcome)).catch(() => [] as string[])).sort()
  const paper = async (outcome: 'done' | 'refused', name: string) => {
    const [place] = (await filed(outcome)).slice(-1)
    return await readFile(join(folder, outcome, place!, name), 'utf8')
  }
  const applied = () =>
    cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ business: string; fileNo: number; seq: bigint }>(
        `select business, file_no as "fileNo", seq from linkage.file
          where municipality_code = $1 and state = 'applied' order by seq`,
        [hida],
      ),
    )
  const currentRows = () =>
    cloud.as(hida, async (ctx) => {
      const [row] = await ctx.tx.sql<{ count: bigint }>(
        'select count(*) from residents.version where municipality_code = $1 and to_seq is null and not deleted',
        [hida],
      )
      return Number(row!.count)
    })

  test('brings a whole town over in order, protection first, and files what was acknowledged', async () => {
    await put(
      'card-serials',
      1,
      smallTown.cardSerials.map((card) => ours(cardSerialRow(card))),
    )
    await put('residents', 2, [ours(rows[0]!)], folder, 'delta')
    await put('residents', 1, rows.map(ours))
    await put(
      'suppressions',
      1,
      smallTown.suppressions.map((one) => ours(suppressionRow(one))),
    )
    const { look } = await start()
    await look()
    assert.deepEqual(
      (await applied()).map(({ business, fileNo }) => `${business} ${fileNo}`),
      ['suppressions 1', 'residents 1', 'residents 2', 'card-serials 1'],
    )
    assert.deepEqual(await waiting(), [])
    assert.equal((await filed('done')).length, 4)
    const receipt = JSON.parse(await paper('done', 'receipt.json')) as LinkReceipt
    assert.deepEqual(
      [receipt.business, receipt.state, receipt.counts.inserted],
      ['suppressions', 'applied', smallTown.suppressions.length],
    )
    assert.equal(await currentRows(), rows.length)
  })

  test('files a refused file with a Japanese report of line, item and reason, and takes the corrected one', async () => {
    await put('residents', 1, [
      ours(rows[0]!),
      withItem('residents', ours(rows[1]!), '生年月日', '2026-02-30'),
    ])
    await put('residents', 2, rows.map(ours))
    const { look, url } = await start()
    await look()
    const report = await paper('refused', 'errors.txt')
    assert.ok(report.startsWith('\uFEFF連携用データ エラー一覧\r\n'))
    assert.match(report, /業務: 住民情報\r\n通番: 1\r\n/)
    assert.match(report, /\r\n3\t生年月日\t3行目の「生年月日」が暦にある日/)
    assert.ok(!people.some(({ name }) => report.includes(name.full)))
    // The next number waits, and the page says for what.
    assert.match(await (await fetch(`${url}/`)).text(), /通番が抜けているため.*次に受け取る通番は1です/)
    await put('residents', 1, rows.map(ours))
    await look()
    assert.deepEqual(
      (await applied()).map(({ fileNo }) => fileNo),
      [1, 2],
    )
    assert.equal((await filed('refused')).length, 1)
  })

  test('refuses by itself what has another shape, before a byte is sent', async () => {
    const { look } = await start()
    const elsewhere = join(root, 'elsewhere')
    const spoilt: readonly ((paths: { dataPath: string; manifestPath: string }) => Promise<void>)[] = [
      async ({ dataPath }) =>
        await writeFile(dataPath, Buffer.concat([await readFile(dataPath), Buffer.from('x')])),
      async ({ manifestPath }) => await writeFile(manifestPath, '{"fileNo":'),
      async ({ manifestPath }) =>
        await writeFile(manifestPath, (await readFile(manifestPath, 'utf8')).replace(hida, '131016')),
    ]
    for (const spoil of spoilt) {
      const paths = await put('residents', 1, rows.map(ours), elsewhere)
      await spoil(paths)
      // The manifest last, as a core system does.
      for (const path of [paths.dataPath, paths.manifestPath])
        await rename(path, join(folder, basename(path)))
      await look()
    }
    assert.equal((await filed('refused')).length, spoilt.length)
    const reports = await Promise.all(
      (await filed('refused')).map((place) => readFile(join(folder, 'refused', place, 'errors.txt'), 'utf8')),
    )
    for (const word of [/SHA-256/, /送付票の項目が決まりと違います/, /ほかの団体/])
      assert.ok(
        reports.some((report) => word.test(report)),
        String(word),
      )
    assert.deepEqual(await applied(), [])
  })

  test('waits for both parts of a pair, and for one that is still being written', async () => {
    const elsewhere = join(root, 'elsewhere')
    const { dataPath, manifestPath } = await put('residents', 1, rows.map(ours), elsewhere)
    const name = dataPath.slice(elsewhere.length + 1)
    const { look, url } = await start({ graceMs: 3_600_000 })
    await cp(dataPath, join(folder, name))
    await look()
    assert.equal((await waiting()).length, 1)
    const whole = await readFile(dataPath)
    await writeFile(join(folder, name), whole.subarray(0, 500))
    await cp(manifestPath, join(folder, name.replace('.csv', '.json')))
    await look()
    assert.equal((await waiting()).length, 2)
    assert.match(await (await fetch(`${url}/`)).text(), /そろっていないファイル/)
    await writeFile(join(folder, name), whole)
    await look()
    assert.deepEqual(await waiting(), [])
    assert.equal((await applied()).length, 1)
  })

  test('keeps the file while the cloud is away, says so, and sends it when the cloud is back', async () => {
    const port = Number(new URL(gateway.origin).port)
    const { authority } = gateway
    await gateway.close()
    await put('residents', 1, rows.map(ours))
    const { look, url } = await start()
    await look()
    assert.equal((await waiting()).length, 2)
    assert.equal((await fetch(`${url}/healthz`)).status, 200)
    const ready = await fetch(`${url}/readyz`)
    assert.equal(ready.status, 503)
    assert.match(await ready.text(), /"接続先","ok":false/)
    assert.match(await (await fetch(`${url}/`)).text(), /接続先につながりません（ECONNREFUSED）/)
    gateway = await testGateway(cloud, { port, authority })
    await look()
    assert.equal((await fetch(`${url}/readyz`)).status, 200)
    assert.equal((await applied()).length, 1)
  })

  test('takes the first receipt when it died after the cloud had applied, and finishes a move that was cut', async () => {
    await put('residents', 1, rows.map(ours))
    const copy = join(root, 'copy')
    await cp(folder, copy, { recursive: true })
    const one = await start()
    await one.look()
    await one.close()
    const receipt = await paper('done', 'receipt.json')
    // As if the process had ended before anything was moved.
    await rm(folder, { recursive: true })
    await rename(copy, folder)
    await (await start()).look()
    assert.equal(await paper('done', 'receipt.json'), receipt)
    assert.equal((await applied()).length, 1)
    // As if it had ended between the two renames.
    await agent!.close()
    const [place] = await filed('done')
    const manifest = (await readdir(join(folder, 'done', place!))).find(
      (name) => name.endsWith('.json') && name !== 'receipt.json',
    )!
    await rename(join(folder, 'done', place!, manifest), join(folder, manifest))
    await (await start()).look()
    assert.deepEqual(await waiting(), [])
    assert.ok(await stat(join(folder, 'done', place!, manifest)))
    assert.equal((await applied()).length, 1)
  })

  test('a number that was taken by other content is refused with what to do', async () => {
    await put('residents', 1, rows.map(ours))
    const { look } = await start()
    await look()
    await put('residents', 1, rows.slice(2).map(ours))
    await look()
    assert.match(await paper('refused', 'errors.txt'), /すでに取り込まれています.*次の通番を付けて/)
    assert.equal(await currentRows(), rows.length)
  })

  test('killed with kill -9 while it works, it loses nothing and applies nothing twice', async () => {
    const files = 6
    for (let fileNo = 1; fileNo <= files; fileNo++)
      await put('residents', fileNo, rows.slice(0, fileNo + 2).map(ours))
    const state = join(root, 'state')
    // Enrolled as the command does it.
    const enrolled = await enrol({
      enrolUrl: gateway.enrolUrl,
      code: await enrolmentCode(cloud, hida),
      authorityPem: gateway.authority.certificatePem,
    })
    await saveIdentity(join(state, 'identity.pem'), enrolled)
    for (let kills = 0; (await waiting()).length > 0; kills++) {
      assert.ok(kills <= 2 * files, 'each life of the process brings at least one file over')
      const child = spawn(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts')],
        {
          env: {
            ...process.env,
            AGENT_FOLDER: folder,
            AGENT_STATE_FOLDER: state,
            AGENT_GATEWAY_URL: gateway.origin,
            AGENT_PORT: '0',
          },
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      const gone = once(child, 'exit')
      // The line comes when a file was filed and the next is already on its way.
      for await (const line of createInterface({ input: child.stdout })) {
        if (line.includes('"agent.sent"')) child.kill('SIGKILL')
      }
      await gone
    }
    assert.deepEqual(
      (await applied()).map(({ fileNo }) => fileNo),
      Array.from({ length: files }, (_, i) => i + 1),
    )
    assert.equal(await currentRows(), files + 2)
    assert.equal((await filed('done')).length, files)
  })

  test('no log line of the agent holds a word of the files', () => {
    const text = lines.join('')
    assert.ok(text.includes('agent.sent') && text.includes('agent.refused'))
    for (const { name, address } of people)
      for (const word of [name.full, name.kana, address.town]) assert.ok(word === '' || !text.includes(word))
  })
})
