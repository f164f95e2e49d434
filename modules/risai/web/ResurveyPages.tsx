import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { call, q, send } from '@open-bcl/ui/api.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import type { FieldOf } from '@open-bcl/ui/form/Field.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { amendCertificate, enterResurvey, listResurveys, receiveResurvey } from '../resurveys.contract.ts'
import { canDoResurvey, resurveyWishes } from '../resurveys.ts'
import { getApplication } from '../risai.contract.ts'
import { canDo } from '../risai.ts'
import { getApplicationSurveys } from '../surveying.contract.ts'
import { ActPage, toApplication } from './ActPage.tsx'
import { ApplicationFields } from './ApplicationFields.tsx'
import {
  formDraftOf,
  formInputOf,
  readNames,
  refusedState,
  type AmendingValues,
  type Application,
  type ApplicationValues,
} from './application-text.ts'
import { GradingFields, gradingInputOf, gradingValuesOf } from './GradingFields.tsx'
import type { Resurvey } from './ResurveySection.tsx'
import { StateOnly } from './StateOnly.tsx'

const Wish = radioOf(resurveyWishes)

/** 再調査の申請の受付. */
export function ResurveyPage(): ReactNode {
  return (
    <ActPage title="再調査の申請の受付" needs={receiveResurvey} offered={(state) => canDo('resurvey', state)}>
      {(application) => <Ask application={application} />}
    </ActPage>
  )
}

function Ask(props: { application: Application }): ReactNode {
  const { applicationId, version, state, gradings } = props.application
  const today = useToday()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const { data, error } = useQuery(q(listResurveys, { applicationId }))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  const { untilOn } = data
  const wanted: Resurvey['wanted'] | null = gradings.some(({ resurveyId }) => resurveyId !== null)
    ? 'again'
    : 'second'
  const initial = {
    ...{ state, version, reason: '', lateReason: '' },
    wanted: wanted as Resurvey['wanted'] | null,
    appliedOn: today as PlainDate | null,
  }
  return (
    <>
      <Banner tone="information" title="先に、いまの認定の理由を申請者に説明してください">
        交付済みの罹災証明書は、再調査の結果が決まるまで有効です。
        {untilOn !== null && (
          <>
            申請の期限は
            <WarekiDate.Output value={untilOn as PlainDate} />
            です。
          </>
        )}
      </Banner>
      <EditForm
        mode="new"
        initial={initial}
        schema={receiveResurvey.input}
        submitLabel="再調査の申請を受け付ける"
        check={(values) => refusedState('resurvey', values.state)}
        onSubmit={({ state: _, appliedOn, wanted: wish, ...rest }, { requestId }) =>
          send(
            receiveResurvey,
            { applicationId, ...rest, wanted: wish ?? 'second', appliedOn: appliedOn ?? '' },
            requestId,
          )
        }
        reload={async () => {
          const now = await call(getApplication, { applicationId })
          return { ...initial, state: now.state, version: now.version }
        }}
        onSaved={() => {
          toast('再調査の申請を受け付けました')
          void queries.invalidateQueries({ queryKey: [listResurveys.name] })
          void toApplication(navigate, queries, applicationId)
        }}
        cancel={<Back applicationId={applicationId} />}
      >
        {({ Field, values }) => (
          <FieldGroup legend="再調査の申請">
            <Field name="state" kind={StateOnly} label="申請の状態" />
            <Field name="wanted" kind={Wish} required />
            <Field name="appliedOn" kind={WarekiDate} required />
            {untilOn !== null && values.appliedOn !== null && values.appliedOn > untilOn && (
              <Field name="lateReason" kind={TextArea} required />
            )}
            <Field
              name="reason"
              kind={TextArea}
              hint="どこがどう違うか。例：屋内の壁の亀裂が見られていない"
              required
            />
          </FieldGroup>
        )}
      </EditForm>
    </>
  )
}

