import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { personOf, type PersonRef } from '../ledger/ledger.ts'
import type {
  ConsentGiver,
  ConsentMethod,
  EventKind,
  TransferId,
  TransferItem,
  TransferState,
  Way,
} from './evacuees.ts'

const WHERE = 'evacuees.transfer.sealed'
const CONSENT = 'evacuees.transfer_person.sealed'
const EVENT = 'evacuees.event.sealed'

/** What tells where people are, or what was said of them. */
export type TransferWords = {
  readonly townCode: string
  readonly townName: string
  readonly way: Way
  readonly notes: readonly { readonly caseId: string; readonly actNo: number }[]
}

export type Transfer = {
  readonly transferId: TransferId
  readonly version: number
  readonly disasterId: DisasterId
  readonly personRef: PersonRef
  readonly state: TransferState
  readonly items: readonly TransferItem[]
  readonly expiresOn: PlainDate
  readonly words: TransferWords
  readonly preparedAt: Date
  readonly preparedBy: string
  readonly preparedByLabel: string
  readonly sentAt: Date | null
  readonly sentByLabel: string | null
}

export async function insertTransfer(
  tx: Tx,
  keys: Keys,
  one: Omit<Transfer, 'state' | 'version' | 'sentAt' | 'sentByLabel'>,
): Promise<void> {
  await tx.sql(
    `insert into evacuees.transfer (municipality_code, transfer_id, version, disaster_id, person_ref, state, items,
       expires_on, sealed, prepared_at, prepared_by, prepared_by_label)
     values ($1, $2, 1, $3, $4, 'prepared', $5, $6, $7, $8, $9, $10)`,
    [
      tx.municipality,
      one.transferId,
      one.disasterId,
      one.personRef,
      [...one.items],
      one.expiresOn,
      keys.seal(WHERE, one.transferId, JSON.stringify(one.words)),
      one.preparedAt,
      one.preparedBy,
      one.preparedByLabel,
    ],
  )
}

const columns = `t.transfer_id as "transferId", t.version, t.disaster_id as "disasterId", t.person_ref as "personRef",
  t.state, t.items, t.expires_on::text as "expiresOn", t.sealed, t.prepared_at as "preparedAt",
  t.prepared_by as "preparedBy", t.prepared_by_label as "preparedByLabel", t.sent_at as "sentAt",
  t.sent_by_label as "sentByLabel"`

type Row = Omit<Transfer, 'words'> & { readonly sealed: Buffer }

function open(keys: Keys, { sealed, ...row }: Row): Transfer {
  return { ...row, words: JSON.parse(keys.open(WHERE, row.transferId, sealed)) as TransferWords }
}

/** Held until the end of the transaction: what the other town tells and what staff do come one after the other. */
export async function holdTransfer(tx: Tx, keys: Keys, transferId: string): Promise<Transfer | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns} from evacuees.transfer t where t.municipality_code = $1 and t.transfer_id = $2
        for no key update`,
    [tx.municipality, transferId],
  )
  return row ? open(keys, row) : null
}

export async function findTransfer(tx: Tx, keys: Keys, transferId: string): Promise<Transfer | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns} from evacuees.transfer t where t.municipality_code = $1 and t.transfer_id = $2`,
    [tx.municipality, transferId],
  )
  return row ? open(keys, row) : null
}

export const MOST_LISTED = 200

/** Newest first: of a disaster, or those that hold any of these people. */
export async function listTransfers(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  people: readonly PersonRef[] | null,
): Promise<Transfer[]> {
  const rows = await tx.sql<Row>(
    `select ${columns} from evacuees.transfer t
      where t.municipality_code = $1 and t.disaster_id = $2
        and ($3::text[] is null or exists (
          select 1 from evacuees.transfer_person p
           where p.municipality_code = $1 and p.transfer_id = t.transfer_id and p.person_ref = any($3)))
      order by t.transfer_id desc limit $4`,
    [tx.municipality, disasterId, people === null ? null : [...people], MOST_LISTED],
  )
  return rows.map((row) => open(keys, row))
}

/** False when somebody was first. */
export async function updateTransfer(
  tx: Tx,
  { transferId, version }: Pick<Transfer, 'transferId' | 'version'>,
  state: TransferState,
  sent: { readonly at: Date; readonly label: string; readonly disclosureId: string } | null = null,
): Promise<boolean> {
  const rows = await tx.sql(
    `update evacuees.transfer set version = version + 1, state = $4, sent_at = coalesce($5, sent_at),
            sent_by_label = coalesce($6, sent_by_label), disclosure_id = coalesce($7, disclosure_id)
      where municipality_code = $1 and transfer_id = $2 and version = $3 returning version`,
    [
      tx.municipality,
      transferId,
      version,
      state,
      sent?.at ?? null,
      sent?.label ?? null,
      sent?.disclosureId ?? null,
    ],
  )
  return rows.length === 1
}

export type TransferPerson = {
  readonly personRef: PersonRef
  readonly personKey: string
  readonly consentOn: PlainDate
  readonly consentMethod: ConsentMethod
  readonly consentBy: ConsentGiver
  /** Who consented for the person, what was said; may be empty. */
  readonly consentWords: string
  readonly recordedAt: Date
  readonly recordedByLabel: string
  readonly included: boolean | null
  readonly withdrawnAt: Date | null
  readonly withdrawnByLabel: string | null
}

