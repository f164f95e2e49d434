import type { PlainDate } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import { Problem, type ProblemKind } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { openEntry, recordFact } from '../ledger/ledger.actions.ts'
import { personOf } from '../ledger/ledger.ts'
import * as arrivals from './arrivals.store.ts'
import type * as contract from './evacuees.contract.ts'
import {
  evacueesEvents as events,
  evacueesProblems as problems,
  type EvacueesFactKind,
} from './evacuees.messages.ts'
import { endsService, reports, type EventKind, type TransferId, type Way } from './evacuees.ts'
import type { Message, Refusal } from './packet.ts'
import { openMessage } from './sealing.actions.ts'
import { ownKeys, townsOf } from './towns.actions.ts'
import * as transfers from './transfers.store.ts'

const refusals: Readonly<Record<Refusal, ProblemKind>> = {
  'not-a-message': problems.notAMessage,
  'wrong-town': problems.wrongTown,
  'unknown-sender': problems.unknownSender,
  damaged: problems.damaged,
}

async function opened(ctx: Ctx, bytes: Uint8Array): Promise<Message> {
  const { secret } = await ownKeys(ctx)
  const towns = await townsOf(ctx)
  const result = await openMessage(
    bytes,
    { code: ctx.municipality, identity: secret.identity },
    async (code) => {
      return towns.find((town) => town.code === code)?.signer ?? null
    },
  )
  if (!result.ok) throw new Problem(refusals[result.why])
  return result.message
}

/**
 * Takes in what other towns put into the post box. By the job that the sender woke, and before anybody looks, so that a consent
 * taken back a second ago is known. What cannot be taken is closed with the reason and stands in the audit trail.
 */
export async function takeIn(asked: Ctx): Promise<void> {
  // Whoever happens to look did none of it.
  const ctx: Ctx = { ...asked, actor: { kind: 'job', task: 'evacuees.take-in' } }
  await ownKeys(ctx)
  for (let post = await arrivals.holdPost(ctx.tx); post.length > 0; post = await arrivals.holdPost(ctx.tx))
    for (const one of post) await takeInOne(ctx, one)
  await arrivals.forgetExpired(ctx.tx, todayInJapan(ctx.now))
}

async function takeInOne(ctx: Ctx, { messageId, from, bytes }: arrivals.Post): Promise<void> {
  let outcome = 'taken'
  try {
    const message = await opened(ctx, bytes)
    if (message.messageId !== messageId || message.from !== from) throw new Problem(problems.damaged)
    await act(ctx, message, 'here')
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    outcome = error.kind.code
    await audit(ctx, events.refused, { facts: { messageId, from, why: outcome } })
  }
  await arrivals.closePost(ctx.tx, messageId, ctx.now, outcome)
}

/** A file of another town. What is refused changes nothing. */
export async function readTransferFile(
  ctx: Ctx,
  { base64 }: InputOf<typeof contract.readTransferFile>,
): Promise<OutputOf<typeof contract.readTransferFile>> {
  const message = await opened(ctx, Buffer.from(base64, 'base64'))
  const { messageId, from, transferId } = message
  if (!(await arrivals.insertRead(ctx.tx, messageId, from, ctx.now))) throw new Problem(problems.alreadyRead)
  return { transferId, side: await act(ctx, message, 'file') }
}

/** Does what a message says; every `Problem` is thrown before anything is written. */
async function act(ctx: Ctx, message: Message, way: Way): Promise<'arrival' | 'transfer'> {
  const { transferId, from, body } = message
  const side = body.kind === 'offer' || body.kind === 'withdrawn' ? 'arrival' : 'transfer'
  if (body.kind === 'offer') await takeOffer(ctx, message, body, way)
  else if (body.kind === 'withdrawn') await takeWithdrawal(ctx, message, body, way)
  else await takeAnswer(ctx, message, body)
  await audit(ctx, events.arrived, {
    subjects: side === 'arrival' ? [{ kind: 'arrival', id: transferId }] : [],
    facts: { transferId, from, kind: body.kind },
  })
  return side
}

type BodyOf<K extends Message['body']['kind']> = Extract<Message['body'], { kind: K }>

async function takeOffer(
  ctx: Ctx,
  { transferId, from, fromName }: Message,
  offer: BodyOf<'offer'>,
  way: Way,
): Promise<void> {
  const { kind: _, ...packet } = offer
  if (offer.expiresOn < todayInJapan(ctx.now)) throw new Problem(problems.over)
  const keys = await ctx.keys()
  const arrival = {
    ...{ transferId: transferId as TransferId, fromTown: from, fromName, way, state: 'offered' as const },
    ...{ expiresOn: offer.expiresOn, receivedAt: ctx.now },
  }
  if (!(await arrivals.insertArrival(ctx.tx, keys, arrival, packet))) {
    const known = await arrivals.findArrival(ctx.tx, keys, transferId)
    const gone = known?.arrival.fromTown === from && known.arrival.state === 'withdrawn'
    throw new Problem(gone ? problems.withdrawn : problems.alreadyRead)
  }
  await tell(ctx, transferId, 'offered', fromName, null)
}

