import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type * as contract from './judgements.contract.ts'
import * as store from './judgements.store.ts'
import { viewPhotosOf } from './photos.actions.ts'
import { judgeArea as judgeByRules } from './rules/area.ts'
import { rulesOf } from './rules/guidelines.ts'
import { judgeByPhotos } from './rules/photos.ts'
import { appendResult, undoHeld } from './sheets.actions.ts'
import { labelOf, moveOn, tell } from './surveys.actions.ts'
import { surveysEvents, surveysProblems as problems } from './surveys.messages.ts'
import { changed, rowsOf, selectTasks } from './tasks.actions.ts'
import { everyTask, listTasks } from './tasks.store.ts'

export async function listPhotoCases(
  ctx: Ctx,
  input: InputOf<typeof contract.listPhotoCases>,
): Promise<OutputOf<typeof contract.listPhotoCases>> {
  const { disasterId, limit } = input
  const disaster = await getDisaster(ctx, disasterId)
  const keys = await ctx.keys()
  const filter = { ...everyTask, disasterId, stages: ['self'], states: ['waiting', 'claimed'] } as const
  const all = await listTasks(ctx.tx, keys, filter, { after: input.after ?? null, limit: limit + 1 })
  const page = all.slice(0, limit)
  const open = page.filter(({ head }) => !head.suppressed)
  const rows = await rowsOf(ctx, open)
  const photos = await viewPhotosOf(
    ctx,
    open.map(({ head }) => head.taskId),
    disaster,
  )
  return {
    cases: rows.map((row, i) => ({ ...row, photoCards: photos.get(open[i]!.head.taskId) ?? [] })),
    waiting: await store.countPhotoCases(ctx.tx, disasterId),
    next: all.length > limit ? (page.at(-1)?.head.taskId ?? null) : null,
  }
}

/** 一部損壊 by the photos, or a survey on the spot of the same house with its photos. */
export async function judgePhotos(
  ctx: Ctx,
  input: InputOf<typeof contract.judgePhotos>,
): Promise<OutputOf<typeof contract.judgePhotos>> {
  const { taskId, findings, seconds } = input
  const held = await moveOn(ctx, input, 'judge', { claim: null })
  if (held.stage !== 'self') throw new Problem(problems.wrongState)
  const disaster = await getDisaster(ctx, held.disasterId)
  const judged = judgeByPhotos(rulesOf(disaster.guidelineCode, disaster.occurredOn), findings)
  const seen = { taskId, version: held.version }
  switch (judged.kind) {
    case 'incomplete':
      throw new Problem(
        problems.sheetInvalid,
        judged.missing.map(({ key, label }) => ({
          pointer: `/findings/${key}`,
          message: `${label}を確かめてください`,
        })),
      )
    case 'site-survey': {
      const reason = judged.why.join('、')
      const head = await moveOn(ctx, seen, 'judge', { stage: 'first', state: 'waiting' })
      await tell(ctx, head, 'surveys.requested', surveysEvents.requested, { stage: 'first' }, reason)
      return { ...changed(head), grade: null, stage: head.stage }
    }
    case 'graded': {
      const { gradeCode: grade } = judged
      const result = await appendResult(ctx, taskId, disaster.guidelineCode, {
        kind: 'self-judgement',
        grade,
        ...{ percentX100: null, sheetId: null, sheetNo: null, sourceRef: null },
        surveyedOn: todayInJapan(ctx.now),
        reason: judged.path.map(({ text }) => text).join('\n'),
        surveyors: [labelOf(ctx)],
        seconds,
      })
      const head = await moveOn(ctx, seen, 'judge', { state: 'done', result })
      const codes = { grade, kind: 'self-judgement' }
      await tell(ctx, head, 'surveys.confirmed', surveysEvents.confirmed, codes)
      return { ...changed(head), grade, stage: head.stage }
    }
  }
}

export async function judgeArea(
  ctx: Ctx,
  input: InputOf<typeof contract.judgeArea>,
): Promise<OutputOf<typeof contract.judgeArea>> {
  const { judgementId, disasterId, ring, findings, surveyedOn, reason, leftOut, expected } = input
  const disaster = await getDisaster(ctx, disasterId)
  if (surveyedOn < disaster.occurredOn || surveyedOn > todayInJapan(ctx.now))
    throw new Problem(problems.outOfRange, [{ pointer: '/surveyedOn', message: problems.outOfRange.title }])
  const judged = judgeByRules(rulesOf(disaster.guidelineCode, disaster.occurredOn), findings)
  const why = judged.path.map(({ text, source, verified }) => ({ text, source, verified }))
  const select = { ring, unassignedOnly: false }
  const found = await selectTasks(ctx, disasterId, select, ['waiting', 'claimed'])
  const left = new Set<string>(leftOut)
  const chosen = found.filter((task) => !left.has(task.taskId))
  const tasks = chosen
    .slice(0, 1_000)
    .map(({ taskId, taskNo, areaName, state }) => ({ taskId, taskNo, areaName, state }))
  if (judged.kind === 'house-by-house') return { grade: null, why, count: 0, tasks, done: false }
  const { gradeCode: grade } = judged
  if (expected === null) return { grade, why, count: chosen.length, tasks, done: false }
  if (expected !== chosen.length) throw new Problem(problems.countChanged)
  const made = await store.insertJudgement(ctx.tx, await ctx.keys(), {
    ...{ judgementId, disasterId, basis: findings.way, grade, ring, surveyedOn, reason },
    guidelineCode: disaster.guidelineCode,
    count: chosen.length,
    at: ctx.now,
    actor: actorName(ctx.actor),
    actorLabel: labelOf(ctx),
  })
  if (!made) throw new Problem(problems.numberTaken)
  for (const { taskId, version } of chosen) {
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
  await audit(ctx, surveysEvents.areaJudged, { facts: { judgementId, grade, count: chosen.length } })
  return { grade, why, count: chosen.length, tasks, done: true }
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
    await undoHeld(ctx, held, judgementId, reason)
  }
  await audit(ctx, surveysEvents.areaUndone, { facts: { judgementId, count: ruled.length } })
  return { count: ruled.length, kept: size - ruled.length }
}
