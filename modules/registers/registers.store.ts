import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import {
  applyVersions,
  copyField,
  listStagedRepeats,
  openStaging,
  type Staging,
  type VersionCounts,
  type VersionedTable,
} from '@open-bcl/platform/db/staging.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { CardSerial } from './registers.ts'

const cardSerials: VersionedTable = {
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
}

export async function stageCardSerials(tx: Tx): Promise<Staging> {
  return await openStaging(tx, cardSerials)
}

/** One staged line. Serial numbers come as canonical decimals: a leading zero would make a second key. */
export function stagedCardSerial(line: number, deleted: boolean, record: CardSerial): string {
  return `${[
    String(line),
    deleted ? 'f' : 't',
    record.issuerKeyId,
    record.serial,
    copyField(record.residentNo),
    record.kind,
    record.validFrom,
    record.validUntil,
    record.revokedOn ?? '\\N',
  ].join('\t')}\n`
}

export async function listStagedCardSerialRepeats(
  tx: Tx,
): Promise<{ readonly line: number; readonly firstLine: number }[]> {
  return await listStagedRepeats(tx, cardSerials)
}

export async function applyCardSerials(tx: Tx, mode: 'full' | 'delta', seq: bigint): Promise<VersionCounts> {
  return await applyVersions(tx, cardSerials, mode, seq)
}

/** Whose certificate it is, if the town knows it and it is in force on the day. */
export async function findCardHolder(
  tx: Tx,
  issuerSki: string,
  serial: string,
  on: PlainDate,
): Promise<ResidentNo | null> {
  const [row] = await tx.sql<{ residentNo: ResidentNo }>(
    `select resident_no as "residentNo" from registers.card_serial
      where municipality_code = $1 and issuer_ski = $2 and serial = $3 and to_seq is null
        and valid_from <= $4 and valid_until >= $4 and (revoked_on is null or revoked_on > $4)`,
    [tx.municipality, issuerSki, serial, on],
  )
  return row?.residentNo ?? null
}
