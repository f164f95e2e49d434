import { Problem } from '@open-bcl/core/problem.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { SecretBox } from '@open-bcl/platform/secret-box.ts'
import type { FactorSide } from '@open-bcl/platform/second-factor-acts.ts'
import { factorStore } from '@open-bcl/platform/second-factor-rows.ts'
import { factorProblems } from '../access/second-factor.messages.ts'
import { recordAct } from './center-audit.store.ts'
import { staffEvents, staffProblems } from './staff.messages.ts'
import * as store from './staff-factor.store.ts'
import { takeRecovery } from './staff-recovery.store.ts'
import { beginFactorAttempt, forgive, refuse, requireCurrentPassword } from './staff-sign-in.actions.ts'
import {
  getSession,
  openSession,
  signedIn,
  signedInRow,
  type Session,
  type StaffSide,
} from './staff-sessions.actions.ts'
import { endSession } from './staff.store.ts'

/** An operator and the second factor: what people do with it is the same in the cloud (platform). */
export async function factorSide(ctx: CenterCtx, side: StaffSide): Promise<FactorSide<Session>> {
  const { tx, now } = ctx
  const { keys, origins, required } = side.factor
  const { sessionId, pending = null } = signedIn(ctx)
  const staff = await signedInRow(ctx)
  const { staffId, loginId, displayName } = staff
  const box = (): SecretBox => {
    if (keys.length === 0) throw new Problem(factorProblems.appsNotOffered)
    return new SecretBox(keys, 'second factor of the centre')
  }
  const secrets = {
    open: async (totpId: string, sealed: Buffer) => box().open(totpId, sealed),
    seal: async (totpId: string, secret: string) => box().seal(totpId, secret),
  }
  return {
    desk: {
      now,
      site: { name: side.test ? '証明書交付センター（試験環境）' : '証明書交付センター', origins },
      person: { id: staffId, loginId, displayName },
      store: factorStore({ ...store, takeRecovery }, ctx, { staffId, sessionId, secrets }),
    },
    pending,
    problems: factorProblems,
    isRequired: async () => required,
    tell: (act) => recordAct(ctx, staffEvents[act], { kind: 'staff', id: staffId }),
    async beginAttempt() {
      const attempt = await ctx.separately((own) => beginFactorAttempt(own, staff))
      if (attempt.no === null) throw new Problem(staffProblems.locked)
      return {
        forgive: () => forgive(ctx, attempt),
        refuse: (wrong) => refuse(ctx, attempt, new Problem(wrong)),
      }
    },
    requirePassword: (password) => requireCurrentPassword(ctx, staff, password),
    session: () => getSession(ctx, side),
    async replaceSession(next) {
      await endSession(tx, staffId, sessionId, now)
      return (await openSession(ctx, staff, next, side)).view
    },
  }
}
