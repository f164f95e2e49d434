import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { Guarded } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { EntryId, PersonRef } from '../ledger/ledger.ts'
import {
  concealProperty,
  type DamageWord,
  type NonDwellingId,
  type NonDwellingKind,
  type OwnerKind,
  type PropertyWords,
} from './non-dwellings.ts'

const SEALED = 'non_dwellings.property.sealed'
const CHANGE = 'non_dwellings.change.sealed'
const FINDING = 'non_dwellings.finding.sealed'

/** What is known without opening anybody's data. */
export type PropertyHead = {
  readonly nonDwellingId: NonDwellingId
  readonly disasterId: DisasterId
  readonly entryId: EntryId
  readonly personRef: PersonRef
  readonly kind: NonDwellingKind
  readonly ownerKind: OwnerKind
  readonly result: DamageWord | null
  readonly reportId: string | null
  readonly version: number
  readonly registeredAt: Date
  /** The owner, or who acts for the company, is protected now. */
  readonly suppressed: boolean
}
export type Found = { readonly head: PropertyHead; readonly words: Guarded<PropertyWords> }

const columns = `p.non_dwelling_id as "nonDwellingId", p.disaster_id as "disasterId", p.entry_id as "entryId",
  p.person_ref as "personRef", coalesce(c.kind, p.kind) as kind, coalesce(c.owner_kind, p.owner_kind) as "ownerKind", p.result_code as result, p.report_id as "reportId",
  p.version, p.registered_at as "registeredAt",
  ledger.is_protected($1, p.resident_no, p.household_no, p.non_resident_id) as suppressed`

/** With the newest description; without one what was registered counts. */
const from = `non_dwellings.property p
  left join lateral (select k.kind, k.owner_kind, k.version, k.sealed from non_dwellings.change k
                      where k.municipality_code = p.municipality_code and k.non_dwelling_id = p.non_dwelling_id
                      order by k.version desc limit 1) c on true`
const sealedColumns = `c.version as "changeVersion", coalesce(c.sealed, p.sealed) as sealed`

type Sealed = { readonly changeVersion: number | null; readonly sealed: Buffer }
type Row = PropertyHead & Sealed

function wordsOf(keys: Keys, id: string, { changeVersion, sealed }: Sealed): PropertyWords {
  const plain =
    changeVersion === null
      ? keys.open(SEALED, id, sealed)
      : keys.open(CHANGE, `${id}|${changeVersion}`, sealed)
  return JSON.parse(plain) as PropertyWords
}

function opened(keys: Keys, { sealed, changeVersion, ...head }: Row): Found {
  const words = wordsOf(keys, head.nonDwellingId, { sealed, changeVersion })
  const subject = { kind: 'ledger-entry', id: head.entryId } as const
  return { head, words: new Guarded(subject, head.suppressed, words, concealProperty) }
}

export async function insertProperty(
  tx: Tx,
  keys: Keys,
  property: Pick<
    PropertyHead,
    'nonDwellingId' | 'disasterId' | 'entryId' | 'personRef' | 'kind' | 'ownerKind'
  > & {
    readonly residentNo: string | null
    readonly householdNo: string | null
    readonly nonResidentId: string | null
  },
  words: PropertyWords,
  given: { readonly at: Date; readonly by: string; readonly label: string },
): Promise<void> {
  await tx.sql(
    `insert into non_dwellings.property (municipality_code, non_dwelling_id, disaster_id, entry_id, person_ref, resident_no,
       household_no, non_resident_id, kind, owner_kind, version, sealed, registered_at, registered_by, registered_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12, $13, $14)`,
    [
      tx.municipality,
      property.nonDwellingId,
      property.disasterId,
      property.entryId,
      property.personRef,
      property.residentNo,
      property.householdNo,
      property.nonResidentId,
      property.kind,
      property.ownerKind,
      keys.seal(SEALED, property.nonDwellingId, JSON.stringify(words)),
      given.at,
      given.by,
      given.label,
    ],
  )
}

type Seen = { readonly nonDwellingId: NonDwellingId; readonly version: number }

