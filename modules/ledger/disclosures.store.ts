import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type {
  DisclosureBasis,
  DisclosureMethod,
  DisclosureState,
  ProtectedWay,
  DisclosureWords,
} from './disclosures.ts'
import type { EntryId, PersonRef } from './ledger.ts'

const WORDS = 'ledger.disclosure.sealed'
const REASON = 'ledger.disclosure_decision.sealed'

export type Disclosure = {
  readonly disclosureId: string
  readonly disasterId: DisasterId
  readonly basis: DisclosureBasis
  readonly items: readonly string[]
  readonly receivedOn: PlainDate
  readonly words: DisclosureWords
}

export async function insertDisclosure(
  tx: Tx,
  keys: Keys,
  disclosure: Disclosure,
  people: readonly PersonRef[],
  at: Date,
  by: string,
): Promise<void> {
  const { disclosureId } = disclosure
  await tx.sql(
    `insert into ledger.disclosure (municipality_code, disclosure_id, disaster_id, basis, items, sealed, received_on,
       received_at, received_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tx.municipality,
      disclosureId,
      disclosure.disasterId,
      disclosure.basis,
      [...disclosure.items],
      keys.seal(WORDS, disclosureId, JSON.stringify(disclosure.words)),
      disclosure.receivedOn,
      at,
      by,
    ],
  )
  await tx.sql(
    `insert into ledger.disclosure_person (municipality_code, disclosure_id, position, person_ref)
     select $1, $2, t.position, t.ref from unnest($3::text[]) with ordinality as t (ref, position)`,
    [tx.municipality, disclosureId, [...people]],
  )
}

/** Who took it in, as `actorName` names people. */
export async function receiverOf(tx: Tx, disclosureId: string): Promise<string> {
  const [row] = await tx.sql<{ by: string }>(
    'select received_by as by from ledger.disclosure where municipality_code = $1 and disclosure_id = $2',
    [tx.municipality, disclosureId],
  )
  return row?.by ?? ''
}

export type ListedDisclosure = Disclosure & {
  readonly state: DisclosureState
  readonly people: number
  readonly provisions: number
  readonly lastProvidedAt: Date | null
}

/** Of one disaster, newest first; or one by its id. */
export async function listDisclosures(
  tx: Tx,
  keys: Keys,
  wanted: { readonly disasterId: DisasterId } | { readonly disclosureId: string },
): Promise<ListedDisclosure[]> {
  const rows = await tx.sql<Omit<ListedDisclosure, 'words'> & { sealed: Buffer }>(
    `select d.disclosure_id as "disclosureId", d.disaster_id as "disasterId", d.basis, d.items, d.sealed,
            d.received_on::text as "receivedOn", coalesce(c.outcome, 'received') as state,
            (select count(*)::int from ledger.disclosure_person p
              where p.municipality_code = $1 and p.disclosure_id = d.disclosure_id) as people,
            v.provisions, v."lastProvidedAt"
       from ledger.disclosure d
       left join ledger.disclosure_decision c
         on c.municipality_code = $1 and c.disclosure_id = d.disclosure_id
      cross join lateral (
        select count(distinct p.provided_at)::int as provisions, max(p.provided_at) as "lastProvidedAt"
          from ledger.provision p where p.municipality_code = $1 and p.disclosure_id = d.disclosure_id) v
      where d.municipality_code = $1
        and ($2::uuid is null or d.disaster_id = $2) and ($3::uuid is null or d.disclosure_id = $3)
      order by d.disclosure_id desc limit 500`,
    [
      tx.municipality,
      'disasterId' in wanted ? wanted.disasterId : null,
      'disclosureId' in wanted ? wanted.disclosureId : null,
    ],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    words: JSON.parse(keys.open(WORDS, row.disclosureId, sealed)) as DisclosureWords,
  }))
}

export async function listDisclosurePeople(tx: Tx, disclosureId: string): Promise<PersonRef[]> {
  const rows = await tx.sql<{ ref: PersonRef }>(
    `select person_ref as ref from ledger.disclosure_person
      where municipality_code = $1 and disclosure_id = $2 order by position`,
    [tx.municipality, disclosureId],
  )
  return rows.map(({ ref }) => ref)
}

export type DisclosureDecision = {
  readonly outcome: 'approved' | 'refused'
  readonly reason: string
  readonly protectedPeople: ProtectedWay | null
  readonly at: Date
  readonly by: string
}

/** False when it was decided already. */
export async function insertDecision(
  tx: Tx,
  keys: Keys,
  disclosureId: string,
  decision: DisclosureDecision,
  actor: string,
): Promise<boolean> {
  const { outcome, reason, protectedPeople, at, by } = decision
  const rows = await tx.sql(
    `insert into ledger.disclosure_decision (municipality_code, disclosure_id, outcome, sealed, decided_at, actor,
       actor_label, protected_people)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning outcome`,
    [
      tx.municipality,
      disclosureId,
      outcome,
      reason === '' ? null : keys.seal(REASON, disclosureId, reason),
      at,
      actor,
      by,
      protectedPeople,
    ],
  )
  return rows.length === 1
}

export async function findDecision(
  tx: Tx,
  keys: Keys,
  disclosureId: string,
): Promise<DisclosureDecision | null> {
  const [row] = await tx.sql<Omit<DisclosureDecision, 'reason'> & { sealed: Buffer | null }>(
    `select outcome, sealed, decided_at as at, actor_label as by, protected_people as "protectedPeople"
       from ledger.disclosure_decision
      where municipality_code = $1 and disclosure_id = $2`,
    [tx.municipality, disclosureId],
  )
  if (!row) return null
  const { sealed, ...rest } = row
  return { ...rest, reason: sealed === null ? '' : keys.open(REASON, disclosureId, sealed) }
}

export async function insertProvision(
  tx: Tx,
  entryId: EntryId,
  provision: {
    readonly provisionId: string
    readonly disclosureId: string
    readonly method: DisclosureMethod
    readonly withoutContact: boolean
    readonly at: Date
    readonly actor: string
    readonly by: string
  },
): Promise<void> {
  const { provisionId, disclosureId, method, withoutContact, at, actor, by } = provision
  await tx.sql(
    `insert into ledger.provision (municipality_code, entry_id, provision_id, disclosure_id, method, provided_at, actor,
       actor_label, without_contact)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [tx.municipality, entryId, provisionId, disclosureId, method, at, actor, by, withoutContact],
  )
}

