import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import type { FieldOf } from '@open-bcl/ui/form/Field.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { countApplications, listApplications } from '../listing.contract.ts'
import { draftApplication, receiveApplication } from '../risai.contract.ts'
import { applicationStates, channels } from '../risai.ts'
import { ApplicationFields } from './ApplicationFields.tsx'
import { formDraftOf, formInputOf, type ApplicationValues, type ReceivingValues } from './application-text.ts'

const Channels = radioOf(channels)
const Reference = textWith({ width: 'middle', maxLength: 60 })

/** 申請の受付 at the counter, for a person of the ledger (`?person=`). */
export function NewApplicationPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  const { person } = useSearch({ strict: false }) as { person?: string }
  return (
    <Page
      title="罹災証明書の申請の受付"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '罹災証明書', to: '/risai' },
        { label: '罹災証明書の申請の受付' },
      ]}
      lead="住民情報と災害の登録内容を初めに入れてあります。申請書に合わせて直してください。"
    >
      {disasterId === null && <ChooseDisaster />}
      {disasterId !== null && person === undefined && (
        <Banner tone="information" title="先に、申請する方を選んでください">
          <Link to="/ledger">被災者台帳</Link>で探し、その方の画面から申請を受け付けます。
        </Banner>
      )}
      {disasterId !== null && person !== undefined && (
        <Allowed to={receiveApplication}>
          <Receive disasterId={disasterId} personRef={person} />
        </Allowed>
      )}
    </Page>
  )
}

function Receive(props: { disasterId: string; personRef: string }): ReactNode {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const today = useToday()
  const { data, error } = useQuery({ ...q(draftApplication, props), staleTime: Infinity })
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  const initial: ReceivingValues = {
    appliedOn: today,
    version: 0,
    ...{ channel: 'counter', reference: '', lateReason: '' },
    form: formDraftOf(data.form),
  }
  return (
    <>
      {data.suppressed && (
        <Banner tone="suppression" title="支援措置対象者：所在に関わる情報は表示されません">
          住所や連絡先は、申請書と本人の申出をもとに入力してください。登録した後は表示されません。
        </Banner>
      )}
      {data.afterDeadline && (
        <Banner tone="warning" title="申請期限を過ぎています">
          申請期限は
          <WarekiDate.Output value={data.untilOn as PlainDate | null} />
          でした。やむを得ない事情を確かめ、理由を入力して受け付けてください。
        </Banner>
      )}
      {data.earlier.length > 0 && (
        <Banner tone="warning" title="この方は、この災害で既に申請しています">
          <ul style={{ paddingInlineStart: '1.25em' }}>
            {data.earlier.map((one) => (
              <li key={one.applicationId}>
                <Link to="/risai/applications/$applicationId" params={{ applicationId: one.applicationId }}>
                  {one.serialNo}
                </Link>
                （{labelOf(applicationStates, one.state)}）
              </li>
            ))}
          </ul>
          <p>別の住家の申請であれば、そのまま受け付けてください。</p>
        </Banner>
      )}
      <EditForm
        mode="new"
        initial={initial}
        schema={receiveApplication.input}
        submitLabel="申請を受け付ける"
        onSubmit={({ appliedOn, form, channel, ...rest }, { requestId }) =>
          send(
            receiveApplication,
            {
              ...{ ...props, ...rest, appliedOn: appliedOn ?? '' },
              ...{ channel: channel ?? 'counter', form: formInputOf(form) },
            },
            requestId,
          )
        }
        onSaved={({ applicationId, serialNo }) => {
          toast(`申請を受け付けました。整理番号は${serialNo}です`)
          for (const { name } of [listApplications, countApplications, draftApplication])
            void queries.invalidateQueries({ queryKey: [name] })
          void navigate({ to: '/risai/applications/$applicationId', params: { applicationId } as never })
        }}
        cancel={
          <Link to="/ledger/$personRef" params={{ personRef: props.personRef }} className="button">
            やめる
          </Link>
        }
      >
        {({ Field, values, form }) => (
          <>
            <FieldGroup legend="申請">
              <Field name="appliedOn" kind={WarekiDate} required />
              <Field name="channel" kind={Channels} required />
              {values.channel !== 'counter' && (
                <Field
                  name="reference"
                  kind={Reference}
                  hint="オンライン申請の受付番号、郵便の収受番号。同じ番号の申請は二度受け付けません"
                />
              )}
              {data.untilOn !== null && values.appliedOn !== null && values.appliedOn > data.untilOn && (
                <Field
                  name="lateReason"
                  kind={TextArea}
                  hint="例：避難先から戻れなかった、入院していた"
                  required
                />
              )}
            </FieldGroup>
            <ApplicationFields
              Field={Field as unknown as FieldOf<ApplicationValues>}
              form={values.form}
              setMembers={(members) => form.setFieldValue('form.members', members)}
              concealed={false}
            />
          </>
        )}
      </EditForm>
    </>
  )
}
