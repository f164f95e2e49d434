import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'

/** 利用者証明用電子証明書: which resident a certificate's serial number stands for. */
export type CardSerial = {
  readonly residentNo: ResidentNo
  /** Subject key identifier of the issuing CA, 40 lower-case hexadecimal digits. */
  readonly issuerKeyId: string
  /** Decimal without leading zeros, up to 160 bits. */
  readonly serial: string
  readonly kind: 'card' | 'smartphone'
  readonly validFrom: PlainDate
  /** Last day of validity. */
  readonly validUntil: PlainDate
  /** `null` = not revoked as far as the town knows. */
  readonly revokedOn: PlainDate | null
}

/** What a card shows of itself: certificates of different CA generations repeat serial numbers, so both parts are needed. */
export type CardIdentity = { readonly issuerSki: string; readonly serial: string }

/** The identity as the register writes it; `null` when it can stand in no register. */
export function canonicalCard({ issuerSki, serial }: CardIdentity): CardIdentity | null {
  const ski = issuerSki.toLowerCase()
  if (!/^[0-9a-f]{40}$/.test(ski) || !/^[0-9]{1,60}$/.test(serial)) return null
  return { issuerSki: ski, serial: serial.replace(/^0+(?=\d)/, '') }
}