export type Provision = {
  readonly disclosureId: string
  readonly basis: DisclosureBasis
  readonly items: readonly string[]
  readonly method: DisclosureMethod
  readonly withoutContact: boolean
  readonly at: Date
  readonly by: string
  readonly words: DisclosureWords
}

/** What was handed over of a person, newest first. */
export async function listProvisions(tx: Tx, keys: Keys, entryId: EntryId): Promise<Provision[]> {
  const rows = await tx.sql<Omit<Provision, 'words'> & { sealed: Buffer }>(
    `select p.disclosure_id as "disclosureId", d.basis, d.items, p.method,
            p.without_contact as "withoutContact", p.provided_at as at, p.actor_label as by,
            d.sealed
       from ledger.provision p
       join ledger.disclosure d on d.municipality_code = $1 and d.disclosure_id = p.disclosure_id
      where p.municipality_code = $1 and p.entry_id = $2 order by p.provided_at desc, p.provision_id desc`,
    [tx.municipality, entryId],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    words: JSON.parse(keys.open(WORDS, row.disclosureId, sealed)) as DisclosureWords,
  }))
}

/** Of these people, those whose 提供の同意 stands as given, by their entries' item of consent. */
export async function listConsents(
  tx: Tx,
  disasterId: DisasterId,
  refs: readonly PersonRef[],
): Promise<Map<PersonRef, string>> {
  const rows = await tx.sql<{ ref: PersonRef; code: string }>(
    `select r.ref, i.codes[1] as code
       from unnest($3::text[]) as r (ref)
       join ledger.entry e on e.municipality_code = $1 and e.disaster_id = $2
        and case when r.ref like 'R-%' then e.resident_no = substr(r.ref, 3)
                 else e.non_resident_id = substr(r.ref, 3)::uuid end
       join ledger.present_item i on i.municipality_code = $1 and i.entry_id = e.entry_id and i.item_key = 'consent'`,
    [tx.municipality, disasterId, [...refs]],
  )
  return new Map(rows.map(({ ref, code }) => [ref, code]))
}
