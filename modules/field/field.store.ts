import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { ItemId, ItemKind, ItemState, KeyId, ParkedReason, Pass, PassId } from './field.ts'

const TOWN_KEY = 'field.town_key.sealed'
const REASON = 'field.item.sealed'

/** The town's newest key, by which phones seal; `null` = no phone was ever let in. */
export async function newestKey(tx: Tx): Promise<{ keyId: KeyId; publicKey: string } | null> {
  const [row] = await tx.sql<{ keyId: KeyId; publicKey: string }>(
    `select key_id as "keyId", public_key as "publicKey" from field.town_key
      where municipality_code = $1 order by made_at desc, key_id desc limit 1`,
    [tx.municipality],
  )
  return row ?? null
}

export async function insertKey(
  tx: Tx,
  keys: Keys,
  key: { readonly keyId: KeyId; readonly publicKey: string; readonly privateKey: string; readonly at: Date },
): Promise<void> {
  await tx.sql(
    `insert into field.town_key (municipality_code, key_id, public_key, sealed, made_at) values ($1, $2, $3, $4, $5)`,
    [tx.municipality, key.keyId, key.publicKey, keys.seal(TOWN_KEY, key.keyId, key.privateKey), key.at],
  )
}

/** The private key, base64; `null` = the town has none of that id. */
export async function privateKey(tx: Tx, keys: Keys, keyId: string): Promise<string | null> {
  const [row] = await tx.sql<{ sealed: Buffer }>(
    'select sealed from field.town_key where municipality_code = $1 and key_id = $2',
    [tx.municipality, keyId],
  )
  return row ? keys.open(TOWN_KEY, keyId, row.sealed) : null
}

const passColumns = `p.pass_id as "passId", p.version, p.disaster_id as "disasterId", p.team_id as "teamId", p.name,
  p.valid_from as "validFrom", p.valid_until as "validUntil", p.device, p.enrolled_at as "enrolledAt",
  p.seen_at as "seenAt", p.unsent, p.unsent_since as "unsentSince", p.clock_off_s as "clockOffS",
  p.revoked_at as "revokedAt", p.revoked_by_label as "revokedByLabel", p.revoke_reason as "revokeReason",
  p.wiped_at as "wipedAt", p.made_at as "madeAt", p.made_by_label as "madeByLabel"`

export type NewPass = Pick<
  Pass,
  'passId' | 'disasterId' | 'teamId' | 'name' | 'validFrom' | 'validUntil' | 'madeAt' | 'madeByLabel'
> & { readonly madeBy: string; readonly codeSha: Buffer; readonly codeUntil: Date }

export async function insertPass(tx: Tx, pass: NewPass): Promise<boolean> {
  const rows = await tx.sql(
    `insert into field.pass (municipality_code, pass_id, version, disaster_id, team_id, name, valid_from, valid_until,
       code_sha, code_until, made_at, made_by, made_by_label, device, unsent, clock_off_s, revoke_reason)
     values ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', 0, 0, '')
     on conflict do nothing returning pass_id`,
    [
      tx.municipality,
      pass.passId,
      pass.disasterId,
      pass.teamId,
      pass.name,
      pass.validFrom,
      pass.validUntil,
      pass.codeSha,
      pass.codeUntil,
      pass.madeAt,
      pass.madeBy,
      pass.madeByLabel,
    ],
  )
  return rows.length === 1
}

export async function findPass(tx: Tx, passId: PassId): Promise<Pass | null> {
  const [row] = await tx.sql<Pass>(
    `select ${passColumns} from field.pass p where p.municipality_code = $1 and p.pass_id = $2`,
    [tx.municipality, passId],
  )
  return row ?? null
}

