import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { codeOf, judgeRoute } from './availability.actions.ts'
import { loadRules } from './availability.store.ts'
import {
  closedReasons,
  nowhere,
  type Calendar,
  type ClosedWhy,
  type MachinePlace,
  type Rules,
} from './calendar.ts'
import { listMaintenance } from './calendar.store.ts'
import { isCenterOpen, type CenterCalendar } from './center.ts'
import { spokenRefusal } from './codes.ts'
import type * as contract from './guide.contract.ts'
import { findKiosk } from './kiosk-registry.store.ts'
import { findStore, listOperatorKinds, listOperators, listStores as storesOf } from './operators.store.ts'
import { kindJa } from './registry.actions.ts'
import type { checkService as checkServiceEndpoint } from './service.contract.ts'
import * as towns from './towns.store.ts'

/** What is open now, told to residents (by the registry alone, of no machine in particular) and to operators (of one machine). */

const PAGE = 500
const everyDay = [0, 1, 2, 3, 4, 5, 6]
export async function listGuideTowns({
  tx,
  now,
}: CenterCtx): Promise<OutputOf<typeof contract.listGuideTowns>> {
  const today = todayInJapan(now)
  const routes = Map.groupBy(await towns.listAllRoutes(tx, today), (route) => route.municipalityCode)
  const list = await towns.listTowns(tx, today)
  const prefectures = Map.groupBy(list, (town) => town.prefecture)
  return {
    prefectures: [...prefectures].map(([name, own]) => ({
      name,
      towns: own.map(({ municipalityCode, name: town }) => ({
        municipalityCode,
        name: town,
        kinds: (routes.get(municipalityCode) ?? []).map((route) => route.kind),
      })),
    })),
  }
}

export async function getGuideTown(
  { tx, now }: CenterCtx,
  { municipalityCode }: InputOf<typeof contract.getGuideTown>,
  calendar: CenterCalendar,
): Promise<OutputOf<typeof contract.getGuideTown>> {
  const today = todayInJapan(now)
  const town = await towns.findRegistered(tx, municipalityCode)
  const routes = await towns.listRoutes(tx, municipalityCode, today)
  if (!town || routes.length === 0) throw new Problem(platformProblems.notFound)
  const loaded = await loadRules(tx, nowhere, municipalityCode, today, now)
  const rules: Rules = { ...loaded, inService: true, operatorKinds: routes.map((route) => route.kind) }
  const coming = await listMaintenance(tx, now)
  return {
    name: town.name,
    prefecture: town.prefecture,
    at: now.toISOString(),
    kinds: routes.map((route) => {
      const why = closedWhy(rules, nowhere, municipalityCode, route, now, calendar)
      return {
        kind: route.kind,
        ja: kindJa(route.kind),
        openNow: why === null,
        closedWords: why === null ? null : spokenRefusal(codeOf[why]).words,
        hours: hoursOf(rules.calendars, municipalityCode, route, calendar),
      }
    }),
    maintenance: coming
      .filter(({ scope, scopeKey }) =>
        scope === 'town' ? scopeKey === municipalityCode : ['center', 'bcl', 'jpki'].includes(scope),
      )
      .map(({ fromAt, untilAt, words }) => ({
        ...{ fromAt: fromAt.toISOString(), untilAt: untilAt.toISOString(), words },
      })),
  }
}

function closedWhy(
  rules: Rules,
  place: MachinePlace,
  municipalityCode: MunicipalityCode,
  route: towns.Route,
  at: Date,
  calendar: CenterCalendar,
): ClosedWhy | null {
  if (!isCenterOpen(calendar, at)) return 'hours'
  const verdict = judgeRoute(rules, place, municipalityCode, route, at)
  return verdict.kind === 'open' ? null : verdict.why
}

/** The narrowest of the hours that apply: the latest opening, the earliest closing, the days all have. */
function hoursOf(
  calendars: readonly Calendar[],
  municipalityCode: MunicipalityCode,
  { kind, issuer }: towns.Route,
  centre: CenterCalendar,
): { opensAt: string; closesAt: string; weekdays: number[] } {
  const own = calendars.filter(
    (one) =>
      (one.kind === '' || one.kind === kind) &&
      (one.scope === 'center' ||
        one.scope === 'jpki' ||
        (one.scope === 'bcl' && issuer === 'bcl') ||
        (one.scope === 'town' && one.scopeKey === municipalityCode)),
  )
  return {
    opensAt: own.reduce((latest, { opensAt }) => (opensAt > latest ? opensAt : latest), centre.opensAt),
    closesAt: own.reduce((first, { closesAt }) => (closesAt < first ? closesAt : first), centre.closesAt),
    weekdays: everyDay.filter((day) => own.every((one) => one.weekdays.includes(day))),
  }
}

export async function listGuideStores(
  { tx, now }: CenterCtx,
  { municipalityCode, after }: InputOf<typeof contract.listGuideStores>,
): Promise<OutputOf<typeof contract.listGuideStores>> {
  const today = todayInJapan(now)
  const found = await storesOf(tx, { municipalityCode, after, limit: PAGE + 1 })
  const operators = new Map((await listOperators(tx)).map((one) => [one.operatorId, one]))
  const kinds = Map.groupBy(
    (await listOperatorKinds(tx)).filter(
      ({ fromOn, untilOn }) => fromOn <= today && (untilOn === null || untilOn >= today),
    ),
    (one) => one.operatorId,
  )
  const stores = found.slice(0, PAGE).flatMap((store) => {
    const operator = operators.get(store.operatorId)
    const gone = (untilOn: string | null | undefined): boolean =>
      typeof untilOn === 'string' && untilOn < today
    const there = store.openedOn <= today && store.kiosks > 0 && !gone(store.closedOn)
    if (!there || !operator || gone(operator.leftOn)) return []
    const { storeId, ja: name, address, latitude, longitude } = store
    const offered = [...new Set((kinds.get(store.operatorId) ?? []).map((one) => one.kind))]
    return [{ storeId, operator: operator.ja, name, address, latitude, longitude, kinds: offered }]
  })
  return { stores, more: found.length > PAGE }
}

/** The decision that the machine meets, with its reason. */
export async function checkService(
  { tx, ...ctx }: CenterCtx,
  input: InputOf<typeof checkServiceEndpoint>,
  calendar: CenterCalendar,
): Promise<OutputOf<typeof checkServiceEndpoint>> {
  const { municipalityCode, kioskId } = input
  const at = input.at === undefined ? ctx.now : new Date(input.at)
  const today = todayInJapan(at)
  const kiosk = await findKiosk(tx, kioskId)
  const store = kiosk?.storeId ? await findStore(tx, kiosk.storeId) : undefined
  if (!kiosk || !store) throw new Problem(platformProblems.notFound)
  const { operatorId, relayId, storeId } = store
  const place = { kioskId, operatorId, relayId, storeId, onlyMunicipality: kiosk.onlyMunicipality }
  const rules = await loadRules(tx, place, municipalityCode, today, at)
  const routes = await towns.listRoutes(tx, municipalityCode, today)
  return {
    at: at.toISOString(),
    kinds: routes.map((route) => {
      const why = closedWhy(rules, place, municipalityCode, route, at, calendar)
      const { kind, issuer, endpoint } = route
      const closedBecause = why === null ? null : closedReasons[why]
      return { kind, ja: kindJa(kind), issuer, endpoint, open: why === null, closedBecause }
    }),
  }
}
