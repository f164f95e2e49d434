import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { readInBatches } from '@open-bcl/platform/db/cursor.ts'
import { copyField, type VersionedTable } from '@open-bcl/platform/db/staging.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { CheckedRow } from '../interfaces/interfaces.intake.ts'
import type { Origin } from '../residents/versions.ts'
import { CARD_SERIAL_PLACE, type CardSerial } from './registers.ts'

export const cardSerials: VersionedTable = {
  table: 'registers.card_serial',
  staged: 'staged_card_serial',
  key: { issuer_ski: 'text', serial: 'text' },
  columns: {
    resident_no: 'text',
    kind: 'text',
    valid_from: 'date',
    valid_until: 'date',
    revoked_on: 'date',
  },
  carried: { record_hmac: 'bytea', origin: 'text', sealed: 'bytea' },
  digest: 'record_hmac',
  differs: `c.origin = 'hand' and s.origin = 'link'`,
}

export function stagedCardSerial(
  keys: Keys,
  origin: Origin,
  { line, deleted, rowKey, payload, digest }: CheckedRow,
  record: CardSerial,
): string {
  const [hmac, otherHmac = hmac] = keys.each.map((key) => key.recordHmac(CARD_SERIAL_PLACE, digest))
  return `${[
    String(line),
    deleted ? 'f' : 't',
    copyField(rowKey),
    record.issuerKeyId,
    record.serial,
    copyField(record.residentNo),
    record.kind,
    record.validFrom,
    record.validUntil,
    record.revokedOn ?? '\\N',
    `\\\\x${hmac!.toString('hex')}`,
    origin,
    `\\\\x${keys.seal(CARD_SERIAL_PLACE, `${record.issuerKeyId}|${record.serial}`, payload.toString()).toString('hex')}`,
    `\\\\x${otherHmac!.toString('hex')}`,
  ].join('\t')}\n`
}

/** Of a card that a wrong row of the file was about, or of such a person: it does not end for lack of a row. */
export const heldCard = `exists (select 1 from staged_card_serial_held h
  where h.resident_no = c.resident_no or lower(h.row_key) = c.issuer_ski || '|' || c.serial)`

/** The people whose cards a full file leaves out. */
export async function* listMissingCards(tx: Tx): AsyncGenerator<string[]> {
  for await (const rows of readInBatches<{ residentNo: string }>(
    tx,
    `select distinct c.resident_no as "residentNo" from registers.card_serial c
      where c.municipality_code = $1 and c.to_seq is null and not ${heldCard}
        and not exists (select 1 from staged_card_serial s where (s.issuer_ski, s.serial) = (c.issuer_ski, c.serial))`,
    [tx.municipality],
  ))
    yield rows.map(({ residentNo }) => residentNo)
}

/**
 * Whose certificate it is, if the town knows it and it is in force on the day. What staff put in by hand opens nobody's
 * papers at a kiosk: one person could point a card at another's name.
 */
export async function findCardHolder(
  tx: Tx,
  issuerSki: string,
  serial: string,
  on: PlainDate,
): Promise<ResidentNo | null> {
  const [row] = await tx.sql<{ residentNo: ResidentNo }>(
    `select resident_no as "residentNo" from registers.card_serial
      where municipality_code = $1 and issuer_ski = $2 and serial = $3 and to_seq is null and origin = 'link'
        and valid_from <= $4 and valid_until >= $4 and (revoked_on is null or revoked_on > $4)`,
    [tx.municipality, issuerSki, serial, on],
  )
  return row?.residentNo ?? null
}
