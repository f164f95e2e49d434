import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { AuditEvent } from '../access/access.messages.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { recordFact } from '../ledger/ledger.actions.ts'
import type { EntryId, Fact } from '../ledger/ledger.ts'
import { placeOfHouse, tieOccupants } from './occupants.actions.ts'
import * as photos from './photos.store.ts'
import * as results from './results.store.ts'
import { surveysEvents, surveysProblems as problems, type SurveysFactKind } from './surveys.messages.ts'
import * as store from './surveys.store.ts'
import {
  areaNameOf,
  canDo,
  taskNoOf,
  taskStates,
  transitions,
  type PhotoId,
  type Point,
  type SurveyOutcome,
  type SurveyStage,
  type TaskId,
  type TaskOrigin,
  type TaskWords,
  type Transition,
} from './surveys.ts'

/** What is asked for when a house is to be surveyed. */
export type SurveyRequest = {
  /** Made by the client; one is made when it is absent. The same id again changes nothing. */
  readonly taskId?: TaskId
  readonly disasterId: DisasterId
  readonly stage: SurveyStage
  readonly origin: TaskOrigin
  /** The application (or import) that asks; results are found by it. */
  readonly originRef: string | null
  /** The applicant's entry in the ledger: what is done is told there. `null` = nobody is known. */
  readonly entryId: EntryId | null
  /** Everybody of the application who is of the ledger: while one is protected, the place shows nowhere. */
  readonly people: readonly store.TaskPerson[]
  readonly dwellingId: string | null
  readonly words: TaskWords
  /** 町字; worked out from the address when absent. */
  readonly areaName?: string
  /** `null` = as the linked house or the 町字 has it (`placeOfHouse`), for `requestSurvey`. */
  readonly point: Point | null
  /** The point is that of the 町字. */
  readonly rough?: boolean
  readonly urgent?: boolean
  /** The survey whose result is doubted. */
  readonly previousTaskId?: TaskId | null
  /** Photos that came with the application, stored already (`files`). */
  readonly photos?: readonly { readonly fileId: string; readonly part?: string; readonly note?: string }[]
}

/** Asks for a survey of one house. Of tasks of one application that are not finished there is one at a time. */
export async function requestSurvey(
  ctx: Ctx,
  request: SurveyRequest,
): Promise<{ taskId: TaskId; taskNo: string }> {
  if (request.taskId !== undefined) {
    const known = await store.findHead(ctx.tx, request.taskId)
    if (known) {
      if (known.disasterId !== request.disasterId || known.originRef !== request.originRef)
        throw new Problem(problems.numberTaken)
      return { taskId: known.taskId, taskNo: known.taskNo }
    }
  }
  if (request.originRef !== null && request.origin === 'application') {
    const earlier = await store.tasksOf(ctx.tx, request.originRef)
    if (earlier.some(({ state }) => state !== 'done' && state !== 'cancelled'))
      throw new Problem(problems.alreadyAsked)
  }
  if (request.previousTaskId) await getHead(ctx, request.previousTaskId)
  const [made] = await addTasks(ctx, request.disasterId, [
    { ...request, ...(await placeOfHouse(ctx, request)) },
  ])
  const { taskId } = made!
  const head = await getHead(ctx, taskId)
  for (const photo of request.photos ?? []) await addFiledPhoto(ctx, taskId, photo)
  await tell(ctx, head, 'surveys.requested', surveysEvents.requested, {
    stage: head.stage,
    origin: head.origin,
    photos: request.photos?.length ?? 0,
  })
  return made!
}

