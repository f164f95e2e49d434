import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { namesOfActors } from './access.actions.ts'
import { audit } from './audit.ts'
import type * as contract from './duties.contract.ts'
import {
  duties,
  dutiesInOneHand,
  dutyModes,
  dutyOf,
  type DutyCode,
  type DutyMode,
  type Spell,
} from './duties.ts'
import * as store from './duties.store.ts'
import { permissionText } from './permission-words.ts'
import { permissionsOfRole } from './roles.ts'
import { staffEvents, staffProblems as problems } from './staff.messages.ts'
import { findAccount, listSpells, lockStaff } from './staff.store.ts'
import type { SpellRow } from './staff.ts'

async function modesOf(ctx: Ctx): Promise<Map<DutyCode, DutyMode>> {
  const set = new Map((await store.listDutySettings(ctx.tx)).map((one) => [one.duty, one.mode]))
  return new Map(duties.map((one) => [one.code, set.get(one.code) ?? one.standard]))
}

/**
 * Refuses the second of two duties on a matter to whom did the first, where the town keeps them apart. `first`: who did
 * it, as `actorName` names people.
 */
export async function requireOtherHand(ctx: Ctx, code: DutyCode, first: string): Promise<void> {
  if (actorName(ctx.actor) !== first) return
  if ((await modesOf(ctx)).get(code) === 'off') return
  throw new Problem(problems.sameHand, [{ pointer: '', message: `「${dutyOf(code)!.ja}」` }])
}

/** Refuses what leaves two duties in one hand that the town gives to nobody together, naming the pair. */
export async function requireDutiesApart(ctx: Ctx, staffIds: readonly string[]): Promise<void> {
  const modes = await modesOf(ctx)
  if (![...modes.values()].includes('person')) return
  const spells = await listSpells(ctx.tx, todayInJapan(ctx.now), staffIds)
  for (const staffId of staffIds) {
    const [pair] = dutiesInOneHand(spells.filter((one) => one.staffId === staffId).map(asSpell), modes)
    if (!pair) continue
    const name = (await findAccount(ctx.tx, staffId))?.displayName ?? '職員'
    throw new Problem(problems.dutiesTogether, [
      {
        pointer: '/role',
        message: `${name}：「${permissionText(pair.first)}」と「${permissionText(pair.second)}」（${pair.ja}）`,
      },
    ])
  }
}

function asSpell(row: SpellRow): Spell {
  return { permissions: permissionsOfRole(row), fromOn: row.fromOn, untilOn: row.untilOn }
}

export async function listDuties(ctx: Ctx): Promise<OutputOf<typeof contract.listDuties>> {
  const settings = new Map((await store.listDutySettings(ctx.tx)).map((one) => [one.duty, one]))
  const nameOf = await namesOfActors(
    ctx,
    [...settings.values()].map(({ by }) => by),
  )
  const spells = await listSpells(ctx.tx, todayInJapan(ctx.now), null)
  const holding = await holdersOfBoth(ctx, spells)
  return {
    duties: duties.map(({ code, first, second, ja, standard, least, source }) => {
      const setting = settings.get(code)
      return {
        ...{ code, ja, source, least, standard },
        first: permissionText(first),
        second: permissionText(second),
        mode: setting?.mode ?? standard,
        version: setting?.version ?? 0,
        setAt: setting?.at.toISOString() ?? null,
        setBy: setting ? nameOf(setting.by) : null,
        holdingBoth: holding.get(code) ?? [],
      }
    }),
  }
}

/** Who would break each pair if nobody might hold both. */
async function holdersOfBoth(ctx: Ctx, spells: readonly SpellRow[]): Promise<Map<DutyCode, string[]>> {
  const all = new Map<DutyCode, DutyMode>(duties.map(({ code }) => [code, 'person']))
  const found = new Map<DutyCode, string[]>()
  for (const staffId of new Set(spells.map((one) => one.staffId))) {
    const own = spells.filter((one) => one.staffId === staffId).map(asSpell)
    const pairs = dutiesInOneHand(own, all)
    if (pairs.length === 0) continue
    const account = await findAccount(ctx.tx, staffId)
    if (!account || account.disabledAt !== null) continue
    if (account.lastOn !== null && account.lastOn < todayInJapan(ctx.now)) continue
    for (const { code } of pairs) found.set(code, [...(found.get(code) ?? []), account.displayName])
  }
  return found
}

export async function setDuty(
  ctx: Ctx,
  { code, mode, version }: InputOf<typeof contract.setDuty>,
): Promise<OutputOf<typeof contract.setDuty>> {
  const duty = dutyOf(code)
  if (!duty) throw new Problem(platformProblems.notFound)
  const strength = (one: DutyMode): number => dutyModes.findIndex(({ value }) => value === one)
  if (strength(mode) < strength(duty.least)) throw new Problem(problems.dutyLeast)
  await lockStaff(ctx.tx)
  if (mode === 'person') {
    const spells = await listSpells(ctx.tx, todayInJapan(ctx.now), null)
    const names = (await holdersOfBoth(ctx, spells)).get(code as DutyCode) ?? []
    if (names.length > 0)
      throw new Problem(problems.dutyHeld, [
        { pointer: '/mode', message: `${names.length}人が両方を持っています` },
      ])
  }
  const known = (await store.listDutySettings(ctx.tx)).find((one) => one.duty === code)
  if ((known?.version ?? 0) !== version) throw new Problem(platformProblems.changedByOther)
  const setting = { duty: code, version: version + 1, mode, at: ctx.now, by: actorName(ctx.actor) }
  if (!(await store.appendDutySetting(ctx.tx, setting))) throw new Problem(platformProblems.changedByOther)
  await audit(ctx, staffEvents.dutySet, { facts: { duty: code, mode } })
  return { version: version + 1 }
}
