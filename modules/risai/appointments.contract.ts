import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { appointmentsProblems as problems } from './appointments.messages.ts'
import { appointmentStates, type AppointmentId, type SlotId } from './appointments.ts'
import { ApplicationIdField, required, valuesOf, Version } from './risai.contract.ts'
import { risaiProblems } from './risai.messages.ts'

const SlotIdField = z.uuid() as unknown as z.ZodType<SlotId, string>
const AppointmentIdField = z.uuid() as unknown as z.ZodType<AppointmentId, string>
const Minute = z.int().min(0).max(1440)
const Capacity = z.int().min(0).max(500).meta({ title: '1枠の定員' })

const SlotView = z.object({
  slotId: z.string(),
  place: z.string().meta({ title: '場所' }),
  onDay: z.string().meta({ title: '日' }),
  fromMinute: z.number(),
  toMinute: z.number(),
  capacity: z.number().meta({ title: '定員' }),
  taken: z.number().meta({ title: '予約' }),
  version: z.number(),
})

const AppointmentView = z.object({
  appointmentId: z.string(),
  slotId: z.string(),
  applicationId: z.string(),
  serialNo: z.string().meta({ title: '整理番号' }),
  /** Who comes; no place and no contact. */
  applicantName: z.string().meta({ title: '申請者' }),
  place: z.string().meta({ title: '場所' }),
  onDay: z.string().meta({ title: '日' }),
  fromMinute: z.number(),
  toMinute: z.number(),
  state: z.enum(valuesOf(appointmentStates)).meta({ title: '状態' }),
  version: z.number(),
  bookedBy: z.string().meta({ title: '受付者' }),
})

const Booked = z.object({
  appointmentId: z.string(),
  slotId: z.string(),
  state: z.enum(valuesOf(appointmentStates)),
  version: z.number(),
})

/** A day at one place in stretches of equal length. Those that are there already stay as they are. */
export const openSlots = endpoint({
  name: 'openSlots',
  method: 'POST',
  path: '/api/risai/disasters/:disasterId/slots',
  title: '交付の予約枠の設定',
  permission: 'risai.issue',
  input: z.object({
    disasterId: DisasterIdField,
    place: required('場所', 60),
    onDay: Day.meta({ title: '日' }),
    fromMinute: Minute.default(540).meta({ title: '始まり' }),
    toMinute: Minute.default(1020).meta({ title: '終わり' }),
    minutes: z.int().min(5).max(480).default(30).meta({ title: '1枠の長さ（分）' }),
    capacity: Capacity,
  }),
  output: z.object({ made: z.number() }),
  problems: [disastersProblems.notFound, problems.past, problems.badHours],
})

export const listSlots = endpoint({
  name: 'listSlots',
  method: 'GET',
  path: '/api/risai/disasters/:disasterId/slots',
  title: '交付の予約枠の一覧',
  permission: 'risai.view',
  input: z.object({
    disasterId: DisasterIdField,
    fromDay: Day,
    days: z.coerce.number().int().min(1).max(62).default(14),
  }),
  output: z.object({ slots: z.array(SlotView) }),
  problems: [disastersProblems.notFound],
})

export const changeCapacity = endpoint({
  name: 'changeSlotCapacity',
  method: 'POST',
  path: '/api/risai/slots/:slotId/capacity',
  title: '予約枠の定員の変更',
  permission: 'risai.issue',
  input: z.object({ slotId: SlotIdField, version: Version, capacity: Capacity }),
  output: z.object({ slotId: z.string(), version: z.number() }),
  problems: [problems.slotNotFound, problems.tooFew],
})

export const bookAppointment = endpoint({
  name: 'bookAppointment',
  method: 'POST',
  path: '/api/risai/applications/:applicationId/appointment',
  title: '来庁の予約',
  permission: 'risai.apply',
  input: z.object({ applicationId: ApplicationIdField, slotId: SlotIdField }),
  output: Booked,
  problems: [
    risaiProblems.notFound,
    problems.slotNotFound,
    problems.full,
    problems.past,
    problems.already,
    problems.notIssuable,
  ],
})

/** To another slot: the place in the old one is free at the same moment. */
export const moveAppointment = endpoint({
  name: 'moveAppointment',
  method: 'POST',
  path: '/api/risai/appointments/:appointmentId/move',
  title: '来庁の予約の変更',
  permission: 'risai.apply',
  input: z.object({ appointmentId: AppointmentIdField, version: Version, slotId: SlotIdField }),
  output: Booked,
  problems: [problems.notFound, problems.slotNotFound, problems.full, problems.past, problems.ended],
})

/** 来庁, 取消し, 来庁なし: only what is cancelled gives its place back. */
export const endAppointment = endpoint({
  name: 'endAppointment',
  method: 'POST',
  path: '/api/risai/appointments/:appointmentId/end',
  title: '来庁の予約の結果',
  permission: 'risai.apply',
  input: z.object({
    appointmentId: AppointmentIdField,
    version: Version,
    outcome: z.enum(['came', 'cancelled', 'no-show']).meta({ title: '結果' }),
  }),
  output: Booked,
  problems: [problems.notFound, problems.ended],
})

export const listAppointments = endpoint({
  name: 'listAppointments',
  method: 'GET',
  path: '/api/risai/disasters/:disasterId/appointments',
  title: '来庁の予約の一覧',
  permission: 'risai.view',
  input: z.object({ disasterId: DisasterIdField, onDay: Day.meta({ title: '日' }) }),
  output: z.object({ appointments: z.array(AppointmentView) }),
  problems: [disastersProblems.notFound],
})

export const appointmentsOf = endpoint({
  name: 'appointmentsOfApplication',
  method: 'GET',
  path: '/api/risai/applications/:applicationId/appointments',
  title: '申請の来庁の予約',
  permission: 'risai.view',
  input: z.object({ applicationId: ApplicationIdField }),
  output: z.object({ appointments: z.array(AppointmentView) }),
  problems: [risaiProblems.notFound],
})
