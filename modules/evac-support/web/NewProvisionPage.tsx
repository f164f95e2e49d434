import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q, send } from '@open-bcl/ui/api.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { bases, type Basis } from '../evac-support.ts'
import {
  countEvacProvision,
  listEvacProvisions,
  listEvacRecipients,
  requestEvacProvision,
} from '../provisions.contract.ts'

const Bases = radioOf<Basis>(bases, 'column')

/** Asks for a provision; how many it is of is counted before. */
export function NewProvisionPage(): ReactNode {
  const { data, error } = useQuery(q(listEvacRecipients, {}))
  return (
    <Page
      title="名簿の提供の申請"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '名簿の提供', to: '/evac-provisions' },
        { label: '名簿の提供の申請' },
      ]}
    >
      <Allowed to={requestEvacProvision}>
        {error && <ErrorSummary error={error} />}
        {!data && !error && <Progress label="読み込んでいます" />}
        {data && (
          <Section title="申請の内容">
            <Form recipients={data.recipients.filter(({ ended }) => !ended)} />
          </Section>
        )}
      </Allowed>
    </Page>
  )
}

type Draft = {
  readonly basis: Basis | null
  readonly evacRecipientId: string | null
  readonly reason: string
}

function Form(props: {
  recipients: readonly { readonly evacRecipientId: string; readonly name: string; readonly inPlan: boolean }[]
}): ReactNode {
  const disaster = useSelectedDisaster()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const initial: Draft = { basis: 'peacetime', evacRecipientId: null, reason: '' }
  const Recipients = selectOf(
    props.recipients.map(({ evacRecipientId, name, inPlan }) => ({
      value: evacRecipientId,
      label: inPlan ? name : `${name}（災害時だけ）`,
    })),
  )
  const disasterOf = (basis: Basis | null) => (basis === 'emergency' ? disaster : null)
  return (
    <EditForm
      mode="new"
      initial={initial}
      schema={requestEvacProvision.input}
      submitLabel="承認を求める"
      onSubmit={({ basis, evacRecipientId, reason }, { requestId }) =>
        send(
          requestEvacProvision,
          {
            // Required by the form.
            ...{ basis: basis!, evacRecipientId: evacRecipientId!, reason },
            disasterId: disasterOf(basis),
          },
          requestId,
        )
      }
      onSaved={({ provisionId }) => {
        void queries.invalidateQueries({ queryKey: [listEvacProvisions.name] })
        void navigate({ to: '/evac-provisions/$provisionId', params: { provisionId } as never })
      }}
      cancel={
        <Link to="/evac-provisions" className="button">
          やめる
        </Link>
      }
    >
      {({ Field, values }) => (
        <>
          <Field name="basis" kind={Bases} required />
          {values.basis === 'emergency' && disaster === null && <ChooseDisaster />}
          {values.basis === 'emergency' && disaster !== null && (
            <Banner tone="warning" title="同意のない方も含めて提供します">
              画面上部で選んだ災害で、人の生命や身体を守るために特に必要なときだけ申請してください（災対法49条の11第3項）。
            </Banner>
          )}
          <Field name="evacRecipientId" kind={Recipients} required />
          <Field name="reason" kind={TextArea} required />
          {values.basis !== null && values.evacRecipientId !== null && (
            <Counts
              basis={values.basis}
              evacRecipientId={values.evacRecipientId}
              disasterId={disasterOf(values.basis)}
            />
          )}
        </>
      )}
    </EditForm>
  )
}

function Counts(props: { basis: Basis; evacRecipientId: string; disasterId: string | null }): ReactNode {
  const { data, error } = useQuery(q(countEvacProvision, props))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="人数を数えています" />
  return (
    <section aria-label="提供できる人数">
      <h3>提供できる人数</h3>
      <DescriptionList
        items={[
          { term: '提供する人数', value: `${data.people}人` },
          ...(props.basis === 'emergency'
            ? []
            : [
                { term: 'うち本人の同意', value: `${data.byConsent}人` },
                { term: 'うち条例', value: `${data.byOrdinance}人` },
                { term: '同意がなく提供しない人数', value: `${data.withoutBasis}人` },
              ]),
          { term: '支援措置のため除く人数（名簿全体）', value: `${data.leftOut}人` },
        ]}
      />
      {data.leftOut > 0 && (
        <p>支援措置の対象の方はファイルに載りません。避難の支援は、担当の方が別に備えてください。</p>
      )}
    </section>
  )
}
