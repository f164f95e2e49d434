import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { readInBatches } from '@open-bcl/platform/db/cursor.ts'
import { CHAIN_START, isSignedBy, linkHash, type ChainedAct, type readHeadFile } from './audit-canonical.ts'
import { LATE_MS } from './audit-chain.actions.ts'
import * as chainStore from './audit-chain.store.ts'
import { checkStamps, type StampFinding, type StampVerdict } from './audit-stamps.actions.ts'
import { auditEvents } from './audit-trail.messages.ts'
import { listTombstones, type Tombstone } from './audit-disposal.store.ts'

export type Place = { readonly atMicros: string; readonly auditId: string }

/** What is wrong with an audit trail, each naming where. */
export type AuditFinding =
  /** The act or its subjects are not those that were linked. */
  | ({
      readonly kind: 'changed'
      readonly position: number
      readonly event: string
      readonly actor: string
    } & Place)
  | ({ readonly kind: 'removed'; readonly position: number } & Place)
  /** The act that stands here was linked at `belongsAt`. */
  | ({ readonly kind: 'reordered'; readonly position: number; readonly belongsAt: number } & Place)
  | { readonly kind: 'links-missing'; readonly from: number; readonly to: number }
  /** An act that was never linked though its time is long past. */
  | ({ readonly kind: 'inserted'; readonly event: string; readonly actor: string } & Place)
  | ({ readonly kind: 'subjects-without-act'; readonly subjects: number } & Place)
  /** Signed words and the chain do not agree: all was written anew between the last that agrees and this one. */
  | { readonly kind: 'rewritten'; readonly after: number; readonly position: number; readonly signedAt: Date }
  /** Signed words know of more links than there are. */
  | { readonly kind: 'tail-cut'; readonly position: number; readonly last: number; readonly signedAt: Date }
  | { readonly kind: 'signature-wrong'; readonly position: number }
  /** Signed by a key that this town never had. */
  | { readonly kind: 'key-unknown'; readonly position: number; readonly keyId: number }
  /** Acts are said to be disposed of, and no act says so. */
  | { readonly kind: 'disposal-without-act'; readonly from: number; readonly to: number }
  | StampFinding

export type AuditVerdict = StampVerdict & {
  /** Links that were read. */
  readonly links: number
  readonly from: number
  readonly to: number
  readonly heads: number
  /** Heads of before what was disposed of, which cannot be compared any more. */
  readonly headsBefore: number
  readonly disposed: number
  /** Acts that are not linked yet, which is as it should be. */
  readonly waiting: number
  /** Acts that came into the chain long after their time: large files that were applied in one go, or something added. */
  readonly late: number
  /** The first of them, at most `MOST`; `found` counts all. */
  readonly findings: readonly AuditFinding[]
  readonly found: number
}

type KeptHead = NonNullable<ReturnType<typeof readHeadFile>>

const MOST = 1_000
const SUSPECTS = 300
const LATE_AFTER_MICROS = 600_000_000n