export async function insertPeople(
  tx: Tx,
  keys: Keys,
  transferId: TransferId,
  people: readonly Omit<TransferPerson, 'included' | 'withdrawnAt' | 'withdrawnByLabel'>[],
  recordedBy: string,
): Promise<void> {
  for (const [position, one] of people.entries())
    await tx.sql(
      `insert into evacuees.transfer_person (municipality_code, transfer_id, position, person_ref, person_key, consent_on,
         consent_method, consent_by, sealed, recorded_at, recorded_by, recorded_by_label)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        tx.municipality,
        transferId,
        position,
        one.personRef,
        one.personKey,
        one.consentOn,
        one.consentMethod,
        one.consentBy,
        keys.seal(CONSENT, `${transferId}|${position}`, one.consentWords),
        one.recordedAt,
        recordedBy,
        one.recordedByLabel,
      ],
    )
}

export async function listPeople(tx: Tx, keys: Keys, transferId: TransferId): Promise<TransferPerson[]> {
  const rows = await tx.sql<Omit<TransferPerson, 'consentWords'> & { position: number; sealed: Buffer }>(
    `select position, person_ref as "personRef", person_key as "personKey", consent_on::text as "consentOn",
            consent_method as "consentMethod", consent_by as "consentBy", sealed, recorded_at as "recordedAt",
            recorded_by_label as "recordedByLabel", included, withdrawn_at as "withdrawnAt",
            withdrawn_by_label as "withdrawnByLabel"
       from evacuees.transfer_person where municipality_code = $1 and transfer_id = $2 order by position`,
    [tx.municipality, transferId],
  )
  return rows.map(({ sealed, position, ...row }) => ({
    ...row,
    consentWords: keys.open(CONSENT, `${transferId}|${position}`, sealed),
  }))
}

/** Who stands in each of these hand-overs, in their order. */
export async function refsOf(
  tx: Tx,
  transferIds: readonly TransferId[],
): Promise<Map<TransferId, PersonRef[]>> {
  const rows = await tx.sql<{ transferId: TransferId; refs: PersonRef[] }>(
    `select transfer_id as "transferId", array_agg(person_ref order by position) as refs
       from evacuees.transfer_person
      where municipality_code = $1 and transfer_id = any($2::uuid[]) group by transfer_id`,
    [tx.municipality, [...transferIds]],
  )
  return new Map(rows.map(({ transferId, refs }) => [transferId, refs]))
}

export async function markIncluded(
  tx: Tx,
  transferId: TransferId,
  included: readonly PersonRef[],
): Promise<void> {
  await tx.sql(
    `update evacuees.transfer_person set included = person_ref = any($3)
      where municipality_code = $1 and transfer_id = $2`,
    [tx.municipality, transferId, [...included]],
  )
}

/** Those whose consent stood until now. */
export async function withdrawPeople(
  tx: Tx,
  transferId: TransferId,
  refs: readonly PersonRef[],
  told: { readonly at: Date; readonly label: string },
): Promise<PersonRef[]> {
  const rows = await tx.sql<{ ref: PersonRef }>(
    `update evacuees.transfer_person set withdrawn_at = $4, withdrawn_by_label = $5
      where municipality_code = $1 and transfer_id = $2 and person_ref = any($3) and withdrawn_at is null
      returning person_ref as ref`,
    [tx.municipality, transferId, [...refs], told.at, told.label],
  )
  return rows.map(({ ref }) => ref)
}

/**
 * Whether anybody of these is protected, though the measure may be lifted for whoever asks (`app.staff`): who hands data out of the
 * house has to know, also while they see the person themselves.
 */
export async function isHiddenFromOthers(tx: Tx, refs: readonly PersonRef[]): Promise<boolean> {
  const people = refs.map(personOf)
  const [asked] = await tx.sql<{ staff: string }>(
    `select coalesce(current_setting('app.staff', true), '') as staff`,
  )
  await tx.sql(`select set_config('app.staff', '', true)`)
  const [row] = await tx.sql<{ hidden: boolean }>(
    `select exists (select 1 from unnest($2::text[], $3::uuid[]) as p (resident, other)
                     where ledger.is_protected($1, p.resident, null, p.other)) as hidden`,
    [
      tx.municipality,
      people.map((one) => (one.kind === 'resident' ? one.residentNo : null)),
      people.map((one) => (one.kind === 'resident' ? null : one.nonResidentId)),
    ],
  )
  await tx.sql(`select set_config('app.staff', $1, true)`, [asked!.staff])
  return row!.hidden
}

export type TransferEvent = {
  readonly eventId: string
  readonly kind: EventKind
  readonly at: Date
  readonly by: string
  readonly fromOther: boolean
  readonly words: string | null
}

/** After whatever happened before; the hand-over itself is held meanwhile, or new. */
export async function insertEvent(
  tx: Tx,
  keys: Keys,
  transferId: string,
  event: TransferEvent,
): Promise<void> {
  const { eventId, kind, at, by, fromOther, words } = event
  await tx.sql(
    `insert into evacuees.event (municipality_code, transfer_id, event_id, event_no, kind, at, by_label, from_other, sealed)
     select $1, $2, $3, coalesce(max(event_no), 0) + 1, $4, $5, $6, $7, $8 from evacuees.event
      where municipality_code = $1 and transfer_id = $2`,
    [
      tx.municipality,
      transferId,
      eventId,
      kind,
      at,
      by,
      fromOther,
      words === null ? null : keys.seal(EVENT, eventId, words),
    ],
  )
}

/** Newest first. */
export async function listEvents(tx: Tx, keys: Keys, transferId: string): Promise<TransferEvent[]> {
  const rows = await tx.sql<Omit<TransferEvent, 'words'> & { sealed: Buffer | null }>(
    `select event_id as "eventId", kind, at, by_label as by, from_other as "fromOther", sealed from evacuees.event
      where municipality_code = $1 and transfer_id = $2 order by event_no desc`,
    [tx.municipality, transferId],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    words: sealed === null ? null : keys.open(EVENT, row.eventId, sealed),
  }))
}
