import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem, type FieldError } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { requireOtherHand } from '../access/duties.actions.ts'
import { getCase, listCasesOf } from '../cases/cases.actions.ts'
import { actKinds } from '../cases/cases.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { provideByConsent } from '../ledger/disclosures.actions.ts'
import { householdAtDisaster } from '../ledger/households.actions.ts'
import { getItem } from '../ledger/items.actions.ts'
import { concealValue } from '../ledger/items.ts'
import { getLedger, getPerson, openEntry, recordFact } from '../ledger/ledger.actions.ts'
import { personOf, type PersonRef } from '../ledger/ledger.ts'
import { rowsOf } from '../ledger/people.actions.ts'
import * as arrivals from './arrivals.store.ts'
import { deliver } from './delivery.actions.ts'
import type * as contract from './evacuees.contract.ts'
import {
  evacueesEvents as events,
  evacueesProblems as problems,
  type EvacueesFactKind,
} from './evacuees.messages.ts'
import {
  identityItems,
  MOST_DAYS,
  toldItems,
  withoutWhereabouts,
  type EventKind,
  type TransferId,
} from './evacuees.ts'
import { takeIn } from './incoming.actions.ts'
import type { Offer, PacketPerson } from './packet.ts'
import { labelOf, requireTown } from './towns.actions.ts'
import * as store from './transfers.store.ts'

const NOTES_STAYED = '同意していない方がいるため、支援の記録は引き継いでいません'

/** Writes down who consented to what, for which town and until when. Nothing leaves yet. */
export async function prepareTransfer(
  ctx: Ctx,
  input: InputOf<typeof contract.prepareTransfer>,
): Promise<OutputOf<typeof contract.prepareTransfer>> {
  const { disasterId, personRef, items, expiresOn, people, notes } = input
  const ledger = await getLedger(ctx, disasterId)
  const town = await requireTown(ctx, input.townCode)
  const { members } = await householdAtDisaster(ctx, disasterId, personRef)
  const today = todayInJapan(ctx.now)
  const wrong: FieldError[] = []
  if (expiresOn < today || expiresOn > addDays(today, MOST_DAYS))
    wrong.push({ pointer: '/expiresOn', message: '今日から1年以内の日付を入力してください' })
  for (const [i, one] of people.entries()) {
    if (!members.includes(one.personRef))
      wrong.push({ pointer: `/people/${i}/personRef`, message: '同じ世帯の方を選んでください' })
    if (one.consentOn > today)
      wrong.push({ pointer: `/people/${i}/consentOn`, message: '今日までの日付を入力してください' })
    if (one.consentBy === 'guardian' && one.consentWords === '')
      wrong.push({ pointer: `/people/${i}/consentWords`, message: '同意した代理人の氏名を入力してください' })
  }
  if (new Set(people.map((one) => one.personRef)).size !== people.length)
    wrong.push({ pointer: '/people', message: '同じ方が2度選ばれています' })
  const cases = new Set((await listCasesOf(ctx, { disasterId, personRef })).cases.map(({ caseId }) => caseId))
  if (notes.some(({ caseId }) => !cases.has(caseId)))
    wrong.push({ pointer: '/notes', message: 'この世帯の支援の記録を選んでください' })
  if (notes.length > 0 && !members.every((ref) => people.some((one) => one.personRef === ref)))
    wrong.push({ pointer: '/notes', message: '支援の記録を引き継げるのは、世帯の全員が同意したときだけです' })
  if (wrong.length > 0) throw new Problem(problems.impossible, wrong)
  for (const one of people) await getPerson(ctx, ledger, one.personRef)

  const transferId = uuidv7(ctx.now.getTime()) as TransferId
  const keys = await ctx.keys()
  await store.insertTransfer(ctx.tx, keys, {
    ...{ transferId, disasterId, personRef, items: [...new Set(items)], expiresOn },
    words: { townCode: town.code, townName: town.name, way: town.way, notes },
    ...{ preparedAt: ctx.now, preparedBy: actorName(ctx.actor), preparedByLabel: labelOf(ctx) },
  })
  const recorded = { recordedAt: ctx.now, recordedByLabel: labelOf(ctx) }
  await store.insertPeople(
    ctx.tx,
    keys,
    transferId,
    people.map((one) => ({ ...one, ...recorded, personKey: uuidv7(ctx.now.getTime()) })),
    actorName(ctx.actor),
  )
  await tell(ctx, transferId, 'prepared', null)
  await audit(ctx, events.prepared, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { transferId, people: people.length, items: items.join(' '), expiresOn },
  })
  return { transferId, version: 1 }
}

