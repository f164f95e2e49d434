import type { PlainDate } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { reveal } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { setItem } from '../ledger/items.actions.ts'
import { fits, standardItems, valueText, type ItemValue } from '../ledger/items.ts'
import { getLedger, getPerson, openEntry, recordFact } from '../ledger/ledger.actions.ts'
import { personOf, type EntryId, type PersonRef } from '../ledger/ledger.ts'
import { addNonResident } from '../ledger/non-residents.actions.ts'
import { rowsOf } from '../ledger/people.actions.ts'
import type * as contract from './arrivals.contract.ts'
import * as store from './arrivals.store.ts'
import { deliver } from './delivery.actions.ts'
import {
  evacueesEvents as events,
  evacueesProblems as problems,
  type EvacueesFactKind,
} from './evacuees.messages.ts'
import { consentGivers, consentMethods, endsService, shownState } from './evacuees.ts'
import { takeIn, wordsOf } from './incoming.actions.ts'
import type { PacketPerson } from './packet.ts'
import { eventView, filesOf, tell } from './transfers.actions.ts'
import { isHiddenFromOthers, listEvents } from './transfers.store.ts'

const MOST_LISTED = 500

function viewOf(ctx: Ctx, { arrival }: store.StoredArrival) {
  const { transferId, version, fromTown, fromName, expiresOn, receivedAt } = arrival
  return {
    ...{ transferId, version, fromTown, fromName, expiresOn },
    state: shownState(arrival.state, expiresOn, todayInJapan(ctx.now)),
    receivedAt: receivedAt.toISOString(),
  }
}

/** What may still be used of a packet. */
function usable(ctx: Ctx, found: store.StoredArrival): store.Packet | null {
  const state = shownState(found.arrival.state, found.arrival.expiresOn, todayInJapan(ctx.now))
  return state === 'offered' || state === 'taken' ? found.packet : null
}

/** Whether any of these people of a ledger here is under 支援措置. */
async function isHidden(
  ctx: Ctx,
  disasterId: DisasterId | null,
  refs: readonly PersonRef[],
): Promise<boolean> {
  if (disasterId === null || refs.length === 0) return false
  const ledger = await getLedger(ctx, disasterId)
  for (const ref of refs) if ((await getPerson(ctx, ledger, ref)).person.suppressed) return true
  return false
}

export async function listArrivals(ctx: Ctx): Promise<OutputOf<typeof contract.listArrivals>> {
  await takeIn(ctx)
  const found = await store.listArrivals(ctx.tx, await ctx.keys(), MOST_LISTED)
  const refs = await store.takenRefs(
    ctx.tx,
    found.map(({ arrival }) => arrival.transferId),
  )
  const hidden = new Set<PersonRef>()
  const disasters = new Set(found.flatMap(({ arrival }) => arrival.disasterId ?? []))
  for (const disasterId of disasters) {
    const ofOne = found.filter(({ arrival }) => arrival.disasterId === disasterId)
    const all = ofOne.flatMap(({ arrival }) => refs.get(arrival.transferId) ?? [])
    for (const row of await rowsOf(ctx, disasterId, [...new Set(all)]))
      if (row.suppressed) hidden.add(row.personRef as PersonRef)
  }
  const rows: OutputOf<typeof contract.listArrivals>['arrivals'] = []
  for (const one of found) {
    const packet = usable(ctx, one)
    const { transferId } = one.arrival
    const concealed =
      packet?.protected === true || (refs.get(transferId) ?? []).some((ref) => hidden.has(ref))
    const opened = packet && (await reveal(ctx, store.guarded(transferId, packet, concealed), 'view'))
    rows.push({
      ...viewOf(ctx, one),
      name: concealed ? null : (opened?.people[0]?.name ?? null),
      people: opened?.people.length ?? 0,
    })
  }
  return { arrivals: rows }
}

export async function getArrival(
  ctx: Ctx,
  { transferId }: InputOf<typeof contract.getArrival>,
): Promise<OutputOf<typeof contract.getArrival>> {
  await takeIn(ctx)
  const keys = await ctx.keys()
  const found = await store.findArrival(ctx.tx, keys, transferId)
  if (!found) throw new Problem(problems.notFound)
  const { arrival } = found
  const people = await store.listArrivalPeople(ctx.tx, arrival.transferId)
  const refs = people.flatMap(({ personRef }) => personRef ?? [])
  const packet = usable(ctx, found)
  const concealed = packet?.protected === true || (await isHidden(ctx, arrival.disasterId, refs))
  const opened = packet && (await reveal(ctx, store.guarded(arrival.transferId, packet, concealed), 'view'))
  return {
    ...viewOf(ctx, found),
    ...{ disasterId: arrival.disasterId, concealed, disaster: opened?.disaster ?? null },
    people: (opened?.people ?? []).map((one) => {
      const known = people.find(({ personKey }) => personKey === one.key)
      return {
        ...{ personKey: one.key, name: one.name, kana: one.kana, birth: one.birth, sex: one.sex },
        address: one.address,
        items: one.items.map(({ key, value }) => ({ key, text: textOf(key, value) })),
        consent: {
          on: one.consent.on,
          method: labelIn(consentMethods, one.consent.method),
          by: labelIn(consentGivers, one.consent.by),
        },
        ...{ outcome: known?.outcome ?? null, personRef: known?.personRef ?? null },
      }
    }),
    notes: (opened?.notes ?? []).map((note) => ({ ...note })),
    events: (await listEvents(ctx.tx, keys, transferId)).map((event) => ({
      ...eventView(event, concealed),
      by: event.by,
    })),
    files: await filesOf(ctx, transferId),
  }
}

