import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays } from '@open-bcl/core/dates.ts'
import { layouts as all, type Layout } from './layouts.ts'

/** From this many days before its date a layout that the town has not accepted is warned of. */
export const ACCEPT_WITHIN_DAYS = 30

/**
 * `given`: it was in force when the town began here. `accepted`: the town looked at its test copies. `coming`: there is time.
 * `due`: to be accepted soon. `missed`: its day has come, and its form is not issued.
 */
export type LayoutStanding = 'given' | 'accepted' | 'coming' | 'due' | 'missed'

export function standingOfLayout(
  layout: Pick<Layout, 'inForceFrom'>,
  town: { readonly onboardedOn: PlainDate; readonly accepted: boolean },
  today: PlainDate,
): LayoutStanding {
  if (town.accepted) return 'accepted'
  if (layout.inForceFrom <= town.onboardedOn) return 'given'
  if (layout.inForceFrom <= today) return 'missed'
  return layout.inForceFrom <= addDays(today, ACCEPT_WITHIN_DAYS) ? 'due' : 'coming'
}

/** Versions that a town has to do with on a day: of each form the one in force and those to come. */
export function layoutsFrom(day: PlainDate, among: readonly Layout[] = all): readonly Layout[] {
  return among.filter(
    (layout) =>
      layout.inForceFrom > day ||
      among.every(
        (other) =>
          other.form !== layout.form || other.inForceFrom > day || other.inForceFrom <= layout.inForceFrom,
      ),
  )
}
