import { createHash, randomBytes } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { OutputOf, InputOf } from '@open-bcl/core/endpoint.ts'
import { isPracticeTown } from '@open-bcl/core/practice-town.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { browserMark } from '@open-bcl/platform/browser-mark.ts'
import type { Actor, Ctx, Pending } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { getSession as getSessionEndpoint } from './access.contract.ts'
import { accessEvents } from './access.messages.ts'
import { findSession, findStaff, getTenant, rolesOf, type StaffRow } from './access.store.ts'
import { audit } from './audit.ts'
import { rightsOf } from './roles.ts'
import type * as contract from './sessions.contract.ts'
import { signInSettings } from './sign-in-settings.actions.ts'
import { isRequired } from './sign-in-settings.ts'
import { hasFactor } from './second-factor.store.ts'
import * as store from './sign-in.store.ts'
import { OPERATORS_LOGIN } from './staff.ts'
import { rightsAt } from './terminal-classes.ts'
import { noteUse, touchTerminal } from './terminals.store.ts'
import {
  admitAtTerminal,
  goodFingerprint,
  requireSessionsTerminal,
  type Comer,
} from './this-terminal.actions.ts'

const SESSION_HOURS = 10
/** For the second factor, or for enrolling one. */
const PENDING_MINUTES = 15
const IDLE_MINUTES = 60
/** How far back one sees one's own sessions. */
const LISTED_DAYS = 30

export type Session = OutputOf<typeof getSessionEndpoint>
type StaffActor = Extract<Actor, { kind: 'staff' }>
export type Started = { readonly token: string; readonly view: Session }

/** What a person whose password was right has to do before anything else. */
export async function pendingFor(ctx: Ctx, staffId: string): Promise<Pending | null> {
  if (await hasFactor(ctx.tx, staffId)) return 'second-factor'
  const { 'second-factor': rule } = await signInSettings(ctx)
  const held = await rolesOf(ctx.tx, staffId, todayInJapan(ctx.now))
  const required = isRequired(
    rule,
    held.map(({ role }) => role),
  )
  return required ? 'enrolment' : null
}

/** `null`: the town may not be signed in to, or the account is not in use. */
export async function openSession(
  ctx: Ctx,
  staff: StaffRow,
  pending: Pending | null,
  who: Comer = 'staff',
  /** When it ends at the latest, be it used or not; `null` = as every session. */
  endsAt: Date | null = null,
): Promise<Started | null> {
  // The town itself lets in whoever practises, and the operator by a code; no password and no provider does.
  if (who === 'staff' && (isPracticeTown(ctx.municipality) || staff.loginId.startsWith(OPERATORS_LOGIN)))
    return null
  const tenant = await getTenant(ctx.tx)
  if (!tenant || (tenant.demonstration && ctx.production) || !mayBeUsed(ctx, staff)) return null
  const here = await admitAtTerminal(ctx, who)
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
    expiresAt: new Date(Math.min(ctx.now.getTime() + lastsMs, endsAt?.getTime() ?? Infinity)),
    pending,
    deviceHash: device === null ? null : sha256(device),
    device: ctx.device?.words ?? '',
    terminalId: here?.terminalId ?? null,
  })
  if (here !== null) await noteUse(ctx.tx, here, ctx.now)
  const subjects = [{ kind: 'staff', id: staff.staffId } as const]
  if (pending !== null) await audit(ctx, accessEvents.passwordRight, { subjects })
  else
    await audit(ctx, accessEvents.signedIn, { subjects, facts: here ? { terminalId: here.terminalId } : {} })
  if (device !== null) ctx.device?.mark(device)
  const mustChangePassword =
    staff.mustChangePassword || (pending === null && (await isPasswordOld(ctx, staff.staffId)))
  const held = rightsOf(await rolesOf(ctx.tx, staff.staffId, todayInJapan(ctx.now)))
  const { permissions } = rightsAt(here?.terminalClass ?? null, held.permissions)
  const only = held.only ?? undefined
  return {
    token,
    view: sessionView(ctx, { ...staff, mustChangePassword }, tenant, {
      permissions,
      only,
      csrfToken,
      pending,
    }),
  }
}

/** Where the town sets an age for passwords; nobody is asked before the second factor. */
async function isPasswordOld(ctx: Ctx, staffId: string): Promise<boolean> {
  const { rotationDays } = (await signInSettings(ctx)).password
  if (rotationDays === null) return false
  const setBefore = new Date(ctx.now.getTime() - rotationDays * 86_400_000)
  return await store.demandNewPassword(ctx.tx, staffId, setBefore)
}

export function mayBeUsed(ctx: Pick<Ctx, 'now'>, { disabledAt, lastOn }: StaffRow): boolean {
  return disabledAt === null && (lastOn === null || lastOn >= todayInJapan(ctx.now))
}

