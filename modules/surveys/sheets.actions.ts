import type { PlainDate } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { accessEvents } from '../access/access.messages.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { Disaster } from '../disasters/disasters.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import { CLOCK_OFF_S, FAR_M, metresBetween } from './places.ts'
import * as results from './results.store.ts'
import { rulesOf } from './rules/guidelines.ts'
import type { ScoreResult } from './rules/rules.ts'
import { score } from './rules/score.ts'
import { spreadOf } from './rules/spread.ts'
import type * as contract from './sheets.contract.ts'
import * as store from './sheets.store.ts'
import { getHead, labelOf, moveOn, tell } from './surveys.actions.ts'
import { surveysEvents, surveysProblems as problems } from './surveys.messages.ts'
import { move, placeOf, type TaskHead } from './surveys.store.ts'
import { transitions, type SurveyResult, type TaskId, type TaskState } from './surveys.ts'
import { changed } from './tasks.actions.ts'

/** What the rules of the disaster say of a sheet: a grade and the exact loss, where there are such. */
function figuresOf(result: ScoreResult): { grade: DamageGrade | null; percentX100: number | null } {
  if (result.kind !== 'graded') return { grade: null, percentX100: null }
  const { loss } = result
  const percentX100 = loss?.kind === 'exact' ? Math.round(loss.percent * 100) : null
  return { grade: result.gradeCode, percentX100 }
}

/** Takes in a sheet. Two teams at one house: both sheets stay, and a person decides. */
export async function recordSheet(
  ctx: Ctx,
  input: InputOf<typeof contract.recordSheet>,
): Promise<OutputOf<typeof contract.recordSheet>> {
  const { taskId, sheetId, sheetNo, sheet, surveyors, witness, note, position, device } = input
  const keys = await ctx.keys()
  const before = await getHead(ctx, taskId)
  const disaster = await getDisaster(ctx, before.disasterId)
  const result = score(rulesOf(disaster.guidelineCode, disaster.occurredOn), sheet)
  const recordedAt = new Date(input.recordedAt)
  const clockOffS = Math.round((Date.parse(input.sentAt) - ctx.now.getTime()) / 1_000)
  const surveyedOn = dayOfSurvey(input.surveyedOn, recordedAt, clockOffS)
  if (device === '') {
    if (result.kind === 'invalid') {
      throw new Problem(
        problems.sheetInvalid,
        result.errors.map(({ key, label, message }) => ({
          pointer: `/sheet/answers/${key}`,
          message: `${label}：${message}`,
        })),
      )
    }
    refuseOutOfRange(ctx, disaster, surveyedOn)
  }
  const place = await placeOf(ctx.tx, taskId)
  const { grade, percentX100 } = figuresOf(result)
  const kept = await store.insertSheet(ctx.tx, keys, {
    sheetId,
    sheetNo,
    taskId,
    guidelineCode: disaster.guidelineCode,
    grade,
    percentX100,
    surveyedOn,
    startedAt: input.startedAt === null ? null : new Date(input.startedAt),
    recordedAt,
    receivedAt: ctx.now,
    clockOffS,
    distanceM: place === null || position === null ? null : metresBetween(place, position),
    teamId: before.teamId,
    recordedBy: actorName(ctx.actor),
    recordedByLabel: labelOf(ctx),
    device,
    words: { sheet, surveyors, witness, note, position },
  })
  if (kept === 'other') throw new Problem(problems.sheetMovedOn)
  if (kept === 'same') {
    return { ...changed(before), sheetNo, grade, conflict: before.state === 'conflict' }
  }
  const head = await afterSheet(ctx, before)
  const codes = { sheetId, sheetNo, grade, guidelineCode: disaster.guidelineCode }
  await tell(ctx, head, 'surveys.recorded', surveysEvents.recorded, codes)
  return { ...changed(head), sheetNo, grade, conflict: head.state === 'conflict' }
}

/** A sheet about a house already decided, or looked at by another team, waits for a person. */
async function afterSheet(ctx: Ctx, before: TaskHead): Promise<TaskHead> {
  const keys = await ctx.keys()
  const seen = { taskId: before.taskId, version: null, from: transitions.record.from }
  // Held before they are counted: of two that come at once the second sees the first.
  const held = await move(ctx.tx, keys, seen, { claim: null })
  if (!held) throw new Problem(problems.taskNotFound)
  const several = (await store.countSheets(ctx.tx, before.taskId)) > 1
  const decided = held.state === 'done' || held.state === 'conflict'
  const state: TaskState =
    held.state === 'cancelled' ? 'cancelled' : several || decided ? 'conflict' : 'recorded'
  const head = await move(ctx.tx, keys, seen, { state })
  if (!head) throw new Problem(problems.taskNotFound)
  return head
}