/** A line of 引継ぎの経過 of this town's own. */
export async function tell(
  ctx: Ctx,
  transferId: string,
  kind: EventKind,
  words: string | null,
): Promise<void> {
  await store.insertEvent(ctx.tx, await ctx.keys(), transferId, {
    ...{ eventId: uuidv7(ctx.now.getTime()), kind, at: ctx.now, by: labelOf(ctx), fromOther: false, words },
  })
}

async function hold(ctx: Ctx, transferId: string, version: number): Promise<store.Transfer> {
  const transfer = await store.holdTransfer(ctx.tx, await ctx.keys(), transferId)
  if (!transfer) throw new Problem(problems.notFound)
  if (transfer.version !== version) throw new Problem(platformProblems.changedByOther)
  return transfer
}

/**
 * Hands the household over: whoever consented, still does, and is not hidden from whoever sends it now. The decision of
 * 法90条の4 and each person's row of what was provided are written with it.
 */
export async function sendTransfer(
  ctx: Ctx,
  { transferId, version }: InputOf<typeof contract.sendTransfer>,
): Promise<OutputOf<typeof contract.sendTransfer>> {
  const transfer = await hold(ctx, transferId, version)
  if (transfer.state !== 'prepared') throw new Problem(problems.wrongState)
  if (transfer.expiresOn < todayInJapan(ctx.now)) throw new Problem(problems.over)
  await requireOtherHand(ctx, 'disclosure', transfer.preparedBy)
  const { disasterId, words, items } = transfer
  const agreed = (await store.listPeople(ctx.tx, await ctx.keys(), transferId)).filter(
    ({ withdrawnAt }) => withdrawnAt === null,
  )
  const ledger = await getLedger(ctx, disasterId)
  const handed: store.TransferPerson[] = []
  for (const one of agreed)
    if (!(await getPerson(ctx, ledger, one.personRef)).person.suppressed) handed.push(one)
  if (handed.length === 0) throw new Problem(problems.nobody)
  const refs = handed.map(({ personRef }) => personRef)
  // Released to this officer for some minutes by another one (modules/protection): known to the other town, but not where.
  const released = await store.isHiddenFromOthers(ctx.tx, refs)
  const given = released ? withoutWhereabouts(items) : items
  // Nobody can say whose words they are: one of the household who does not go along may be told of in them.
  const { members } = await householdAtDisaster(ctx, disasterId, transfer.personRef)
  const withNotes = !released && members.every((ref) => refs.includes(ref))
  const offer: Offer = {
    ...{ kind: 'offer', expiresOn: transfer.expiresOn, disaster: (await getDisaster(ctx, disasterId)).name },
    ...{ protected: released, items: [...given] },
    people: await packetPeople(ctx, disasterId, handed, given, released),
    notes: withNotes ? await packetNotes(ctx, words.notes) : [],
  }
  const leftOut = agreed.length - handed.length
  const disclosureId = await provideByConsent(ctx, {
    disasterId,
    // Where a hidden person is now is a secret of the hand-over itself, not of the list of disclosures.
    recipient: released ? '他の市町村（支援措置のため、名前は引継ぎの画面だけに表示します）' : words.townName,
    purpose: '広域避難者の引継ぎ（避難先での援護）',
    items: [...identityItems, ...given],
    ...{ people: refs, withoutContact: released, leftOut },
    askedBy: transfer.preparedBy,
    askedOn: todayInJapan(transfer.preparedAt),
  })
  await store.markIncluded(ctx.tx, transferId, refs)
  const sent = { at: ctx.now, label: labelOf(ctx), disclosureId }
  if (!(await store.updateTransfer(ctx.tx, transfer, 'sent', sent)))
    throw new Problem(platformProblems.changedByOther)
  await recordOf(ctx, transfer, refs, 'evacuees.sent', words.townName)
  await tell(ctx, transferId, 'sent', words.notes.length > 0 && !withNotes ? NOTES_STAYED : null)
  await audit(ctx, events.sent, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { transferId, disclosureId, people: refs.length, leftOut, released },
  })
  await deliver(ctx, words.townCode, transferId, offer)
  return { version: version + 1, people: refs.length, leftOut }
}