/** Whose token it is, and whether it is the one that only hands over. */
export async function findByToken(
  tx: Tx,
  tokenSha: Buffer,
): Promise<(Pass & { readonly sendOnly: boolean }) | null> {
  const [row] = await tx.sql<Pass & { sendOnly: boolean }>(
    `select ${passColumns}, p.send_token_sha = $2 as "sendOnly" from field.pass p
      where p.municipality_code = $1 and (p.token_sha = $2 or p.send_token_sha = $2)`,
    [tx.municipality, tokenSha],
  )
  return row ?? null
}

/** The newest first. */
export async function listPasses(
  tx: Tx,
  disasterId: DisasterId,
): Promise<(Pass & { teamName: string; parked: number })[]> {
  return await tx.sql(
    `select ${passColumns},
            (select t.name from surveys.pub_team t where t.municipality_code = $1 and t.team_id = p.team_id) as "teamName",
            (select count(*)::int from field.item i where i.municipality_code = $1 and i.pass_id = p.pass_id
                and i.state = 'parked') as parked
       from field.pass p where p.municipality_code = $1 and p.disaster_id = $2
      order by p.revoked_at is not null, p.made_at desc, p.pass_id limit 500`,
    [tx.municipality, disasterId],
  )
}

export async function renewCode(
  tx: Tx,
  seen: { readonly passId: PassId; readonly version: number },
  codeSha: Buffer,
  until: Date,
): Promise<Pass | null> {
  const [row] = await tx.sql<Pass>(
    `update field.pass p set version = version + 1, code_sha = $4, code_until = $5
      where p.municipality_code = $1 and p.pass_id = $2 and p.version = $3 and p.enrolled_at is null
        and p.revoked_at is null returning ${passColumns}`,
    [tx.municipality, seen.passId, seen.version, codeSha, until],
  )
  return row ?? null
}

/** Uses a code up: of two phones with the same code one gets the pass. */
export async function enrol(
  tx: Tx,
  codeSha: Buffer,
  phone: {
    readonly device: string
    readonly tokenSha: Buffer
    readonly sendTokenSha: Buffer
    readonly now: Date
  },
): Promise<Pass | null> {
  const [row] = await tx.sql<Pass>(
    `update field.pass p set version = version + 1, code_sha = null, code_until = null, device = $3, token_sha = $4,
            send_token_sha = $5, enrolled_at = $6, seen_at = $6
      where p.municipality_code = $1 and p.code_sha = $2 and p.code_until > $6 and p.enrolled_at is null
        and p.revoked_at is null returning ${passColumns}`,
    [tx.municipality, codeSha, phone.device, phone.tokenSha, phone.sendTokenSha, phone.now],
  )
  return row ?? null
}

/** What a phone said of itself. Not a change of the pass: its version stays. */
export async function noteContact(
  tx: Tx,
  passId: PassId,
  said: {
    readonly at: Date
    readonly unsent: number
    readonly since: Date | null
    readonly clockOffS: number
    readonly wiped: boolean
  },
): Promise<void> {
  await tx.sql(
    `update field.pass set seen_at = $3, unsent = $4, unsent_since = $5, clock_off_s = $6,
            wiped_at = case when $7 then coalesce(wiped_at, $3) else wiped_at end
      where municipality_code = $1 and pass_id = $2`,
    [tx.municipality, passId, said.at, said.unsent, said.since, said.clockOffS, said.wiped],
  )
}

export async function revoke(
  tx: Tx,
  seen: { readonly passId: PassId; readonly version: number },
  by: { readonly label: string; readonly reason: string; readonly at: Date },
): Promise<Pass | null> {
  const [row] = await tx.sql<Pass>(
    `update field.pass p set version = version + 1, code_sha = null, code_until = null, revoked_at = $4,
            revoked_by_label = $5, revoke_reason = $6
      where p.municipality_code = $1 and p.pass_id = $2 and p.version = $3 and p.revoked_at is null
      returning ${passColumns}`,
    [tx.municipality, seen.passId, seen.version, by.at, by.label, by.reason],
  )
  return row ?? null
}

