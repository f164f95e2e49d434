import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { exchangeKinds } from '../certificates/exchange.contract.ts'
import { recordAct } from './center-audit.store.ts'
import * as contacts from './contacts.store.ts'
import * as operators from './operators.store.ts'
import type * as contract from './registry.contract.ts'
import { registryEvents as events, registryProblems as problems } from './registry.messages.ts'
import { lockRow } from './registry.store.ts'
import { requireSeen } from './registry.ts'
import { passedStages } from './stages.store.ts'
import * as towns from './towns.store.ts'

/** 台帳の登録: towns with their dated routes, operators, relays, stores and contacts. Machines: `kiosk-registry.actions.ts`. */

const PAGE = 500
type Saved = { saved: true }
const saved: Saved = { saved: true }

/** 日本語 of a kind; a kind of a later protocol is shown by its code. */
export function kindJa(kind: string): string {
  return (exchangeKinds as Readonly<Record<string, { readonly ja: string }>>)[kind]?.ja ?? kind
}

export async function listTowns(
  { tx, now }: CenterCtx,
  input: InputOf<typeof contract.listRegistryTowns>,
): Promise<OutputOf<typeof contract.listRegistryTowns>> {
  const onDate = input.onDate ?? todayInJapan(now)
  const routes = Map.groupBy(await towns.listAllRoutes(tx, onDate), (route) => route.municipalityCode)
  const registered = await towns.listRegistered(tx)
  return {
    onDate,
    towns: registered.map((town) => ({
      ...town,
      kinds: (routes.get(town.municipalityCode) ?? []).map((route) => route.kind),
    })),
  }
}

export async function getTown(
  { tx, now }: CenterCtx,
  { municipalityCode, ...input }: InputOf<typeof contract.getRegistryTown>,
): Promise<OutputOf<typeof contract.getRegistryTown>> {
  const onDate = input.onDate ?? todayInJapan(now)
  const town = await towns.findRegistered(tx, municipalityCode)
  if (!town) throw new Problem(platformProblems.notFound)
  const rows = await towns.listRouteHistory(tx, municipalityCode)
  const states = statesOf(rows, onDate)
  return {
    ...town,
    onDate,
    kinds: rows.filter((row) => states.get(row) === 'rules').map((row) => row.kind),
    routes: rows.map((row) => {
      const { kind, issuer, endpoint, fromOn, untilOn } = row
      return { kind, ja: kindJa(kind), issuer, endpoint, fromOn, untilOn, state: states.get(row) ?? 'over' }
    }),
  }
}

type RouteState = 'rules' | 'future' | 'over' | 'withdrawn'

/** Of each kind the latest row that has begun rules, unless its last day is over. */
function statesOf(
  rows: readonly towns.RouteRow[],
  onDate: PlainDate,
): ReadonlyMap<towns.RouteRow, RouteState> {
  const ruling = new Map<string, towns.RouteRow>()
  for (const row of rows) {
    if (row.withdrawnAt !== null || row.fromOn > onDate) continue
    const best = ruling.get(row.kind)
    if (!best || row.fromOn > best.fromOn) ruling.set(row.kind, row)
  }
  return new Map(
    rows.map((row) => {
      if (row.withdrawnAt !== null) return [row, 'withdrawn']
      if (row.fromOn > onDate) return [row, 'future']
      const rules = ruling.get(row.kind) === row && (row.untilOn === null || row.untilOn >= onDate)
      return [row, rules ? 'rules' : 'over']
    }),
  )
}

export async function saveTown(
  ctx: CenterCtx,
  input: InputOf<typeof contract.saveRegistryTown>,
): Promise<Saved> {
  const { municipalityCode, prefecture, name, pattern, joinedOn, was } = input
  await lockRow(ctx.tx, 'town', municipalityCode)
  requireSeen(was, await towns.findRegistered(ctx.tx, municipalityCode))
  if (!(await towns.saveTown(ctx.tx, { municipalityCode, prefecture, name }, was === null)))
    throw new Problem(problems.alreadyThere)
  await towns.describeTown(ctx.tx, municipalityCode, { pattern, joinedOn })
  await recordAct(ctx, events.townSaved, townSubject(municipalityCode), { name, pattern, joinedOn })
  return saved
}

