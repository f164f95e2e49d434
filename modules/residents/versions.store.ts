import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { AppliedChange } from './versions.ts'

/** Remembers what a number of the town's data was given for, and when. */
export async function insertApplied(
  tx: Tx,
  applied: AppliedChange & { readonly seq: bigint; readonly at: Date },
): Promise<void> {
  await tx.sql(
    `insert into residents.applied (municipality_code, seq, at, business, file_no, origin)
     values ($1, $2, $3, $4, $5, $6)`,
    [tx.municipality, applied.seq, applied.at, applied.business, applied.fileNo, applied.origin],
  )
}