/** A device whose clock is off by days writes the wrong day: what it took for today is put right. */
function dayOfSurvey(said: PlainDate, recordedAt: Date, clockOffS: number): PlainDate {
  if (Math.abs(clockOffS) <= CLOCK_OFF_S || said !== todayInJapan(recordedAt)) return said
  return todayInJapan(new Date(recordedAt.getTime() - clockOffS * 1_000))
}

function refuseOutOfRange(ctx: Ctx, disaster: Disaster, surveyedOn: PlainDate): void {
  if (surveyedOn < disaster.occurredOn || surveyedOn > todayInJapan(ctx.now)) {
    throw new Problem(problems.outOfRange, [{ pointer: '/surveyedOn', message: problems.outOfRange.title }])
  }
}

export async function listSheets(
  ctx: Ctx,
  input: InputOf<typeof contract.listSheets>,
): Promise<OutputOf<typeof contract.listSheets>> {
  const head = await getHead(ctx, input.taskId)
  const sheets = await store.listSheets(ctx.tx, await ctx.keys(), input.taskId)
  await audit(ctx, accessEvents.personRevealed, {
    purpose: 'view',
    subjects: [{ kind: 'survey-task', id: input.taskId }],
    facts: { sheets: sheets.length },
  })
  const views = sheets.map((one) => ({
    sheetId: one.sheetId,
    sheetNo: one.sheetNo,
    guidelineCode: one.guidelineCode,
    grade: one.grade,
    percentX100: one.percentX100,
    surveyedOn: one.surveyedOn,
    surveyors: [...one.words.surveyors],
    // Free words may say anything.
    witness: head.suppressed ? '' : one.words.witness,
    note: head.suppressed ? '' : one.words.note,
    sheet: one.words.sheet as unknown as OutputOf<
      typeof contract.listSheets
    >['sheets'][number]['versions'][number]['sheet'],
    recordedAt: one.recordedAt.toISOString(),
    receivedAt: one.receivedAt.toISOString(),
    recordedBy: one.recordedByLabel,
    fromDevice: one.device !== '',
    notes: [
      ...(Math.abs(one.clockOffS) > CLOCK_OFF_S ? (['clock'] as const) : []),
      ...(one.distanceM !== null && one.distanceM > FAR_M ? (['far'] as const) : []),
    ],
    clockOffS: one.clockOffS,
    distanceM: one.distanceM,
  }))
  const bySheet = Map.groupBy(views, (one) => one.sheetId as string)
  return { sheets: [...bySheet].map(([sheetId, versions]) => ({ sheetId, versions })) }
}

type NewResult = Pick<
  SurveyResult,
  'kind' | 'grade' | 'percentX100' | 'sheetId' | 'sheetNo' | 'sourceRef' | 'surveyedOn'
> & {
  readonly reason: string
  readonly surveyors: readonly string[]
  readonly seconds?: number | null
}

/** Appends the result of a task that is being moved to `done` (or, undone, away from it). */
export async function appendResult(
  ctx: Ctx,
  taskId: TaskId,
  guidelineCode: Disaster['guidelineCode'],
  made: NewResult,
): Promise<{ no: number; grade: DamageGrade | null; finishedOn: PlainDate | null }> {
  const no = (await results.lastResultNo(ctx.tx, taskId)) + 1
  const { reason, surveyors, seconds = null, ...result } = made
  await results.insertResults(ctx.tx, await ctx.keys(), [
    {
      ...result,
      taskId,
      resultNo: no,
      guidelineCode,
      decidedAt: ctx.now,
      decidedBy: actorName(ctx.actor),
      decidedByLabel: labelOf(ctx),
      words: { reason, surveyors },
      seconds,
    },
  ])
  const undone = made.kind === 'undone'
  return { no: undone ? 0 : no, grade: made.grade, finishedOn: undone ? null : todayInJapan(ctx.now) }
}

type Changed = OutputOf<typeof contract.confirmSheet>

export async function confirmSheet(ctx: Ctx, input: InputOf<typeof contract.confirmSheet>): Promise<Changed> {
  const { taskId, sheetId, sheetNo, reason } = input
  // Held first, so that of two who confirm at once one is told.
  const held = await moveOn(ctx, input, 'confirm', { claim: null })
  return await confirmHeld(ctx, held, { taskId, sheetId, sheetNo }, reason)
}

