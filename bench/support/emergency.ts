import { createStaff } from '@open-bcl/modules/access/access.actions.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import {
  beginEmergencyList,
  countEmergencyAreas,
  readEmergencyList,
} from '@open-bcl/modules/residents/emergency.contract.ts'
import { TEST_PASSWORD, type TestCloud } from '../../apps/cloud/testing/town.ts'

/** Says how long a 町字 is chosen and its list made, part by part as the screen does it: what is sealed is looked through. */
export async function emergencyActions(
  cloud: TestCloud,
  municipality: MunicipalityCode,
  people: number,
): Promise<void> {
  await cloud.as(municipality, (ctx) =>
    createStaff(ctx, {
      ...{ loginId: 'bench', displayName: 'bench', department: 'bench', password: TEST_PASSWORD },
      roles: ['admin'],
      mustChangePassword: false,
    }),
  )
  const browser = await cloud.browserOf(municipality, 'bench')
  const begin = performance.now()
  const areas = new Map<string, number>()
  for (let after: string | null | undefined; after !== null;) {
    const part: { areas: { area: string; people: number }[]; next: string | null } = await browser.get(
      countEmergencyAreas,
      { by: 'area', after: after ?? null },
    )
    for (const one of part.areas) areas.set(one.area, (areas.get(one.area) ?? 0) + one.people)
    after = part.next
  }
  const counted = performance.now()
  const [area = ''] = [...areas].sort(([, a], [, b]) => b - a)[0] ?? []
  const make = async (
    scope: 'area' | 'everybody',
    where: string,
  ): Promise<{ found: number; seconds: number }> => {
    const started = performance.now()
    const { listId } = await browser.get(beginEmergencyList, {
      purpose: 'drill',
      reason: 'bench',
      scope,
      area: where,
    })
    let found = 0
    for (let after: string | null | undefined; after !== null;) {
      const part: { people: unknown[]; next: string | null } = await browser.get(readEmergencyList, {
        listId,
        after: after ?? null,
      })
      found += part.people.length
      after = part.next
    }
    return { found, seconds: (performance.now() - started) / 1_000 }
  }
  console.log(
    `町字 of ${people} people counted: ${((counted - begin) / 1_000).toFixed(1)} s, ${areas.size} of them`,
  )
  const one = await make('area', area)
  console.log(`a list of one 町字: ${one.found} people, ${one.seconds.toFixed(1)} s`)
  const all = await make('everybody', '')
  console.log(
    `a list of everybody: ${all.found} people, ${all.seconds.toFixed(1)} s, each in the audit trail`,
  )
}
