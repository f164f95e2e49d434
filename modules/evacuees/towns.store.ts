import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { TownKeys, TownSecret } from './packet.ts'
import type { Way } from './evacuees.ts'

const SECRET = 'evacuees.town_key.sealed'
/** There is one pair so far. */
const KEY_NO = '1'

export async function findKeys(tx: Tx, keys: Keys): Promise<TownKeys | null> {
  const [row] = await tx.sql<{ recipient: string; signer: string; sealed: Buffer }>(
    'select recipient, signer, sealed from evacuees.town_key where municipality_code = $1',
    [tx.municipality],
  )
  if (!row) return null
  const { sealed, ...open } = row
  return { ...open, secret: JSON.parse(keys.open(SECRET, KEY_NO, sealed)) as TownSecret }
}

/** Of two at once the first makes them. */
export async function insertKeys(
  tx: Tx,
  keys: Keys,
  { recipient, signer, secret }: TownKeys,
  made: { readonly at: Date; readonly by: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into evacuees.town_key (municipality_code, key_no, recipient, signer, sealed, made_at, made_by)
     values ($1, 1, $2, $3, $4, $5, $6) on conflict do nothing returning made_at`,
    [tx.municipality, recipient, signer, keys.seal(SECRET, KEY_NO, JSON.stringify(secret)), made.at, made.by],
  )
  return rows.length === 1
}

export type Town = {
  readonly code: string
  readonly name: string
  readonly way: Way
  /** Both `null`: the town is here and has no keys yet. */
  readonly recipient: string | null
  readonly signer: string | null
}

/** Other towns of this installation. */
export async function listTownsHere(tx: Tx): Promise<Town[]> {
  return await tx.sql<Town>(
    `select town_code as code, name, 'here' as way, recipient, signer from evacuees.towns_here()
      where town_code <> $1 order by town_code`,
    [tx.municipality],
  )
}

export type Partner = Town & { readonly version: number; readonly at: Date; readonly by: string }

/** Towns elsewhere, as registered last. */
export async function listPartners(tx: Tx): Promise<Partner[]> {
  return await tx.sql<Partner>(
    `select distinct on (town_code) town_code as code, name, 'file' as way, recipient, signer, version,
            registered_at as at, actor_label as by
       from evacuees.partner where municipality_code = $1 order by town_code, version desc`,
    [tx.municipality],
  )
}

/** False when somebody was first. */
export async function insertPartner(
  tx: Tx,
  partner: Pick<Partner, 'code' | 'name' | 'recipient' | 'signer' | 'version' | 'at' | 'by'>,
  actor: string,
): Promise<boolean> {
  const { code, name, recipient, signer, version, at, by } = partner
  const rows = await tx.sql(
    `insert into evacuees.partner (municipality_code, town_code, version, name, recipient, signer, registered_at, actor,
       actor_label) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning version`,
    [tx.municipality, code, version, name, recipient, signer, at, actor, by],
  )
  return rows.length === 1
}
