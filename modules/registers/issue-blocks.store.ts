import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { IssueBlock } from './issue-blocks.ts'

/** A row in force: of the person herself, or of a household that she may be in. */
export type BlockRow = IssueBlock & {
  /** Whether the row names the person. */
  readonly own: boolean
  readonly householdNo: string | null
}

/**
 * 発行抑止 in force on `day` as of `seq`: those that name the person, and those of every household. The planned
 * 抑止終了年月日 ends nothing; only 抑止解除年月日 does.
 */
export async function listIssueBlocks(
  tx: Tx,
  residentNo: string,
  target: string,
  seq: bigint,
  day: PlainDate,
): Promise<BlockRow[]> {
  return await tx.sql<BlockRow>(
    `select case when clear ->> '抑止範囲' = '2' then 'household' else 'person' end as "on",
            clear ->> '抑止水準' = '2' as "warningOnly",
            resident_no = $2 as "own", clear ->> '世帯番号' as "householdNo"
       from registers.entry
      where municipality_code = $1 and business = 'issue-blocks' and latest and not deleted
        and from_seq <= $3 and (to_seq is null or to_seq > $3)
        and (resident_no = $2 or clear ->> '抑止範囲' = '2')
        and clear ->> '抑止対象' in ('00', $4)
        and clear ->> '抑止開始年月日' <= $5
        and coalesce(clear ->> '抑止解除年月日', '9999') > $5
      order by row_key`,
    [tx.municipality, residentNo, seq, target, day],
  )
}
