import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { judgeRoute } from './availability.actions.ts'
import { loadRules } from './availability.store.ts'
import {
  closedReasons,
  maintenanceScopes,
  nowhere,
  type MachinePlace,
  type Rules,
  type Verdict,
} from './calendar.ts'
import { isCenterOpen, type CenterCalendar } from './center.ts'
import { findKiosk } from './kiosk-registry.store.ts'
import { findStore } from './operators.store.ts'
import type { getServiceMonth as endpoint } from './service.contract.ts'
import { daysOf, startOf, stretchesOf } from './service-month.ts'
import * as towns from './towns.store.ts'

type Month = OutputOf<typeof endpoint>

/**
 * What a machine will meet on each day of a month, by everything that is registered. Stops are no plan: they are named for
 * now, and leave the picture as it will be when they are lifted.
 */
export async function getServiceMonth(
  { tx, now }: CenterCtx,
  { municipalityCode, kind, kioskId, month }: InputOf<typeof endpoint>,
  centre: CenterCalendar,
): Promise<Month> {
  if (!(await towns.findRegistered(tx, municipalityCode))) throw new Problem(platformProblems.notFound)
  const place = kioskId === undefined ? nowhere : await placeOf(tx, kioskId)
  const days: Month['days'] = []
  for (const on of daysOf(month)) {
    const route = (await towns.listRoutes(tx, municipalityCode, on)).find((one) => one.kind === kind)
    if (!route) {
      const reason = 'この日は、この証明書の経路が登録されていません'
      days.push({ on, issuer: null, stretches: [{ from: '00:00', until: '24:00', reason }] })
      continue
    }
    const from = startOf(on)
    const loaded = await loadRules(tx, place, municipalityCode, on, from, startOf(addDays(on, 1)))
    const rules = { ...planned(loaded, place, kind), stops: [] }
    const stretches = stretchesOf(on, rules, centre, (at) =>
      isCenterOpen(centre, at)
        ? judgeRoute(rules, place, municipalityCode, route, at)
        : { kind: 'closed', why: 'hours', by: 'center' },
    )
    days.push({
      on,
      issuer: route.issuer,
      stretches: stretches.map(({ from, until, verdict }) => ({ from, until, reason: reasonOf(verdict) })),
    })
  }
  const today = todayInJapan(now)
  return { days, stoppedBy: await stoppedBy(tx, place, municipalityCode, kind, today, now) }
}

async function placeOf(tx: CenterCtx['tx'], kioskId: string): Promise<MachinePlace> {
  const kiosk = await findKiosk(tx, kioskId)
  const store = kiosk?.storeId ? await findStore(tx, kiosk.storeId) : undefined
  if (!kiosk || !store) throw new Problem(platformProblems.notFound)
  const { operatorId, relayId, storeId } = store
  return { kioskId, operatorId, relayId, storeId, onlyMunicipality: kiosk.onlyMunicipality }
}

/** Of no machine in particular: every operator offers the kind. */
function planned(rules: Rules, place: MachinePlace, kind: string): Rules {
  return place === nowhere ? { ...rules, inService: true, operatorKinds: [kind] } : rules
}

/** Who stopped the kind there, as it stands now. */
async function stoppedBy(
  tx: CenterCtx['tx'],
  place: MachinePlace,
  municipalityCode: Parameters<typeof judgeRoute>[2],
  kind: string,
  today: PlainDate,
  now: Date,
): Promise<string | null> {
  const route = (await towns.listRoutes(tx, municipalityCode, today)).find((one) => one.kind === kind)
  if (!route) return null
  const rules = planned(await loadRules(tx, place, municipalityCode, today, now), place, kind)
  const verdict = judgeRoute(rules, place, municipalityCode, route, now)
  return verdict.kind === 'closed' && verdict.why === 'stopped' ? maintenanceScopes[verdict.by] : null
}

/** 「サービス時間の外です（市区町村）」; `null` = open. */
function reasonOf(verdict: Verdict): string | null {
  return verdict.kind === 'open' ? null : `${closedReasons[verdict.why]}（${maintenanceScopes[verdict.by]}）`
}