/** Finds who a session token belongs to; ends an idle session. Used by `serve` on every request. */
export async function authenticate(ctx: Ctx, token: string): Promise<StaffActor | null> {
  const session = await findSession(ctx.tx, sha256(token), todayInJapan(ctx.now), goodFingerprint(ctx))
  if (!session) return null
  const idleMs = ctx.now.getTime() - session.lastSeenAt.getTime()
  if (session.expiresAt <= ctx.now || idleMs > IDLE_MINUTES * 60_000) return null
  await requireSessionsTerminal(ctx, session)
  const here = session.here
  // Once a minute is enough to know that somebody is there, and spares a write on every read. In a transaction of its own
  // that this request does not wait for: a session held until a long request ends would make the person's others wait.
  if (idleMs > 60_000) {
    void ctx
      .separately(async (own) => {
        await store.touchSession(own.tx, session.sessionId, own.now)
        if (here !== null) await touchTerminal(own.tx, here.terminalId, own.now)
      })
      .catch(() => undefined)
  }
  const pending = session.pending
  const { limits, permissions, only } = rightsOf(session.roles)
  return {
    kind: 'staff',
    staffId: session.staffId,
    home: ctx.municipality,
    displayName: session.displayName,
    sessionId: session.sessionId,
    csrfToken: session.csrfToken,
    mustChangePassword: session.mustChangePassword,
    ...(pending === null
      ? {
          ...{ limits, ...rightsAt(here?.terminalClass ?? null, permissions) },
          ...(only === null ? {} : { only }),
        }
      : { pending, permissions: new Set<string>() }),
  }
}

export async function getSession(ctx: Ctx): Promise<Session> {
  const actor = staffActor(ctx)
  const staff = await signedInStaff(ctx)
  const tenant = await getTenant(ctx.tx)
  if (!tenant) throw new Problem(platformProblems.notSignedIn)
  return sessionView(ctx, staff, tenant, { ...actor, pending: actor.pending ?? null })
}

export async function signOut(ctx: Ctx): Promise<{ signedOut: true }> {
  const { staffId, sessionId } = staffActor(ctx)
  await store.endSession(ctx.tx, staffId, sessionId, ctx.now)
  await audit(ctx, accessEvents.signedOut, { subjects: [{ kind: 'staff', id: staffId }] })
  ctx.cookie?.end()
  return { signedOut: true }
}

/** One's own, here and elsewhere. */
export async function listMySessions(ctx: Ctx): Promise<OutputOf<typeof contract.listMySessions>> {
  const { staffId, sessionId } = staffActor(ctx)
  const since = new Date(ctx.now.getTime() - LISTED_DAYS * 86_400_000)
  const all = await store.listSessions(ctx.tx, staffId, since)
  // One that waited for the second factor and got it went on as another.
  const rows = all.filter((row) => row.pending === null || row.endedAt === null)
  const idle = new Date(ctx.now.getTime() - IDLE_MINUTES * 60_000)
  return {
    sessions: rows.map((row) => ({
      sessionId: row.sessionId,
      device: row.device,
      createdAt: row.createdAt.toISOString(),
      lastSeenAt: row.lastSeenAt.toISOString(),
      open: row.endedAt === null && row.expiresAt > ctx.now && row.lastSeenAt >= idle,
      isThis: row.sessionId === sessionId,
      pending: row.pending !== null,
    })),
  }
}

export async function endMySession(
  ctx: Ctx,
  { sessionId }: InputOf<typeof contract.endMySession>,
): Promise<OutputOf<typeof contract.endMySession>> {
  const { staffId } = staffActor(ctx)
  if (!(await store.endSession(ctx.tx, staffId, sessionId, ctx.now)))
    throw new Problem(platformProblems.notFound)
  await audit(ctx, accessEvents.sessionsEnded, {
    subjects: [{ kind: 'staff', id: staffId }],
    facts: { count: 1 },
  })
  return { ended: true }
}

/** All but this one. */
export async function endMyOtherSessions(ctx: Ctx): Promise<OutputOf<typeof contract.endMyOtherSessions>> {
  const { staffId, sessionId } = staffActor(ctx)
  const count = await store.endOtherSessions(ctx.tx, staffId, sessionId, ctx.now)
  await audit(ctx, accessEvents.sessionsEnded, {
    subjects: [{ kind: 'staff', id: staffId }],
    facts: { count },
  })
  return { count }
}

export function sessionView(
  ctx: Pick<Ctx, 'municipality'>,
  staff: StaffRow,
  tenant: { readonly name: string; readonly demonstration: boolean },
  {
    permissions,
    only,
    csrfToken,
    pending,
  }: {
    readonly permissions: ReadonlySet<string>
    readonly only?: ReadonlySet<string> | undefined
    readonly csrfToken: string
    readonly pending: Pending | null
  },
): Session {
  return {
    user: { staffId: staff.staffId, displayName: staff.displayName, department: staff.department },
    municipality: { code: ctx.municipality, name: tenant.name },
    permissions: pending === null ? [...permissions].sort() : [],
    only: only === undefined ? null : [...only].sort(),
    csrfToken,
    demonstration: tenant.demonstration,
    mustChangePassword: staff.mustChangePassword,
    pending,
  }
}

/** Whose request it is, as the account stands now. */
export async function signedInStaff(ctx: Ctx): Promise<StaffRow> {
  const staff = await findStaff(ctx.tx, staffActor(ctx).staffId)
  if (!staff) throw new Problem(platformProblems.notSignedIn)
  return staff
}

export function staffActor(ctx: Pick<Ctx, 'actor'>): StaffActor {
  if (ctx.actor.kind !== 'staff') throw new Error('only staff have sessions')
  return ctx.actor
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
