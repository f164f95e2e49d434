import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import { tellsPlace, type Conditions, type ExtractionList, type ItemState } from './extraction.ts'

const LIST = 'extraction.list.sealed'
/** Rows of a list written at once. */
const INSERTED = 20_000

export type Match = { readonly ref: PersonRef; readonly suppressed: boolean }

/**
 * Who meets the conditions, by what stands in clear. `tokens`: of the address, one set a key; who may live there is found
 * by them and checked exactly by the caller. One statement, whatever the size of the town.
 */
export async function match(
  tx: Tx,
  asked: {
    readonly disasterId: DisasterId
    readonly cutSeq: bigint
    readonly conditions: Conditions
    readonly bornFrom: string | null
    readonly bornUntil: string | null
    /** Born on or before: 65 on the day. */
    readonly elderlyUntil: string
    readonly tokens: readonly (readonly bigint[])[]
  },
): Promise<Match[]> {
  const { conditions } = asked
  const byAddress = asked.tokens.length > 0
  return await tx.sql<Match>(
    `with people as materialized (
       select 'R-' || p.resident_no as ref, p.resident_no, null::uuid as non_resident_id, p.birth_on, p.sex,
              coalesce(m.household_id::text, 'C' || coalesce(p.household_no, 'alone ' || p.resident_no)) as household,
              p.protected or ((m.person_ref is not null or i.resident_no is not null)
                and ledger.shares_protection($1, 'R-' || p.resident_no)) as suppressed
         from residents.people_at($1, $3) p
         left join ledger.pub_membership m
           on m.municipality_code = $1 and m.disaster_id = $2 and m.person_ref = 'R-' || p.resident_no
         left join (select distinct resident_no from ledger.pub_identity where municipality_code = $1) i
           on i.resident_no = p.resident_no
       union all
       select 'N-' || n.non_resident_id, null, n.non_resident_id, n.birth_on, n.sex,
              coalesce(m.household_id::text, 'N' || n.non_resident_id),
              ledger.is_protected($1, null, null, n.non_resident_id)
         from ledger.pub_non_resident n
         left join ledger.pub_membership m
           on m.municipality_code = $1 and m.disaster_id = $2 and m.person_ref = 'N-' || n.non_resident_id
        where n.municipality_code = $1 and n.disaster_id = $2),
     homes as materialized (
       select household, count(*) as size, bool_and(birth_on is not null and birth_on <= $8::date) as elderly
         from people group by household),
     entries as materialized (
       select e.entry_id, coalesce('R-' || e.resident_no, 'N-' || e.non_resident_id) as ref
         from ledger.pub_entry e where e.municipality_code = $1 and e.disaster_id = $2),
     housed as materialized (
       select p.household, e.entry_id from entries e join people p on p.ref = e.ref),
     near as materialized (
       select 'R-' || t.resident_no as ref
         from jsonb_array_elements($12::jsonb) k
        cross join lateral residents.numbers_of_tokens($1, $3,
          array(select x::bigint from jsonb_array_elements_text(k) x)) t)
     select p.ref, p.suppressed
       from people p
       join homes h on h.household = p.household
       left join entries e on e.ref = p.ref
      where ($4::date is null or p.birth_on <= $4) and ($5::date is null or p.birth_on > $5)
        and (cardinality($6::text[]) = 0 or p.sex = any($6))
        and ($9::int is null or h.size >= $9) and ($10::int is null or h.size <= $10)
        and (not $11::boolean or h.elderly)
        and (not $7::boolean or p.non_resident_id is not null or p.ref in (select n.ref from near n))
        and not (p.suppressed and $18::boolean)
        and ($13::boolean is null or (e.entry_id is not null) = $13)
        and (cardinality($14::text[]) = 0 or p.resident_no in (
              select r.resident_no from registers.pub_ledger r
               where r.municipality_code = $1 and r.business = 'nursing-care'
                 and r.clear ->> '要介護状態区分コード' = any($14) and coalesce(r.clear ->> '資格喪失日', '') = ''))
        and (not $15::boolean or p.resident_no in (
              select r.resident_no from registers.pub_ledger r
               where r.municipality_code = $1 and r.business = 'disabilities'))
        and not exists (
          select 1 from jsonb_array_elements($16::jsonb) c
           where case when jsonb_array_length(c -> 'codes') = 0
                      then exists (select 1 from ledger.pub_item i
                                    where i.municipality_code = $1 and i.entry_id = e.entry_id and i.item_key = c ->> 'key')
                      else not exists (select 1 from ledger.pub_item i
                                        where i.municipality_code = $1 and i.entry_id = e.entry_id
                                          and i.item_key = c ->> 'key'
                                          and i.codes && array(select jsonb_array_elements_text(c -> 'codes'))) end)
        and not exists (
          select 1 from jsonb_array_elements($17::jsonb) c
           where case when jsonb_array_length(c -> 'values') = 0
                      then exists (select 1 from housed o join ledger.pub_fact f
                                       on f.municipality_code = $1 and f.entry_id = o.entry_id and f.kind = c ->> 'kind'
                                    where o.household = p.household)
                      else not exists (
                        select 1 from housed o
                         cross join lateral (
                           select f.codes ->> (c ->> 'code') as value from ledger.pub_fact f
                            where f.municipality_code = $1 and f.entry_id = o.entry_id and f.kind = c ->> 'kind'
                            order by f.fact_id desc limit 1) newest
                         where o.household = p.household
                           and newest.value = any (array(select jsonb_array_elements_text(c -> 'values')))) end)
      order by p.ref desc`,
    [
      tx.municipality,
      asked.disasterId,
      asked.cutSeq,
      asked.bornUntil,
      asked.bornFrom,
      [...conditions.sexes],
      byAddress,
      asked.elderlyUntil,
      conditions.sizeFrom,
      conditions.sizeTo,
      conditions.elderlyOnly,
      JSON.stringify(asked.tokens.map((set) => set.map(String))),
      conditions.entered,
      [...conditions.careLevels],
      conditions.disability,
      JSON.stringify(conditions.items),
      JSON.stringify(conditions.facts),
      tellsPlace(conditions),
    ],
  )
}

