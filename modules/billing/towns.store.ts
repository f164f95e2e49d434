import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Month } from './fiscal-year.ts'
import type { PrefectureFinding } from './usage-fee.ts'
import type { Contract, YearlyItem } from './yearly.ts'

export type Town = {
  readonly municipalityCode: string
  readonly prefecture: string
  readonly name: string
}

export async function listTowns(tx: Tx): Promise<Town[]> {
  return await tx.sql<Town>(
    `select municipality_code as "municipalityCode", prefecture, name from center.pub_town order by municipality_code`,
  )
}

export type Operator = { readonly operatorId: string; readonly ja: string }

export async function listOperators(tx: Tx): Promise<Operator[]> {
  return await tx.sql<Operator>(
    `select operator_id as "operatorId", ja from center.pub_operator order by operator_id`,
  )
}

export type Population = {
  readonly municipalityCode: string
  readonly onDate: PlainDate
  readonly people: number
  readonly source: string
  readonly recordedAt: Date
  readonly recordedBy: string
}

export async function insertPopulation(tx: Tx, population: Population): Promise<void> {
  await tx.sql(
    `insert into billing.population (municipality_code, on_date, recorded_at, people, source, recorded_by)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      population.municipalityCode,
      population.onDate,
      population.recordedAt,
      population.people,
      population.source,
      population.recordedBy,
    ],
  )
}

/** Head counts that rule: of each town and day the row recorded last. */
export async function listPopulations(tx: Tx, municipalityCode: string | null): Promise<Population[]> {
  return await tx.sql<Population>(
    `select distinct on (municipality_code, on_date) municipality_code as "municipalityCode",
            on_date::text as "onDate", people, source, recorded_at as "recordedAt", recorded_by as "recordedBy"
       from billing.population where $1::text is null or municipality_code = $1
      order by municipality_code, on_date desc, recorded_at desc`,
    [municipalityCode],
  )
}

export type ContractRow = Contract & {
  readonly contractId: string
  readonly municipalityCode: string
  readonly recordedAt: Date
  readonly recordedBy: string
  readonly replaces: string | null
}

/** False when the row it replaces was replaced by another. */
export async function insertContract(tx: Tx, contract: ContractRow): Promise<boolean> {
  const rows = await tx.sql(
    `insert into billing.contract
       (contract_id, municipality_code, service, from_month, until_month, recorded_at, recorded_by, replaces)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning contract_id`,
    [
      contract.contractId,
      contract.municipalityCode,
      contract.service,
      contract.fromMonth,
      contract.untilMonth,
      contract.recordedAt,
      contract.recordedBy,
      contract.replaces,
    ],
  )
  return rows.length === 1
}

/** Contracts that stand, replaced ones left out. */
export async function listContracts(tx: Tx, municipalityCode: string | null): Promise<ContractRow[]> {
  return await tx.sql<ContractRow>(
    `select contract_id as "contractId", municipality_code as "municipalityCode", service, from_month as "fromMonth",
            until_month as "untilMonth", recorded_at as "recordedAt", recorded_by as "recordedBy", replaces
       from billing.contract c
      where ($1::text is null or municipality_code = $1)
        and not exists (select 1 from billing.contract r where r.replaces = c.contract_id)
      order by municipality_code, from_month, service, recorded_at`,
    [municipalityCode],
  )
}

export type Finding = PrefectureFinding & { readonly prefecture: string }

/** False when it was recorded before. */
export async function insertFinding(tx: Tx, finding: Finding, at: Date, by: string): Promise<boolean> {
  const rows = await tx.sql(
    `insert into billing.prefecture_finding (prefecture, fiscal_year, share, recorded_at, recorded_by)
     values ($1, $2, $3, $4, $5) on conflict do nothing returning prefecture`,
    [finding.prefecture, finding.fiscalYear, finding.share, at, by],
  )
  return rows.length === 1
}

export async function listFindings(tx: Tx): Promise<Finding[]> {
  return await tx.sql<Finding>(
    `select prefecture, fiscal_year as "fiscalYear", share from billing.prefecture_finding
      order by prefecture, fiscal_year, share`,
  )
}

export type BclCopies = {
  readonly municipalityCode: string
  readonly copies: number
  readonly bclYen: number
}

/** Copies of the booked months that the BCL fee is asked for, town by town. */
export async function countBclCopies(tx: Tx, from: Month, to: Month): Promise<BclCopies[]> {
  return await tx.sql<BclCopies>(
    `select municipality_code as "municipalityCode", sum(copies)::int as copies,
            sum(copies * bcl_yen)::float8 as "bclYen"
       from billing.booked where month between $1 and $2 and bcl_yen > 0 group by municipality_code`,
    [from, to],
  )
}

export type YearlyRow = {
  readonly fiscalYear: number
  readonly municipalityCode: string
  readonly item: YearlyItem
  readonly amountYen: number
  readonly facts: Readonly<Record<string, string | number>>
  readonly settledAt: Date
  readonly settledBy: string
}

/** False when the item of the year was settled before. */
export async function insertYearly(tx: Tx, row: YearlyRow): Promise<boolean> {
  const rows = await tx.sql(
    `insert into billing.yearly (fiscal_year, municipality_code, item, amount_yen, facts, settled_at, settled_by)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning item`,
    [
      row.fiscalYear,
      row.municipalityCode,
      row.item,
      row.amountYen,
      JSON.stringify(row.facts),
      row.settledAt,
      row.settledBy,
    ],
  )
  return rows.length === 1
}

export async function listYearly(
  tx: Tx,
  fiscalYear: number,
  municipalityCode: string | null,
): Promise<YearlyRow[]> {
  return await tx.sql<YearlyRow>(
    `select fiscal_year as "fiscalYear", municipality_code as "municipalityCode", item,
            amount_yen::float8 as "amountYen", facts, settled_at as "settledAt", settled_by as "settledBy"
       from billing.yearly
      where fiscal_year = $1 and ($2::text is null or municipality_code = $2)
      order by municipality_code, item`,
    [fiscalYear, municipalityCode],
  )
}

export type Offer = {
  readonly municipalityCode: string
  readonly kind: string
  readonly issuer: 'bcl' | 'own'
}

/** Kinds issued on the day: of each town and kind the latest row that has begun, unless it is over. */
export async function listOffers(tx: Tx, on: PlainDate): Promise<Offer[]> {
  return await tx.sql<Offer>(
    `select municipality_code as "municipalityCode", kind, issuer from (
       select distinct on (municipality_code, kind) municipality_code, kind, issuer, until_on
         from center.pub_offer where from_on <= $1 order by municipality_code, kind, from_on desc) latest
      where until_on is null or until_on >= $1 order by municipality_code, kind`,
    [on],
  )
}
