import { createHash } from 'node:crypto'
import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { test, type Guarded } from '../access/guarded.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { currentSeq, findResident } from '../residents/residents.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import { findKind, refuse, type Issuing, type Refused } from './before-freezing.actions.ts'
import { forbiddingWords } from './blocks.actions.ts'
import type { CertificateKind } from './certificates.ts'
import { handlesOf, type Handles } from './exchange-handles.actions.ts'
import * as store from './exchange.store.ts'
import type { RefusalCode } from './refusals.ts'

/** A session of the centre by the digest of its id: the id itself is kept nowhere. */
export function sessionHash(sessionId: string): Buffer {
  return createHash('sha256').update(sessionId).digest()
}

/** Reasons that lie in the card holder, whatever the kind; `kind` null = before a kind is chosen. */
export function eligibility(
  resident: Guarded<ResidentRecord>,
  kind: CertificateKind<Ctx> | null,
): RefusalCode | null {
  if (resident.suppressed && kind !== null) return 302
  if (test(resident, (record) => record.state === 'dead' || record.state === 'removed')) return 304
  const moved = test(resident, (record) => record.state === 'moved-out')
  return moved && kind !== null && !kind.forMovedOut ? 303 : null
}

/** A 発行禁止 on the holder or on the holder's household; those on others of the paper are found when it is frozen. */
export async function forbidden(
  ctx: Ctx,
  kind: CertificateKind<Ctx>,
  residentNo: ResidentNo,
): Promise<RefusalCode | null> {
  return (await forbiddingWords(ctx, kind.code, 'kiosk', [residentNo])).length > 0 ? 301 : null
}

/** The card holder of a session that is still open; what each step asks for next is asked for with it. */
export async function holderOf(
  ctx: Ctx,
  sessionId: string,
): Promise<
  | { readonly kind: 'holder'; readonly residentNo: ResidentNo; readonly resident: Guarded<ResidentRecord> }
  | Refused
> {
  const [session] = await ctx.tx.together(
    () => store.findSession(ctx.tx, sessionHash(sessionId)),
    () => getMunicipality(ctx),
    () => ctx.keys(),
    () => currentSeq(ctx),
  )
  if (!session || session.expiresAt <= ctx.now) return refuse(204)
  const { residentNo } = session
  const resident = await findResident(ctx, residentNo, { seq: null })
  return resident === null ? refuse(201) : { kind: 'holder', residentNo, resident }
}

/** The holder's own subject alone: labels name people. */
export async function ownSubject(
  ctx: Ctx,
  issuing: Issuing,
  input: { readonly sessionId: string; readonly kind: string; readonly subjectId: string },
): Promise<
  | {
      readonly kind: 'own'
      readonly certificate: CertificateKind<Ctx>
      readonly residentNo: ResidentNo
      readonly subjectId: string
      readonly handles: Handles
    }
  | { readonly kind: 'not'; readonly refused: Refused; readonly residentNo?: ResidentNo }
> {
  const holder = await holderOf(ctx, input.sessionId)
  if (holder.kind === 'refused') return { kind: 'not', refused: holder }
  const { residentNo, resident } = holder
  const kind = findKind(issuing, input.kind)
  if (!kind) return { kind: 'not', refused: refuse(506), residentNo }
  const unable = eligibility(resident, kind) ?? (await forbidden(ctx, kind, residentNo))
  if (unable !== null) return { kind: 'not', refused: refuse(unable), residentNo }
  const handles = await handlesOf(ctx, input.sessionId)
  const own = (await kind.subjects(ctx, residentNo)).map((subject) => subject.subjectId)
  const subjectId = handles.find(own, input.subjectId)
  if (subjectId === undefined) return { kind: 'not', refused: refuse(309), residentNo }
  return { kind: 'own', certificate: kind, residentNo, subjectId, handles }
}
