import { randomBytes } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { hashPassword } from '@open-bcl/platform/passwords.ts'
import { findStaff } from './access.store.ts'
import { practisable } from './practice.ts'
import { openSession, type Started } from './sessions.actions.ts'
import * as signIns from './sign-in.store.ts'
import * as staff from './staff.store.ts'
import { appendTownRole, listTownRoles } from './town-roles.store.ts'

/** Somebody of the town itself as they are there at this moment. */
export type Practising = {
  readonly staffId: string
  readonly displayName: string
  readonly department: string
  readonly permissions: ReadonlySet<string>
}

/**
 * Lets somebody into the practice town in scope, whom the town itself knows: under the same id, with a role of their own that
 * holds a copy of what they may do there and can practise. Nothing made here is ever looked up by the town itself.
 */
export async function startPractice(ctx: Ctx, who: Practising): Promise<Started | null> {
  await keepAccount(ctx, who)
  await keepRole(ctx, who)
  const account = await findStaff(ctx.tx, who.staffId)
  return account ? await openSession(ctx, account, null, 'practice') : null
}

async function keepAccount(ctx: Ctx, { staffId, displayName, department }: Practising): Promise<void> {
  const known = await staff.findAccount(ctx.tx, staffId)
  if (known) {
    await staff.updateAccount(ctx.tx, known, { displayName, department, disabledAt: null, lastOn: null })
    return
  }
  // Nobody has its password, and none would open anything (`openSession`).
  const passwordHash = await hashPassword(randomBytes(32).toString('base64'))
  const account = { staffId, loginId: `practice-${staffId}`, displayName, department, passwordHash }
  await staff.insertAccount(ctx.tx, { ...account, now: ctx.now })
  await signIns.setPassword(ctx.tx, staffId, passwordHash, ctx.now)
}

async function keepRole(ctx: Ctx, who: Practising): Promise<void> {
  const roleId = who.staffId
  const permissions = practisable(who.permissions)
  const known = (await listTownRoles(ctx.tx)).find((one) => one.roleId === roleId)
  if (known?.permissions.join() !== permissions.join()) {
    const version = (known?.version ?? 0) + 1
    const name = `${who.displayName}の練習`
    const by = actorName(ctx.actor)
    await appendTownRole(ctx.tx, { roleId, version, name, permissions, ended: false, at: ctx.now, by })
  }
  if (known) return
  const fromOn = todayInJapan(ctx.now)
  await staff.assign(ctx.tx, {
    staffId: roleId,
    role: roleId,
    fromOn,
    untilOn: null,
    disasterId: null,
    areas: null,
  })
}

/** Before everything begins anew: whoever practises comes in again afterwards. */
export async function endPractices(ctx: Ctx): Promise<void> {
  await signIns.endAllSessions(ctx.tx, ctx.now)
}
