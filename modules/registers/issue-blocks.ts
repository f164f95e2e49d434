import type { CertificateKindCode } from '../municipalities/municipalities.ts'

/** 発行抑止 that stands in the way of a certificate. */
export type IssueBlock = {
  /** 抑止範囲: set on the person, or on the household she belongs to. */
  readonly on: 'person' | 'household'
  /** 抑止水準「警告」: a clerk decides. No machine can. */
  readonly warningOnly: boolean
}

/** 抑止対象 of the interface (`interfaces/definitions/protection.ts`) that a kind of certificate falls under, besides 00 すべて. */
export const blockTargets: Readonly<Record<CertificateKindCode, string>> = {
  juminhyo: '01',
  kisai: '01',
  inkan: '02',
  tax: '03',
  risai: '04',
  hisai: '04',
}
