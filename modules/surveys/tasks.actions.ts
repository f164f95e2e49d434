import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { spreadsheetCsv } from '@open-bcl/core/spreadsheet-csv.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import type { Binary } from '@open-bcl/platform/http/serve.ts'
import { audit } from '../access/audit.ts'
import { reveal, revealMany } from '../access/guarded.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { Disaster, DisasterId } from '../disasters/disasters.ts'
import { gradeLabel } from '../disasters/grades.ts'
import { tieOccupants } from './occupants.actions.ts'
import { viewPhotos } from './photos.actions.ts'
import { boxOf, isArea, isInside } from './places.ts'
import { getTeam } from './plans.actions.ts'
import { listTeams, listPlans } from './plans.store.ts'
import * as results from './results.store.ts'
import { addTasks, getHead, labelOf, moveOn, tell } from './surveys.actions.ts'
import { surveysEvents, surveysProblems as problems } from './surveys.messages.ts'
import * as tasks from './surveys.store.ts'
import { areaNameOf, surveyStages, taskNoOf, taskStates, type TaskState, type TaskWords } from './surveys.ts'
import type * as contract from './tasks.contract.ts'
import * as store from './tasks.store.ts'

type Row = OutputOf<typeof contract.listTasks>['tasks'][number]
type Changed = OutputOf<typeof contract.claimTask>
/** A bulk act is about so many at most. */
export const MOST_SELECTED = 10_000
const MOST_POINTS = 5_000
const MOST_EXPORTED = 200_000
const EXPORT_PAGE = 1_000

type Filter = Omit<InputOf<typeof contract.exportTasks>, never>

async function filterOf(ctx: Ctx, input: Filter): Promise<store.TaskFilter> {
  const disaster = await getDisaster(ctx, input.disasterId)
  return {
    ...store.everyTask,
    disasterId: input.disasterId,
    states: input.states ?? [],
    stages: input.stages ?? [],
    taskNo: taskNoTyped(disaster, input.taskNo ?? ''),
    teamId: input.unassigned === true ? 'none' : (input.teamId ?? null),
    planId: input.planId ?? null,
    areaNames: input.areaName === undefined || input.areaName === '' ? [] : [input.areaName],
  }
}

/** The running number alone is enough to type: `12` is the twelfth of this disaster. */
function taskNoTyped(disaster: Disaster, typed: string): string | null {
  if (typed === '') return null
  const number = /^(?:T|t)?(\d{1,7})$/.exec(typed)?.[1]
  return number === undefined ? typed : taskNoOf(disaster.disasterCode, Number(number))
}

export async function listTasks(
  ctx: Ctx,
  input: InputOf<typeof contract.listTasks>,
): Promise<OutputOf<typeof contract.listTasks>> {
  const found = await store.listTasks(ctx.tx, await ctx.keys(), await filterOf(ctx, input), {
    after: input.after ?? null,
    limit: input.limit + 1,
  })
  const page = found.slice(0, input.limit)
  return {
    tasks: await rowsOf(ctx, page),
    next: found.length > input.limit ? (page.at(-1)?.head.taskId ?? null) : null,
  }
}

export async function rowsOf(ctx: Ctx, page: Awaited<ReturnType<typeof store.listTasks>>): Promise<Row[]> {
  const words = await revealMany(
    ctx,
    page.map((one) => one.words),
    'search',
  )
  return page.map(({ head }, i) => ({
    taskId: head.taskId,
    taskNo: head.taskNo,
    version: head.version,
    stage: head.stage,
    state: head.state,
    areaName: head.areaName,
    address: head.suppressed ? null : words[i]!.address,
    headName: words[i]!.headName,
    applicantName: words[i]!.applicantName,
    teamId: head.teamId,
    teamName: head.teamName,
    urgent: head.urgent,
    claimedBy: head.claimedByLabel,
    grade: head.grade,
    photos: head.suppressed ? 0 : head.photos,
    suppressed: head.suppressed,
  }))
}

export async function mapTasks(
  ctx: Ctx,
  input: InputOf<typeof contract.mapTasks>,
): Promise<OutputOf<typeof contract.mapTasks>> {
  const filter = { ...(await filterOf(ctx, input)), box: input.box ?? null }
  const points = await store.listPoints(ctx.tx, filter, MOST_POINTS + 1)
  return { points: points.slice(0, MOST_POINTS), more: points.length > MOST_POINTS }
}

/** Every state with its number, 0 included, in the order of the work. */
export async function countTasks(
  ctx: Ctx,
  input: InputOf<typeof contract.countTasks>,
): Promise<OutputOf<typeof contract.countTasks>> {
  await getDisaster(ctx, input.disasterId)
  const counts = new Map(
    (await store.countByState(ctx.tx, input.disasterId, null)).map((row) => [row.state, row.count]),
  )
  return { counts: taskStates.map(({ value }) => ({ state: value, count: counts.get(value) ?? 0 })) }
}

