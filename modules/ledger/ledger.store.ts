import type { PlainDate } from '@open-bcl/core/brand.ts'
import { indexGrams } from '@open-bcl/core/ja/fold.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { Guarded } from '../access/guarded.ts'
import {
  concealNonResident,
  type EntryId,
  type Fact,
  type Ledger,
  type LedgerPerson,
  type NonResident,
  type NonResidentId,
  nonResidentTexts,
  type PersonRef,
  type RecordedFact,
} from './ledger.ts'

const NON_RESIDENT = 'ledger.non_resident.sealed'
const FACT = 'ledger.fact.sealed'

export async function insertLedger(tx: Tx, ledger: Ledger, openedBy: string): Promise<void> {
  await tx.sql(
    `insert into ledger.ledger (municipality_code, disaster_id, cut_seq, opened_at, opened_by)
     values ($1, $2, $3, $4, $5)`,
    [tx.municipality, ledger.disasterId, ledger.cutSeq, ledger.openedAt, openedBy],
  )
}

export async function findLedger(tx: Tx, disasterId: DisasterId): Promise<Ledger | null> {
  const [row] = await tx.sql<Ledger>(
    `select disaster_id as "disasterId", cut_seq as "cutSeq", opened_at as "openedAt"
       from ledger.ledger where municipality_code = $1 and disaster_id = $2`,
    [tx.municipality, disasterId],
  )
  return row ?? null
}

/** The entry of a person, made now if there is none. Two at once get the same one. */
export async function openEntry(
  tx: Tx,
  disasterId: DisasterId,
  person: LedgerPerson,
  newId: string,
  now: Date,
): Promise<{ entryId: EntryId; opened: boolean }> {
  const made = await tx.sql<{ entryId: EntryId }>(
    `insert into ledger.entry (municipality_code, entry_id, disaster_id, resident_no, non_resident_id, opened_at)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning entry_id as "entryId"`,
    [tx.municipality, newId, disasterId, ...personColumns(person), now],
  )
  if (made[0]) return { entryId: made[0].entryId, opened: true }
  const known = await findEntry(tx, disasterId, person)
  if (!known) throw new Error('an entry that stands in the way is not to be seen')
  return { entryId: known, opened: false }
}

export async function findEntry(
  tx: Tx,
  disasterId: DisasterId,
  person: LedgerPerson,
): Promise<EntryId | null> {
  const [row] = await tx.sql<{ entryId: EntryId }>(
    `select entry_id as "entryId" from ledger.entry
      where municipality_code = $1 and disaster_id = $2
        and (resident_no = $3 or non_resident_id = $4)`,
    [tx.municipality, disasterId, ...personColumns(person)],
  )
  return row?.entryId ?? null
}

/** Entries of the same person in other ledgers, newest first, with how much was told. */
export async function listOtherEntries(
  tx: Tx,
  disasterId: DisasterId,
  person: LedgerPerson,
): Promise<{ disasterId: DisasterId; facts: number }[]> {
  return await tx.sql(
    `select e.disaster_id as "disasterId",
            (select count(*)::int from ledger.fact f
              where f.municipality_code = $1 and f.entry_id = e.entry_id) as facts
       from ledger.entry e
      where e.municipality_code = $1 and e.disaster_id <> $2 and (e.resident_no = $3 or e.non_resident_id = $4)
      order by e.opened_at desc limit 50`,
    [tx.municipality, disasterId, ...personColumns(person)],
  )
}

/** Entries of many people of the register at once, by 宛名番号. */
export async function entriesOfResidents(
  tx: Tx,
  disasterId: DisasterId,
  residentNos: readonly string[],
): Promise<Map<string, EntryId>> {
  const rows = await tx.sql<{ residentNo: string; entryId: EntryId }>(
    `select resident_no as "residentNo", entry_id as "entryId" from ledger.entry
      where municipality_code = $1 and disaster_id = $2 and resident_no = any($3)`,
    [tx.municipality, disasterId, [...residentNos]],
  )
  return new Map(rows.map((row) => [row.residentNo, row.entryId]))
}

function personColumns(person: LedgerPerson): [string | null, string | null] {
  return person.kind === 'resident' ? [person.residentNo, null] : [null, person.nonResidentId]
}

export async function insertFact(
  tx: Tx,
  keys: Keys,
  entryId: EntryId,
  fact: Fact & { factId: string; at: Date; actor: string; by: string },
): Promise<void> {
  const sealed = fact.words === null ? null : keys.seal(FACT, `${entryId}|${fact.factId}`, fact.words)
  await tx.sql(
    `insert into ledger.fact (municipality_code, entry_id, fact_id, kind, at, actor, actor_label, codes, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tx.municipality,
      entryId,
      fact.factId,
      fact.kind,
      fact.at,
      fact.actor,
      fact.by,
      JSON.stringify(fact.codes),
      sealed,
    ],
  )
}

/** What was told of an entry, newest first. The words of a protected person's facts stay closed. */
export async function listFacts(
  tx: Tx,
  keys: Keys,
  entryId: EntryId,
  suppressed: boolean,
): Promise<RecordedFact[]> {
  const rows = await tx.sql<{
    factId: string
    kind: string
    at: Date
    by: string
    codes: Fact['codes']
    sealed: Buffer | null
  }>(
    `select fact_id as "factId", kind, at, actor_label as by, codes, sealed from ledger.fact
      where municipality_code = $1 and entry_id = $2 order by fact_id desc`,
    [tx.municipality, entryId],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    words: sealed === null || suppressed ? null : keys.open(FACT, `${entryId}|${row.factId}`, sealed),
  }))
}

/** Writes a version of a 住登外者; false when that version is there already (somebody was first) or its forerunner is not. */
export async function insertNonResident(
  tx: Tx,
  keys: Keys,
  person: NonResident,
  at: Date,
  by: string,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into ledger.non_resident (municipality_code, non_resident_id, version, disaster_id, birth_on, sex,
       suppressed, sealed, tokens, written_at, written_by)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
      where $3 = 1 or exists (select 1 from ledger.non_resident
                               where municipality_code = $1 and non_resident_id = $2 and version = $3 - 1)
     on conflict do nothing returning version`,
    [
      tx.municipality,
      person.nonResidentId,
      person.version,
      person.disasterId,
      person.birth.on,
      person.sex,
      person.suppressed,
      keys.seal(NON_RESIDENT, rowKey(person), JSON.stringify(person)),
      tokensOf(keys, person),
      at,
      by,
    ],
  )
  return rows.length === 1
}

