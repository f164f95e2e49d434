import { readInBatches } from '@open-bcl/platform/db/cursor.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { Guarded } from '../access/guarded.ts'
import type { IsHiddenPlace } from '../residents/households.ts'
import {
  concealWords,
  type Dwelling,
  type DwellingId,
  type HouseFacts,
  type HousePlace,
  type HouseWords,
  type Owner,
} from './dwellings.ts'

const SEALED = 'dwellings.description.sealed'

/** A house, and whose it is: closed, each owner by the own 支援措置. */
export type FoundDwelling = {
  readonly dwelling: Dwelling
  readonly owners: readonly Guarded<Owner | null>[]
  /** Somebody under 支援措置 lives there: below the 町字 nothing tells where it stands or whose it is. */
  readonly concealed: boolean
}

type Row = Omit<Dwelling, 'place' | 'position' | 'reason'> & {
  readonly sealed: Buffer
  /** Who is linked to it, in whatever disaster: somebody protected now; and somebody who is not, or is proposed to be by the address. */
  readonly hiddenLives: boolean
  readonly othersLive: boolean
  /** Of `owner_nos`, those under 支援措置 now. */
  readonly hiddenOwners: string[]
}

const columns = `d.dwelling_id as "dwellingId", d.version, h.property_no as "propertyNo", d.source,
  d.register_seq as "registerSeq", d.state, d.block_code as "blockCode", d.use_code as "useCode",
  d.structure_code as "structureCode", d.storeys, d.floor_area::float8 as "floorArea", d.written_at as "writtenAt",
  d.written_label as "writtenLabel", d.sealed,
  array(select o from unnest(d.owner_nos) o where ledger.is_protected(d.municipality_code, o, null, null)) as "hiddenOwners",
  coalesce(lives.hidden, false) as "hiddenLives", coalesce(lives.others, false) as "othersLive"`
const from = `dwellings.description d
  join dwellings.dwelling h on h.municipality_code = d.municipality_code and h.dwelling_id = d.dwelling_id
  left join lateral (
    select bool_or(x.hidden) as hidden, bool_or(not x.hidden) as others
      from (select case when o.household_no is not null then residents.is_protected(o.municipality_code, null, o.household_no)
                        else ledger.is_protected(o.municipality_code, o.resident_no, null, o.non_resident_id) end as hidden
              from dwellings.occupancy o
             where o.municipality_code = d.municipality_code and o.dwelling_id = d.dwelling_id and o.present
            union all
            select case when residents.is_protected(p.municipality_code, null, p.household_no) then null else false end
              from dwellings.proposal p
             where p.municipality_code = d.municipality_code and p.dwelling_id = d.dwelling_id
               and p.reasons && array['same-address', 'same-address-several', 'parent-address']) x) lives on true`

function rowKey(dwellingId: string, version: number): string {
  return `${dwellingId}|${version}`
}

function opened(keys: Keys, isHidden: IsHiddenPlace, row: Row): FoundDwelling {
  const { sealed, hiddenOwners, hiddenLives, othersLive, ...facts } = row
  const words = JSON.parse(keys.open(SEALED, rowKey(row.dwellingId, row.version), sealed)) as HouseWords
  const { owners, ...shown } = words
  if (isConcealed(isHidden, words.place, { hiddenLives, othersLive }))
    return { dwelling: { ...facts, ...concealWords(shown) }, owners: [], concealed: true }
  return {
    dwelling: { ...facts, ...shown },
    owners: closed(row.dwellingId, owners, hiddenOwners),
    concealed: false,
  }
}

/**
 * Where somebody lives who is not protected, too, the house is shown: its address is theirs as well, and closing it would
 * tell whoever looks at them that somebody hides there.
 */
function isConcealed(
  isHidden: IsHiddenPlace,
  place: HousePlace,
  { hiddenLives, othersLive }: { readonly hiddenLives: boolean; readonly othersLive: boolean },
): boolean {
  return !othersLive && (hiddenLives || isHidden(place))
}

function closed(
  dwellingId: string,
  owners: readonly Owner[],
  hiddenOwners: readonly string[],
): Guarded<Owner | null>[] {
  return owners.map((owner) => {
    const hidden = owner.residentNo !== null && hiddenOwners.includes(owner.residentNo)
    const subject =
      owner.residentNo === null
        ? ({ kind: 'dwelling', id: dwellingId } as const)
        : ({ kind: 'resident', id: owner.residentNo } as const)
    // Not even that there is such an owner: the house stands where a hidden person may live.
    return new Guarded<Owner | null>(subject, hidden, owner, () => null)
  })
}

