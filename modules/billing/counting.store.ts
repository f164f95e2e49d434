import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Channel } from './copies.ts'
import { firstDayOf, monthAfter, type Month } from './fiscal-year.ts'
import { holidaysBetween, officeHours } from './office-hours.ts'
import type { LineKey } from './statements.ts'
import type { Count } from './statistics.ts'

/** A printed transaction, as it is counted; amounts per copy. */
export type PrintedRow = {
  readonly transactionId: string
  readonly printedAt: Date
  readonly municipalityCode: string
  readonly kind: string
  readonly issuer: 'bcl' | 'own'
  readonly copies: number
  readonly kioskId: string
  readonly storeId: string | null
  readonly storeMunicipalityCode: string | null
  readonly operatorId: string | null
  readonly channel: Channel
  readonly test: boolean
  readonly feeYen: number
  readonly printingYen: number
}

export type Closing = { readonly month: Month; readonly closedAt: Date; readonly closedBy: string }

/** The latest first, with the copies booked into each. */
export async function listClosings(tx: Tx): Promise<(Closing & { readonly copies: number })[]> {
  return await tx.sql<Closing & { readonly copies: number }>(
    `select c.month, c.closed_at as "closedAt", c.closed_by as "closedBy",
            (select coalesce(sum(m.copies), 0)::int from billing.monthly_count m where m.month = c.month) as copies
       from billing.closing c order by c.month desc`,
  )
}

/** False when another closed it first: the second waits here until the first has booked, or failed. */
export async function insertClosing(tx: Tx, closing: Closing): Promise<boolean> {
  const rows = await tx.sql(
    `insert into billing.closing (month, closed_at, closed_by) values ($1, $2, $3)
     on conflict do nothing returning month`,
    [closing.month, closing.closedAt, closing.closedBy],
  )
  return rows.length === 1
}

/** Midnight in Japan at which a month begins. */
export function startOf(month: Month): Date {
  return new Date(`${firstDayOf(month)}T00:00:00+09:00`)
}

/** Which printed transactions a question is about. `null` = all. */
export type Scope = {
  readonly month: Month
  readonly municipalityCode: string | null
  readonly operatorId: string | null
}

/**
 * Where the rows of a month are: booked for good, or still in the centre's own tables. `fromAt` of an open month is its own
 * beginning, or that of the last closed month where this one is closed next: what committed while that one was being closed is
 * counted here (an anti-join over all that was ever printed would take minutes).
 */
export type Where = { readonly closed: true } | { readonly closed: false; readonly fromAt: Date | null }

const columns = `transaction_id as "transactionId", printed_at as "printedAt", municipality_code as "municipalityCode",
  kind, issuer, copies, kiosk_id as "kioskId", store_id as "storeId", store_municipality_code as "storeMunicipalityCode",
  operator_id as "operatorId", channel, test, fee_yen as "feeYen", printing_yen as "printingYen"`

/** Printed from `$1` (null = ever) until before `$2`. */
const printed = `
  select p.transaction_id, p.printed_at, p.municipality_code, p.kind, p.issuer, p.copies, p.kiosk_id, p.store_id,
         p.store_municipality_code, p.operator_id, p.test, p.fee_yen, p.printing_yen,
         case when p.usage = 'counter' then 'counter' when p.operator_sort = 'hall' then 'hall' else 'store' end as channel
    from center.pub_printed p
   where p.printed_at >= coalesce($1::timestamptz, '-infinity') and p.printed_at < $2`

const unbooked = `(${printed}
     and not exists (select 1 from billing.booked b where b.transaction_id = p.transaction_id)) r`

/** What the tariff asks of a copy hangs on these alone. */
export type PriceKey = Pick<PrintedRow, 'kind' | 'issuer' | 'channel'> & { readonly printedOn: PlainDate }
export type Price = PriceKey & { readonly commissionYen: number; readonly bclYen: number }

export async function listPriceKeys(tx: Tx, fromAt: Date | null, untilAt: Date): Promise<PriceKey[]> {
  return await tx.sql<PriceKey>(
    `select distinct kind, issuer, channel, (printed_at at time zone 'Asia/Tokyo')::date::text as "printedOn"
       from ${unbooked}`,
    [fromAt, untilAt],
  )
}

/**
 * Books everything that has a price and is not booked, in one statement: the 2.5 million rows of a month of the nation are not
 * carried through here. (An anti-join over the table that is being filled reads all of it for every row: 300,000 rows did not
 * end within a minute. The key finds what is there.) What was printed since the prices were made and has none comes next time.
 * (`offset 0`: the prices are joined last; joined first they multiply every row by the days of the month.)
 */