/** Appends what is said of it from now on. False when somebody was first. */
export async function appendChange(
  tx: Tx,
  keys: Keys,
  seen: Seen,
  next: { readonly kind: NonDwellingKind; readonly ownerKind: OwnerKind; readonly words: PropertyWords },
  given: { readonly at: Date; readonly by: string; readonly label: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `update non_dwellings.property set version = version + 1
      where municipality_code = $1 and non_dwelling_id = $2 and version = $3 returning version`,
    [tx.municipality, seen.nonDwellingId, seen.version],
  )
  if (rows.length === 0) return false
  const version = seen.version + 1
  await tx.sql(
    `insert into non_dwellings.change (municipality_code, non_dwelling_id, version, kind, owner_kind, sealed, at, actor,
       actor_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tx.municipality,
      seen.nonDwellingId,
      version,
      next.kind,
      next.ownerKind,
      keys.seal(CHANGE, `${seen.nonDwellingId}|${version}`, JSON.stringify(next.words)),
      given.at,
      given.by,
      given.label,
    ],
  )
  return true
}

/** One description of a property, in force from `at` on. */
export type Description = {
  readonly kind: NonDwellingKind
  readonly ownerKind: OwnerKind
  readonly at: Date
  readonly by: string
  readonly words: Guarded<PropertyWords>
}

/** Every description it had, the newest first; the last is what was registered. */
export async function listDescriptions(
  tx: Tx,
  keys: Keys,
  { nonDwellingId, entryId, suppressed }: Pick<PropertyHead, 'nonDwellingId' | 'entryId' | 'suppressed'>,
): Promise<Description[]> {
  const rows = await tx.sql<Omit<Description, 'words'> & Sealed>(
    `select c.kind, c.owner_kind as "ownerKind", c.at, c.actor_label as by, c.version as "changeVersion", c.sealed
       from non_dwellings.change c where c.municipality_code = $1 and c.non_dwelling_id = $2
     union all
     select p.kind, p.owner_kind, p.registered_at, p.registered_label, null, p.sealed
       from non_dwellings.property p where p.municipality_code = $1 and p.non_dwelling_id = $2
     order by "changeVersion" desc nulls last`,
    [tx.municipality, nonDwellingId],
  )
  const subject = { kind: 'ledger-entry', id: entryId } as const
  return rows.map(({ sealed, changeVersion, ...row }) => ({
    ...row,
    words: new Guarded(
      subject,
      suppressed,
      wordsOf(keys, nonDwellingId, { sealed, changeVersion }),
      concealProperty,
    ),
  }))
}

export async function setReport(tx: Tx, seen: Seen, reportId: string): Promise<boolean> {
  const rows = await tx.sql(
    `update non_dwellings.property set version = version + 1, report_id = $4
      where municipality_code = $1 and non_dwelling_id = $2 and version = $3 and report_id is null returning version`,
    [tx.municipality, seen.nonDwellingId, seen.version, reportId],
  )
  return rows.length === 1
}

export async function insertFinding(
  tx: Tx,
  keys: Keys,
  seen: Seen,
  finding: { readonly result: DamageWord; readonly seenOn: PlainDate; readonly note: string },
  given: { readonly at: Date; readonly by: string; readonly label: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `update non_dwellings.property set version = version + 1, result_code = $4
      where municipality_code = $1 and non_dwelling_id = $2 and version = $3 returning version`,
    [tx.municipality, seen.nonDwellingId, seen.version, finding.result],
  )
  if (rows.length === 0) return false
  // Numbered by the version it made: two findings of one version there cannot be.
  const no = seen.version + 1
  await tx.sql(
    `insert into non_dwellings.finding (municipality_code, non_dwelling_id, finding_no, result_code, seen_on, sealed, at,
       actor, actor_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tx.municipality,
      seen.nonDwellingId,
      no,
      finding.result,
      finding.seenOn,
      keys.seal(FINDING, `${seen.nonDwellingId}|${no}`, finding.note),
      given.at,
      given.by,
      given.label,
    ],
  )
  return true
}

