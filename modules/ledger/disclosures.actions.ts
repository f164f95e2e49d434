import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { requireOtherHand } from '../access/duties.actions.ts'
import { reveal } from '../access/guarded.ts'
import type * as contract from './disclosures.contract.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { contactItems, type DisclosureMethod, type ProtectedWay } from './disclosures.ts'
import * as store from './disclosures.store.ts'
import { getItemSheet } from './items.actions.ts'
import { consents } from './items.ts'
import { findEntry, getLedger, getPerson, openEntry, recordFact } from './ledger.actions.ts'
import { ledgerEvents as events, ledgerProblems as problems } from './ledger.messages.ts'
import { personOf, type PersonRef } from './ledger.ts'
import { nonResidentRow, residentRow, type PersonRow } from './person-row.ts'

/** 台帳情報の提供の申請 (規則8条の6第1項): who asks, about whom, which items, what for. */
export async function receiveDisclosure(
  ctx: Ctx,
  input: InputOf<typeof contract.receiveDisclosure>,
): Promise<OutputOf<typeof contract.receiveDisclosure>> {
  const { disasterId, basis, receivedOn, people, items, ...words } = input
  const ledger = await getLedger(ctx, disasterId)
  const refs = [...new Set(people)]
  for (const ref of refs) await getPerson(ctx, ledger, ref)
  const known = new Set((await getItemSheet(ctx)).items.map(({ key }) => key))
  if (items.some((key) => !known.has(key))) throw new Problem(problems.itemNotFound)
  const disclosureId = uuidv7(ctx.now.getTime())
  const { recipient, recipientPlace, representative, purpose, remarks } = words
  await store.insertDisclosure(
    ctx.tx,
    await ctx.keys(),
    {
      disclosureId,
      disasterId,
      basis,
      items,
      receivedOn,
      words: { recipient, recipientPlace, representative, purpose, remarks },
    },
    refs,
    ctx.now,
    actorName(ctx.actor),
  )
  await audit(ctx, events.disclosureReceived, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { disclosureId, basis, people: refs.length },
  })
  return { disclosureId }
}

export async function listDisclosures(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.listDisclosures>,
): Promise<OutputOf<typeof contract.listDisclosures>> {
  await getLedger(ctx, disasterId)
  const disclosures = await store.listDisclosures(ctx.tx, await ctx.keys(), { disasterId })
  return { disclosures: disclosures.map(rowOf) }
}

function rowOf(
  one: store.ListedDisclosure,
): OutputOf<typeof contract.listDisclosures>['disclosures'][number] {
  const { disclosureId, basis, state, receivedOn, people, provisions, lastProvidedAt } = one
  return {
    disclosureId,
    recipient: one.words.recipient,
    basis,
    state,
    receivedOn,
    people,
    provisions,
    lastProvidedAt: lastProvidedAt?.toISOString() ?? null,
  }
}

async function getOne(ctx: Ctx, disclosureId: string): Promise<store.ListedDisclosure> {
  const [found] = await store.listDisclosures(ctx.tx, await ctx.keys(), { disclosureId })
  if (!found) throw new Problem(problems.disclosureNotFound)
  return found
}

export async function getDisclosure(
  ctx: Ctx,
  { disclosureId }: InputOf<typeof contract.getDisclosure>,
): Promise<OutputOf<typeof contract.getDisclosure>> {
  const one = await getOne(ctx, disclosureId)
  const ledger = await getLedger(ctx, one.disasterId)
  const refs = await store.listDisclosurePeople(ctx.tx, disclosureId)
  const agreed = await store.listConsents(ctx.tx, one.disasterId, refs)
  const persons: (PersonRow & { consent: string | null })[] = []
  for (const ref of refs) {
    const found = await getPerson(ctx, ledger, ref)
    const { suppressed } = found.person
    const row =
      found.kind === 'resident'
        ? residentRow(await reveal(ctx, found.person, 'view'), suppressed, null)
        : nonResidentRow(await reveal(ctx, found.person, 'view'), suppressed, null)
    const consent = consents.find(({ value }) => value === agreed.get(ref))?.label ?? null
    persons.push({ ...row, consent })
  }
  const concealed = persons.some(({ suppressed }) => suppressed)
  const names = new Map((await getItemSheet(ctx)).items.map(({ key, name }) => [key, name]))
  const decision = await store.findDecision(ctx.tx, await ctx.keys(), disclosureId)
  const { recipientPlace, representative, purpose, remarks } = one.words
  return {
    ...rowOf(one),
    disasterId: one.disasterId,
    recipientPlace,
    representative,
    purpose: concealed ? null : purpose,
    remarks: concealed ? null : remarks,
    items: one.items.map((key) => ({ key, name: names.get(key) ?? key })),
    persons,
    decided:
      decision === null
        ? null
        : {
            ...decision,
            reason: concealed ? '' : decision.reason,
            at: decision.at.toISOString(),
          },
  }
}

