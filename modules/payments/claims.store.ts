import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { EntryId, PersonRef } from '../ledger/ledger.ts'
import type { SupportId } from '../support/support.ts'
import type { AwardId, ItemState, Told } from './payments.ts'

/** What living items of the application of `w` pay less than their awards: taken off for what is claimed back. */
const takenOff = `select coalesce(sum(g.amount_yen - i.amount_yen), 0)
   from payments.item i
   join support.pub_award g on g.municipality_code = i.municipality_code and g.award_id = i.award_id
  where i.municipality_code = $1 and i.application_id = w.application_id and i.state in ('planned', 'sent', 'paid')`

export type Claimed = {
  /** Neither come back as money nor taken off a payment that stands. */
  readonly openYen: number
  /** Of it, what is taken off awards that are still to be paid; the rest has to come back as money. */
  readonly awaitingYen: number
}

/** What is claimed back, by application: of a disaster or of one application. */
export async function listClaimed(
  tx: Tx,
  of: { readonly disasterId: DisasterId; readonly supportId: SupportId | null },
): Promise<Map<SupportId, Claimed>> {
  const rows = await tx.sql<{ supportId: SupportId; open: string; unpaid: string }>(
    `select w.application_id as "supportId",
            sum(w.amount_yen - (select coalesce(sum(p.amount_yen), 0) from payments.repayment p
                                 where p.municipality_code = $1 and p.award_id = w.award_id)) - (${takenOff}) as open,
            (select coalesce(sum(g.amount_yen), 0) from support.pub_award g
              where g.municipality_code = $1 and g.application_id = w.application_id and g.kind <> 'claim-back'
                and not exists (select 1 from payments.item i
                                 where i.municipality_code = $1 and i.award_id = g.award_id
                                   and i.state in ('planned', 'sent', 'paid'))) as unpaid
       from support.pub_award w
      where w.municipality_code = $1 and w.disaster_id = $2 and w.kind = 'claim-back'
        and ($3::uuid is null or w.application_id = $3)
      group by w.application_id`,
    [tx.municipality, of.disasterId, of.supportId],
  )
  return new Map(
    rows.map(({ supportId, open, unpaid }) => {
      const openYen = Math.max(0, Number(open))
      return [supportId, { openYen, awaitingYen: Math.min(openYen, Number(unpaid)) }]
    }),
  )
}

export type AwardPayment = {
  readonly awardId: AwardId
  readonly supportId: SupportId
  readonly kind: 'grant' | 'extra' | 'claim-back'
  readonly amountYen: number
  readonly itemState: ItemState | null
  readonly transferOn: PlainDate | null
  readonly repaidYen: number
  /** What the transfer is about; less than the award where something was taken off. */
  readonly itemYen: number | null
  readonly decidedAt: Date
  readonly programmeCode: string
  readonly applicantRef: PersonRef
  readonly entryId: EntryId
}

/** Awards with what became of each: of an application, or all of a disaster that claim back. */
export async function listAwardPayments(
  tx: Tx,
  of: {
    readonly supportId: SupportId | null
    readonly disasterId: DisasterId | null
    readonly awardId: AwardId | null
  },
): Promise<AwardPayment[]> {
  const rows = await tx.sql<
    Omit<AwardPayment, 'amountYen' | 'repaidYen' | 'itemYen'> & {
      amountYen: string
      repaidYen: string
      itemYen: string | null
    }
  >(
    `select w.award_id as "awardId", w.application_id as "supportId", w.kind, w.amount_yen as "amountYen",
            i.state as "itemState", r.transfer_on as "transferOn", w.decided_at as "decidedAt",
            w.programme_code as "programmeCode", w.applicant_ref as "applicantRef", w.entry_id as "entryId",
            (select coalesce(sum(p.amount_yen), 0) from payments.repayment p
              where p.municipality_code = $1 and p.award_id = w.award_id) as "repaidYen",
            i.amount_yen as "itemYen"
       from support.pub_award w
       left join lateral (select k.state, k.run_id, k.amount_yen from payments.item k
                           where k.municipality_code = $1 and k.award_id = w.award_id
                           order by k.state in ('planned', 'sent', 'paid') desc, k.run_id desc limit 1) i on true
       left join payments.run r on r.municipality_code = w.municipality_code and r.run_id = i.run_id
      where w.municipality_code = $1 and ($2::uuid is null or w.application_id = $2)
        and ($3::uuid is null or (w.disaster_id = $3 and w.kind = 'claim-back'))
        and ($4::uuid is null or w.award_id = $4)
      order by w.award_id`,
    [tx.municipality, of.supportId, of.disasterId, of.awardId],
  )
  return rows.map((row) => ({
    ...row,
    amountYen: Number(row.amountYen),
    repaidYen: Number(row.repaidYen),
    itemYen: row.itemYen === null ? null : Number(row.itemYen),
  }))
}

/** False when more would come back than was claimed, or somebody recorded another at once: they meet at the number. */
export async function insertRepayment(
  tx: Tx,
  repayment: { awardId: AwardId; amountYen: number; receivedOn: PlainDate },
  told: Told,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into payments.repayment (municipality_code, award_id, repayment_no, amount_yen, received_on, recorded_at,
       recorded_by, recorded_by_label)
     select $1, w.award_id, p.count + 1, $3::bigint, $4, $5, $6, $7
       from support.pub_award w
      cross join (select count(*)::int as count, coalesce(sum(amount_yen), 0) as yen from payments.repayment
                   where municipality_code = $1 and award_id = $2) p
      where w.municipality_code = $1 and w.award_id = $2 and w.kind = 'claim-back' and p.yen + $3::bigint <= w.amount_yen
     on conflict do nothing returning repayment_no`,
    [
      tx.municipality,
      repayment.awardId,
      repayment.amountYen,
      repayment.receivedOn,
      told.at,
      told.by,
      told.label,
    ],
  )
  return rows.length === 1
}
