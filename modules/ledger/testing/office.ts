import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { loadTown } from '../../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../../apps/cloud/testing/town.ts'
import { registerDisaster } from '../ledger.contract.ts'

export type LedgerOffice = {
  readonly cloud: TestCloud
  readonly town: DemoTown
  readonly clerk: Browser
  readonly reviewer: Browser
  readonly viewer: Browser
  /** A clerk of 高山市, for whom there is nothing here. */
  readonly neighbour: Browser
  readonly disasterId: string
}

/** 飛騨市 with some of its demonstration people, the day after a flood, and who works there. */
export async function openLedgerOffice(): Promise<LedgerOffice> {
  const cloud = await testCloud()
  const town = makeTown({ households: 60 })
  const { code } = town.municipality
  const other = '212032' as MunicipalityCode
  await cloud.onboard(code, '飛騨市')
  await cloud.onboard(other, '高山市')
  await loadTown(cloud, town)
  const clerk = await cloud.signIn(code, 'clerk')
  const { disaster } = await clerk.get(registerDisaster, {
    ...{ name: '豪雨', hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨による' },
    applicationDeadlineOn: null,
  })
  return {
    ...{ cloud, town, clerk, disasterId: disaster.disasterId },
    reviewer: await cloud.signIn(code, 'reviewer'),
    viewer: await cloud.signIn(code, 'viewer'),
    neighbour: await cloud.signIn(other, 'clerk'),
  }
}
