import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import type { getReport, listReports } from '../reports.contract.ts'
import { damagedObjects, type DamagedObject, type ReportState } from '../reports.ts'

export type Report = OutputOf<typeof getReport>
export type ReportRow = OutputOf<typeof listReports>['reports'][number]

export const reportTones: Readonly<Record<ReportState, 'warning' | 'success' | 'neutral'>> = {
  received: 'warning',
  accepted: 'success',
  withdrawn: 'neutral',
}

/** 次にすること, for somebody who has opened the page without knowing the procedure by heart. */
export const reportNextWords: Readonly<Record<ReportState, string>> = {
  received:
    '届出の内容を写真などで確かめ、受理してください。誤りがあれば取り下げて、受け付け直してください。',
  accepted: '被災証明書を交付できます。コンビニのキオスク端末でも取得できます。',
  withdrawn: '届出は取り下げられました。この届出の手続は終わっています。',
}

export function objectsText(objects: readonly DamagedObject[]): string {
  return objects.map((one) => labelOf(damagedObjects, one)).join('、')
}

/** What a report is called before it has its number. */
export function reportName({ serialNo }: Pick<Report, 'serialNo'>): string {
  return serialNo === null ? '被災届出（番号なし）' : `被災届出 ${serialNo}`
}
