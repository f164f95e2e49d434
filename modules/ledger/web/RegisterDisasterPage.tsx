import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { send } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import type { FieldKind } from '@open-bcl/ui/fields/kind.ts'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { DisasterDraft, listDisasters } from '../../disasters/disasters.contract.ts'
import { causeTextOf, hazards, type HazardCode } from '../../disasters/disasters.ts'
import { registerDisaster } from '../ledger.contract.ts'

const Hazards = checkGroupOf<HazardCode>(hazards)
const Words = textWith({ width: 'wide', maxLength: 60 })

type Draft = {
  readonly name: string
  readonly hazards: readonly HazardCode[]
  readonly occurredOn: PlainDate | null
  readonly causeText: string
  readonly applicationDeadlineOn: PlainDate | null
}
const empty: Draft = { name: '', hazards: [], occurredOn: null, causeText: '', applicationDeadlineOn: null }

/** The cause as the date and the hazards word it. */
function wordedCause(draft: Draft): string {
  return draft.occurredOn === null ? '' : causeTextOf(draft.occurredOn, draft.hazards)
}

/** The same field, whose change the cause follows. */
function followed<V>(kind: FieldKind<V>, follow: (value: V) => void): FieldKind<V> {
  return {
    ...kind,
    Input: (props) =>
      kind.Input({
        ...props,
        onChange: (value) => {
          props.onChange(value)
          follow(value)
        },
      }),
  }
}

/** 災害名新規登録: registers the disaster and opens its ledger as of now. */
export function RegisterDisasterPage(): ReactNode {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <Page
      title="災害名新規登録"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '災害の一覧', to: '/disasters' },
        { label: '災害名新規登録' },
      ]}
      lead="登録すると、今の住民情報から、この災害の被災者台帳を作成します。"
    >
      <Allowed to={registerDisaster}>
        <EditForm
          mode="new"
          initial={empty}
          schema={DisasterDraft}
          submitLabel="登録して台帳を作成"
          onSubmit={({ occurredOn, hazards: chosen, ...draft }, { requestId }) =>
            send(
              registerDisaster,
              { ...draft, hazards: [...chosen], occurredOn: occurredOn ?? '' },
              requestId,
            )
          }
          onSaved={({ disaster }) => {
            toast(`「${disaster.name}」を登録し、被災者台帳を作成しました`)
            void queries.invalidateQueries({ queryKey: [listDisasters.name] })
            void navigate({ to: '/ledger', search: { disaster: disaster.disasterId } as never })
          }}
          cancel={
            <Link to="/disasters" className="button">
              やめる
            </Link>
          }
        >
          {({ Field, values, form }) => {
            // Follows the date and the hazards until the clerk words it otherwise.
            const follow = (changed: Partial<Draft>) => {
              if (values.causeText === wordedCause(values))
                form.setFieldValue('causeText', wordedCause({ ...values, ...changed }))
            }
            return (
              <FieldGroup legend="災害">
                <Field name="name" kind={Words} hint="例：令和8年9月飛騨北部地震" required />
                <Field
                  name="hazards"
                  kind={followed(Hazards, (chosen) => follow({ hazards: chosen }))}
                  required
                />
                <Field
                  name="occurredOn"
                  kind={followed(WarekiDate, (occurredOn) => follow({ occurredOn }))}
                  hint="続いた災害では、始まりの日。例：R8.9.12"
                  required
                />
                <Field
                  name="causeText"
                  kind={Words}
                  hint="発生日と種別から作ります。直すこともできます"
                  required
                />
                <Field
                  name="applicationDeadlineOn"
                  kind={WarekiDate}
                  hint="決めていないときは空欄。例：R8.12.31"
                />
              </FieldGroup>
            )
          }}
        </EditForm>
      </Allowed>
    </Page>
  )
}
