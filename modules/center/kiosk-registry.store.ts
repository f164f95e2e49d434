import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'

/** Machines as operators of the centre keep them; what a machine's own messages need is in `kiosks.store.ts`. */
export type RegisteredKiosk = {
  readonly kioskId: string
  readonly name: string
  readonly place: string
  readonly operator: string
  readonly operatorId: string | null
  readonly storeId: string | null
  readonly usage: 'kiosk' | 'counter'
  readonly onlyMunicipality: MunicipalityCode | null
  readonly registeredAt: Date
  readonly revokedAt: Date | null
  readonly keyId: string | null
  readonly enrolledAt: Date | null
  readonly lastSeenAt: Date | null
}

const columns = `k.kiosk_id as "kioskId", k.name, k.place, k.operator, s.operator_id as "operatorId",
  k.store_id as "storeId", k.usage, k.only_municipality as "onlyMunicipality", k.registered_at as "registeredAt",
  k.revoked_at as "revokedAt", y.key_id as "keyId", y.enrolled_at as "enrolledAt",
  (select max(n.last_seen_at) from center.session n where n.kiosk_id = k.kiosk_id) as "lastSeenAt"`
const tables = `center.kiosk k left join center.store s using (store_id)
  left join center.kiosk_key y on y.kiosk_id = k.kiosk_id and y.revoked_at is null`

export async function listKiosks(
  tx: Tx,
  asked: {
    readonly operatorId?: string | undefined
    readonly storeId?: string | undefined
    readonly words?: string | undefined
    readonly after?: string | undefined
    readonly limit: number
  },
): Promise<RegisteredKiosk[]> {
  return await tx.sql<RegisteredKiosk>(
    `select ${columns} from ${tables}
      where ($1::text is null or s.operator_id = $1) and ($2::text is null or k.store_id = $2)
        and ($3::text is null or k.kiosk_id > $3)
        and ($4::text is null or strpos(lower(concat_ws(' ', k.kiosk_id, k.name, k.place)), lower($4)) > 0)
      order by k.kiosk_id limit $5`,
    [
      ...[asked.operatorId ?? null, asked.storeId ?? null, asked.after ?? null],
      ...[asked.words ?? null, asked.limit],
    ],
  )
}

export async function findKiosk(tx: Tx, kioskId: string): Promise<RegisteredKiosk | undefined> {
  const [row] = await tx.sql<RegisteredKiosk>(`select ${columns} from ${tables} where k.kiosk_id = $1`, [
    kioskId,
  ])
  return row
}

export async function listKeys(
  tx: Tx,
  kioskId: string,
): Promise<{ readonly keyId: string; readonly enrolledAt: Date; readonly revokedAt: Date | null }[]> {
  return await tx.sql<{ keyId: string; enrolledAt: Date; revokedAt: Date | null }>(
    `select key_id as "keyId", enrolled_at as "enrolledAt", revoked_at as "revokedAt"
       from center.kiosk_key where kiosk_id = $1 order by enrolled_at desc`,
    [kioskId],
  )
}

/** Where it stands and what it is for; `operator` and `place` are the words of its store. False when it is to be new and is there. */
export async function placeKiosk(
  tx: Tx,
  kiosk: {
    readonly kioskId: string
    readonly storeId: string
    readonly operator: string
    readonly name: string
    readonly place: string
    readonly usage: 'kiosk' | 'counter'
    readonly onlyMunicipality: MunicipalityCode | null
    readonly at: Date
  },
  asNew = false,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into center.kiosk
       (kiosk_id, operator, name, place, registered_at, store_id, usage, only_municipality)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (kiosk_id) do update
       set operator = excluded.operator, name = excluded.name, place = excluded.place, store_id = excluded.store_id,
           usage = excluded.usage, only_municipality = excluded.only_municipality
       where not $9::boolean
     returning kiosk_id`,
    [
      kiosk.kioskId,
      kiosk.operator,
      kiosk.name,
      kiosk.place,
      kiosk.at,
      kiosk.storeId,
      kiosk.usage,
      kiosk.onlyMunicipality,
      asNew,
    ],
  )
  return rows.length === 1
}
