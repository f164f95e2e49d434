import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { Guarded } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { AppointmentId, AppointmentState, Slot, SlotId } from './appointments.ts'
import { guard, headColumns, type ApplicationHead, type Words } from './risai.store.ts'
import type { ApplicationId } from './risai.ts'

const slotColumns = `s.slot_id as "slotId", s.place, s.on_day as "onDay", s.from_minute as "fromMinute",
  s.to_minute as "toMinute", s.capacity, s.taken, s.version`

/** Slots that are there already (same place, day and hour) stay as they are; answers how many were made. */
export async function insertSlots(
  tx: Tx,
  disasterId: DisasterId,
  slots: readonly Omit<Slot, 'taken' | 'version'>[],
  at: Date,
  by: string,
): Promise<number> {
  const rows = await tx.sql(
    `insert into risai.slot (municipality_code, slot_id, disaster_id, place, on_day, from_minute, to_minute, capacity,
       made_at, made_by)
     select $1, slot_id, $2, place, on_day, from_minute, to_minute, capacity, $9, $10
       from unnest($3::uuid[], $4::text[], $5::date[], $6::int[], $7::int[], $8::int[])
         as t (slot_id, place, on_day, from_minute, to_minute, capacity)
     on conflict do nothing returning slot_id`,
    [
      tx.municipality,
      disasterId,
      slots.map((slot) => slot.slotId),
      slots.map((slot) => slot.place),
      slots.map((slot) => slot.onDay),
      slots.map((slot) => slot.fromMinute),
      slots.map((slot) => slot.toMinute),
      slots.map((slot) => slot.capacity),
      at,
      by,
    ],
  )
  return rows.length
}

export async function listSlots(
  tx: Tx,
  disasterId: DisasterId,
  fromOn: PlainDate,
  untilOn: PlainDate,
): Promise<Slot[]> {
  return await tx.sql<Slot>(
    `select ${slotColumns} from risai.slot s
      where s.municipality_code = $1 and s.disaster_id = $2 and s.on_day between $3 and $4
      order by s.on_day, s.place, s.from_minute limit 2000`,
    [tx.municipality, disasterId, fromOn, untilOn],
  )
}

export async function findSlot(tx: Tx, slotId: SlotId): Promise<(Slot & { disasterId: DisasterId }) | null> {
  const [row] = await tx.sql<Slot & { disasterId: DisasterId }>(
    `select ${slotColumns}, s.disaster_id as "disasterId" from risai.slot s
      where s.municipality_code = $1 and s.slot_id = $2`,
    [tx.municipality, slotId],
  )
  return row ?? null
}

/** One more in a slot, if there is room: of two for the last place one gets it, by the row's lock. */
export async function takePlace(tx: Tx, slotId: SlotId): Promise<boolean> {
  const rows = await tx.sql(
    `update risai.slot set taken = taken + 1
      where municipality_code = $1 and slot_id = $2 and taken < capacity returning slot_id`,
    [tx.municipality, slotId],
  )
  return rows.length === 1
}

export async function givePlaceBack(tx: Tx, slotId: SlotId): Promise<void> {
  await tx.sql(
    'update risai.slot set taken = taken - 1 where municipality_code = $1 and slot_id = $2 and taken > 0',
    [tx.municipality, slotId],
  )
}

/** False when somebody was first, or more than the new capacity have booked. */
export async function setCapacity(
  tx: Tx,
  seen: { readonly slotId: SlotId; readonly version: number },
  capacity: number,
): Promise<boolean> {
  const rows = await tx.sql(
    `update risai.slot set capacity = $4, version = version + 1
      where municipality_code = $1 and slot_id = $2 and version = $3 and taken <= $4 returning slot_id`,
    [tx.municipality, seen.slotId, seen.version, capacity],
  )
  return rows.length === 1
}

export type AppointmentHead = {
  readonly appointmentId: AppointmentId
  readonly slotId: SlotId
  readonly applicationId: ApplicationId
  readonly state: AppointmentState
  readonly version: number
  readonly bookedBy: string
}