async function packetPeople(
  ctx: Ctx,
  disasterId: DisasterId,
  people: readonly store.TransferPerson[],
  items: readonly string[],
  released: boolean,
): Promise<PacketPerson[]> {
  const rows = await rowsOf(
    ctx,
    disasterId,
    people.map(({ personRef }) => personRef),
    'provision',
  )
  const made: PacketPerson[] = []
  for (const [i, one] of people.entries()) {
    const { name, kana, birth, sex, address } = rows[i]!
    const told: PacketPerson['items'] = []
    for (const key of toldItems) {
      if (!items.includes(key)) continue
      const { value } = await getItem(ctx, { disasterId, personRef: one.personRef, itemKey: key })
      if (value !== null) told.push({ key, value: released ? concealValue(value) : value })
    }
    made.push({
      ...{ key: one.personKey, name, kana, sex, items: told },
      birth: { ...birth },
      address: items.includes('address') ? address : null,
      consent: { on: one.consentOn, method: one.consentMethod, by: one.consentBy },
    })
  }
  return made
}

/** The notes that staff chose, as they stand now; those of a household with somebody hidden have no words. */
async function packetNotes(ctx: Ctx, chosen: store.TransferWords['notes']): Promise<Offer['notes']> {
  const notes: Offer['notes'] = []
  for (const caseId of new Set(chosen.map((one) => one.caseId))) {
    const { acts } = await getCase(ctx, { caseId })
    for (const { actNo } of chosen.filter((one) => one.caseId === caseId)) {
      const act = acts.find((one) => one.actNo === actNo)
      if (!act || act.words === null) continue
      const label = actKinds.find(({ value }) => value === act.kind)?.label ?? '支援の開始'
      notes.push({ on: act.actedOn, kind: label, words: act.words })
    }
  }
  return notes
}

async function recordOf(
  ctx: Ctx,
  { transferId, disasterId }: store.Transfer,
  refs: readonly PersonRef[],
  kind: EvacueesFactKind,
  words: string | null,
): Promise<void> {
  for (const ref of refs)
    await recordFact(ctx, await openEntry(ctx, disasterId, personOf(ref)), {
      ...{ kind, codes: { transferId }, words },
    })
}

/** 同意の取消し: of some or of all. What was sent must not be used from here on, and what was not taken over is gone there. */
export async function withdrawTransfer(
  ctx: Ctx,
  { transferId, version, people, words }: InputOf<typeof contract.withdrawTransfer>,
): Promise<OutputOf<typeof contract.withdrawTransfer>> {
  await takeIn(ctx)
  const transfer = await hold(ctx, transferId, version)
  if (transfer.state === 'withdrawn') throw new Problem(problems.wrongState)
  const told = { at: ctx.now, label: labelOf(ctx) }
  const gone = await store.withdrawPeople(ctx.tx, transferId, people, told)
  if (gone.length === 0) throw new Problem(problems.wrongState)
  const all = await store.listPeople(ctx.tx, await ctx.keys(), transferId)
  const state = all.every(({ withdrawnAt }) => withdrawnAt !== null) ? 'withdrawn' : transfer.state
  if (!(await store.updateTransfer(ctx.tx, transfer, state)))
    throw new Problem(platformProblems.changedByOther)
  await recordOf(ctx, transfer, gone, 'evacuees.withdrawn', words === '' ? null : words)
  await tell(ctx, transferId, 'withdrawn', words === '' ? null : words)
  await audit(ctx, events.withdrawn, {
    subjects: [{ kind: 'disaster', id: transfer.disasterId }],
    facts: { transferId, people: gone.length },
  })
  const handed = all.filter(({ personRef, included }) => included === true && gone.includes(personRef))
  if (handed.length > 0) {
    await arrivals.closeOutgoing(ctx.tx, transferId)
    await deliver(ctx, transfer.words.townCode, transferId, {
      kind: 'withdrawn',
      people: handed.map(({ personKey }) => personKey),
    })
  }
  return { version: version + 1, withdrawn: gone.length }
}

type Listed = OutputOf<typeof contract.listTransfers>['transfers'][number]

async function viewsOf(
  ctx: Ctx,
  disasterId: DisasterId,
  found: readonly store.Transfer[],
): Promise<{ readonly view: Listed; readonly concealed: boolean }[]> {
  const refs = await store.refsOf(
    ctx.tx,
    found.map(({ transferId }) => transferId),
  )
  const all = [...new Set(found.flatMap((one) => [one.personRef, ...(refs.get(one.transferId) ?? [])]))]
  const rows = new Map((await rowsOf(ctx, disasterId, all)).map((row) => [row.personRef, row]))
  return found.map((one) => {
    const people = refs.get(one.transferId) ?? []
    const concealed = [one.personRef, ...people].some((ref) => rows.get(ref)?.suppressed !== false)
    const { transferId, version, state, expiresOn, preparedAt, sentAt } = one
    return {
      concealed,
      view: {
        ...{ transferId, version, state, expiresOn, people: people.length },
        townName: concealed ? null : one.words.townName,
        preparedAt: preparedAt.toISOString(),
        sentAt: sentAt?.toISOString() ?? null,
        person: rows.get(one.personRef)!,
      },
    }
  })
}

