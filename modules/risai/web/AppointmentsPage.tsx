import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldGroup, FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { useQueryClient } from '@tanstack/react-query'
import {
  changeCapacity,
  endAppointment,
  listAppointments,
  listSlots,
  openSlots,
} from '../appointments.contract.ts'
import { appointmentStates, clockText, slotText } from '../appointments.ts'

type Appointment = OutputOf<typeof listAppointments>['appointments'][number]
type Slot = OutputOf<typeof listSlots>['slots'][number]
const invalidates = [listAppointments, listSlots]
const Hour = wholeNumberOf({ unit: '時', minimum: 0, maximum: 24 })
const Minutes = wholeNumberOf({ unit: '分', minimum: 5, maximum: 480 })
const Places = wholeNumberOf({ unit: '人', minimum: 0, maximum: 500 })
const tones = { booked: 'information', came: 'success', cancelled: 'neutral', 'no-show': 'warning' } as const

const column = columnsOf<Appointment>()
const columns = column.columns([
  column.accessor('serialNo', { header: '整理番号', meta: { nowrap: true } }),
  column.accessor('fromMinute', {
    header: '時刻',
    meta: { nowrap: true },
    cell: (cell) => clockText(cell.getValue()),
  }),
  column.accessor('place', { header: '場所' }),
  column.accessor('applicantName', { header: '申請者', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('state', {
    header: '状態',
    cell: (cell) => (
      <Badge tone={tones[cell.getValue()]}>{labelOf(appointmentStates, cell.getValue())}</Badge>
    ),
  }),
  column.display({
    id: 'act',
    header: '操作',
    cell: ({ row: { original } }) => (original.state === 'booked' ? <Ends appointment={original} /> : null),
  }),
])

const slot = columnsOf<Slot>()
const slotColumns = slot.columns([
  slot.accessor('fromMinute', {
    header: '枠',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => slotText(original),
  }),
  slot.accessor('place', { header: '場所' }),
  slot.accessor('taken', {
    header: '予約／定員',
    meta: { align: 'end' },
    cell: ({ row: { original } }) => `${original.taken}／${original.capacity}人`,
  }),
  slot.display({ id: 'act', header: '操作', cell: ({ row: { original } }) => <Capacity slot={original} /> }),
])

/** 来庁予約: one day's slots and who comes. */
export function AppointmentsPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="来庁の予約"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '罹災証明書', to: '/risai' },
        { label: '来庁の予約' },
      ]}
      lead="罹災証明書を窓口で受け取る方の予約枠を設け、当日の来庁を記録します。予約は申請の画面で取ります。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Day disasterId={disasterId} />}
    </Page>
  )
}

function Day(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const today = useToday()
  const can = useCan()
  const navigate = useNavigate()
  const { day = today } = useSearch({ strict: false }) as { day?: string }
  const booked = useQuery(q(listAppointments, { disasterId, onDay: day }))
  const slots = useQuery(q(listSlots, { disasterId, fromDay: day, days: 1 }))
  return (
    <>
      <LooseField
        name="day"
        label="日"
        kind={WarekiDate}
        value={day as PlainDate}
        onChange={(chosen) =>
          chosen !== null &&
          void navigate({
            to: '.',
            search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], day: chosen }) as never,
          })
        }
      />
      <DataTable
        caption="来庁する方（時刻順）"
        columns={columns}
        rows={booked.data?.appointments}
        rowKey={(row) => row.appointmentId}
        rowLink={(row) => ({
          to: '/risai/applications/$applicationId',
          params: { applicationId: row.applicationId },
        })}
        error={booked.error ?? undefined}
        onRetry={() => void booked.refetch()}
        empty={<p>この日の予約はありません。</p>}
      />
      <DataTable
        caption="この日の枠"
        columns={slotColumns}
        rows={slots.data?.slots}
        rowKey={(row) => row.slotId}
        error={slots.error ?? undefined}
        onRetry={() => void slots.refetch()}
        empty={<p>この日の枠はありません。</p>}
      />
      {can(openSlots).allowed && <Open key={day} disasterId={disasterId} day={day} />}
    </>
  )
}

function Ends(props: { appointment: Appointment }): ReactNode {
  const { appointmentId, version, serialNo } = props.appointment
  const end = (outcome: 'came' | 'cancelled' | 'no-show', words: string) => (
    <AskButton
      endpoint={endAppointment}
      input={{ appointmentId, version, outcome }}
      invalidates={invalidates}
      label={labelOf(appointmentStates, outcome)}
      of={serialNo}
      question={`${serialNo}の予約を「${labelOf(appointmentStates, outcome)}」としますか`}
      confirm="登録する"
    >
      <p>{words}</p>
    </AskButton>
  )
  return (
    <div className="button-row">
      {end('came', '来庁した記録を残します。')}
      {end('no-show', '来庁がなかった記録を残します。枠は戻りません。')}
      {end('cancelled', '枠が空き、ほかの方が予約できるようになります。')}
    </div>
  )
}

function Capacity(props: { slot: Slot }): ReactNode {
  const { slotId, version, capacity, taken } = props.slot
  const [typed, setTyped] = useState<number | null>(capacity)
  return (
    <AskButton
      endpoint={changeCapacity}
      input={{ slotId, version, capacity: typed ?? capacity }}
      invalidates={invalidates}
      label="定員を変える"
      of={`${slotText(props.slot)} ${props.slot.place}`}
      question="この枠の定員を変えますか"
      confirm="変える"
    >
      <p>いまの予約は{taken}人です。予約の数より少なくはできません。0人にすると、新しい予約を受けません。</p>
      <LooseField name="capacity" label="定員" kind={Places} value={typed} onChange={setTyped} />
    </AskButton>
  )
}

function Open(props: { disasterId: string; day: string }): ReactNode {
  const { disasterId, day } = props
  const queries = useQueryClient()
  const toast = useToast()
  const initial = {
    ...{
      onDay: day as PlainDate | null,
      place: '',
      fromHour: 9 as number | null,
      toHour: 17 as number | null,
    },
    ...{ minutes: 30 as number | null, capacity: 4 as number | null },
  }
  return (
    <Section title="枠を設ける">
      <EditForm
        mode="new"
        initial={initial}
        schema={openSlots.input}
        submitLabel="枠を設ける"
        onSubmit={({ onDay, place, fromHour, toHour, minutes, capacity }, { requestId }) =>
          send(
            openSlots,
            {
              ...{ disasterId, place, onDay: onDay ?? '', capacity: capacity ?? 0, minutes: minutes ?? 30 },
              ...{ fromMinute: (fromHour ?? 9) * 60, toMinute: (toHour ?? 17) * 60 },
            },
            requestId,
          )
        }
        onSaved={({ made }) => {
          toast(made === 0 ? '同じ枠が既にあります' : `${made}枠を設けました`)
          for (const { name } of invalidates) void queries.invalidateQueries({ queryKey: [name] })
        }}
      >
        {({ Field }) => (
          <FieldGroup legend="予約枠">
            <Field name="onDay" kind={WarekiDate} required />
            <Field name="place" kind={Text} hint="例：本庁1階 第2会議室" required />
            <FieldRow>
              <Field name="fromHour" kind={Hour} label="始まり" required />
              <Field name="toHour" kind={Hour} label="終わり" required />
              <Field name="minutes" kind={Minutes} required />
              <Field name="capacity" kind={Places} required />
            </FieldRow>
          </FieldGroup>
        )}
      </EditForm>
    </Section>
  )
}
