import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type Town = {
  readonly municipalityCode: MunicipalityCode
  readonly prefecture: string
  readonly name: string
}

export type Route = {
  readonly kind: string
  readonly issuer: 'bcl' | 'own'
  /** Origin of the issuing server, `https://host:port`. */
  readonly endpoint: string
}

export type DatedRoute = Route & { readonly fromOn: PlainDate; readonly untilOn: PlainDate | null }

/** False when it is to be new and is there. */
export async function saveTown(tx: Tx, town: Town, asNew = false): Promise<boolean> {
  const rows = await tx.sql(
    `insert into center.town (municipality_code, prefecture, name) values ($1, $2, $3)
     on conflict (municipality_code) do update set prefecture = excluded.prefecture, name = excluded.name
      where not $4::boolean
     returning municipality_code`,
    [town.municipalityCode, town.prefecture, town.name, asNew],
  )
  return rows.length === 1
}

export async function saveRoute(
  tx: Tx,
  municipalityCode: MunicipalityCode,
  route: DatedRoute,
): Promise<void> {
  await tx.sql(
    `insert into center.route (municipality_code, kind, from_on, until_on, issuer, endpoint)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (municipality_code, kind, from_on) do update
       set until_on = excluded.until_on, issuer = excluded.issuer, endpoint = excluded.endpoint, withdrawn_at = null`,
    [municipalityCode, route.kind, route.fromOn, route.untilOn, route.issuer, route.endpoint],
  )
}

/** Towns with at least one kind on the day, by code: prefectures come together and in their order. */
export async function listTowns(tx: Tx, onDate: PlainDate): Promise<Town[]> {
  return await tx.sql<Town>(
    `select municipality_code as "municipalityCode", prefecture, name from center.town t
      where exists (select 1 from center.route r where r.municipality_code = t.municipality_code
                      and r.withdrawn_at is null and r.from_on <= $1 and (r.until_on is null or r.until_on >= $1))
      order by municipality_code`,
    [onDate],
  )
}

/** Who issues what for the town on the day: of each kind the latest row that has begun, unless it is over. */
export async function listRoutes(
  tx: Tx,
  municipalityCode: MunicipalityCode,
  onDate: PlainDate,
): Promise<Route[]> {
  return await tx.sql<Route>(
    `select kind, issuer, endpoint from (
       select distinct on (kind) kind, issuer, endpoint, until_on from center.route
        where municipality_code = $1 and withdrawn_at is null and from_on <= $2
        order by kind, from_on desc) latest
      where until_on is null or until_on >= $2 order by kind`,
    [municipalityCode, onDate],
  )
}

export type RegisteredTown = Town & {
  readonly pattern: 'A1' | 'A2' | 'A3' | 'B' | null
  readonly joinedOn: PlainDate | null
  readonly stopped: boolean
}

const registered = `t.municipality_code as "municipalityCode", t.prefecture, t.name, t.pattern, t.joined_on as "joinedOn",
  exists (select 1 from center.stop s
           where s.scope = 'town' and s.scope_key = t.municipality_code and s.lifted_at is null) as stopped`

export async function listRegistered(tx: Tx): Promise<RegisteredTown[]> {
  return await tx.sql<RegisteredTown>(`select ${registered} from center.town t order by t.municipality_code`)
}

export async function findRegistered(tx: Tx, code: MunicipalityCode): Promise<RegisteredTown | undefined> {
  const [row] = await tx.sql<RegisteredTown>(
    `select ${registered} from center.town t where t.municipality_code = $1`,
    [code],
  )
  return row
}

export async function describeTown(
  tx: Tx,
  code: MunicipalityCode,
  about: { readonly pattern: string; readonly joinedOn: PlainDate },
): Promise<void> {
  await tx.sql('update center.town set pattern = $2, joined_on = $3 where municipality_code = $1', [
    code,
    about.pattern,
    about.joinedOn,
  ])
}

/** Every route that rules on the day, of every town. */
export async function listAllRoutes(
  tx: Tx,
  onDate: PlainDate,
): Promise<(Route & { readonly municipalityCode: MunicipalityCode })[]> {
  return await tx.sql<Route & { municipalityCode: MunicipalityCode }>(
    `select municipality_code as "municipalityCode", kind, issuer, endpoint from (
       select distinct on (municipality_code, kind) municipality_code, kind, issuer, endpoint, until_on
         from center.route where withdrawn_at is null and from_on <= $1
        order by municipality_code, kind, from_on desc) latest
      where until_on is null or until_on >= $1 order by municipality_code, kind`,
    [onDate],
  )
}

export type RouteRow = DatedRoute & { readonly withdrawnAt: Date | null }

/** Every route a town has had or will have. */
export async function listRouteHistory(tx: Tx, code: MunicipalityCode): Promise<RouteRow[]> {
  return await tx.sql<RouteRow>(
    `select kind, issuer, endpoint, from_on as "fromOn", until_on as "untilOn", withdrawn_at as "withdrawnAt"
       from center.route where municipality_code = $1 order by kind, from_on desc`,
    [code],
  )
}

/** False when the town has a route of that kind from that day already, unless it was withdrawn. */
export async function insertRoute(tx: Tx, code: MunicipalityCode, route: DatedRoute): Promise<boolean> {
  const rows = await tx.sql(
    `insert into center.route as r (municipality_code, kind, from_on, until_on, issuer, endpoint)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (municipality_code, kind, from_on) do update
       set until_on = excluded.until_on, issuer = excluded.issuer, endpoint = excluded.endpoint, withdrawn_at = null
     where r.withdrawn_at is not null
     returning kind`,
    [code, route.kind, route.fromOn, route.untilOn, route.issuer, route.endpoint],
  )
  return rows.length === 1
}

export type RouteKey = {
  readonly municipalityCode: MunicipalityCode
  readonly kind: string
  readonly fromOn: PlainDate
}

export async function endRoute(tx: Tx, key: RouteKey, untilOn: PlainDate): Promise<boolean> {
  const rows = await tx.sql(
    `update center.route set until_on = $4
      where municipality_code = $1 and kind = $2 and from_on = $3 and withdrawn_at is null and from_on <= $4
     returning kind`,
    [key.municipalityCode, key.kind, key.fromOn, untilOn],
  )
  return rows.length === 1
}

/** False when there is no such route, or its day has come. */
export async function withdrawRoute(tx: Tx, key: RouteKey, today: PlainDate, at: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update center.route set withdrawn_at = $5
      where municipality_code = $1 and kind = $2 and from_on = $3 and withdrawn_at is null and from_on > $4
     returning kind`,
    [key.municipalityCode, key.kind, key.fromOn, today, at],
  )
  return rows.length === 1
}
