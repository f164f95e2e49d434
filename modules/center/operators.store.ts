import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type Operator = {
  readonly operatorId: string
  readonly ja: string
  readonly sort: 'chain' | 'post' | 'hall'
  readonly municipalityCode: MunicipalityCode | null
  readonly joinedOn: PlainDate
  readonly leftOn: PlainDate | null
}
export type OperatorKind = {
  readonly operatorId: string
  readonly kind: string
  readonly fromOn: PlainDate
  readonly untilOn: PlainDate | null
}
export type Relay = {
  readonly relayId: string
  readonly operatorId: string
  readonly ja: string
  readonly fromOn: PlainDate
  readonly untilOn: PlainDate | null
}
export type Store = {
  readonly storeId: string
  readonly operatorId: string
  readonly relayId: string | null
  readonly ja: string
  readonly municipalityCode: MunicipalityCode
  readonly address: string
  readonly latitude: number | null
  readonly longitude: number | null
  readonly openedOn: PlainDate
  readonly closedOn: PlainDate | null
}

export async function listOperators(
  tx: Tx,
): Promise<(Operator & { readonly stores: number; readonly kiosks: number })[]> {
  return await tx.sql<Operator & { stores: number; kiosks: number }>(
    `select o.operator_id as "operatorId", o.ja, o.sort, o.municipality_code as "municipalityCode",
            o.joined_on as "joinedOn", o.left_on as "leftOn",
            (select count(*)::int from center.store s where s.operator_id = o.operator_id) as stores,
            (select count(*)::int from center.store s join center.kiosk k using (store_id)
              where s.operator_id = o.operator_id and k.revoked_at is null) as kiosks
       from center.operator o order by o.operator_id`,
  )
}

export async function findOperator(tx: Tx, operatorId: string): Promise<Operator | undefined> {
  const [row] = await tx.sql<Operator>(
    `select operator_id as "operatorId", ja, sort, municipality_code as "municipalityCode",
            joined_on as "joinedOn", left_on as "leftOn" from center.operator where operator_id = $1`,
    [operatorId],
  )
  return row
}

/**
 * Words and last day may change; false when it is to be new and is there, or is known as another sort, of another town or from
 * another day.
 */
export async function saveOperator(tx: Tx, operator: Operator, asNew = false): Promise<boolean> {
  const rows = await tx.sql(
    `insert into center.operator as o (operator_id, ja, sort, municipality_code, joined_on, left_on)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (operator_id) do update set ja = excluded.ja, left_on = excluded.left_on
      where o.sort = excluded.sort and o.municipality_code is not distinct from excluded.municipality_code
        and o.joined_on = excluded.joined_on and not $7::boolean
     returning operator_id`,
    [
      operator.operatorId,
      operator.ja,
      operator.sort,
      operator.municipalityCode,
      operator.joinedOn,
      operator.leftOn,
      asNew,
    ],
  )
  return rows.length === 1
}

export async function listOperatorKinds(tx: Tx): Promise<OperatorKind[]> {
  return await tx.sql<OperatorKind>(
    `select operator_id as "operatorId", kind, from_on as "fromOn", until_on as "untilOn"
       from center.operator_kind order by operator_id, kind, from_on`,
  )
}

/** False when the same kind from the same day is there. */
export async function insertOperatorKind(tx: Tx, offered: OperatorKind): Promise<boolean> {
  const rows = await tx.sql(
    `insert into center.operator_kind (operator_id, kind, from_on, until_on) values ($1, $2, $3, $4)
     on conflict do nothing returning kind`,
    [offered.operatorId, offered.kind, offered.fromOn, offered.untilOn],
  )
  return rows.length === 1
}

export async function endOperatorKind(
  tx: Tx,
  offered: Omit<OperatorKind, 'untilOn'>,
  untilOn: PlainDate,
): Promise<boolean> {
  const rows = await tx.sql(
    `update center.operator_kind set until_on = $4
      where operator_id = $1 and kind = $2 and from_on = $3 and from_on <= $4 returning kind`,
    [offered.operatorId, offered.kind, offered.fromOn, untilOn],
  )
  return rows.length === 1
}

