import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { VersionCounts } from '@open-bcl/platform/db/staging.ts'
import * as store from './registers.store.ts'
import { canonicalCard, type CardIdentity, type CardSerial } from './registers.ts'

/**
 * The resident of this town whom a card's certificate stands for today; `null` when the town knows no such certificate,
 * or not as one in force. The caller refuses in neutral words: the answer tells who lives here.
 */
export async function findCardHolder(ctx: Ctx, card: CardIdentity): Promise<ResidentNo | null> {
  const known = canonicalCard(card)
  if (known === null) return null
  return await store.findCardHolder(ctx.tx, known.issuerSki, known.serial, todayInJapan(ctx.now))
}

/** Takes in シリアル番号 inside one transaction: `write` checked rows, `finish`, then `apply` whole or throw. */
export async function openCardSerialIntake(ctx: Ctx): Promise<{
  write(
    rows: readonly { readonly line: number; readonly deleted: boolean; readonly record: CardSerial }[],
  ): Promise<void>
  finish(): Promise<{ readonly line: number; readonly firstLine: number }[]>
  apply(mode: 'full' | 'delta', seq: bigint): Promise<VersionCounts>
}> {
  const staging = await store.stageCardSerials(ctx.tx)
  return {
    write: (rows) =>
      staging.write(
        rows.map(({ line, deleted, record }) => store.stagedCardSerial(line, deleted, record)).join(''),
      ),
    async finish() {
      await staging.finish()
      return await store.listStagedCardSerialRepeats(ctx.tx)
    },
    apply: (mode, seq) => store.applyCardSerials(ctx.tx, mode, seq),
  }
}
