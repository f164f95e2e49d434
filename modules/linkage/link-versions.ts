import type { Business } from '../interfaces/interfaces.columns.ts'
import { interfaceVersions } from '../interfaces/interfaces.versions.ts'

/**
 * Interface versions that a town may send on a day, newest first.
 * @param deadline the town's own last day for former versions, `YYYY-MM-DD`; `null` = the definition's
 */
export function versionsOf(
  business: Business,
  deadline: string | null,
  day: string,
): { version: string; acceptedUntil: string | null }[] {
  return interfaceVersions(business)
    .map(({ version, acceptedUntil }) => ({
      version,
      acceptedUntil: acceptedUntil === null ? null : (deadline ?? acceptedUntil),
    }))
    .filter((one) => one.acceptedUntil === null || day <= one.acceptedUntil)
    .toReversed()
}
