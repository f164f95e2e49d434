import type { PlainDate } from '@open-bcl/core/brand.ts'
import { grams } from '@open-bcl/core/ja/fold.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { oldestFirst } from '@open-bcl/platform/seal.ts'
import { numbersBornOn, numbersOfMany } from './candidates.store.ts'

/** Words that a person's sealed name, kana and address must hold, all at once. */
export type Question = {
  readonly at: number
  readonly name?: string
  readonly kana?: string
  readonly address?: string
}

/** So many questions go to the database at once. */
const ASKED = 1_000

/**
 * Whose tokens answer each question: numbers by `at`. Pairs of characters alone are asked for, which rule out nearly as
 * many as pairs and single ones and are found faster. A question without a pair is not asked: half a town would answer.
 */
export async function askNumbers(
  ctx: Ctx,
  questions: readonly Question[],
  seq: bigint,
): Promise<Map<number, Set<string>>> {
  const found = new Map<number, Set<string>>()
  for (const key of oldestFirst(await ctx.keys())) {
    const asked = questions.flatMap(({ at, ...words }) => {
      const wanted = Object.entries(words).flatMap(([field, text]) =>
        grams(text)
          .filter((gram) => [...gram].length === 2)
          .map((gram) => key.token(field, gram)),
      )
      return wanted.length === 0 ? [] : [{ at, wanted }]
    })
    for (let from = 0; from < asked.length; from += ASKED)
      for (const { question, residentNo } of await numbersOfMany(
        ctx.tx,
        asked.slice(from, from + ASKED),
        seq,
      )) {
        const numbers = found.get(question)
        if (numbers) numbers.add(residentNo)
        else found.set(question, new Set([residentNo]))
      }
  }
  return found
}

/** Who was born on each of these days: numbers by day. */
export async function bornOn(
  ctx: Ctx,
  days: readonly PlainDate[],
  seq: bigint,
): Promise<Map<PlainDate, string[]>> {
  const found = new Map<PlainDate, string[]>()
  for (const { birthOn, residentNo } of await numbersBornOn(ctx.tx, days, seq)) {
    const numbers = found.get(birthOn)
    if (numbers) numbers.push(residentNo)
    else found.set(birthOn, [residentNo])
  }
  return found
}
