import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { requireOtherHand } from '../access/duties.actions.ts'
import { test, type Guarded } from '../access/guarded.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import { closedPeople, handOf, presentSetting } from './evac-support.actions.ts'
import { evacSupportEvents as events, evacSupportProblems as problems } from './evac-support.messages.ts'
import { listListed, type ListedEntry } from './evac-support.store.ts'
import {
  basisFor,
  isEmergency,
  OPEN_DAYS,
  type Basis,
  type PersonBasis,
  type Recipient,
} from './evac-support.ts'
import type * as contract from './provisions.contract.ts'
import type { EvacProvision } from './provisions.contract.ts'
import * as store from './provisions.store.ts'

const PAGE = 50
/** People opened at once to look at where they live. */
const BATCH = 2_000

type Asked = {
  readonly basis: Basis
  readonly recipient: Recipient
  readonly disasterId: DisasterId | null
}

export type Handed = {
  readonly entry: ListedEntry
  readonly person: Guarded<ResidentRecord>
  readonly basis: PersonBasis
}

export type Eligible = {
  readonly people: readonly Handed[]
  /** Of the recipient's area, without consent or ordinance. */
  readonly withoutBasis: number
  /** 支援措置の対象者 of the whole list: by area, a number would tell where they are. */
  readonly leftOut: number
}

/** Everybody of the list who lives in the town now, closed. */
async function* walkListed(
  ctx: Ctx,
): AsyncGenerator<{ entry: ListedEntry; person: Guarded<ResidentRecord> }> {
  const listed = await listListed(ctx.tx)
  for (let from = 0; from < listed.length; from += BATCH) {
    const batch = listed.slice(from, from + BATCH)
    const people = await closedPeople(
      ctx,
      batch.map(({ residentNo }) => residentNo),
    )
    for (const entry of batch) {
      const person = people.get(entry.residentNo)
      if (person && test(person, ({ state }) => state === 'resident')) yield { entry, person }
    }
  }
}

/** Who may be handed to a recipient today, by which right. Of 支援措置の対象者 nobody is. */
export async function eligible(ctx: Ctx, { basis, recipient, disasterId }: Asked): Promise<Eligible> {
  const today = todayInJapan(ctx.now)
  const { ordinance, emergencyDays } = await presentSetting(ctx)
  if (recipient.ended) throw new Problem(problems.recipientEnded)
  if (basis === 'peacetime' && !recipient.inPlan) throw new Problem(problems.notInPlan)
  if (basis === 'emergency') {
    if (disasterId === null) throw new Problem(problems.notEmergency)
    const { occurredOn } = await getDisaster(ctx, disasterId)
    if (!isEmergency(occurredOn, emergencyDays, today)) throw new Problem(problems.notEmergency)
  }
  const areas = new Set(recipient.words.areas)
  const people: Handed[] = []
  let [withoutBasis, leftOut] = [0, 0]
  for await (const { entry, person } of walkListed(ctx)) {
    const right = basisFor(entry, { basis, kind: recipient.kind, ordinance, today })
    if (person.suppressed) {
      if (right !== null) leftOut++
    } else if (recipient.wholeTown || test(person, ({ address }) => areas.has(address.town))) {
      if (right === null) withoutBasis++
      else people.push({ entry, person, basis: right })
    }
  }
  return { people, withoutBasis, leftOut }
}

function countsOf({ people, withoutBasis, leftOut }: Eligible): OutputOf<typeof contract.countEvacProvision> {
  const by = (right: PersonBasis): number => people.filter(({ basis }) => basis === right).length
  return {
    people: people.length,
    byConsent: by('consent'),
    byOrdinance: by('ordinance'),
    ...{ withoutBasis, leftOut },
  }
}

