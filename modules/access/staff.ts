import { randomInt } from 'node:crypto'
import { addDays, plainDate } from '@open-bcl/core/dates.ts'
import type { StaffState } from './staff-states.ts'

export function stateOf(
  { disabledAt, lastOn }: { readonly disabledAt: Date | null; readonly lastOn: string | null },
  today: string,
): StaffState {
  if (lastOn !== null && lastOn < today) return 'retired'
  if (disabledAt !== null) return 'suspended'
  return lastOn === null ? 'active' : 'leaving'
}

/**
 * Login IDs of accounts that an emergency entry of the operator opened (modules/break-glass). The town makes none such, and
 * changes none: acts stand on record under the name it was opened with.
 */
export const OPERATORS_LOGIN = 'kinkyu.'

/** Without what is read wrongly from a slip of paper: 1 l I, 0 O o. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/** 79 bits, in groups that can be read aloud. */
export function newInitialPassword(): string {
  const letters = Array.from({ length: 16 }, () => LETTERS[randomInt(LETTERS.length)]!)
  return [0, 4, 8, 12].map((at) => letters.slice(at, at + 4).join('')).join('-')
}

export const ALL_DISASTERS = '00000000-0000-0000-0000-000000000000'

/** A time in which somebody whose account may be used holds the right to manage staff. */
export type Reign = { readonly fromOn: string; readonly untilOn: string | null }

/** The first day from today on which nobody could manage staff; `null` = there is always somebody. */
export function firstDayWithout(reigns: readonly Reign[], today: string): string | null {
  const covered = (day: string): boolean =>
    reigns.some(({ fromOn, untilOn }) => fromOn <= day && (untilOn === null || untilOn >= day))
  const days = [
    today,
    ...reigns.flatMap(({ untilOn }) =>
      untilOn === null || untilOn < today ? [] : [addDays(plainDate(untilOn), 1)],
    ),
  ]
  return days.toSorted().find((day) => !covered(day)) ?? null
}

/** A role of a person for a time, in force or to come. */
export type SpellRow = {
  readonly staffId: string
  readonly role: string
  readonly fromOn: string
  readonly untilOn: string | null
  readonly disasterId: string | null
  /** 町字 of that disaster; `null` = all. */
  readonly areas: readonly string[] | null
  /** Of a role that is the town's own; `null` for built-in ones. */
  readonly ownName: string | null
  readonly ownPermissions: readonly string[] | null
}