/** Owners that 家屋課税台帳 names for a house, closed as those of the house register are. */
export async function closeOwners(
  tx: Tx,
  dwellingId: string,
  owners: readonly Owner[],
): Promise<Guarded<Owner | null>[]> {
  const numbers = owners.flatMap(({ residentNo }) => residentNo ?? [])
  const rows = await tx.sql<{ no: string }>(
    'select o as no from unnest($2::text[]) o where ledger.is_protected($1, o, null, null)',
    [tx.municipality, numbers],
  )
  return closed(
    dwellingId,
    owners,
    rows.map(({ no }) => no),
  )
}

export type NewDescription = HouseFacts & {
  readonly dwellingId: DwellingId
  readonly version: number
  readonly source: 'register' | 'hand'
  readonly registerSeq: bigint | null
  readonly words: HouseWords
}
type Written = { readonly at: Date; readonly by: string; readonly label: string }

/** Houses that are not there yet; of two who add the same 物件番号 at once the second one's is left out. */
export async function insertDwellings(
  tx: Tx,
  houses: readonly { readonly dwellingId: DwellingId; readonly propertyNo: string | null }[],
  at: Date,
): Promise<Set<DwellingId>> {
  const rows = await tx.sql<{ id: DwellingId }>(
    `insert into dwellings.dwelling (municipality_code, dwelling_id, property_no, made_at)
     select $1, id, property_no, $4 from unnest($2::uuid[], $3::text[]) as t (id, property_no)
     on conflict do nothing returning dwelling_id as id`,
    [tx.municipality, houses.map((one) => one.dwellingId), houses.map((one) => one.propertyNo), at],
  )
  return new Set(rows.map(({ id }) => id))
}

/** The versions become the present ones; the caller has ended those before (`endDescriptions`) or there are none. */
export async function insertDescriptions(
  tx: Tx,
  keys: Keys,
  list: readonly NewDescription[],
  written: Written,
): Promise<void> {
  await tx.sql(
    `insert into dwellings.description (municipality_code, dwelling_id, version, present, source, register_seq, state,
       block_code, use_code, structure_code, storeys, floor_area, owner_nos, sealed, written_at, written_by, written_label)
     select $1, id, version, true, source, seq, state, block, use_code, structure, storeys, area,
            string_to_array(owners, ' '), sealed, $14, $15, $16
       from unnest($2::uuid[], $3::integer[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
                   $10::integer[], $11::numeric[], $12::text[], $13::bytea[])
         as t (id, version, source, seq, state, block, use_code, structure, storeys, area, owners, sealed)`,
    [
      tx.municipality,
      list.map((one) => one.dwellingId),
      list.map((one) => one.version),
      list.map((one) => one.source),
      list.map((one) => one.registerSeq),
      list.map((one) => one.state),
      list.map((one) => one.blockCode),
      list.map((one) => one.useCode),
      list.map((one) => one.structureCode),
      list.map((one) => one.storeys),
      list.map((one) => one.floorArea),
      list.map((one) => one.words.owners.flatMap(({ residentNo }) => residentNo ?? []).join(' ')),
      list.map((one) => keys.seal(SEALED, rowKey(one.dwellingId, one.version), JSON.stringify(one.words))),
      written.at,
      written.by,
      written.label,
    ],
  )
}

/** Ends the versions that were seen; those that are present no more are not among the answer. */
export async function endDescriptions(
  tx: Tx,
  seen: readonly { readonly dwellingId: DwellingId; readonly version: number }[],
): Promise<Set<DwellingId>> {
  const rows = await tx.sql<{ id: DwellingId }>(
    `update dwellings.description d set present = false
       from unnest($2::uuid[], $3::integer[]) as t (id, version)
      where d.municipality_code = $1 and d.dwelling_id = t.id and d.version = t.version and d.present
      returning d.dwelling_id as id`,
    [tx.municipality, seen.map((one) => one.dwellingId), seen.map((one) => one.version)],
  )
  return new Set(rows.map(({ id }) => id))
}

export async function findDwellings(
  tx: Tx,
  keys: Keys,
  isHidden: IsHiddenPlace,
  ids: readonly string[],
): Promise<Map<DwellingId, FoundDwelling>> {
  const rows = await tx.sql<Row>(
    `select ${columns} from ${from} where d.municipality_code = $1 and d.dwelling_id = any($2::uuid[]) and d.present`,
    [tx.municipality, [...ids]],
  )
  return new Map(rows.map((row) => [row.dwellingId, opened(keys, isHidden, row)]))
}

/** Every version of a house, the newest first. */
export async function listVersions(
  tx: Tx,
  keys: Keys,
  isHidden: IsHiddenPlace,
  dwellingId: string,
): Promise<FoundDwelling[]> {
  const rows = await tx.sql<Row>(
    `select ${columns} from ${from} where d.municipality_code = $1 and d.dwelling_id = $2 order by d.version desc`,
    [tx.municipality, dwellingId],
  )
  return rows.map((row) => opened(keys, isHidden, row))
}