export async function findProperty(tx: Tx, keys: Keys, nonDwellingId: string): Promise<Found | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns}, ${sealedColumns} from ${from}
      where p.municipality_code = $1 and p.non_dwelling_id = $2`,
    [tx.municipality, nonDwellingId],
  )
  return row ? opened(keys, row) : null
}

/** The stored words, to carry over what a clerk may not see; shown to nobody. */
export async function storedWords(tx: Tx, keys: Keys, nonDwellingId: string): Promise<PropertyWords> {
  const [row] = await tx.sql<Sealed>(
    `select ${sealedColumns} from ${from} where p.municipality_code = $1 and p.non_dwelling_id = $2`,
    [tx.municipality, nonDwellingId],
  )
  return wordsOf(keys, nonDwellingId, row!)
}

/** Newest first, after `after`; `limit` null = all. */
export async function listProperties(
  tx: Tx,
  keys: Keys,
  wanted: {
    readonly disasterId: DisasterId
    readonly kind: NonDwellingKind | null
    readonly result: DamageWord | 'open' | null
    readonly personRef: PersonRef | null
    readonly after: string | null
    readonly limit: number | null
  },
): Promise<Found[]> {
  const rows = await tx.sql<Row>(
    `select ${columns}, ${sealedColumns} from ${from}
      where p.municipality_code = $1 and p.disaster_id = $2
        and ($3::text is null or coalesce(c.kind, p.kind) = $3)
        and ($4::text is null or p.result_code is not distinct from nullif($4, 'open'))
        and ($5::text is null or p.person_ref = $5)
        and ($6::uuid is null or p.non_dwelling_id < $6)
      order by p.non_dwelling_id desc limit $7`,
    [
      tx.municipality,
      wanted.disasterId,
      wanted.kind,
      wanted.result,
      wanted.personRef,
      wanted.after,
      wanted.limit,
    ],
  )
  return rows.map((row) => opened(keys, row))
}

export type Finding = {
  readonly result: DamageWord
  readonly seenOn: PlainDate
  readonly note: string | null
  readonly at: Date
  readonly by: string
}

/** Newest first; the words about a protected person's property stay closed. */
export async function listFindings(
  tx: Tx,
  keys: Keys,
  nonDwellingId: string,
  suppressed: boolean,
): Promise<Finding[]> {
  const rows = await tx.sql<Omit<Finding, 'note'> & { no: number; sealed: Buffer }>(
    `select finding_no as no, result_code as result, seen_on as "seenOn", sealed, at, actor_label as by
       from non_dwellings.finding where municipality_code = $1 and non_dwelling_id = $2 order by finding_no desc`,
    [tx.municipality, nonDwellingId],
  )
  return rows.map(({ no, sealed, ...row }) => ({
    ...row,
    note: suppressed ? null : keys.open(FINDING, `${nonDwellingId}|${no}`, sealed),
  }))
}

export type Photo = {
  readonly photoId: string
  readonly nonDwellingId: NonDwellingId
  readonly at: Date
  readonly by: string
}
const photoColumns = `file_id as "photoId", non_dwelling_id as "nonDwellingId", at, actor_label as by`

export async function insertPhoto(
  tx: Tx,
  nonDwellingId: string,
  photoId: string,
  given: { readonly at: Date; readonly by: string; readonly label: string },
): Promise<void> {
  await tx.sql(
    `insert into non_dwellings.photo (municipality_code, non_dwelling_id, file_id, at, actor, actor_label)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [tx.municipality, nonDwellingId, photoId, given.at, given.by, given.label],
  )
}

export async function listPhotos(tx: Tx, nonDwellingId: string): Promise<Photo[]> {
  return await tx.sql<Photo>(
    `select ${photoColumns} from non_dwellings.photo
      where municipality_code = $1 and non_dwelling_id = $2 order by at, file_id`,
    [tx.municipality, nonDwellingId],
  )
}

export async function findPhoto(tx: Tx, photoId: string): Promise<Photo | null> {
  const [row] = await tx.sql<Photo>(
    `select ${photoColumns} from non_dwellings.photo where municipality_code = $1 and file_id = $2`,
    [tx.municipality, photoId],
  )
  return row ?? null
}
