import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { countAccess } from './access-grants.actions.ts'
import { transactionStates } from './center.ts'
import type * as contract from './console.contract.ts'
import * as store from './console.store.ts'
import { gravest, townState } from './console.ts'
import { listStops } from './stops.store.ts'
import { kindJa } from './registry.actions.ts'
import * as towns from './towns.store.ts'
import { findStanding } from './transactions.store.ts'

/** 運用者の画面: how everything stands at this moment, and the transactions. */

const PAGE = 100
/** Whom a machine has not heard of for so long does not stand there any more, ms. */
const IN_USE_MS = 120_000

type Overview = OutputOf<typeof contract.getOverview>

export async function getOverview(ctx: CenterCtx): Promise<Overview> {
  const { tx, now } = ctx
  const today = todayInJapan(now)
  const registered = await towns.listRegistered(tx)
  const allRoutes = await towns.listAllRoutes(tx, today)
  const routes = Map.groupBy(allRoutes, (route) => route.municipalityCode)
  const counts = byTown(await store.countTransactions(tx, new Date(`${today}T00:00:00+09:00`)))
  const machines = byTown(await store.countMachines(tx, new Date(now.getTime() - IN_USE_MS)))
  const health = await store.listHealth(tx)
  const incidents = await store.countIncidents(tx)
  const closing = await store.listClosing(tx, now)
  const silent = new Set(health.filter((one) => one.failingSince !== null).map((one) => one.endpoint))

  const list = registered.map(({ municipalityCode, prefecture, name }): Overview['towns'][number] => {
    const own = routes.get(municipalityCode) ?? []
    const reaches = ({ scope, scopeKey }: store.OpenReach): boolean =>
      scope === 'town'
        ? scopeKey === municipalityCode
        : scope === 'center' || scope === 'jpki' || (scope === 'bcl' && own.some((r) => r.issuer === 'bcl'))
    const { transactions, printed, copies, aborted } = counts.get(municipalityCode) ?? nothing
    const { kiosks, inUse } = machines.get(municipalityCode) ?? noMachine
    const openIncidents = incidents.byTown.get(municipalityCode) ?? 0
    const state = townState({
      kinds: own.length,
      stopped: closing.stops.some(reaches),
      maintenance: closing.maintenance.some(reaches),
      trouble:
        openIncidents > 0 ||
        incidents.jpkiAwaySince !== null ||
        own.some(({ endpoint }) => silent.has(endpoint)),
    })
    return {
      ...{ municipalityCode, prefecture, name, state, kinds: own.length, openIncidents },
      ...{ transactions, printed, copies, aborted, kiosks, inUse },
    }
  })
  const prefectures = Map.groupBy(list, (town) => town.prefecture)
  const endpoints = [...new Set(allRoutes.map((route) => route.endpoint))].toSorted()
  return {
    at: now.toISOString(),
    nation: {
      ...totalsOf(list),
      openIncidents: [...incidents.byTown.values()].reduce((sum, count) => sum + count, 0),
      standingStops: (await listStops(tx, true)).length,
      access: await countAccess(ctx),
      ...(await store.countOwed(tx)),
    },
    prefectures: [...prefectures].map(([name, own]) => ({
      ...{ name, ...totalsOf(own), state: gravest(own.map((town) => town.state)) },
    })),
    towns: list,
    issuers: endpoints.map((endpoint) => {
      const known = health.find((one) => one.endpoint === endpoint)
      const served = new Set(allRoutes.filter((r) => r.endpoint === endpoint).map((r) => r.municipalityCode))
      return {
        ...{ endpoint, towns: served.size, build: known?.build ?? null },
        answeredAt: known?.answeredAt?.toISOString() ?? null,
        failingSince: known?.failingSince?.toISOString() ?? null,
        clockAheadMs: known?.clockAheadMs ?? null,
      }
    }),
    jpkiAwaySince: incidents.jpkiAwaySince?.toISOString() ?? null,
  }
}

const nothing = { transactions: 0, printed: 0, copies: 0, aborted: 0 }
const noMachine = { kiosks: 0, inUse: 0 }

function byTown<T extends { readonly municipalityCode: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.municipalityCode, row]))
}

function totalsOf(
  list: readonly Overview['towns'][number][],
): Omit<Overview['prefectures'][number], 'name' | 'state'> {
  const sum = (of: (town: Overview['towns'][number]) => number): number =>
    list.reduce((total, town) => total + of(town), 0)
  const inState = (state: Overview['towns'][number]['state']): number =>
    list.filter((town) => town.state === state).length
  return {
    towns: list.filter((town) => town.kinds > 0).length,
    stopped: inState('stopped'),
    maintenance: inState('maintenance'),
    trouble: inState('trouble'),
    transactions: sum((town) => town.transactions),
    printed: sum((town) => town.printed),
    copies: sum((town) => town.copies),
    aborted: sum((town) => town.aborted),
    kiosks: sum((town) => town.kiosks),
    inUse: sum((town) => town.inUse),
  }
}

export async function listTransactions(
  { tx }: CenterCtx,
  input: InputOf<typeof contract.listTransactions>,
): Promise<OutputOf<typeof contract.listTransactions>> {
  const rows = await store.listTransactions(tx, { ...input, limit: PAGE + 1 })
  return { transactions: rows.slice(0, PAGE).map(rowOf), more: rows.length > PAGE }
}

type Row = OutputOf<typeof contract.listTransactions>['transactions'][number]

function rowOf(line: store.TransactionLine): Row {
  const { requestedAt, stateAt, endpoint: _endpoint, place: _place, ...row } = line
  return {
    ...row,
    ja: kindJa(line.kind),
    stateJa: transactionStates[line.state].ja,
    requestedAt: requestedAt.toISOString(),
    stateAt: stateAt.toISOString(),
  }
}

export async function getTransaction(
  { tx }: CenterCtx,
  { transactionId }: InputOf<typeof contract.getTransaction>,
): Promise<OutputOf<typeof contract.getTransaction>> {
  const line = await store.findTransaction(tx, transactionId)
  const standing = await findStanding(tx, transactionId)
  if (!line || !standing) throw new Problem(platformProblems.notFound)
  const passed = await store.listPassed(tx, transactionId)
  const payouts = await store.listPayouts(tx, transactionId)
  return {
    ...rowOf(line),
    ...{ endpoint: line.endpoint, place: line.place, quote: standing.quote },
    passed: passed.map((row) => ({ ...row, ja: transactionStates[row.state].ja, at: row.at.toISOString() })),
    insertedYen: standing.insertedYen,
    payouts: payouts.map(({ reason, yen, decidedAt, handedAt }) => ({
      ...{ reason, yen, decidedAt: decidedAt.toISOString(), handedAt: handedAt?.toISOString() ?? null },
    })),
    incidents: await store.listIncidentIds(tx, transactionId),
  }
}
