import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'
import type { PaperOf } from './certificates.store.ts'
import type { StopSetter } from './stops.ts'

const EVIDENCE = 'certificates.alarm.evidence'
const NOTE = 'certificates.alarm_acknowledgement.note'

/** Where a document was found not to be the frozen one, and how it was found. */
export type Alarm = {
  readonly alarmId: string
  readonly at: Date
  readonly transactionId: string
  readonly stage: 'build' | 'deliver'
  readonly finding: 'words' | 'unreadable' | 'sha256'
  readonly build: string
  /** Pages and positions; no words. */
  readonly mismatches: readonly {
    readonly page: number
    readonly kind: string
    readonly word: number | null
  }[]
}

export type Evidence = {
  readonly pdfBase64: string
  readonly words: readonly (readonly string[])[]
  readonly snapshot: object
  /** Whom the paper was about: the issue itself may have been rolled back with its refusal. Kept since it is asked for. */
  readonly about?: PaperOf
}

export async function insertAlarm(tx: Tx, keys: Keys, alarm: Alarm, evidence: Evidence): Promise<void> {
  await tx.sql(
    `insert into certificates.alarm
       (municipality_code, alarm_id, at, transaction_id, stage, finding, build, mismatches, evidence)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tx.municipality,
      alarm.alarmId,
      alarm.at,
      alarm.transactionId,
      alarm.stage,
      alarm.finding,
      alarm.build,
      JSON.stringify(alarm.mismatches),
      keys.seal(EVIDENCE, alarm.alarmId, JSON.stringify(evidence)),
    ],
  )
}

/** `null` = it was disposed of. */
export async function findEvidence(
  tx: Tx,
  keys: Keys,
  alarmId: string,
): Promise<Evidence | null | undefined> {
  const [row] = await tx.sql<{ evidence: Buffer | null }>(
    'select evidence from certificates.alarm where municipality_code = $1 and alarm_id = $2',
    [tx.municipality, alarmId],
  )
  if (!row?.evidence) return row && null
  return JSON.parse(keys.open(EVIDENCE, alarmId, row.evidence)) as Evidence
}

export async function findAlarm(tx: Tx, alarmId: string): Promise<Alarm | undefined> {
  const [row] = await tx.sql<Alarm>(
    `select alarm_id as "alarmId", at, transaction_id as "transactionId", stage, finding, build, mismatches
       from certificates.alarm where municipality_code = $1 and alarm_id = $2`,
    [tx.municipality, alarmId],
  )
  return row
}

export type AlarmWithEnd = Alarm & {
  readonly acknowledgedAt: Date | null
  readonly acknowledgedBy: string | null
  readonly note: string | null
  readonly evidenceGoneOn: PlainDate | null
}

/** Newest first, at most 100. */
export async function listAlarms(tx: Tx, keys: Keys): Promise<AlarmWithEnd[]> {
  const rows = await tx.sql<Omit<AlarmWithEnd, 'note'> & { readonly note: Buffer | null }>(
    `select a.alarm_id as "alarmId", a.at, a.transaction_id as "transactionId", a.stage, a.finding, a.build, a.mismatches,
            a.evidence_gone_on as "evidenceGoneOn", k.at as "acknowledgedAt", k.actor as "acknowledgedBy", k.note
       from certificates.alarm a
       left join certificates.alarm_acknowledgement k
         on k.municipality_code = a.municipality_code and k.alarm_id = a.alarm_id
      where a.municipality_code = $1 order by a.at desc, a.alarm_id limit 100`,
    [tx.municipality],
  )
  return rows.map(({ note, ...row }) => ({ ...row, note: note && keys.open(NOTE, row.alarmId, note) }))
}

export async function hasAlarm(tx: Tx, alarmId: string): Promise<boolean> {
  const rows = await tx.sql(
    'select 1 from certificates.alarm where municipality_code = $1 and alarm_id = $2',
    [tx.municipality, alarmId],
  )
  return rows.length === 1
}

/** False when somebody had acknowledged it before. */
export async function acknowledgeAlarm(
  tx: Tx,
  keys: Keys,
  alarmId: string,
  by: { readonly at: Date; readonly actor: string; readonly note: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into certificates.alarm_acknowledgement (municipality_code, alarm_id, at, actor, note)
     values ($1, $2, $3, $4, $5) on conflict do nothing returning alarm_id`,
    [tx.municipality, alarmId, by.at, by.actor, keys.seal(NOTE, alarmId, by.note)],
  )
  return rows.length === 1
}