/** 町字 of those on the list, to choose a recipient's area from. */
export async function listEvacAreas(ctx: Ctx): Promise<OutputOf<typeof contract.listEvacAreas>> {
  const counts = new Map<string, number>()
  for await (const { person } of walkListed(ctx)) {
    if (person.suppressed) continue
    // What is counted is no field of anybody.
    test(person, ({ address: { town } }) => {
      counts.set(town, (counts.get(town) ?? 0) + 1)
      return true
    })
  }
  return {
    areas: [...counts]
      .filter(([area]) => area !== '')
      .sort(([a], [b]) => a.localeCompare(b, 'ja'))
      .map(([area, people]) => ({ area, people })),
  }
}

export async function listEvacRecipients(ctx: Ctx): Promise<OutputOf<typeof contract.listEvacRecipients>> {
  const recipients = await store.listRecipients(ctx.tx, await ctx.keys(), null)
  return {
    recipients: recipients.map(({ words: { areas, ...words }, ...one }) => ({
      ...one,
      ...words,
      areas: [...areas],
    })),
  }
}

export async function saveEvacRecipient(
  ctx: Ctx,
  input: InputOf<typeof contract.saveEvacRecipient>,
): Promise<OutputOf<typeof contract.saveEvacRecipient>> {
  const { evacRecipientId, kind, inPlan, wholeTown, ended, name, person, contact, plan } = input
  if (!wholeTown && input.areas.length === 0) throw new Problem(problems.recipientArea)
  if (inPlan && plan === '') throw new Problem(problems.recipientPlan)
  const keys = await ctx.keys()
  const [present] = await store.listRecipients(ctx.tx, keys, evacRecipientId)
  if (!present && input.version > 0) throw new Problem(problems.recipientNotFound)
  const version = input.version + 1
  const areas = wholeTown ? [] : [...new Set(input.areas)]
  const saved =
    (present?.version ?? 0) === input.version &&
    (await store.insertRecipient(
      ctx.tx,
      keys,
      {
        ...{ evacRecipientId, version, kind, inPlan, wholeTown, ended },
        words: { name, person, contact, plan, areas },
      },
      handOf(ctx),
    ))
  if (!saved) throw new Problem(platformProblems.changedByOther)
  await audit(ctx, events.recipientSaved, {
    facts: { evacRecipientId, version, kind, inPlan, wholeTown, ended },
  })
  return { evacRecipientId, version }
}

async function askedOf(
  ctx: Ctx,
  { basis, evacRecipientId, disasterId }: InputOf<typeof contract.countEvacProvision>,
): Promise<Asked> {
  const [recipient] = await store.listRecipients(ctx.tx, await ctx.keys(), evacRecipientId)
  if (!recipient) throw new Problem(problems.recipientNotFound)
  return { basis, recipient, disasterId: basis === 'emergency' ? disasterId : null }
}

/** What a provision would be of, before anybody is opened. */
export async function countEvacProvision(
  ctx: Ctx,
  input: InputOf<typeof contract.countEvacProvision>,
): Promise<OutputOf<typeof contract.countEvacProvision>> {
  const asked = await askedOf(ctx, input)
  const counts = countsOf(await eligible(ctx, asked))
  await audit(ctx, events.provisionCounted, {
    facts: { evacRecipientId: input.evacRecipientId, basis: asked.basis, people: counts.people },
  })
  return counts
}

export async function requestEvacProvision(
  ctx: Ctx,
  input: InputOf<typeof contract.requestEvacProvision>,
): Promise<OutputOf<typeof contract.requestEvacProvision>> {
  const asked = await askedOf(ctx, input)
  const { people } = await eligible(ctx, asked)
  if (people.length === 0) throw new Problem(problems.nobody)
  const provisionId = uuidv7(ctx.now.getTime())
  const { basis, recipient, disasterId } = asked
  const { evacRecipientId, version: recipientVersion } = recipient
  await store.insertProvision(
    ctx.tx,
    await ctx.keys(),
    {
      ...{ provisionId, basis, evacRecipientId, recipientVersion, disasterId },
      ...{ people: people.length, reason: input.reason },
    },
    handOf(ctx),
  )
  await audit(ctx, events.provisionRequested, {
    ...(disasterId === null ? {} : { subjects: [{ kind: 'disaster', id: disasterId }] }),
    facts: { provisionId, basis, evacRecipientId, people: people.length },
  })
  return { provisionId, people: people.length }
}