function textOf(key: string, value: ItemValue): string {
  const item = standardItems.find((one) => one.key === key)
  return valueText(item ?? {}, value)
}

function labelIn(list: readonly { readonly value: string; readonly label: string }[], value: string): string {
  return list.find((one) => one.value === value)?.label ?? value
}

async function hold(ctx: Ctx, transferId: string, version: number): Promise<store.StoredArrival> {
  // A consent taken back a moment ago counts before what is done now.
  await takeIn(ctx)
  const found = await store.holdArrival(ctx.tx, await ctx.keys(), transferId)
  if (!found) throw new Problem(problems.notFound)
  if (found.arrival.version !== version) throw new Problem(platformProblems.changedByOther)
  return found
}

async function change(
  ctx: Ctx,
  { arrival, packet }: store.StoredArrival,
  to: Partial<Parameters<typeof store.updateArrival>[3]>,
): Promise<void> {
  const { state, disasterId } = arrival
  const keys = await ctx.keys()
  if (!(await store.updateArrival(ctx.tx, keys, arrival, { state, disasterId, packet, ...to })))
    throw new Problem(platformProblems.changedByOther)
}

/** Writes everybody of the packet into a ledger of this town: as somebody new, or as whom staff found them to be. */
export async function takeOverArrival(
  ctx: Ctx,
  { transferId, version, disasterId, people }: InputOf<typeof contract.takeOverArrival>,
): Promise<OutputOf<typeof contract.takeOverArrival>> {
  const found = await hold(ctx, transferId, version)
  const { arrival } = found
  if (arrival.state !== 'offered') throw new Problem(problems.wrongState)
  const packet = usable(ctx, found)
  if (packet === null) throw new Problem(problems.over)
  const ledger = await getLedger(ctx, disasterId)
  const told = new Map(people.map(({ personKey, personRef }) => [personKey, personRef]))
  const matched = people.flatMap(({ personRef }) => personRef ?? [])
  if (
    told.size !== packet.people.length ||
    packet.people.some(({ key }) => !told.has(key)) ||
    new Set(matched).size !== matched.length
  )
    throw new Problem(problems.impossible, [
      { pointer: '/people', message: '全員について、新しく載せるか、台帳のだれと同じかを選んでください' },
    ])
  for (const ref of matched) {
    await getPerson(ctx, ledger, ref)
    // Somebody in hiding there: here, too, before their whereabouts stand in our ledger beside the town they come from.
    if (packet.protected && !(await isHiddenFromOthers(ctx.tx, [ref])))
      throw new Problem(problems.unprotected)
  }
  const until = formatWareki(packet.expiresOn as PlainDate) ?? packet.expiresOn
  const words = `${arrival.fromName}から（同意の期限：${until}）`
  for (const one of packet.people) {
    const ref = told.get(one.key) ?? null
    const taken =
      ref === null
        ? await enter(ctx, disasterId, one, `広域避難者の引継ぎ　${words}`, packet.protected)
        : { personRef: ref, entryId: await openEntry(ctx, disasterId, personOf(ref)) }
    await store.markTaken(ctx.tx, arrival.transferId, one.key, {
      ...taken,
      outcome: ref === null ? 'new' : 'matched',
    })
    await recordFact(ctx, taken.entryId, {
      ...{ kind: 'evacuees.taken-over' satisfies EvacueesFactKind, codes: { transferId }, words },
    })
  }
  await change(ctx, found, { state: 'taken', disasterId })
  await tell(ctx, transferId, 'taken', null)
  await audit(ctx, events.takenOver, {
    subjects: [
      { kind: 'arrival', id: transferId },
      { kind: 'disaster', id: disasterId },
    ],
    facts: { from: arrival.fromTown, people: packet.people.length, matched: matched.length },
  })
  await deliver(ctx, arrival.fromTown, transferId, { kind: 'taken' })
  return { version: version + 1 }
}

