import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { Guarded } from '../access/guarded.ts'
import { concealEmergencyPerson, emergencyPerson, type EmergencyPerson } from './emergency-person.ts'
import type { EmergencyPurpose, EmergencyScope } from './emergency.ts'
import { PLACE } from './residents.store.ts'

const LIST = 'residents.emergency_list.sealed'

export type EmergencyList = {
  readonly listId: string
  readonly purpose: EmergencyPurpose
  readonly reason: string
  readonly scope: EmergencyScope
  /** 町字 or 地区; empty for everybody. */
  readonly area: string
  readonly seq: bigint
  readonly people: number
  readonly begunBy: string
  readonly begunAt: Date
}

export async function insertList(tx: Tx, keys: Keys, list: EmergencyList): Promise<void> {
  await tx.sql(
    `insert into residents.emergency_list (municipality_code, list_id, purpose, scope, sealed, seq, people, begun_by, begun_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tx.municipality,
      list.listId,
      list.purpose,
      list.scope,
      keys.seal(LIST, list.listId, JSON.stringify({ reason: list.reason, area: list.area })),
      list.seq,
      list.people,
      list.begunBy,
      list.begunAt,
    ],
  )
}

export async function findList(tx: Tx, keys: Keys, listId: string): Promise<EmergencyList | null> {
  const [row] = await tx.sql<Omit<EmergencyList, 'reason' | 'area'> & { sealed: Buffer }>(
    `select list_id as "listId", purpose, scope, sealed, seq, people, begun_by as "begunBy", begun_at as "begunAt"
       from residents.emergency_list where municipality_code = $1 and list_id = $2`,
    [tx.municipality, listId],
  )
  if (!row) return null
  const { sealed, ...rest } = row
  const words = JSON.parse(keys.open(LIST, listId, sealed)) as { reason: string; area: string }
  return { ...rest, ...words }
}

/** Who lives in the town as of `seq`, and how many of them are under 支援措置. */
export async function countResidents(tx: Tx, seq: bigint): Promise<{ people: number; withheld: number }> {
  const [row] = await tx.sql<{ people: bigint; withheld: bigint }>(
    `select count(*) as people, count(*) filter (where p.protected) as withheld
       from residents.version v
      cross join lateral residents.protection_of(v.municipality_code, v.resident_no, v.household_no) p
      where v.municipality_code = $1 and v.latest and not v.deleted and v.state = 'resident'
        and v.from_seq <= $2 and (v.to_seq is null or v.to_seq > $2)`,
    [tx.municipality, seq],
  )
  return { people: Number(row!.people), withheld: Number(row!.withheld) }
}

/** The next residents after a 宛名番号 in its order, closed. */
export async function walkResidents(
  tx: Tx,
  keys: Keys,
  seq: bigint,
  after: string,
  most: number,
): Promise<Guarded<EmergencyPerson>[]> {
  type Row = { residentNo: ResidentNo; key: string; sealed: Buffer; protected: boolean }
  const rows = await tx.sql<Row>(
    `select w.resident_no as "residentNo", w.resident_no || '|' || w.history_no || '|' || w.branch_no as key,
            w.sealed, p.protected
       from (select * from residents.version v
              where v.municipality_code = $1 and v.resident_no > $3 and v.latest and not v.deleted
                and v.state = 'resident' and v.from_seq <= $2 and (v.to_seq is null or v.to_seq > $2)
              order by v.resident_no limit $4) w
      cross join lateral residents.protection_of($1, w.resident_no, w.household_no) p
      order by w.resident_no`,
    [tx.municipality, seq, after, most],
  )
  return rows.map(
    (row) =>
      new Guarded(
        { kind: 'resident', id: row.residentNo },
        row.protected,
        emergencyPerson(keys.open(PLACE, row.key, row.sealed)),
        concealEmergencyPerson,
      ),
  )
}
