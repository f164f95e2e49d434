import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import pg from 'pg'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { businesses, fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { readCsv } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import { residentRow, smallTown, withItem } from '@open-bcl/modules/linkage/testing/rows.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { testDatabase, type TestDatabase } from '@open-bcl/platform/testing/database.ts'
import { createLinkTables, putLinkRows } from '../../simulators/core-system/link-tables.ts'
import type { ReadyFile } from './inbox.ts'
import { openState, type StateFile } from './state.ts'
import { cut, TableSource } from './table-source.ts'

const hida = '212172' as MunicipalityCode
const rows = smallTown.residents.slice(0, 5).map((record) => residentRow(record))

describe('the tables of a link database', () => {
  let database: TestDatabase
  let core: pg.Client
  let folder: string
  let state: StateFile
  let source: TableSource
  let clock = 0

  before(async () => {
    database = await testDatabase('center', migrationsOf('center'))
  })
  after(() => database.close())
  beforeEach(async () => {
    core = new pg.Client({ connectionString: database.urls.admin, options: '-c search_path=town' })
    await core.connect()
    await core.query('create schema town')
    folder = await mkdtemp(join(tmpdir(), 'tables-'))
    state = openState(folder, new Date())
    source = await open()
  })
  afterEach(async () => {
    state.close()
    await core.query('drop schema town cascade')
    await core.end()
    await rm(folder, { recursive: true })
  })

  const open = (url = database.urls.admin): Promise<TableSource> =>
    TableSource.open({
      url,
      schema: 'town',
      everyMs: 1,
      folder: join(folder, 'tables'),
      municipality: hida,
      state,
    })
  /** The source waits for every transaction of the server, and other tests have theirs on the same one. */
  const othersAreWriting = async (): Promise<boolean> => {
    const { rowCount } = await core.query(
      'select 1 from pg_stat_activity where backend_xid is not null and datname <> current_database()',
    )
    return rowCount !== 0
  }
  /** Asks until two questions in a row bring nothing new: a number counts only at the second sight. */
  const look = async (): Promise<readonly ReadyFile[]> => {
    for (let before = -1, quiet = 0; ;) {
      const waits = await othersAreWriting()
      const { ready } = await source.look(new Date((clock += 10_000)))
      quiet = ready.length === before && !waits ? quiet + 1 : 0
      if (quiet === 3) return ready
      before = ready.length
    }
  }
  const rowsOf = async ({ dataPath }: ReadyFile): Promise<string[][]> => {
    const found: string[][] = []
    for await (const batch of readCsv([await readFile(dataPath)] as never)) found.push(...batch.rows)
    return found.slice(1)
  }

  test('brings everything first, then what changed, deletions included', async () => {
    await createLinkTables(core, ['residents'])
    await putLinkRows(core, 'residents', rows)
    let ready = await look()
    assert.deepEqual(
      ready.map(({ business, mode }) => [business, mode]),
      [['residents', 'full']],
    )
    assert.deepEqual(await rowsOf(ready[0]!), rows)
    await source.settle(ready[0]!, 'done', {})
    assert.deepEqual(await look(), [])
    const changed = withItem('residents', rows[1]!, '氏名', '変更 太郎')
    const gone = withItem('residents', rows[2]!, '削除フラグ', '1')
    await putLinkRows(core, 'residents', [changed, gone])
    ready = await look()
    assert.deepEqual(
      ready.map(({ mode, confirmed }) => [mode, confirmed]),
      [['delta', true]],
    )
    assert.deepEqual(await rowsOf(ready[0]!), [changed, gone])
  })

  test('a number that was given out but not yet committed is waited for, and never passed over', async () => {
    await createLinkTables(core, ['residents'])
    await putLinkRows(core, 'residents', [rows[0]!])
    await source.settle((await look())[0]!, 'done', {})
    const slow = new pg.Client({ connectionString: database.urls.admin, options: '-c search_path=town' })
    await slow.connect()
    await slow.query('begin')
    await putLinkRows(slow, 'residents', [rows[1]!])
    // A later number that is committed earlier.
    await putLinkRows(core, 'residents', [rows[2]!])
    assert.deepEqual(await look(), [])
    await slow.query('commit')
    await slow.end()
    const sent = (await Promise.all((await look()).map(rowsOf))).flat()
    assert.deepEqual(sent, [rows[1]!, rows[2]!])
  })

  test('killed between making a file and remembering it, it makes the same file again', async () => {
    await createLinkTables(core, ['residents'])
    await putLinkRows(core, 'residents', rows)
    await look()
    // As if the position had not been written.
    const position = JSON.parse(state.read('table:residents')!) as { sent: string }
    state.write('table:residents', JSON.stringify({ sent: '', making: position.sent, seen: null }))
    source = await open()
    const ready = await look()
    assert.deepEqual(
      ready.map(({ mode }) => mode),
      ['full'],
    )
    assert.deepEqual(await rowsOf(ready[0]!), rows)
  })

  test('a column that is missing, and a database that is away, are told of and stop nothing else', async () => {
    await createLinkTables(core, ['residents', 'seals'])
    await core.query('drop view link_seals')
    await core.query('create view link_seals as select 1 as change_no')
    await putLinkRows(core, 'residents', rows)
    assert.deepEqual(
      (await look()).map(({ business }) => business),
      ['residents'],
    )
    const { unfinished, troubles } = await source.look(new Date((clock += 10_000)))
    assert.deepEqual(
      unfinished.map(({ business }) => business),
      ['seals'],
    )
    assert.match(troubles.join(), /link_seals.*読み取れません（42703）/)
    source = await open('postgres://nobody:secret@127.0.0.1:1/none')
    const away = await source.look(new Date((clock += 10_000)))
    // Nobody may say meanwhile that nothing is left to send.
    assert.deepEqual(
      away.unfinished.map(({ business }) => business),
      ['residents', 'seals'],
    )
    assert.match(away.troubles.join(), /読み取れません（ECONNREFUSED）/)
    assert.ok(!JSON.stringify(away).includes('secret'))
  })

  test('every name of every business can be a column, and no two become the same', async () => {
    await createLinkTables(core, businesses)
    for (const business of businesses) {
      const names = fileInterfaces[business].columns.map(({ name }) => cut(name))
      assert.equal(new Set(names).size, names.length, business)
    }
    assert.deepEqual(await look(), [])
  })
})