async function viewsOf(ctx: Ctx, provisions: readonly store.Provision[]): Promise<EvacProvision[]> {
  const handovers = await store.listHandovers(
    ctx.tx,
    provisions.map(({ provisionId }) => provisionId),
  )
  return provisions.map((one) => ({
    ...{ provisionId: one.provisionId, basis: one.basis, disasterId: one.disasterId },
    ...{ recipient: one.recipient.words.name, recipientKind: one.recipient.kind },
    scope: scopeOf(one.recipient),
    ...{ reason: one.reason, provisionState: one.state, people: one.people },
    ...{ requestedAt: one.requestedAt.toISOString(), requestedBy: one.requestedByLabel },
    decision: one.decision === null ? null : { ...one.decision, at: one.decision.at.toISOString() },
    handovers: handovers
      .filter(({ provisionId }) => provisionId === one.provisionId)
      .map(({ provisionId: _of, handedAt, ...handover }) => ({
        ...handover,
        handedAt: handedAt.toISOString(),
      })),
  }))
}

export function scopeOf({ wholeTown, words: { areas } }: Recipient): string {
  return wholeTown ? '市町村の全域' : areas.join('、')
}

export async function listEvacProvisions(
  ctx: Ctx,
  { afterProvision }: InputOf<typeof contract.listEvacProvisions>,
): Promise<OutputOf<typeof contract.listEvacProvisions>> {
  const wanted = { after: afterProvision ?? null, limit: PAGE }
  const found = await store.listProvisions(ctx.tx, await ctx.keys(), wanted)
  return {
    provisions: await viewsOf(ctx, found),
    next: found.length < PAGE ? null : found.at(-1)!.provisionId,
  }
}

async function getOne(ctx: Ctx, provisionId: string): Promise<store.Provision> {
  const [found] = await store.listProvisions(ctx.tx, await ctx.keys(), { provisionId })
  if (!found) throw new Problem(problems.provisionNotFound)
  return found
}

export async function getEvacProvision(
  ctx: Ctx,
  { provisionId }: InputOf<typeof contract.getEvacProvision>,
): Promise<OutputOf<typeof contract.getEvacProvision>> {
  const [view] = await viewsOf(ctx, [await getOne(ctx, provisionId)])
  return view!
}

/** By another hand than the one that asked. */
export async function decideEvacProvision(
  ctx: Ctx,
  { provisionId, outcome, reason }: InputOf<typeof contract.decideEvacProvision>,
): Promise<OutputOf<typeof contract.decideEvacProvision>> {
  const one = await getOne(ctx, provisionId)
  if (one.state !== 'requested') throw new Problem(problems.provisionDecided)
  await requireOtherHand(ctx, 'evac-provision', one.requestedBy)
  if (outcome === 'approved') {
    const { people } = await eligible(ctx, one)
    if (people.length === 0) throw new Problem(problems.nobody)
  }
  const decision = { outcome, reason }
  if (!(await store.insertDecision(ctx.tx, await ctx.keys(), provisionId, decision, handOf(ctx))))
    throw new Problem(problems.provisionDecided)
  await audit(ctx, events.provisionDecided, { facts: { provisionId, basis: one.basis, outcome } })
  return { provisionState: outcome }
}

/** An approved provision that may be taken out now, with who is on it today. */
export async function openProvision(
  ctx: Ctx,
  provisionId: string,
): Promise<{ readonly provision: store.Provision; readonly eligible: Eligible }> {
  const provision = await getOne(ctx, provisionId)
  const until =
    provision.state === 'approved' && provision.decision
      ? addDays(todayInJapan(provision.decision.at), OPEN_DAYS)
      : null
  if (until === null || todayInJapan(ctx.now) > until) throw new Problem(problems.provisionClosed)
  const found = await eligible(ctx, provision)
  if (found.people.length === 0) throw new Problem(problems.nobody)
  return { provision, eligible: found }
}
