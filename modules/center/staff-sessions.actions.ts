import { createHash, randomBytes } from 'node:crypto'
import { OPERATOR_REALM } from '@open-bcl/core/brand.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { browserMark } from '@open-bcl/platform/browser-mark.ts'
import type { Pending } from '@open-bcl/platform/ctx.ts'
import type { CenterCtx, CenterCtxOutside, CenterStaff } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type * as sessionsContract from '../access/sessions.contract.ts'
import { recordAct } from './center-audit.store.ts'
import type * as contract from './staff.contract.ts'
import { hasFactor } from './staff-factor.store.ts'
import { staffEvents } from './staff.messages.ts'
import * as store from './staff.store.ts'
import { permissionsOfRole, staffRoles } from './staff.ts'

/** A shift with its hand-over. */
const SESSION_HOURS = 13
/** For the second factor, or for enrolling one. */
const PENDING_MINUTES = 15
const IDLE_MINUTES = 60
const LISTED_DAYS = 30

export type Session = OutputOf<typeof contract.getSession>
export type Started = { readonly token: string; readonly view: Session }
export type StaffSide = {
  /** 試験環境: every screen says so. */
  readonly test: boolean
  readonly factor: {
    /** Where operators open the console: passkeys hold there. */
    readonly origins: readonly string[]
    /** What secrets of authenticator apps are sealed with; none = no apps here. */
    readonly keys: readonly Uint8Array[]
    /** Nobody works without a second factor. */
    readonly required: boolean
  }
}

export async function pendingFor(
  ctx: CenterCtx,
  staffId: string,
  { factor }: StaffSide,
): Promise<Pending | null> {
  if (await hasFactor(ctx.tx, staffId)) return 'second-factor'
  return factor.required ? 'enrolment' : null
}

export async function openSession(
  ctx: CenterCtx,
  staff: store.StaffRow,
  pending: Pending | null,
  side: StaffSide,
): Promise<Started> {
  const token = randomBytes(32).toString('base64url')
  const csrfToken = randomBytes(24).toString('base64url')
  const device = await browserMark(ctx.device, (hash) => store.isOurDevice(ctx.tx, hash))
  const lastsMs = pending === null ? SESSION_HOURS * 3_600_000 : PENDING_MINUTES * 60_000
  await store.insertSession(ctx.tx, {
    sessionId: uuidv7(ctx.now.getTime()),
    tokenHash: sha256(token),
    staffId: staff.staffId,
    csrfToken,
    now: ctx.now,
    expiresAt: new Date(ctx.now.getTime() + lastsMs),
    pending,
    deviceHash: device === null ? null : sha256(device),
    device: ctx.device?.words ?? '',
  })
  const event = pending === null ? staffEvents.signedIn : staffEvents.passwordRight
  await recordAct(ctx, event, { kind: 'staff', id: staff.staffId })
  ctx.cookie?.start(token)
  if (device !== null) ctx.device?.mark(device)
  return { token, view: viewOf(staff, csrfToken, pending, side) }
}

function viewOf(
  staff: store.StaffRow,
  csrfToken: string,
  pending: Pending | null,
  { test }: StaffSide,
): Session {
  return {
    user: {
      staffId: staff.staffId,
      displayName: staff.displayName,
      department: staffRoles[staff.role].ja,
    },
    municipality: {
      code: OPERATOR_REALM,
      name: test ? '証明書交付センター（試験環境）' : '証明書交付センター',
    },
    permissions: pending === null ? [...permissionsOfRole(staff.role)].sort() : [],
    only: null,
    csrfToken,
    demonstration: test,
    mustChangePassword: staff.mustChangePassword,
    pending,
  }
}

export async function signOut(ctx: CenterCtx): Promise<{ signedOut: true }> {
  const { sessionId, staffId } = signedIn(ctx)
  await store.endSession(ctx.tx, staffId, sessionId, ctx.now)
  await recordAct(ctx, staffEvents.signedOut, { kind: 'staff', id: staffId })
  ctx.cookie?.end()
  return { signedOut: true }
}

export async function getSession(ctx: CenterCtx, side: StaffSide): Promise<Session> {
  const { csrfToken, pending } = signedIn(ctx)
  return viewOf(await signedInRow(ctx), csrfToken, pending ?? null, side)
}

/** Finds who a session token belongs to; an idle session counts no more. */
export async function authenticateStaff(ctx: CenterCtx, token: string): Promise<CenterStaff | null> {
  const session = await store.findSession(ctx.tx, sha256(token))
  if (!session) return null
  const idleMs = ctx.now.getTime() - session.lastSeenAt.getTime()
  if (session.expiresAt <= ctx.now || idleMs > IDLE_MINUTES * 60_000) return null
  if (idleMs > 60_000) await store.touchSession(ctx.tx, session.sessionId, ctx.now)
  const { staffId, displayName, sessionId, csrfToken, mustChangePassword, role, pending } = session
  return {
    ...{ staffId, displayName, sessionId, csrfToken, mustChangePassword },
    ...(pending === null
      ? { permissions: permissionsOfRole(role) }
      : { pending, permissions: new Set<string>() }),
  }
}

export async function listMySessions(
  ctx: CenterCtx,
): Promise<OutputOf<typeof sessionsContract.listMySessions>> {
  const { staffId, sessionId } = signedIn(ctx)
  const since = new Date(ctx.now.getTime() - LISTED_DAYS * 86_400_000)
  const idle = new Date(ctx.now.getTime() - IDLE_MINUTES * 60_000)
  const all = await store.listSessions(ctx.tx, staffId, since)
  // One that waited for the second factor and got it went on as another.
  const rows = all.filter((row) => row.pending === null || row.endedAt === null)
  return {
    sessions: rows.map((row) => ({
      ...{ sessionId: row.sessionId, device: row.device, pending: row.pending !== null },
      ...{ createdAt: row.createdAt.toISOString(), lastSeenAt: row.lastSeenAt.toISOString() },
      open: row.endedAt === null && row.expiresAt > ctx.now && row.lastSeenAt >= idle,
      isThis: row.sessionId === sessionId,
    })),
  }
}

export async function endMySession(
  ctx: CenterCtx,
  { sessionId }: InputOf<typeof sessionsContract.endMySession>,
): Promise<OutputOf<typeof sessionsContract.endMySession>> {
  const { staffId } = signedIn(ctx)
  if (!(await store.endSession(ctx.tx, staffId, sessionId, ctx.now)))
    throw new Problem(platformProblems.notFound)
  await recordAct(ctx, staffEvents.sessionsEnded, { kind: 'staff', id: staffId }, { count: 1 })
  return { ended: true }
}

export async function endMyOtherSessions(
  ctx: CenterCtx,
): Promise<OutputOf<typeof sessionsContract.endMyOtherSessions>> {
  const { staffId, sessionId } = signedIn(ctx)
  const count = await store.endOtherSessions(ctx.tx, staffId, sessionId, ctx.now)
  await recordAct(ctx, staffEvents.sessionsEnded, { kind: 'staff', id: staffId }, { count })
  return { count }
}

/** Whose request it is, as the account stands now. */
export async function signedInRow(ctx: CenterCtx): Promise<store.StaffRow> {
  const staff = await store.findStaff(ctx.tx, signedIn(ctx).staffId)
  if (!staff) throw new Problem(platformProblems.notSignedIn)
  return staff
}

export function signedIn(ctx: CenterCtxOutside): CenterStaff {
  if (ctx.staff === null) throw new Error('only people have sessions')
  return ctx.staff
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