async function confirmHeld(
  ctx: Ctx,
  held: TaskHead,
  which: Pick<store.KeptSheet, 'taskId' | 'sheetId' | 'sheetNo'>,
  reason: string,
): Promise<Changed> {
  const { taskId, sheetId, sheetNo } = which
  const sheet = await store.findSheet(ctx.tx, await ctx.keys(), sheetId, sheetNo)
  if (!sheet || sheet.taskId !== taskId) throw new Problem(problems.sheetNotFound)
  const disaster = await getDisaster(ctx, held.disasterId)
  const { grade, percentX100 } = figuresOf(
    score(rulesOf(disaster.guidelineCode, disaster.occurredOn), sheet.words.sheet),
  )
  if (grade === null) throw new Problem(problems.noGrade)
  const result = await appendResult(ctx, taskId, disaster.guidelineCode, {
    kind: 'sheet',
    grade,
    percentX100,
    sheetId,
    sheetNo,
    sourceRef: null,
    surveyedOn: sheet.surveyedOn,
    reason,
    surveyors: sheet.words.surveyors,
  })
  const head = await moveOn(ctx, { taskId, version: held.version }, 'confirm', { state: 'done', result })
  const codes = { grade, sheetId, sheetNo, guidelineCode: disaster.guidelineCode }
  await tell(ctx, head, 'surveys.confirmed', surveysEvents.confirmed, codes, reason)
  return changed(head)
}

export async function confirmSheets(
  ctx: Ctx,
  input: InputOf<typeof contract.confirmSheets>,
): Promise<OutputOf<typeof contract.confirmSheets>> {
  const keys = await ctx.keys()
  const left: OutputOf<typeof contract.confirmSheets>['left'] = []
  let confirmed = 0
  for (const { taskId, version } of input.tasks) {
    const task = await getHead(ctx, taskId)
    if (task.disasterId !== input.disasterId) throw new Problem(problems.taskNotFound)
    const sheets = await store.listSheets(ctx.tx, keys, taskId)
    const newest = sheets[0]
    if (task.state !== 'recorded' || task.version !== version || !newest)
      left.push({ taskNo: task.taskNo, why: 'moved' })
    else if (new Set(sheets.map((sheet) => sheet.sheetId)).size > 1)
      left.push({ taskNo: task.taskNo, why: 'several' })
    else if (newest.grade === null) left.push({ taskNo: task.taskNo, why: 'no-grade' })
    else {
      const held = await moveOn(ctx, { taskId, version }, 'confirm', { claim: null })
      await confirmHeld(ctx, held, newest, '')
      confirmed += 1
    }
  }
  return { confirmed, left }
}

export async function stateResult(ctx: Ctx, input: InputOf<typeof contract.stateResult>): Promise<Changed> {
  const { taskId, grade, surveyedOn, surveyors, reason } = input
  const held = await moveOn(ctx, input, 'state', { claim: null })
  const disaster = await getDisaster(ctx, held.disasterId)
  refuseOutOfRange(ctx, disaster, surveyedOn)
  const none = { percentX100: null, sheetId: null, sheetNo: null, sourceRef: null }
  const made = { kind: 'stated', grade, surveyedOn, reason, surveyors, ...none } as const
  const result = await appendResult(ctx, taskId, disaster.guidelineCode, made)
  const head = await moveOn(ctx, { taskId, version: held.version }, 'state', { state: 'done', result })
  await tell(ctx, head, 'surveys.confirmed', surveysEvents.confirmed, { grade, kind: 'stated' }, reason)
  return changed(head)
}

export async function undoResult(ctx: Ctx, input: InputOf<typeof contract.undoResult>): Promise<Changed> {
  const { reason } = input
  const held = await moveOn(ctx, input, 'undo', { claim: null })
  const head = await undoHeld(ctx, held, null, reason)
  return changed(head)
}

/** Takes the result in force back: the task waits for its survey again, or for somebody who looks at its sheets. */
export async function undoHeld(
  ctx: Ctx,
  held: TaskHead,
  sourceRef: string | null,
  reason: string,
): Promise<TaskHead> {
  const { taskId } = held
  const { guidelineCode } = await getDisaster(ctx, held.disasterId)
  const none = { grade: null, percentX100: null, sheetId: null, sheetNo: null, surveyors: [] }
  const surveyedOn = todayInJapan(ctx.now)
  const made = { kind: 'undone', surveyedOn, reason, sourceRef, ...none } as const
  const result = await appendResult(ctx, taskId, guidelineCode, made)
  const sheets = await store.countSheets(ctx.tx, taskId)
  const state = sheets === 0 ? 'waiting' : sheets === 1 ? 'recorded' : 'conflict'
  const head = await moveOn(ctx, { taskId, version: held.version }, 'undo', { state, result })
  await tell(ctx, head, 'surveys.undone', surveysEvents.undone, {}, reason)
  return head
}

export async function getSpread(
  ctx: Ctx,
  input: InputOf<typeof contract.getSpread>,
): Promise<OutputOf<typeof contract.getSpread>> {
  const { disasterId, ...kind } = input
  await getDisaster(ctx, disasterId)
  const spread = spreadOf(await store.scoredSheets(ctx.tx, disasterId, kind))
  return { ...spread, surveyors: spread.surveyors.map((one) => ({ ...one })) }
}
