import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type LedgerOpening = {
  readonly openingId: string
  readonly municipalityCode: MunicipalityCode
  readonly fromAt: Date
  readonly untilAt: Date
  readonly askedBy: string
  readonly reason: string
  readonly openedAt: Date
  readonly openedBy: string
  readonly toldAt: Date | null
  readonly endedAt: Date | null
  readonly endedBy: string | null
  readonly endToldAt: Date | null
}

const columns = `o.opening_id as "openingId", o.municipality_code as "municipalityCode", o.from_at as "fromAt",
  o.until_at as "untilAt", o.asked_by as "askedBy", o.reason, o.opened_at as "openedAt", o.opened_by as "openedBy",
  o.told_at as "toldAt", o.ended_at as "endedAt", o.ended_by as "endedBy", o.end_told_at as "endToldAt"`

export async function listOpenings(
  tx: Tx,
  municipalityCode: MunicipalityCode | null,
): Promise<(LedgerOpening & { readonly town: string })[]> {
  return await tx.sql<LedgerOpening & { town: string }>(
    `select ${columns}, coalesce(t.name, o.municipality_code) as town
       from center.ledger_opening o left join center.town t using (municipality_code)
      where $1::text is null or o.municipality_code = $1 order by o.opened_at desc limit 500`,
    [municipalityCode],
  )
}

export async function insertOpening(
  tx: Tx,
  opening: Omit<LedgerOpening, 'toldAt' | 'endedAt' | 'endedBy' | 'endToldAt'>,
): Promise<void> {
  await tx.sql(
    `insert into center.ledger_opening
       (opening_id, municipality_code, from_at, until_at, asked_by, reason, opened_at, opened_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      opening.openingId,
      opening.municipalityCode,
      opening.fromAt,
      opening.untilAt,
      opening.askedBy,
      opening.reason,
      opening.openedAt,
      opening.openedBy,
    ],
  )
}

/** `undefined` = there is none; false = it was ended already. */
export async function endOpening(
  tx: Tx,
  openingId: string,
  at: Date,
  by: string,
): Promise<boolean | undefined> {
  const rows = await tx.sql(
    `update center.ledger_opening set ended_at = $2, ended_by = $3
      where opening_id = $1 and ended_at is null returning opening_id`,
    [openingId, at, by],
  )
  if (rows.length === 1) return true
  const known = await tx.sql('select 1 from center.ledger_opening where opening_id = $1', [openingId])
  return known.length === 1 ? false : undefined
}

/** Openings and ends that BCL has not acknowledged; what is over by itself needs no word any more. */
export async function listUntold(tx: Tx, now: Date): Promise<LedgerOpening[]> {
  return await tx.sql<LedgerOpening>(
    `select ${columns} from center.ledger_opening o
      where o.until_at > $1
        and ((o.ended_at is null and o.told_at is null) or (o.ended_at is not null and o.end_told_at is null))
      order by o.opened_at limit 50`,
    [now],
  )
}

export async function setTold(tx: Tx, openingId: string, ended: boolean, at: Date): Promise<void> {
  await tx.sql(
    ended
      ? 'update center.ledger_opening set end_told_at = $2 where opening_id = $1'
      : 'update center.ledger_opening set told_at = $2 where opening_id = $1 and ended_at is null',
    [openingId, at],
  )
}