type HandedOver = { readonly ref: PersonRef; readonly withoutContact: boolean }

/**
 * Who may be handed over now. Of 支援措置の対象者 nothing is unless somebody said how, and then never their whereabouts;
 * nobody is on a consent that was not given or was taken back.
 */
async function handedOver(
  ctx: Ctx,
  one: store.ListedDisclosure,
  way: ProtectedWay | null,
): Promise<{ readonly people: readonly HandedOver[]; readonly leftOut: number }> {
  const ledger = await getLedger(ctx, one.disasterId)
  const all: HandedOver[] = []
  for (const ref of await store.listDisclosurePeople(ctx.tx, one.disclosureId)) {
    const { person } = await getPerson(ctx, ledger, ref)
    if (person.suppressed && way === null) throw new Problem(problems.disclosureProtected)
    all.push({ ref, withoutContact: person.suppressed })
  }
  const people = way === 'left-out' ? all.filter(({ withoutContact }) => !withoutContact) : all
  if (people.length === 0) throw new Problem(problems.disclosureNobody)
  const refs = people.map(({ ref }) => ref)
  if (one.basis === 'consent' || one.basis === 'support-group') {
    const agreed = await store.listConsents(ctx.tx, one.disasterId, refs)
    const without = refs.flatMap((ref, i) => (agreed.get(ref) === 'given' ? [] : [i]))
    if (without.length > 0)
      throw new Problem(
        problems.disclosureConsent,
        without.map((i) => ({ pointer: `/persons/${i}`, message: '提供の同意がありません' })),
      )
  }
  return { people, leftOut: all.length - people.length }
}

export async function decideDisclosure(
  ctx: Ctx,
  { disclosureId, outcome, reason, protectedPeople }: InputOf<typeof contract.decideDisclosure>,
): Promise<OutputOf<typeof contract.decideDisclosure>> {
  const one = await getOne(ctx, disclosureId)
  await requireOtherHand(ctx, 'disclosure', await store.receiverOf(ctx.tx, disclosureId))
  if (outcome === 'approved') await handedOver(ctx, one, protectedPeople)
  const by = ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム'
  const decided = await store.insertDecision(
    ctx.tx,
    await ctx.keys(),
    disclosureId,
    { outcome, reason, protectedPeople, at: ctx.now, by },
    actorName(ctx.actor),
  )
  if (!decided) throw new Problem(problems.disclosureDecided)
  await audit(ctx, events.disclosureDecided, {
    subjects: [{ kind: 'disaster', id: one.disasterId }],
    facts: { disclosureId, outcome, protectedPeople },
  })
  return { state: outcome }
}

/** 提供した旨及び日時: written into the ledger of each person at the moment of handing over. */
export async function provideDisclosure(
  ctx: Ctx,
  { disclosureId, method }: InputOf<typeof contract.provideDisclosure>,
): Promise<OutputOf<typeof contract.provideDisclosure>> {
  const one = await getOne(ctx, disclosureId)
  if (one.state !== 'approved') throw new Problem(problems.disclosureNotApproved)
  const decision = await store.findDecision(ctx.tx, await ctx.keys(), disclosureId)
  const { people, leftOut } = await handedOver(ctx, one, decision?.protectedPeople ?? null)
  return await writeProvisions(ctx, one, people, method, leftOut)
}

