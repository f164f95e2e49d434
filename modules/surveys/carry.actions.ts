import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { revealMany } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { latestSheetsOf, type KeptSheet } from './sheets.store.ts'
import type { TaskState, TaskId, TaskWords, TeamId } from './surveys.ts'
import { everyTask, listTasks, type ListedTask } from './tasks.store.ts'

/** What a team takes along: houses that are not finished. */
const CARRIED: readonly TaskState[] = ['waiting', 'claimed', 'recorded', 'conflict']

export type CarriedTask = {
  readonly head: ListedTask
  readonly words: TaskWords
  /** The newest version of every sheet of this survey and of the one before it; free words of a protected task are gone. */
  readonly sheets: readonly (KeptSheet & { readonly earlier: boolean })[]
}

/** One page of what a team's phone carries, after `after`. The reading is audited as any other. */
export async function carryTasks(
  ctx: Ctx,
  of: {
    readonly disasterId: DisasterId
    readonly teamId: TeamId
    /** Empty = all of the team's. */
    readonly taskIds: readonly TaskId[]
  },
  page: { readonly after: string | null; readonly limit: number },
): Promise<{ tasks: CarriedTask[]; next: string | null }> {
  const keys = await ctx.keys()
  const { disasterId, teamId, taskIds } = of
  const filter = { ...everyTask, disasterId, teamId, taskIds, states: CARRIED }
  const found = await listTasks(ctx.tx, keys, filter, { after: page.after, limit: page.limit + 1 })
  const listed = found.slice(0, page.limit)
  const words = await revealMany(
    ctx,
    listed.map((one) => one.words),
    'view',
  )
  const ids = listed.flatMap(({ head }) => [
    head.taskId,
    ...(head.previousTaskId === null ? [] : [head.previousTaskId]),
  ])
  const sheets = Map.groupBy(await latestSheetsOf(ctx.tx, keys, ids), (sheet) => sheet.taskId)
  const sheetsOf = (taskId: TaskId | null): readonly KeptSheet[] =>
    taskId === null ? [] : (sheets.get(taskId) ?? [])
  return {
    tasks: listed.map(({ head }, i) => ({
      head,
      words: words[i]!,
      sheets: [
        ...sheetsOf(head.taskId).map((sheet) => ({ ...sheet, earlier: false })),
        ...sheetsOf(head.previousTaskId).map((sheet) => ({ ...sheet, earlier: true })),
      ].map((sheet) =>
        head.suppressed
          ? { ...sheet, words: { ...sheet.words, witness: '', note: '', position: null } }
          : sheet,
      ),
    })),
    next: found.length > page.limit ? (listed.at(-1)?.head.taskId ?? null) : null,
  }
}