async function takeWithdrawal(
  ctx: Ctx,
  { transferId, from, fromName }: Message,
  { people }: BodyOf<'withdrawn'>,
  way: Way,
): Promise<void> {
  const keys = await ctx.keys()
  const found = await arrivals.holdArrival(ctx.tx, keys, transferId)
  if (!found) {
    // Files may be read in another order than they were made: the offer will find that it came too late.
    const state = 'withdrawn' as const
    const arrival = { transferId: transferId as TransferId, fromTown: from, fromName, way, state }
    await arrivals.insertArrival(ctx.tx, keys, { ...arrival, expiresOn: null, receivedAt: ctx.now }, null)
    await tell(ctx, transferId, 'withdrawn', fromName, null)
    return
  }
  const { arrival, packet } = found
  if (arrival.fromTown !== from) throw new Problem(problems.notFound)
  const gone = await arrivals.markWithdrawn(ctx.tx, arrival.transferId, people, ctx.now)
  const left = (await arrivals.listArrivalPeople(ctx.tx, arrival.transferId)).filter(
    ({ withdrawnAt }) => withdrawnAt === null,
  )
  const kept = new Set(left.map(({ personKey }) => personKey))
  const rest =
    packet === null || left.length === 0
      ? null
      : // Notes are about the household: with one of them gone nobody can say whose words they are.
        { ...packet, notes: [], people: packet.people.filter(({ key }) => kept.has(key)) }
  const state = left.length === 0 ? ('withdrawn' as const) : arrival.state
  await arrivals.updateArrival(ctx.tx, keys, arrival, { state, disasterId: arrival.disasterId, packet: rest })
  for (const { entryId } of gone)
    if (entryId !== null)
      await recordFact(ctx, entryId, {
        kind: 'evacuees.not-to-use' satisfies EvacueesFactKind,
        codes: { transferId },
        words: fromName,
      })
  await tell(ctx, transferId, 'withdrawn', fromName, left.length === 0 ? null : `${gone.length}人`)
}

/** What the town that we handed somebody to tells: that it took them over, gave them back, or what it did for them. */
async function takeAnswer(
  ctx: Ctx,
  { transferId, from, fromName }: Message,
  body: BodyOf<'taken' | 'returned' | 'report'>,
): Promise<void> {
  const keys = await ctx.keys()
  const transfer = await transfers.holdTransfer(ctx.tx, keys, transferId)
  // An id of somebody else's hand-over says nothing: only its own addressee may answer it.
  if (!transfer || transfer.words.townCode !== from) throw new Problem(problems.notFound)
  if (transfer.state === 'withdrawn') throw new Problem(problems.withdrawn)
  const expected = body.kind === 'report' ? ['taken', 'ended'] : ['sent']
  if (!expected.includes(transfer.state)) throw new Problem(problems.wrongState)
  const handed = (await transfers.listPeople(ctx.tx, keys, transfer.transferId)).filter(
    ({ included, withdrawnAt }) => included === true && withdrawnAt === null,
  )
  const about =
    body.kind === 'report' ? handed.filter(({ personKey }) => body.people.includes(personKey)) : handed
  if (about.length === 0) throw new Problem(problems.notFound)
  const done = body.kind === 'report' && endsService(body.report) && about.length === handed.length
  const state = body.kind === 'report' ? (done ? 'ended' : transfer.state) : body.kind
  await transfers.updateTransfer(ctx.tx, transfer, state)
  const words = wordsOf(body)
  for (const { personRef } of about)
    await recordFact(ctx, await openEntry(ctx, transfer.disasterId, personOf(personRef)), {
      kind: factOf[body.kind],
      codes: { transferId },
      words: words === null ? fromName : `${fromName}：${words}`,
    })
  await tell(ctx, transferId, body.kind === 'report' ? 'reported' : body.kind, fromName, words)
}

const factOf = {
  taken: 'evacuees.accepted',
  returned: 'evacuees.returned',
  report: 'evacuees.reported',
} as const satisfies Record<'taken' | 'returned' | 'report', EvacueesFactKind>

/** An answer in words, for the time line of either side. */
export function wordsOf(body: BodyOf<'taken' | 'returned' | 'report'>): string | null {
  if (body.kind === 'taken') return null
  if (body.kind === 'returned') return body.reason
  const what = reports.find(({ value }) => value === body.report)!.label
  const day = formatWareki(body.on as PlainDate) ?? body.on
  return [`${what}（${day}）`, body.place, body.words].filter((part) => part !== '').join('　')
}

/** A line of 引継ぎの経過 that the other town told. */
async function tell(
  ctx: Ctx,
  transferId: string,
  kind: EventKind,
  by: string,
  words: string | null,
): Promise<void> {
  await transfers.insertEvent(ctx.tx, await ctx.keys(), transferId, {
    ...{ eventId: uuidv7(ctx.now.getTime()), kind, at: ctx.now, by, fromOther: true, words },
  })
}
