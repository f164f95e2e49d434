import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type * as contract from './judgements.contract.ts'
import * as store from './judgements.store.ts'
import { viewPhotosOf } from './photos.actions.ts'
import { rulesOf } from './rules/guidelines.ts'
import { judgeByPhotos } from './rules/photos.ts'
import { appendResult } from './sheets.actions.ts'
import { labelOf, moveOn, tell } from './surveys.actions.ts'
import { surveysEvents, surveysProblems as problems } from './surveys.messages.ts'
import { changed, rowsOf } from './tasks.actions.ts'
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
