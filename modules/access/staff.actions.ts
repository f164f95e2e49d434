import { addDays, plainDate, todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { hashPassword, inTurn } from '@open-bcl/platform/passwords.ts'
import { namesOfActors } from './access.actions.ts'
import { accessEvents } from './access.messages.ts'
import { audit, listActs, type Subject } from './audit.ts'
import { requireDutiesApart } from './duties.actions.ts'
import { isForTowns, isOfAreas, isOfDisasters, isOfHouses, permissionText } from './permission-words.ts'
import { isRole, permissionsOfRole, roles } from './roles.ts'
import type * as contract from './staff.contract.ts'
import { staffEvents, staffProblems as problems } from './staff.messages.ts'
import {
  firstDayWithout,
  newInitialPassword,
  OPERATORS_LOGIN,
  stateOf,
  type Reign,
  type SpellRow,
} from './staff.ts'
import * as store from './staff.store.ts'
import { listTownRoles } from './town-roles.store.ts'

/** The disasters that a role may be limited to: told by the module below, which knows them. */
export type Disasters = (
  ctx: Ctx,
) => Promise<readonly { readonly disasterId: string; readonly name: string }[]>

const PAGE = 50
/** As long as a session that nobody uses lasts. */
const IDLE_MS = 60 * 60_000
const MANAGES = 'access.manage-staff'

export async function searchStaff(
  ctx: Ctx,
  input: InputOf<typeof contract.searchStaff>,
): Promise<OutputOf<typeof contract.searchStaff>> {
  const on = todayInJapan(ctx.now)
  const { rows, count } = await store.searchAccounts(ctx.tx, {
    words: input.words.split(/[\s　]+/u).filter((word) => word !== ''),
    ...{ state: input.state, role: input.role, on, offset: (input.page - 1) * PAGE, limit: PAGE },
  })
  const spells = await store.listSpells(
    ctx.tx,
    on,
    rows.map(({ staffId }) => staffId),
  )
  return {
    staff: rows.map((row) => ({
      ...{ staffId: row.staffId, loginId: row.loginId, displayName: row.displayName },
      ...{ department: row.department, state: stateOf(row, on), lastOn: row.lastOn },
      roles: [
        ...new Set(
          spells
            .filter((one) => one.staffId === row.staffId && one.fromOn <= on)
            .map((one) => `${nameOfRole(one)}${one.disasterId === null ? '' : '（災害を限る）'}`),
        ),
      ],
      lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    })),
    count,
    pageSize: PAGE,
  }
}

export function nameOfRole({ role, ownName }: Pick<SpellRow, 'role' | 'ownName'>): string {
  return isRole(role) ? roles[role].ja : (ownName ?? '廃止された役割')
}

export async function getStaff(
  ctx: Ctx,
  disasters: Disasters,
  { staffId }: InputOf<typeof contract.getStaff>,
): Promise<OutputOf<typeof contract.getStaff>> {
  const account = await accountOf(ctx, staffId)
  const on = todayInJapan(ctx.now)
  const spells = await store.listSpells(ctx.tx, on, [staffId])
  const known = spells.some((one) => one.disasterId !== null) ? await disasters(ctx) : []
  const told = [accessEvents.staffCreated, ...Object.values(staffEvents)]
  const acts = await listActs(ctx, subjectOf(staffId), told)
  const nameOf = await namesOfActors(
    ctx,
    acts.map(({ actor }) => actor),
  )
  return {
    ...{ staffId, version: account.version, loginId: account.loginId, displayName: account.displayName },
    ...{ department: account.department, state: stateOf(account, on), lastOn: account.lastOn },
    createdAt: account.createdAt.toISOString(),
    mustChangePassword: account.mustChangePassword,
    sessions: await store.countSessions(ctx.tx, staffId, ctx.now, new Date(ctx.now.getTime() - IDLE_MS)),
    isOneself: isOneself(ctx, staffId),
    spells: spells.map((one) => ({
      ...{ role: one.role, roleName: nameOfRole(one), fromOn: one.fromOn, untilOn: one.untilOn },
      disasterId: one.disasterId,
      areas: one.areas === null ? null : [...one.areas],
      disasterName:
        one.disasterId === null
          ? null
          : (known.find((disaster) => disaster.disasterId === one.disasterId)?.name ?? '登録のない災害'),
    })),
    acts: acts.toReversed().map(({ at, actor, event }) => ({
      at: at.toISOString(),
      by: nameOf(actor),
      words: told.find(({ code }) => code === event)?.sentence ?? '',
    })),
  }
}

export async function listAssignable(
  ctx: Ctx,
  disasters: Disasters,
): Promise<OutputOf<typeof contract.listAssignable>> {
  const own = (await listTownRoles(ctx.tx)).filter((one) => !one.ended)
  const all = [
    ...Object.entries(roles)
      .filter(([, { permissions }]) => permissions.every(isForTowns))
      .map(([role, { ja, permissions }]) => ({
        role,
        name: ja as string,
        permissions: [...permissions] as string[],
      })),
    ...own.map((one) => ({ role: one.roleId, name: one.name, permissions: [...one.permissions] })),
  ]
  return {
    roles: all.map(({ role, name, permissions }) => ({
      role,
      name,
      within: permissions.filter(isOfDisasters).map(permissionText),
      notWithin: permissions.filter((one) => !isOfDisasters(one)).map(permissionText),
      notInAreas: permissions.filter((one) => isOfDisasters(one) && !isOfAreas(one)).map(permissionText),
    })),
    disasters: (await disasters(ctx)).map(({ disasterId, name }) => ({ disasterId, name })),
  }
}

export async function registerStaff(
  ctx: Ctx,
  input: InputOf<typeof contract.registerStaff>,
): Promise<OutputOf<typeof contract.registerStaff>> {
  const { loginId, displayName, department, fromOn, untilOn } = input
  const initialPassword = newInitialPassword()
  const passwordHash = await inTurn(() => hashPassword(initialPassword), 0)
  await store.lockStaff(ctx.tx)
  const staffId = uuidv7(ctx.now.getTime())
  const account = { staffId, loginId, displayName, department, passwordHash, now: ctx.now }
  if (loginId.startsWith(OPERATORS_LOGIN) || !(await store.insertAccount(ctx.tx, account)))
    throw new Problem(problems.loginTaken, [{ pointer: '/loginId', message: problems.loginTaken.title }])
  requireDates(ctx, fromOn, untilOn)
  for (const role of new Set(input.roles)) {
    await requireRole(ctx, role)
    await store.assign(ctx.tx, { staffId, role, fromOn, untilOn, disasterId: null, areas: null })
  }
  await requireDutiesApart(ctx, [staffId])
  await audit(ctx, accessEvents.staffCreated, {
    subjects: [subjectOf(staffId)],
    facts: { roles: input.roles.join(' '), fromOn, untilOn },
  })
  return { staffId, version: 1, loginId, initialPassword }
}

export async function changeStaff(
  ctx: Ctx,
  { staffId, version, displayName, department }: InputOf<typeof contract.changeStaff>,
): Promise<OutputOf<typeof contract.changeStaff>> {
  const account = await accountOf(ctx, staffId)
  const after = await update(ctx, account, version, { displayName, department })
  await audit(ctx, staffEvents.changed, { subjects: [subjectOf(staffId)] })
  return after
}

export async function suspendStaff(
  ctx: Ctx,
  { staffId, version }: InputOf<typeof contract.suspendStaff>,
): Promise<OutputOf<typeof contract.suspendStaff>> {
  return await withAdministrator(ctx, async () => {
    const account = await anotherOf(ctx, staffId, ['active', 'leaving'])
    const after = await update(ctx, account, version, { disabledAt: ctx.now })
    await store.endSessions(ctx.tx, staffId, ctx.now)
    await audit(ctx, staffEvents.suspended, { subjects: [subjectOf(staffId)] })
    return after
  })
}

/** Also takes back a last day of work. Roles that have ended stay ended. */
export async function resumeStaff(
  ctx: Ctx,
  { staffId, version }: InputOf<typeof contract.resumeStaff>,
): Promise<OutputOf<typeof contract.resumeStaff>> {
  await store.lockStaff(ctx.tx)
  const account = await anotherOf(ctx, staffId, ['leaving', 'suspended', 'retired'])
  const after = await update(ctx, account, version, { disabledAt: null, lastOn: null })
  await audit(ctx, staffEvents.resumed, { subjects: [subjectOf(staffId)] })
  return after
}

/** The roles end with the last day: who comes back gets them anew. */
export async function retireStaff(
  ctx: Ctx,
  { staffId, version, lastOn }: InputOf<typeof contract.retireStaff>,
): Promise<OutputOf<typeof contract.retireStaff>> {
  const today = todayInJapan(ctx.now)
  if (lastOn < addDays(today, -1))
    throw new Problem(problems.dates, [{ pointer: '/lastOn', message: '昨日以降の日にしてください' }])
  return await withAdministrator(ctx, async () => {
    const account = await anotherOf(ctx, staffId, ['active', 'leaving', 'suspended'])
    const after = await update(ctx, account, version, { lastOn })
    for (const spell of await store.listSpells(ctx.tx, today, [staffId]))
      await store.endSpell(ctx.tx, spell, lastOn)
    if (lastOn < today) await store.endSessions(ctx.tx, staffId, ctx.now)
    await audit(ctx, staffEvents.retired, { subjects: [subjectOf(staffId)], facts: { lastOn } })
    return after
  })
}

/** For who has forgotten theirs. The old one is gone at once, so that nobody acts under it unseen. */
export async function renewInitialPassword(
  ctx: Ctx,
  { staffId, version }: InputOf<typeof contract.renewInitialPassword>,
): Promise<OutputOf<typeof contract.renewInitialPassword>> {
  const account = await anotherOf(ctx, staffId, ['active', 'leaving'])
  const after = await update(ctx, account, version, {})
  const initialPassword = newInitialPassword()
  await store.setInitialPassword(ctx.tx, staffId, await inTurn(() => hashPassword(initialPassword), 0))
  await store.endSessions(ctx.tx, staffId, ctx.now)
  await audit(ctx, staffEvents.passwordMade, { subjects: [subjectOf(staffId)] })
  return { ...after, loginId: account.loginId, initialPassword }
}

export async function logOutStaff(
  ctx: Ctx,
  { staffId }: InputOf<typeof contract.logOutStaff>,
): Promise<OutputOf<typeof contract.logOutStaff>> {
  await accountOf(ctx, staffId)
  const ended = await store.endSessions(ctx.tx, staffId, ctx.now)
  await audit(ctx, staffEvents.loggedOut, { subjects: [subjectOf(staffId)], facts: { ended } })
  return { ended }
}

export async function assignStaffRole(
  ctx: Ctx,
  disasters: Disasters,
  { staffId, version, role, fromOn, untilOn, disasterId, areas }: InputOf<typeof contract.assignStaffRole>,
): Promise<OutputOf<typeof contract.assignStaffRole>> {
  requireDates(ctx, fromOn, untilOn)
  const permissions = await requireRole(ctx, role)
  if (disasterId !== null) {
    if (!(await disasters(ctx)).some((one) => one.disasterId === disasterId))
      throw new Problem(problems.noSuchDisaster, [
        { pointer: '/disasterId', message: problems.noSuchDisaster.title },
      ])
    if (!permissions.some(isOfDisasters)) throw new Problem(problems.nothingForDisaster)
  }
  if (areas !== null && (disasterId === null || !permissions.some(isOfHouses)))
    throw new Problem(problems.nothingForAreas, [
      { pointer: '/areas', message: problems.nothingForAreas.title },
    ])
  return await withAdministrator(ctx, async () => {
    const account = await anotherOf(ctx, staffId, ['active', 'leaving', 'suspended'])
    const after = await update(ctx, account, version, {})
    await store.assign(ctx.tx, { staffId, role, fromOn, untilOn, disasterId, areas })
    await requireDutiesApart(ctx, [staffId])
    await audit(ctx, staffEvents.roleAssigned, {
      subjects: [subjectOf(staffId)],
      facts: { role, fromOn, untilOn, disasterId, areas: areas?.length ?? null },
    })
    return after
  })
}

/** Without a last day it ends now: the next request of the person is without it. */
export async function endStaffRole(
  ctx: Ctx,
  { staffId, version, role, fromOn, disasterId, lastOn }: InputOf<typeof contract.endStaffRole>,
): Promise<OutputOf<typeof contract.endStaffRole>> {
  const yesterday = addDays(todayInJapan(ctx.now), -1)
  const last = lastOn ?? yesterday
  if (last < yesterday)
    throw new Problem(problems.dates, [{ pointer: '/lastOn', message: '今日以降の日にしてください' }])
  return await withAdministrator(ctx, async () => {
    const account = await anotherOf(ctx, staffId, ['active', 'leaving', 'suspended', 'retired'])
    const after = await update(ctx, account, version, {})
    if (!(await store.endSpell(ctx.tx, { staffId, role, fromOn, disasterId }, last)))
      throw new Problem(problems.wrongState)
    await audit(ctx, staffEvents.roleEnded, {
      subjects: [subjectOf(staffId)],
      facts: { role, disasterId, lastOn: last },
    })
    return after
  })
}

/** Does an act on rights, one at a time, and refuses what leaves the town without anybody who can manage staff. */
export async function withAdministrator<T>(ctx: Ctx, act: () => Promise<T>): Promise<T> {
  await store.lockStaff(ctx.tx)
  const today = todayInJapan(ctx.now)
  const before = firstDayWithout(await reigns(ctx), today)
  const result = await act()
  const after = firstDayWithout(await reigns(ctx), today)
  // What was so before (an end that was always known) stands in the way of nothing.
  if (after !== null && (before === null || after < before)) {
    const message = after === today ? 'いますぐ、いなくなります' : `${after}から、いなくなります`
    throw new Problem(problems.lastAdministrator, [{ pointer: '', message }])
  }
  return result
}

async function reigns(ctx: Ctx): Promise<Reign[]> {
  const spells = (await store.listSpells(ctx.tx, todayInJapan(ctx.now), null)).filter(
    (one) => one.disasterId === null && permissionsOfRole(one).includes(MANAGES),
  )
  const accounts = new Map((await store.listAccounts(ctx.tx)).map((one) => [one.staffId, one]))
  return spells.flatMap(({ staffId, fromOn, untilOn }) => {
    const account = accounts.get(staffId)
    if (!account || account.disabledAt !== null) return []
    const { lastOn } = account
    return [{ fromOn, untilOn: lastOn !== null && (untilOn === null || lastOn < untilOn) ? lastOn : untilOn }]
  })
}

export function isOneself(ctx: Ctx, staffId: string): boolean {
  return ctx.actor.kind === 'staff' && ctx.actor.staffId === staffId
}

export function subjectOf(staffId: string): Subject {
  return { kind: 'staff', id: staffId }
}

async function accountOf(ctx: Ctx, staffId: string): Promise<store.Account> {
  const account = await store.findAccount(ctx.tx, staffId)
  if (!account) throw new Problem(platformProblems.notFound)
  return account
}

/** Somebody else's account, in a state in which the act makes sense. */
async function anotherOf(
  ctx: Ctx,
  staffId: string,
  states: readonly ReturnType<typeof stateOf>[],
): Promise<store.Account> {
  const account = await accountOf(ctx, staffId)
  if (isOneself(ctx, staffId)) throw new Problem(problems.ownRights)
  if (!states.includes(stateOf(account, todayInJapan(ctx.now)))) throw new Problem(problems.wrongState)
  return account
}

async function update(
  ctx: Ctx,
  account: store.Account,
  version: number,
  to: Partial<Parameters<typeof store.updateAccount>[2]>,
): Promise<{ staffId: string; version: number }> {
  const { staffId, displayName, department, disabledAt, lastOn } = account
  if (account.loginId.startsWith(OPERATORS_LOGIN)) throw new Problem(problems.operatorsAccount)
  const whole = { displayName, department, disabledAt, lastOn, ...to }
  const after = await store.updateAccount(ctx.tx, { staffId, version }, whole)
  if (after === undefined) throw new Problem(platformProblems.changedByOther)
  return { staffId, version: after }
}

function requireDates(ctx: Ctx, fromOn: string, untilOn: string | null): void {
  const today = todayInJapan(ctx.now)
  if (fromOn < today)
    throw new Problem(problems.dates, [{ pointer: '/fromOn', message: '今日以降の日にしてください' }])
  if (untilOn !== null && plainDate(untilOn) < fromOn)
    throw new Problem(problems.dates, [{ pointer: '/untilOn', message: '開始日以降の日にしてください' }])
}

/** The permissions of a role that can be given here. */
async function requireRole(ctx: Ctx, role: string): Promise<readonly string[]> {
  const own = (await listTownRoles(ctx.tx)).find((one) => one.roleId === role && !one.ended)
  const permissions = permissionsOfRole({ role, ownPermissions: own?.permissions ?? null })
  if ((!own && !isRole(role)) || !permissions.every(isForTowns))
    throw new Problem(problems.noSuchRole, [{ pointer: '/role', message: problems.noSuchRole.title }])
  return permissions
}