function rowKey(person: { nonResidentId: string; version: number }): string {
  return `${person.nonResidentId}|${person.version}`
}

function tokensOf(keys: Keys, person: NonResident): bigint[] {
  const tokens = new Set<bigint>()
  for (const [field, text] of nonResidentTexts(person))
    for (const gram of indexGrams(text)) tokens.add(keys.token(field, gram))
  return [...tokens]
}

type SealedRow = { nonResidentId: NonResidentId; version: number; suppressed: boolean; sealed: Buffer }

function open(keys: Keys, row: SealedRow): Guarded<NonResident> {
  const person = JSON.parse(keys.open(NON_RESIDENT, rowKey(row), row.sealed)) as NonResident
  return new Guarded(
    { kind: 'non-resident', id: row.nonResidentId },
    row.suppressed,
    person,
    concealNonResident,
  )
}

/** The present version of a 住登外者 of this ledger. */
export async function findNonResident(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  nonResidentId: NonResidentId,
): Promise<Guarded<NonResident> | null> {
  const [row] = await tx.sql<SealedRow>(
    `select non_resident_id as "nonResidentId", version, suppressed, sealed from ledger.non_resident
      where municipality_code = $1 and non_resident_id = $2 and disaster_id = $3 order by version desc limit 1`,
    [tx.municipality, nonResidentId, disasterId],
  )
  return row ? open(keys, row) : null
}

/** The present versions of many 住登外者 of this ledger. */
export async function listNonResidents(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  ids: readonly string[],
): Promise<Guarded<NonResident>[]> {
  const rows = await tx.sql<SealedRow>(
    `select distinct on (non_resident_id) non_resident_id as "nonResidentId", version, suppressed, sealed
       from ledger.non_resident
      where municipality_code = $1 and disaster_id = $2 and non_resident_id = any($3::uuid[])
      order by non_resident_id, version desc`,
    [tx.municipality, disasterId, [...ids]],
  )
  return rows.map((row) => open(keys, row))
}

/** Whereabouts of a protected 住登外者 for the next version, which the clerk may not see: carried over unopened to anybody. */
export async function storedNonResident(
  tx: Tx,
  keys: Keys,
  nonResidentId: NonResidentId,
  version: number,
): Promise<NonResident | null> {
  const [row] = await tx.sql<{ sealed: Buffer }>(
    `select sealed from ledger.non_resident
      where municipality_code = $1 and non_resident_id = $2 and version = $3`,
    [tx.municipality, nonResidentId, version],
  )
  return row
    ? (JSON.parse(keys.open(NON_RESIDENT, rowKey({ nonResidentId, version }), row.sealed)) as NonResident)
    : null
}

/** Candidates among the 住登外者 of a ledger; the caller checks the words exactly. */
export async function searchNonResidents(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  search: { tokens: readonly bigint[]; birthOn: PlainDate | null },
  most: number,
): Promise<Guarded<NonResident>[]> {
  const rows = await tx.sql<SealedRow>(
    `select non_resident_id as "nonResidentId", version, suppressed, sealed
       from ledger.search_non_residents($1, $2, $3, $4, $5)`,
    [tx.municipality, disasterId, search.tokens.length === 0 ? null : search.tokens, search.birthOn, most],
  )
  return rows.map((row) => open(keys, row))
}

/** Which of these people share a household of a ledger with somebody under 支援措置. */
export async function sharingProtection(tx: Tx, refs: readonly PersonRef[]): Promise<Set<PersonRef>> {
  const rows = await tx.sql<{ ref: PersonRef }>(
    `select ref from unnest($2::text[]) as ref
      where (ref in (select person_ref from ledger.membership where municipality_code = $1 and person_ref = any($2))
         or ref in (select 'R-' || resident_no from ledger.identity where municipality_code = $1)
         or ref in (select 'N-' || non_resident_id from ledger.identity where municipality_code = $1))
        and ledger.shares_protection($1, ref)`,
    [tx.municipality, [...refs]],
  )
  return new Set(rows.map(({ ref }) => ref))
}

/** Entries of many 住登外者 at once. */
export async function entriesOfNonResidents(
  tx: Tx,
  disasterId: DisasterId,
  ids: readonly string[],
): Promise<Map<string, EntryId>> {
  const rows = await tx.sql<{ id: string; entryId: EntryId }>(
    `select non_resident_id::text as id, entry_id as "entryId" from ledger.entry
      where municipality_code = $1 and disaster_id = $2 and non_resident_id = any($3::uuid[])`,
    [tx.municipality, disasterId, [...ids]],
  )
  return new Map(rows.map((row) => [row.id, row.entryId]))
}

export async function entryIdsOfResident(tx: Tx, residentNo: string): Promise<string[]> {
  const rows = await tx.sql<{ entryId: string }>(
    'select entry_id as "entryId" from ledger.entry where municipality_code = $1 and resident_no = $2',
    [tx.municipality, residentNo],
  )
  return rows.map(({ entryId }) => entryId)
}