export async function countAreas(
  ctx: Ctx,
  input: InputOf<typeof contract.countAreas>,
): Promise<OutputOf<typeof contract.countAreas>> {
  await getDisaster(ctx, input.disasterId)
  return { areas: await store.countByArea(ctx.tx, input.disasterId) }
}

export async function getTask(
  ctx: Ctx,
  input: InputOf<typeof contract.getTask>,
): Promise<OutputOf<typeof contract.getTask>> {
  const keys = await ctx.keys()
  const found = await tasks.findTask(ctx.tx, keys, input.taskId)
  if (!found) throw new Problem(problems.taskNotFound)
  const { head } = found
  const words = await reveal(ctx, found.words, 'view')
  const disaster = await getDisaster(ctx, head.disasterId)
  const team = head.teamId === null ? null : await teamName(ctx, head)
  const listed = await results.listResults(ctx.tx, keys, head.taskId)
  return {
    taskId: head.taskId,
    disasterId: head.disasterId,
    taskNo: head.taskNo,
    version: head.version,
    stage: head.stage,
    state: head.state,
    origin: head.origin,
    originRef: head.originRef,
    previousTaskId: head.previousTaskId,
    planId: head.planId,
    teamId: head.teamId,
    teamName: team,
    urgent: head.urgent,
    claimedBy: head.claimedByLabel,
    claimedAt: head.claimedAt?.toISOString() ?? null,
    requestedAt: head.requestedAt.toISOString(),
    grade: head.grade,
    suppressed: head.suppressed,
    areaName: head.areaName,
    point: head.point,
    address: words.address,
    headName: words.headName,
    applicantName: words.applicantName,
    phone: words.phone,
    note: words.note,
    guidelineCode: disaster.guidelineCode,
    occurredOn: disaster.occurredOn,
    hazards: [...disaster.hazards],
    results: listed.map((one) => ({
      resultNo: one.resultNo,
      kind: one.kind,
      grade: one.grade,
      percentX100: one.percentX100,
      guidelineCode: one.guidelineCode,
      sheetId: one.sheetId,
      sheetNo: one.sheetNo,
      surveyedOn: one.surveyedOn,
      surveyors: [...one.words.surveyors],
      reason: head.suppressed ? '' : one.words.reason,
      decidedAt: one.decidedAt.toISOString(),
      decidedBy: one.decidedByLabel,
    })),
    photos: head.suppressed ? [] : await viewPhotos(ctx, head.taskId, disaster),
  }
}

async function teamName(ctx: Ctx, head: tasks.TaskHead): Promise<string | null> {
  const teams = head.planId === null ? [] : await listTeams(ctx.tx, [head.planId])
  return teams.find((team) => team.teamId === head.teamId)?.name ?? null
}

export async function addTask(
  ctx: Ctx,
  input: InputOf<typeof contract.addTask>,
): Promise<OutputOf<typeof contract.addTask>> {
  const { taskId, disasterId, stage, address, headName, phone, consent, point, urgent } = input
  if (stage === 'self' && consent === '')
    throw new Problem(problems.noConsent, [{ pointer: '/consent', message: problems.noConsent.title }])
  // The consent stands with the house it is about, before what the surveyor is told.
  const agreed = stage === 'self' ? [`自己判定方式の同意：${consent}`] : []
  const note = [...agreed, input.note].filter((line) => line !== '').join('\n')
  const [made] = await addTasks(ctx, disasterId, [
    {
      taskId,
      stage,
      origin: 'manual',
      originRef: null,
      entryId: null,
      people: [],
      dwellingId: null,
      words: { address, headName, applicantName: '', phone, note },
      point,
      urgent,
    },
  ])
  const head = await getHead(ctx, taskId)
  await tell(ctx, head, 'surveys.requested', surveysEvents.requested, { stage, origin: 'manual' })
  return { ...changed(head), taskNo: made!.taskNo }
}

