import type { Tx } from '@open-bcl/platform/db/tx.ts'
import { childrenFirst, type Preparation } from './practice.ts'

const columns = `preparation_no as "preparationNo", asked_at as "askedAt", asked_by_label as "askedByLabel",
  finished_at as "finishedAt", people`

export async function lastPreparation(tx: Tx): Promise<Preparation | undefined> {
  const [row] = await tx.sql<Preparation>(
    `select ${columns} from practice.preparation where municipality_code = $1 order by preparation_no desc limit 1`,
    [tx.municipality],
  )
  return row
}

/** False when somebody else asked at the same moment. */
export async function insertPreparation(
  tx: Tx,
  asked: { readonly preparationNo: number; readonly at: Date; readonly by: string; readonly label: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into practice.preparation (municipality_code, preparation_no, asked_at, asked_by, asked_by_label)
     values ($1, $2, $3, $4, $5) on conflict do nothing returning preparation_no`,
    [tx.municipality, asked.preparationNo, asked.at, asked.by, asked.label],
  )
  return rows.length === 1
}

export async function finishPreparation(
  tx: Tx,
  preparationNo: number,
  people: number,
  at: Date,
): Promise<void> {
  await tx.sql(
    `update practice.preparation set finished_at = $3, people = $4
      where municipality_code = $1 and preparation_no = $2 and finished_at is null`,
    [tx.municipality, preparationNo, at, people],
  )
}

/**
 * Deletes all that was practised in the town in scope. As the role `clearer`, to whom the policies of the tables show no row of a
 * real town; which tables those are the catalogue says, so that one of a module to come is among them.
 */
export async function clearTown(tx: Tx): Promise<void> {
  const tables = await tx.sql<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c
      where c.relkind in ('r', 'p') and not c.relispartition and has_table_privilege('clearer', c.oid, 'delete')`,
  )
  const links = await tx.sql<{ child: string; parent: string }>(
    `select conrelid::regclass::text as child, confrelid::regclass::text as parent from pg_constraint where contype = 'f'`,
  )
  const order = childrenFirst(
    tables.map(({ name }) => name),
    links,
  )
  await tx.client.query('set local role clearer')
  for (const table of order)
    await tx.sql(`delete from ${table} where municipality_code = $1`, [tx.municipality])
  await tx.client.query('set local role none')
}
