import { generateKeyPairSync } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from './audit.ts'
import {
  CHAIN_START,
  headFileOf,
  linkHash,
  signEnd,
  type ChainedAct,
  type HeadFile,
} from './audit-canonical.ts'
import * as store from './audit-chain.store.ts'
import { auditEvents } from './audit-trail.messages.ts'

/** Acts of one transaction of the job. */
export const BATCH = 1_000
const HOUR_MS = 3_600_000
/**
 * A transaction commits at the latest so long after it began: a large file is applied in one. What shows up later than this
 * gets no link and is named by the verification.
 */
export const LATE_MS = 8 * 24 * HOUR_MS
/** How far back is looked each time; once an hour it is looked back by `LATE_MS`. */
const NEAR_MS = 2 * HOUR_MS
/** The end of the chain is signed as often as this while it grows. */
const SIGN_MS = HOUR_MS
/** Clocks farther apart than this are told. */
const CLOCK_S = 5
/** An act on more people than this was a list: it does not count as having looked at one of them. */
const FEW = 10

/**
 * Gives a link to acts that have none, oldest first, and signs the end of the chain when it is time. One at a time in a town:
 * the second waits and finds nothing left. Answers whether there may be more.
 */
export async function linkActs(ctx: Ctx, most: number = BATCH): Promise<boolean> {
  const { tx, now } = ctx
  const chain = await store.holdChain(tx, CHAIN_START, now)
  const swept = chain.sweptAt?.getTime() ?? null
  const wide = swept === null || now.getTime() - swept >= HOUR_MS
  // At first all there is is linked in its order: what is behind has its link.
  const since =
    swept === null
      ? await store.linkedUntil(tx, chain.position)
      : new Date(swept - (wide ? LATE_MS : NEAR_MS))
  const acts = await store.listUnlinked(tx, since, most)
  let { position, hash } = chain
  const links = acts.map((act) => {
    position++
    hash = linkHash(hash, ctx.municipality, act)
    return { position, hash, atMicros: act.atMicros, auditId: act.auditId }
  })
  if (links.length > 0) {
    await store.insertLinks(tx, links)
    await store.addPairs(tx, pairsOf(acts))
  }
  const more = acts.length === most
  const sweptAt = wide && !more ? now : chain.sweptAt
  if (links.length > 0 || sweptAt !== chain.sweptAt)
    await store.saveChain(tx, { position, hash, sweptAt }, now)
  if (!more) await signIfDue(ctx, { position, hash })
  return more
}

/** Who of the staff opened whom, each request once. */
function pairsOf(acts: readonly (ChainedAct & { readonly at: Date })[]): store.Pair[] {
  const pairs = new Map<string, store.Pair>()
  const seen = new Set<string>()
  for (const { actor, at, traceId, subjects } of acts) {
    const people = subjects.filter((one) => /^(resident|non-resident)\u001f/.test(one))
    if (!actor.startsWith('staff:') || people.length === 0 || people.length > FEW) continue
    const monthOn = `${todayInJapan(at).slice(0, 7)}-01`
    for (const person of people) {
      const key = `${monthOn} ${actor} ${person}`
      if (seen.has(`${traceId} ${key}`)) continue
      seen.add(`${traceId} ${key}`)
      const [kind = '', id = ''] = person.split('\u001f')
      const known = pairs.get(key) ?? { monthOn, actor, kind, id, acts: 0, firstAt: at, lastAt: at }
      pairs.set(key, { ...known, acts: known.acts + 1, lastAt: at > known.lastAt ? at : known.lastAt })
    }
  }
  return [...pairs.values()]
}

async function signIfDue(ctx: Ctx, end: { readonly position: number; readonly hash: Buffer }): Promise<void> {
  if (end.position === 0) return
  const last = await store.lastHead(ctx.tx)
  if (last && (last.position === end.position || ctx.now.getTime() - last.signedAt.getTime() < SIGN_MS))
    return
  const seconds = await store.clockDifference(ctx.tx, ctx.now)
  if (Math.abs(seconds) > CLOCK_S) await audit(ctx, auditEvents.clockDiffers, { facts: { seconds } })
  await signEndOf(ctx, end)
}

async function signEndOf(
  ctx: Ctx,
  { position, hash }: { readonly position: number; readonly hash: Buffer },
): Promise<HeadFile> {
  const key = await auditKey(ctx)
  const end = { municipality: ctx.municipality, position, hash, signedAt: ctx.now }
  const signature = signEnd(key.privateKey, end)
  await store.insertHead(ctx.tx, { position, hash, signedAt: ctx.now, keyId: key.keyId, signature })
  return headFileOf(end, key, signature)
}

/** The town's key in use; made with the first head. */
async function auditKey(ctx: Ctx): Promise<store.AuditKey & { readonly privateKey: Buffer }> {
  const keys = await ctx.keys()
  const known = await store.findKeyInUse(ctx.tx, keys)
  if (known) return known
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const keyId = ((await store.listKeys(ctx.tx)).at(-1)?.keyId ?? 0) + 1
  const made = {
    keyId,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }),
  }
  await store.insertKey(ctx.tx, keys, made, ctx.now)
  await audit(ctx, auditEvents.keyMade, { facts: { keyId } })
  return made
}

/** A new key from now on: the public half of the one before stays, its private half is destroyed. */
export async function rotateAuditKey(ctx: Ctx, operator: string): Promise<number> {
  await store.holdChain(ctx.tx, CHAIN_START, ctx.now)
  const before = await store.retireKey(ctx.tx, ctx.now)
  const { keyId } = await auditKey(ctx)
  await audit(ctx, auditEvents.keyRotated, { facts: { operator, keyId, before } })
  return keyId
}

/** The end of the chain as it is now, signed, to be kept outside the system; `null` where nothing has a link yet. */
export async function takeHead(ctx: Ctx): Promise<HeadFile | null> {
  const chain = await store.holdChain(ctx.tx, CHAIN_START, ctx.now)
  if (chain.position === 0) return null
  const last = await store.lastHead(ctx.tx)
  let head: HeadFile
  if (last?.position === chain.position) {
    const key = (await store.listKeys(ctx.tx)).find(({ keyId }) => keyId === last.keyId)
    if (!key) throw new Error('a key of the audit trail vanished')
    head = headFileOf({ municipality: ctx.municipality, ...last }, key, last.signature)
  } else head = await signEndOf(ctx, chain)
  await audit(ctx, auditEvents.headTaken, { facts: { position: head.position } })
  return head
}
