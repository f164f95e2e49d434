import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { DemoTown } from '@open-bcl/demo/town.ts'
import type { Browser } from '../../../apps/cloud/testing/town.ts'
import { registerDisaster } from '../../ledger/ledger.contract.ts'
import type { prepareTransfer } from '../evacuees.contract.ts'

export const TAKAYAMA = '212032' as MunicipalityCode

/** A ledger: of a town that takes evacuees in, unless said otherwise. */
export async function openShelterLedger(clerk: Browser, name = '広域避難者の受入れ'): Promise<string> {
  const { disaster } = await clerk.get(registerDisaster, {
    ...{ name, hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨による' },
    applicationDeadlineOn: null,
  })
  return disaster.disasterId
}

/** Households of two with nobody else's story in them, in the order of the register. */
export function couples(town: DemoTown): [string, string][] {
  const living = town.residents.filter(({ state }) => state === 'resident')
  const known = new Set(Object.values(town.people).map(({ householdNo }) => householdNo))
  const households = Map.groupBy(
    living.filter(({ householdNo }) => householdNo !== null && !known.has(householdNo)),
    ({ householdNo }) => householdNo,
  )
  return [...households.values()]
    .filter((members) => members.length === 2)
    .map(([one, other]) => [`R-${one!.residentNo}`, `R-${other!.residentNo}`])
}

/** What staff type when everybody named agreed by word of mouth to everything. */
export function agreed(
  disasterId: string,
  people: readonly string[],
  townCode: string = TAKAYAMA,
): RawInputOf<typeof prepareTransfer> {
  return {
    ...{ disasterId, personRef: people[0]!, townCode, expiresOn: '2027-03-31', notes: [] },
    items: ['address', 'present-place', 'contacts', 'needs', 'needs-detail'],
    people: people.map((personRef) => ({
      ...{ personRef, consentOn: '2026-11-21', consentMethod: 'oral', consentBy: 'self', consentWords: '' },
    })),
  }
}
