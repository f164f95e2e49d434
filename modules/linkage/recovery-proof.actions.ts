import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { HashTotal, rowDigest } from '@open-bcl/platform/hash-total.ts'
import { businesses, fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { canonicalRow } from '../interfaces/interfaces.fields.ts'
import { momentOf } from '../residents/recovery.actions.ts'
import { NoSuchMoment, rowsOf, type Recovery, type Scope } from './recovery.actions.ts'
import { listProofs, type Proof } from './recovery.store.ts'

/** How the rows of a business, read back and opened one by one, compare with what the town said of them. */
export type Comparison = {
  readonly business: Business
  readonly seq: bigint
  readonly rows: number
  readonly hashTotal: string
  /** `null`: the town has said nothing that could be compared; only what is here was counted. */
  readonly proof: Proof | null
  readonly agrees: boolean | null
}

const snapshot = { isolation: 'repeatable read', readOnly: true } as const

/**
 * Reads every business back as of the town's newest word on it up to the moment, and compares counts and hash totals:
 * what would be recovered is what was received.
 */
export async function compareWithReceived(
  scope: Scope,
  wanted: Recovery['wanted'],
  tell: (comparison: Comparison) => void,
): Promise<Comparison[]> {
  const { seq, proofs } = await scope(async (ctx) => {
    const moment = await momentOf(ctx, wanted)
    if (moment === null) throw new NoSuchMoment()
    return { seq: moment.seq, proofs: await listProofs(ctx.tx, moment.seq) }
  }, snapshot)
  const compared: Comparison[] = []
  for (const business of businesses) {
    const proof = proofs.find((one) => one.business === business) ?? null
    const asOf = proof?.seq ?? seq
    const { rows, hashTotal } = await scope((ctx) => total(ctx, business, asOf), snapshot)
    if (rows === 0 && proof === null) continue
    const agrees = proof === null ? null : rows === proof.rows && hashTotal === proof.hashTotal
    const comparison = { business, seq: asOf, rows, hashTotal, proof, agrees }
    tell(comparison)
    compared.push(comparison)
  }
  return compared
}

async function total(
  ctx: Ctx,
  business: Business,
  seq: bigint,
): Promise<{ rows: number; hashTotal: string }> {
  const file = fileInterfaces[business]
  const sum = new HashTotal()
  let rows = 0
  for await (const batch of rowsOf(ctx, business, seq)) {
    rows += batch.length
    for (const fields of batch) sum.add(rowDigest(canonicalRow(file, fields)))
  }
  return { rows, hashTotal: sum.toString() }
}