export async function book(
  tx: Tx,
  month: Month,
  fromAt: Date | null,
  untilAt: Date,
  prices: readonly Price[],
): Promise<{ readonly transactions: number; readonly copies: number }> {
  // A month of the nation takes longer than a person's request may.
  await tx.sql(`set local statement_timeout = '30min'`)
  const all = <Value>(of: (price: Price) => Value): Value[] => prices.map(of)
  const [booked] = await tx.sql<{ transactions: number; copies: number }>(
    `with price as (
       select * from unnest($4::text[], $5::text[], $6::text[], $7::date[], $8::int[], $9::int[])
         as p (kind, issuer, channel, printed_on, commission_yen, bcl_yen)
     ), added as (
       insert into billing.booked (transaction_id, month, municipality_code, kind, issuer, copies, printed_at, kiosk_id,
         store_id, store_municipality_code, operator_id, channel, test, fee_yen, printing_yen, commission_yen, bcl_yen)
       select r.transaction_id, $3, r.municipality_code, r.kind, r.issuer, r.copies, r.printed_at, r.kiosk_id, r.store_id,
              r.store_municipality_code, r.operator_id, r.channel, r.test, r.fee_yen, r.printing_yen, p.commission_yen,
              p.bcl_yen
         from (${printed} offset 0) r
         join price p on p.kind = r.kind and p.issuer = r.issuer and p.channel = r.channel
          and p.printed_on = (r.printed_at at time zone 'Asia/Tokyo')::date
       on conflict (transaction_id) do nothing
       returning copies
     )
     select count(*)::int as transactions, coalesce(sum(copies), 0)::int as copies from added`,
    [
      fromAt,
      untilAt,
      month,
      all((price) => price.kind),
      all((price) => price.issuer),
      all((price) => price.channel),
      all((price) => price.printedOn),
      all((price) => price.commissionYen),
      all((price) => price.bclYen),
    ],
  )
  return booked!
}

/** Rows with the same key, counted; of an open month by day, since the tariff of the day rules. */
export type PrintedGroup = Omit<LineKey, 'commissionYen' | 'bclYen'> & {
  /** `null` = a closed month: the amounts stand in the rows. */
  readonly printedOn: PlainDate | null
  readonly commissionYen: number | null
  readonly bclYen: number | null
  readonly transactions: number
  readonly copies: number
}

const groupColumns = `municipality_code as "municipalityCode", operator_id as "operatorId", channel, kind, issuer, test,
  fee_yen as "feeYen", printing_yen as "printingYen", count(*)::int as transactions, sum(copies)::int as copies`
const groupKey = 'municipality_code, operator_id, channel, kind, issuer, test, fee_yen, printing_yen'

export async function countGroups(tx: Tx, scope: Scope, where: Where): Promise<PrintedGroup[]> {
  const { month, municipalityCode, operatorId } = scope
  if (where.closed)
    return await tx.sql<PrintedGroup>(
      `select ${groupColumns}, null as "printedOn", commission_yen as "commissionYen", bcl_yen as "bclYen"
         from billing.booked
        where month = $1 and ($2::text is null or municipality_code = $2) and ($3::text is null or operator_id = $3)
        group by ${groupKey}, commission_yen, bcl_yen`,
      [month, municipalityCode, operatorId],
    )
  return await tx.sql<PrintedGroup>(
    `select ${groupColumns}, (printed_at at time zone 'Asia/Tokyo')::date::text as "printedOn",
            null as "commissionYen", null as "bclYen"
       from ${unbooked}
      where ($3::text is null or municipality_code = $3) and ($4::text is null or operator_id = $4)
      group by ${groupKey}, (printed_at at time zone 'Asia/Tokyo')::date`,
    [where.fromAt, startOf(monthAfter(month)), municipalityCode, operatorId],
  )
}

/** Which rows of a scope: those of one line of a statement, or all. */
export type RowFilter = {
  readonly kind?: string | undefined
  readonly channel?: Channel | undefined
  readonly issuer?: 'bcl' | 'own' | undefined
  readonly test?: boolean | undefined
  readonly feeYen?: number | undefined
  readonly printingYen?: number | undefined
  /** Of the other party; empty = a machine that stands in no store. */
  readonly municipalityCode?: string | undefined
  readonly operatorId?: string | undefined
}

export type CheckedRow = PrintedRow & {
  readonly store: string | null
  /** What the machine took for it, less what it gave back. */
  readonly keptYen: number
  readonly commissionYen: number | null
  readonly bclYen: number | null
}

