import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { IssueState } from './certificates.ts'

export async function insertPaperCodes(
  tx: Tx,
  transactionId: string,
  digests: readonly Buffer[],
): Promise<void> {
  await tx.sql(
    'insert into certificates.paper_code (municipality_code, transaction_id, digests) values ($1, $2, $3)',
    [tx.municipality, transactionId, digests],
  )
}

export type PaperRecord = {
  readonly issuedOn: PlainDate
  /** Oldest first. */
  readonly states: readonly IssueState[]
  /** sha256 of the code of each page; empty = printed without codes. */
  readonly digests: readonly Buffer[]
}

/** What is kept of a paper, without anything of a person. */
export async function findPaperRecord(tx: Tx, transactionId: string): Promise<PaperRecord | undefined> {
  const [row] = await tx.sql<PaperRecord>(
    `select i.issued_on as "issuedOn",
            array(select s.state from certificates.issue_state s
                   where s.municipality_code = $1 and s.transaction_id = $2 order by s.position) as states,
            coalesce((select c.digests from certificates.paper_code c
                       where c.municipality_code = $1 and c.transaction_id = $2), '{}') as digests
       from certificates.issue i where i.municipality_code = $1 and i.transaction_id = $2`,
    [tx.municipality, transactionId],
  )
  return row
}