export type StopRow = {
  readonly stopId: string
  readonly setBy: StopSetter
  readonly reason: string
  /** `null` = all. */
  readonly kind: CertificateKindCode | null
  readonly at: Date
  readonly actor: string
}

/** A stop that stands, with the kinds it no longer holds for. */
export type Standing = StopRow & { readonly except: readonly CertificateKindCode[] }

export type Standstill = { readonly openAlarms: number; readonly stops: readonly Standing[] }

/** What keeps the town from issuing now: one statement, since each step of an issue asks it. */
export async function getStandstill(tx: Tx): Promise<Standstill> {
  const rows = await tx.sql<{ openAlarms: number } & (Standing | { stopId: null })>(
    `select alarms."openAlarms", s.stop_id as "stopId", s.set_by as "setBy", s.reason, s.kind, s.at, s.actor,
            array(select k.kind from certificates.stop_kind_end k
              where k.municipality_code = $1 and k.stop_id = s.stop_id order by k.kind) as except
       from (select count(*)::integer as "openAlarms" from certificates.alarm a
              where a.municipality_code = $1 and not exists (
                select 1 from certificates.alarm_acknowledgement k
                 where k.municipality_code = $1 and k.alarm_id = a.alarm_id)) alarms
       left join certificates.stop s on s.municipality_code = $1 and not exists (
         select 1 from certificates.stop_end e where e.municipality_code = $1 and e.stop_id = s.stop_id)
      order by s.at`,
    [tx.municipality],
  )
  return {
    openAlarms: rows[0]!.openAlarms,
    stops: rows.flatMap(({ openAlarms: _, ...stop }) => (stop.stopId === null ? [] : [stop])),
  }
}

export async function insertStop(tx: Tx, stop: StopRow): Promise<boolean> {
  const rows = await tx.sql(
    `insert into certificates.stop (municipality_code, stop_id, set_by, reason, at, actor, kind)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning stop_id`,
    [tx.municipality, stop.stopId, stop.setBy, stop.reason, stop.at, stop.actor, stop.kind],
  )
  return rows.length === 1
}

/** Ends a stop that one of `setBy` had set; false when there is none of theirs, or it had ended. */
export async function endStop(
  tx: Tx,
  stopId: string,
  setBy: readonly StopSetter[],
  by: { readonly at: Date; readonly actor: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into certificates.stop_end (municipality_code, stop_id, at, actor)
     select $1, s.stop_id, $4::timestamptz, $5::text from certificates.stop s
      where s.municipality_code = $1 and s.stop_id = $2 and s.set_by = any($3::text[])
     on conflict do nothing returning stop_id`,
    [tx.municipality, stopId, setBy, by.at, by.actor],
  )
  return rows.length === 1
}

/** Takes kinds out of a stop of all; those that were out stay so. */
export async function endStopOfKinds(
  tx: Tx,
  stopId: string,
  kinds: readonly CertificateKindCode[],
  by: { readonly at: Date; readonly actor: string },
): Promise<void> {
  await tx.sql(
    `insert into certificates.stop_kind_end (municipality_code, stop_id, kind, at, actor)
     select $1, $2::text, kind, $4::timestamptz, $5::text from unnest($3::text[]) as t (kind) on conflict do nothing`,
    [tx.municipality, stopId, kinds, by.at, by.actor],
  )
}
