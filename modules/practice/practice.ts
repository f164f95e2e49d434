/** How a town's practice stands: nothing there yet, being put in order, or to be entered. */
export type PracticeState = 'none' | 'preparing' | 'ready'

export type Preparation = {
  readonly preparationNo: number
  readonly askedAt: Date
  readonly askedByLabel: string
  readonly finishedAt: Date | null
  readonly people: number | null
}

export function stateOf(last: Preparation | undefined): PracticeState {
  if (!last) return 'none'
  return last.finishedAt === null ? 'preparing' : 'ready'
}

/** It takes seconds; one that has not ended after so long may be asked for again. */
const GIVEN_UP_MS = 10 * 60_000

export function isUnderWay(last: Preparation | undefined, now: Date): boolean {
  return last?.finishedAt === null && now.getTime() - last.askedAt.getTime() < GIVEN_UP_MS
}

/** A table's rows go before those that they point to. */
export function childrenFirst(
  tables: readonly string[],
  links: readonly { readonly child: string; readonly parent: string }[],
): string[] {
  const left = new Set(tables)
  const order: string[] = []
  while (left.size > 0) {
    const free = [...left].filter(
      (table) => !links.some(({ child, parent }) => parent === table && child !== table && left.has(child)),
    )
    if (free.length === 0) throw new Error('tables that point to each other in a ring')
    for (const table of free) left.delete(table)
    order.push(...free)
  }
  return order
}
