import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { findDwellings, housesWhere, occupantsOfAll } from '../dwellings/dwellings.actions.ts'
import { houseAddress, isResidential, type Dwelling, type DwellingId } from '../dwellings/dwellings.ts'
import { coverageOf, houseKindText, type Coverage } from './area-houses.ts'
import type * as contract from './judgements.contract.ts'
import * as store from './judgements.store.ts'
import { hiddenAmong } from './occupants.actions.ts'
import { boxOf, isInside } from './places.ts'
import { judgeArea as judgeByRules, type AreaJudgement } from './rules/area.ts'
import { rulesOf, type Rules } from './rules/guidelines.ts'
import { appendResult, undoHeld } from './sheets.actions.ts'
import { addTasks, getHead, labelOf, moveOn, tell } from './surveys.actions.ts'
import { surveysEvents, surveysProblems as problems } from './surveys.messages.ts'
import { areaNameOf, type TaskId } from './surveys.ts'
import { tasksIn } from './tasks.actions.ts'
import type { ListedTask } from './tasks.store.ts'

type Graded = Extract<AreaJudgement, { kind: 'graded' }>
/** Houses that become tasks at one go: each is looked at for who lives there. */
const MOST_HOUSES = 2_000
const SHOWN = 1_000

/** With `expected` null nothing is done: what would be graded, what is left, and why. */
export async function judgeArea(
  ctx: Ctx,
  input: InputOf<typeof contract.judgeArea>,
): Promise<OutputOf<typeof contract.judgeArea>> {
  const { judgementId, disasterId, ring, findings, surveyedOn, reason, expected } = input
  const disaster = await getDisaster(ctx, disasterId)
  if (surveyedOn < disaster.occurredOn || surveyedOn > todayInJapan(ctx.now))
    throw new Problem(problems.outOfRange, [{ pointer: '/surveyedOn', message: problems.outOfRange.title }])
  const rules = rulesOf(disaster.guidelineCode, disaster.occurredOn)
  const judged = judgeByRules(rules, findings)
  const why = judged.path.map(({ text, source, verified }) => ({ text, source, verified }))
  const found = await tasksIn(ctx, disasterId, { ring, unassignedOnly: false }, ['waiting', 'claimed'])
  if (judged.kind === 'house-by-house')
    return { grade: null, why, count: 0, tasks: [], houses: [], done: false }
  const { gradeCode: grade } = judged
  const tasks = await tasksCovered(ctx, rules, judged, found)
  const houses = input.withHouses ? await housesCovered(ctx, rules, judged, input) : []
  const left = new Set<string>([...input.leftOut, ...input.leftOutHouses])
  const chosen = tasks.filter(({ task, covered }) => covered !== 'no' && !left.has(task.taskId))
  const added = houses.filter(({ dwelling, covered }) => covered === 'yes' && !left.has(dwelling.dwellingId))
  const count = chosen.length + added.length
  const answer = {
    ...{ grade, why, count },
    tasks: tasks.slice(0, SHOWN).map(({ task: { taskId, taskNo, areaName, state }, covered, because }) => ({
      ...{ taskId, taskNo, areaName, state, covered, because },
    })),
    houses: houses.slice(0, SHOWN).map(({ dwelling, covered, because, lived }) => ({
      dwellingId: dwelling.dwellingId,
      address: houseAddress(dwelling.place),
      kind: houseKindText(dwelling),
      ...{ lived, covered, because },
    })),
  }
  if (tasks.length + houses.length === 0) throw new Problem(problems.nothingThere)
  if (expected === null) return { ...answer, done: false }
  if (expected !== count) throw new Problem(problems.countChanged)
  if (added.length > MOST_HOUSES) throw new Problem(problems.tooManyHouses)
  const made = await store.insertJudgement(ctx.tx, await ctx.keys(), {
    ...{ judgementId, disasterId, basis: findings.way, grade, ring, surveyedOn, reason },
    guidelineCode: disaster.guidelineCode,
    count,
    at: ctx.now,
    actor: actorName(ctx.actor),
    actorLabel: labelOf(ctx),
  })
  if (!made) throw new Problem(problems.numberTaken)
  const fresh = await makeTasks(ctx, input, added)
  for (const { taskId, version } of [...chosen.map(({ task }) => task), ...fresh]) {
    const result = await appendResult(ctx, taskId, disaster.guidelineCode, {
      kind: 'area',
      grade,
      ...{ percentX100: null, sheetId: null, sheetNo: null },
      sourceRef: judgementId,
      surveyedOn,
      reason: [reason, ...why.map(({ text }) => text)].join('\n'),
      surveyors: [],
    })
    const change = { state: 'done', result, claim: null } as const
    const head = await moveOn(ctx, { taskId, version }, 'judge', change)
    await tell(ctx, head, 'surveys.confirmed', surveysEvents.confirmed, { grade, kind: 'area', judgementId })
  }
  await audit(ctx, surveysEvents.areaJudged, {
    facts: { judgementId, grade, count, houses: added.length },
  })
  return { ...answer, done: true }
}

type CoveredTask = Coverage & { readonly task: ListedTask }
type CoveredHouse = Coverage & { readonly dwelling: Dwelling; readonly lived: boolean }

