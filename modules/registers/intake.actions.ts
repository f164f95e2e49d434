import type { Ctx } from '@open-bcl/platform/ctx.ts'
import {
  applyVersions,
  copyStaged,
  holdStaged,
  listArrived,
  openStaged,
  setRepeatsAside,
} from '@open-bcl/platform/db/staging.ts'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { isAnybodys, type Intake } from '../interfaces/interfaces.intake.ts'
import type { Origin } from '../residents/versions.ts'
import { cardSerials, heldCard, listMissingCards, stagedCardSerial } from './card-serials.store.ts'
import { shapeOf } from './entries.ts'
import { cardSerialOf } from './registers.ts'
import * as store from './intake.store.ts'

/** So many rows are compared and copied at once. */
const BATCH = 2_000

/** How one file is taken in. */
export type IntakeOf = {
  readonly business: Business
  readonly mode: 'full' | 'delta'
  readonly origin: Origin
}

/** Takes in one file of a business that is kept in `registers.entry`, inside one transaction of the role `linkage`. */
export async function openEntryIntake(ctx: Ctx, { business, mode, origin }: IntakeOf): Promise<Intake> {
  const staged: store.StagedEntries = {
    tx: ctx.tx,
    keys: await ctx.keys(),
    shape: shapeOf(fileInterfaces[business]),
    mode,
    origin,
  }
  await store.openStagedEntries(ctx.tx)
  let deletes = true
  return {
    async write(rows) {
      for (let i = 0; i < rows.length; i += BATCH) await store.stageEntries(staged, rows.slice(i, i + BATCH))
    },
    async spare(rows) {
      await store.holdEntries(staged, rows)
      if (rows.some((row) => isAnybodys(fileInterfaces[business], row))) deletes = false
    },
    async *finish() {
      await store.setRepeatsAside(staged)
      yield* store.listRepeats(staged)
    },
    apply: (seq) => store.applyEntries(staged, seq, deletes),
    async *withheld() {
      if (mode === 'full' && !deletes) yield* store.listMissing(staged)
    },
    arrived: (rowKeys) => store.listArrived(staged, rowKeys),
  }
}

/** Takes in one file of シリアル番号, inside one transaction of the role `linkage`. */
export async function openCardSerialIntake(ctx: Ctx, { mode, origin }: IntakeOf): Promise<Intake> {
  const { tx } = ctx
  const keys = await ctx.keys()
  await openStaged(tx, cardSerials)
  let deletes = true
  return {
    write: (rows) =>
      copyStaged(
        tx,
        cardSerials,
        rows.map((row) => stagedCardSerial(keys, origin, row, cardSerialOf(row.fields))),
      ),
    async spare(rows) {
      await holdStaged(tx, cardSerials, rows)
      if (rows.some((row) => isAnybodys(fileInterfaces['card-serials'], row))) deletes = false
    },
    async *finish() {
      for await (const rows of setRepeatsAside(tx, cardSerials))
        yield rows.map((row) => ({ ...row, what: 'key' as const }))
    },
    apply: (seq) => applyVersions(tx, cardSerials, mode, seq, deletes ? heldCard : 'true'),
    async *withheld() {
      if (mode === 'full' && !deletes) yield* listMissingCards(tx)
    },
    arrived: (rowKeys) => listArrived(tx, cardSerials, rowKeys),
  }
}
