import type { PlainDate } from '@open-bcl/core/brand.ts'

export type WorkingTeam = {
  readonly worksFrom: PlainDate
  readonly worksUntil: PlainDate
  readonly housesPerDay: number
}

export type Forecast = {
  /** Houses that are still to be surveyed. */
  readonly left: number
  /** Houses a day of the last working days, one decimal; `null` = nothing was finished yet. */
  readonly pacePerDay: number | null
  /** At that pace; `null` = no pace yet, or never within two years. */
  readonly atPaceOn: PlainDate | null
  /** As the teams are reckoned with; `null` = the teams do not suffice. */
  readonly asPlannedOn: PlainDate | null
}

/** So many of the last days on which somebody surveyed make the pace. */
export const PACE_DAYS = 7
const MOST_DAYS = 730

/**
 * When a plan will be finished: by the pace of the last days, and by what the teams are reckoned with. Today counts for
 * the pace only as far as it went: it is left out, since it is not over.
 */
export function forecast(
  today: PlainDate,
  left: number,
  done: readonly { readonly on: PlainDate; readonly count: number }[],
  teams: readonly WorkingTeam[],
  daysOff: readonly PlainDate[],
): Forecast {
  const days = done.filter(({ on }) => on < today).slice(-PACE_DAYS)
  const pace = days.length === 0 ? null : days.reduce((sum, { count }) => sum + count, 0) / days.length
  const off = new Set(daysOff)
  const lastOn = (perDay: (day: PlainDate) => number): PlainDate | null => {
    let rest = left
    let day = today
    if (rest <= 0) return day
    for (let i = 0; i < MOST_DAYS; i++) {
      if (!off.has(day)) rest -= perDay(day)
      if (rest <= 1e-9) return day
      day = dayAfter(day)
    }
    return null
  }
  return {
    left,
    pacePerDay: pace === null ? null : Math.round(pace * 10) / 10,
    atPaceOn: pace === null || pace === 0 ? null : lastOn(() => pace),
    asPlannedOn: lastOn((day) =>
      teams
        .filter((team) => team.worksFrom <= day && day <= team.worksUntil)
        .reduce((sum, team) => sum + team.housesPerDay, 0),
    ),
  }
}

function dayAfter(day: PlainDate): PlainDate {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10) as PlainDate
}
