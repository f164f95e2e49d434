import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { onLink } from '../../../apps/cloud/testing/send-file.ts'
import type { Browser } from '../../../apps/cloud/testing/town.ts'
import { openLedgerOffice, type LedgerOffice } from '../../ledger/testing/office.ts'
import { loadEntries, sampleRow } from '../../registers/testing/rows.ts'
import {
  decideEvacOffers,
  listEvacOffers,
  scanEvacSupport,
  setEvacSettings,
} from '../evac-support.contract.ts'
import { exampleCriteria } from '../evac-support.ts'
import type { saveEvacRecipient } from '../provisions.contract.ts'

export const settings: RawInputOf<typeof setEvacSettings> = {
  fromOn: '2026-04-01',
  criteria: {
    ...{ ...exampleCriteria, careLevels: [...exampleCriteria.careLevels] },
    bodyGrades: [...exampleCriteria.bodyGrades],
    intellectualGrades: [...exampleCriteria.intellectualGrades],
    mentalGrades: [...exampleCriteria.mentalGrades],
    ...{ aloneFrom: null, elderlyFrom: null },
  },
  ...{ ordinance: 'none', ordinanceSource: '', emergencyDays: 30, source: '地域防災計画 第3編第2章' },
  settingNo: 0,
}

export type EvacOffice = LedgerOffice & {
  /** 要介護3 and nothing else; nobody hides in the household. */
  readonly taro: string
  /** Hides from somebody, with 身体障害者手帳1級. */
  readonly hidden: string
}

const gone = { 資格喪失日: '', 要介護認定有効期間終了日: '', 最新フラグ: '1' }
export const careRow = (residentNo: string, level: string): string[] =>
  sampleRow('nursing-care', { ...gone, 宛名番号: residentNo, 要介護状態区分コード: level })

/** 飛騨市, whose registers know of two who need help, with its criteria set. */
export async function openEvacOffice(): Promise<EvacOffice> {
  const office = await openLedgerOffice()
  const { cloud, town } = office
  const taro = town.people['satoTaro']!.residentNo
  const hidden = town.people['motherInHiding']!.residentNo
  const { code } = town.municipality
  await onLink(cloud, code, (ctx) => loadEntries(ctx, 'nursing-care', [careRow(taro, '23')]))
  const handbook = sampleRow('disabilities', {
    ...{ 宛名番号: hidden, 手帳種別: '1', 手帳状態: '1', 等級: '1' },
    ...{ 有効期限: '', 返還年月日: '', 次回判定年月日: '' },
  })
  await onLink(cloud, code, (ctx) => loadEntries(ctx, 'disabilities', [handbook]))
  await office.reviewer.get(setEvacSettings, settings)
  return { ...office, taro, hidden }
}

/** Takes everything over that the registers offer. */
export async function takeOver(clerk: Browser): Promise<void> {
  await clerk.get(scanEvacSupport, {})
  const { offers } = await clerk.get(listEvacOffers, {})
  const offerIds = offers.map(({ offerId }) => offerId)
  await clerk.get(decideEvacOffers, { outcome: 'accepted', offerIds, allOf: null })
}

export const recipient = (
  over: Partial<RawInputOf<typeof saveEvacRecipient>> = {},
): RawInputOf<typeof saveEvacRecipient> => ({
  ...{ evacRecipientId: uuidv7(), version: 0, kind: 'fire', name: '飛騨市消防本部', person: '警防課' },
  ...{ contact: '0577-00-0119', inPlan: true, plan: '第3編第2章第4節', wholeTown: true, areas: [] },
  ended: false,
  ...over,
})
