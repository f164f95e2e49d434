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

export async function saveTown(tx: Tx, town: Town): Promise<void> {
  await tx.sql(
    `insert into center.town (municipality_code, prefecture, name) values ($1, $2, $3)
     on conflict (municipality_code) do update set prefecture = excluded.prefecture, name = excluded.name`,
    [town.municipalityCode, town.prefecture, town.name],
  )
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
       set until_on = excluded.until_on, issuer = excluded.issuer, endpoint = excluded.endpoint`,
    [municipalityCode, route.kind, route.fromOn, route.untilOn, route.issuer, route.endpoint],
  )
}

/** Towns with at least one kind on the day, by code: prefectures come together and in their order. */
export async function listTowns(tx: Tx, onDate: PlainDate): Promise<Town[]> {
  return await tx.sql<Town>(
    `select municipality_code as "municipalityCode", prefecture, name from center.town t
      where exists (select 1 from center.route r where r.municipality_code = t.municipality_code
                      and r.from_on <= $1 and (r.until_on is null or r.until_on >= $1))
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
        where municipality_code = $1 and from_on <= $2 order by kind, from_on desc) latest
      where until_on is null or until_on >= $2 order by kind`,
    [municipalityCode, onDate],
  )
}
