import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import { loadRules } from './availability.store.ts'
import { judgeService, type ClosedWhy, type MachinePlace, type Rules, type Verdict } from './calendar.ts'
import type { Centre } from './center.actions.ts'
import { isCenterOpen, type Kiosk } from './center.ts'
import { spokenRefusal } from './codes.ts'
import type { Refusal } from './kiosk.contract.ts'
import * as towns from './towns.store.ts'

/** What a person at the machine reads; operators see the reason itself (`checkService`). */
export const codeOf: Readonly<Record<ClosedWhy, number>> = {
  hours: 501,
  maintenance: 502,
  stopped: 502,
  'not-offered': 506,
  'not-in-service': 502,
  'other-town': 506,
}

/** Whether a session may begin at the machine; `null` = it may. */
export async function machineClosed(tx: Tx, centre: Centre, kiosk: Kiosk): Promise<Refusal | null> {
  const at = centre.now()
  if (!isCenterOpen(centre.calendar, at)) return spokenRefusal(501)
  const rules = await loadRules(tx, kiosk, null, todayInJapan(at), at)
  return refusalOf(judgeService(rules, kiosk, null, at))
}

export type Offer = {
  /** Routes of the day that are open at this machine now. */
  readonly routes: towns.Route[]
  /** Why none is, where none is. */
  readonly closed: Refusal | null
}

/**
 * What the machine may take from the town's issuing servers now: routes of the day AND every calendar AND no maintenance
 * AND no stop AND kinds that its operator offers.
 */
export async function offerAt(
  tx: Tx,
  centre: Centre,
  kiosk: Kiosk,
  municipalityCode: MunicipalityCode,
): Promise<Offer> {
  const at = centre.now()
  if (!isCenterOpen(centre.calendar, at)) return { routes: [], closed: spokenRefusal(501) }
  const today = todayInJapan(at)
  const [all, rules] = await tx.together(
    () => towns.listRoutes(tx, municipalityCode, today),
    () => loadRules(tx, kiosk, municipalityCode, today, at),
  )
  if (all.length === 0) return { routes: [], closed: spokenRefusal(506) }
  const judged = all.map((route) => ({
    route,
    verdict: judgeRoute(rules, kiosk, municipalityCode, route, at),
  }))
  const routes = judged.flatMap(({ route, verdict }) => (verdict.kind === 'open' ? [route] : []))
  if (routes.length > 0) return { routes, closed: null }
  // A kind that is closed now says more than one that is never had here.
  const reasons = judged.flatMap(({ verdict }) => (verdict.kind === 'closed' ? [codeOf[verdict.why]] : []))
  return { routes, closed: spokenRefusal(reasons.find((code) => code !== 506) ?? 506) }
}

export function judgeRoute(
  rules: Rules,
  place: MachinePlace,
  municipalityCode: MunicipalityCode,
  { kind, issuer }: towns.Route,
  at: Date,
): Verdict {
  return judgeService(rules, place, { municipalityCode, kind, issuer }, at)
}

function refusalOf(verdict: Verdict): Refusal | null {
  return verdict.kind === 'open' ? null : spokenRefusal(codeOf[verdict.why])
}
