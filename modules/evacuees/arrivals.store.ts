import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { Guarded } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { EntryId, PersonRef } from '../ledger/ledger.ts'
import { withoutWhereabouts, type ArrivalState, type TransferId, type Way } from './evacuees.ts'
import type { Offer } from './packet.ts'

const PACKET = 'evacuees.arrival.sealed'

/** Puts a message into the post box of a town of this installation, and wakes its job. */
export async function putMessage(
  tx: Tx,
  addressee: string,
  messageId: string,
  bytes: Uint8Array,
): Promise<void> {
  await tx.sql('select evacuees.put($1, $2, $3)', [addressee, messageId, Buffer.from(bytes)])
  await tx.sql('select jobs.enqueue($1, $2, $3)', ['evacuees.take-in', addressee, '{}'])
}

export type Post = { readonly messageId: string; readonly from: string; readonly bytes: Buffer }

/** What nobody opened yet, oldest first; of two who look at once the second finds it opened. */
export async function holdPost(tx: Tx): Promise<Post[]> {
  return await tx.sql<Post>(
    `select message_id as "messageId", from_town as "from", bytes from evacuees.post
      where municipality_code = $1 and opened_at is null and bytes is not null
      order by posted_at, message_id limit 100 for update`,
    [tx.municipality],
  )
}

/** What was in it is sealed under the town's own key now, or was refused. */
export async function closePost(tx: Tx, messageId: string, at: Date, outcome: string): Promise<void> {
  await tx.sql(
    `update evacuees.post set bytes = null, opened_at = $3, outcome = $4 where municipality_code = $1 and message_id = $2`,
    [tx.municipality, messageId, at, outcome],
  )
}

/** A message that came as a file. False = it came before. */
export async function insertRead(tx: Tx, messageId: string, from: string, at: Date): Promise<boolean> {
  const rows = await tx.sql(
    `insert into evacuees.post (municipality_code, message_id, from_town, way, posted_at, opened_at, outcome)
     values ($1, $2, $3, 'file', $4, $4, 'taken') on conflict do nothing returning message_id`,
    [tx.municipality, messageId, from, at],
  )
  return rows.length === 1
}

export type Outgoing = {
  readonly messageId: string
  readonly kind: string
  readonly madeAt: Date
  readonly open: boolean
}

