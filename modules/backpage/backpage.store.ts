import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type KeyRow = {
  readonly keyId: number
  readonly publicKey: Buffer
  readonly secrets: Buffer
  readonly madeAt: Date
  readonly untilAt: Date | null
  readonly revokedFrom: Date | null
}

/** Oldest first. */
export async function listKeys(tx: Tx): Promise<readonly KeyRow[]> {
  return await tx.sql<KeyRow>(
    `select key_id as "keyId", public_key as "publicKey", secrets, made_at as "madeAt", until_at as "untilAt",
            revoked_from as "revokedFrom"
       from backpage.key order by key_id`,
  )
}

/** False when another one came first: one key is in use at a time. */
export async function insertKey(
  tx: Tx,
  key: Pick<KeyRow, 'keyId' | 'publicKey' | 'secrets' | 'madeAt'> & { readonly madeBy: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into backpage.key (key_id, public_key, secrets, made_at, made_by) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning key_id`,
    [key.keyId, key.publicKey, key.secrets, key.madeAt, key.madeBy],
  )
  return rows.length > 0
}

/** The key in use signs no more. */
export async function endKey(tx: Tx, at: Date): Promise<void> {
  await tx.sql('update backpage.key set until_at = $1 where until_at is null', [at])
}

/** What the key signed from then on is void; an earlier day may still be set, a later one not. False = no such key. */
export async function revokeKey(tx: Tx, keyId: number, from: Date, by: string): Promise<boolean> {
  const rows = await tx.sql(
    `update backpage.key set revoked_from = least(revoked_from, $2), revoked_by = $3 where key_id = $1 returning key_id`,
    [keyId, from, by],
  )
  return rows.length > 0
}
