import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { testDatabase, type TestDatabase } from '../testing/database.ts'
import type { CopyIn } from './copy-in.ts'
import { openPool, type Pool } from './pool.ts'
import { inScope, type Tx } from './tx.ts'

const hida = '212172' as MunicipalityCode

async function openStaging(tx: Tx): Promise<CopyIn> {
  await tx.client.query(
    'create temporary table st (line integer, present boolean, a integer, b text) on commit drop',
  )
  return tx.copyIn('copy st from stdin')
}

describe('COPY into a transaction', () => {
  let database: TestDatabase
  // One connection: what a failed transaction leaves on it, the next one meets.
  let pool: Pool
  before(async () => {
    database = await testDatabase('cloud', migrationsOf('cloud'))
    pool = openPool('one', database.urls.linkage, { max: 1 })
  })
  after(async () => {
    await pool.end()
    await database.close()
  })
  const isUsable = async (): Promise<void> => {
    assert.deepEqual(await inScope(pool, hida, (tx) => tx.sql('select 1 as one')), [{ one: 1 }])
  }
  const stage = (work: (tx: Tx, write: (lines: string) => Promise<void>) => Promise<unknown>) =>
    inScope(pool, hida, async (tx) => {
      const staging = await openStaging(tx)
      await work(tx, staging.write)
      await staging.finish()
      return await tx.sql('select line, a, b from st')
    })

  test('rows that were written and finished are there', async () => {
    assert.deepEqual(await stage((_, write) => write('1\tt\t7\tx\n')), [{ line: 1, a: 7, b: 'x' }])
  })

  test('a reader that breaks amid a file leaves no connection hanging in its COPY', async () => {
    const broken = stage(async (_, write) => {
      await write('1\tt\t7\tx\n')
      throw new Error('reader broke')
    })
    await assert.rejects(broken, /reader broke/)
    await isUsable()
  })

  test('a COPY that nobody finished is not committed', async () => {
    const forgotten = inScope(pool, hida, async (tx) => {
      await (await openStaging(tx)).write('1\tt\t7\tx\n')
    })
    await assert.rejects(forgotten, /inside a COPY/)
    await isUsable()
  })

  test('a row the server refuses fails the writer with the server’s words, however much is still on its way', async () => {
    const refused = stage(async (_, write) => {
      for (;;) await write(`1\tt\tnot a number\t${'x'.repeat(200_000)}\n`)
    })
    await assert.rejects(refused, { code: '22P02' })
    await isUsable()
  })

  test('a server that goes away amid a COPY fails the writer', async () => {
    const cut = stage(async (tx, write) => {
      const { processID } = tx.client as unknown as { processID: number }
      await inScope(database.linkage, hida, (other) =>
        other.sql('select pg_terminate_backend($1::integer)', [processID]),
      )
      for (;;) await write(`1\tt\t7\t${'x'.repeat(200_000)}\n`)
    })
    await assert.rejects(cut)
    await isUsable()
  })

  test('a transaction whose failed statement was swallowed does not pass for saved', async () => {
    const swallowed = inScope(pool, hida, async (tx) => {
      await tx.sql('select 1/0').catch(() => undefined)
    })
    await assert.rejects(swallowed, /answered with ROLLBACK/)
    await isUsable()
  })

  test('an internal error at COMMIT may be repeated: nobody knows what became of the transaction', async () => {
    const admin = openPool('admin', database.urls.admin)
    const [client, failing] = [await admin.connect(), database.urls.app]
    await client.query(`
      create table public.node (n integer);
      create function public.node_away() returns trigger language plpgsql as
        $$ begin raise exception 'node away' using errcode = 'XX000'; end $$;
      create constraint trigger away after insert on public.node deferrable initially deferred
        for each row execute function public.node_away();
      grant insert on public.node to app`)
    client.release()
    await admin.end()
    const other = openPool('app', failing, { max: 1 })
    await assert.rejects(
      inScope(other, hida, (tx) => tx.sql('insert into public.node values (1)')),
      { code: '08007' },
    )
    await other.end()
  })
})
