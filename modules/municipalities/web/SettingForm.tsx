import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { send } from '@open-bcl/ui/api.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import type { FieldOf } from '@open-bcl/ui/form/Field.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import {
  changeMunicipalitySetting,
  getMunicipalitySettings,
  type Setting,
} from '../municipalities.contract.ts'

/** Shaped as the contract's input, so that the server's pointers find their fields. */
type Dated<V> = { readonly fromOn: PlainDate | null; readonly setting: { readonly value: V } }

/** One setting changed from a day on: what it holds today, as a form, with 適用日. */
export function SettingForm<V extends object>(props: {
  settings: OutputOf<typeof getMunicipalitySettings>
  lead: string
  initial: V
  toSetting: (value: V) => Setting
  check?: (value: V) => readonly FieldError[]
  children: (parts: {
    Field: FieldOf<Dated<V>>
    value: V
    /** Changes several items at once. */
    set: (changed: Partial<V>) => void
  }) => ReactNode
}): ReactNode {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const today = useToday()
  // What the form was filled from: a newer answer that arrives while somebody types is not what they saw.
  const [settingsVersion] = useState(props.settings.settingsVersion)
  const initial: Dated<V> = { fromOn: today, setting: { value: props.initial } }
  return (
    <EditForm
      mode="edit"
      initial={initial}
      check={(values) => props.check?.(values.setting.value) ?? []}
      onSubmit={({ fromOn, setting }, { requestId }) =>
        // The form asks for the day before it sends; an empty one is the server's to refuse.
        send(
          changeMunicipalitySetting,
          { fromOn: fromOn ?? '', setting: props.toSetting(setting.value), settingsVersion },
          requestId,
        )
      }
      onSaved={() => {
        toast('設定を登録しました')
        void queries.invalidateQueries({ queryKey: [getMunicipalitySettings.name] })
        void navigate({ to: '/municipality' })
      }}
      submitLabel="設定を登録"
      cancel={
        <Link to="/municipality" className="button">
          やめる
        </Link>
      }
    >
      {({ Field, values, form }) => {
        const { value } = values.setting
        // Every `Dated` has the day; the compiler cannot see it through the open type of the value.
        const DayField = Field as unknown as FieldOf<{ fromOn: PlainDate | null }>
        return (
          <FieldGroup legend="設定の内容">
            <p className="quiet">{props.lead}</p>
            {props.children({
              Field,
              value,
              set: (changed) => form.setFieldValue('setting.value', { ...value, ...changed }),
            })}
            <DayField
              name="fromOn"
              kind={WarekiDate}
              label="適用日"
              hint="この日から使います。先の日を入れると、その日が来るまで今の設定のままです"
              required
            />
          </FieldGroup>
        )
      }}
    </EditForm>
  )
}
