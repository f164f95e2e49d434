import { Problem } from '@open-bcl/core/problem.ts'
import { registryProblems as problems } from './registry.messages.ts'

/**
 * Refuses to write over what the one who saves has not seen.
 * @param was what was seen of it, or `null` when it is to be new
 * @param now the row as it stands, locked
 * @throws center/already-there, center/changed-meanwhile
 */
export function requireSeen(was: object | null, now: object | undefined): void {
  if (was === null) {
    if (now) throw new Problem(problems.alreadyThere)
    return
  }
  const present = new Map<string, unknown>(Object.entries(now ?? {}))
  const same = Object.entries(was).every(([item, value]) => present.get(item) === value)
  if (!same) throw new Problem(problems.changedMeanwhile)
}
