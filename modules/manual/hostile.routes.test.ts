import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import * as contract from './manual.contract.ts'
import { Clerk } from './testing/clerk.ts'
import { sheetXml, workbook } from './testing/workbooks.ts'

const header = '宛名番号,氏名,生年月日,性別,続柄,住所'
const good = '0001,山田　太郎,S55.4.1,男,世帯主,高山市花岡町2丁目18番地'

/** Whatever is put in is read, or refused in words: nothing falls, hangs, or is applied in part. */
describe('hostile files', () => {
  let cloud: TestCloud
  let code: MunicipalityCode
  let clerk: Clerk

  before(async () => {
    cloud = await testCloud()
    code = await cloud.onboard('212032', '高山市')
    clerk = new Clerk(cloud, code, await cloud.signIn(code, 'admin'))
    await clerk.browser.get(contract.stateNoSuppression, { confirmed: true })
  })
  after(() => cloud.close())

  /** What becomes of a file: refused when looked at, unready, or tried. */
  async function outcome(bytes: Buffer, mode: 'full' | 'delta' = 'full'): Promise<string> {
    const uploadId = await clerk.upload('residents', bytes)
    const reading = await clerk.browser.call(contract.readUpload, { uploadId, choice: {} })
    if (!reading.ok) {
      assert.equal(reading.status, 422, JSON.stringify(reading.problem))
      return reading.problem.errors?.[0]?.message ?? reading.problem.title
    }
    const { plan } = reading.body
    const started = await clerk.browser.call(contract.startRun, {
      uploadId,
      kind: 'check',
      mode,
      plan,
      confirmedDeletions: null,
    })
    if (!started.ok) {
      assert.equal(started.status, 422, JSON.stringify(started.problem))
      return 'unready'
    }
    await clerk.work(started.body.runId)
    const run = await clerk.browser.get(contract.getRun, { runId: started.body.runId })
    if (run.state !== 'done') {
      assert.equal(run.state, 'refused', run.result?.reason ?? '')
      return run.result!.reason!
    }
    const { inserted, refused } = run.result!.counts!
    return `${inserted} in, ${refused} out`
  }
  const text = (...lines: string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n`)

  test('the corpus: files of other people are read and found to be nothing of ours', async () => {
    const folder = path.join(import.meta.dirname, 'testing/csv-spectrum')
    for (const name of fs.readdirSync(folder).filter((one) => one.endsWith('.csv')))
      assert.equal(await outcome(fs.readFileSync(path.join(folder, name))), 'unready', name)
  })

  test('one bad line costs one line', async () => {
    const lines: readonly (readonly [string, string])[] = [
      ['a NUL', '0002,山\0田,S55.4.1,男,子,高山市1'],
      ['an unbalanced quote', '0002,"山田,S55.4.1,男,子,高山市1'],
      ['too few cells', '0002,山田'],
      ['too many cells', '0002,山田,S55.4.1,男,子,高山市1,余り'],
      ['no number', ',山田,S55.4.1,男,子,高山市1'],
      ['a number of letters', '12a,山田,S55.4.1,男,子,高山市1'],
      ['a control character', '0002,山\u0007田,S55.4.1,男,子,高山市1'],
      ['a name without end', `0002,${'山'.repeat(70_000)},S55.4.1,男,子,高山市1`],
      ['a separator of ours', '0002,山\u001F田,S55.4.1,男,子,高山市1'],
    ]
    for (const [what, line] of lines)
      assert.equal(
        await outcome(text(header, good, line, '0003,鈴木,S56.1.1,女,妻,高山市2')),
        '2 in, 1 out',
        what,
      )
  })

  test('formulas are text, on the way in and on the way out', async () => {
    const cell = '=HYPERLINK("http://example.invalid")'
    const uploadId = await clerk.upload(
      'residents',
      text(header, good, `0002,"${cell.replaceAll('"', '""')}",=1+1,男,子,高山市1`),
    )
    const { plan } = await clerk.read(uploadId)
    const run = await clerk.run(uploadId, 'check', plan)
    assert.deepEqual(
      run.result?.findings.map(({ line, item }) => [line, item]),
      [[3, '生年月日']],
    )
    const csv = await clerk.browser.call(contract.getRunFindings, { runId: run.runId })
    assert.ok(csv.ok)
    for (const line of csv.bytes.toString('utf8').slice(1).trimEnd().split('\r\n'))
      assert.doesNotMatch(line, /(?:^|,)"[=+\-@]/)
  })

  test('lone surrogates, damaged CP932, mixed line ends', async () => {
    const wide = Buffer.from(`\u{feff}${header}\n${good}\n0002,山\uD842田,S55.4.1,男,子,高山市1\n`, 'utf16le')
    assert.equal(await outcome(wide), '1 in, 1 out')
    assert.equal(
      await outcome(Buffer.from(`${header}\r${good}\n\r\n0002,鈴木,S56.1.1,女,妻,高山市2\r`)),
      '2 in, 0 out',
    )
  })

  test('the same key twice is told by the lines of the file itself', async () => {
    const uploadId = await clerk.upload(
      'residents',
      text('題名', header, good, '"0009","改\r\n行",S55.4.1,男,子,高山市1', good),
    )
    const { plan } = await clerk.read(uploadId)
    const run = await clerk.run(uploadId, 'check', plan)
    assert.deepEqual(run.result?.counts?.refused, 2)
    const told = run.result?.findings.map(({ line, message }) => [line, /^(\d+)行目/.exec(message)?.[1]])
    assert.deepEqual(told, [
      [3, '6'],
      [6, '3'],
    ])
  })

  test('another town’s file is refused whole', async () => {
    assert.match(await outcome(text(`市区町村コード,${header}`, `131016,${good}`)), /ほかの団体|団体のコード/)
  })

  test('no tables: each says what it is', async () => {
    const files: readonly (readonly [string, Buffer, RegExp])[] = [
      ['an old Excel file', Buffer.from('d0cf11e0a1b11ae1'.padEnd(600, '0'), 'hex'), /\.xls/],
      ['a PDF', Buffer.from('%PDF-1.7 …'), /PDF/],
      ['a picture', Buffer.from('89504e470d0a1a0a0000', 'hex'), /画像/],
      ['a database', Buffer.from('SQLite format 3\0'), /データベース/],
      [
        'noise',
        Buffer.from(Array.from({ length: 4_000 }, (_, i) => (i * 73 + (i >> 3) * 19) % 256)),
        /文字でない|表|行/,
      ],
      ['nothing but line ends', Buffer.from('\r\n\r\n'), /行がありません/],
      ['a million columns', Buffer.from(`${','.repeat(1_048_575)}\n`), /列が1,000/],
      ['one line without an end', Buffer.alloc(3_000_000, 'a'), /1行が長すぎます|行がありません/],
      ['a zip that is none', Buffer.from('504b0304'.padEnd(400, '7'), 'hex'), /Excelブックとして読めません/],
    ]
    for (const [what, bytes, words] of files) {
      const said = await outcome(bytes)
      assert.ok(words.test(said) || said === 'unready', `${what}: ${said}`)
    }
  })

  test('a workbook: days in every format, figures without zeros, sheets to choose', async () => {
    const book = workbook({
      表紙: [['取扱注意']],
      住民: [
        ['宛名番号', '氏名', '生年月日', '性別', '続柄', '郵便番号', '住所'],
        [1001, '山田　太郎', { serial: 29312, style: 2 }, '男', '世帯主', 600001, '高山市花岡町2丁目18番地'],
        [1002, '山田　花子', { serial: 29312, style: 1 }, '女', '妻', 600001, '高山市花岡町2丁目18番地'],
        [1003, '山田　次郎', { serial: 29312, style: 3 }, '男', '子', 600001, '高山市花岡町2丁目18番地'],
      ],
    })
    const uploadId = await clerk.upload('residents', book, '住民.xlsx')
    const reading = await clerk.read(uploadId)
    assert.deepEqual(
      reading.sheets.map(({ name }) => name),
      ['表紙', '住民'],
    )
    assert.equal(reading.plan.sheet, 1)
    assert.deepEqual(reading.columns[2]?.samples, ['1980-04-01'])
    assert.equal(reading.columns[0]?.figures, true)
    assert.deepEqual(reading.plan.zeroFill, { 住所_郵便番号: 7 })
    const run = await clerk.run(uploadId, 'check', reading.plan)
    assert.equal(run.result?.counts?.inserted, 3)
    assert.ok(run.result?.changes.some(({ item, count }) => item === '住所_郵便番号' && count === 3))
  })

  test('workbooks made to hurt', async () => {
    const rows = [
      ['宛名番号', '氏名'],
      ['1', '山田'],
    ]
    const entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    const bomb = `<?xml version="1.0"?><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>${'a'.repeat(120_000_000)}</t></is></c></row></sheetData></worksheet>`
    const cases: readonly (readonly [string, Buffer, RegExp])[] = [
      [
        'an external entity',
        workbook({ a: rows }, { 'xl/worksheets/sheet1.xml': `${entity}${sheetXml(rows)}` }),
        /Excelブックとして/,
      ],
      ['a bomb', workbook({ a: rows }, { 'xl/worksheets/sheet1.xml': bomb }), /大きすぎます/],
      ['the last column', workbook({ a: [[{ xml: '<c r="XFD1"><v>1</v></c>' }]] }), /列が1,000/],
      ['no workbook inside', workbook({}, { 'xl/workbook.xml': '' }), /Excelブックとして/],
      [
        'broken xml',
        workbook({ a: rows }, { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row r="1"' }),
        /Excelブックとして|行がありません/,
      ],
    ]
    for (const [what, bytes, words] of cases) assert.match(await outcome(bytes), words, what)
    const linked = workbook(
      { a: rows },
      { 'xl/externalLinks/externalLink1.xml': entity, 'xl/vbaProject.bin': 'MZ' },
    )
    assert.equal(await outcome(linked), 'unready', 'links and macros stay zipped')
  })

  test('random bytes and random rows', async () => {
    const row = fc
      .array(
        fc.string({
          unit: fc.constantFrom('1', '"', ',', '\n', '山', '\0', '=', '-', 'S', '.', 'ｱ'),
          maxLength: 8,
        }),
        { maxLength: 8 },
      )
      .map((cells) => cells.join(','))
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 300 }).map((all) => Buffer.from(all)),
      fc.array(row, { minLength: 1, maxLength: 5 }).map((rows) => text(header, good, ...rows)),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (all) => {
        assert.equal(typeof (await outcome(all)), 'string')
      }),
      { numRuns: 60 },
    )
    const rows = await cloud.as(code, (ctx) =>
      ctx.tx.sql('select 1 from residents.version where municipality_code = $1 limit 1', [code]),
    )
    assert.deepEqual(rows, [], 'nothing of all this was kept')
  })
})
