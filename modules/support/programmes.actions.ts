import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { Disaster, DisasterId } from '../disasters/disasters.ts'
import * as matches from './matches.store.ts'
import * as store from './programmes.store.ts'
import { noSetting, priceOf, rulesOn, type ProgrammeSetting } from './rules/assess.ts'
import { lastDayOfMonths } from './rules/deadlines.ts'
import { gates, rebuildActAdvice, reliefActAdvice, type GateCode } from './rules/gates.ts'
import { nationalProgrammes } from './rules/programmes.ts'
import type { Programme } from './rules/programme.ts'
import type * as contract from './programmes.contract.ts'
import { supportEvents, supportProblems as problems } from './support.messages.ts'
import { countByProgramme } from './support.store.ts'
import { isOnDemand } from './support.ts'

/** What rules a disaster in this town: its laws, its programmes, and what the town decided of each. */
export type Rules = {
  readonly disaster: Disaster
  readonly gates: Readonly<Partial<Record<GateCode, boolean>>>
  readonly programmes: readonly Programme[]
  readonly settings: ReadonlyMap<string, ProgrammeSetting>
}

export async function rulesOf(ctx: Ctx, disasterId: DisasterId): Promise<Rules> {
  const disaster = await getDisaster(ctx, disasterId)
  const acts = await store.listGateActs(ctx.tx, disasterId)
  const settings = new Map<string, ProgrammeSetting>(
    (await store.listSettings(ctx.tx, disasterId)).map((row) => [row.programmeCode, row]),
  )
  const own = await store.listTownProgrammes(ctx.tx, disasterId)
  // The town made it for this disaster: it is offered until its taking in was ended.
  for (const one of own)
    settings.set(one.programmeCode, {
      ...(settings.get(one.programmeCode) ?? noSetting),
      offered: one.ended ? false : (settings.get(one.programmeCode)?.offered ?? true),
    })
  return {
    disaster,
    gates: Object.fromEntries(acts.map(({ gate, applies }) => [gate, applies])),
    programmes: [
      ...nationalProgrammes.filter((one) => rulesOn(one, disaster.occurredOn)),
      ...own.map((one) => ownProgramme(one, disaster)),
    ],
    settings,
  }
}

export function settingOf(rules: Pick<Rules, 'settings'>, code: string): ProgrammeSetting {
  return rules.settings.get(code) ?? noSetting
}

/** 404 when the disaster has no programme of that code. */
export function programmeOf(rules: Pick<Rules, 'programmes'>, code: string): Programme {
  const found = rules.programmes.find((one) => one.code === code)
  if (!found) throw new Problem(problems.programmeNotFound)
  return found
}

function ownProgramme(own: store.TownProgramme, disaster: Disaster): Programme {
  return {
    code: own.programmeCode,
    title: own.title,
    area: own.area,
    benefit: 'payment',
    fromOn: disaster.occurredOn,
    untilOn: null,
    basis: own.basis,
    source: own.basis,
    verified: true,
    gate: 'town',
    rule: own.rule,
    months: null,
    documents: own.documents,
    exclusiveWith: [],
    about: own.about,
  }
}

function told(ctx: Ctx): { at: Date; by: string; label: string } {
  return { at: ctx.now, by: actorName(ctx.actor), label: labelOf(ctx) }
}

export function labelOf(ctx: Ctx): string {
  return ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム'
}

export async function listProgrammes(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.listProgrammes>,
): Promise<OutputOf<typeof contract.listProgrammes>> {
  const rules = await rulesOf(ctx, disasterId)
  const acts = await store.listGateActs(ctx.tx, disasterId)
  const settings = new Map(
    (await store.listSettings(ctx.tx, disasterId)).map((row) => [row.programmeCode, row]),
  )
  const own = new Map(
    (await store.listTownProgrammes(ctx.tx, disasterId)).map((one) => [one.programmeCode, one]),
  )
  const run = await matches.latestRun(ctx.tx, disasterId)
  const applied = await countByProgramme(ctx.tx, disasterId)
  return {
    gates: gates.map(({ value }) => {
      const act = acts.find(({ gate }) => gate === value)
      return act
        ? { ...act }
        : { gate: value, actNo: 0, applies: null, decidedOn: null, basis: '', source: '', recordedBy: '' }
    }),
    programmes: rules.programmes.map((one) => {
      const setting = settings.get(one.code)
      const town = own.get(one.code)
      const prices = 'prices' in one.rule ? one.rule.prices : []
      const { deadlineOn = null } = setting ?? {}
      return {
        programmeCode: one.code,
        title: one.title,
        area: one.area,
        benefit: one.benefit,
        basis: one.basis,
        source: one.source,
        verified: one.verified,
        gate: one.gate,
        deadlineOn:
          deadlineOn ?? (one.months === null ? null : lastDayOfMonths(rules.disaster.occurredOn, one.months)),
        documents: [...one.documents],
        exclusiveWith: [...one.exclusiveWith],
        about: one.about,
        own: town ? { version: town.version, rule: town.rule, ended: town.ended } : null,
        limitYen: setting?.limitYen ?? priceOf(prices, rules.disaster.occurredOn),
        settingNo: setting?.settingNo ?? 0,
        offered: settingOf(rules, one.code).offered,
        settingSource: setting?.source ?? '',
        eligible: run ? (run.counts[one.code]?.eligible ?? 0) : null,
        undecided: run ? (run.counts[one.code]?.undecided ?? 0) : null,
        applied: applied.get(one.code) ?? 0,
        listed: !isOnDemand(one),
      }
    }),
    lastRun: run
      ? { startedAt: run.startedAt.toISOString(), households: run.households, changed: run.changed }
      : null,
  }
}

