import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Kiosk, KioskWords } from './center.ts'

export type PublicJwk = {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
}

/** Ends a machine: its key and its open codes are worth nothing from now on. */
export async function revokeKiosk(tx: Tx, kioskId: string, at: Date): Promise<boolean> {
  const rows = await tx.sql(
    'update center.kiosk set revoked_at = $2 where kiosk_id = $1 and revoked_at is null returning kiosk_id',
    [kioskId, at],
  )
  return rows.length > 0
}

export type KnownKiosk = Kiosk & {
  readonly keyId: string
  readonly publicJwk: PublicJwk
  /** Its latest connection test and security check with this key were passed and are not too old (`admission.ts`). */
  readonly admitted: boolean
}

const known = `k.kiosk_id as "kioskId", k.operator, k.name, k.place, k.usage, k.only_municipality as "onlyMunicipality",
  s.store_id as "storeId", s.operator_id as "operatorId", s.relay_id as "relayId",
  y.key_id as "keyId", y.public_jwk as "publicJwk",
  (select count(*) = 2 from (
     select distinct on (a.step) a.step, a.passed, a.valid_until from center.admission a
      where a.kiosk_id = k.kiosk_id and a.key_id = y.key_id
      order by a.step, a.done_at desc, a.passed) latest
    where passed and (step = 'connection-test' or valid_until >= $2)) as admitted`
const inUse = `center.kiosk_key y join center.kiosk k using (kiosk_id) join center.store s using (store_id)
  where y.key_id = $1 and y.revoked_at is null and k.revoked_at is null`

/** The enrolled key of a machine that is in use, `undefined` for any other. */
export async function findKioskKey(tx: Tx, keyId: string, today: PlainDate): Promise<KnownKiosk | undefined> {
  const [row] = await tx.sql<KnownKiosk>(`select ${known} from ${inUse}`, [keyId, today])
  return row
}

/** A key that is or was a machine's, whatever became of the machine. */
export async function findPublicKey(tx: Tx, keyId: string): Promise<PublicJwk | undefined> {
  const [row] = await tx.sql<{ publicJwk: PublicJwk }>(
    'select public_jwk as "publicJwk" from center.kiosk_key where key_id = $1',
    [keyId],
  )
  return row?.publicJwk
}

/** Takes a message, once, and tells which machine in use holds the key it is signed with. */
export async function takeMessage(
  tx: Tx,
  message: { readonly keyId: string; readonly messageId: string; readonly sentAt: Date },
  today: PlainDate,
): Promise<{ readonly seen: boolean; readonly kiosk: KnownKiosk | undefined }> {
  const [row] = await tx.sql<{ seen: boolean } & (KnownKiosk | { kioskId: null })>(
    `with taken as (
       insert into center.kiosk_message (key_id, message_id, sent_at) values ($1, $3, $4)
       on conflict do nothing returning message_id)
     select not exists (select from taken) as seen, machine.*
       from (values (1)) one left join (select ${known} from ${inUse}) machine on true`,
    [message.keyId, today, message.messageId, message.sentAt],
  )
  const { seen, ...kiosk } = row!
  return { seen, kiosk: kiosk.kioskId === null ? undefined : kiosk }
}

/** A key that was a machine's and is not any more; `undefined` = it never was, or still is. */
export async function findRevokedKey(
  tx: Tx,
  keyId: string,
): Promise<{ readonly kioskId: string; readonly publicJwk: PublicJwk } | undefined> {
  const [row] = await tx.sql<{ kioskId: string; publicJwk: PublicJwk }>(
    `select kiosk_id as "kioskId", y.public_jwk as "publicJwk"
       from center.kiosk_key y join center.kiosk k using (kiosk_id)
      where y.key_id = $1 and (y.revoked_at is not null or k.revoked_at is not null)`,
    [keyId],
  )
  return row
}

export async function insertEnrolmentCode(
  tx: Tx,
  code: {
    readonly hash: Buffer
    readonly kioskId: string
    readonly createdAt: Date
    readonly expiresAt: Date
    /** Whoever uses it counts as tested and checked: the start of a demonstration. */
    readonly admits: boolean
  },
): Promise<void> {
  await tx.sql(
    `insert into center.enrolment_code (code_hash, kiosk_id, created_at, expires_at, admits)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [code.hash, code.kioskId, code.createdAt, code.expiresAt, code.admits],
  )
}

/** Uses the code up and says for which machine it was; `undefined` = no such code now. */
export async function useEnrolmentCode(
  tx: Tx,
  hash: Buffer,
  keyId: string,
  at: Date,
): Promise<(KioskWords & { readonly admits: boolean }) | undefined> {
  const [row] = await tx.sql<KioskWords & { admits: boolean }>(
    `update center.enrolment_code c set used_at = $3, used_by_key = $2
       from center.kiosk k
      where c.code_hash = $1 and k.kiosk_id = c.kiosk_id and k.revoked_at is null and c.expires_at > $3
        and (c.used_at is null or c.used_by_key = $2)
     returning k.kiosk_id as "kioskId", k.operator, k.name, k.place, c.admits`,
    [hash, keyId, at],
  )
  return row
}

export async function replaceKioskKey(
  tx: Tx,
  key: { readonly keyId: string; readonly kioskId: string; readonly publicJwk: PublicJwk; readonly at: Date },
): Promise<void> {
  await tx.sql(
    'update center.kiosk_key set revoked_at = $3 where kiosk_id = $1 and key_id <> $2 and revoked_at is null',
    [key.kioskId, key.keyId, key.at],
  )
  await tx.sql(
    `insert into center.kiosk_key (key_id, kiosk_id, public_jwk, enrolled_at) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [key.keyId, key.kioskId, JSON.stringify(key.publicJwk), key.at],
  )
}

export async function insertFailure(tx: Tx, at: Date): Promise<void> {
  await tx.sql('insert into center.enrolment_failure (at) values ($1)', [at])
}

export async function countFailures(tx: Tx, since: Date): Promise<number> {
  const [row] = await tx.sql<{ count: number }>(
    'select count(*)::int as count from center.enrolment_failure where at > $1',
    [since],
  )
  return row?.count ?? 0
}

/** Whether the message was taken before; records it when not. */
export async function wasSeen(tx: Tx, keyId: string, messageId: string, sentAt: Date): Promise<boolean> {
  const rows = await tx.sql(
    `insert into center.kiosk_message (key_id, message_id, sent_at) values ($1, $2, $3)
     on conflict do nothing returning message_id`,
    [keyId, messageId, sentAt],
  )
  return rows.length === 0
}

export async function forgetMessages(tx: Tx, before: Date): Promise<void> {
  await tx.sql('delete from center.kiosk_message where sent_at < $1', [before])
}
