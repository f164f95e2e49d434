import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { listBlocks, setBlock } from '../blocks.contract.ts'
import { blockReasons, type BlockReasonCode, type BlockScope } from '../blocks.ts'
import type { CertificateKindCode } from '../../municipalities/municipalities.ts'
import { kindOptions } from './certificate-text.ts'

const Scope = radioOf<BlockScope>(
  [
    { value: 'person', label: 'この人', hint: 'この人の情報が載る証明書を交付しません' },
    { value: 'household', label: '世帯の全員', hint: 'いまの世帯の、誰の情報が載る証明書も交付しません' },
  ],
  'column',
)
const Which = radioOf<'all' | 'some'>([
  { value: 'all', label: 'すべての証明書' },
  { value: 'some', label: '種類を選ぶ' },
])
const Kinds = checkGroupOf<CertificateKindCode>(kindOptions, 'column')
const Reason = selectOf<BlockReasonCode>(blockReasons)

/** 発行禁止の設定 for a person or the person's household. */
export function NewBlockPage(): ReactNode {
  const residentNo = usePathParam('residentNo')
  const { data, error } = useQuery(q(listBlocks, { residentNo, lifted: true }))
  return (
    <Page
      title="発行禁止の設定"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '発行禁止設定', to: '/certificates/blocks' },
        { label: '発行禁止の設定' },
      ]}
      lead={data?.person && `${data.person.name}　宛名番号 ${data.person.residentNo}`}
    >
      <Allowed to={setBlock}>
        {error && <ErrorSummary error={error} />}
        {!data && !error && <Progress label="読み込んでいます" />}
        {data && <Form residentNo={residentNo} householdNo={data.person?.householdNo ?? null} />}
      </Allowed>
    </Page>
  )
}

function Form(props: { residentNo: string; householdNo: string | null }): ReactNode {
  const { residentNo } = props
  const today = useToday()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const back = { to: '/certificates/blocks/$residentNo', params: { residentNo } } as const
  return (
    <EditForm
      mode="new"
      initial={{
        scope: 'person' as BlockScope | null,
        which: 'all' as 'all' | 'some' | null,
        kinds: [] as readonly CertificateKindCode[],
        reason: null as BlockReasonCode | null,
        note: '',
        startsOn: today as PlainDate | null,
        endsOn: null as PlainDate | null,
      }}
      schema={setBlock.input}
      submitLabel="発行禁止を設定"
      onSubmit={({ scope, which, kinds, reason, note, startsOn, endsOn }, { requestId }) =>
        send(
          setBlock,
          {
            residentNo,
            // The form asks for what is required before it sends.
            scope: scope ?? 'person',
            kinds: which === 'all' ? null : [...kinds],
            reason: reason ?? 'other',
            note,
            startsOn: startsOn ?? '',
            endsOn,
          },
          requestId,
        )
      }
      onSaved={() => {
        toast('発行禁止を設定しました')
        void queries.invalidateQueries({ queryKey: [listBlocks.name] })
        void navigate(back)
      }}
      cancel={
        <Link {...back} className="button">
          やめる
        </Link>
      }
    >
      {({ Field, values }) => (
        <FieldGroup legend="発行禁止の内容">
          <Field name="scope" kind={Scope} required />
          <Field name="which" kind={Which} label="証明書" required />
          {values.which === 'some' && <Field name="kinds" kind={Kinds} required />}
          <Field name="reason" kind={Reason} hint="キオスク端末や申請者には示しません" required />
          <Field name="note" kind={TextArea} hint="職員だけが見ます。暗号にして保存します" />
          <FieldRow>
            <Field name="startsOn" kind={WarekiDate} required />
            <Field
              name="endsOn"
              kind={WarekiDate}
              hint="過ぎても自動では解けません。確かめて解除します。決まっていなければ空欄"
            />
          </FieldRow>
        </FieldGroup>
      )}
    </EditForm>
  )
}
