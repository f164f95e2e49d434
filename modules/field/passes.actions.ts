import { createHash, randomBytes } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { foldCode, newCode } from '@open-bcl/core/one-time-code.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Actor, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { carryTasks } from '../surveys/carry.actions.ts'
import { getTeam } from '../surveys/plans.actions.ts'
import { labelOf } from '../surveys/surveys.actions.ts'
import { makeTownKeyPair } from './envelope.ts'
import type * as contract from './field.contract.ts'
import { fieldEvents, fieldProblems as problems } from './field.messages.ts'
import * as store from './field.store.ts'
import {
  CODE_MINUTES,
  MOST_DAYS,
  PASS_TOKEN,
  passStateOf,
  type KeyId,
  type Pass,
  type PassId,
  passPermissions,
} from './field.ts'
import type * as phone from './phone.contract.ts'

type StaffActor = Extract<Actor, { kind: 'staff' }>

/** Whose token it is: a phone acts in its pass's name, and what it may hangs on how the pass stands now. */
export async function authenticatePass(ctx: Ctx, token: string): Promise<StaffActor | null> {
  const pass = await store.findByToken(ctx.tx, sha256(token))
  if (!pass) return null
  // What was recorded is taken from a phone whose pass has ended, too (it is parked); assignments are not handed out to it.
  const reads = !pass.sendOnly && passStateOf(pass, ctx.now) === 'valid'
  return {
    ...actorOf(ctx, pass),
    permissions: new Set<string>(passPermissions[reads ? 'valid' : 'ended']),
  }
}

/** In whose name something is written that a phone recorded. */
export function actorOf(ctx: Ctx, pass: Pass): StaffActor {
  return {
    kind: 'staff',
    staffId: pass.passId,
    home: ctx.municipality,
    displayName: `調査端末　${pass.name}`,
    sessionId: pass.passId,
    csrfToken: pass.passId,
    mustChangePassword: false,
    permissions: new Set(),
  }
}

/** Says how many days from one to the other, both included. */
function daysOf(from: string, until: string): number {
  return (Date.parse(until) - Date.parse(from)) / 86_400_000 + 1
}

export async function makePass(
  ctx: Ctx,
  input: InputOf<typeof contract.makePass>,
): Promise<OutputOf<typeof contract.makePass>> {
  const { passId, disasterId, teamId, name, validFrom, validUntil } = input
  await getDisaster(ctx, disasterId)
  const team = await getTeam(ctx, teamId)
  const days = daysOf(validFrom, validUntil)
  if (days < 1 || days > MOST_DAYS || validUntil < todayInJapan(ctx.now)) throw new Problem(problems.dates)
  await townKey(ctx)
  const { code, codeUntil, codeSha } = freshCode(ctx)
  const made = await store.insertPass(ctx.tx, {
    ...{ passId, disasterId, teamId: team.teamId, name, validFrom, validUntil, codeSha, codeUntil },
    madeAt: ctx.now,
    madeBy: actorName(ctx.actor),
    madeByLabel: labelOf(ctx),
  })
  if (!made) throw new Problem(problems.numberTaken)
  await audit(ctx, fieldEvents.passMade, { facts: { passId, teamId, validFrom, validUntil } })
  return { passId, version: 1, state: 'waiting', code, codeUntil: codeUntil.toISOString() }
}

function freshCode(ctx: Ctx): { code: string; codeUntil: Date; codeSha: Buffer } {
  const code = newCode()
  return { code, codeUntil: new Date(ctx.now.getTime() + CODE_MINUTES * 60_000), codeSha: sha256(code) }
}

/** The town's key, made with its first pass. */
async function townKey(ctx: Ctx): Promise<{ keyId: KeyId; publicKey: string }> {
  const known = await store.newestKey(ctx.tx)
  if (known) return known
  const pair = await makeTownKeyPair()
  const keyId = uuidv7(ctx.now.getTime()) as KeyId
  const publicKey = Buffer.from(pair.publicKey).toString('base64')
  const privateKey = Buffer.from(pair.privateKey).toString('base64')
  await store.insertKey(ctx.tx, await ctx.keys(), { keyId, publicKey, privateKey, at: ctx.now })
  return { keyId, publicKey }
}

