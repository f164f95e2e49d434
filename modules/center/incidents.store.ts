import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { IncidentKind } from './incidents.ts'

/** Which trouble it is: of each one incident is open at a time. */
export type IncidentKey = {
  readonly kind: IncidentKind
  readonly municipalityCode: MunicipalityCode | null
  readonly endpoint: string | null
  readonly kioskId: string | null
}

export type IncidentEvent = {
  readonly at: Date
  readonly transactionId: string | null
  readonly message: string | null
  readonly field: string | null
  readonly otherTransactionId: string | null
  readonly milliseconds: number | null
}

export type Incident = IncidentKey & {
  readonly incidentId: string
  readonly town: string | null
  readonly openedAt: Date
  readonly lastAt: Date
  readonly events: number
  readonly endedAt: Date | null
  readonly acknowledgedAt: Date | null
  readonly acknowledgedBy: string | null
  readonly stopping: boolean
}

const MOST_EVENTS = 200
/** Who set a stop that nobody set: the centre's own programme. */
const SET_BY = 'center'

/** Opens the incident, or counts one more of the open one: its id. */
export async function insertIncident(
  tx: Tx,
  incidentId: string,
  key: IncidentKey,
  event: IncidentEvent,
): Promise<string> {
  const [row] = await tx.sql<{ incidentId: string; events: number }>(
    `insert into center.incident as i
       (incident_id, kind, municipality_code, endpoint, kiosk_id, opened_at, last_at, events)
     values ($1, $2, $3, $4, $5, $6, $6, 1)
     on conflict (kind, municipality_code, endpoint, kiosk_id) where acknowledged_at is null
     do update set last_at = excluded.last_at, events = i.events + 1, ended_at = null
     returning incident_id as "incidentId", events`,
    [incidentId, key.kind, key.municipalityCode, key.endpoint, key.kioskId, event.at],
  )
  if (!row) throw new Error('an incident was neither opened nor counted')
  if (row.events <= MOST_EVENTS) {
    await tx.sql(
      `insert into center.incident_event
         (incident_id, event_no, at, transaction_id, message, field, other_transaction_id, milliseconds)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        row.incidentId,
        row.events,
        event.at,
        event.transactionId,
        event.message,
        event.field,
        event.otherTransactionId,
        event.milliseconds,
      ],
    )
  }
  return row.incidentId
}

/** These troubles of an issuing server or a machine, or of neither, are over by themselves. */
export async function endIncidents(
  tx: Tx,
  kinds: readonly IncidentKind[],
  of: { readonly endpoint?: string; readonly kioskId?: string },
  at: Date,
): Promise<void> {
  await tx.sql(
    `update center.incident set ended_at = $4
      where kind = any($1) and endpoint is not distinct from $2 and kiosk_id is not distinct from $3
        and ended_at is null and acknowledged_at is null`,
    [kinds, of.endpoint ?? null, of.kioskId ?? null, at],
  )
}

export type StandingTrouble = { readonly endpoint: string | null; readonly kioskId: string | null }

/** Where that trouble stands now. */
export async function listStanding(tx: Tx, kind: IncidentKind): Promise<StandingTrouble[]> {
  return await tx.sql<StandingTrouble>(
    `select endpoint, kiosk_id as "kioskId" from center.incident
      where kind = $1 and ended_at is null and acknowledged_at is null`,
    [kind],
  )
}

const standing = `select 1 from center.incident_stop n join center.stop s using (stop_id)
  where n.incident_id = i.incident_id and s.lifted_at is null`
const columns = `i.incident_id as "incidentId", i.kind, i.municipality_code as "municipalityCode", t.name as town,
  i.endpoint, i.kiosk_id as "kioskId", i.opened_at as "openedAt", i.last_at as "lastAt", i.events,
  i.ended_at as "endedAt", i.acknowledged_at as "acknowledgedAt", i.acknowledged_by as "acknowledgedBy",
  exists (${standing}) as stopping`
const from = `from center.incident i left join center.town t on t.municipality_code = i.municipality_code`

/** Newest first; `open` = somebody still has to do something about it. */
export async function listIncidents(
  tx: Tx,
  which: 'open' | 'all',
  before: string | null,
  limit: number,
): Promise<Incident[]> {
  return await tx.sql<Incident>(
    `select ${columns} ${from}
      where ($1 = 'all' or i.acknowledged_at is null
             or exists (${standing}))
        and ($2::uuid is null or i.incident_id < $2)
      order by i.incident_id desc limit $3`,
    [which, before, limit],
  )
}

export async function findIncident(tx: Tx, incidentId: string): Promise<Incident | undefined> {
  const [row] = await tx.sql<Incident>(`select ${columns} ${from} where i.incident_id = $1`, [incidentId])
  return row
}

export async function listEvents(tx: Tx, incidentId: string): Promise<IncidentEvent[]> {
  return await tx.sql<IncidentEvent>(
    `select at, transaction_id as "transactionId", message, field, other_transaction_id as "otherTransactionId",
            milliseconds
       from center.incident_event where incident_id = $1 order by event_no`,
    [incidentId],
  )
}

export type IncidentNote = { readonly at: Date; readonly by: string; readonly text: string }

export async function listNotes(tx: Tx, incidentId: string): Promise<IncidentNote[]> {
  return await tx.sql<IncidentNote>(
    'select at, by_operator as by, text from center.incident_note where incident_id = $1 order by note_no',
    [incidentId],
  )
}

/** The incident's row must be locked (`lockIncident`): notes are numbered. */
export async function insertNote(tx: Tx, incidentId: string, note: IncidentNote): Promise<void> {
  await tx.sql(
    `insert into center.incident_note (incident_id, note_no, at, by_operator, text)
     select $1, coalesce(max(note_no), 0) + 1, $2, $3, $4 from center.incident_note where incident_id = $1`,
    [incidentId, note.at, note.by, note.text],
  )
}

export async function lockIncident(
  tx: Tx,
  incidentId: string,
): Promise<{ readonly acknowledgedAt: Date | null } | undefined> {
  const [row] = await tx.sql<{ acknowledgedAt: Date | null }>(
    'select acknowledged_at as "acknowledgedAt" from center.incident where incident_id = $1 for update',
    [incidentId],
  )
  return row
}

export async function acknowledge(tx: Tx, incidentId: string, by: string, at: Date): Promise<void> {
  await tx.sql(
    'update center.incident set acknowledged_at = $3, acknowledged_by = $2 where incident_id = $1',
    [incidentId, by, at],
  )
}

/** An incident stops a town once, until that stop is lifted. */
export async function insertStop(
  tx: Tx,
  stop: {
    readonly stopId: string
    readonly incidentId: string
    readonly municipalityCode: MunicipalityCode
    readonly note: string
    readonly at: Date
  },
): Promise<void> {
  const known = await tx.sql(
    `select 1 from center.incident_stop n join center.stop s using (stop_id)
      where n.incident_id = $1 and n.municipality_code = $2 and s.lifted_at is null`,
    [stop.incidentId, stop.municipalityCode],
  )
  if (known.length > 0) return
  await tx.sql(
    `insert into center.stop (stop_id, scope, scope_key, kind, reason, note, set_at, set_by)
     values ($1, 'town', $2, '', 'anomaly', $3, $4, $5)`,
    [stop.stopId, stop.municipalityCode, stop.note, stop.at, SET_BY],
  )
  await tx.sql(
    'insert into center.incident_stop (incident_id, municipality_code, stop_id) values ($1, $2, $3)',
    [stop.incidentId, stop.municipalityCode, stop.stopId],
  )
}

/** Whether an incident has stopped the issuing of the town that a transaction is about. */
export async function isStoppedFor(tx: Tx, transactionId: string): Promise<boolean> {
  const rows = await tx.sql(
    `select 1 from center.transaction t
       join center.stop s on s.scope = 'town' and s.scope_key = t.municipality_code
      where t.transaction_id = $1 and s.reason = 'anomaly' and s.lifted_at is null limit 1`,
    [transactionId],
  )
  return rows.length > 0
}

export type Stop = {
  readonly stopId: string
  readonly municipalityCode: MunicipalityCode
  readonly town: string | null
  /** Issuing server of the incident. */
  readonly endpoint: string
  readonly setAt: Date
  readonly toldAt: Date | null
  readonly liftedAt: Date | null
  readonly liftedBy: string | null
  readonly confirmedBy: string | null
  readonly liftToldAt: Date | null
  readonly issuing: boolean | null
}

const stopColumns = `s.stop_id as "stopId", n.municipality_code as "municipalityCode", t.name as town, i.endpoint,
  s.set_at as "setAt", s.told_at as "toldAt", s.lifted_at as "liftedAt", s.lifted_by as "liftedBy",
  n.confirmed_by as "confirmedBy", s.lift_told_at as "liftToldAt", n.issuing`
const fromStops = `from center.incident_stop n join center.stop s using (stop_id) join center.incident i using (incident_id)
  left join center.town t on t.municipality_code = n.municipality_code`

export async function listStops(tx: Tx, incidentId: string): Promise<Stop[]> {
  return await tx.sql<Stop>(
    `select ${stopColumns} ${fromStops} where n.incident_id = $1 order by s.set_at, n.municipality_code`,
    [incidentId],
  )
}

/** Lifts the stop; false = it does not stand. */
export async function liftStop(
  tx: Tx,
  of: { readonly incidentId: string; readonly municipalityCode: MunicipalityCode },
  lift: { readonly by: string; readonly confirmedBy: string; readonly note: string; readonly at: Date },
): Promise<boolean> {
  const [row] = await tx.sql<{ stopId: string }>(
    `update center.stop s set lifted_at = $3, lifted_by = $4, lift_note = $5 from center.incident_stop n
      where n.incident_id = $1 and n.municipality_code = $2 and s.stop_id = n.stop_id and s.lifted_at is null
     returning s.stop_id as "stopId"`,
    [of.incidentId, of.municipalityCode, lift.at, lift.by, lift.note],
  )
  if (!row) return false
  await tx.sql('update center.incident_stop set confirmed_by = $2 where stop_id = $1', [
    row.stopId,
    lift.confirmedBy,
  ])
  return true
}

/** Stops and lifts that the issuing server has not acknowledged, oldest first. */
export async function listUntoldStops(tx: Tx): Promise<Stop[]> {
  return await tx.sql<Stop>(
    `select ${stopColumns} ${fromStops}
      where ((s.lifted_at is null and s.told_at is null) or (s.lifted_at is not null and s.lift_told_at is null))
        and i.endpoint is not null
      order by s.set_at limit 100`,
  )
}

export async function setStopTold(tx: Tx, stopId: string, at: Date): Promise<void> {
  await tx.sql('update center.stop set told_at = $2 where stop_id = $1 and told_at is null', [stopId, at])
}

export async function setLiftTold(tx: Tx, stopId: string, issuing: boolean, at: Date): Promise<void> {
  await tx.sql('update center.stop set lift_told_at = $2 where stop_id = $1', [stopId, at])
  await tx.sql('update center.incident_stop set issuing = $2 where stop_id = $1', [stopId, issuing])
}
