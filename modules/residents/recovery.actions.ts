import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import { fieldsOfVersionedRow } from '../interfaces/interfaces.fields.ts'
import * as store from './recovery.store.ts'
import { currentSeq } from './residents.store.ts'
import * as versions from './versions.store.ts'
import type { Origin } from './versions.ts'

/**
 * All rows of 住民情報 as the town had them as of `seq`, opened, in the order of the interface with their flags and without
 * 個人番号; batches in the order of the keys, memory flat. For recovery and reconciliation, which audit themselves: nothing of
 * it may reach a screen.
 */
export async function* streamResidentRows(ctx: Ctx, seq: bigint): AsyncGenerator<string[][]> {
  for await (const rows of store.streamPayloads(ctx.tx, await ctx.keys(), seq))
    yield rows.map(({ payload, latest }) => {
      if (payload.startsWith('{')) throw new FirstReleaseRow()
      return fieldsOfVersionedRow('residents', payload, { latest, deleted: false })
    })
}

/** The first release kept records, not rows: what it did not keep cannot be given back. */
export class FirstReleaseRow extends Error {
  override readonly name = 'FirstReleaseRow'
}

/** A number of the town's data and when it was given; `at` is null for numbers older than the record of them. */
export type Moment = { readonly seq: bigint; readonly at: Date | null }

/** The number that held at a moment, or the last one; `null` when nothing is recorded by then, or there is no such number. */
export async function momentOf(
  ctx: Ctx,
  wanted: { readonly at: Date } | { readonly seq: bigint } | null,
): Promise<Moment | null> {
  const last = await currentSeq(ctx.tx)
  const seq = wanted === null ? last : 'seq' in wanted ? wanted.seq : await versions.seqAt(ctx.tx, wanted.at)
  if (seq === null || seq < 1n || seq > last) return null
  return { seq, at: await versions.appliedAt(ctx.tx, seq) }
}

export type Watermark = {
  readonly business: Business
  readonly seq: bigint
  readonly at: Date
  readonly fileNo: number | null
  readonly origin: Origin
  /** Something of the business was loaded by staff. */
  readonly hand: boolean
}

/** How far each business had come as of `seq`. */
export async function watermarksAt(ctx: Ctx, seq: bigint): Promise<Watermark[]> {
  return (await store.listAppliedUpTo(ctx.tx, seq)) as Watermark[]
}
