import type { PlainDate } from './brand.ts'

/**
 * A date of the register, which may be uncertain (不詳日): 「昭和20年頃」, 29 February of a common year.
 * `text` is the register's wording (72 characters at most) and is never parsed; `on` is the day used for sorting and
 * for ages. Source: 住民記録システム標準仕様書 1.1.8.
 */
export type RegisterDate = {
  readonly on: PlainDate | null
  readonly uncertain: boolean
  readonly text: string | null
}