/** 住登外者 with what the other town told of them. */
async function enter(
  ctx: Ctx,
  disasterId: DisasterId,
  { name, kana, birth, sex, address, items }: PacketPerson,
  reason: string,
  suppressed: boolean,
): Promise<{ personRef: PersonRef; entryId: EntryId }> {
  const added = await addNonResident(ctx, {
    ...{ disasterId, name, kana, sex, reason, suppressed, phone: '', address: address ?? '' },
    ...{ birthOn: birth.on as PlainDate | null, birthText: birth.text },
  })
  for (const { key, value } of items) {
    const item = standardItems.find((one) => one.key === key)
    if (item && fits(item, value))
      await setItem(ctx, {
        ...{ disasterId, personRef: added.personRef as PersonRef, itemKey: key, version: 0 },
        ...{ value, source: 'office' },
      })
  }
  return { personRef: added.personRef as PersonRef, entryId: added.entryId as EntryId }
}

/** Gives it back: what was said of the people is gone here. */
export async function returnArrival(
  ctx: Ctx,
  { transferId, version, reason }: InputOf<typeof contract.returnArrival>,
): Promise<OutputOf<typeof contract.returnArrival>> {
  const found = await hold(ctx, transferId, version)
  if (found.arrival.state !== 'offered') throw new Problem(problems.wrongState)
  // Free words may tell where somebody is.
  const told = found.packet?.protected === true ? '' : reason
  await change(ctx, found, { state: 'returned', packet: null })
  await tell(ctx, transferId, 'returned', reason)
  await audit(ctx, events.givenBack, {
    subjects: [{ kind: 'arrival', id: transferId }],
    facts: { from: found.arrival.fromTown },
  })
  await deliver(ctx, found.arrival.fromTown, transferId, { kind: 'returned', reason: told })
  return { version: version + 1 }
}

/** Tells the town they come from where they are, what was done for them, or that it is over. */
export async function reportArrival(
  ctx: Ctx,
  input: InputOf<typeof contract.reportArrival>,
): Promise<OutputOf<typeof contract.reportArrival>> {
  const { transferId, version, report, on, place, words } = input
  const found = await hold(ctx, transferId, version)
  const { arrival } = found
  if (arrival.state !== 'taken') throw new Problem(problems.wrongState)
  const today = todayInJapan(ctx.now)
  // After the consent has run out nothing new may be told, only that it is over.
  if (shownState(arrival.state, arrival.expiresOn, today) === 'expired' && !endsService(report))
    throw new Problem(problems.over)
  const people = (await store.listArrivalPeople(ctx.tx, arrival.transferId)).filter(
    ({ withdrawnAt }) => withdrawnAt === null,
  )
  const about = people.filter(({ personKey }) => input.people.includes(personKey))
  const wrong = [
    ...(about.length < new Set(input.people).size
      ? [{ pointer: '/people', message: '引き継いだ方を選んでください' }]
      : []),
    ...(on > today ? [{ pointer: '/on', message: '今日までの日付を入力してください' }] : []),
    ...(report === 'staying' && place === '' && !(await hidden(ctx, found, people))
      ? [{ pointer: '/place', message: '今いる場所を入力してください' }]
      : []),
    ...(report === 'provided' && words === ''
      ? [{ pointer: '/words', message: '提供した支援を入力してください' }]
      : []),
  ]
  if (wrong.length > 0) throw new Problem(problems.impossible, wrong)
  if (place + words !== '' && (await hidden(ctx, found, people))) throw new Problem(problems.protected)
  const body = {
    kind: 'report' as const,
    people: about.map(({ personKey }) => personKey),
    report,
    on,
    place,
    words,
  }
  const over = endsService(report) && about.length === people.length
  await change(ctx, found, { state: over ? 'ended' : 'taken' })
  for (const { entryId } of about)
    if (entryId !== null)
      await recordFact(ctx, entryId, {
        kind: 'evacuees.told-origin' satisfies EvacueesFactKind,
        codes: { transferId },
        words: wordsOf(body),
      })
  await tell(ctx, transferId, 'reported', wordsOf(body))
  await audit(ctx, events.reported, {
    subjects: [{ kind: 'arrival', id: transferId }],
    facts: { from: arrival.fromTown, report, people: about.length },
  })
  await deliver(ctx, arrival.fromTown, transferId, body)
  return { version: version + 1 }
}

async function hidden(
  ctx: Ctx,
  { arrival, packet }: store.StoredArrival,
  people: readonly store.ArrivalPerson[],
): Promise<boolean> {
  const refs = people.flatMap(({ personRef }) => personRef ?? [])
  if (packet?.protected === true || (await isHidden(ctx, arrival.disasterId, refs))) return true
  return await isHiddenFromOthers(ctx.tx, refs)
}
