import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { recipientKinds, type RecipientKind } from '../evac-support.ts'
import { listEvacAreas, listEvacRecipients, saveEvacRecipient } from '../provisions.contract.ts'

type Recipient = OutputOf<typeof listEvacRecipients>['recipients'][number]

const Kind = radioOf<RecipientKind>(recipientKinds)
const InPlan = checkboxOf('地域防災計画に定めがある（なければ、災害時だけ提供できる）', 'あり', 'なし')
const WholeTown = checkboxOf('市町村の全域', '全域', '地区')
const Ended = checkboxOf('この提供先への提供を終わりにする', '終わり', '続ける')

export function RecipientPage(): ReactNode {
  const recipientId = usePathParam('recipientId')
  const isNew = recipientId === 'new'
  const recipients = useQuery(q(listEvacRecipients, {}))
  const found = recipients.data?.recipients.find(({ evacRecipientId }) => evacRecipientId === recipientId)
  const title = isNew ? '提供先の登録' : (found?.name ?? '提供先')
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '避難行動要支援者名簿', to: '/evac-support' },
        { label: '名簿の提供先', to: '/evac-support/recipients' },
        { label: title },
      ]}
    >
      <Allowed to={saveEvacRecipient}>
        {recipients.error && <ErrorSummary error={recipients.error} />}
        {recipients.data && !isNew && !found && <p>その提供先は登録されていません。</p>}
        {(isNew || found) && (
          <Section title="提供先の内容">
            <Form key={recipientId} recipient={found ?? null} />
          </Section>
        )}
      </Allowed>
    </Page>
  )
}

function Form({ recipient }: { recipient: Recipient | null }): ReactNode {
  const areas = useQuery(q(listEvacAreas, {}))
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const [made] = useState(() => uuidv7())
  if (areas.error) return <ErrorSummary error={areas.error} />
  if (!areas.data) return <Progress label="地区ごとの人数を数えています" />
  // Whoever lived in an area may have moved away since: what was chosen stays to be seen.
  const counted = new Map(areas.data.areas.map(({ area, people }) => [area, people]))
  const known = [...new Set([...counted.keys(), ...(recipient?.areas ?? [])])]
  const Areas = checkGroupOf(
    known.map((area) => ({ value: area, label: `${area}（${counted.get(area) ?? 0}人）` })),
  )
  const initial = {
    kind: (recipient?.kind ?? null) as RecipientKind | null,
    ...{ name: recipient?.name ?? '', person: recipient?.person ?? '', contact: recipient?.contact ?? '' },
    ...{ inPlan: recipient?.inPlan ?? true, plan: recipient?.plan ?? '', ended: recipient?.ended ?? false },
    ...{
      wholeTown: recipient?.wholeTown ?? false,
      areas: [...(recipient?.areas ?? [])] as readonly string[],
    },
  }
  return (
    <EditForm
      mode={recipient === null ? 'new' : 'edit'}
      initial={initial}
      schema={saveEvacRecipient.input}
      submitLabel={recipient === null ? '登録する' : '変更する'}
      onSubmit={(draft, { requestId }) =>
        send(
          saveEvacRecipient,
          {
            ...draft,
            kind: draft.kind!,
            areas: draft.wholeTown ? [] : [...draft.areas],
            evacRecipientId: recipient?.evacRecipientId ?? made,
            version: recipient?.version ?? 0,
          },
          requestId,
        )
      }
      onSaved={() => {
        toast('提供先を登録しました')
        void queries.invalidateQueries({ queryKey: [listEvacRecipients.name] })
        void navigate({ to: '/evac-support/recipients' })
      }}
      cancel={
        <Link to="/evac-support/recipients" className="button">
          やめる
        </Link>
      }
    >
      {({ Field, values }) => (
        <>
          <Field name="kind" kind={Kind} required />
          <Field name="name" kind={Text} required />
          <FieldRow>
            <Field name="person" kind={Text} />
            <Field name="contact" kind={Text} />
          </FieldRow>
          <Field name="inPlan" kind={InPlan} />
          {values.inPlan && <Field name="plan" kind={Text} hint="例：第3編第2章第4節" required />}
          <Field name="wholeTown" kind={WholeTown} />
          {!values.wholeTown && (
            <Field
              name="areas"
              kind={Areas}
              hint="名簿に載っている方のいる町字。人数に支援措置の対象者は入りません"
              required
            />
          )}
          {recipient !== null && <Field name="ended" kind={Ended} />}
        </>
      )}
    </EditForm>
  )
}
