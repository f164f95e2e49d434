import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { businesses, fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { certificateKinds, type CertificateKindCode } from '../municipalities/municipalities.ts'
import { ageOf, findingsOf, gateReasons, kindNeeds, liftable, type GateReason } from './gate.ts'
import { standingsOf } from './gate.store.ts'
import { listInboundRows, listRefused } from './inbound.store.ts'
import type * as contract from './linkage.contract.ts'
import { linkageEvents, linkageProblems } from './linkage.messages.ts'
import * as store from './linkage.store.ts'
import * as trust from './trust.store.ts'

export type GateVerdict =
  | {
      readonly kind: 'open'
      /** How old the data are; `null` = the link never said. */
      readonly dataAgeSeconds: number | null
    }
  | { readonly kind: 'closed'; readonly reason: GateReason | 'bad-row'; readonly ja: string }

const BAD_ROW = '連携用データの誤りのため、この人の交付を止めています'

/**
 * Whether a certificate may be made of the town's data for these residents, now. To be asked in the transaction that
 * freezes the certificate (REPEATABLE READ): what it says is of the very data that are printed. Whatever cannot be said is no.
 * @param residentNos those whose data the paper shows
 */
export async function issueGate(
  ctx: Ctx,
  kind: CertificateKindCode,
  residentNos: readonly ResidentNo[],
): Promise<GateVerdict> {
  const { strict, blockedBy } = kindNeeds[kind]
  const [bad, byHand, standings, { dataAgeLimits }, residents] = await ctx.tx.together(
    () => trust.businessesBlocking(ctx.tx, residentNos),
    async () => strict && (await trust.hasHandRows(ctx.tx, residentNos, blockedBy)),
    () => ctx.tx.once('standings', () => standingsOf(ctx.tx, businesses)),
    () => getMunicipality(ctx),
    () => ctx.tx.once('residents', () => trust.hasResidents(ctx.tx)),
  )
  if (bad.some((business) => blockedBy.includes(business)))
    return { kind: 'closed', reason: 'bad-row', ja: BAD_ROW }
  if (byHand) return closed('hand')
  const limitMinutes = dataAgeLimits[kind]
  const findings = findingsOf(kind, standings, { residents, limitMinutes, now: ctx.now })
  const overridden = findings.length > 0 && (await trust.standingOverrides(ctx.tx, ctx.now)).has(kind)
  // What no override lifts is said first.
  const standing =
    findings.find(({ reason }) => !liftable.has(reason)) ?? (overridden ? undefined : findings[0])
  if (standing) return closed(standing.reason)
  const age = ageOf(kind, standings, ctx.now)
  return { kind: 'open', dataAgeSeconds: age === null ? null : Math.round(age / 1000) }
}

function closed(reason: GateReason): GateVerdict {
  return { kind: 'closed', reason, ja: gateReasons[reason] }
}

export type Backlog = {
  readonly business: Business
  readonly title: string
  /** Files that lie here and are not applied. */
  readonly waiting: number
  /** Files that the town's agent still holds, as it said last. */
  readonly unsent: number
  /** A file stands refused that nothing has replaced. */
  readonly refused: boolean
}

/**
 * 滞留していたデータ連携: what of the town's data has not been applied, of the businesses that these kinds hang on. Issuing that
 * was stopped is taken up again when there is none.
 */
export async function listBacklog(ctx: Ctx, kinds: readonly CertificateKindCode[]): Promise<Backlog[]> {
  const needed = new Set(kinds.flatMap((kind) => [...kindNeeds[kind].requires, ...kindNeeds[kind].blockedBy]))
  const words = await store.listWords(ctx.tx)
  const refused = await listRefused(ctx.tx)
  const inbound = await listInboundRows(ctx.tx)
  return businesses
    .filter((business) => needed.has(business))
    .map((business) => ({
      business,
      title: fileInterfaces[business].title,
      waiting: inbound.filter((one) => one.business === business).length,
      unsent: words.get(business)?.unsent ?? 0,
      refused: refused.has(business),
    }))
    .filter((one) => one.waiting > 0 || one.unsent > 0 || one.refused)
}

export async function getGate(ctx: Ctx): Promise<OutputOf<typeof contract.getGate>> {
  const standings = await standingsOf(ctx.tx, businesses)
  const { dataAgeLimits } = await getMunicipality(ctx)
  const residents = await trust.hasResidents(ctx.tx)
  const overrides = await trust.standingOverrides(ctx.tx, ctx.now)
  const kinds = (Object.keys(certificateKinds) as CertificateKindCode[]).map((kind) => {
    const limitMinutes = dataAgeLimits[kind]
    const findings = findingsOf(kind, standings, { residents, limitMinutes, now: ctx.now })
    const age = ageOf(kind, standings, ctx.now)
    const override = overrides.get(kind)
    return {
      kind,
      title: certificateKinds[kind].ja,
      open: findings.every(({ reason }) => override !== undefined && liftable.has(reason)),
      reasons: findings.map(({ reason, business }) => ({ reason, business, ja: gateReasons[reason] })),
      limitMinutes,
      ageMinutes: age === null ? null : Math.floor(age / 60_000),
      override:
        override === undefined
          ? null
          : {
              overrideId: override.overrideId,
              until: override.until.toISOString(),
              reason: override.reason,
              by: override.givenBy,
              at: override.at.toISOString(),
            },
    }
  })
  return { kinds }
}

/** All of the kinds asked for, or none: whoever finds one taken sees first what a colleague has recorded for it. */
export async function overrideGate(
  ctx: Ctx,
  { kinds, hours, reason }: InputOf<typeof contract.overrideGate>,
): Promise<OutputOf<typeof contract.overrideGate>> {
  const until = new Date(ctx.now.getTime() + hours * 3_600_000)
  const givenBy = ctx.actor.kind === 'staff' ? ctx.actor.displayName : actorName(ctx.actor)
  const overrides = [...new Set(kinds)].map((kind) => ({
    ...{ overrideId: uuidv7(ctx.now.getTime()), kind },
    ...{ until, reason, givenBy, at: ctx.now },
  }))
  const standing = await trust.insertOverrides(ctx.tx, overrides, ctx.now)
  if (standing < overrides.length) throw new Problem(linkageProblems.overrideStands)
  for (const { overrideId, kind } of overrides)
    await audit(ctx, linkageEvents.overrideGiven, { facts: { overrideId, kind, hours } })
  return {
    overrides: overrides.map(({ overrideId, kind }) => ({ overrideId, kind })),
    until: until.toISOString(),
  }
}

export async function endOverride(
  ctx: Ctx,
  { overrideId }: InputOf<typeof contract.endOverride>,
): Promise<OutputOf<typeof contract.endOverride>> {
  const kind = await trust.endOverride(ctx.tx, overrideId, { by: actorName(ctx.actor), now: ctx.now })
  if (kind === undefined) throw new Problem(linkageProblems.overrideNotFound)
  await audit(ctx, linkageEvents.overrideEnded, { facts: { overrideId, kind } })
  return { ended: true }
}