export async function renewCode(
  ctx: Ctx,
  input: InputOf<typeof contract.renewCode>,
): Promise<OutputOf<typeof contract.renewCode>> {
  const { code, codeUntil, codeSha } = freshCode(ctx)
  const pass = await store.renewCode(ctx.tx, input, codeSha, codeUntil)
  if (!pass) {
    const { enrolledAt } = await getPass(ctx, input.passId)
    throw new Problem(enrolledAt === null ? problems.wrongState : problems.alreadyEnrolled)
  }
  const { passId, version } = pass
  await audit(ctx, fieldEvents.codeMade, { facts: { passId } })
  return { passId, version, state: passStateOf(pass, ctx.now), code, codeUntil: codeUntil.toISOString() }
}

export async function listPasses(
  ctx: Ctx,
  input: InputOf<typeof contract.listPasses>,
): Promise<OutputOf<typeof contract.listPasses>> {
  await getDisaster(ctx, input.disasterId)
  const passes = await store.listPasses(ctx.tx, input.disasterId)
  return {
    passes: passes.map((pass) => ({
      passId: pass.passId,
      version: pass.version,
      state: passStateOf(pass, ctx.now),
      name: pass.name,
      teamId: pass.teamId,
      teamName: pass.teamName,
      validFrom: pass.validFrom,
      validUntil: pass.validUntil,
      device: pass.device,
      enrolledAt: pass.enrolledAt?.toISOString() ?? null,
      seenAt: pass.seenAt?.toISOString() ?? null,
      unsent: pass.unsent,
      unsentSince: pass.unsentSince?.toISOString() ?? null,
      clockOffS: pass.clockOffS,
      parked: pass.parked,
      revokedAt: pass.revokedAt?.toISOString() ?? null,
      revokedBy: pass.revokedByLabel,
      revokeReason: pass.revokeReason,
      wipedAt: pass.wipedAt?.toISOString() ?? null,
    })),
  }
}

export async function revokePass(
  ctx: Ctx,
  input: InputOf<typeof contract.revokePass>,
): Promise<OutputOf<typeof contract.revokePass>> {
  const { passId, reason } = input
  const pass = await store.revoke(ctx.tx, input, { label: labelOf(ctx), reason, at: ctx.now })
  if (!pass) {
    const { revokedAt } = await getPass(ctx, passId)
    throw new Problem(revokedAt === null ? platformProblems.changedByOther : problems.wrongState)
  }
  await audit(ctx, fieldEvents.revoked, { facts: { passId } })
  return { passId, version: pass.version, state: passStateOf(pass, ctx.now) }
}

export async function getPass(ctx: Ctx, passId: PassId): Promise<Pass> {
  const pass = await store.findPass(ctx.tx, passId)
  if (!pass) throw new Problem(problems.passNotFound)
  return pass
}

/** The pass of the phone that asks. */
export async function ownPass(ctx: Ctx): Promise<Pass> {
  if (ctx.actor.kind !== 'staff') throw new Problem(problems.passNotFound)
  return await getPass(ctx, ctx.actor.staffId as PassId)
}

