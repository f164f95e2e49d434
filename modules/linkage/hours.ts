import type { LinkHours } from '../municipalities/municipalities.ts'

const JAPAN_MS = 9 * 3_600_000
const MINUTE_MS = 60_000

/** Whether files are taken at an instant: inside the town's hours, or while staff opened the link. */
export function isLinkOpen(hours: LinkHours, openUntil: Date | null, at: Date): boolean {
  if (openUntil !== null && at < openUntil) return true
  const time = new Date(at.getTime() + JAPAN_MS).toISOString().slice(11, 16)
  return time >= hours.opensAt && time < hours.closesAt
}

/** Seconds until the hours begin again, for an instant outside them. */
export function secondsUntilOpen(hours: LinkHours, at: Date): number {
  const [hour, minute] = hours.opensAt.split(':').map(Number) as [number, number]
  const japan = at.getTime() + JAPAN_MS
  const sinceMidnight = japan % (24 * 60 * MINUTE_MS)
  const opening = (hour * 60 + minute) * MINUTE_MS
  const wait = opening - sinceMidnight
  return Math.ceil((wait > 0 ? wait : wait + 24 * 60 * MINUTE_MS) / 1000)
}