/** The rows behind a figure, in the order they were printed. */
export async function listRows(
  tx: Tx,
  scope: Scope,
  where: Where,
  filter: RowFilter,
  after: { readonly printedAt: Date; readonly transactionId: string } | null,
  limit: number,
): Promise<CheckedRow[]> {
  const source = where.closed
    ? `(select * from billing.booked where month = $1 and $2::timestamptz is not null) r`
    : `(select *, null::int as commission_yen, null::int as bcl_yen from ${unbooked}) r`
  const bounds = where.closed
    ? [scope.month, startOf(monthAfter(scope.month))]
    : [where.fromAt, startOf(monthAfter(scope.month))]
  return await tx.sql<CheckedRow>(
    `select ${columns}, commission_yen as "commissionYen", bcl_yen as "bclYen",
            (select s.ja from center.pub_store s where s.store_id = r.store_id) as store,
            (select t.inserted_yen - t.paid_out_yen from center.pub_till t where t.transaction_id = r.transaction_id)
              as "keptYen"
       from ${source}
      where ($3::text is null or municipality_code = $3) and ($4::text is null or coalesce(operator_id, '') = $4)
        and ($5::text is null or kind = $5) and ($6::text is null or channel = $6) and ($7::text is null or issuer = $7)
        and ($8::bool is null or test = $8) and ($9::int is null or fee_yen = $9)
        and ($10::int is null or printing_yen = $10)
        and ($11::timestamptz is null or (printed_at, transaction_id) > ($11, $12))
      order by printed_at, transaction_id limit $13`,
    [
      ...bounds,
      scope.municipalityCode ?? filter.municipalityCode ?? null,
      scope.operatorId ?? filter.operatorId ?? null,
      filter.kind ?? null,
      filter.channel ?? null,
      filter.issuer ?? null,
      filter.test ?? null,
      filter.feeYen ?? null,
      filter.printingYen ?? null,
      after?.printedAt ?? null,
      after?.transactionId ?? null,
      limit,
    ],
  )
}

const inOfficeHours = `(extract(isodow from local) < 6 and local::time >= $O1::time and local::time < $O2::time
  and local::date <> all ($O3::date[]) and to_char(local, 'MM-DD') <> all ($O4::text[]))`

/** The parameters of `inOfficeHours`, behind `before` others. */
function hoursFrom(before: number): { readonly sql: string; readonly params: (month: Month) => unknown[] } {
  return {
    sql: inOfficeHours.replaceAll(/\$O(\d)/g, (_, no: string) => `$${before + Number(no)}`),
    params: (month) => {
      const on = firstDayOf(month)
      // A closing may hold rows of the month before, which may lie in another year.
      const holidays = holidaysBetween(`${Number(on.slice(0, 4)) - 1}-01-01` as PlainDate, on)
      return [officeHours.opensAt, officeHours.closesAt, holidays, officeHours.closedOn]
    },
  }
}

/** Counts a closed month once, so that years of it are quickly read. */
export async function insertMonthlyCounts(tx: Tx, month: Month): Promise<void> {
  const hours = hoursFrom(1)
  await tx.sql(
    `insert into billing.monthly_count
       (month, municipality_code, kind, operator_id, channel, test, office_hours, own_town, copies)
     select month, municipality_code, kind, coalesce(operator_id, ''), channel, test, ${hours.sql} as office_hours,
            coalesce(store_municipality_code = municipality_code, false) as own_town, sum(copies)::int
       from (select *, printed_at at time zone 'Asia/Tokyo' as local from billing.booked where month = $1) b
      group by 1, 2, 3, 4, 5, 6, 7, 8`,
    [month, ...hours.params(month)],
  )
}

const countColumns = `kind, operator_id as "operatorId", channel, test, office_hours as "officeHours",
  own_town as "ownTown", sum(copies)::int as copies`

/** Counts of the closed months from `from` to `to`, of one town or of all. */
export async function listMonthlyCounts(
  tx: Tx,
  from: Month,
  to: Month,
  municipalityCode: string | null,
): Promise<Count[]> {
  return await tx.sql<Count>(
    `select month, ${countColumns} from billing.monthly_count
      where month between $1 and $2 and ($3::text is null or municipality_code = $3)
      group by month, kind, operator_id, channel, test, office_hours, own_town`,
    [from, to, municipalityCode],
  )
}

/** The same of a month that is still open. */
export async function countOpenMonth(
  tx: Tx,
  month: Month,
  fromAt: Date | null,
  municipalityCode: string | null,
): Promise<Count[]> {
  const hours = hoursFrom(3)
  const rows = await tx.sql<Omit<Count, 'month'>>(
    `select ${countColumns} from (
       select kind, coalesce(operator_id, '') as operator_id, channel, test, copies, ${hours.sql} as office_hours,
              coalesce(store_municipality_code = municipality_code, false) as own_town
         from (select *, printed_at at time zone 'Asia/Tokyo' as local from ${unbooked}) l
        where $3::text is null or municipality_code = $3) c
      group by kind, operator_id, channel, test, office_hours, own_town`,
    [fromAt, startOf(monthAfter(month)), municipalityCode, ...hours.params(month)],
  )
  return rows.map((row) => ({ ...row, month }))
}
