import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { DAYS_SHOWN, type listLinkDays } from './days.contract.ts'
import * as store from './days.store.ts'

/** What arrived day by day. */
export async function listDays(ctx: Ctx): Promise<OutputOf<typeof listLinkDays>> {
  const today = todayInJapan(ctx.now)
  const first = addDays(today, 1 - DAYS_SHOWN)
  const found = await store.listDays(ctx.tx, new Date(`${first}T00:00:00+09:00`))
  const byDay = new Map(found.map((row) => [row.on, row]))
  const days = Array.from({ length: DAYS_SHOWN }, (_, i) => addDays(first, i))
  return { days: days.map((on) => byDay.get(on) ?? { on, files: 0, refused: 0, rows: 0 }) }
}