export async function changeTask(ctx: Ctx, input: InputOf<typeof contract.changeTask>): Promise<Changed> {
  const { taskId, version, address, headName, phone, note, point, urgent } = input
  const before = await getHead(ctx, taskId)
  const stored = await tasks.storedWords(ctx.tx, await ctx.keys(), taskId)
  const { applicantName } = stored
  let words: TaskWords = { address, headName, applicantName, phone, note }
  // A point left as it was stays what it was: that of the house, or of its 町字.
  const moved = JSON.stringify(point) !== JSON.stringify(before.point)
  let place: Pick<tasks.TaskChange, 'areaName' | 'point'> = {
    areaName: areaNameOf(address),
    ...(moved ? { point } : {}),
  }
  if (before.suppressed) {
    if ([address, phone, note].some((value) => value !== '') || point !== null)
      throw new Problem(problems.concealed)
    words = { ...words, address: stored.address, phone: stored.phone, note: stored.note }
    place = {}
  }
  const head = await moveOn(ctx, { taskId, version }, 'change', { words, urgent, ...place })
  if (words.address !== stored.address)
    await tieOccupants(ctx, head.disasterId, [{ taskId, dwellingId: null, address: words.address }])
  await audit(ctx, surveysEvents.changed, { subjects: [{ kind: 'survey-task', id: taskId }] })
  return changed(head)
}

export async function claimTask(ctx: Ctx, input: InputOf<typeof contract.claimTask>): Promise<Changed> {
  const claim = { by: actorName(ctx.actor), label: labelOf(ctx), at: ctx.now }
  const head = await moveOn(ctx, input, 'claim', { state: 'claimed', claim })
  await audit(ctx, surveysEvents.claimed, { subjects: [{ kind: 'survey-task', id: input.taskId }] })
  return changed(head)
}

export async function releaseTask(ctx: Ctx, input: InputOf<typeof contract.releaseTask>): Promise<Changed> {
  const head = await moveOn(ctx, input, 'release', { state: 'waiting', claim: null })
  await audit(ctx, surveysEvents.released, { subjects: [{ kind: 'survey-task', id: input.taskId }] })
  return changed(head)
}

export async function cancelTask(ctx: Ctx, input: InputOf<typeof contract.cancelTask>): Promise<Changed> {
  const head = await moveOn(ctx, input, 'cancel', { state: 'cancelled', claim: null })
  await tell(ctx, head, 'surveys.cancelled', surveysEvents.cancelled, {}, input.reason)
  return changed(head)
}

/** 第2次調査・再調査 of a house that was surveyed: a task of its own, with the same people and place. */
export async function askAgain(
  ctx: Ctx,
  input: InputOf<typeof contract.askAgain>,
): Promise<OutputOf<typeof contract.askAgain>> {
  const { taskId, newTaskId, stage, reason } = input
  const before = await getHead(ctx, taskId)
  if (before.state !== 'done') throw new Problem(problems.wrongState)
  if (before.originRef !== null && before.origin === 'application') {
    const others = await tasks.tasksOf(ctx.tx, before.originRef)
    if (others.some(({ state }) => state !== 'done' && state !== 'cancelled'))
      throw new Problem(problems.alreadyAsked)
  }
  const stored = await tasks.storedWords(ctx.tx, await ctx.keys(), taskId)
  const [made] = await addTasks(ctx, before.disasterId, [
    {
      taskId: newTaskId,
      stage,
      origin: before.origin,
      originRef: before.originRef,
      entryId: before.entryId,
      people: await tasks.peopleOf(ctx.tx, taskId),
      dwellingId: before.dwellingId,
      words: { ...stored, note: [reason, stored.note].filter((line) => line !== '').join('\n') },
      point: await tasks.placeOf(ctx.tx, taskId),
      previousTaskId: taskId,
    },
  ])
  const head = await getHead(ctx, newTaskId)
  await tell(
    ctx,
    head,
    'surveys.requested',
    surveysEvents.requested,
    { stage, previousTaskId: taskId },
    reason,
  )
  return { ...changed(head), taskNo: made!.taskNo }
}

export function changed(head: tasks.TaskHead): Changed {
  return { taskId: head.taskId, state: head.state, version: head.version }
}

type Selection = InputOf<typeof contract.assignTasks>['select']

async function selectTasks(
  ctx: Ctx,
  disasterId: DisasterId,
  select: Selection,
  states: readonly TaskState[],
): Promise<store.ListedTask[]> {
  const inside = await tasksIn(ctx, disasterId, select, states)
  if (inside.length === 0) throw new Problem(problems.nothingThere)
  return inside
}

/** The tasks a bulk act is about, nobody in hiding among those that are found by place. */
export async function tasksIn(
  ctx: Ctx,
  disasterId: DisasterId,
  select: Selection,
  states: readonly TaskState[],
): Promise<store.ListedTask[]> {
  const { areaNames = [], ring, taskIds = [], unassignedOnly } = select
  if (ring !== undefined && !isArea(ring)) throw new Problem(problems.badArea)
  if (ring === undefined && areaNames.length === 0 && taskIds.length === 0)
    throw new Problem(problems.nothingThere)
  const filter: store.TaskFilter = {
    ...store.everyTask,
    disasterId,
    states,
    areaNames,
    taskIds,
    teamId: unassignedOnly ? 'none' : null,
    box: ring === undefined ? null : boxOf(ring),
    exact: ring !== undefined,
  }
  const found = await store.listTasks(ctx.tx, await ctx.keys(), filter, {
    after: null,
    limit: MOST_SELECTED + 1,
  })
  const inside = found
    .map(({ head }) => head)
    .filter(({ point }) => ring === undefined || (point !== null && isInside(ring, point)))
  if (found.length > MOST_SELECTED) throw new Problem(problems.tooMany)
  return inside
}