/** Reads a town's whole trail and compares each act with its link, and the links with what was signed. Writes nothing. */
export async function verifyTrail(
  ctx: Ctx,
  kept: readonly KeptHead[],
  /** Authorities whose time stamps are believed, PEM; none = stamps are not judged. */
  trusted: readonly string[] = [],
): Promise<AuditVerdict> {
  const findings: AuditFinding[] = []
  let found = 0
  const tell = (finding: AuditFinding): void => {
    found++
    if (findings.length < MOST) findings.push(finding)
  }
  // Ten million acts are compared with their links in one statement.
  await ctx.tx.client.query('set local statement_timeout = 0')
  const tombstones = await listTombstones(ctx.tx)
  const start = await chainStore.lastTombstone(ctx.tx)
  const first = (start?.position ?? 0) + 1
  const heads = await collectHeads(ctx, kept, tell)
  const stamps = await checkStamps(ctx, heads, trusted, tell)
  const walked = await walkLinks(ctx, { position: first, before: start?.hash ?? CHAIN_START }, heads, tell)
  const compared = compareHeads(heads, walked.hashes, { first, last: walked.last, start }, tell)
  checkTombstones(tombstones, walked, tell)
  let waiting = 0
  const until = new Date(ctx.now.getTime() - LATE_MS)
  for await (const rows of readInBatches<Place & { event: string; actor: string }>(
    ctx.tx,
    chainStore.UNLINKED,
    [ctx.municipality],
  ))
    for (const row of rows)
      if (BigInt(row.atMicros) >= BigInt(until.getTime()) * 1000n) waiting++
      else tell({ kind: 'inserted', ...row })
  for await (const rows of readInBatches<Place & { subjects: number }>(ctx.tx, chainStore.ORPHANS, [
    ctx.municipality,
  ]))
    for (const row of rows) tell({ kind: 'subjects-without-act', ...row })
  return {
    ...stamps,
    links: walked.links,
    from: first,
    to: walked.last,
    heads: compared.compared,
    headsBefore: compared.before,
    disposed: tombstones.reduce((sum, { acts }) => sum + acts, 0),
    waiting,
    late: walked.late,
    findings,
    found,
  }
}

type Head = chainStore.Head

/** The heads kept here and those brought along whose signatures are right, by place. */
async function collectHeads(
  ctx: Ctx,
  kept: readonly KeptHead[],
  tell: (finding: AuditFinding) => void,
): Promise<Head[]> {
  const keys = new Map((await chainStore.listKeys(ctx.tx)).map((key) => [key.keyId, key.publicKey]))
  const good: Head[] = []
  const own = (await chainStore.listHeads(ctx.tx)).map((head) => ({ head, publicKey: keys.get(head.keyId) }))
  const brought = kept.map(({ publicKey, ...head }) => ({
    head,
    publicKey: keys.get(head.keyId)?.equals(publicKey) === true ? publicKey : undefined,
  }))
  for (const { head, publicKey } of [...own, ...brought]) {
    const { position, hash, signedAt, keyId, signature } = head
    if (!publicKey) tell({ kind: 'key-unknown', position, keyId })
    else if (!isSignedBy(publicKey, { municipality: ctx.municipality, position, hash, signedAt }, signature))
      tell({ kind: 'signature-wrong', position })
    else good.push(head)
  }
  return good.sort((a, b) => a.position - b.position)
}

type Walked = {
  readonly links: number
  readonly last: number
  readonly late: number
  /** The stored digest at each place that a head tells of. */
  readonly hashes: ReadonlyMap<number, Buffer>
  /** `from-to-hash` of the disposals that the acts tell of, and the time of the first act. */
  readonly disposals: ReadonlySet<string>
  readonly firstMicros: bigint | null
}

type LinkRow = ChainedAct & {
  readonly position: bigint
  readonly hash: Buffer
  readonly linkAtMicros: string
  readonly linkAuditId: string
  readonly present: boolean
}