export async function listRelays(tx: Tx): Promise<Relay[]> {
  return await tx.sql<Relay>(
    `select relay_id as "relayId", operator_id as "operatorId", ja, from_on as "fromOn", until_on as "untilOn"
       from center.relay order by relay_id`,
  )
}

/** Words and last day may change; false when it is to be new and is there, or is known as another operator's or from another day. */
export async function saveRelay(tx: Tx, relay: Relay, asNew = false): Promise<boolean> {
  const rows = await tx.sql(
    `insert into center.relay as r (relay_id, operator_id, ja, from_on, until_on) values ($1, $2, $3, $4, $5)
     on conflict (relay_id) do update set ja = excluded.ja, until_on = excluded.until_on
      where r.operator_id = excluded.operator_id and r.from_on = excluded.from_on and not $6::boolean
     returning relay_id`,
    [relay.relayId, relay.operatorId, relay.ja, relay.fromOn, relay.untilOn, asNew],
  )
  return rows.length === 1
}

export async function findRelay(tx: Tx, relayId: string): Promise<Relay | undefined> {
  const [row] = await tx.sql<Relay>(
    `select relay_id as "relayId", operator_id as "operatorId", ja, from_on as "fromOn", until_on as "untilOn"
       from center.relay where relay_id = $1`,
    [relayId],
  )
  return row
}

const storeColumns = `s.store_id as "storeId", s.operator_id as "operatorId", s.relay_id as "relayId", s.ja,
  s.municipality_code as "municipalityCode", s.address, s.latitude, s.longitude, s.opened_on as "openedOn",
  s.closed_on as "closedOn"`

export async function listStores(
  tx: Tx,
  asked: {
    readonly operatorId?: string | undefined
    readonly municipalityCode?: string | undefined
    readonly words?: string | undefined
    readonly after?: string | undefined
    readonly limit: number
  },
): Promise<(Store & { readonly kiosks: number })[]> {
  return await tx.sql<Store & { kiosks: number }>(
    `select ${storeColumns},
            (select count(*)::int from center.kiosk k where k.store_id = s.store_id and k.revoked_at is null) as kiosks
       from center.store s
      where ($1::text is null or s.operator_id = $1) and ($2::text is null or s.municipality_code = $2)
        and ($3::text is null or s.store_id > $3)
        and ($4::text is null or strpos(lower(concat_ws(' ', s.store_id, s.ja, s.address)), lower($4)) > 0)
      order by s.store_id limit $5`,
    [
      ...[asked.operatorId ?? null, asked.municipalityCode ?? null, asked.after ?? null],
      ...[asked.words ?? null, asked.limit],
    ],
  )
}

export async function findStore(tx: Tx, storeId: string): Promise<Store | undefined> {
  const [row] = await tx.sql<Store>(`select ${storeColumns} from center.store s where s.store_id = $1`, [
    storeId,
  ])
  return row
}

/** False when it is to be new and is there, or is known as another operator's, in another town or from another day. */
export async function saveStore(tx: Tx, store: Store, asNew = false): Promise<boolean> {
  const rows = await tx.sql(
    `insert into center.store as s
       (store_id, operator_id, relay_id, ja, municipality_code, address, latitude, longitude, opened_on, closed_on)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (store_id) do update
       set relay_id = excluded.relay_id, ja = excluded.ja, address = excluded.address,
           latitude = excluded.latitude, longitude = excluded.longitude, closed_on = excluded.closed_on
      where s.operator_id = excluded.operator_id and s.municipality_code = excluded.municipality_code
        and s.opened_on = excluded.opened_on and not $11::boolean
     returning store_id`,
    [
      store.storeId,
      store.operatorId,
      store.relayId,
      store.ja,
      store.municipalityCode,
      store.address,
      store.latitude,
      store.longitude,
      store.openedOn,
      store.closedOn,
      asNew,
    ],
  )
  return rows.length === 1
}