export async function listTransfers(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.listTransfers>,
): Promise<OutputOf<typeof contract.listTransfers>> {
  await takeIn(ctx)
  await getLedger(ctx, disasterId)
  const found = await store.listTransfers(ctx.tx, await ctx.keys(), disasterId, null)
  const views = await viewsOf(ctx, disasterId, found)
  return { transfers: views.filter(({ concealed }) => !concealed).map(({ view }) => view) }
}

/** Of one household: also of a hidden one, whose consent somebody has to be able to take back, without the town. */
export async function listTransfersOf(
  ctx: Ctx,
  { disasterId, personRef }: InputOf<typeof contract.listTransfersOf>,
): Promise<OutputOf<typeof contract.listTransfersOf>> {
  await takeIn(ctx)
  const { members } = await householdAtDisaster(ctx, disasterId, personRef)
  const found = await store.listTransfers(ctx.tx, await ctx.keys(), disasterId, [personRef, ...members])
  return { transfers: (await viewsOf(ctx, disasterId, found)).map(({ view }) => view) }
}

export async function getTransfer(
  ctx: Ctx,
  { transferId }: InputOf<typeof contract.getTransfer>,
): Promise<OutputOf<typeof contract.getTransfer>> {
  await takeIn(ctx)
  const keys = await ctx.keys()
  const transfer = await store.findTransfer(ctx.tx, keys, transferId)
  if (!transfer) throw new Problem(problems.notFound)
  const { disasterId } = transfer
  const [one] = await viewsOf(ctx, disasterId, [transfer])
  const { concealed, view } = one!
  const people = await store.listPeople(ctx.tx, keys, transferId)
  const rows = await rowsOf(
    ctx,
    disasterId,
    people.map(({ personRef }) => personRef),
  )
  const closed = <T>(value: T): T | null => (concealed ? null : value)
  return {
    ...view,
    ...{ disasterId, concealed, way: closed(transfer.words.way), items: [...transfer.items] },
    preparedBy: transfer.preparedByLabel,
    sentBy: transfer.sentByLabel,
    people: people.map((person, i) => ({
      ...rows[i]!,
      consentOn: person.consentOn,
      consentMethod: person.consentMethod,
      consentBy: person.consentBy,
      consentWords: closed(person.consentWords),
      recordedAt: person.recordedAt.toISOString(),
      recordedBy: person.recordedByLabel,
      included: person.included,
      withdrawnAt: person.withdrawnAt?.toISOString() ?? null,
    })),
    notes: transfer.words.notes.length,
    events: (await store.listEvents(ctx.tx, keys, transferId)).map((event) => eventView(event, concealed)),
    // A file says outside of its seal which town it is for.
    files: concealed ? [] : await filesOf(ctx, transferId),
  }
}

export function eventView(
  { words, at, ...event }: store.TransferEvent,
  concealed: boolean,
): OutputOf<typeof contract.getTransfer>['events'][number] {
  // Who told it names the other town, which is where they are.
  const by = concealed && event.fromOther ? '' : event.by
  return { ...event, by, at: at.toISOString(), words: concealed ? null : words }
}

export async function filesOf(
  ctx: Ctx,
  transferId: TransferId,
): Promise<OutputOf<typeof contract.getTransfer>['files']> {
  const files = await arrivals.listOutgoing(ctx.tx, transferId)
  return files.map(({ madeAt, ...file }) => ({ ...file, madeAt: madeAt.toISOString() }))
}

/** The file again, as often as somebody asks: only the addressee opens it, and only once. Of a hidden household by whoever sees it. */
export async function getTransferFile(
  ctx: Ctx,
  { messageId }: InputOf<typeof contract.getTransferFile>,
): Promise<Binary> {
  const found = await arrivals.findOutgoing(ctx.tx, messageId)
  if (!found) throw new Problem(problems.notFound)
  const transfer = await store.findTransfer(ctx.tx, await ctx.keys(), found.transferId)
  if (transfer && (await viewsOf(ctx, transfer.disasterId, [transfer]))[0]!.concealed)
    throw new Problem(problems.notFound)
  if (found.bytes === null) throw new Problem(problems.fileClosed)
  await audit(ctx, events.fileTaken, { facts: { transferId: found.transferId, messageId, kind: found.kind } })
  return { bytes: found.bytes, fileName: `hikitsugi-${messageId}.json` }
}