/** Houses of one 町字, in no order that the sealed address could give: the caller sorts. */
export async function listBlock(
  tx: Tx,
  keys: Keys,
  isHidden: IsHiddenPlace,
  blockCode: string,
): Promise<FoundDwelling[]> {
  const rows = await tx.sql<Row>(
    `select ${columns} from ${from} where d.municipality_code = $1 and d.block_code = $2 and d.present`,
    [tx.municipality, blockCode],
  )
  return rows.map((row) => opened(keys, isHidden, row))
}

/** How many houses stand in each 町字, and what the addresses there call it. */
export async function countBlocks(
  tx: Tx,
  keys: Keys,
): Promise<{ readonly blockCode: string; readonly town: string; readonly standing: number }[]> {
  const rows = await tx.sql<
    Pick<Row, 'dwellingId' | 'version' | 'blockCode' | 'sealed'> & { standing: number }
  >(
    `select d.dwelling_id as "dwellingId", d.version, d.block_code as "blockCode", d.sealed, c.standing
       from (select min(dwelling_id::text)::uuid as dwelling_id,
                    (count(*) filter (where state = 'standing'))::integer as standing
               from dwellings.description where municipality_code = $1 and present group by block_code) c
       join dwellings.description d on d.municipality_code = $1 and d.dwelling_id = c.dwelling_id and d.present`,
    [tx.municipality],
  )
  return rows.map(({ blockCode, standing, ...row }) => {
    const words = JSON.parse(keys.open(SEALED, rowKey(row.dwellingId, row.version), row.sealed)) as HouseWords
    return { blockCode, town: words.place.town, standing }
  })
}

