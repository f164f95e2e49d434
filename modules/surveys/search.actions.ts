import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { grams, matchesFolded } from '@open-bcl/core/ja/fold.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { test } from '../access/guarded.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { searchCandidates } from './search.store.ts'
import { surveysProblems as problems } from './surveys.messages.ts'
import { rowsOf } from './tasks.actions.ts'
import type * as contract from './tasks.contract.ts'
import { everyTask, listTasks } from './tasks.store.ts'

const SHOWN = 50
const CANDIDATES = 2_000

/** Houses by who lives there, who applied, or where they stand, in any spelling. Both conditions hold at once. */
export async function searchTasks(
  ctx: Ctx,
  input: InputOf<typeof contract.searchTasks>,
): Promise<OutputOf<typeof contract.searchTasks>> {
  const { disasterId, name, address } = input
  await getDisaster(ctx, disasterId)
  if (grams(name).length === 0 && grams(address).length === 0) throw new Problem(problems.tooVague)
  const keys = await ctx.keys()
  const ids = await searchCandidates(ctx.tx, keys, disasterId, { name, address }, CANDIDATES)
  const candidates =
    ids.length === 0
      ? []
      : await listTasks(
          ctx.tx,
          keys,
          { ...everyTask, disasterId, taskIds: ids },
          { after: null, limit: ids.length },
        )
  const found = candidates.filter(
    ({ head, words }) =>
      !(head.suppressed && address !== '') &&
      test(
        words,
        (task) =>
          (name === '' || [task.headName, task.applicantName].some((text) => matchesFolded(text, name))) &&
          (address === '' || matchesFolded(task.address, address)),
      ),
  )
  return {
    tasks: await rowsOf(ctx, found.slice(0, SHOWN)),
    more: found.length > SHOWN || ids.length >= CANDIDATES,
  }
}
