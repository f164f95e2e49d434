import { readInBatches } from '@open-bcl/platform/db/cursor.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { Guarded } from '../access/guarded.ts'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { fieldsOfVersionedRow } from '../interfaces/interfaces.fields.ts'
import type { Origin } from '../residents/versions.ts'
import { concealEntry, ENTRY_PLACE, entryOf, entrySealKey, type Entry } from './entries.ts'
import { CARD_SERIAL_PLACE } from './registers.ts'

type SealedRow = {
  readonly rowKey: string
  readonly latest: boolean
  readonly origin: Origin
  readonly sealed: Buffer
}

function heldAt(parameter: string): string {
  return `from_seq <= ${parameter} and (to_seq is null or to_seq > ${parameter})`
}

/** The latest rows of a person, or of a scope, as of `seq`, closed. */
export async function listEntries(
  tx: Tx,
  keys: Keys,
  business: Business,
  by: { readonly residentNo: string } | { readonly scope: string },
  seq: bigint,
  person: { readonly residentNo: string; readonly suppressed: boolean },
): Promise<Guarded<Entry>[]> {
  const [column, value] =
    'residentNo' in by ? (['resident_no', by.residentNo] as const) : (['scope', by.scope] as const)
  const rows = await tx.sql<SealedRow>(
    `select row_key as "rowKey", latest, origin, sealed from registers.entry
      where municipality_code = $1 and business = $2 and ${column} = $3 and latest and not deleted
        and ${heldAt('$4')}
      order by row_key`,
    [tx.municipality, business, value, seq],
  )
  return rows.map((row) => {
    const fields = openFields(keys, business, row)
    const entry = entryOf(fileInterfaces[business], row, fields, seq)
    return new Guarded({ kind: 'resident', id: person.residentNo }, person.suppressed, entry, concealEntry)
  })
}

function openFields(keys: Keys, business: Business, row: SealedRow): string[] {
  const text = keys.open(ENTRY_PLACE, entrySealKey(business, row.rowKey), row.sealed)
  return fieldsOfVersionedRow(business, text, { latest: row.latest, deleted: false })
}

/** Whether the town knew the number as of `seq` as 住登外者, and whether that person is protected. */
export async function findNonResident(
  tx: Tx,
  residentNo: string,
  seq: bigint,
): Promise<{ readonly suppressed: boolean } | null> {
  const [row] = await tx.sql<{ suppressed: boolean }>(
    `select residents.is_protected(municipality_code, resident_no, null) as suppressed from registers.entry
      where municipality_code = $1 and business = 'non-residents' and resident_no = $2 and latest and not deleted
        and ${heldAt('$3')}`,
    [tx.municipality, residentNo, seq],
  )
  return row ?? null
}

/** Whether a person ever had a row of a business up to `seq`, whatever became of it. */
export async function hadEntries(
  tx: Tx,
  business: Business,
  residentNo: string,
  seq: bigint,
): Promise<boolean> {
  const [row] = await tx.sql<{ had: boolean }>(
    `select exists (select 1 from registers.entry
                     where municipality_code = $1 and business = $2 and resident_no = $3 and not deleted
                       and from_seq <= $4) as had`,
    [tx.municipality, business, residentNo, seq],
  )
  return row!.had
}

/** Latest rows that stand now: of people whom the town knows, and of others. */
export async function countEntries(
  tx: Tx,
  business: Business,
): Promise<{ readonly entries: number; readonly parked: number }> {
  const [row] = await tx.sql<{ entries: bigint; shown: bigint }>(
    `select (select count(*) from registers.pub_entry where municipality_code = $1 and business = $2) as shown,
            (select count(*) from registers.entry
              where municipality_code = $1 and business = $2 and to_seq is null and latest and not deleted) as entries`,
    [tx.municipality, business],
  )
  return { entries: Number(row!.shown), parked: Number(row!.entries - row!.shown) }
}

/** Batches of opened rows as of `seq`, in the order of their keys; few at a time where they hold images. */
export async function* streamEntries(
  tx: Tx,
  keys: Keys,
  business: Business,
  seq: bigint,
): AsyncGenerator<string[][]> {
  const images = fileInterfaces[business].columns.some(({ kind }) => kind === 'image')
  for await (const rows of readInBatches<SealedRow>(
    tx,
    `select row_key as "rowKey", latest, origin, sealed from registers.entry
      where municipality_code = $1 and business = $2 and not deleted and ${heldAt('$3')}
      order by municipality_code, business, row_key, from_seq`,
    [tx.municipality, business, seq],
    images ? 100 : 1_000,
  ))
    yield rows.map((row) => openFields(keys, business, row))
}

/** Rows of the first release were not kept as they were sent: they come with the town's next full file. */
export async function* streamCardSerials(tx: Tx, keys: Keys, seq: bigint): AsyncGenerator<string[][]> {
  for await (const rows of readInBatches<{ key: string; sealed: Buffer }>(
    tx,
    `select issuer_ski || '|' || serial as key, sealed from registers.card_serial
      where municipality_code = $1 and sealed is not null and ${heldAt('$2')}
      order by municipality_code, issuer_ski, serial, from_seq`,
    [tx.municipality, seq],
  ))
    yield rows.map(({ key, sealed }) =>
      fieldsOfVersionedRow('card-serials', keys.open(CARD_SERIAL_PLACE, key, sealed), {
        latest: true,
        deleted: false,
      }),
    )
}
