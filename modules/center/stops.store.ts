import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { StopReason, StopScope } from './calendar.ts'

/** 停止 by operators of the centre. Those of an incident are set and lifted through `incidents.store.ts`. */
export type Stop = {
  readonly stopId: string
  readonly scope: StopScope
  readonly scopeKey: string
  readonly kind: string
  readonly reason: StopReason
  readonly note: string
  readonly setAt: Date
  readonly setBy: string
  readonly askedBy: string | null
  readonly toldAt: Date | null
  readonly liftedAt: Date | null
  readonly liftedBy: string | null
  readonly liftNote: string | null
  readonly liftToldAt: Date | null
  readonly incidentId: string | null
}

const columns = `s.stop_id as "stopId", s.scope, s.scope_key as "scopeKey", s.kind, s.reason, s.note, s.set_at as "setAt",
  s.set_by as "setBy", s.asked_by as "askedBy", s.told_at as "toldAt", s.lifted_at as "liftedAt",
  s.lifted_by as "liftedBy", s.lift_note as "liftNote", s.lift_told_at as "liftToldAt", i.incident_id as "incidentId"`
const tables = 'center.stop s left join center.incident_stop i on i.stop_id = s.stop_id'

/** The newest first, 500 at most. */
export async function listStops(tx: Tx, standing: boolean): Promise<Stop[]> {
  return await tx.sql<Stop>(
    `select ${columns} from ${tables} where $1 = false or s.lifted_at is null
      order by s.set_at desc, s.stop_id limit 500`,
    [standing],
  )
}

/** The stop, its row locked: of two who lift it the second finds it lifted. */
export async function lockStop(tx: Tx, stopId: string): Promise<Stop | undefined> {
  const [row] = await tx.sql<Stop>(`select ${columns} from ${tables} where s.stop_id = $1 for update of s`, [
    stopId,
  ])
  return row
}

export async function insertStop(
  tx: Tx,
  stop: Pick<
    Stop,
    'stopId' | 'scope' | 'scopeKey' | 'kind' | 'reason' | 'note' | 'setAt' | 'setBy' | 'askedBy'
  >,
): Promise<void> {
  await tx.sql(
    `insert into center.stop (stop_id, scope, scope_key, kind, reason, note, set_at, set_by, asked_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      stop.stopId,
      stop.scope,
      stop.scopeKey,
      stop.kind,
      stop.reason,
      stop.note,
      stop.setAt,
      stop.setBy,
      stop.askedBy,
    ],
  )
}

export async function liftStop(tx: Tx, stopId: string, at: Date, by: string, note: string): Promise<void> {
  await tx.sql(
    `update center.stop set lifted_at = $2, lifted_by = $3, lift_note = $4
      where stop_id = $1 and lifted_at is null`,
    [stopId, at, by, note],
  )
}

export type UntoldStop = {
  readonly stopId: string
  readonly municipalityCode: MunicipalityCode
  readonly reason: StopReason
  readonly stopped: boolean
}

/** Stops of a whole town, and their lifts, that its issuing servers have not acknowledged. */
export async function listUntold(tx: Tx): Promise<UntoldStop[]> {
  return await tx.sql<UntoldStop>(
    `select s.stop_id as "stopId", s.scope_key as "municipalityCode", s.reason, s.lifted_at is null as stopped
       from ${tables}
      where s.scope = 'town' and s.kind = '' and i.incident_id is null
        and ((s.lifted_at is null and s.told_at is null) or (s.lifted_at is not null and s.lift_told_at is null))
      order by s.set_at limit 50`,
  )
}

export async function setTold(tx: Tx, stop: UntoldStop, at: Date): Promise<void> {
  await tx.sql(
    stop.stopped
      ? 'update center.stop set told_at = $2 where stop_id = $1 and lifted_at is null'
      : 'update center.stop set lift_told_at = $2 where stop_id = $1',
    [stop.stopId, at],
  )
}
