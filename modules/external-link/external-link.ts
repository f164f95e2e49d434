import type { Brand } from '@open-bcl/core/brand.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { EntryId } from '../ledger/ledger.ts'
import type { ApplicationId } from '../risai/risai.ts'

export type ResultId = Brand<string, 'ResultId'>

/** Files that leave: applications handed out, and issue results handed back. */
export const handoverKinds = [
  { value: 'applications', label: '申請の引渡し' },
  { value: 'issues', label: '交付結果の引渡し' },
] as const
export type HandoverKind = (typeof handoverKinds)[number]['value']

export const uploadModes = [
  { value: 'delta', label: '差分（このファイルにある分だけ）' },
  { value: 'full', label: '全件（ファイルにない結果は取り消す）' },
] as const
export type UploadMode = (typeof uploadModes)[number]['value']

export const resultKinds = [
  { value: 'risai', label: '罹災証明書' },
  { value: 'hisai', label: '被災証明書' },
] as const
export type ResultKind = (typeof resultKinds)[number]['value']

export const endedCauses = [
  { value: 'corrected', label: '訂正' },
  { value: 'cancelled', label: '取消' },
  { value: 'absent', label: '全件ファイルにない' },
] as const
export type EndedCause = (typeof endedCauses)[number]['value']

/** Rows of one file, both ways: one transaction takes or makes it. */
export const MOST_ROWS = 20_000
export const MOST_BYTES = 30 * 1024 * 1024

/** One version of a result, without anybody's words. */
export type ResultHead = {
  readonly resultId: ResultId
  readonly disasterId: DisasterId
  readonly kind: ResultKind
  readonly applicationNo: string
  readonly versionNo: number
  readonly uploadNo: number
  readonly outcome: 'issuable' | 'not-issuable'
  readonly grade: string | null
  /** `null` = an application that the other system took. */
  readonly applicationId: ApplicationId | null
  readonly entryId: EntryId
  readonly serialNo: string | null
  readonly issueFrom: string | null
  readonly madeAt: Date
  readonly endedAt: Date | null
  readonly endedCause: EndedCause | null
  /** Somebody of it is protected now. */
  readonly suppressed: boolean
}