const columns = `p.appointment_id as "appointmentId", p.slot_id as "slotId", p.application_id as "applicationId", p.state,
  p.version, p.booked_by_label as "bookedBy"`

/** False when one of this application stands already. */
export async function insertAppointment(
  tx: Tx,
  appointment: Pick<AppointmentHead, 'appointmentId' | 'slotId' | 'applicationId' | 'bookedBy'>,
  at: Date,
  actor: string,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into risai.appointment (municipality_code, appointment_id, slot_id, application_id, state, version, booked_at,
       booked_by, booked_by_label)
     values ($1, $2, $3, $4, 'booked', 1, $5, $6, $7) on conflict do nothing returning appointment_id`,
    [
      tx.municipality,
      appointment.appointmentId,
      appointment.slotId,
      appointment.applicationId,
      at,
      actor,
      appointment.bookedBy,
    ],
  )
  return rows.length === 1
}

export async function findAppointment(tx: Tx, appointmentId: AppointmentId): Promise<AppointmentHead | null> {
  const [row] = await tx.sql<AppointmentHead>(
    `select ${columns} from risai.appointment p where p.municipality_code = $1 and p.appointment_id = $2`,
    [tx.municipality, appointmentId],
  )
  return row ?? null
}

/** Moves one on that is `booked` in the version seen; false when somebody was first. */
export async function moveAppointment(
  tx: Tx,
  seen: { readonly appointmentId: AppointmentId; readonly version: number },
  change: { readonly state?: AppointmentState; readonly slotId?: SlotId; readonly endedAt?: Date },
): Promise<boolean> {
  const rows = await tx.sql(
    `update risai.appointment
        set version = version + 1, state = coalesce($4, state), slot_id = coalesce($5, slot_id), ended_at = $6
      where municipality_code = $1 and appointment_id = $2 and version = $3 and state = 'booked'
      returning appointment_id`,
    [
      tx.municipality,
      seen.appointmentId,
      seen.version,
      change.state ?? null,
      change.slotId ?? null,
      change.endedAt ?? null,
    ],
  )
  return rows.length === 1
}

/** The appointments of a day and place, in order of time; or those of one application. */
export async function listAppointments(
  tx: Tx,
  keys: Keys,
  wanted:
    | { readonly disasterId: DisasterId; readonly onDay: PlainDate }
    | { readonly applicationId: ApplicationId },
): Promise<
  { appointment: AppointmentHead & Omit<Slot, 'version'>; head: ApplicationHead; words: Guarded<Words> }[]
> {
  const byDay = 'onDay' in wanted
  const rows = await tx.sql<
    Omit<AppointmentHead, 'state' | 'version'> &
      Omit<Slot, 'version'> &
      ApplicationHead & { sealed: Buffer; standing: AppointmentState; appointmentVersion: number }
  >(
    `select ${headColumns}, f.sealed, p.appointment_id as "appointmentId", p.state as standing,
            p.version as "appointmentVersion", p.booked_by_label as "bookedBy", s.slot_id as "slotId", s.place, s.on_day as "onDay",
            s.from_minute as "fromMinute", s.to_minute as "toMinute", s.capacity, s.taken
       from risai.appointment p
       join risai.slot s on s.municipality_code = p.municipality_code and s.slot_id = p.slot_id
       join risai.application a on a.municipality_code = p.municipality_code and a.application_id = p.application_id
       join risai.form f on f.municipality_code = a.municipality_code and f.application_id = a.application_id
        and f.form_no = a.form_no
      where p.municipality_code = $1
        and ${byDay ? 's.disaster_id = $2 and s.on_day = $3' : 'p.application_id = $2 and $3::text is null'}
      order by s.on_day, s.place, s.from_minute, p.appointment_id limit 2000`,
    byDay
      ? [tx.municipality, wanted.disasterId, wanted.onDay]
      : [tx.municipality, wanted.applicationId, null],
  )
  return rows.map((row) => ({
    appointment: { ...row, state: row.standing, version: row.appointmentVersion },
    head: row,
    words: guard(keys, row),
  }))
}
