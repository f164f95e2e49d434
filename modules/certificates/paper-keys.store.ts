import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'

const PRIVATE = 'certificates.paper_key.sealed_private'

export type PaperKey = {
  readonly keyId: number
  /** P-256 point, uncompressed: 65 bytes. */
  readonly publicKey: Buffer
  readonly fromOn: PlainDate
  /** Last day it signed; `null` = in use. */
  readonly untilOn: PlainDate | null
  /** 危殆化: papers of this day and later are void; `null` = sound. */
  readonly revokedFrom: PlainDate | null
}

const KEY = `key_id as "keyId", public_key as "publicKey", from_on as "fromOn", until_on as "untilOn",
  revoked_from as "revokedFrom"`

/** All there ever were, oldest first. */
export async function listPaperKeys(tx: Tx): Promise<PaperKey[]> {
  return await tx.sql<PaperKey>(
    `select ${KEY} from certificates.paper_key where municipality_code = $1 order by key_id`,
    [tx.municipality],
  )
}

export type SigningKey = PaperKey & {
  /** PKCS #8, DER. */
  readonly privateKey: Buffer
  /** X.509, DER; `null` = no document was signed with it yet. */
  readonly certificate: Buffer | null
}

export async function findKeyInUse(tx: Tx, keys: Keys): Promise<SigningKey | undefined> {
  const [row] = await tx.sql<Omit<SigningKey, 'privateKey'> & { sealed: Buffer }>(
    `select ${KEY}, certificate, sealed_private as sealed from certificates.paper_key
      where municipality_code = $1 and until_on is null`,
    [tx.municipality],
  )
  if (!row) return undefined
  const { sealed, ...key } = row
  return { ...key, privateKey: Buffer.from(keys.open(PRIVATE, String(key.keyId), sealed), 'base64') }
}

/** False when another one is in use already. */
export async function insertPaperKey(
  tx: Tx,
  keys: Keys,
  key: Omit<SigningKey, 'certificate'>,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into certificates.paper_key (municipality_code, key_id, public_key, sealed_private, from_on)
     values ($1, $2, $3, $4, $5) on conflict do nothing returning key_id`,
    [
      tx.municipality,
      key.keyId,
      key.publicKey,
      keys.seal(PRIVATE, String(key.keyId), key.privateKey.toString('base64')),
      key.fromOn,
    ],
  )
  return rows.length === 1
}

/** Takes the key in use out of it and destroys its private half. Answers its id, `null` when there was none. */
export async function retireKey(tx: Tx, on: PlainDate): Promise<number | null> {
  const [row] = await tx.sql<{ keyId: number }>(
    `update certificates.paper_key set until_on = $2, sealed_private = null
      where municipality_code = $1 and until_on is null returning key_id as "keyId"`,
    [tx.municipality, on],
  )
  return row?.keyId ?? null
}

/** An earlier day stays: what was void is not made good again. */
export async function revokeKey(tx: Tx, keyId: number, from: PlainDate): Promise<void> {
  await tx.sql(
    `update certificates.paper_key set revoked_from = least(revoked_from, $3::date)
      where municipality_code = $1 and key_id = $2`,
    [tx.municipality, keyId, from],
  )
}

/** The first one stays. Answers the one that is kept. */
export async function keepCertificate(tx: Tx, keyId: number, certificate: Uint8Array): Promise<Buffer> {
  const [row] = await tx.sql<{ certificate: Buffer }>(
    `update certificates.paper_key set certificate = coalesce(certificate, $3)
      where municipality_code = $1 and key_id = $2 returning certificate`,
    [tx.municipality, keyId, certificate],
  )
  if (!row) throw new Error('a paper key vanished')
  return row.certificate
}
