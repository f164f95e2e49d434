import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { Areas, areasOf } from '@open-bcl/ui/fields/areas.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Section, FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { SendForm } from '@open-bcl/ui/layout/SendForm.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { assignStaffRole, endStaffRole, listAssignable } from '../staff.contract.ts'
import { staffReadings, type Person } from './staff-readings.ts'

type Spell = Person['spells'][number] & { readonly person: Person }

const spell = columnsOf<Spell>()
const columns = spell.columns([
  spell.accessor('roleName', { header: '役割' }),
  spell.accessor('disasterName', {
    header: '対象の災害・町字',
    cell: ({ row: { original } }) =>
      original.areas === null
        ? (original.disasterName ?? 'すべて')
        : `${original.disasterName}（${original.areas.join('、')}）`,
  }),
  spell.accessor('fromOn', {
    header: '開始日',
    meta: { nowrap: true },
    cell: (cell) => dateText(cell.getValue() as PlainDate),
  }),
  spell.accessor('untilOn', {
    header: '終了日（この日まで）',
    meta: { nowrap: true },
    cell: (cell) => dateText(cell.getValue() as PlainDate | null) || '期限なし',
  }),
  spell.display({
    id: 'end',
    header: '操作',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => (original.person.isOneself ? '―' : <End spell={original} />),
  }),
])

/** What a person may do, from when until when, and for which disaster. */
export function StaffRoles({ person }: { person: Person }): ReactNode {
  return (
    <Section title="役割">
      <DataTable
        caption="いまの、またはこれからの役割"
        columns={columns}
        rows={person.spells.map((one) => ({ ...one, person }))}
        rowKey={(row) => `${row.role} ${row.fromOn} ${row.disasterId}`}
        empty={<p>役割がありません。ログインはできますが、何も見えません。</p>}
      />
      {!person.isOneself && person.state !== 'retired' && <Assign person={person} />}
    </Section>
  )
}

function End({ spell: one }: { spell: Spell }): ReactNode {
  const [lastOn, setLastOn] = useState<PlainDate | null>(null)
  const { staffId, version, displayName } = one.person
  return (
    <AskButton
      endpoint={endStaffRole}
      input={{ staffId, version, role: one.role, fromOn: one.fromOn, disasterId: one.disasterId, lastOn }}
      invalidates={staffReadings}
      label="終える"
      of={one.roleName}
      question={`${displayName}さんの「${one.roleName}」を終えますか`}
      confirm="終える"
      look="danger"
    >
      <LooseField
        name="lastOn"
        label="最後の日"
        kind={WarekiDate}
        hint="空欄なら、いますぐ終わります"
        value={lastOn}
        onChange={setLastOn}
      />
    </AskButton>
  )
}

function Assign({ person }: { person: Person }): ReactNode {
  const today = useToday()
  const toast = useToast()
  const { data } = useQuery(q(listAssignable, {}))
  const [role, setRole] = useState<string | null>(null)
  const [disasterId, setDisasterId] = useState<string | null>(null)
  const [areaText, setAreaText] = useState('')
  const [fromOn, setFromOn] = useState<PlainDate | null>(today)
  const [untilOn, setUntilOn] = useState<PlainDate | null>(null)
  const sending = useSend(assignStaffRole, {
    invalidates: staffReadings,
    onDone: () => toast('役割を割り当てました'),
  })
  const chosen = data?.roles.find((one) => one.role === role)
  const areas = disasterId === null ? null : areasOf(areaText)
  return (
    <SendForm
      sending={sending}
      label="割り当てる"
      onSend={() =>
        sending.start({
          ...{ staffId: person.staffId, version: person.version, role: role ?? '' },
          ...{ fromOn: fromOn ?? '', untilOn, disasterId, areas },
        })
      }
    >
      <h3>役割を割り当てる</h3>
      <FieldRow>
        <LooseField
          name="role"
          label="割り当てる役割"
          kind={selectOf((data?.roles ?? []).map((one) => ({ value: one.role, label: one.name })))}
          value={role}
          onChange={setRole}
          required
        />
        <LooseField
          name="disasterId"
          label="対象の災害"
          kind={selectOf(
            (data?.disasters ?? []).map((one) => ({ value: one.disasterId, label: one.name })),
            'すべて（災害を限らない）',
          )}
          value={disasterId}
          onChange={setDisasterId}
        />
        {disasterId !== null && (
          <LooseField name="areas" label="対象の町字" kind={Areas} value={areaText} onChange={setAreaText} />
        )}
      </FieldRow>
      <FieldRow>
        <LooseField
          name="fromOn"
          label="開始日"
          kind={WarekiDate}
          value={fromOn}
          onChange={setFromOn}
          required
        />
        <LooseField
          name="untilOn"
          label="終了日（この日まで）"
          kind={WarekiDate}
          hint="空欄は期限なし"
          value={untilOn}
          onChange={setUntilOn}
        />
      </FieldRow>
      {chosen && disasterId !== null && chosen.notWithin.length > 0 && (
        <p>{`災害を限るため、次のことはできません：${chosen.notWithin.join('、')}`}</p>
      )}
      {chosen && areas !== null && chosen.notInAreas.length > 0 && (
        <p>{`町字を限るため、次のこともできません：${chosen.notInAreas.join('、')}`}</p>
      )}
    </SendForm>
  )
}
