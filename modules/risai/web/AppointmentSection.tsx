import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays } from '@open-bcl/core/dates.ts'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { useToday } from '@open-bcl/ui/use-today.ts'
import {
  appointmentsOf,
  bookAppointment,
  endAppointment,
  listAppointments,
  listSlots,
  moveAppointment,
} from '../appointments.contract.ts'
import { appointmentStates, slotText } from '../appointments.ts'
import type { Application } from './application-text.ts'

const invalidates = [appointmentsOf, listSlots, listAppointments]

/** 来庁予約 of an application whose certificate may be issued. */
export function AppointmentSection(props: { application: Application }): ReactNode {
  const { applicationId, disasterId } = props.application
  const can = useCan()
  const { data, error } = useQuery(q(appointmentsOf, { applicationId }))
  const booked = data?.appointments.find(({ state }) => state === 'booked')
  if (error) return <ErrorSummary error={error} />
  return (
    <Section title="来庁の予約">
      {data?.appointments.length === 0 && <p className="quiet">予約はありません。</p>}
      <ul style={{ listStyle: 'none', padding: 0 }}>
        {data?.appointments.map((one) => (
          <li key={one.appointmentId}>
            <WarekiDate.Output value={one.onDay as PlainDate} /> {slotText(one)}　{one.place}{' '}
            <Badge tone={one.state === 'booked' ? 'information' : 'neutral'}>
              {labelOf(appointmentStates, one.state)}
            </Badge>
            {one.state === 'booked' && (
              <AskButton
                endpoint={endAppointment}
                input={{ appointmentId: one.appointmentId, version: one.version, outcome: 'cancelled' }}
                invalidates={invalidates}
                label="取り消す"
                of="来庁の予約"
                question="来庁の予約を取り消しますか"
                confirm="取り消す"
              >
                <p>枠が空き、ほかの方が予約できるようになります。</p>
              </AskButton>
            )}
          </li>
        ))}
      </ul>
      {can(bookAppointment).allowed && (
        <Choose
          disasterId={disasterId}
          applicationId={applicationId}
          moving={booked ? { appointmentId: booked.appointmentId, version: booked.version } : null}
        />
      )}
    </Section>
  )
}

function Choose(props: {
  disasterId: string
  applicationId: string
  moving: { appointmentId: string; version: number } | null
}): ReactNode {
  const { disasterId, applicationId, moving } = props
  const today = useToday()
  const queries = useQueryClient()
  const [slotId, setSlotId] = useState<string | null>(null)
  const { data } = useQuery(q(listSlots, { disasterId, fromDay: today, days: 31 }))
  const done = () => {
    setSlotId(null)
    for (const { name } of invalidates) void queries.invalidateQueries({ queryKey: [name] })
  }
  const booking = useSend(bookAppointment, { invalidates, onDone: done })
  const changing = useSend(moveAppointment, { invalidates, onDone: done })
  const slots = data?.slots
  const free = useMemo(() => slots?.filter(({ taken, capacity }) => taken < capacity) ?? [], [slots])
  const Slots = useMemo(
    () =>
      selectOf(
        free.map((slot) => ({
          value: slot.slotId,
          label: `${dayText(slot.onDay as PlainDate)} ${slotText(slot)} ${slot.place}（残り${slot.capacity - slot.taken}）`,
        })),
      ),
    [free],
  )
  if (data && free.length === 0)
    return <p className="quiet">空いている枠がありません（今日から{dayText(addDays(today, 30))}まで）。</p>
  const error = booking.error ?? changing.error
  return (
    <>
      {error && <ErrorSummary error={error} />}
      <div className="button-row" style={{ alignItems: 'end' }}>
        <LooseField name="slot" label="予約の枠" kind={Slots} value={slotId} onChange={setSlotId} />
        <Button
          busy={booking.busy || changing.busy}
          onClick={() => {
            if (slotId === null) return
            if (moving) changing.start({ ...moving, slotId })
            else booking.start({ applicationId, slotId })
          }}
        >
          {moving ? '予約の日時を変える' : '予約する'}
        </Button>
      </div>
    </>
  )
}

function dayText(day: PlainDate): string {
  return WarekiDate.toText(day)
}
