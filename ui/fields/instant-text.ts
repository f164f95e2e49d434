import { todayInJapan } from '@open-bcl/core/dates.ts'
import { dateText } from './wareki-input.ts'

/** An instant of an answer (ISO 8601) by the clock of Japan: 「令和8年11月21日 9:05」. */
export function instantText(iso: string): string {
  const at = new Date(iso)
  const japan = new Date(at.getTime() + 9 * 3_600_000)
  const minutes = String(japan.getUTCMinutes()).padStart(2, '0')
  return `${dateText(todayInJapan(at))} ${japan.getUTCHours()}:${minutes}`
}
