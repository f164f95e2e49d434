import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from './disasters.actions.ts'
import { disastersEvents, disastersProblems as problems } from './disasters.messages.ts'
import type { DisasterId } from './disasters.ts'
import type * as contract from './ledger-place.contract.ts'
import * as store from './ledger-place.store.ts'

/** The setting that holds today; `null` = never set, so that the ledger is here. */
export async function ledgerPlaceOf(ctx: Ctx, disasterId: DisasterId): Promise<store.LedgerPlace | null> {
  const today = todayInJapan(ctx.now)
  const settings = await store.listLedgerPlaces(ctx.tx, disasterId)
  return settings.find(({ fromOn }) => fromOn <= today) ?? null
}

/** Two systems that both grade would certify two things of one house. */
export async function requireLedgerHere(ctx: Ctx, disasterId: DisasterId): Promise<void> {
  const place = await ledgerPlaceOf(ctx, disasterId)
  if (place?.elsewhere !== true) return
  throw new Problem(problems.ledgerElsewhere, [
    { pointer: '/disasterId', message: `台帳を置くシステム：${place.systemName}` },
  ])
}

export async function getLedgerPlace(
  ctx: Ctx,
  input: InputOf<typeof contract.getLedgerPlace>,
): Promise<OutputOf<typeof contract.getLedgerPlace>> {
  const { disasterId } = await getDisaster(ctx, input.disasterId)
  const settings = await store.listLedgerPlaces(ctx.tx, disasterId)
  const held = await ledgerPlaceOf(ctx, disasterId)
  return {
    settingNo: settings[0]?.settingNo ?? 0,
    elsewhere: held?.elsewhere ?? false,
    systemName: held?.systemName ?? '',
    settings: settings.map(({ setAt, ...one }) => ({ ...one, setAt: setAt.toISOString() })),
  }
}

/** Appended; what was graded and handed over before stays as it is. */
export async function setLedgerPlace(
  ctx: Ctx,
  input: InputOf<typeof contract.setLedgerPlace>,
): Promise<OutputOf<typeof contract.setLedgerPlace>> {
  const { elsewhere, fromOn, systemName, note } = input
  const { disasterId } = await getDisaster(ctx, input.disasterId)
  if (elsewhere && systemName === '') {
    throw new Problem(problems.systemUnnamed, [
      { pointer: '/systemName', message: problems.systemUnnamed.title },
    ])
  }
  const settingNo = input.settingNo + 1
  const set = await store.insertLedgerPlace(
    ctx.tx,
    disasterId,
    {
      ...{ settingNo, elsewhere, fromOn, systemName, note, setAt: ctx.now },
      setBy: ctx.actor.kind === 'staff' ? ctx.actor.displayName : actorName(ctx.actor),
    },
    actorName(ctx.actor),
  )
  if (!set) throw new Problem(platformProblems.changedByOther)
  await audit(ctx, disastersEvents.ledgerPlaceSet, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { settingNo, elsewhere, fromOn },
  })
  return { settingNo }
}
