import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import type { AlarmKind } from './alarms.ts'

const PLACE = 'linkage.contact.sealed'

export type AlarmFacts = Readonly<Record<string, string | number>>

export type AlarmRow = {
  readonly alarmId: string
  readonly kind: AlarmKind
  /** Empty: about the whole link. */
  readonly business: Business | ''
  readonly facts: AlarmFacts
  readonly raisedAt: Date
  readonly mailedAt: Date
  /** Of the last hour. */
  readonly mailTimes: readonly Date[]
  readonly times: number
  readonly lastAt: Date
  readonly endedAt: Date | null
  readonly acknowledgedAt: Date | null
  readonly acknowledgedBy: string | null
  readonly note: string | null
}

const columns = `alarm_id as "alarmId", kind, business, facts, raised_at as "raisedAt", mailed_at as "mailedAt",
  mail_times as "mailTimes", times,
  last_at as "lastAt", ended_at as "endedAt", acknowledged_at as "acknowledgedAt",
  acknowledged_by as "acknowledgedBy", note`

/** A new alarm; false when one of that kind still stands (not over, or not acknowledged). */
export async function insertAlarm(
  tx: Tx,
  alarm: Pick<AlarmRow, 'alarmId' | 'kind' | 'business' | 'facts' | 'endedAt'> & { readonly now: Date },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into linkage.alarm (municipality_code, alarm_id, kind, business, facts, raised_at, mailed_at, mail_times,
       times, last_at, ended_at)
     values ($1, $2, $3, $4, $5, $6, $6, array[$6::timestamptz], 1, $6, $7) on conflict do nothing returning alarm_id`,
    [
      tx.municipality,
      alarm.alarmId,
      alarm.kind,
      alarm.business,
      JSON.stringify(alarm.facts),
      alarm.now,
      alarm.endedAt,
    ],
  )
  return rows.length === 1
}

/** The alarm of that kind that still stands, held until the transaction ends. */
export async function takeStandingAlarm(
  tx: Tx,
  kind: AlarmKind,
  business: Business | '',
): Promise<AlarmRow | undefined> {
  const [row] = await tx.sql<AlarmRow>(
    `select ${columns} from linkage.alarm
      where municipality_code = $1 and kind = $2 and business = $3
        and (ended_at is null or acknowledged_at is null) for update`,
    [tx.municipality, kind, business],
  )
  return row
}

export async function countAlarm(
  tx: Tx,
  alarm: Pick<AlarmRow, 'alarmId' | 'facts' | 'times' | 'lastAt' | 'mailedAt' | 'mailTimes' | 'endedAt'>,
): Promise<void> {
  await tx.sql(
    `update linkage.alarm set facts = $3, times = $4, last_at = $5, mailed_at = $6, ended_at = $7, mail_times = $8
      where municipality_code = $1 and alarm_id = $2`,
    [
      tx.municipality,
      alarm.alarmId,
      JSON.stringify(alarm.facts),
      alarm.times,
      alarm.lastAt,
      alarm.mailedAt,
      alarm.endedAt,
      alarm.mailTimes,
    ],
  )
}

/** The trouble is over. True when it stood until now. */
export async function endAlarm(
  tx: Tx,
  kind: AlarmKind,
  business: Business | '',
  now: Date,
): Promise<boolean> {
  const rows = await tx.sql(
    `update linkage.alarm set ended_at = $4
      where municipality_code = $1 and kind = $2 and business = $3 and ended_at is null returning alarm_id`,
    [tx.municipality, kind, business, now],
  )
  return rows.length > 0
}

/** An earlier acknowledgement keeps its name and time. False when there is no such alarm. */
export async function acknowledgeAlarm(
  tx: Tx,
  alarmId: string,
  said: {
    readonly by: string
    readonly note: string
    readonly now: Date
    readonly ends: readonly AlarmKind[]
  },
): Promise<boolean> {
  const rows = await tx.sql(
    `update linkage.alarm
        set acknowledged_at = coalesce(acknowledged_at, $3), acknowledged_by = coalesce(acknowledged_by, $4),
            note = coalesce(note, $5), ended_at = case when kind = any($6) then coalesce(ended_at, $3) else ended_at end
      where municipality_code = $1 and alarm_id = $2 returning alarm_id`,
    [tx.municipality, alarmId, said.now, said.by, said.note, said.ends],
  )
  return rows.length === 1
}

/** Standing ones first, then the newest. */
export async function listAlarms(tx: Tx, most: number): Promise<AlarmRow[]> {
  return await tx.sql<AlarmRow>(
    `select ${columns} from linkage.alarm where municipality_code = $1
      order by (acknowledged_at is null) desc, raised_at desc, alarm_id limit $2`,
    [tx.municipality, most],
  )
}

/** Alarms that nobody has acknowledged. */
export async function countOpenAlarms(tx: Tx): Promise<number> {
  const [row] = await tx.sql<{ count: bigint }>(
    'select count(*) from linkage.alarm where municipality_code = $1 and acknowledged_at is null',
    [tx.municipality],
  )
  return Number(row!.count)
}

export type Contact = { readonly contactId: string; readonly name: string; readonly mail: string }

export async function insertContact(
  tx: Tx,
  keys: Keys,
  contact: Contact,
  added: { readonly by: string; readonly now: Date },
): Promise<void> {
  const { contactId, name, mail } = contact
  await tx.sql(
    `insert into linkage.contact (municipality_code, contact_id, sealed, added_at, added_by) values ($1, $2, $3, $4, $5)`,
    [
      tx.municipality,
      contactId,
      keys.seal(PLACE, contactId, JSON.stringify({ name, mail })),
      added.now,
      added.by,
    ],
  )
}

export async function listContacts(tx: Tx, keys: Keys): Promise<Contact[]> {
  const rows = await tx.sql<{ contactId: string; sealed: Buffer }>(
    `select contact_id as "contactId", sealed from linkage.contact
      where municipality_code = $1 and removed_at is null order by added_at, contact_id`,
    [tx.municipality],
  )
  return rows.map(({ contactId, sealed }) => ({
    contactId,
    ...(JSON.parse(keys.open(PLACE, contactId, sealed)) as { name: string; mail: string }),
  }))
}

export async function removeContact(tx: Tx, contactId: string, now: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update linkage.contact set removed_at = $3
      where municipality_code = $1 and contact_id = $2 and removed_at is null returning contact_id`,
    [tx.municipality, contactId, now],
  )
  return rows.length === 1
}
