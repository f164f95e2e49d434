import type { MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { dayOrNull, emptyRow, indexer, putMarks, type RowMarks } from '../interfaces/interfaces.fields.ts'

/** 支援措置対象者情報: one version of one person's protection. */
export type SuppressionRecord = {
  readonly residentNo: ResidentNo
  /** 履歴番号, from 0. */
  readonly historyNo: number
  readonly startsOn: PlainDate
  /** The last day; `null` while open. */
  readonly endsOn: PlainDate | null
  /** 支援措置区分, see `suppressionCategoryCodes`. */
  readonly categoryCode: string
  /** The version says that the protection has ended (区分「終了」), whatever its dates. */
  readonly ended: boolean
}

/** 利用者証明用電子証明書: which resident a certificate's serial number stands for. */
export type CardSerialRecord = {
  readonly residentNo: ResidentNo
  /** Subject key identifier of the issuer, 40 lower-case hexadecimal digits. Serial numbers repeat across issuers. */
  readonly issuerKeyId: string
  /** Decimal, as text: up to 160 bits. */
  readonly serial: string
  readonly kind: 'card' | 'smartphone'
  readonly validFrom: PlainDate
  /** Last day of validity. */
  readonly validUntil: PlainDate
  /** `null` = not revoked as far as the town knows. */
  readonly revokedOn: PlainDate | null
}

const endedCategory = '9'

const suppressionAt = indexer('suppressions')
const places = {
  residentNo: suppressionAt('宛名番号'),
  historyNo: suppressionAt('履歴番号'),
  startsOn: suppressionAt('支援措置開始年月日'),
  endsOn: suppressionAt('支援措置終了年月日'),
  categoryCode: suppressionAt('支援措置区分'),
}

/** The record of a checked row of 支援措置対象者情報, in the order of the interface. */
export function suppressionOf(fields: readonly string[]): SuppressionRecord {
  const categoryCode = fields[places.categoryCode]!
  return {
    residentNo: fields[places.residentNo]! as ResidentNo,
    historyNo: Number(fields[places.historyNo]),
    startsOn: fields[places.startsOn]! as PlainDate,
    endsOn: dayOrNull(fields[places.endsOn]!),
    categoryCode,
    ended: categoryCode === endedCategory,
  }
}

export function writeSuppressionRow(
  municipalityCode: MunicipalityCode,
  record: SuppressionRecord,
  marks: RowMarks,
): string[] {
  const fields = emptyRow('suppressions')
  fields.splice(
    0,
    6,
    municipalityCode,
    record.residentNo,
    String(record.historyNo),
    record.startsOn,
    record.endsOn ?? '',
    record.categoryCode,
  )
  putMarks(fields, 6, marks)
  return fields
}

export function writeCardSerialRow(
  municipalityCode: MunicipalityCode,
  record: CardSerialRecord,
  deleted: boolean,
): string[] {
  const { residentNo, issuerKeyId, serial, kind, validFrom, validUntil, revokedOn } = record
  return [
    municipalityCode,
    residentNo,
    issuerKeyId,
    serial,
    kind,
    validFrom,
    validUntil,
    revokedOn ?? '',
    deleted ? '1' : '0',
  ]
}