function Back(props: { applicationId: string }): ReactNode {
  return (
    <Link
      to="/risai/applications/$applicationId"
      params={{ applicationId: props.applicationId }}
      className="button"
    >
      やめる
    </Link>
  )
}

/** 再調査の結果の登録, from the survey's result or by hand. */
export function ResurveyResultPage(): ReactNode {
  return (
    <ActPage title="再調査の結果の登録" needs={enterResurvey} offered={(state) => canDo('resurvey', state)}>
      {(application) => <Result application={application} />}
    </ActPage>
  )
}

function Result(props: { application: Application }): ReactNode {
  const { applicationId } = props.application
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const resurveys = useQuery(q(listResurveys, { applicationId }))
  const surveys = useQuery(q(getApplicationSurveys, { applicationId }))
  const error = resurveys.error ?? surveys.error
  if (error) return <ErrorSummary error={error} />
  if (!resurveys.data || !surveys.data) return <Progress label="読み込んでいます" />
  const open = resurveys.data.resurveys.find(({ state }) => canDoResurvey('survey', state))
  if (!open) return <Banner tone="warning" title="受理した再調査の申請がありません" />
  const found = surveys.data.surveys.find(({ result, stage }) => result !== null && stage !== 'first')
  const { resurveyId, version } = open
  return (
    <EditForm
      mode="new"
      initial={{ ...gradingValuesOf(null, found ?? null), version }}
      schema={enterResurvey.input}
      submitLabel="再調査の結果を登録"
      onSubmit={({ version: seen, ...values }, { requestId }) =>
        send(
          enterResurvey,
          { resurveyId, version: seen, ...gradingInputOf(values), surveyors: readNames(values.surveyors) },
          requestId,
        )
      }
      onSaved={() => {
        toast('再調査の結果を登録しました。決定する方が確かめて決定します')
        void queries.invalidateQueries({ queryKey: [listResurveys.name] })
        void toApplication(navigate, queries, applicationId)
      }}
      cancel={<Back applicationId={applicationId} />}
    >
      {({ Field, values }) => <GradingFields Field={Field} values={values} found={found ?? null} />}
    </EditForm>
  )
}

const amendValues = (application: Application): AmendingValues => ({
  appliedOn: application.appliedOn as PlainDate,
  version: application.version,
  form: formDraftOf(application.form),
  reason: '',
})

/** 訂正: what the certificate says is put right; its grade stays. */
export function AmendPage(): ReactNode {
  return (
    <ActPage
      title="罹災証明書の記載の訂正"
      needs={amendCertificate}
      offered={(state) => canDo('amend', state)}
      wide
    >
      {(application) => <Amend application={application} />}
    </ActPage>
  )
}

function Amend(props: { application: Application }): ReactNode {
  const { applicationId, suppressed } = props.application
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <>
      <Banner tone="warning" title="いまの罹災証明書は失効し、訂正したものに替わります">
        被害の程度は変わりません。交付済みの紙は回収してください。
      </Banner>
      <EditForm
        mode="edit"
        initial={amendValues(props.application)}
        schema={amendCertificate.input}
        submitLabel="訂正する"
        onSubmit={({ version, form, reason }, { requestId }) =>
          send(amendCertificate, { applicationId, version, reason, form: formInputOf(form) }, requestId)
        }
        reload={async () => amendValues(await call(getApplication, { applicationId }))}
        onSaved={() => {
          toast('罹災証明書の記載を訂正しました')
          void toApplication(navigate, queries, applicationId)
        }}
        cancel={<Back applicationId={applicationId} />}
      >
        {({ Field, values, form }) => (
          <>
            <FieldGroup legend="訂正">
              <Field name="reason" kind={TextArea} hint="例：被災住家の番地の誤り" required />
            </FieldGroup>
            <ApplicationFields
              Field={Field as unknown as FieldOf<ApplicationValues>}
              form={values.form}
              setMembers={(members) => form.setFieldValue('form.members', members)}
              concealed={suppressed}
            />
          </>
        )}
      </EditForm>
    </>
  )
}