export async function insertOutgoing(
  tx: Tx,
  one: {
    readonly messageId: string
    readonly transferId: string
    readonly kind: string
    readonly bytes: Uint8Array
    readonly at: Date
  },
): Promise<void> {
  await tx.sql(
    `insert into evacuees.outgoing (municipality_code, message_id, transfer_id, kind, bytes, made_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [tx.municipality, one.messageId, one.transferId, one.kind, Buffer.from(one.bytes), one.at],
  )
}

export async function listOutgoing(tx: Tx, transferId: string): Promise<Outgoing[]> {
  return await tx.sql<Outgoing>(
    `select message_id as "messageId", kind, made_at as "madeAt", bytes is not null as open from evacuees.outgoing
      where municipality_code = $1 and transfer_id = $2 order by message_id desc`,
    [tx.municipality, transferId],
  )
}

export async function findOutgoing(
  tx: Tx,
  messageId: string,
): Promise<{ transferId: string; kind: string; bytes: Buffer | null } | null> {
  const [row] = await tx.sql<{ transferId: string; kind: string; bytes: Buffer | null }>(
    `select transfer_id as "transferId", kind, bytes from evacuees.outgoing
      where municipality_code = $1 and message_id = $2`,
    [tx.municipality, messageId],
  )
  return row ?? null
}

/** Offers that must not be handed over any more. */
export async function closeOutgoing(tx: Tx, transferId: string): Promise<void> {
  await tx.sql(
    `update evacuees.outgoing set bytes = null where municipality_code = $1 and transfer_id = $2 and kind = 'offer'`,
    [tx.municipality, transferId],
  )
}

export type Arrival = {
  readonly transferId: TransferId
  readonly version: number
  readonly fromTown: string
  readonly fromName: string
  readonly way: Way
  readonly state: ArrivalState
  readonly expiresOn: string | null
  readonly receivedAt: Date
  readonly disasterId: DisasterId | null
}
/** What was said of the household; `null` = gone. */
export type Packet = Omit<Offer, 'kind'>
type Row = Arrival & { readonly sealed: Buffer | null }

const columns = `a.transfer_id as "transferId", a.version, a.from_town as "fromTown", a.from_name as "fromName", a.way,
  a.state, a.expires_on::text as "expiresOn", a.received_at as "receivedAt", a.disaster_id as "disasterId", a.sealed`

export type StoredArrival = { readonly arrival: Arrival; readonly packet: Packet | null }

function open(keys: Keys, { sealed, ...arrival }: Row): StoredArrival {
  return {
    arrival,
    packet: sealed === null ? null : (JSON.parse(keys.open(PACKET, arrival.transferId, sealed)) as Packet),
  }
}

/** Closed, as everything about people leaves a store. `suppressed`: somebody is under 支援措置, there or here. */
export function guarded(transferId: TransferId, packet: Packet, suppressed: boolean): Guarded<Packet> {
  return new Guarded({ kind: 'arrival', id: transferId }, suppressed, packet, concealPacket)
}

/** A packet without anything that tells where its people are. */
export function concealPacket(packet: Packet): Packet {
  const keys = packet.people.flatMap(({ items }) => items.map(({ key }) => key))
  const open = new Set(withoutWhereabouts(keys))
  return {
    ...packet,
    notes: [],
    people: packet.people.map((one) => ({
      ...one,
      address: null,
      items: one.items.flatMap((item) => {
        if (!open.has(item.key)) return []
        const { value } = item
        return [{ ...item, value: value.type === 'choices' ? { ...value, detail: '' } : value }]
      }),
    })),
  }
}

/** False when the hand-over is known already. */
export async function insertArrival(
  tx: Tx,
  keys: Keys,
  arrival: Omit<Arrival, 'version' | 'disasterId'>,
  packet: Packet | null,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into evacuees.arrival (municipality_code, transfer_id, version, from_town, from_name, way, state, expires_on,
       received_at, sealed) values ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning version`,
    [
      tx.municipality,
      arrival.transferId,
      arrival.fromTown,
      arrival.fromName,
      arrival.way,
      arrival.state,
      arrival.expiresOn,
      arrival.receivedAt,
      packet === null ? null : keys.seal(PACKET, arrival.transferId, JSON.stringify(packet)),
    ],
  )
  if (rows.length === 0) return false
  for (const [position, { key }] of (packet?.people ?? []).entries())
    await tx.sql(
      `insert into evacuees.arrival_person (municipality_code, transfer_id, person_key, position)
       values ($1, $2, $3, $4)`,
      [tx.municipality, arrival.transferId, key, position],
    )
  return true
}

/** Held until the end of the transaction. */
export async function holdArrival(tx: Tx, keys: Keys, transferId: string): Promise<StoredArrival | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns} from evacuees.arrival a where a.municipality_code = $1 and a.transfer_id = $2 for no key update`,
    [tx.municipality, transferId],
  )
  return row ? open(keys, row) : null
}

export async function findArrival(tx: Tx, keys: Keys, transferId: string): Promise<StoredArrival | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns} from evacuees.arrival a where a.municipality_code = $1 and a.transfer_id = $2`,
    [tx.municipality, transferId],
  )
  return row ? open(keys, row) : null
}

/** What waits for somebody first, then the newest. */
export async function listArrivals(tx: Tx, keys: Keys, most: number): Promise<StoredArrival[]> {
  const rows = await tx.sql<Row>(
    `select ${columns} from evacuees.arrival a where a.municipality_code = $1
      order by a.state = 'offered' desc, a.received_at desc, a.transfer_id desc limit $2`,
    [tx.municipality, most],
  )
  return rows.map((row) => open(keys, row))
}

