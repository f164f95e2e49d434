import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import { Kana } from '@open-bcl/ui/fields/Kana.tsx'
import { Phone } from '@open-bcl/ui/fields/Phone.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { ArrangedFields } from '../../ledger/web/published/item-names.tsx'
import { draftReport, listReports, receiveReport } from '../reports.contract.ts'
import { damagedObjects, type DamagedObject } from '../reports.ts'

type FormInput = RawInputOf<typeof receiveReport>['form']
type Values = {
  readonly notifiedOn: PlainDate | null
  readonly form: Omit<FormInput, 'objects'> & { readonly objects: readonly DamagedObject[] }
}

const Objects = checkGroupOf(damagedObjects)
const Cause = textWith({ width: 'wide', maxLength: 60 })

/** 被災届出の受付 at the counter, for a person of the ledger (`?person=`). */
export function NewReportPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  const { person } = useSearch({ strict: false }) as { person?: string }
  return (
    <Page
      title="被災届出の受付"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被災証明書', to: '/hisai' },
        { label: '被災届出の受付' },
      ]}
      lead="住家の被害は、ここではなく罹災証明書の申請として受け付けます。届出書に合わせて直してください。"
    >
      {disasterId === null && <ChooseDisaster />}
      {disasterId !== null && person === undefined && (
        <Banner tone="information" title="先に、届け出る方を選んでください">
          <Link to="/ledger">被災者台帳</Link>で探し、その方の画面から届出を受け付けます。
        </Banner>
      )}
      {disasterId !== null && person !== undefined && (
        <Allowed to={receiveReport}>
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
  const { data, error } = useQuery({ ...q(draftReport, props), staleTime: Infinity })
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  const initial: Values = { notifiedOn: today, form: data.form }
  return (
    <>
      {data.suppressed && (
        <Banner tone="suppression" title="支援措置対象者：所在に関わる情報は表示されません">
          住所や連絡先は、届出書と本人の申出をもとに入力してください。登録した後は表示されません。
        </Banner>
      )}
      <EditForm
        mode="new"
        initial={initial}
        schema={receiveReport.input}
        submitLabel="届出を受け付ける"
        onSubmit={({ notifiedOn, form }, { requestId }) =>
          send(
            receiveReport,
            { ...props, notifiedOn: notifiedOn ?? '', form: { ...form, objects: [...form.objects] } },
            requestId,
          )
        }
        onSaved={({ reportId }) => {
          toast('届出を受け付けました。内容を確かめて受理してください')
          void queries.invalidateQueries({ queryKey: [listReports.name] })
          void navigate({ to: '/hisai/reports/$reportId', params: { reportId } as never })
        }}
        cancel={
          <Link to="/ledger/$personRef" params={{ personRef: props.personRef }} className="button">
            やめる
          </Link>
        }
      >
        {({ Field }) => (
          <>
            <FieldGroup legend="届出">
              <Field name="notifiedOn" kind={WarekiDate} required />
              <ArrangedFields
                subsystem="hisai"
                places={[
                  { half: true, field: () => <Field name="form.applicant.name" kind={Text} required /> },
                  {
                    item: 'applicant.kana',
                    half: true,
                    field: (own) => <Field name="form.applicant.kana" kind={Kana} {...own} />,
                  },
                  { field: () => <Field name="form.applicant.address" kind={Text} required /> },
                  {
                    item: 'applicant.phone',
                    field: (own) => <Field name="form.applicant.phone" kind={Phone} {...own} />,
                  },
                ]}
              />
            </FieldGroup>
            <FieldGroup legend="被害">
              <Field name="form.causeText" kind={Cause} hint="証明書に印字します" required />
              <Field name="form.objects" kind={Objects} required />
              <Field name="form.place" kind={Text} hint="物件があった場所。証明書に印字します" required />
              <Field
                name="form.damageText"
                kind={TextArea}
                hint="届け出た方の言葉で、300文字まで。証明書に印字します"
                required
              />
            </FieldGroup>
          </>
        )}
      </EditForm>
    </>
  )
}
