import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { send } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { getEvacPerson, recordEvacConsent, searchEvacSupport } from '../evac-support.contract.ts'
import {
  consentMethods,
  consentStates,
  recipientKinds,
  type ConsentMethod,
  type ConsentState,
  type RecipientKind,
} from '../evac-support.ts'

type Draft = {
  readonly consent: ConsentState | null
  readonly toldOn: PlainDate | null
  readonly method: ConsentMethod | null
  readonly who: string
  readonly untilOn: PlainDate | null
  readonly exceptKinds: readonly RecipientKind[]
  readonly note: string
}
const Consent = radioOf<ConsentState>(consentStates)
const Method = radioOf<ConsentMethod>(consentMethods)
const Except = checkGroupOf<RecipientKind>(recipientKinds)

/** What a person says of peacetime provision; what was said before stays on record. */
export function ConsentForm({ person }: { person: OutputOf<typeof getEvacPerson> }): ReactNode {
  const queries = useQueryClient()
  const toast = useToast()
  const today = useToday()
  const { residentNo, consentNo } = person
  const initial: Draft = {
    ...{ consent: null, toldOn: today, method: null, who: '', untilOn: null, exceptKinds: [], note: '' },
  }
  return (
    <Section title="平常時の提供への同意を記録する">
      <EditForm
        key={consentNo}
        mode="new"
        initial={initial}
        schema={recordEvacConsent.input}
        submitLabel="同意を記録する"
        onSubmit={({ consent, method, toldOn, exceptKinds, ...draft }, { requestId }) =>
          send(
            recordEvacConsent,
            {
              ...{ ...draft, residentNo, consentNo, exceptKinds: [...exceptKinds] },
              // Required by the form.
              ...{ consent: consent!, method: method!, toldOn: toldOn! },
            },
            requestId,
          )
        }
        onSaved={() => {
          toast('同意を記録しました')
          for (const { name } of [getEvacPerson, searchEvacSupport])
            void queries.invalidateQueries({ queryKey: [name] })
        }}
      >
        {({ Field, values }) => (
          <>
            <Field name="consent" kind={Consent} required />
            <FieldRow>
              <Field name="toldOn" kind={WarekiDate} required />
              {values.consent === 'given' && (
                <Field name="untilOn" kind={WarekiDate} hint="決めないときは空欄" />
              )}
            </FieldRow>
            <Field name="method" kind={Method} required />
            <Field name="who" kind={Text} hint="例：本人、代理人 長女 佐藤 花子" required />
            {values.consent === 'given' && (
              <Field name="exceptKinds" kind={Except} hint="提供してほしくない相手があれば選びます" />
            )}
            <Field name="note" kind={TextArea} />
          </>
        )}
      </EditForm>
    </Section>
  )
}
