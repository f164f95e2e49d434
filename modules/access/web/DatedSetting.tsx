import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { send } from '@open-bcl/ui/api.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import type { FieldOf } from '@open-bcl/ui/form/Field.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { changeSignInSetting, getSignInSettings } from '../sign-in-settings.contract.ts'

export type Settings = OutputOf<typeof getSignInSettings>
type Change = RawInputOf<typeof changeSignInSetting>['setting']
type Dated<V> = { readonly fromOn: PlainDate | null; readonly setting: { readonly value: V } }

/** One setting, changed from a day on. */
export function DatedSetting<V extends object>(props: {
  settings: Settings
  initial: V
  toSetting: (value: V) => Change
  children: (parts: { Field: FieldOf<Dated<V>>; value: V }) => ReactNode
}): ReactNode {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const today = useToday()
  // What the form was filled from: a newer answer that arrives while somebody types is not what they saw.
  const [settingNo] = useState(props.settings.settingNo)
  return (
    <EditForm
      mode="edit"
      initial={{ fromOn: today, setting: { value: props.initial } } as Dated<V>}
      onSubmit={({ fromOn, setting }, { requestId }) =>
        // The form asks for the day before it sends; an empty one is the server's to refuse.
        send(
          changeSignInSetting,
          { fromOn: fromOn ?? '', setting: props.toSetting(setting.value), settingNo },
          requestId,
        )
      }
      onSaved={() => {
        toast('設定を登録しました')
        void queries.invalidateQueries({ queryKey: [getSignInSettings.name] })
        void navigate({ to: '/sign-in-settings' })
      }}
      submitLabel="設定を登録"
      cancel={
        <Link to="/sign-in-settings" className="button">
          やめる
        </Link>
      }
    >
      {({ Field, values }) => {
        // Every `Dated` has the day; the compiler cannot see it through the open type of the value.
        const DayField = Field as unknown as FieldOf<{ fromOn: PlainDate | null }>
        return (
          <FieldGroup legend="設定の内容">
            {props.children({ Field, value: values.setting.value })}
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
