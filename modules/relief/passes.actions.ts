import { createHash } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { foldCode, newCode } from '@open-bcl/core/one-time-code.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx, type CtxOutside } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { hashPassword, inTurn, verifyPassword } from '@open-bcl/platform/passwords.ts'
import { namesOfActors } from '../access/access.actions.ts'
import { accessProblems } from '../access/access.messages.ts'
import { audit } from '../access/audit.ts'
import { closeGuest, isGuestsDevice, openGuest, startGuest } from '../access/guests.actions.ts'
import { beginAttempt, forgive, refuse } from '../access/sign-in-attempts.actions.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type * as contract from './relief.contract.ts'
import { reliefEvents, reliefProblems as problems } from './relief.messages.ts'
import * as store from './relief.store.ts'
import {
  helperPassState,
  isOfHousesJob,
  MOST_HELPER_DAYS,
  type HelperPass,
  type HelperPassId,
} from './relief.ts'

export async function makePasses(
  ctx: Ctx,
  input: InputOf<typeof contract.makeHelperPasses>,
): Promise<OutputOf<typeof contract.makeHelperPasses>> {
  const { disasterId, job, areas, count, validFrom, validUntil } = input
  await getDisaster(ctx, disasterId)
  const days = (Date.parse(validUntil) - Date.parse(validFrom)) / 86_400_000 + 1
  if (days < 1 || days > MOST_HELPER_DAYS || validUntil < todayInJapan(ctx.now))
    throw new Problem(problems.dates)
  if (areas !== null && !isOfHousesJob(job)) throw new Problem(problems.noAreas)
  const last = await store.lastPassNo(ctx.tx, disasterId)
  const cards = Array.from({ length: count }, (_, i) => ({
    passId: uuidv7(ctx.now.getTime()) as HelperPassId,
    passNo: last + 1 + i,
    code: newCode(),
  }))
  const batch = {
    disasterId,
    job,
    areas,
    validFrom,
    validUntil,
    at: ctx.now,
    by: actorName(ctx.actor),
    label: labelOf(ctx),
  }
  const kept = cards.map(({ code, ...card }) => ({ ...card, codeSha: sha256(code) }))
  if (!(await store.insertPasses(ctx.tx, batch, kept))) throw new Problem(problems.batchTaken)
  await audit(ctx, reliefEvents.made, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { job, count, validFrom, validUntil, areas: areas?.length ?? null },
  })
  return { cards }
}

export async function renewPass(
  ctx: Ctx,
  input: InputOf<typeof contract.renewHelperPass>,
): Promise<OutputOf<typeof contract.renewHelperPass>> {
  const code = newCode()
  const passNo = await store.renewCode(ctx.tx, input, sha256(code))
  if (passNo === undefined) {
    const pass = await store.findPass(ctx.tx, input.passId)
    if (!pass) throw new Problem(problems.passNotFound)
    const open = pass.staffId === null && pass.revokedAt === null
    throw new Problem(open ? platformProblems.changedByOther : problems.wrongState)
  }
  await audit(ctx, reliefEvents.renewed, { facts: { passId: input.passId } })
  return { passId: input.passId, passNo, code }
}

export async function listPasses(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.listHelperPasses>,
): Promise<OutputOf<typeof contract.listHelperPasses>> {
  await getDisaster(ctx, disasterId)
  const passes = await store.listPasses(ctx.tx, disasterId)
  const actorOf = (staffId: string): string => `staff:${ctx.municipality}:${staffId}`
  const nameOf = await namesOfActors(
    ctx,
    passes.flatMap(({ staffId }) => (staffId === null ? [] : [actorOf(staffId)])),
  )
  return {
    passes: passes.map((pass) => ({
      ...{ passId: pass.passId, version: pass.version, passNo: pass.passNo, job: pass.job },
      areas: pass.areas === null ? null : [...pass.areas],
      state: helperPassState(pass, ctx.now),
      ...{ validFrom: pass.validFrom, validUntil: pass.validUntil },
      name: pass.staffId === null ? '' : nameOf(actorOf(pass.staffId)),
      enrolledAt: pass.enrolledAt?.toISOString() ?? null,
      revokedBy: pass.revokedByLabel,
    })),
  }
}