/** @param test in the test environment what has not been tested yet gets its route, to be tested */
export async function addRoute(
  ctx: CenterCtx,
  input: InputOf<typeof contract.addRoute>,
  { test }: { readonly test: boolean },
): Promise<Saved> {
  const { municipalityCode, ...route } = input
  if (!(await towns.findRegistered(ctx.tx, municipalityCode))) throw new Problem(platformProblems.notFound)
  if (route.fromOn < todayInJapan(ctx.now)) throw new Problem(problems.pastDay)
  if (route.untilOn !== null && route.untilOn < route.fromOn) throw new Problem(problems.pastDay)
  if (!test) {
    const passed = await passedStages(ctx.tx, municipalityCode, route.kind, route.endpoint)
    if (!passed.includes(2) || !passed.includes(3)) throw new Problem(problems.notTested)
  }
  if (!(await towns.insertRoute(ctx.tx, municipalityCode, route))) throw new Problem(problems.alreadyThere)
  await recordAct(ctx, events.routeAdded, townSubject(municipalityCode), route)
  return saved
}

export async function endRoute(ctx: CenterCtx, input: InputOf<typeof contract.endRoute>): Promise<Saved> {
  const { untilOn, ...key } = input
  if (untilOn < todayInJapan(ctx.now)) throw new Problem(problems.pastDay)
  if (!(await towns.endRoute(ctx.tx, key, untilOn))) throw new Problem(platformProblems.notFound)
  await recordAct(ctx, events.routeEnded, townSubject(key.municipalityCode), { ...input })
  return saved
}

export async function withdrawRoute(
  ctx: CenterCtx,
  key: InputOf<typeof contract.withdrawRoute>,
): Promise<Saved> {
  const today = todayInJapan(ctx.now)
  if (key.fromOn <= today) throw new Problem(problems.begun)
  if (!(await towns.withdrawRoute(ctx.tx, key, today, ctx.now))) throw new Problem(platformProblems.notFound)
  await recordAct(ctx, events.routeWithdrawn, townSubject(key.municipalityCode), { ...key })
  return saved
}

export async function listOperators({ tx }: CenterCtx): Promise<OutputOf<typeof contract.listOperators>> {
  const all = await operators.listOperators(tx)
  const kinds = Map.groupBy(await operators.listOperatorKinds(tx), (one) => one.operatorId)
  const relays = Map.groupBy(await operators.listRelays(tx), (one) => one.operatorId)
  return {
    operators: all.map((operator) => ({
      ...operator,
      kinds: (kinds.get(operator.operatorId) ?? []).map(({ kind, fromOn, untilOn }) => ({
        ...{ kind, ja: kindJa(kind), fromOn, untilOn },
      })),
      relays: (relays.get(operator.operatorId) ?? []).map(({ operatorId: _, ...relay }) => relay),
    })),
  }
}

export async function saveOperator(
  ctx: CenterCtx,
  input: InputOf<typeof contract.saveOperator>,
): Promise<Saved> {
  const { was, ...operator } = input
  if ((input.sort === 'hall') !== (input.municipalityCode !== null)) {
    throw new Problem(platformProblems.invalidInput, [
      { pointer: '/municipalityCode', message: '庁舎のときだけ、団体コードを入力してください' },
    ])
  }
  await lockRow(ctx.tx, 'operator', input.operatorId)
  requireSeen(was, await operators.findOperator(ctx.tx, input.operatorId))
  if (!(await operators.saveOperator(ctx.tx, operator, was === null)))
    throw new Problem(problems.alreadyThere)
  await recordAct(ctx, events.operatorSaved, { kind: 'operator', id: input.operatorId }, { ...operator })
  return saved
}

export async function addOperatorKind(
  ctx: CenterCtx,
  input: InputOf<typeof contract.addOperatorKind>,
): Promise<Saved> {
  await requireOperator(ctx, input.operatorId)
  if (input.fromOn < todayInJapan(ctx.now)) throw new Problem(problems.pastDay)
  if (!(await operators.insertOperatorKind(ctx.tx, input))) throw new Problem(problems.alreadyThere)
  await recordAct(ctx, events.operatorKindAdded, { kind: 'operator', id: input.operatorId }, { ...input })
  return saved
}

export async function endOperatorKind(
  ctx: CenterCtx,
  { untilOn, ...offered }: InputOf<typeof contract.endOperatorKind>,
): Promise<Saved> {
  if (untilOn < todayInJapan(ctx.now)) throw new Problem(problems.pastDay)
  if (!(await operators.endOperatorKind(ctx.tx, offered, untilOn)))
    throw new Problem(platformProblems.notFound)
  const subject = { kind: 'operator', id: offered.operatorId }
  await recordAct(ctx, events.operatorKindEnded, subject, { ...offered, untilOn })
  return saved
}

