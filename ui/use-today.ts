import { useState } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'

/** The day in Japan when the component appeared; it stays, so that a form's beginning does not change at midnight. */
export function useToday(): PlainDate {
  const [today] = useState(() => todayInJapan(new Date()))
  return today
}
