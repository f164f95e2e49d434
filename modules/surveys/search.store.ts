import { grams, indexGrams } from '@open-bcl/core/ja/fold.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import { oldestFirst, type KeyedWords, type Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { TaskId, TaskWords } from './surveys.ts'
import { taskTexts } from './surveys.ts'

/** Under which a task is found. */
export function taskTokens(keys: KeyedWords, words: TaskWords): bigint[] {
  const tokens = new Set<bigint>()
  for (const [field, text] of taskTexts(words))
    for (const gram of indexGrams(text)) tokens.add(keys.token(field, gram))
  return [...tokens]
}

export type TaskSearch = { readonly name: string; readonly address: string }

/**
 * Tasks that may hold the searched words, the first asked for first; the words themselves decide (`search.actions.ts`). By
 * address nobody is found who hides. Tasks of before there were tokens are among the answer.
 */
export async function searchCandidates(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  search: TaskSearch,
  most: number,
): Promise<TaskId[]> {
  const open =
    search.address === '' ? '' : 'and t.task_id not in (select h.task_id from surveys.hidden_tasks($1, $2) h)'
  const found = new Set<TaskId>()
  for (const key of oldestFirst(keys)) {
    const tokens = [
      ...grams(search.name).map((gram) => key.token('survey-name', gram)),
      ...grams(search.address).map((gram) => key.token('survey-address', gram)),
    ]
    const rows = await tx.sql<{ taskId: TaskId }>(
      `select t.task_id as "taskId" from surveys.task t
        where t.municipality_code = $1 and t.disaster_id = $2 and (t.tokens @> $3::bigint[] or t.tokens = '{}') ${open}
        order by t.task_id limit $4`,
      [tx.municipality, disasterId, tokens, most],
    )
    for (const { taskId } of rows) found.add(taskId)
  }
  return [...found].toSorted()
}