/** Records that a law was invoked, or not. Appended: what was recorded before stays. */
export async function recordGate(
  ctx: Ctx,
  input: InputOf<typeof contract.recordGate>,
): Promise<OutputOf<typeof contract.recordGate>> {
  const { disasterId, gate, applies, decidedOn, basis, source } = input
  const disaster = await getDisaster(ctx, disasterId)
  if (decidedOn < disaster.occurredOn || decidedOn > todayInJapan(ctx.now))
    throw new Problem(problems.dateOutOfRange, [
      { pointer: '/decidedOn', message: problems.dateOutOfRange.title },
    ])
  const actNo = input.actNo + 1
  const act = { gate, actNo, applies, decidedOn, basis, source }
  if (!(await store.insertGateAct(ctx.tx, disasterId, act, told(ctx))))
    throw new Problem(platformProblems.changedByOther)
  await audit(ctx, supportEvents.gateRecorded, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { gate, applies, decidedOn, actNo },
  })
  return { actNo }
}

/** Whether the figures reach the thresholds: advice, nothing is recorded by it. */
export async function adviseGates(
  ctx: Ctx,
  { disasterId, ...figures }: InputOf<typeof contract.adviseGates>,
): Promise<OutputOf<typeof contract.adviseGates>> {
  await getDisaster(ctx, disasterId)
  return { relief: reliefActAdvice(figures), rebuild: rebuildActAdvice(figures) }
}

export async function setProgramme(
  ctx: Ctx,
  input: InputOf<typeof contract.setProgramme>,
): Promise<OutputOf<typeof contract.setProgramme>> {
  const { disasterId, programmeCode, offered, deadlineOn, limitYen, source } = input
  programmeOf(await rulesOf(ctx, disasterId), programmeCode)
  const settingNo = input.settingNo + 1
  const row = { programmeCode, settingNo, offered, deadlineOn, limitYen, source }
  if (!(await store.insertSetting(ctx.tx, disasterId, row, told(ctx))))
    throw new Problem(platformProblems.changedByOther)
  await audit(ctx, supportEvents.settingRecorded, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { programmeCode, settingNo, offered, deadlineOn, limitYen },
  })
  return { settingNo }
}

/** Makes or changes a programme of the town's own: 見舞金, 義援金 of a round. */
export async function writeTownProgramme(
  ctx: Ctx,
  input: InputOf<typeof contract.writeTownProgramme>,
): Promise<OutputOf<typeof contract.writeTownProgramme>> {
  const { disasterId, title, area, rule, documents, about, basis, ended } = input
  await getDisaster(ctx, disasterId)
  const sums = [...Object.values(rule.gradeYen), rule.perMemberYen, rule.deathYen, rule.injuryYen]
  if (!sums.some((yen) => yen > 0)) throw new Problem(problems.emptyRule)
  const known = await store.listTownProgrammes(ctx.tx, disasterId)
  if (
    input.programmeCode !== null &&
    !known.some(({ programmeCode }) => programmeCode === input.programmeCode)
  )
    throw new Problem(problems.programmeNotFound)
  const programmeCode = input.programmeCode ?? `own-${uuidv7(ctx.now.getTime())}`
  const version = input.programmeCode === null ? 1 : input.programmeVersion + 1
  const written = { programmeCode, version, title, area, rule, documents, about, basis, ended }
  if (!(await store.insertTownProgramme(ctx.tx, disasterId, written, told(ctx))))
    throw new Problem(platformProblems.changedByOther)
  await audit(ctx, supportEvents.programmeWritten, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { programmeCode, version, ended },
  })
  return { programmeCode, programmeVersion: version }
}
