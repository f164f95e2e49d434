import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { choicesView, type Choice, type Choices } from './choices.ts'

/**
 * 宛名番号 and the like never leave the town: what a machine is to name is called by a keyed digest that is good for one
 * session. The centre, which keeps no residents, learns nothing that is the same the next time.
 */
export type Handles = {
  of(id: string): string
  /** Which of these is called so. */
  find(ids: readonly string[], handle: string): string | undefined
}

export async function handlesOf(ctx: Ctx, sessionId: string): Promise<Handles> {
  const keys = await ctx.keys()
  const under = (key: (typeof keys.each)[number], id: string): string =>
    key.recordHmac('exchange-handle', `${sessionId}|${id}`).toString('base64url').slice(0, 22)
  return {
    of: (id) => under(keys.each[0]!, id),
    find: (ids, handle) => ids.find((id) => keys.each.some((key) => under(key, id) === handle)),
  }
}

/** Members are called by handles; what stands for an item or a year is no secret. */
export function choicesOnWire(offered: readonly Choice[], handles: Handles): ReturnType<typeof choicesView> {
  return choicesView(offered).map((choice) =>
    choice.take === 'one' || typeof choice.default === 'string'
      ? choice
      : {
          ...choice,
          options: choice.options.map(({ value, ja }) => ({ value: handles.of(value), ja })),
          default: choice.default.map((value) => handles.of(value)),
        },
  )
}

/** The other way; `null` when something is named that was not offered in this session. */
export function choicesFromWire(
  offered: readonly Choice[],
  asked: Choices,
  handles: Handles,
): Choices | null {
  const found: Record<string, string | readonly string[]> = { ...asked }
  for (const { name, take, options } of offered) {
    const values = asked[name]
    if (take === 'one' || values === undefined || typeof values === 'string') continue
    const ids = options.map((option) => option.value)
    const named = values.map((handle) => handles.find(ids, handle))
    if (named.some((id) => id === undefined)) return null
    found[name] = named as string[]
  }
  return found
}