export async function saveRelay(ctx: CenterCtx, input: InputOf<typeof contract.saveRelay>): Promise<Saved> {
  const { was, ...relay } = input
  await requireOperator(ctx, input.operatorId)
  await lockRow(ctx.tx, 'relay', input.relayId)
  requireSeen(was, await operators.findRelay(ctx.tx, input.relayId))
  if (!(await operators.saveRelay(ctx.tx, relay, was === null))) throw new Problem(problems.alreadyThere)
  await recordAct(ctx, events.relaySaved, { kind: 'relay', id: input.relayId }, { ...relay })
  return saved
}

export async function listStores(
  { tx }: CenterCtx,
  input: InputOf<typeof contract.listStores>,
): Promise<OutputOf<typeof contract.listStores>> {
  const stores = await operators.listStores(tx, { ...input, limit: PAGE + 1 })
  return { stores: stores.slice(0, PAGE), more: stores.length > PAGE }
}

export async function getStore(
  { tx }: CenterCtx,
  { storeId }: InputOf<typeof contract.getStore>,
): Promise<OutputOf<typeof contract.getStore>> {
  const store = await operators.findStore(tx, storeId)
  if (!store) throw new Problem(platformProblems.notFound)
  return store
}

export async function saveStore(ctx: CenterCtx, input: InputOf<typeof contract.saveStore>): Promise<Saved> {
  const { was, ...store } = input
  await requireOperator(ctx, input.operatorId)
  if ((input.latitude === null) !== (input.longitude === null))
    throw new Problem(platformProblems.invalidInput, [
      { pointer: '/longitude', message: '緯度と経度は両方を入力してください' },
    ])
  if (input.relayId !== null) {
    const relay = await operators.findRelay(ctx.tx, input.relayId)
    if (relay?.operatorId !== input.operatorId)
      throw new Problem(platformProblems.invalidInput, [
        { pointer: '/relayId', message: 'この事業者の中継ではありません' },
      ])
  }
  await lockRow(ctx.tx, 'store', input.storeId)
  requireSeen(was, await operators.findStore(ctx.tx, input.storeId))
  if (!(await operators.saveStore(ctx.tx, store, was === null))) throw new Problem(problems.alreadyThere)
  await recordAct(ctx, events.storeSaved, { kind: 'store', id: input.storeId }, { ...store })
  return saved
}

export async function listContacts(
  { tx }: CenterCtx,
  input: InputOf<typeof contract.listContacts>,
): Promise<OutputOf<typeof contract.listContacts>> {
  return { contacts: await contacts.listContacts(tx, input) }
}

export async function addContact(
  ctx: CenterCtx,
  input: InputOf<typeof contract.addContact>,
): Promise<OutputOf<typeof contract.addContact>> {
  const { party, partyKey } = input
  const known =
    party === 'town'
      ? await towns.findRegistered(ctx.tx, partyKey as MunicipalityCode)
      : party === 'operator'
        ? await operators.findOperator(ctx.tx, partyKey)
        : partyKey === ''
  if (!known) throw new Problem(platformProblems.notFound)
  const contactId = uuidv7(ctx.now.getTime())
  await contacts.insertContact(ctx.tx, { contactId, ...input }, ctx.now)
  // The audit says who was added for whom; the address itself stands in the register.
  await recordAct(ctx, events.contactAdded, { kind: party, id: partyKey }, { contactId, ja: input.ja })
  return { contactId }
}

export async function removeContact(
  ctx: CenterCtx,
  { contactId }: InputOf<typeof contract.removeContact>,
): Promise<{ removed: true }> {
  if (!(await contacts.removeContact(ctx.tx, contactId, ctx.now)))
    throw new Problem(platformProblems.notFound)
  await recordAct(ctx, events.contactRemoved, { kind: 'contact', id: contactId })
  return { removed: true }
}

async function requireOperator({ tx }: CenterCtx, operatorId: string): Promise<operators.Operator> {
  const operator = await operators.findOperator(tx, operatorId)
  if (!operator) throw new Problem(platformProblems.notFound)
  return operator
}

function townSubject(municipalityCode: MunicipalityCode): { kind: string; id: string } {
  return { kind: 'town', id: municipalityCode }
}
