import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { liftBlock, setBlock } from '@open-bcl/modules/certificates/blocks.contract.ts'
import { listDisasters } from '@open-bcl/modules/disasters/disasters.contract.ts'
import { receiveReport } from '@open-bcl/modules/risai/reports.contract.ts'
import type { ResidentRecord } from '@open-bcl/modules/residents/residents.ts'
import type { TestCloud } from './town.ts'

/** A 発行禁止 that was lifted and a 被災届出, which a walk over endpoints does not find out how to make. */
export async function setAndReport(
  cloud: TestCloud,
  code: MunicipalityCode,
  person: ResidentRecord,
): Promise<void> {
  const reviewer = await cloud.signIn(code, 'reviewer')
  const clerk = await cloud.signIn(code, 'clerk')
  const { blockId } = await clerk.get(setBlock, {
    ...{ residentNo: person.residentNo, scope: 'person', kinds: ['hisai'], reason: 'doubt', note: '試験' },
    ...{ startsOn: '2027-04-01', endsOn: null },
  })
  await reviewer.get(liftBlock, { blockId, note: '試験の終わり' })
  const { kana } = person.name
  const { disasters } = await clerk.get(listDisasters, {})
  await clerk.get(receiveReport, {
    ...{
      disasterId: disasters[0]!.disasterId,
      personRef: `R-${person.residentNo}`,
      notifiedOn: '2026-11-21',
    },
    form: {
      applicant: { name: person.name.full, kana, address: '岐阜県飛騨市', phone: '' },
      ...{ causeText: '令和８年７月２８日の地震による', objects: ['vehicle'] },
      ...{ place: '岐阜県飛騨市', damageText: '車が押しつぶされた' },
    },
  })
}
