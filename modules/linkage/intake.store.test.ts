import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, ResidentNo } from '@open-bcl/core/brand.ts'
import { makeMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import pg from 'pg'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { fileInterfaces } from '../interfaces/interfaces.columns.ts'
import { csvLine } from '../interfaces/interfaces.csv.ts'
import type { BadRow } from '../interfaces/interfaces.intake.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import { applyFile } from './intake.actions.ts'
import type { AppliedFile, FileToApply } from './intake.ts'
import { residentRow, smallTown } from './testing/rows.ts'

const columns = fileInterfaces.residents.columns.map(({ name }) => name)
const at = (name: string): number => columns.indexOf(name)
const [ume, taro, hana, jiro] = smallTown.residents.map((record, i): ResidentRecord => ({
  ...record,
  residentNo: String(100 + i) as ResidentNo,
  historyNo: 1,
  branchNo: 0,
})) as [ResidentRecord, ResidentRecord, ResidentRecord, ResidentRecord]
const everybody = [ume, taro, hana, jiro]

/** A row of the file with columns overwritten by 項目名. */
function row(record: ResidentRecord, over: Record<string, string> = {}): string[] {
  const fields = residentRow(record, { code: over['市区町村コード'] ?? '' })
  for (const [name, value] of Object.entries(over)) fields[at(name)] = value
  return fields
}

describe('applying a file of 住民情報', () => {
  let cloud: TestCloud
  let admin: pg.Client
  let towns = 0
  let code: MunicipalityCode
  before(async () => {
    cloud = await testCloud()
    admin = new pg.Client({ connectionString: cloud.database.urls.admin })
    await admin.connect()
  })
  after(async () => {
    await admin.end()
    await cloud.close()
  })
  /** A town without any data, in the scope of what follows. */
  const newTown = async (): Promise<MunicipalityCode> => {
    code = await cloud.onboard(makeMunicipalityCode(`21${String(301 + towns++)}`)!, '試験市')
    return code
  }
  const runtime = () => ({ ...cloud.runtime, pool: cloud.database.linkage })
  const call = () => ({ actor: { kind: 'job', task: 'test' }, municipality: code, traceId: 'test' }) as const
  const bytesOf = (rows: readonly (readonly string[])[]): Buffer =>
    Buffer.from(
      [columns, ...rows.map((one) => one.with(0, one[0] === '' ? code : one[0]!))].map(csvLine).join(''),
    )
  /** Rolls back where the file is refused, as everybody who applies files does. */
  const apply = async (
    rows: readonly (readonly string[])[],
    over: Partial<FileToApply> = {},
  ): Promise<AppliedFile & { seq: bigint; told: BadRow[] }> => {
    const bytes = bytesOf(rows)
    return await withCtx(runtime(), call(), async (ctx) => {
      const told: BadRow[] = []
      const seq = await nextSeq(ctx)
      const applied = await applyFile(ctx, {
        business: 'residents',
        mode: 'full',
        origin: 'link',
        seq,
        async *open() {
          for (let from = 0; from < bytes.length; from += 1_500) yield bytes.subarray(from, from + 1_500)
        },
        async onBadRows(bad) {
          // The connection is free for whoever keeps them.
          await ctx.tx.sql('select 1')
          told.push(...bad)
        },
        ...over,
      })
      return { ...applied, seq, told }
    })
  }
  type Version = Record<string, unknown> & {
    resident_no: string
    sealed: Buffer
    tokens: bigint[]
    from_seq: string
  }
  const versions = async (town: MunicipalityCode = code): Promise<Version[]> =>
    (
      await admin.query<Version>(
        `select * from residents.version where municipality_code = $1 order by resident_no, history_no, branch_no, from_seq`,
        [town],
      )
    ).rows
  /** What holds now, as the town sent it. */
  const current = async (): Promise<string[]> =>
    (await versions())
      .filter((one) => one['to_seq'] === null && one['deleted'] === false)
      .map(
        (one) =>
          `${one.resident_no}|${String(one['history_no'])}${one['latest'] === true ? ' latest' : ''} @${one.from_seq} ${String(one['origin'])}`,
      )
  const nothingWaits = async (): Promise<void> => {
    const { rows } = await admin.query(`select gin_clean_pending_list('residents.version_tokens') as pages`)
    assert.deepEqual(rows, [{ pages: '0' }])
  }
  const counts = (applied: AppliedFile): unknown =>
    applied.state === 'applied' ? applied.counts : applied.errors

  test('a first load and a compared one make the same table, and leave nothing waiting before the search index', async () => {
    const rows = smallTown.residents.map((record) => row(record))
    const first = await newTown()
    const one = await apply(rows)
    await nothingWaits()
    const second = await newTown()
    await apply([row({ ...ume, residentNo: '999999' as ResidentNo })])
    const other = await apply(rows)
    await nothingWaits()
    assert.equal(one.state === 'applied' && one.hashTotal.length, 32)
    assert.deepEqual(counts(one), { inserted: rows.length, updated: 0, deleted: 0, unchanged: 0 })
    assert.deepEqual(counts(other), { inserted: rows.length, updated: 0, deleted: 1, unchanged: 0 })
    const shape = async (town: MunicipalityCode): Promise<unknown[]> => {
      code = town
      const all = (await versions(town)).filter((version) => version.resident_no !== '999999')
      return await withCtx(runtime(), call(), async (ctx) => {
        const keys = await ctx.keys()
        return all.map(({ sealed, tokens, ...clear }) => {
          const opened = keys.open(
            'residents.version.sealed',
            `${clear.resident_no}|${String(clear['history_no'])}|${String(clear['branch_no'])}`,
            sealed,
          )
          return {
            ...clear,
            municipality_code: '',
            from_seq: '',
            record_hmac: '',
            opened: opened.replace(town, ''),
            tokens: tokens.length,
          }
        })
      })
    }
    assert.deepEqual(await shape(second), await shape(first))
  })

  test('the same file again writes nothing, and one changed row writes exactly that one', async () => {
    await newTown()
    await apply(everybody.map((one) => row(one)))
    const before = await versions()
    const again = await apply(everybody.map((one) => row(one)))
    assert.deepEqual(counts(again), { inserted: 0, updated: 0, deleted: 0, unchanged: 4 })
    assert.deepEqual(await versions(), before)
    const changed = await apply(
      everybody.map((one) => row(one, one === hana ? { 操作時刻: '03:00:00' } : {})),
    )
    assert.deepEqual(counts(changed), { inserted: 0, updated: 1, deleted: 0, unchanged: 3 })
    const written = (await versions()).filter((one) => one.from_seq === String(changed.seq))
    assert.deepEqual(
      written.map((one) => one.resident_no),
      [hana.residentNo],
    )
    await nothingWaits()
  })

  test('a reading that finds little to say is not taken for a session that is dead', async () => {
    await newTown()
    await apply(everybody.map((one) => row(one)))
    const bytes = bytesOf(
      everybody.map((one) => row({ ...one, sexText: one === jiro ? '不明' : one.sexText })),
    )
    const applied = await withCtx(runtime(), call(), async (ctx) => {
      await ctx.tx.client.query(`set local idle_in_transaction_session_timeout = '1500ms'`)
      const seq = await nextSeq(ctx)
      return await applyFile(ctx, {
        ...{ business: 'residents', mode: 'full', origin: 'link', seq },
        async *open() {
          const parts = 10
          for (let i = 0; i < parts; i++) {
            await admin.query('select pg_sleep(0.25)')
            yield bytes.subarray((bytes.length * i) / parts, (bytes.length * (i + 1)) / parts)
          }
        },
      })
    })
    assert.ok(applied.state === 'applied')
    assert.deepEqual(applied.counts, { inserted: 0, updated: 1, deleted: 0, unchanged: 3 })
  })

  test('a bad row is not applied and told of; its person stays as she was, the others go on', async () => {
    await newTown()
    await apply(everybody.map((one) => row(one)))
    // Ume is changed badly, Taro is left out, Hana is left out but for a bad row of a key she never had.
    const next = await apply([
      row(ume, { 氏名: '別　人', 生年月日: '1950-13-01' }),
      row(hana, { 履歴番号: '2', 性別: 'x' }),
      row(jiro, { 操作時刻: '03:00:00' }),
    ])
    assert.deepEqual(counts(next), { inserted: 0, updated: 1, deleted: 1, unchanged: 0 })
    assert.equal(next.badRows, 2)
    assert.deepEqual(
      next.errors.map(({ line, item }) => [line, item]),
      [
        [2, '生年月日'],
        [3, '性別'],
      ],
    )
    assert.deepEqual(next.told, [
      { line: 2, rowKey: '100|1|0', residentNo: '100', items: ['生年月日'] },
      { line: 3, rowKey: '102|2|0', residentNo: '102', items: ['性別'] },
    ])
    assert.deepEqual(await current(), [
      '100|1 latest @1 link',
      '102|1 latest @1 link',
      '103|1 latest @2 link',
    ])
    assert.doesNotMatch(JSON.stringify(next.errors), /別　人|1950/)
  })

  test('others are served between the batches of a file, on a first load and later', async () => {
    const many = Array.from({ length: 2_000 }, (_, i) => row(taro, { 宛名番号: String(5_000 + i) }))
    await newTown()
    for (const load of ['first', 'later']) {
      let asked = 0
      let served = 0
      const waited: number[] = []
      const bytes = bytesOf(many)
      await apply(many, {
        async *open() {
          yield bytes
        },
        progress() {
          waited.push(asked - served)
          asked++
          setImmediate(() => served++)
        },
      })
      assert.ok(waited.length > 3, load)
      assert.deepEqual(new Set(waited), new Set([0]), load)
    }
  })

  test('a row that does not say whose it is lets a full file delete nobody, and tells who would have been', async () => {
    await newTown()
    await apply(everybody.map((one) => row(one)))
    const next = await apply([row(ume), row(taro, { 宛名番号: '１２' })])
    assert.deepEqual(counts(next), { inserted: 0, updated: 0, deleted: 0, unchanged: 1 })
    assert.equal(next.state === 'applied' && next.withheld, 3)
    assert.deepEqual(
      new Set(next.told.filter(({ line }) => line === null).map(({ residentNo }) => residentNo)),
      new Set(['101', '102', '103']),
    )
    assert.equal((await current()).length, 4)
  })

  test('of two rows with one key neither is applied, on a first load and later', async () => {
    await newTown()
    const twice = [row(ume), row(taro), row(ume, { 氏名: '別　人' })]
    const first = await apply(twice)
    assert.deepEqual(counts(first), { inserted: 1, updated: 0, deleted: 0, unchanged: 0 })
    assert.deepEqual(
      first.errors.map(({ line }) => line),
      [2, 4],
    )
    assert.deepEqual(await current(), ['101|1 latest @1 link'])
    await apply([row(ume), row(taro)])
    const later = await apply(twice)
    assert.deepEqual(counts(later), { inserted: 0, updated: 0, deleted: 0, unchanged: 1 })
    assert.deepEqual(
      later.told.map(({ line, items }) => [line, items]),
      [
        [2, fileInterfaces.residents.key],
        [4, fileInterfaces.residents.key],
      ],
    )
    assert.deepEqual(await current(), ['100|1 latest @2 link', '101|1 latest @1 link'])
  })

  test('a person has one latest row, whichever of her rows is bad', async () => {
    await newTown()
    await apply([row(ume)])
    // The newer row is bad: the older one, told to step back, stays the latest until it comes.
    const badNewer = await apply([
      row(ume, { 最新フラグ: '0', 操作時刻: '03:00:00' }),
      row(ume, { 履歴番号: '2', 性別: 'x' }),
    ])
    assert.equal(badNewer.badRows, 1)
    assert.deepEqual(await current(), [`100|1 latest @${badNewer.seq} link`])
    const found = await withCtx(runtime(), call(), (ctx) =>
      ctx.tx.sql<{ n: number }>(
        'select coalesce(array_length(tokens, 1), 0) as n from residents.version where municipality_code = $1 and to_seq is null and latest',
        [code],
      ),
    )
    assert.ok(found[0]!.n > 0, 'and she is found by her name')
    const mended = await apply([row(ume, { 履歴番号: '2' })], { mode: 'delta' })
    assert.deepEqual(await current(), [`100|1 @${mended.seq} link`, `100|2 latest @${mended.seq} link`])
    // The older row is bad and would still be the latest: the newer one takes its place.
    const badOlder = await apply([row(ume, { 性別: 'x' }), row(ume, { 履歴番号: '3' })])
    assert.deepEqual(await current(), [
      `100|1 @${mended.seq} link`,
      `100|2 @${badOlder.seq} link`,
      `100|3 latest @${badOlder.seq} link`,
    ])
  })

  test('a delta deletes what it names, and what it says of unknown rows changes nothing', async () => {
    await newTown()
    await apply(everybody.map((one) => row(one)))
    const next = await apply(
      [row(ume, { 削除フラグ: '1' }), row(ume, { 宛名番号: '777', 削除フラグ: '1' })],
      { mode: 'delta' },
    )
    assert.deepEqual(counts(next), { inserted: 0, updated: 0, deleted: 1, unchanged: 1 })
    assert.equal((await current()).length, 3)
    assert.deepEqual(next.state === 'applied' && [...(await mendedOf([['100|1|0', '555|1|0']]))], ['100|1|0'])
  })
  const mendedOf = async ([keys]: string[][]): Promise<ReadonlySet<string>> => {
    const bytes = bytesOf([row(ume, { 削除フラグ: '1' })])
    return await withCtx(runtime(), call(), async (ctx) => {
      const applied = await applyFile(ctx, {
        ...{ business: 'residents', mode: 'delta', origin: 'link', seq: await nextSeq(ctx) },
        async *open() {
          yield bytes
        },
      })
      assert.equal(applied.state, 'applied')
      return applied.state === 'applied' ? await applied.mended(keys!) : new Set()
    })
  }

  test('what staff loaded is the link’s as soon as the link sends it, and not the other way round', async () => {
    await newTown()
    const byHand = await apply([row(ume), row(taro)], { origin: 'hand' })
    assert.deepEqual(await current(), [
      `100|1 latest @${byHand.seq} hand`,
      `101|1 latest @${byHand.seq} hand`,
    ])
    const byLink = await apply([row(ume)], { mode: 'delta' })
    assert.deepEqual(counts(byLink), { inserted: 0, updated: 1, deleted: 0, unchanged: 0 })
    assert.deepEqual(await current(), [
      `100|1 latest @${byLink.seq} link`,
      `101|1 latest @${byHand.seq} hand`,
    ])
    const again = await apply([row(ume), row(taro)], { origin: 'hand' })
    assert.deepEqual(counts(again), { inserted: 0, updated: 0, deleted: 0, unchanged: 2 })
  })

  describe('a file that is wrong as a whole', () => {
    const claims = (bytes: Buffer) => ({
      interfaceVersion: fileInterfaces.residents.version,
      rowCount: 2,
      deleteCount: 0,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
    for (const [already, rows] of [
      ['on a first load', 0],
      ['later', 4],
    ] as const) {
      test(`changes nothing ${already}, and leaves the transaction usable`, async () => {
        await newTown()
        if (rows > 0) await apply(everybody.map((one) => row(one)))
        const before = await versions()
        const right = claims(bytesOf([row(ume, { 氏名: '別　人' }), row(taro)]))
        for (const [manifest, item] of [
          [{ ...right, sha256: '0'.repeat(64) }, 'SHA-256'],
          [{ ...right, rowCount: 3 }, '件数'],
          [{ ...right, deleteCount: 1 }, '削除件数'],
          [{ ...right, hashTotal: '0'.repeat(32) }, 'ハッシュ合計'],
        ] as const) {
          const refused = await apply([row(ume, { 氏名: '別　人' }), row(taro)], { manifest })
          assert.equal(refused.state, 'refused')
          assert.deepEqual(
            refused.errors.map((one) => one.item),
            [item],
          )
        }
        const broken = await apply([row(ume, { 氏名: '別　人' }), [...row(taro), 'one more']])
        assert.deepEqual([broken.state, broken.errors[0]!.line], ['refused', 3])
        const neighbour = await apply([row(ume, { 氏名: '別　人' }), row(taro, { 市区町村コード: '232076' })])
        assert.deepEqual([neighbour.state, neighbour.errors[0]!.item], ['refused', '市区町村コード'])
        assert.deepEqual(await versions(), before)
      })

      test(`whose reading breaks off leaves no trace ${already}`, async () => {
        await newTown()
        if (rows > 0) await apply(everybody.map((one) => row(one)))
        const before = await versions()
        const bytes = bytesOf(smallTown.residents.map((record) => row(record)))
        const broken = apply([], {
          async *open() {
            yield bytes.subarray(0, bytes.length - 700)
            throw new Error('the disk is away')
          },
        })
        await assert.rejects(broken, /the disk is away/)
        assert.deepEqual(await versions(), before)
        assert.equal((await apply([row(ume)])).state, 'applied')
      })
    }
  })

  test('the role that copies can write rows of the town in scope, and nothing else', async () => {
    const town = await newTown()
    const [neighbour] = ['212172' as MunicipalityCode]
    const as = async (sql: string): Promise<unknown> =>
      await inScope(cloud.database.linkage, town, async (tx) => {
        await tx.client.query('set local role loader')
        return await tx.client.query(sql)
      })
    const values = `('1', 1, 0, 1, true, false, 'japanese', 'resident', '1', '', '', '{}', 'link')`
    const names =
      'resident_no, history_no, branch_no, from_seq, latest, deleted, kind, state, sex, record_hmac, sealed, tokens, origin'
    await as(`insert into residents.version (${names}) values ${values}`)
    assert.deepEqual(new Set((await versions(town)).map((one) => one['municipality_code'])), new Set([town]))
    for (const sql of [
      `insert into residents.version (municipality_code, ${names}) values ('${neighbour}', ${values.slice(1)}`,
      `insert into residents.version (${names}, to_seq) values (${values.slice(1, -1)}, 2)`,
      'select * from residents.version',
      'update residents.version set to_seq = 9',
      'delete from residents.version',
      'select * from app.sealing_key',
    ])
      await assert.rejects(as(sql), { code: '42501' }, sql)
    // Without the word, the link itself may not copy into a table under row level security, nor may anybody else become it.
    await assert.rejects(
      inScope(cloud.database.linkage, town, (tx) =>
        tx.client.query(`copy residents.version (${names}) from stdin`),
      ),
      { code: '0A000' },
    )
    await assert.rejects(
      inScope(cloud.database.app, town, (tx) => tx.client.query('set local role loader')),
      { code: '42501' },
    )
  })
})
