import type { PlainDate } from '@open-bcl/core/brand.ts'

/**
 * The first day of which records are still kept. Public records are kept for whole fiscal years, counted from the year after
 * the one in which they were made: never for a day less than from day to day, whichever way the town's rule counts.
 */
export function keptFrom(today: PlainDate, years: number): PlainDate {
  const [year, month] = today.split('-').map(Number) as [number, number]
  const fiscalYear = month >= 4 ? year : year - 1
  return `${String(fiscalYear - years).padStart(4, '0')}-04-01` as PlainDate
}
