import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { test } from '../access/guarded.ts'
import { birthsOf } from '../extraction/extraction.ts'
import { currentSeq } from '../residents/residents.actions.ts'
import { closedPeople, goneRow, handOf, presentSetting, rowsOf } from './evac-support.actions.ts'
import type * as contract from './evac-support.contract.ts'
import { evacSupportEvents as events, evacSupportProblems as problems } from './evac-support.messages.ts'
import { listPresent } from './evac-support.store.ts'
import * as store from './offers.store.ts'
import { groundLabel, offersOf } from './evac-support.ts'

const PAGE = 100

/** Looks the registers through by the town's criteria. The list itself is changed by nobody but staff. */
export async function scanEvacSupport(ctx: Ctx): Promise<OutputOf<typeof contract.scanEvacSupport>> {
  const { criteria, settingNo } = await presentSetting(ctx)
  const today = todayInJapan(ctx.now)
  const seq = await currentSeq(ctx)
  const bornUntil = (ageFrom: number | null): string | null =>
    birthsOf({ ageFrom, ageTo: null }, today).bornUntil
  const found = await store.match(ctx.tx, {
    ...{ seq, criteria, today },
    aloneUntil: bornUntil(criteria.aloneFrom),
    elderlyUntil: bornUntil(criteria.elderlyFrom),
  })
  const living = await store.residentsOfList(ctx.tx, seq)
  const present = await listPresent(ctx.tx)
  const declined = await store.listDeclined(ctx.tx)
  const offers = offersOf(
    new Map(found.map(({ residentNo, grounds }) => [residentNo, grounds])),
    (residentNo) => living.has(residentNo),
    new Map(present.map((entry) => [entry.residentNo, entry])),
    new Map(declined.map((offer) => [offer.residentNo, offer])),
  )
  const scanNo = ((await store.lastScan(ctx.tx))?.scanNo ?? 0) + 1
  const kept = await store.insertScan(
    ctx.tx,
    { scanNo, settingNo, seq, people: found.length },
    offers.map((offer) => ({ ...offer, offerId: uuidv7(ctx.now.getTime()) })),
    handOf(ctx),
  )
  if (!kept) throw new Problem(platformProblems.changedByOther)
  await audit(ctx, events.scanned, { facts: { scanNo, people: found.length, offers: offers.length } })
  return { people: found.length, offers: offers.length }
}

export async function listEvacOffers(
  ctx: Ctx,
  { offerKind, afterOffer }: InputOf<typeof contract.listEvacOffers>,
): Promise<OutputOf<typeof contract.listEvacOffers>> {
  const open = await store.listOpen(ctx.tx, {
    ...{ kind: offerKind ?? null, after: afterOffer ?? null, limit: PAGE },
  })
  const people = await closedPeople(
    ctx,
    open.map(({ residentNo }) => residentNo),
  )
  const rows = await rowsOf(ctx, [...people.values()], 'view')
  const scan = await store.lastScan(ctx.tx)
  return {
    counts: await store.countOpen(ctx.tx),
    scannedAt: scan?.at.toISOString() ?? null,
    offers: open.map((offer) => {
      const person = people.get(offer.residentNo)
      return {
        ...(rows.get(offer.residentNo) ?? goneRow(offer.residentNo)),
        offerId: offer.offerId,
        offerKind: offer.kind,
        grounds: offer.grounds.map(groundLabel),
        groundsBefore: offer.groundsBefore.map(groundLabel),
        gone: person === undefined || !test(person, ({ state }) => state === 'resident'),
      }
    }),
    next: open.length < PAGE ? null : open.at(-1)!.offerId,
  }
}

export async function decideEvacOffers(
  ctx: Ctx,
  { outcome, offerIds, allOf }: InputOf<typeof contract.decideEvacOffers>,
): Promise<OutputOf<typeof contract.decideEvacOffers>> {
  const which = allOf === null ? { offerIds: [...new Set(offerIds)] } : { kind: allOf.offerKind }
  const decided = await store.decide(ctx.tx, which, outcome, handOf(ctx))
  // More or fewer than were seen: somebody decided, or the registers were looked through again.
  if (decided === null || decided !== (allOf === null ? new Set(offerIds).size : allOf.seen))
    throw new Problem(problems.offersChanged)
  await audit(ctx, events.offersDecided, {
    facts: { outcome, count: decided, kind: allOf?.offerKind ?? null },
  })
  return { decided }
}
