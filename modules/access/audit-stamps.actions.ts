import { createHash, randomBytes } from 'node:crypto'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { wordsOfEnd } from './audit-canonical.ts'
import { lastHead, type Head } from './audit-chain.store.ts'
import * as store from './audit-stamps.store.ts'
import { CLOCK_MS, judgeAnswer, judgeToken, nonceOf, stampQuery, type StampRefusal } from './time-stamp.ts'

/** The time stamping authority of the installation. */
export type StampSite = {
  readonly url: string
  /** Whom its certificates come from, PEM. */
  readonly trusted: readonly string[]
  /** A stamp covers all acts before it: one in so many hours is enough. */
  readonly everyHours: number
  /** A head that waits longer than this is told to the operator. */
  readonly alarmHours: number
  /** Who is silent for longer is away, ms. */
  readonly timeoutMs?: number
}

const HOUR_MS = 3_600_000
const TIMEOUT_MS = 10_000
/** A token with a chain of certificates has some 5 KB. */
const MOST_BYTES = 65_536

/** What one look at a town came to. `away`: nobody else need be asked for now. */
export type StampOutcome =
  | { readonly kind: 'nothing' | 'stamped' | 'away' }
  | { readonly kind: 'refused'; readonly reason: StampRefusal }

/** What a stamp is pressed on: the words of a signed head with their signature. */
export function imprintOf(municipality: string, head: Head): Buffer {
  return createHash('sha256')
    .update(wordsOfEnd({ municipality, ...head }))
    .update(head.signature)
    .digest()
}

/** The newest head of a town, if it is time for a stamp; it covers those that waited before it. */
export async function headToStamp(ctx: Ctx, { everyHours }: StampSite): Promise<Head | null> {
  const head = await lastHead(ctx.tx)
  const last = await store.lastStamp(ctx.tx)
  if (!head || head.position === last?.position) return null
  const due = !last || ctx.now.getTime() - last.stampedAt.getTime() >= everyHours * HOUR_MS
  return due ? head : null
}

/** Asks for a stamp and keeps it. Nothing of the database is held while the authority is asked. */
export async function stampHead(
  inTown: <T>(work: (ctx: Ctx) => Promise<T>) => Promise<T>,
  site: StampSite,
): Promise<StampOutcome> {
  const found = await inTown(async (ctx) => {
    const head = await headToStamp(ctx, site)
    return head && { head, imprint: imprintOf(ctx.municipality, head) }
  })
  if (!found) return { kind: 'nothing' }
  const { head, imprint } = found
  const nonce = nonceOf(randomBytes(16))
  const answer = await ask(site, stampQuery({ imprint, nonce }))
  if (answer === null) return { kind: 'away' }
  return await inTown(async (ctx) => {
    const judged = judgeAnswer(answer, { imprint, nonce }, site.trusted, ctx.now)
    if (judged.kind === 'refused') return judged
    const { position } = head
    await store.insertStamp(ctx.tx, { position, nonce, token: judged.token, stampedAt: judged.at })
    // No act of the trail: a stamp a day would let a silent town's chain grow for ever.
    return { kind: 'stamped' }
  })
}

/** `null`: it is away, silent, or sends what no stamp is as large as. */
async function ask({ url, timeoutMs = TIMEOUT_MS }: StampSite, query: Buffer): Promise<Buffer | null> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      body: new Uint8Array(query),
      // Wherever it leads: only this address was configured.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!answer.ok || !answer.body) return null
    const parts: Uint8Array[] = []
    let bytes = 0
    for await (const part of answer.body) {
      bytes += part.length
      if (bytes > MOST_BYTES) return null
      parts.push(part)
    }
    return Buffer.concat(parts)
  } catch {
    return null
  }
}

/** Whether signed heads of the town have waited for too long. */
export async function isStampLate(ctx: Ctx, { alarmHours, everyHours }: StampSite): Promise<boolean> {
  const last = await store.lastStamp(ctx.tx)
  const since = await store.waitingSince(ctx.tx, last?.position ?? 0)
  const longest = Math.max(alarmHours, everyHours + 1) * HOUR_MS
  return since !== null && ctx.now.getTime() - since.getTime() > longest
}

export type StampFinding =
  | { readonly kind: 'stamp-wrong'; readonly position: number; readonly reason: StampRefusal | 'early' }
  | { readonly kind: 'stamp-without-head'; readonly position: number }

export type StampVerdict = {
  readonly stamps: number
  /** Until where a third party's word reaches, and of when; `null`: nowhere. */
  readonly stampedUntil: { readonly position: number; readonly at: Date } | null
  /** Stamps that nobody could judge, since no authority is configured. */
  readonly stampsUnjudged: number
}

/** Judges every stamp anew. @param heads those kept here, whose signatures are right */
export async function checkStamps(
  ctx: Ctx,
  heads: readonly Head[],
  trusted: readonly string[],
  tell: (finding: StampFinding) => void,
): Promise<StampVerdict> {
  const stamps = await store.listStamps(ctx.tx)
  if (trusted.length === 0) return { stamps: 0, stampedUntil: null, stampsUnjudged: stamps.length }
  let stampedUntil: StampVerdict['stampedUntil'] = null
  for (const { position, nonce, token } of stamps) {
    const head = heads.find((one) => one.position === position)
    if (!head) {
      tell({ kind: 'stamp-without-head', position })
      continue
    }
    const judged = judgeToken(token, { imprint: imprintOf(ctx.municipality, head), nonce }, trusted)
    if (judged.kind === 'refused') tell({ kind: 'stamp-wrong', position, reason: judged.reason })
    // Words that were stamped before they were signed were signed with another date.
    else if (judged.at.getTime() < head.signedAt.getTime() - CLOCK_MS)
      tell({ kind: 'stamp-wrong', position, reason: 'early' })
    else stampedUntil = { position, at: judged.at }
  }
  return { stamps: stamps.length, stampedUntil, stampsUnjudged: 0 }
}