export async function assignTasks(
  ctx: Ctx,
  input: InputOf<typeof contract.assignTasks>,
): Promise<OutputOf<typeof contract.assignTasks>> {
  const { assignmentId, disasterId, teamId, select, expected } = input
  await getDisaster(ctx, disasterId)
  const team = teamId === null ? null : await getTeam(ctx, teamId)
  const chosen = (await selectTasks(ctx, disasterId, select, ['waiting', 'claimed'])).filter(
    (task) => task.teamId !== teamId,
  )
  if (chosen.length === 0) throw new Problem(problems.nothingThere)
  const sample = chosen
    .slice(0, 20)
    .map(({ taskNo, areaName, teamName: name }) => ({ taskNo, areaName, teamName: name }))
  if (expected === null) return { count: chosen.length, sample, done: false }
  if (expected !== chosen.length) throw new Problem(problems.countChanged)
  const made = await store.insertAssignment(ctx.tx, {
    assignmentId,
    disasterId,
    teamId,
    count: chosen.length,
    at: ctx.now,
    actor: actorName(ctx.actor),
    actorLabel: labelOf(ctx),
  })
  if (!made) throw new Problem(problems.numberTaken)
  const ids = chosen.map((task) => task.taskId)
  const count = await store.assignTasks(ctx.tx, assignmentId, ids, team)
  if (count !== chosen.length) throw new Problem(problems.countChanged)
  await audit(ctx, surveysEvents.assigned, { facts: { assignmentId, teamId, count } })
  return { count, sample, done: true }
}

export async function undoAssignment(
  ctx: Ctx,
  input: InputOf<typeof contract.undoAssignment>,
): Promise<OutputOf<typeof contract.undoAssignment>> {
  const count = await store.undoAssignment(ctx.tx, input.assignmentId, ctx.now)
  if (count === null) throw new Problem(problems.nothingThere)
  await audit(ctx, surveysEvents.assignmentUndone, { facts: { assignmentId: input.assignmentId, count } })
  return { count }
}

export async function listAssignments(
  ctx: Ctx,
  input: InputOf<typeof contract.listAssignments>,
): Promise<OutputOf<typeof contract.listAssignments>> {
  await getDisaster(ctx, input.disasterId)
  const plans = await listPlans(ctx.tx, input.disasterId)
  const teams = await listTeams(
    ctx.tx,
    plans.map((plan) => plan.planId),
  )
  return {
    assignments: (await store.listAssignments(ctx.tx, input.disasterId)).map((one) => ({
      assignmentId: one.assignmentId,
      teamName: teams.find((team) => team.teamId === one.teamId)?.name ?? null,
      count: one.count,
      at: one.at.toISOString(),
      by: one.actorLabel,
      undone: one.undoneAt !== null,
    })),
  }
}

const labelIn = (
  options: readonly { readonly value: string; readonly label: string }[],
  value: string,
): string => options.find((option) => option.value === value)?.label ?? value

export async function exportTasks(ctx: Ctx, input: InputOf<typeof contract.exportTasks>): Promise<Binary> {
  const filter = await filterOf(ctx, input)
  const keys = await ctx.keys()
  const rows: string[][] = [
    ['調査番号', '調査の段階', '状態', '町字', '所在地', '世帯主', '申請者', '調査班', '被害の程度', '写真'],
  ]
  for (let after: string | null = null; rows.length <= MOST_EXPORTED;) {
    const page = await store.listTasks(ctx.tx, keys, filter, { after, limit: EXPORT_PAGE })
    for (const row of await rowsOf(ctx, page)) {
      rows.push([
        row.taskNo,
        labelIn(surveyStages, row.stage),
        labelIn(taskStates, row.state),
        row.areaName,
        row.address ?? '（支援措置のため非表示）',
        row.headName,
        row.applicantName,
        row.teamName ?? '',
        row.grade === null ? '' : gradeLabel(row.grade),
        String(row.photos),
      ])
    }
    after = page.at(-1)?.head.taskId ?? null
    if (page.length < EXPORT_PAGE) break
  }
  await audit(ctx, surveysEvents.exported, {
    subjects: [{ kind: 'disaster', id: input.disasterId }],
    facts: { count: rows.length - 1 },
  })
  return { bytes: Buffer.from(spreadsheetCsv(rows)), fileName: '調査対象.csv' }
}