/** False when somebody was first. `packet`: what is left of it. */
export async function updateArrival(
  tx: Tx,
  keys: Keys,
  { transferId, version }: Pick<Arrival, 'transferId' | 'version'>,
  to: {
    readonly state: ArrivalState
    readonly disasterId: DisasterId | null
    readonly packet: Packet | null
  },
): Promise<boolean> {
  const rows = await tx.sql(
    `update evacuees.arrival set version = version + 1, state = $4, disaster_id = $5, sealed = $6
      where municipality_code = $1 and transfer_id = $2 and version = $3 returning version`,
    [
      tx.municipality,
      transferId,
      version,
      to.state,
      to.disasterId,
      to.packet === null ? null : keys.seal(PACKET, transferId, JSON.stringify(to.packet)),
    ],
  )
  return rows.length === 1
}

/** What nobody took over in time is gone. */
export async function forgetExpired(tx: Tx, today: string): Promise<void> {
  await tx.sql(
    `update evacuees.arrival set sealed = null
      where municipality_code = $1 and state = 'offered' and expires_on < $2 and sealed is not null`,
    [tx.municipality, today],
  )
}

export type ArrivalPerson = {
  readonly personKey: string
  readonly outcome: 'new' | 'matched' | null
  readonly personRef: PersonRef | null
  readonly entryId: EntryId | null
  readonly withdrawnAt: Date | null
}

export async function listArrivalPeople(tx: Tx, transferId: TransferId): Promise<ArrivalPerson[]> {
  return await tx.sql<ArrivalPerson>(
    `select person_key as "personKey", outcome, person_ref as "personRef", entry_id as "entryId",
            withdrawn_at as "withdrawnAt"
       from evacuees.arrival_person where municipality_code = $1 and transfer_id = $2 order by position`,
    [tx.municipality, transferId],
  )
}

/** Who of these hand-overs stands in the ledger here. */
export async function takenRefs(
  tx: Tx,
  transferIds: readonly TransferId[],
): Promise<Map<TransferId, PersonRef[]>> {
  const rows = await tx.sql<{ transferId: TransferId; refs: PersonRef[] }>(
    `select transfer_id as "transferId", array_agg(person_ref order by position) as refs from evacuees.arrival_person
      where municipality_code = $1 and transfer_id = any($2::uuid[]) and person_ref is not null group by transfer_id`,
    [tx.municipality, [...transferIds]],
  )
  return new Map(rows.map(({ transferId, refs }) => [transferId, refs]))
}

export async function markTaken(
  tx: Tx,
  transferId: TransferId,
  personKey: string,
  taken: {
    readonly outcome: 'new' | 'matched'
    readonly personRef: PersonRef
    readonly entryId: EntryId
  },
): Promise<void> {
  await tx.sql(
    `update evacuees.arrival_person set outcome = $4, person_ref = $5, entry_id = $6
      where municipality_code = $1 and transfer_id = $2 and person_key = $3`,
    [tx.municipality, transferId, personKey, taken.outcome, taken.personRef, taken.entryId],
  )
}

/** Those whose consent stood until now. */
export async function markWithdrawn(
  tx: Tx,
  transferId: TransferId,
  keys: readonly string[],
  at: Date,
): Promise<ArrivalPerson[]> {
  return await tx.sql<ArrivalPerson>(
    `update evacuees.arrival_person set withdrawn_at = $4
      where municipality_code = $1 and transfer_id = $2 and person_key = any($3::uuid[]) and withdrawn_at is null
      returning person_key as "personKey", outcome, person_ref as "personRef", entry_id as "entryId",
                withdrawn_at as "withdrawnAt"`,
    [tx.municipality, transferId, [...keys], at],
  )
}
