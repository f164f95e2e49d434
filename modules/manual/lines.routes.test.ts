import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import * as contract from './manual.contract.ts'
import { Clerk } from './testing/clerk.ts'
import { workbook } from './testing/workbooks.ts'

/** What the clerk is told of a line must be found in the file by its number, and what was guessed at must be told. */
describe('lines of a file loaded by hand', () => {
  const header = ['宛名番号', '氏名', '生年月日', '住民となった年月日', '住所']
  const person = (no: string, born: string, since: string) => [no, '見本　太郎', born, since, '神岡町船津1']
  const wrong = person('0000000051', '昭和50年13月40日', '2000/1/1')
  let cloud: TestCloud
  let code: MunicipalityCode
  let clerk: Clerk

  before(async () => {
    cloud = await testCloud()
    code = await cloud.onboard('212172', '飛騨市')
    clerk = new Clerk(cloud, code, await cloud.signIn(code, 'admin'))
    await clerk.browser.get(contract.stateNoSuppression, { confirmed: true })
  })
  after(() => cloud.close())

  const csv = (rows: readonly (readonly string[])[]) =>
    Buffer.from(rows.map((row) => `${row.join(',')}\r\n`).join(''))
  const tried = async (bytes: Buffer, fileName: string, choice: { headerLine?: number } = {}) => {
    const uploadId = await clerk.upload('residents', bytes, fileName)
    const { plan, columns } = await clerk.read(uploadId, choice)
    const run = await clerk.run(uploadId, 'check', plan)
    return { uploadId, plan, columns, run }
  }

  test('are those that an editor shows: the header’s as well as the errors’', async () => {
    // Blank lines before, after and between.
    const rows = [['住民一覧'], [], header, [], person('0000000019', 'S55.4.1', ''), [], wrong]
    const { plan, run } = await tried(csv(rows), 'a.csv')
    assert.equal(plan.headerLine, 3)
    assert.equal(run.result?.counts?.rows, 2)
    assert.deepEqual(
      run.result?.findings.map(({ line, item }) => [line, item]),
      [[7, '生年月日']],
    )
    // What the clerk types is such a number, too; on a blank line the next one is meant.
    for (const headerLine of [2, 3]) {
      const chosen = await tried(csv(rows), 'a.csv', { headerLine })
      assert.equal(chosen.plan.headerLine, 3)
      assert.equal(chosen.columns[0]?.header, '宛名番号')
      assert.equal(chosen.run.result?.counts?.rows, 2)
    }
    const none = await clerk.read(await clerk.upload('residents', csv(rows), 'a.csv'), { headerLine: 0 })
    assert.equal(none.plan.headerLine, 0)
  })

  test('of a workbook are its rows, whatever breaks stand in its cells', async () => {
    const broken = header.map((name) => (name === '氏名' ? '氏\n名' : name))
    const rows = [['住民一覧\n（全件）'], [], broken, person('0000000019', 'S55.4.1', ''), [], wrong]
    const { plan, run, columns } = await tried(workbook({ 住民: rows }), 'a.xlsx')
    assert.equal(plan.headerLine, 3)
    assert.deepEqual(
      columns.map((_, i) => plan.targets[i]),
      ['宛名番号', '氏名', '生年月日', '住民となった年月日', '住所（1列に全部）'],
    )
    assert.deepEqual(
      run.result?.findings.map(({ line, item }) => [line, item]),
      [[6, '生年月日']],
    )
  })

  test('with dates taken as uncertain are told before anything is loaded, apart from the errors', async () => {
    const rows = [
      header,
      person('0000000019', 'S65.2.30', '2000/1/1'),
      person('0000000027', '昭和20年頃', ''),
      person('0000000035', 'S55.4.1', '昭和29年2月29日'),
      wrong,
    ]
    const { uploadId, plan, run } = await tried(csv(rows), 'a.csv')
    const { result } = run
    assert.equal(result?.counts?.inserted, 3)
    assert.deepEqual(
      result?.findings.map(({ line }) => line),
      [5],
    )
    assert.equal(result?.findingCount, 1)
    assert.deepEqual(
      result?.cautions.map(({ line, item, message }) => [line, item, message.slice(0, 4)]),
      [
        [2, '生年月日', '暦にない'],
        [3, '生年月日', '日付がは'],
        [4, '住民となった年月日', '暦にない'],
      ],
    )
    assert.equal(result?.cautionCount, 3)
    const listed = await clerk.browser.call(contract.getRunFindings, { runId: run.runId })
    assert.ok(listed.ok)
    const lines = listed.bytes.toString().replace('\uFEFF', '').trim().split('\r\n')
    assert.equal(lines[0], '"種別","行","項目名","理由"')
    assert.deepEqual(
      lines
        .slice(1)
        .map((line) => line.split(',').slice(0, 2).join(' '))
        .toSorted(),
      ['"注意" "2"', '"注意" "3"', '"注意" "4"', '"誤り" "5"'],
    )
    assert.ok(!listed.bytes.toString().includes('S65'), 'no value of the file')
    const done = await clerk.run(uploadId, 'apply', plan)
    assert.equal(done.result?.cautionCount, 3)
  })

  test('with a caution are still named when their key stands twice', async () => {
    const twice = person('0000000094', 'S65.2.30', '')
    const { run } = await tried(csv([header, twice, person('0000000094', 'S55.4.1', '')]), 'a.csv')
    assert.deepEqual(run.result?.findings.map(({ line }) => line).toSorted(), [2, 3])
    assert.equal(run.result?.cautionCount, 1)
  })

  test('a date unknown in every row hides no error', async () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      person(String(9_000_000_000 + i), '昭和20年頃', '年月日不詳'),
    )
    const { run } = await tried(csv([header, ...many, wrong]), 'a.csv')
    assert.equal(run.result?.cautionCount, 600)
    assert.equal(run.result?.cautions.length, 50)
    assert.deepEqual(
      run.result?.findings.map(({ line }) => line),
      [302],
    )
  })
})
