import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { call, q, send } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { listDisclosures, receiveDisclosure } from '../disclosures.contract.ts'
import { disclosureBases, type DisclosureBasis } from '../disclosures.ts'
import { getItemSheet } from '../items.contract.ts'
import { searchLedger } from '../ledger.contract.ts'
import { birthText } from './published/person-text.ts'

type Draft = {
  readonly recipient: string
  readonly recipientPlace: string
  readonly representative: string
  readonly basis: DisclosureBasis | null
  readonly people: readonly string[]
  readonly items: readonly string[]
  readonly purpose: string
  readonly remarks: string
  readonly receivedOn: PlainDate | null
}

/** 台帳情報の提供の申請の受付 (規則8条の6第1項). */
export function NewDisclosurePage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="台帳情報の提供の申請の受付"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '台帳情報の提供', to: '/disclosures' },
        { label: '申請の受付' },
      ]}
    >
      {disasterId === null ? (
        <ChooseDisaster />
      ) : (
        <Allowed to={receiveDisclosure}>
          <Form disasterId={disasterId} />
        </Allowed>
      )}
    </Page>
  )
}

type Person = { readonly value: string; readonly label: string }
const Basis = radioOf<DisclosureBasis>(disclosureBases, 'column')

function Form(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const navigate = useNavigate()
  const queries = useQueryClient()
  const today = useToday()
  const sheet = useQuery(q(getItemSheet, {}))
  const [people, setPeople] = useState<readonly Person[]>([])
  if (sheet.error) return <ErrorSummary error={sheet.error} />
  if (!sheet.data) return <Progress label="読み込んでいます" />
  const items = sheet.data.items.map(({ key, name }) => ({ value: key, label: name }))
  const initial: Draft = {
    ...{ recipient: '', recipientPlace: '', representative: '', basis: null, people: [], items: [] },
    ...{ purpose: '', remarks: '', receivedOn: today },
  }
  return (
    <>
      <PersonSearch
        disasterId={disasterId}
        onFound={(found) =>
          setPeople((kept) => [...new Map([...kept, ...found].map((one) => [one.value, one])).values()])
        }
      />
      <EditForm
        mode="new"
        initial={initial}
        schema={receiveDisclosure.input}
        submitLabel="受け付ける"
        onSubmit={(draft, { requestId }) =>
          send(
            receiveDisclosure,
            {
              ...draft,
              disasterId,
              basis: draft.basis ?? 'consent',
              people: [...draft.people],
              items: [...draft.items],
              receivedOn: draft.receivedOn ?? '',
            },
            requestId,
          )
        }
        onSaved={({ disclosureId }) => {
          void queries.invalidateQueries({ queryKey: [listDisclosures.name] })
          void navigate({ to: '/disclosures/$disclosureId', params: { disclosureId } as never })
        }}
        cancel={
          <Link to="/disclosures" className="button">
            やめる
          </Link>
        }
      >
        {({ Field }) => (
          <>
            <FieldGroup legend="申請者">
              <FieldRow>
                <Field name="recipient" kind={Text} required />
                <Field name="representative" kind={Text} hint="団体のとき" />
              </FieldRow>
              <Field name="recipientPlace" kind={Text} required />
              <Field name="receivedOn" kind={WarekiDate} required />
            </FieldGroup>
            <FieldGroup legend="申請の内容">
              <Field name="basis" kind={Basis} required />
              <Field
                name="people"
                kind={checkGroupOf(people, 'column')}
                {...(people.length === 0 ? { hint: '上の「対象の被災者を探す」で探してください' } : {})}
                required
              />
              <Field name="items" kind={checkGroupOf(items)} required />
              <Field name="purpose" kind={TextArea} required />
              <Field name="remarks" kind={TextArea} />
            </FieldGroup>
          </>
        )}
      </EditForm>
    </>
  )
}

function PersonSearch(props: {
  disasterId: string
  onFound: (people: readonly Person[]) => void
}): ReactNode {
  const [name, setName] = useState('')
  const [count, setCount] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  async function search(): Promise<void> {
    setError(null)
    try {
      const { people } = await call(searchLedger, { disasterId: props.disasterId, name })
      setCount(people.length)
      props.onFound(
        people.map((one) => ({ value: one.personRef, label: `${one.name}（${birthText(one.birth)}）` })),
      )
    } catch (caught) {
      setError(caught)
    }
  }
  return (
    <Section title="対象の被災者を探す">
      <form
        role="search"
        aria-label="対象の被災者を探す"
        onSubmit={(event) => {
          event.preventDefault()
          void search()
        }}
      >
        <LooseField name="name" label="氏名" kind={Text} value={name} onChange={setName} />
        <Button type="submit">探す</Button>
      </form>
      {error !== null && <ErrorSummary error={error} />}
      <p role="status">
        {count !== null && `${count}人見つかりました。下の「対象の被災者」で選んでください。`}
      </p>
    </Section>
  )
}
