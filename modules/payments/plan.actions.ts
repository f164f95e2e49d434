import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { getLedger } from '../ledger/ledger.actions.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import type { PersonRow } from '../ledger/person-row.ts'
import { overAwarded } from '../support/differences.actions.ts'
import { peopleRows } from '../support/households.actions.ts'
import { rulesOf } from '../support/programmes.actions.ts'
import type * as contract from './payments.contract.ts'
import { paymentsEvents } from './payments.messages.ts'
import * as store from './payments.store.ts'
import { blocksOf, type Block, type Due } from './payments.ts'

export type Planned = Due & { readonly blocks: readonly Block[]; readonly applicantName: string }

/** Everything that is due, and why what is held is held: the dry run, and what a run is made of. */
export async function planOf(ctx: Ctx, disasterId: DisasterId): Promise<Planned[]> {
  const keys = await ctx.keys()
  const due = await store.listDue(ctx.tx, keys, { disasterId, supportId: null })
  const known = await store.listKnownAccounts(ctx.tx, keys, disasterId)
  const people = await applicantsOf(
    ctx,
    disasterId,
    due.map(({ applicantRef }) => applicantRef),
  )
  const over = await overAwarded(ctx, [...new Set(due.map(({ supportId }) => supportId))])
  return due.map((one) => {
    const { name, kana } = people.get(one.applicantRef)!
    const blocks = blocksOf(one, kana, known)
    if (over.has(one.supportId)) blocks.push('over-awarded')
    return { ...one, applicantName: name, blocks }
  })
}

export async function blocksOfDue(ctx: Ctx, disasterId: DisasterId, due: Due): Promise<Block[]> {
  const known = await store.listKnownAccounts(ctx.tx, await ctx.keys(), disasterId)
  const people = await applicantsOf(ctx, disasterId, [due.applicantRef])
  return blocksOf(due, people.get(due.applicantRef)!.kana, known)
}

async function applicantsOf(
  ctx: Ctx,
  disasterId: DisasterId,
  refs: readonly PersonRef[],
): Promise<Map<PersonRef, PersonRow>> {
  const ledger = await getLedger(ctx, disasterId)
  const distinct = [...new Set(refs)]
  const rows = await peopleRows(ctx, ledger, distinct)
  return new Map(distinct.map((ref, i) => [ref, rows[i]!]))
}

/** 試算: nothing is written but that somebody looked. */
export async function planRun(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.planRun>,
): Promise<OutputOf<typeof contract.planRun>> {
  const rules = await rulesOf(ctx, disasterId)
  const plan = await planOf(ctx, disasterId)
  const ready = plan.filter(({ blocks }) => blocks.length === 0)
  const blocked = plan.filter(({ blocks }) => blocks.length > 0)
  const sum = (rows: readonly Planned[]): number => rows.reduce((yen, one) => yen + one.amountYen, 0)
  const remitter = await store.findRemitter(ctx.tx)
  const facts = { ready: ready.length, blocked: blocked.length }
  await audit(ctx, paymentsEvents.planned, { subjects: [{ kind: 'disaster', id: disasterId }], facts })
  return {
    ...facts,
    readyYen: sum(ready),
    blockedYen: sum(blocked),
    remitter: remitter !== null,
    // What is held is what somebody has to look at: it stands first.
    rows: [...blocked, ...ready].map((one) => ({
      awardId: one.awardId,
      supportId: one.supportId,
      programmeTitle:
        rules.programmes.find(({ code }) => code === one.programmeCode)?.title ?? one.programmeCode,
      applicantName: one.applicantName,
      amountYen: one.amountYen,
      kind: one.kind,
      blocks: [...one.blocks],
    })),
  }
}