export type KeptItem = {
  readonly itemId: ItemId
  readonly passId: PassId
  readonly keyId: KeyId
  readonly kind: ItemKind
  readonly taskId: string | null
  readonly state: ItemState
  readonly why: ParkedReason | null
  readonly problem: string
  readonly recordedAt: Date | null
  readonly sentAt: Date
  readonly receivedAt: Date
  /** `null` = taken: what it said stands elsewhere. */
  readonly envelope: Buffer | null
}

const itemColumns = `i.item_id as "itemId", i.pass_id as "passId", i.key_id as "keyId", i.kind, i.task_id as "taskId",
  i.state, nullif(i.why, '') as why, i.problem, i.recorded_at as "recordedAt", i.sent_at as "sentAt",
  i.received_at as "receivedAt"`

/** False when it is there already; who is writing it now is waited for. */
export async function insertItem(tx: Tx, item: KeptItem): Promise<boolean> {
  const rows = await tx.sql(
    `insert into field.item (municipality_code, item_id, pass_id, key_id, kind, task_id, state, why, problem, recorded_at,
       sent_at, received_at, envelope) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict do nothing returning item_id`,
    [
      tx.municipality,
      item.itemId,
      item.passId,
      item.keyId,
      item.kind,
      item.taskId,
      item.state,
      item.why ?? '',
      item.problem,
      item.recordedAt,
      item.sentAt,
      item.receivedAt,
      item.envelope,
    ],
  )
  return rows.length === 1
}

export async function findItem(tx: Tx, itemId: ItemId): Promise<Omit<KeptItem, 'envelope'> | null> {
  const [row] = await tx.sql<Omit<KeptItem, 'envelope'>>(
    `select ${itemColumns} from field.item i where i.municipality_code = $1 and i.item_id = $2`,
    [tx.municipality, itemId],
  )
  return row ?? null
}

/** A parked item, held: of two who decide at once the second finds none. */
export async function holdParked(tx: Tx, itemId: ItemId): Promise<KeptItem | null> {
  const [row] = await tx.sql<KeptItem>(
    `select ${itemColumns}, i.envelope from field.item i
      where i.municipality_code = $1 and i.item_id = $2 and i.state = 'parked' for update`,
    [tx.municipality, itemId],
  )
  return row ?? null
}

export async function decideItem(
  tx: Tx,
  keys: Keys,
  itemId: ItemId,
  decided: {
    readonly state: 'accepted' | 'refused'
    readonly reason: string
    readonly label: string
    readonly at: Date
  },
): Promise<void> {
  await tx.sql(
    `update field.item set state = $3, envelope = case when $3 = 'accepted' then null else envelope end,
            decided_at = $4, decided_by_label = $5, sealed = $6
      where municipality_code = $1 and item_id = $2 and state = 'parked'`,
    [
      tx.municipality,
      itemId,
      decided.state,
      decided.at,
      decided.label,
      decided.reason === '' ? null : keys.seal(REASON, itemId, decided.reason),
    ],
  )
}

/** In the order in which they were recorded. */
export async function listParked(
  tx: Tx,
  disasterId: DisasterId,
  most: number,
): Promise<(Omit<KeptItem, 'envelope'> & { passName: string; taskNo: string | null })[]> {
  return await tx.sql(
    `select ${itemColumns}, p.name as "passName",
            (select t.task_no from surveys.pub_task t where t.municipality_code = $1 and t.task_id = i.task_id) as "taskNo"
       from field.item i join field.pass p on p.municipality_code = $1 and p.pass_id = i.pass_id
      where i.municipality_code = $1 and i.state = 'parked' and p.disaster_id = $2
      order by i.item_id limit $3`,
    [tx.municipality, disasterId, most],
  )
}

/** Does `work`, or leaves the transaction as it was before and hands on what stood in its way. */
export async function orUndo<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  await tx.client.query('savepoint field_item')
  try {
    const done = await work()
    await tx.client.query('release savepoint field_item')
    return done
  } catch (error) {
    await tx.client.query('rollback to savepoint field_item')
    throw error
  }
}
