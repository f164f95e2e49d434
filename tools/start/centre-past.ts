import { randomUUID } from 'node:crypto'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { addDays, plainDate, todayInJapan } from '@open-bcl/core/dates.ts'
import { demoMunicipalities, type DemoMunicipalityCode } from '@open-bcl/demo/places.ts'
import { fiscalYearOf, monthOf, monthsOfFiscalYear } from '@open-bcl/modules/billing/fiscal-year.ts'
import { insertContract, insertPopulation, listContracts } from '@open-bcl/modules/billing/towns.store.ts'
import { populationDay } from '@open-bcl/modules/billing/usage-fee.ts'
import type { Service } from '@open-bcl/modules/billing/yearly.ts'
import { placeKiosk } from '@open-bcl/modules/center/kiosk-registry.store.ts'
import { insertOperatorKind, saveOperator, saveStore } from '@open-bcl/modules/center/operators.store.ts'
import { insertPrinted } from '@open-bcl/modules/center/testing/printed-rows.ts'
import { inCenter, type Tx } from '@open-bcl/platform/db/tx.ts'
import type { Pool } from '@open-bcl/platform/db/pool.ts'

/** Round figures near the real ones; no source is claimed for them. */
const people: Readonly<Record<DemoMunicipalityCode, number>> = {
  '212172': 22_000,
  '212032': 83_000,
  '141003': 3_750_000,
}
const services: Readonly<Record<DemoMunicipalityCode, readonly Service[]>> = {
  '212172': ['support', 'issuing-bcl'],
  '212032': ['support', 'issuing-own'],
  '141003': ['support', 'issuing-own'],
}
const invented = 'デモ用の概数（架空）'
const HIDA = demoMunicipalities['212172'].code
const openedOn = plainDate('2026-04-01')

/** Stores whose machines wait for their codes: an operator may enrol one. */
const stores = [
  { storeId: 'mihon-1', operatorId: 'mihon', ja: 'みほんマート 古川駅前店（架空）' },
  { storeId: 'mihon-2', operatorId: 'mihon', ja: 'みほんマート 神岡店（架空）' },
  { storeId: 'hida-hall-1', operatorId: 'hida-hall', ja: '飛騨市役所 1階（架空）' },
] as const
/** The usual fees of the demonstration's town; a free certificate costs its printing alone. */
const copies = [
  { kind: 'juminhyo', feeYen: 200 },
  { kind: 'inkan', feeYen: 200 },
  { kind: 'juminhyo', feeYen: 200, copies: 2 },
  { kind: 'tax', feeYen: 200 },
  { kind: 'risai', feeYen: 0, printingYen: 10 },
] as const

/**
 * What the demonstration's centre has been through before anybody opened it: contracts, head counts, and invented copies of
 * two months, so that statements and settlement have something to count. Made once.
 */
export async function giveCentrePast(pool: Pool, now: Date): Promise<void> {
  await inCenter(pool, async (tx) => {
    if ((await listContracts(tx, null)).length > 0) return
    await agree(tx, now)
    await place(tx, now)
    await print(tx, todayInJapan(now))
  })
}

async function agree(tx: Tx, now: Date): Promise<void> {
  const present = fiscalYearOf(todayInJapan(now))
  const recorded = { recordedAt: now, recordedBy: '起動コマンド' }
  for (const [code, count] of Object.entries(people)) {
    const municipalityCode = code as string
    for (const year of [present - 1, present, present + 1]) {
      const population = { municipalityCode, onDate: populationDay(year), people: count, source: invented }
      if (population.onDate <= todayInJapan(now)) await insertPopulation(tx, { ...population, ...recorded })
    }
    for (const service of services[code as DemoMunicipalityCode]) {
      const fromMonth = monthsOfFiscalYear(present - 1)[0]!
      const contract = { contractId: randomUUID(), municipalityCode, service, fromMonth, untilMonth: null }
      await insertContract(tx, { ...contract, ...recorded, replaces: null })
    }
  }
}

async function place(tx: Tx, at: Date): Promise<void> {
  const operator = { joinedOn: openedOn, leftOn: null }
  await saveOperator(tx, {
    ...{ operatorId: 'mihon', ja: 'みほんマート（架空）', sort: 'chain', municipalityCode: null },
    ...operator,
  })
  await saveOperator(tx, {
    ...{ operatorId: 'hida-hall', ja: '飛騨市役所（架空）', sort: 'hall', municipalityCode: HIDA },
    ...operator,
  })
  for (const operatorId of ['mihon', 'hida-hall'])
    for (const kind of new Set(copies.map((copy) => copy.kind)))
      await insertOperatorKind(tx, { operatorId, kind, fromOn: openedOn, untilOn: null })
  for (const store of stores) {
    const { storeId, ja } = store
    await saveStore(tx, {
      ...{ ...store, relayId: null, municipalityCode: HIDA as MunicipalityCode },
      ...{ address: '岐阜県飛騨市（架空）', latitude: null, longitude: null, openedOn, closedOn: null },
    })
    const kiosk = { kioskId: kioskOf(storeId), storeId, name: '1号機', usage: 'kiosk' } as const
    await placeKiosk(tx, { ...kiosk, operator: ja, place: ja, onlyMunicipality: null, at })
  }
}

function kioskOf(storeId: string): string {
  return `${storeId}-k1`
}

/** Three copies every second day, of the two months before this one. */
async function print(tx: Tx, today: PlainDate): Promise<void> {
  const first = `${monthOf(today)}-01` as PlainDate
  const sql = (text: string, params: readonly unknown[] = []) =>
    tx.sql<Record<string, unknown>>(text, [...params])
  for (let day = 2, no = 0; day <= 56; day += 2)
    for (const hour of [9, 13, 21]) {
      const { storeId } = stores[no % stores.length]!
      const at = `${addDays(first, -day)}T${String(hour).padStart(2, '0')}:05:00+09:00`
      await insertPrinted(sql, { ...copies[no % copies.length]!, at, kiosk: kioskOf(storeId) })
      no += 1
    }
}
