import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { dayOrNull, indexer } from '../interfaces/interfaces.fields.ts'

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

const at = indexer('card-serials')
const places = {
  residentNo: at('宛名番号'),
  issuerKeyId: at('発行者鍵識別子'),
  serial: at('シリアル番号'),
  kind: at('種別'),
  validFrom: at('有効開始年月日'),
  validUntil: at('有効終了年月日'),
  revokedOn: at('失効年月日'),
}

/** The record of a checked row, in the order of the interface. */
export function cardSerialOf(fields: readonly string[]): CardSerial {
  return {
    residentNo: fields[places.residentNo]! as ResidentNo,
    issuerKeyId: fields[places.issuerKeyId]!.toLowerCase(),
    serial: fields[places.serial]!,
    kind: fields[places.kind] === 'smartphone' ? 'smartphone' : 'card',
    validFrom: fields[places.validFrom]! as PlainDate,
    validUntil: fields[places.validUntil]! as PlainDate,
    revokedOn: dayOrNull(fields[places.revokedOn]!),
  }
}

/** Where the sealed rows belong. */
export const CARD_SERIAL_PLACE = 'registers.card_serial.sealed'

/** What a card shows of itself: certificates of different CA generations repeat serial numbers, so both parts are needed. */
export type CardIdentity = { readonly issuerSki: string; readonly serial: string }

/** The identity as the register writes it; `null` when it can stand in no register. */
export function canonicalCard({ issuerSki, serial }: CardIdentity): CardIdentity | null {
  const ski = issuerSki.toLowerCase()
  if (!/^[0-9a-f]{40}$/.test(ski) || !/^[0-9]{1,60}$/.test(serial)) return null
  return { issuerSki: ski, serial: serial.replace(/^0+(?=\d)/, '') }
}
