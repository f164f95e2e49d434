import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { revealMany, type Guarded } from '../access/guarded.ts'
import { businesses, fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { currentSeq } from '../residents/residents.actions.ts'
import type { Entry, EntryBusiness } from './entries.ts'
import { findEntries } from './registers.actions.ts'
import type * as contract from './person-entries.contract.ts'

/** A household belongs to no single person; 中間DB参照 shows its members instead. */
const ofPersons = businesses.filter(
  (business): business is EntryBusiness =>
    !(['residents', 'households', 'suppressions', 'card-serials'] as readonly Business[]).includes(business),
)

/** Rows of every business of a person as of a number, with one audit row for the reading. */
export async function revealEntries(
  ctx: Ctx,
  { residentNo, seq, purpose }: InputOf<typeof contract.revealEntries>,
): Promise<OutputOf<typeof contract.revealEntries>> {
  const now = await currentSeq(ctx)
  const asOf = { seq: BigInt(seq) < now ? BigInt(seq) : now }
  const found: Guarded<Entry>[] = []
  for (const business of ofPersons) found.push(...(await findEntries(ctx, business, residentNo, asOf)))
  const entries = await revealMany(ctx, found, purpose)
  return {
    concealed: found.some(({ suppressed }) => suppressed),
    entries: entries.map(({ business, origin, values }) => ({
      business,
      title: fileInterfaces[business].title,
      origin,
      items: fileInterfaces[business].columns
        .filter(({ name }) => name !== '個人番号' && (values[name] ?? '') !== '')
        .map(({ name }) => ({ name, value: values[name]! })),
    })),
  }
}