/** Writes tasks with their numbers; what they are for is told by the caller. */
export async function addTasks(
  ctx: Ctx,
  disasterId: DisasterId,
  requests: readonly Omit<SurveyRequest, 'disasterId' | 'photos'>[],
): Promise<{ taskId: TaskId; taskNo: string }[]> {
  if (requests.length === 0) return []
  const disaster = await getDisaster(ctx, disasterId)
  const numbers = await store.takeTaskNumbers(ctx.tx, disasterId, requests.length)
  const tasks = requests.map((request, i) => ({
    taskId: request.taskId ?? (uuidv7(ctx.now.getTime()) as TaskId),
    disasterId,
    taskNo: taskNoOf(disaster.disasterCode, numbers[i]!),
    stage: request.stage,
    origin: request.origin,
    originRef: request.originRef,
    previousTaskId: request.previousTaskId ?? null,
    entryId: request.entryId,
    dwellingId: request.dwellingId,
    areaName: request.areaName ?? areaNameOf(request.words.address),
    point: request.point,
    rough: request.rough === true,
    urgent: request.urgent === true,
    requestedAt: ctx.now,
    words: request.words,
    people: request.people,
  }))
  const made = await store.insertTasks(ctx.tx, await ctx.keys(), tasks, actorName(ctx.actor))
  if (made.size !== tasks.length) throw new Problem(problems.numberTaken)
  await tieOccupants(
    ctx,
    disasterId,
    tasks.map(({ taskId, dwellingId, words }) => ({ taskId, dwellingId, address: words.address })),
  )
  return tasks.map(({ taskId, taskNo }) => ({ taskId, taskNo }))
}

async function addFiledPhoto(
  ctx: Ctx,
  taskId: TaskId,
  photo: NonNullable<SurveyRequest['photos']>[number],
): Promise<void> {
  await photos.insertPhoto(ctx.tx, await ctx.keys(), {
    photoId: uuidv7(ctx.now.getTime()) as PhotoId,
    taskId,
    sheetId: null,
    fileId: photo.fileId,
    part: photo.part ?? '',
    finding: '',
    takenAt: null,
    distanceM: null,
    recordedAt: ctx.now,
    receivedAt: ctx.now,
    recordedBy: actorName(ctx.actor),
    recordedByLabel: labelOf(ctx),
    note: photo.note ?? '',
  })
}

/** A photo that came for an application after its survey was asked for goes to the houses that wait for theirs. */
export async function addPhotoFor(ctx: Ctx, originRef: string, fileId: string): Promise<void> {
  for (const { taskId, state } of await store.tasksOf(ctx.tx, originRef))
    if (canDo('change', state)) await addFiledPhoto(ctx, taskId, { fileId })
}

/** What came of the surveys that an application asked for, the newest first. */
export async function surveyResultsFor(ctx: Ctx, originRef: string): Promise<SurveyOutcome[]> {
  const tasks = await store.tasksOf(ctx.tx, originRef)
  const keys = await ctx.keys()
  const outcomes: SurveyOutcome[] = []
  for (const task of tasks) {
    const { taskId, taskNo, stage, state, teamName, resultNo, suppressed } = task
    const found = resultNo === 0 ? null : await results.findResult(ctx.tx, keys, taskId, resultNo)
    const result = found === null || found.grade === null ? null : found
    outcomes.push({
      taskId,
      taskNo,
      stage,
      state,
      teamName,
      result:
        result === null
          ? null
          : {
              resultNo: result.resultNo,
              kind: result.kind,
              grade: result.grade!,
              percentX100: result.percentX100,
              guidelineCode: result.guidelineCode,
              sheetId: result.sheetId,
              sheetNo: result.sheetNo,
              sourceRef: result.sourceRef,
              surveyedOn: result.surveyedOn,
              decidedAt: result.decidedAt,
              decidedByLabel: result.decidedByLabel,
              surveyors: result.words.surveyors,
              reason: suppressed ? '' : result.words.reason,
            },
    })
  }
  return outcomes
}

/**
 * What an application says of the house is otherwise now: surveys of it that nobody finished say so, too. At another place
 * the point on the map is not known any more, and the team is told which address it had before.
 */
