import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Endpoint, InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { namesOfActors } from './access.actions.ts'
import { audit } from './audit.ts'
import { requireDutiesApart } from './duties.actions.ts'
import { isForTowns, permissionWords, wordsOf, type Permission } from './permission-words.ts'
import { roles } from './roles.ts'
import { withAdministrator } from './staff.actions.ts'
import { staffEvents, staffProblems as problems } from './staff.messages.ts'
import { listSpells, lockStaff } from './staff.store.ts'
import type * as contract from './town-roles.contract.ts'
import * as store from './town-roles.store.ts'

const permissionsForTowns = (Object.keys(permissionWords) as Permission[]).filter(isForTowns)

export async function listRoles(
  ctx: Ctx,
  endpoints: readonly Endpoint[],
): Promise<OutputOf<typeof contract.listRoles>> {
  const own = (await store.listTownRoles(ctx.tx)).filter((one) => !one.ended)
  const spells = await listSpells(ctx.tx, todayInJapan(ctx.now), null)
  const nameOf = await namesOfActors(
    ctx,
    own.map(({ by }) => by),
  )
  const holders = (role: string): number =>
    new Set(spells.filter((one) => one.role === role).map((one) => one.staffId)).size
  return {
    roles: [
      ...own.map((one) => ({
        ...{ role: one.roleId, name: one.name, own: true, version: one.version },
        permissions: [...one.permissions],
        holders: holders(one.roleId),
        changedAt: one.at.toISOString(),
        changedBy: nameOf(one.by),
      })),
      ...Object.entries(roles)
        .filter(([, { permissions }]) => permissions.every(isForTowns))
        .map(([role, { ja, permissions }]) => ({
          ...{ role, name: ja, own: false, version: 0, permissions: [...permissions] },
          ...{ holders: holders(role), changedAt: null, changedBy: null },
        })),
    ],
    permissions: permissionsForTowns.map((permission) => {
      const { screen, verb, within } = wordsOf(permission)!
      const opens = endpoints.filter((one) => one.permission === permission).map(({ title }) => title)
      return { permission, screen, verb, within: within === true, opens }
    }),
  }
}

/** A new role, or another version of one. It rules at once, for who is signed in as well. */
export async function shapeRole(
  ctx: Ctx,
  { roleId, version, name, permissions }: InputOf<typeof contract.shapeRole>,
): Promise<OutputOf<typeof contract.shapeRole>> {
  const unknown = permissions.findIndex((one) => !isForTowns(one))
  if (unknown >= 0)
    throw new Problem(platformProblems.invalidInput, [
      { pointer: `/permissions/${unknown}`, message: '団体の役割に入れられない権限です' },
    ])
  await lockStaff(ctx.tx)
  const all = await store.listTownRoles(ctx.tx)
  const known = all.find((one) => one.roleId === roleId)
  if ((known?.version ?? 0) !== version || known?.ended === true)
    throw new Problem(platformProblems.changedByOther)
  const taken =
    Object.values(roles).some(({ ja }) => ja === name) ||
    all.some((one) => one.name === name && one.roleId !== roleId && !one.ended)
  if (taken)
    throw new Problem(problems.roleNameTaken, [{ pointer: '/name', message: problems.roleNameTaken.title }])
  const spells = await listSpells(ctx.tx, todayInJapan(ctx.now), null)
  const holders = [...new Set(spells.filter((one) => one.role === roleId).map((one) => one.staffId))]
  // What one holds oneself is another's to change: nobody raises their own rights.
  if (ctx.actor.kind !== 'staff' || holders.includes(ctx.actor.staffId)) throw new Problem(problems.ownRights)
  await withAdministrator(ctx, async () => {
    const role = { roleId, version: version + 1, name, ended: false, at: ctx.now, by: actorName(ctx.actor) }
    const chosen = permissionsForTowns.filter((one) => permissions.includes(one))
    if (!(await store.appendTownRole(ctx.tx, { ...role, permissions: chosen })))
      throw new Problem(platformProblems.changedByOther)
  })
  await requireDutiesApart(ctx, holders)
  await audit(ctx, staffEvents.roleShaped, {
    facts: { roleId, version: version + 1, permissions: permissions.toSorted().join(' ') },
  })
  return { roleId, version: version + 1 }
}

/** 廃止: it can no more be assigned. What was written under it stays. */
export async function closeRole(
  ctx: Ctx,
  { roleId, version }: InputOf<typeof contract.closeRole>,
): Promise<OutputOf<typeof contract.closeRole>> {
  await lockStaff(ctx.tx)
  const known = (await store.listTownRoles(ctx.tx)).find((one) => one.roleId === roleId)
  if (!known) throw new Problem(platformProblems.notFound)
  if (known.version !== version || known.ended) throw new Problem(platformProblems.changedByOther)
  const spells = await listSpells(ctx.tx, todayInJapan(ctx.now), null)
  if (spells.some((one) => one.role === roleId)) throw new Problem(problems.roleInUse)
  const closed = { ...known, version: version + 1, ended: true, at: ctx.now, by: actorName(ctx.actor) }
  if (!(await store.appendTownRole(ctx.tx, closed))) throw new Problem(platformProblems.changedByOther)
  await audit(ctx, staffEvents.roleClosed, { facts: { roleId } })
  return { roleId, version: version + 1 }
}
