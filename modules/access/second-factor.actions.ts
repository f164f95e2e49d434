import { Problem } from '@open-bcl/core/problem.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { FactorAct, FactorSide } from '@open-bcl/platform/second-factor-acts.ts'
import { factorStore } from '@open-bcl/platform/second-factor-rows.ts'
import { rolesOf } from './access.store.ts'
import { accessProblems, type AuditEvent } from './access.messages.ts'
import { audit } from './audit.ts'
import { takeRecovery } from './recovery.store.ts'
import { recoveryEvents } from './recovery.messages.ts'
import { factorEvents, factorProblems } from './second-factor.messages.ts'
import * as store from './second-factor.store.ts'
import { getSession, openSession, signedInStaff, staffActor, type Session } from './sessions.actions.ts'
import { beginFactorAttempt, forgive, refuse } from './sign-in-attempts.actions.ts'
import { signInSettings, type SignInSite } from './sign-in-settings.actions.ts'
import { isRequired } from './sign-in-settings.ts'
import { requireCurrentPassword } from './sign-in.actions.ts'
import { endSession } from './sign-in.store.ts'

const PLACE = 'access.totp.sealed'

const events: Readonly<Record<FactorAct, AuditEvent>> = {
  ...factorEvents,
  recoveryUsed: recoveryEvents.used,
}

/** A member of staff and the second factor: what people do with it is the same at the centre (platform). */
export async function factorSide(ctx: Ctx, { origins }: SignInSite): Promise<FactorSide<Session>> {
  const { tx, now } = ctx
  const { sessionId, pending = null } = staffActor(ctx)
  const staff = await signedInStaff(ctx)
  const { staffId, loginId, displayName } = staff
  const secrets = {
    open: async (totpId: string, sealed: Buffer) => (await ctx.keys()).open(PLACE, totpId, sealed),
    seal: async (totpId: string, secret: string) => (await ctx.keys()).seal(PLACE, totpId, secret),
  }
  return {
    desk: {
      now,
      site: { name: 'クラウド型被災者支援システム', origins },
      person: { id: staffId, loginId, displayName },
      store: factorStore({ ...store, takeRecovery }, ctx, { staffId, sessionId, secrets }),
    },
    pending,
    problems: factorProblems,
    async isRequired() {
      const { 'second-factor': rule } = await signInSettings(ctx)
      const held = await rolesOf(tx, staffId, todayInJapan(now))
      return isRequired(
        rule,
        held.map(({ role }) => role),
      )
    },
    tell: (act) => audit(ctx, events[act], { subjects: [{ kind: 'staff', id: staffId }] }),
    async beginAttempt() {
      const attempt = await ctx.separately((own) => beginFactorAttempt(own, staff))
      if (attempt.no === null) throw new Problem(accessProblems.locked)
      return {
        forgive: () => forgive(ctx, attempt),
        refuse: (wrong) => refuse(ctx, attempt, new Problem(wrong)),
      }
    },
    requirePassword: (password) => requireCurrentPassword(ctx, staff, password),
    session: () => getSession(ctx),
    async replaceSession(next) {
      await endSession(tx, staffId, sessionId, now)
      const started = await openSession(ctx, staff, next)
      if (started === null) throw new Problem(platformProblems.notSignedIn)
      ctx.cookie?.start(started.token)
      return started.view
    },
  }
}
