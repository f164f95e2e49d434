import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays } from '@open-bcl/core/dates.ts'
import type { Calendar, MaintenanceWindow, Verdict } from './calendar.ts'
import type { CenterCalendar } from './center.ts'

/** サービス時間の見通し: a day cut where anything opens or closes, so that each stretch has one verdict. Pure. */

export type Stretch = {
  /** `HH:MM`, JST */
  readonly from: string
  /** `HH:MM`, `24:00` for midnight */
  readonly until: string
  readonly verdict: Verdict
}

const DAY_MS = 86_400_000

/** Midnight in Japan. */
export function startOf(day: PlainDate): Date {
  return new Date(`${day}T00:00:00+09:00`)
}

/** The days of `YYYY-MM`. */
export function daysOf(month: string): PlainDate[] {
  const first = `${month}-01` as PlainDate
  return Array.from({ length: 31 }, (_, index) => addDays(first, index)).filter((day) =>
    day.startsWith(month),
  )
}

/** The whole day in stretches, neighbours of one verdict joined. */
export function stretchesOf(
  day: PlainDate,
  rules: { readonly calendars: readonly Calendar[]; readonly maintenance: readonly MaintenanceWindow[] },
  centre: CenterCalendar,
  verdictAt: (at: Date) => Verdict,
): Stretch[] {
  const began = startOf(day).getTime()
  const hours = [centre, ...rules.calendars].flatMap(({ opensAt, closesAt }) => [opensAt, closesAt])
  const edges = [
    ...hours.map(msOf),
    ...rules.maintenance.flatMap(({ fromAt, untilAt }) => [
      fromAt.getTime() - began,
      untilAt.getTime() - began,
    ]),
  ]
  const cuts = [...new Set([0, ...edges.filter((ms) => ms > 0 && ms < DAY_MS), DAY_MS])].toSorted(
    (a, b) => a - b,
  )
  const stretches: Stretch[] = []
  for (const [index, from] of cuts.slice(0, -1).entries()) {
    const verdict = verdictAt(new Date(began + from))
    const until = clockOf(cuts[index + 1]!)
    const last = stretches.at(-1)
    if (last && sameVerdict(last.verdict, verdict)) stretches[stretches.length - 1] = { ...last, until }
    else stretches.push({ from: clockOf(from), until, verdict })
  }
  return stretches
}

function sameVerdict(a: Verdict, b: Verdict): boolean {
  return a.kind === 'open' || b.kind === 'open' ? a.kind === b.kind : a.why === b.why && a.by === b.by
}

function msOf(clock: string): number {
  return (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))) * 60_000
}

function clockOf(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}