/** Tasks in the area, each with whether the judgement holds for its house as the house register knows it. */
async function tasksCovered(
  ctx: Ctx,
  rules: Rules,
  judged: Graded,
  found: readonly ListedTask[],
): Promise<CoveredTask[]> {
  if (judged.covers === 'every-house')
    return found.map((task) => ({ task, ...coverageOf(rules, judged, null) }))
  const linked = await store.housesOfTasks(
    ctx.tx,
    found.map(({ taskId }) => taskId),
  )
  const houses = await findDwellings(ctx, [...linked.values()])
  return found.map((task) => {
    const house = houses.get(linked.get(task.taskId) as DwellingId)
    return { task, ...coverageOf(rules, judged, house?.dwelling ?? null) }
  })
}

/** Houses of the house register in the area that nobody asked a survey of; of people in hiding none. */
async function housesCovered(
  ctx: Ctx,
  rules: Rules,
  judged: Graded,
  { disasterId, ring }: Pick<InputOf<typeof contract.judgeArea>, 'disasterId' | 'ring'>,
): Promise<CoveredHouse[]> {
  const box = boxOf(ring)
  const inBox = ({ latitude, longitude }: { latitude: number; longitude: number }): boolean =>
    latitude >= box.south && latitude <= box.north && longitude >= box.west && longitude <= box.east
  const all = (await housesWhere(ctx, (point) => inBox(point) && isInside(ring, point))).filter(
    ({ useCode }) => isResidential(useCode),
  )
  const known = await store.housesWithTask(
    ctx.tx,
    disasterId,
    all.map(({ dwellingId }) => dwellingId),
  )
  const open = all.filter(({ dwellingId }) => !known.has(dwellingId))
  const placed = open.map((dwelling) => ({
    taskId: uuidv7(ctx.now.getTime()) as TaskId,
    dwellingId: dwelling.dwellingId,
    address: houseAddress(dwelling.place),
    dwelling,
  }))
  const hidden = await hiddenAmong(ctx, disasterId, placed)
  const shown = placed.filter(({ taskId }) => !hidden.has(taskId)).map(({ dwelling }) => dwelling)
  const lived = await occupantsOfAll(
    ctx,
    shown.map(({ dwellingId }) => dwellingId),
    disasterId,
  )
  return shown
    .map((dwelling) => ({
      ...coverageOf(rules, judged, dwelling),
      dwelling,
      lived: lived.has(dwelling.dwellingId),
    }))
    .toSorted((a, b) => houseAddress(a.dwelling.place).localeCompare(houseAddress(b.dwelling.place), 'ja'))
}

async function makeTasks(
  ctx: Ctx,
  { disasterId, judgementId }: Pick<InputOf<typeof contract.judgeArea>, 'disasterId' | 'judgementId'>,
  houses: readonly CoveredHouse[],
): Promise<{ taskId: TaskId; version: number }[]> {
  const made = await addTasks(
    ctx,
    disasterId,
    houses.map(({ dwelling: { dwellingId, place, position } }) => {
      const address = houseAddress(place)
      return {
        ...{
          stage: 'first' as const,
          origin: 'area' as const,
          originRef: judgementId,
          entryId: null,
          people: [],
        },
        dwellingId,
        words: { address, headName: '', applicantName: '', phone: '', note: '' },
        areaName: areaNameOf(place.town),
        point: position && { latitude: position.latitude, longitude: position.longitude },
      }
    }),
  )
  const tasks = []
  for (const { taskId } of made) {
    const head = await getHead(ctx, taskId)
    await tell(ctx, head, 'surveys.requested', surveysEvents.requested, { stage: 'first', origin: 'area' })
    tasks.push({ taskId, version: head.version })
  }
  return tasks
}

export async function listAreaJudgements(
  ctx: Ctx,
  input: InputOf<typeof contract.listAreaJudgements>,
): Promise<OutputOf<typeof contract.listAreaJudgements>> {
  await getDisaster(ctx, input.disasterId)
  const judgements = await store.listJudgements(ctx.tx, await ctx.keys(), input.disasterId)
  return {
    judgements: judgements.map((one) => ({
      judgementId: one.judgementId,
      basis: one.basis,
      grade: one.grade,
      count: one.count,
      at: one.at.toISOString(),
      by: one.actorLabel,
      reason: one.reason,
      ring: one.ring.map(([x, y]): [number, number] => [x, y]),
      undone: one.undoneAt !== null,
    })),
  }
}

export async function undoAreaJudgement(
  ctx: Ctx,
  input: InputOf<typeof contract.undoAreaJudgement>,
): Promise<OutputOf<typeof contract.undoAreaJudgement>> {
  const { judgementId, reason } = input
  const size = await store.endJudgement(ctx.tx, judgementId, ctx.now, actorName(ctx.actor))
  if (size === null) throw new Problem(problems.nothingThere)
  const ruled = await store.tasksRuledBy(ctx.tx, judgementId)
  for (const task of ruled) {
    const held = await moveOn(ctx, task, 'undo', { claim: null })
    const head = await undoHeld(ctx, held, judgementId, reason)
    if (head.originRef !== judgementId || head.state !== 'waiting') continue
    // It came with the judgement, and nobody has looked at it since: it goes with it.
    const gone = await moveOn(ctx, head, 'cancel', { state: 'cancelled', claim: null })
    await tell(ctx, gone, 'surveys.cancelled', surveysEvents.cancelled, { judgementId }, reason)
  }
  await audit(ctx, surveysEvents.areaUndone, { facts: { judgementId, count: ruled.length } })
  return { count: ruled.length, kept: size - ruled.length }
}
