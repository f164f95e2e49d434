import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { audit } from '../access/audit.ts'
import { revealMany } from '../access/guarded.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type * as contract from './appointments.contract.ts'
import { appointmentsEvents, appointmentsProblems as problems } from './appointments.messages.ts'
import * as store from './appointments.store.ts'
import { slotsOfDay, type AppointmentId, type SlotId } from './appointments.ts'
import { getHead, labelOf } from './risai.actions.ts'

type Booked = OutputOf<typeof contract.bookAppointment>

export async function openSlots(
  ctx: Ctx,
  input: InputOf<typeof contract.openSlots>,
): Promise<OutputOf<typeof contract.openSlots>> {
  const { place, onDay, fromMinute, toMinute, minutes, capacity } = input
  const { disasterId } = await getDisaster(ctx, input.disasterId)
  refusePast(ctx, onDay, '/onDay')
  const day = slotsOfDay(fromMinute, toMinute, minutes)
  if (day.length === 0)
    throw new Problem(problems.badHours, [{ pointer: '/toMinute', message: problems.badHours.title }])
  const slots = day.map((slot) => ({
    ...{ slotId: uuidv7(ctx.now.getTime()) as SlotId, place, onDay, capacity },
    ...slot,
  }))
  const made = await store.insertSlots(ctx.tx, disasterId, slots, ctx.now, actorName(ctx.actor))
  await audit(ctx, appointmentsEvents.slotsOpened, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { onDay, made, capacity },
  })
  return { made }
}

function refusePast(ctx: Ctx, onDay: PlainDate, pointer: string): void {
  if (onDay < todayInJapan(ctx.now))
    throw new Problem(problems.past, [{ pointer, message: problems.past.title }])
}

export async function listSlots(
  ctx: Ctx,
  input: InputOf<typeof contract.listSlots>,
): Promise<OutputOf<typeof contract.listSlots>> {
  const { disasterId } = await getDisaster(ctx, input.disasterId)
  const untilOn = addDays(input.fromDay, input.days - 1)
  return { slots: await store.listSlots(ctx.tx, disasterId, input.fromDay, untilOn) }
}

export async function changeCapacity(
  ctx: Ctx,
  input: InputOf<typeof contract.changeCapacity>,
): Promise<OutputOf<typeof contract.changeCapacity>> {
  const { slotId, version, capacity } = input
  if (!(await store.findSlot(ctx.tx, slotId))) throw new Problem(problems.slotNotFound)
  if (!(await store.setCapacity(ctx.tx, { slotId, version }, capacity))) throw new Problem(problems.tooFew)
  await audit(ctx, appointmentsEvents.capacityChanged, { facts: { slotId, capacity } })
  return { slotId, version: version + 1 }
}

/** A place in a slot. Of two who want the last one, one gets it. */
export async function bookAppointment(
  ctx: Ctx,
  input: InputOf<typeof contract.bookAppointment>,
): Promise<Booked> {
  const { applicationId, slotId } = input
  const head = await getHead(ctx, applicationId)
  await takePlace(ctx, slotId, head.disasterId)
  // For the protected nothing is made out here, and when they come is nobody's to read.
  if (head.state !== 'issuable' || head.suppressed) throw new Problem(problems.notIssuable)
  const appointmentId = uuidv7(ctx.now.getTime()) as AppointmentId
  const booked = await store.insertAppointment(
    ctx.tx,
    { appointmentId, slotId, applicationId, bookedBy: labelOf(ctx) },
    ctx.now,
    actorName(ctx.actor),
  )
  // The place that was taken goes back with the transaction.
  if (!booked) throw new Problem(problems.already)
  await audit(ctx, appointmentsEvents.booked, {
    subjects: [{ kind: 'application', id: applicationId }],
    facts: { appointmentId, slotId },
  })
  return { appointmentId, slotId, state: 'booked', version: 1 }
}