export async function correctSurveysOf(
  ctx: Ctx,
  originRef: string,
  corrected: {
    readonly words: Omit<TaskWords, 'note'>
    readonly people: readonly store.TaskPerson[]
  },
): Promise<void> {
  const keys = await ctx.keys()
  for (const task of await store.tasksOf(ctx.tx, originRef)) {
    const { taskId, version } = task
    const before = await store.storedWords(ctx.tx, keys, taskId)
    const moved = before.address !== corrected.words.address
    const same = JSON.stringify({ ...before, ...corrected.words }) === JSON.stringify(before)
    await store.addPeople(ctx.tx, taskId, corrected.people)
    if (same) continue
    const note = moved
      ? [before.note, `申請の補正で所在地が変わりました（前：${before.address}）`].filter(Boolean).join('\n')
      : before.note
    const head = await store.move(
      ctx.tx,
      keys,
      { taskId, version, from: transitions.change.from },
      {
        words: { ...before, ...corrected.words, note },
        ...(moved ? { areaName: areaNameOf(corrected.words.address), point: null } : {}),
      },
    )
    if (!head) continue
    if (moved)
      await tieOccupants(ctx, head.disasterId, [
        { taskId, dwellingId: null, address: corrected.words.address },
      ])
    await audit(ctx, surveysEvents.changed, {
      subjects: [{ kind: 'survey-task', id: taskId }],
      facts: { moved },
    })
  }
}

/** 取りやめ of what an application asked for and nobody finished: it was withdrawn. */
export async function cancelSurveysOf(ctx: Ctx, originRef: string, reason: string): Promise<void> {
  const keys = await ctx.keys()
  for (const task of await store.tasksOf(ctx.tx, originRef)) {
    const seen = { taskId: task.taskId, version: task.version, from: transitions.cancel.from }
    const head = await store.move(ctx.tx, keys, seen, { state: 'cancelled', claim: null })
    if (head) await tell(ctx, head, 'surveys.cancelled', surveysEvents.cancelled, {}, reason)
  }
}

/** The task without its personal data; 404 when the town has none of that id. */
export async function getHead(ctx: Ctx, taskId: TaskId): Promise<store.TaskHead> {
  const head = await store.findHead(ctx.tx, taskId)
  if (!head) throw new Problem(problems.taskNotFound)
  return head
}

/** Moves a task on. Of two at once one wins; the other learns that a colleague was first, and what the state is now. */
export async function moveOn(
  ctx: Ctx,
  seen: { readonly taskId: TaskId; readonly version: number },
  transition: Transition,
  change: store.TaskChange,
): Promise<store.TaskHead> {
  const { taskId, version } = seen
  const { from } = transitions[transition]
  const moved = await store.move(ctx.tx, await ctx.keys(), { taskId, version, from }, change)
  if (moved) return moved
  const head = await getHead(ctx, taskId)
  const label = taskStates.find((state) => state.value === head.state)?.label ?? head.state
  throw new Problem(head.version === version ? problems.wrongState : platformProblems.changedByOther, [
    { pointer: '/state', message: `現在の状態：${label}` },
  ])
}

/** Tells the audit trail, and the ledger where somebody is known, what was done to a task. */
export async function tell(
  ctx: Ctx,
  head: store.TaskHead,
  kind: SurveysFactKind,
  event: AuditEvent,
  codes: Fact['codes'] = {},
  words: string | null = null,
): Promise<void> {
  const { taskId, taskNo, state, version, entryId } = head
  if (entryId !== null) {
    await recordFact(ctx, entryId, {
      kind,
      codes: { taskId, taskNo, ...codes },
      words: words === '' ? null : words,
    })
  }
  await audit(ctx, event, {
    subjects: [
      { kind: 'survey-task', id: taskId },
      ...(entryId === null ? [] : ([{ kind: 'ledger-entry', id: entryId }] as const)),
    ],
    facts: { state, version, ...codes },
  })
}

export function labelOf(ctx: Ctx): string {
  return ctx.actor.kind === 'staff' ? ctx.actor.displayName : actorName(ctx.actor)
}
