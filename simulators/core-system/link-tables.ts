import type pg from 'pg'
import { fileInterfaces, type Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'

/** PostgreSQL cuts longer names of columns, at the end of a character. */
const MOST_NAME_BYTES = 63

/**
 * The link database of a town, as a core system keeps one: a table per business, and over it the view that the 連携AP
 * reads (`docs/guides/agent/setup.md`). Every change of a row gives it a new `change_no`; a deletion is a row with
 * 削除フラグ 1.
 */
export async function createLinkTables(client: pg.Client, businesses: readonly Business[]): Promise<void> {
  await client.query('create sequence if not exists core_change')
  for (const business of businesses) {
    const { columns, key } = fileInterfaces[business]
    const name = tableOf(business)
    await client.query(`create table core_${name} (change_no bigint not null default nextval('core_change'),
      ${columns.map((column) => `${quoted(column.name)} text`).join(', ')},
      primary key (${key.map(quoted).join(', ')}))`)
    await client.query(`create index on core_${name} (change_no)`)
    await client.query(`create view link_${name} as select * from core_${name}`)
  }
}

/** Writes rows in the order of the interface; a row of a known key replaces it. */
export async function putLinkRows(
  client: pg.Client,
  business: Business,
  rows: readonly (readonly string[])[],
): Promise<void> {
  const { columns, key } = fileInterfaces[business]
  const names = columns.map((column) => quoted(column.name))
  for (const row of rows)
    await client.query(
      `insert into core_${tableOf(business)} (${names.join(', ')}) values (${names.map((_, i) => `$${i + 1}`).join(', ')})
       on conflict (${key.map(quoted).join(', ')}) do update
         set change_no = nextval('core_change'), ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
      [...row],
    )
}

function tableOf(business: Business): string {
  return business.replaceAll('-', '_')
}

function quoted(name: string): string {
  let kept = ''
  for (const character of name) {
    if (Buffer.byteLength(kept + character) > MOST_NAME_BYTES) break
    kept += character
  }
  return `"${kept}"`
}
