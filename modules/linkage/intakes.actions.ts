import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { openSuppressionIntake } from '../access/suppression.ts'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { isAnybodys, type Intake } from '../interfaces/interfaces.intake.ts'
import { openCardSerialIntake, openEntryIntake, type IntakeOf } from '../registers/intake.actions.ts'
import { protectionsKept } from './linkage.messages.ts'
import { suppressionOf } from './linkage.records.ts'

/** Opens the intake of one file of any business but 住民情報, inside the transaction that applies it (role `linkage`). */
export async function openIntake(
  ctx: Ctx,
  of: IntakeOf & { readonly business: Exclude<Business, 'residents'> },
): Promise<Intake> {
  if (of.business === 'suppressions') return await openProtections(ctx, of)
  if (of.business === 'card-serials') return await openCardSerialIntake(ctx, of)
  return await openEntryIntake(ctx, of)
}

async function openProtections(ctx: Ctx, { mode, origin }: IntakeOf): Promise<Intake> {
  const intake = await openSuppressionIntake(ctx, mode, origin)
  return {
    write: (rows) =>
      intake.write(
        rows.map(({ line, rowKey, latest, deleted, fields, payload }) => ({
          line,
          rowKey,
          latest,
          deleted,
          record: suppressionOf(fields),
          payload,
        })),
      ),
    spare: (rows) =>
      intake.spare(
        rows,
        rows.some((row) => isAnybodys(fileInterfaces.suppressions, row)),
      ),
    async *finish() {
      for await (const rows of intake.finish()) yield rows.map((row) => ({ ...row, what: 'key' as const }))
    },
    async apply(seq) {
      const { keptPeople, ...counts } = await intake.apply(seq)
      return { ...counts, notes: keptPeople > 0 ? [protectionsKept(keptPeople)] : [] }
    },
    // Nothing of 支援措置 goes away for lack of a row, readable or not.
    async *withheld() {},
    arrived: intake.arrived,
  }
}