export async function revokePasses(
  ctx: Ctx,
  { disasterId, passIds }: InputOf<typeof contract.revokeHelperPasses>,
): Promise<OutputOf<typeof contract.revokeHelperPasses>> {
  await getDisaster(ctx, disasterId)
  if ((await store.countPasses(ctx.tx, disasterId, passIds)) < new Set(passIds).size)
    throw new Problem(problems.passNotFound)
  const revoked = await store.revoke(ctx.tx, disasterId, passIds, { at: ctx.now, label: labelOf(ctx) })
  for (const { staffId, job, validFrom } of revoked)
    if (staffId !== null) await closeGuest(ctx, { staffId, role: job, fromOn: validFrom, disasterId })
  await audit(ctx, reliefEvents.revoked, {
    subjects: revoked.flatMap(({ staffId }) =>
      staffId === null ? [] : [{ kind: 'staff', id: staffId } as const],
    ),
    facts: { disasterId, count: revoked.length },
  })
  return { revoked: revoked.length }
}

/**
 * Whoever holds the card and a phone becomes an account in their own name: two helpers never share one, and what they do is
 * theirs on record. The number they choose opens it again on this phone only.
 */
export async function enrolHelper(
  ctx: CtxOutside,
  input: InputOf<typeof contract.enrolHelper>,
): Promise<OutputOf<typeof contract.enrolHelper>> {
  const codeSha = sha256(foldCode(input.code))
  // Looked up first: whoever tries out codes costs us no hashing.
  const pinHash = await inTurn(async () => {
    await ctx.separately((own) => passOfCode(own, codeSha))
    return await hashPassword(input.pin)
  })
  const { token, view, disasterId } = await ctx.separately(async (own) => {
    const pass = await passOfCode(own, codeSha)
    const { disasterId, job, areas, validFrom, validUntil } = pass
    const staffId = await openGuest(own, {
      loginId: `ouen-${pass.passId.slice(-12)}`,
      displayName: `応援　${input.displayName.trim()}`,
      department: `応援（${input.office.trim()}）`,
      ...{ role: job, disasterId, areas, fromOn: validFrom, untilOn: validUntil },
    })
    if (staffId === null) throw new Problem(problems.codeUnknown)
    await store.enrol(own.tx, pass.passId, { staffId, pinHash, at: own.now })
    await audit(own, reliefEvents.enrolled, {
      subjects: [{ kind: 'staff', id: staffId }],
      facts: { passId: pass.passId, job },
    })
    const started = await startGuest(own, staffId)
    if (started === null) throw new Problem(problems.codeUnknown)
    return { ...started, disasterId }
  })
  ctx.cookie?.start(token)
  return { session: view, disasterId }
}

async function passOfCode(ctx: Ctx, codeSha: Buffer): Promise<HelperPass> {
  const pass = await store.holdByCode(ctx.tx, codeSha)
  const today = todayInJapan(ctx.now)
  if (!pass || pass.revokedAt !== null || today > pass.validUntil) throw new Problem(problems.codeUnknown)
  if (today < pass.validFrom) throw new Problem(problems.notYet)
  return pass
}

/** Counted like a password: six digits are few. What is wrong of phone and number is not told apart. */
export async function returnHelper(
  ctx: CtxOutside,
  input: InputOf<typeof contract.returnHelper>,
): Promise<OutputOf<typeof contract.returnHelper>> {
  const { attempt, pass, right } = await inTurn(async () => {
    const { attempt, pass, here } = await ctx.separately(async (own) => {
      const pass = await store.findPassOf(own.tx, input.staffId)
      const attempt = await beginAttempt(own, pass ? `ouen-${pass.passId.slice(-12)}` : input.staffId)
      return { attempt, pass, here: pass ? await isGuestsDevice(own, input.staffId) : false }
    })
    const right =
      attempt.no !== null && (await verifyPassword(here ? (pass?.pinHash ?? null) : null, input.pin))
    return { attempt, pass, right }
  })
  if (attempt.no === null) throw new Problem(accessProblems.locked)
  if (!right || !pass) return await refuse(ctx, attempt, new Problem(problems.wrongPin))
  const started = await ctx.separately(async (own) => {
    const now = await store.findPass(own.tx, pass.passId)
    if (!now || helperPassState(now, own.now) !== 'valid') return null
    await forgive(own, attempt)
    return await startGuest(own, input.staffId)
  })
  if (started === null) throw new Problem(problems.passEnded)
  ctx.cookie?.start(started.token)
  return { session: started.view, disasterId: pass.disasterId }
}

function labelOf(ctx: Ctx): string {
  return ctx.actor.kind === 'staff' ? ctx.actor.displayName : actorName(ctx.actor)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