async function writeProvisions(
  ctx: Ctx,
  one: store.Disclosure,
  people: readonly HandedOver[],
  method: DisclosureMethod,
  leftOut: number,
): Promise<OutputOf<typeof contract.provideDisclosure>> {
  const { disclosureId } = one
  const entries = []
  for (const { ref, withoutContact } of people) {
    const entryId = await openEntry(ctx, one.disasterId, personOf(ref))
    entries.push(entryId)
    await store.insertProvision(ctx.tx, entryId, {
      provisionId: uuidv7(ctx.now.getTime()),
      disclosureId,
      method,
      withoutContact,
      at: ctx.now,
      actor: actorName(ctx.actor),
      by: ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム',
    })
    await recordFact(ctx, entryId, {
      kind: 'ledger.disclosed',
      codes: { disclosureId, basis: one.basis, method, withoutContact },
      words: `提供先：${one.words.recipient}`,
    })
  }
  const withoutContact = people.filter((person) => person.withoutContact).length
  await audit(ctx, events.disclosureProvided, {
    subjects: entries.map((id) => ({ kind: 'ledger-entry', id })),
    purpose: one.basis,
    facts: {
      ...{ disclosureId, method, people: people.length, leftOut, withoutContact },
      items: one.items.join(' '),
    },
  })
  return { people: people.length, leftOut, withoutContact }
}

/**
 * 提供した旨及び日時 of what another module hands over with a consent of its own for this very provision (法90条の4第1項1号): the
 * application, the decision by who acts now, and each person's row in one act. Who may be among the people, that module has judged.
 */
export async function provideByConsent(
  ctx: Ctx,
  provision: {
    readonly disasterId: DisasterId
    readonly recipient: string
    readonly purpose: string
    readonly items: readonly string[]
    readonly people: readonly PersonRef[]
    readonly withoutContact: boolean
    readonly leftOut: number
    /** Who asked for it, as `actorName` names people, and on which day. */
    readonly askedBy: string
    readonly askedOn: PlainDate
  },
): Promise<string> {
  const { disasterId, recipient, purpose, people, withoutContact } = provision
  const one: store.Disclosure = {
    ...{ disclosureId: uuidv7(ctx.now.getTime()), disasterId, basis: 'consent', items: provision.items },
    receivedOn: provision.askedOn,
    words: { recipient, recipientPlace: '', representative: '', purpose, remarks: '' },
  }
  const keys = await ctx.keys()
  await store.insertDisclosure(ctx.tx, keys, one, people, ctx.now, provision.askedBy)
  await store.insertDecision(
    ctx.tx,
    keys,
    one.disclosureId,
    {
      ...{ outcome: 'approved', reason: '', at: ctx.now },
      protectedPeople: withoutContact ? 'without-contact' : null,
      by: ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム',
    },
    actorName(ctx.actor),
  )
  const handed = people.map((ref) => ({ ref, withoutContact }))
  await writeProvisions(ctx, one, handed, 'data', provision.leftOut)
  return one.disclosureId
}

export async function listProvisions(
  ctx: Ctx,
  { disasterId, personRef }: InputOf<typeof contract.listProvisions>,
): Promise<OutputOf<typeof contract.listProvisions>> {
  const { person } = await getPerson(ctx, await getLedger(ctx, disasterId), personRef)
  const entryId = await findEntry(ctx, disasterId, personOf(personRef))
  if (entryId === null) return { provisions: [] }
  const names = new Map((await getItemSheet(ctx)).items.map(({ key, name }) => [key, name]))
  const rows = await store.listProvisions(ctx.tx, await ctx.keys(), entryId)
  return {
    provisions: rows.map(({ words, at, items, ...row }) => ({
      ...row,
      items: items
        .filter((key) => !row.withoutContact || !contactItems.has(key))
        .map((key) => names.get(key) ?? key),
      recipient: person.suppressed ? null : words.recipient,
      at: at.toISOString(),
    })),
  }
}
