import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { Guarded } from '../access/guarded.ts'
import type { NameLine, Subsystem } from './item-names.ts'
import { codesOf, concealValue, isTold, type ItemSource, type ItemValue, type SheetLine } from './items.ts'
import type { ChangeNote, EntryId } from './ledger.ts'

const ITEM = 'ledger.item.sealed'
const DIFFERENCE = 'ledger.difference.sealed'

/** What a town set for the ledger, or for another subsystem; version 0 = it never said anything. */
export async function findSheet(
  tx: Tx,
  subsystem: 'ledger',
): Promise<{ version: number; lines: readonly SheetLine[] } | null>
export async function findSheet(
  tx: Tx,
  subsystem: Subsystem,
): Promise<{ version: number; lines: readonly NameLine[] } | null>
export async function findSheet(
  tx: Tx,
  subsystem: 'ledger' | Subsystem,
): Promise<{ version: number; lines: readonly NameLine[] } | null> {
  const [row] = await tx.sql<{ version: number; lines: NameLine[] }>(
    `select version, lines from ledger.item_sheet
      where municipality_code = $1 and subsystem = $2 order by version desc limit 1`,
    [tx.municipality, subsystem],
  )
  return row ?? null
}

/** False when somebody was first. */
export async function insertSheet(
  tx: Tx,
  subsystem: 'ledger' | Subsystem,
  version: number,
  lines: readonly NameLine[],
  at: Date,
  by: string,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into ledger.item_sheet (municipality_code, subsystem, version, lines, written_at, written_by)
     select $1, $2, $3, $4, $5, $6
      where $3 = 1 or exists (
        select 1 from ledger.item_sheet where municipality_code = $1 and subsystem = $2 and version = $3 - 1)
     on conflict do nothing returning version`,
    [tx.municipality, subsystem, version, JSON.stringify(lines), at, by],
  )
  return rows.length === 1
}

/** A value as it was told; `null` = a protected person's, of an item that may tell a place. */
export type ToldValue = { readonly value: ItemValue | null }

export type ToldItem = {
  readonly key: string
  readonly version: number
  readonly source: ItemSource
  readonly at: Date
  readonly by: string
  readonly value: Guarded<ToldValue>
}

type Row = Omit<ToldItem, 'value'> & { readonly sealed: Buffer }

const columns = 'item_key as key, version, source, written_at as at, actor_label as by, sealed'

function open(keys: Keys, entryId: EntryId, suppressed: boolean, { sealed, ...row }: Row): ToldItem {
  const text = keys.open(ITEM, `${entryId}|${row.key}|${row.version}`, sealed)
  const value = JSON.parse(text) as ItemValue
  const guarded = new Guarded<ToldValue>(
    { kind: 'ledger-entry', id: entryId },
    suppressed,
    { value },
    () => ({
      value: isTold(row) ? concealValue(value) : null,
    }),
  )
  return { ...row, value: guarded }
}

/** Every item of an entry as it stands. */
export async function listPresentItems(
  tx: Tx,
  keys: Keys,
  entryId: EntryId,
  suppressed: boolean,
): Promise<ToldItem[]> {
  const rows = await tx.sql<Row>(
    `select ${columns} from ledger.present_item where municipality_code = $1 and entry_id = $2`,
    [tx.municipality, entryId],
  )
  return rows.map((row) => open(keys, entryId, suppressed, row))
}

/** Which items of an entry were told. */
export async function listToldKeys(tx: Tx, entryId: EntryId): Promise<string[]> {
  const rows = await tx.sql<{ key: string }>(
    'select distinct item_key as key from ledger.item where municipality_code = $1 and entry_id = $2',
    [tx.municipality, entryId],
  )
  return rows.map(({ key }) => key)
}

/** One item with everything it was before, newest first. */
export async function listItemHistory(
  tx: Tx,
  keys: Keys,
  entryId: EntryId,
  itemKey: string,
  suppressed: boolean,
): Promise<ToldItem[]> {
  const rows = await tx.sql<Row>(
    `select ${columns} from ledger.item where municipality_code = $1 and entry_id = $2 and item_key = $3
      order by version desc`,
    [tx.municipality, entryId, itemKey],
  )
  return rows.map((row) => open(keys, entryId, suppressed, row))
}

/** Appends a version of an item; false when somebody was first. */
export async function insertItem(
  tx: Tx,
  keys: Keys,
  entryId: EntryId,
  item: {
    readonly key: string
    readonly version: number
    readonly factId: string
    readonly source: ItemSource
    readonly value: ItemValue
  },
  written: { readonly at: Date; readonly actor: string; readonly by: string },
): Promise<boolean> {
  const { key, version, value } = item
  const rows = await tx.sql(
    `insert into ledger.item (municipality_code, entry_id, item_key, version, fact_id, source, codes, sealed,
       written_at, actor, actor_label)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
      where $4 = 1 or exists (select 1 from ledger.item
                               where municipality_code = $1 and entry_id = $2 and item_key = $3 and version = $4 - 1)
     on conflict do nothing returning version`,
    [
      tx.municipality,
      entryId,
      key,
      version,
      item.factId,
      item.source,
      codesOf(value),
      keys.seal(ITEM, `${entryId}|${key}|${version}`, JSON.stringify(value)),
      written.at,
      written.actor,
      written.by,
    ],
  )
  return rows.length === 1
}

export type DifferenceWords = { readonly before: string; readonly after: string; readonly reason: string }
export type Difference = {
  readonly note: ChangeNote
  readonly decisionNo: number
  readonly outcome: 'accepted' | 'kept'
  readonly at: Date
  readonly by: string
  readonly words: DifferenceWords
}

/** The last decision about each difference of an entry. */
export async function listDecisions(tx: Tx, keys: Keys, entryId: EntryId): Promise<Difference[]> {
  const rows = await tx.sql<Omit<Difference, 'words'> & { sealed: Buffer }>(
    `select distinct on (note) note, decision_no as "decisionNo", outcome, decided_at as at, actor_label as by, sealed
       from ledger.difference where municipality_code = $1 and entry_id = $2 order by note, decision_no desc`,
    [tx.municipality, entryId],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    words: JSON.parse(
      keys.open(DIFFERENCE, `${entryId}|${row.note}|${row.decisionNo}`, sealed),
    ) as DifferenceWords,
  }))
}

/** False when somebody was first. */
export async function insertDecision(
  tx: Tx,
  keys: Keys,
  entryId: EntryId,
  decision: Omit<Difference, 'at' | 'by'>,
  written: { readonly at: Date; readonly actor: string; readonly by: string },
): Promise<boolean> {
  const { note, decisionNo, outcome, words } = decision
  const rows = await tx.sql(
    `insert into ledger.difference (municipality_code, entry_id, note, decision_no, outcome, sealed, decided_at, actor,
       actor_label)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9
      where $4 = 1 or exists (select 1 from ledger.difference
                               where municipality_code = $1 and entry_id = $2 and note = $3 and decision_no = $4 - 1)
     on conflict do nothing returning decision_no`,
    [
      tx.municipality,
      entryId,
      note,
      decisionNo,
      outcome,
      keys.seal(DIFFERENCE, `${entryId}|${note}|${decisionNo}`, JSON.stringify(words)),
      written.at,
      written.actor,
      written.by,
    ],
  )
  return rows.length === 1
}
