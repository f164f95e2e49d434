import type { Brand, PlainDate } from '@open-bcl/core/brand.ts'
import type { CodeOf } from './risai.ts'

export type SlotId = Brand<string, 'SlotId'>
export type AppointmentId = Brand<string, 'AppointmentId'>

export const appointmentStates = [
  { value: 'booked', label: '予約' },
  { value: 'came', label: '来庁' },
  { value: 'cancelled', label: '取消し' },
  { value: 'no-show', label: '来庁なし' },
] as const
export type AppointmentState = CodeOf<typeof appointmentStates>

/** 予約枠. Minutes are after midnight, JST. */
export type Slot = {
  readonly slotId: SlotId
  readonly place: string
  readonly onDay: PlainDate
  readonly fromMinute: number
  readonly toMinute: number
  readonly capacity: number
  readonly taken: number
  readonly version: number
}

/** 540 → 9:00 */
export function clockText(minute: number): string {
  return `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`
}

export function slotText({ fromMinute, toMinute }: Pick<Slot, 'fromMinute' | 'toMinute'>): string {
  return `${clockText(fromMinute)}～${clockText(toMinute)}`
}

/** The stretches of one day: a last one that would run over the end is left out. */
export function slotsOfDay(
  fromMinute: number,
  toMinute: number,
  minutes: number,
): { readonly fromMinute: number; readonly toMinute: number }[] {
  const slots = []
  for (let at = fromMinute; at + minutes <= toMinute; at += minutes)
    slots.push({ fromMinute: at, toMinute: at + minutes })
  return slots
}