async function walkLinks(
  ctx: Ctx,
  start: { readonly position: number; readonly before: Buffer },
  heads: readonly Head[],
  tell: (finding: AuditFinding) => void,
): Promise<Walked> {
  const wanted = new Set(heads.map(({ position }) => position))
  const hashes = new Map<number, Buffer>()
  const disposals = new Set<string>()
  const suspects: { position: number; before: Buffer; hash: Buffer; act: LinkRow }[] = []
  let expected = start.position
  let before: Buffer | null = start.before
  let links = 0
  let late = 0
  let newest = 0n
  let firstMicros: bigint | null = null
  for await (const rows of readInBatches<LinkRow>(ctx.tx, chainStore.LINKS, [ctx.municipality])) {
    for (const row of rows) {
      const position = Number(row.position)
      links++
      if (position !== expected) {
        tell({ kind: 'links-missing', from: expected, to: position - 1 })
        before = null
      }
      const place = { atMicros: row.linkAtMicros, auditId: row.linkAuditId }
      if (!row.present) tell({ kind: 'removed', position, ...place })
      else {
        if (before !== null && !linkHash(before, ctx.municipality, row).equals(row.hash)) {
          const suspect = { position, before, hash: row.hash, act: row }
          // Each of these is kept in memory: of a trail that is wrong everywhere the first tell enough.
          if (suspects.length < SUSPECTS) suspects.push(suspect)
          else tell({ kind: 'changed', position, event: row.event, actor: row.actor, ...place })
        }
        if (row.event === auditEvents.disposed.code) disposals.add(disposalKey(row.facts as never))
        const at = BigInt(row.atMicros)
        firstMicros ??= at
        if (at < newest - LATE_AFTER_MICROS) late++
        if (at > newest) newest = at
      }
      if (wanted.has(position)) hashes.set(position, row.hash)
      before = row.hash
      expected = position + 1
    }
  }
  const last = expected - 1
  tellSuspects(ctx.municipality, suspects, tell)
  return { links, last, late, hashes, disposals, firstMicros }
}

/** An act that follows another link than the one before it was moved; one that follows none was changed. */
function tellSuspects(
  municipality: string,
  suspects: readonly { position: number; before: Buffer; hash: Buffer; act: LinkRow }[],
  tell: (finding: AuditFinding) => void,
): void {
  const stored = new Set(suspects.map(({ hash }) => hash.toString('hex')))
  const places = suspects.flatMap(({ position, before, hash }) => [
    { at: position, before },
    { at: position + 1, before: hash },
  ])
  for (const { position, act } of suspects) {
    const place = { atMicros: act.linkAtMicros, auditId: act.linkAuditId }
    const home = places.find((one) => stored.has(linkHash(one.before, municipality, act).toString('hex')))
    if (home) tell({ kind: 'reordered', position, belongsAt: home.at, ...place })
    else tell({ kind: 'changed', position, event: act.event, actor: act.actor, ...place })
  }
}

function compareHeads(
  heads: readonly Head[],
  hashes: ReadonlyMap<number, Buffer>,
  trail: {
    readonly first: number
    readonly last: number
    readonly start: { position: number; hash: Buffer } | undefined
  },
  tell: (finding: AuditFinding) => void,
): { readonly compared: number; readonly before: number } {
  let compared = 0
  let before = 0
  let agreed = trail.first - 1
  for (const { position, hash, signedAt } of heads) {
    if (position < trail.first - 1 || (position === trail.first - 1 && !trail.start)) {
      before++
      continue
    }
    compared++
    if (position > trail.last) {
      tell({ kind: 'tail-cut', position, last: trail.last, signedAt })
      continue
    }
    const ours = position === trail.start?.position ? trail.start.hash : hashes.get(position)
    // A link that is missing was told already.
    if (ours === undefined) continue
    if (ours.equals(hash)) agreed = position
    else tell({ kind: 'rewritten', after: agreed, position, signedAt })
  }
  return { compared, before }
}

function checkTombstones(
  tombstones: readonly Tombstone[],
  walked: Walked,
  tell: (finding: AuditFinding) => void,
): void {
  let next = 1
  for (const { from, to, hash, disposedAt } of tombstones) {
    if (from !== next) tell({ kind: 'links-missing', from: next, to: from - 1 })
    next = to + 1
    // The act that tells of an old disposal may have been disposed of itself.
    const told = walked.disposals.has(disposalKey({ from, to, hash: hash.toString('hex') }))
    const still = walked.firstMicros === null || BigInt(disposedAt.getTime()) * 1000n >= walked.firstMicros
    if (!told && still) tell({ kind: 'disposal-without-act', from, to })
  }
}

function disposalKey(facts: { readonly from: number; readonly to: number; readonly hash: string }): string {
  return `${facts.from}-${facts.to}-${facts.hash}`
}
