import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'

/** What the town itself said of a business: how many rows it has as of a number of its data, and their hash total. */
export type Proof = {
  readonly business: Business
  readonly seq: bigint
  readonly rows: number
  readonly hashTotal: string
  /** `full`: a full file without a wrong or deleted row. `reconciliation`: the town counted what it has. */
  readonly by: 'full' | 'reconciliation'
  readonly fileNo: number
}

/** The newest word of the town on each business up to `seq`. */
export async function listProofs(tx: Tx, seq: bigint): Promise<Proof[]> {
  return await tx.sql<Proof>(
    `select distinct on (business) business, seq, rows, "hashTotal", by, "fileNo" from (
       select f.business, f.seq, f.row_count::integer as rows, f.receipt ->> 'hashTotal' as "hashTotal",
              'full' as by, f.file_no as "fileNo"
         from linkage.file f
         left join linkage.inbound i
           on i.municipality_code = f.municipality_code and i.business = f.business and i.file_no = f.file_no
        where f.municipality_code = $1 and f.state = 'applied' and f.mode = 'full' and f.refused = 0 and f.seq <= $2
          and f.receipt ->> 'hashTotal' is not null and coalesce(i.manifest ->> 'deleteCount', '0') = '0'
       union all
       select business, seq, town_rows::integer, town_hash_total::text, 'reconciliation', file_no
         from linkage.reconciliation where municipality_code = $1 and seq <= $2) proof
     order by business, seq desc`,
    [tx.municipality, seq],
  )
}
