import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { IssueBlock } from './issue-blocks.ts'

/**
 * 発行抑止 in force on `day` as of `seq`. The planned 抑止終了年月日 ends nothing; only 抑止解除年月日 does. A row on a household
 * blocks all who are in it, and whom it names wherever she is now.
 */
export async function listIssueBlocks(
  tx: Tx,
  person: { readonly residentNo: string; readonly householdNo: string | null },
  target: string,
  seq: bigint,
  day: PlainDate,
): Promise<IssueBlock[]> {
  return await tx.sql<IssueBlock>(
    `select case when clear ->> '抑止範囲' = '2' then 'household' else 'person' end as "on",
            clear ->> '抑止水準' = '2' as "warningOnly"
       from registers.entry
      where municipality_code = $1 and business = 'issue-blocks' and latest and not deleted
        and from_seq <= $4 and (to_seq is null or to_seq > $4)
        and (resident_no = $2 or clear ->> '抑止範囲' = '2' and clear ->> '世帯番号' = $3)
        and clear ->> '抑止対象' in ('00', $5)
        and clear ->> '抑止開始年月日' <= $6
        and coalesce(clear ->> '抑止解除年月日', '9999') > $6
      order by row_key`,
    [tx.municipality, person.residentNo, person.householdNo, seq, target, day],
  )
}