/** A version with everything in it, to write the next one from; nothing of it is shown. */
export async function storedDescription(
  tx: Tx,
  keys: Keys,
  { dwellingId, version }: { readonly dwellingId: DwellingId; readonly version: number },
): Promise<Omit<NewDescription, 'dwellingId' | 'version'> | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns} from ${from} where d.municipality_code = $1 and d.dwelling_id = $2 and d.version = $3`,
    [tx.municipality, dwellingId, version],
  )
  if (row === undefined) return null
  const { source, registerSeq, state, blockCode, useCode, structureCode, storeys, floorArea, sealed } = row
  const words = JSON.parse(keys.open(SEALED, rowKey(dwellingId, version), sealed)) as HouseWords
  return { source, registerSeq, state, blockCode, useCode, structureCode, storeys, floorArea, words }
}

/** Every house as it is, with its owners' 宛名番号, to compare with households: nothing of it is shown. */
export async function* streamHouses(
  tx: Tx,
  keys: Keys,
): AsyncGenerator<
  {
    readonly dwellingId: DwellingId
    readonly blockCode: string
    readonly useCode: string
    readonly ownerNos: string[]
    readonly place: HouseWords['place']
  }[]
> {
  for await (const rows of readInBatches<
    Pick<Row, 'dwellingId' | 'version' | 'blockCode' | 'useCode' | 'sealed'> & { ownerNos: string[] }
  >(
    tx,
    `select dwelling_id as "dwellingId", version, block_code as "blockCode", use_code as "useCode",
            owner_nos as "ownerNos", sealed
       from dwellings.description where municipality_code = $1 and present and state = 'standing'`,
    [tx.municipality],
  ))
    yield rows.map(({ version, sealed, ...row }) => ({
      ...row,
      place: (JSON.parse(keys.open(SEALED, rowKey(row.dwellingId, version), sealed)) as HouseWords).place,
    }))
}

/** Where every house of these 町字 stands, and every one of no known 町字; `null` = of the whole town. Addresses are nobody's. */
export async function* streamPlaces(
  tx: Tx,
  keys: Keys,
  blockCodes: readonly string[] | null,
): AsyncGenerator<{ readonly dwellingId: DwellingId; readonly place: HouseWords['place'] }[]> {
  for await (const rows of readInBatches<Pick<Row, 'dwellingId' | 'version' | 'sealed'>>(
    tx,
    `select dwelling_id as "dwellingId", version, sealed from dwellings.description
      where municipality_code = $1 and present and ($2::text[] is null or block_code = any($2) or block_code = '')`,
    [tx.municipality, blockCodes === null ? null : [...blockCodes]],
  ))
    yield rows.map(({ dwellingId, version, sealed }) => ({
      dwellingId,
      place: (JSON.parse(keys.open(SEALED, rowKey(dwellingId, version), sealed)) as HouseWords).place,
    }))
}

/** Houses that stand and whose place on the map is known, to look which lie in an area: nothing of it is shown. */
export async function* streamPositions(
  tx: Tx,
  keys: Keys,
): AsyncGenerator<
  { readonly dwellingId: DwellingId; readonly latitude: number; readonly longitude: number }[]
> {
  for await (const rows of readInBatches<Pick<Row, 'dwellingId' | 'version' | 'sealed'>>(
    tx,
    `select dwelling_id as "dwellingId", version, sealed from dwellings.description
      where municipality_code = $1 and present and state = 'standing'`,
    [tx.municipality],
  ))
    yield rows.flatMap(({ dwellingId, version, sealed }) => {
      const { position } = JSON.parse(keys.open(SEALED, rowKey(dwellingId, version), sealed)) as HouseWords
      return position === null
        ? []
        : [{ dwellingId, latitude: position.latitude, longitude: position.longitude }]
    })
}

/** A house as the register and the house register have it, by 物件番号: what differs, and how. */
export type Difference = {
  readonly propertyNo: string
  /** `null` = not in the house register yet. */
  readonly dwellingId: DwellingId | null
  readonly version: number | null
  readonly kind: 'new' | 'changed' | 'removed'
  readonly newest: bigint | null
}

/** Where 家屋課税台帳 differs from what was taken over, in the order of 物件番号 after `after`. */
export async function listDifferences(
  tx: Tx,
  wanted: {
    readonly kinds: readonly Difference['kind'][]
    readonly after: string | null
    readonly limit: number | null
  },
): Promise<Difference[]> {
  return await tx.sql<Difference>(`${differences} order by "propertyNo" limit $4`, [
    tx.municipality,
    [...wanted.kinds],
    wanted.after ?? '',
    wanted.limit,
  ])
}

export async function countDifferences(
  tx: Tx,
): Promise<{ readonly kind: Difference['kind']; readonly count: number }[]> {
  return await tx.sql(
    `select kind, count(*)::integer as count from (${differences}) x group by kind having $4::integer is null`,
    [tx.municipality, ['new', 'changed', 'removed'], '', null],
  )
}

const differences = `
  with reg as (
    select e.clear->>'物件番号' as property_no, max(e.from_seq) as newest
      from registers.pub_ledger e
     where e.municipality_code = $1 and e.business = 'houses' group by 1),
  ours as (
    select h.property_no, d.dwelling_id, d.version, d.register_seq, d.state
      from dwellings.dwelling h
      join dwellings.description d
        on d.municipality_code = h.municipality_code and d.dwelling_id = h.dwelling_id and d.present
     where h.municipality_code = $1 and h.property_no is not null),
  found as (
    select coalesce(reg.property_no, ours.property_no) as "propertyNo", ours.dwelling_id as "dwellingId", ours.version,
           case when ours.dwelling_id is null then 'new'
                when reg.property_no is null then 'removed' else 'changed' end as kind,
           reg.newest
      from reg full join ours on ours.property_no = reg.property_no
     where ours.dwelling_id is null
        or (reg.property_no is null and ours.state = 'standing' and ours.register_seq is not null)
        or reg.newest > ours.register_seq)
  select * from found where kind = any($2) and "propertyNo" > $3`

/** How 家屋課税台帳 differs from one house by now; `null` = it does not, or the house is not of it. */
export async function differenceOf(tx: Tx, dwellingId: string): Promise<'changed' | 'removed' | null> {
  const [row] = await tx.sql<{ kind: 'changed' | 'removed' | null }>(
    `with newest as (
       select max(e.from_seq) as seq from registers.pub_ledger e
        where e.municipality_code = $1 and e.business = 'houses' and e.clear->>'物件番号' = (
          select h.property_no from dwellings.dwelling h where h.municipality_code = $1 and h.dwelling_id = $2))
     select case when d.register_seq is null then null
                 when newest.seq > d.register_seq then 'changed'
                 when newest.seq is null and d.state = 'standing' then 'removed' end as kind
       from dwellings.description d, newest
      where d.municipality_code = $1 and d.dwelling_id = $2 and d.present`,
    [tx.municipality, dwellingId],
  )
  return row?.kind ?? null
}

/** Houses that somebody owns, as 家屋課税台帳 has it now. */
export async function dwellingsOwnedBy(tx: Tx, residentNos: readonly string[]): Promise<DwellingId[]> {
  const rows = await tx.sql<{ id: DwellingId }>(
    `select distinct h.dwelling_id as id from registers.pub_ledger e
       join dwellings.dwelling h on h.municipality_code = e.municipality_code and h.property_no = e.clear->>'物件番号'
      where e.municipality_code = $1 and e.business = 'houses' and e.resident_no = any($2)
        and not ledger.is_protected(e.municipality_code, e.resident_no, null, null)`,
    [tx.municipality, [...residentNos]],
  )
  return rows.map(({ id }) => id)
}