export async function insertList(
  tx: Tx,
  keys: Keys,
  list: ExtractionList,
  refs: readonly PersonRef[],
  actor: string,
): Promise<void> {
  const { listId, disasterId, name, conditions, people, madeAt, by } = list
  await tx.sql(
    `insert into extraction.list (municipality_code, list_id, disaster_id, sealed, people, made_at, actor, actor_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tx.municipality,
      listId,
      disasterId,
      keys.seal(LIST, listId, JSON.stringify({ name, conditions })),
      people,
      madeAt,
      actor,
      by,
    ],
  )
  for (let from = 0; from < refs.length; from += INSERTED)
    await tx.sql(
      `insert into extraction.item (municipality_code, list_id, position, person_ref, state, version, changed_at)
       select $1, $2, $5 + t.position, t.ref, 'open', 1, $4 from unnest($3::text[]) with ordinality as t (ref, position)`,
      [tx.municipality, listId, refs.slice(from, from + INSERTED), madeAt, from],
    )
}

export type ListedList = ExtractionList & {
  readonly done: number
  readonly skipped: number
  readonly mine: number
}

/** Of one disaster, newest first; or one by its id. `me`: whose items are counted as mine. */
export async function listLists(
  tx: Tx,
  keys: Keys,
  wanted: { readonly disasterId: DisasterId } | { readonly listId: string },
  me: string,
): Promise<ListedList[]> {
  const rows = await tx.sql<Omit<ListedList, 'name' | 'conditions'> & { sealed: Buffer }>(
    `select l.list_id as "listId", l.disaster_id as "disasterId", l.sealed, l.people, l.made_at as "madeAt", l.actor_label as by,
            n.done, n.skipped, n.mine
       from extraction.list l
      cross join lateral (
        select count(*) filter (where i.state = 'done')::int as done,
               count(*) filter (where i.state = 'skipped')::int as skipped,
               count(*) filter (where i.state = 'open' and i.assignee = $4)::int as mine
          from extraction.item i where i.municipality_code = $1 and i.list_id = l.list_id) n
      where l.municipality_code = $1
        and ($2::uuid is null or l.disaster_id = $2) and ($3::uuid is null or l.list_id = $3)
      order by l.list_id desc limit 200`,
    [
      tx.municipality,
      'disasterId' in wanted ? wanted.disasterId : null,
      'listId' in wanted ? wanted.listId : null,
      me,
    ],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    ...(JSON.parse(keys.open(LIST, row.listId, sealed)) as Pick<ExtractionList, 'name' | 'conditions'>),
  }))
}

export type ListItem = {
  readonly position: number
  readonly ref: PersonRef
  readonly state: ItemState
  readonly version: number
  readonly assignee: string | null
  readonly assigneeLabel: string | null
  readonly changedAt: Date
}

const itemColumns = `position, person_ref as ref, state, version, assignee, assignee_label as "assigneeLabel",
  changed_at as "changedAt"`

export async function listItems(
  tx: Tx,
  listId: string,
  wanted: {
    readonly state: ItemState | null
    readonly mine: string | null
    readonly after: number
    readonly limit: number
  },
): Promise<ListItem[]> {
  return await tx.sql<ListItem>(
    `select ${itemColumns} from extraction.item
      where municipality_code = $1 and list_id = $2 and ($3::text is null or state = $3)
        and ($4::text is null or assignee = $4) and position > $5
      order by position limit $6`,
    [tx.municipality, listId, wanted.state, wanted.mine, wanted.after, wanted.limit],
  )
}

/** Changes an item that nobody changed since; `null` when somebody did, or its state does not allow it. */
export async function moveItem(
  tx: Tx,
  seen: { readonly listId: string; readonly position: number; readonly version: number },
  change: {
    readonly from: readonly ItemState[]
    readonly to: ItemState | null
    readonly assignee: string | null
    readonly assigneeLabel: string | null
    readonly at: Date
  },
): Promise<ListItem | null> {
  const [row] = await tx.sql<ListItem>(
    `update extraction.item
        set state = coalesce($6, state), version = version + 1, assignee = $7, assignee_label = $8, changed_at = $9
      where municipality_code = $1 and list_id = $2 and position = $3 and version = $4 and state = any($5)
      returning ${itemColumns}`,
    [
      tx.municipality,
      seen.listId,
      seen.position,
      seen.version,
      [...change.from],
      change.to,
      change.assignee,
      change.assigneeLabel,
      change.at,
    ],
  )
  return row ?? null
}

/** Whether the person of an item is protected now. */
const isProtected = `ledger.is_protected($1, case when left(person_ref, 2) = 'R-' then substr(person_ref, 3) end, null,
  case when left(person_ref, 2) = 'N-' then substr(person_ref, 3)::uuid end)`

export async function findItem(
  tx: Tx,
  listId: string,
  position: number,
): Promise<(ListItem & { readonly suppressed: boolean }) | null> {
  const [row] = await tx.sql<ListItem & { suppressed: boolean }>(
    `select ${itemColumns}, ${isProtected} as suppressed from extraction.item
      where municipality_code = $1 and list_id = $2 and position = $3`,
    [tx.municipality, listId, position],
  )
  return row ?? null
}

/** What somebody was given to do about a person, over all lists of a disaster, the newest list first. */
export async function listOpenOf(
  tx: Tx,
  disasterId: DisasterId,
  ref: PersonRef,
  assignee: string,
): Promise<(ListItem & { readonly listId: string; readonly suppressed: boolean })[]> {
  return await tx.sql(
    `select list_id as "listId", ${itemColumns}, ${isProtected} as suppressed from extraction.item
      where municipality_code = $1 and person_ref = $3 and assignee = $4 and state = 'open'
        and list_id in (select l.list_id from extraction.list l where l.municipality_code = $1 and l.disaster_id = $2)
      order by list_id desc`,
    [tx.municipality, disasterId, ref, assignee],
  )
}

/**
 * The next person whom nobody works on, given to somebody: two who ask at once get two. `exceptProtected`: of a list of a
 * place nobody who came under 支援措置 since, as the list itself shows nobody of them.
 */
export async function takeNext(
  tx: Tx,
  listId: string,
  who: { readonly assignee: string; readonly assigneeLabel: string },
  at: Date,
  exceptProtected: boolean,
): Promise<ListItem | null> {
  const [row] = await tx.sql<ListItem>(
    `update extraction.item set assignee = $3, assignee_label = $4, version = version + 1, changed_at = $5
      where municipality_code = $1 and list_id = $2
        and position = (select position from extraction.item
                         where municipality_code = $1 and list_id = $2 and state = 'open'
                           and (assignee is null or assignee = $3)
                           and not ($6 and ${isProtected})
                         order by assignee is null, position limit 1 for update skip locked)
      returning ${itemColumns}`,
    [tx.municipality, listId, who.assignee, who.assigneeLabel, at, exceptProtected],
  )
  return row ?? null
}
