import { todayInJapan } from '@open-bcl/core/dates.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { hashPassword } from '@open-bcl/platform/passwords.ts'
import { accessEvents } from './access.messages.ts'
import * as store from './access.store.ts'
import { audit } from './audit.ts'

/** Makes an account. The first ones of a town are made at onboarding. */
export async function createStaff(
  ctx: Ctx,
  staff: {
    loginId: string
    displayName: string
    department: string
    password: string
    roles: readonly string[]
    mustChangePassword: boolean
  },
): Promise<string> {
  const staffId = uuidv7(ctx.now.getTime())
  await store.insertStaff(ctx.tx, {
    staffId,
    loginId: staff.loginId,
    displayName: staff.displayName,
    department: staff.department,
    passwordHash: await hashPassword(staff.password),
    mustChangePassword: staff.mustChangePassword,
    roles: staff.roles,
    fromOn: todayInJapan(ctx.now),
    now: ctx.now,
  })
  await audit(ctx, accessEvents.staffCreated, {
    subjects: [{ kind: 'staff', id: staffId }],
    facts: { roles: staff.roles.join(' ') },
  })
  return staffId
}

/** Who acted, for staff to read, by the name that audit and state rows carry (`actorName`). */
export async function namesOfActors(ctx: Ctx, actors: readonly string[]): Promise<(actor: string) => string> {
  const own = `staff:${ctx.municipality}:`
  const ids = [...new Set(actors)].flatMap((actor) =>
    actor.startsWith(own) ? [actor.slice(own.length)] : [],
  )
  const names = new Map(
    ids.length === 0
      ? []
      : (await store.displayNames(ctx.tx, ids)).map((one) => [own + one.staffId, one.displayName] as const),
  )
  return (actor) => {
    const name = names.get(actor)
    if (name !== undefined) return name
    if (actor.startsWith('staff:')) return '職員'
    return actor.startsWith('machine:') ? `センター（${actor.slice('machine:'.length)}）` : 'システム'
  }
}
