import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { revealMany } from '../access/guarded.ts'
import { findResidents } from './residents.actions.ts'
import { displayName } from './residents.ts'

/** Names for whoever reads the audit trail, opened as 監査; of the protected only that they are. */
export async function namesForAudit(
  ctx: Ctx,
  residentNos: readonly string[],
): Promise<ReadonlyMap<string, { readonly name: string | null; readonly protected: boolean }>> {
  const people = await findResidents(ctx, residentNos, { seq: null })
  const records = await revealMany(
    ctx,
    people.filter(({ suppressed }) => !suppressed),
    'audit',
  )
  const names = new Map<string, { name: string | null; protected: boolean }>()
  for (const { residentNo, name } of records)
    names.set(residentNo, { name: displayName(name), protected: false })
  for (const { suppressed, subject } of people)
    if (suppressed) names.set(subject.id, { name: null, protected: true })
  return names
}