async function takePlace(ctx: Ctx, slotId: SlotId, disasterId: DisasterId): Promise<void> {
  const slot = await store.findSlot(ctx.tx, slotId)
  if (!slot || slot.disasterId !== disasterId) throw new Problem(problems.slotNotFound)
  refusePast(ctx, slot.onDay, '/slotId')
  if (!(await store.takePlace(ctx.tx, slotId)))
    throw new Problem(problems.full, [{ pointer: '/slotId', message: problems.full.title }])
}

export async function moveAppointment(
  ctx: Ctx,
  input: InputOf<typeof contract.moveAppointment>,
): Promise<Booked> {
  const { appointmentId, version, slotId } = input
  const before = await get(ctx, appointmentId)
  const { disasterId } = await getHead(ctx, before.applicationId)
  if (slotId !== before.slotId) await takePlace(ctx, slotId, disasterId)
  if (!(await store.moveAppointment(ctx.tx, { appointmentId, version }, { slotId })))
    throw await refused(ctx, appointmentId, version)
  if (slotId !== before.slotId) await store.givePlaceBack(ctx.tx, before.slotId)
  await audit(ctx, appointmentsEvents.moved, {
    subjects: [{ kind: 'application', id: before.applicationId }],
    facts: { appointmentId, slotId },
  })
  return { appointmentId, slotId, state: 'booked', version: version + 1 }
}

export async function endAppointment(
  ctx: Ctx,
  input: InputOf<typeof contract.endAppointment>,
): Promise<Booked> {
  const { appointmentId, version, outcome } = input
  const { slotId, applicationId } = await get(ctx, appointmentId)
  const change = { state: outcome, endedAt: ctx.now }
  if (!(await store.moveAppointment(ctx.tx, { appointmentId, version }, change)))
    throw await refused(ctx, appointmentId, version)
  if (outcome === 'cancelled') await store.givePlaceBack(ctx.tx, slotId)
  await audit(ctx, appointmentsEvents.ended, {
    subjects: [{ kind: 'application', id: applicationId }],
    facts: { appointmentId, outcome },
  })
  return { appointmentId, slotId, state: outcome, version: version + 1 }
}

async function get(ctx: Ctx, appointmentId: AppointmentId): Promise<store.AppointmentHead> {
  const found = await store.findAppointment(ctx.tx, appointmentId)
  if (!found) throw new Problem(problems.notFound)
  return found
}

async function refused(ctx: Ctx, appointmentId: AppointmentId, version: number): Promise<Problem> {
  const now = await get(ctx, appointmentId)
  return new Problem(now.version === version ? problems.ended : platformProblems.changedByOther)
}

export async function listAppointments(
  ctx: Ctx,
  input: InputOf<typeof contract.listAppointments>,
): Promise<OutputOf<typeof contract.listAppointments>> {
  const { disasterId } = await getDisaster(ctx, input.disasterId)
  return await shown(ctx, { disasterId, onDay: input.onDay })
}

export async function appointmentsOf(
  ctx: Ctx,
  input: InputOf<typeof contract.appointmentsOf>,
): Promise<OutputOf<typeof contract.appointmentsOf>> {
  const { applicationId } = await getHead(ctx, input.applicationId)
  return await shown(ctx, { applicationId })
}

async function shown(
  ctx: Ctx,
  wanted: Parameters<typeof store.listAppointments>[2],
): Promise<OutputOf<typeof contract.listAppointments>> {
  const all = await store.listAppointments(ctx.tx, await ctx.keys(), wanted)
  const found = all.filter(({ head }) => !head.suppressed)
  const words = await revealMany(
    ctx,
    found.map((one) => one.words),
    'view',
  )
  return {
    appointments: found.map(({ appointment, head }, i) => ({
      appointmentId: appointment.appointmentId,
      slotId: appointment.slotId,
      applicationId: head.applicationId,
      serialNo: head.serialNo,
      applicantName: words[i]!.form.applicant.name,
      place: appointment.place,
      onDay: appointment.onDay,
      fromMinute: appointment.fromMinute,
      toMinute: appointment.toMinute,
      state: appointment.state,
      version: appointment.version,
      bookedBy: appointment.bookedBy,
    })),
  }
}