export async function enrolDevice(
  ctx: Ctx,
  input: InputOf<typeof phone.enrolDevice>,
): Promise<OutputOf<typeof phone.enrolDevice>> {
  const token = `${PASS_TOKEN}${randomBytes(32).toString('base64url')}`
  const sendToken = `${PASS_TOKEN}${randomBytes(32).toString('base64url')}`
  const pass = await store.enrol(ctx.tx, sha256(foldCode(input.code)), {
    device: input.device,
    tokenSha: sha256(token),
    sendTokenSha: sha256(sendToken),
    now: ctx.now,
  })
  if (!pass) throw new Problem(problems.codeUnknown)
  const disaster = await getDisaster(ctx, pass.disasterId)
  const team = await getTeam(ctx, pass.teamId)
  const { name: municipalityName } = await getMunicipality(ctx)
  const { keyId, publicKey } = await townKey(ctx)
  await audit({ ...ctx, actor: actorOf(ctx, pass) }, fieldEvents.enrolled, { facts: { passId: pass.passId } })
  return {
    ...{ passId: pass.passId, token, sendToken, keyId, publicKey, name: pass.name },
    municipalityName,
    disasterName: disaster.name,
    teamName: team.name,
    members: [...team.members],
    validFrom: pass.validFrom,
    validUntil: pass.validUntil,
    guidelineCode: disaster.guidelineCode,
    occurredOn: disaster.occurredOn,
    hazards: [...disaster.hazards],
  }
}

export async function tellDevice(
  ctx: Ctx,
  input: InputOf<typeof phone.tellDevice>,
): Promise<OutputOf<typeof phone.tellDevice>> {
  const pass = await ownPass(ctx)
  const state = passStateOf(pass, ctx.now)
  await noteContact(ctx, pass, input, input.wiped)
  if (input.wiped && pass.wipedAt === null)
    await audit(ctx, fieldEvents.wiped, { facts: { passId: pass.passId } })
  return { state, now: ctx.now.toISOString() }
}

export async function noteContact(
  ctx: Ctx,
  pass: Pass,
  said: Pick<InputOf<typeof phone.tellDevice>, 'unsent' | 'sentAt'>,
  wiped = false,
): Promise<void> {
  const { count, since } = said.unsent
  await store.noteContact(ctx.tx, pass.passId, {
    at: ctx.now,
    unsent: count,
    since: since === null ? null : new Date(since),
    clockOffS: clockOffOf(ctx, said.sentAt),
    wiped,
  })
}

/** Seconds, plus = ahead; a clock set to another century is as far off as a column can say. */
export function clockOffOf(ctx: Ctx, sentAt: string): number {
  const seconds = Math.round((Date.parse(sentAt) - ctx.now.getTime()) / 1_000)
  return Math.max(-2_000_000_000, Math.min(2_000_000_000, seconds))
}

export async function getWork(
  ctx: Ctx,
  input: InputOf<typeof phone.getWork>,
): Promise<OutputOf<typeof phone.getWork>> {
  const pass = await ownPass(ctx)
  if (passStateOf(pass, ctx.now) !== 'valid') throw new Problem(problems.passEnded)
  const { after, limit, taskIds } = input
  const { tasks, next } = await carryTasks(ctx, { ...pass, taskIds }, { after, limit })
  await audit(ctx, fieldEvents.carried, { facts: { passId: pass.passId, tasks: tasks.length } })
  return {
    tasks: tasks.map(({ head, words, sheets }) => ({
      taskId: head.taskId,
      taskNo: head.taskNo,
      version: head.version,
      stage: head.stage,
      state: head.state,
      areaName: head.areaName,
      address: words.address,
      headName: words.headName,
      applicantName: words.applicantName,
      phone: words.phone,
      note: words.note,
      point: head.point,
      urgent: head.urgent,
      claimedBy: head.claimedByLabel,
      suppressed: head.suppressed,
      sheets: sheets.map((one) => ({
        sheetId: one.sheetId,
        sheetNo: one.sheetNo,
        grade: one.grade,
        surveyedOn: one.surveyedOn,
        surveyors: [...one.words.surveyors],
        witness: one.words.witness,
        note: one.words.note,
        sheet: one.words.sheet as unknown as OutputOf<
          typeof phone.getWork
        >['tasks'][number]['sheets'][number]['sheet'],
        recordedBy: one.recordedByLabel,
        receivedAt: one.receivedAt.toISOString(),
        earlier: one.earlier,
      })),
    })),
    next,
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
