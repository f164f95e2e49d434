import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { call, q, send } from '@open-bcl/ui/api.ts'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { LedgerElsewhere } from '../../disasters/web/published/LedgerElsewhere.tsx'
import { getApplication, gradeDwelling } from '../risai.contract.ts'
import { canDo } from '../risai.ts'
import { getApplicationSurveys } from '../surveying.contract.ts'
import { ActPage, toApplication } from './ActPage.tsx'
import { readNames, refusedState, type Application } from './application-text.ts'
import { GradingFields, gradingInputOf, gradingValuesOf } from './GradingFields.tsx'
import type { Survey } from './SurveySection.tsx'
import { StateOnly } from './StateOnly.tsx'

/** What is typed, and the state and version that were seen. */
function valuesOf({ state, version, gradings }: Application, found: Survey | null) {
  // A result newer than the last grading is the next beginning; else what was graded last.
  const last = gradings[0] ?? null
  const offered = found !== null && found.taskId !== last?.taskId ? found : null
  return { state, version, ...gradingValuesOf(last, offered) }
}

/** 被害の程度の入力, from the survey's result. */
export function GradePage(): ReactNode {
  return (
    <ActPage title="被害の程度の入力" needs={gradeDwelling} offered={(state) => canDo('grade', state)}>
      {(application) => (
        <LedgerElsewhere disasterId={application.disasterId}>
          <Loaded application={application} />
        </LedgerElsewhere>
      )}
    </ActPage>
  )
}

function Loaded(props: { application: Application }): ReactNode {
  const { applicationId } = props.application
  const { data, error } = useQuery(q(getApplicationSurveys, { applicationId }))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  const found = data.surveys.find(({ result }) => result !== null) ?? null
  const underWay = data.surveys.some(({ state }) => state !== 'done' && state !== 'cancelled')
  return (
    <>
      {underWay && (
        <Banner tone="warning" title="この住家の調査が終わっていません">
          ここで登録すると、調査の依頼は取りやめになります。
        </Banner>
      )}
      <GradeForm application={props.application} found={found} />
    </>
  )
}

function GradeForm(props: { application: Application; found: Survey | null }): ReactNode {
  const { application, found } = props
  const { applicationId, gradings } = application
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <EditForm
      mode={gradings.length === 0 || found !== null ? 'new' : 'edit'}
      initial={valuesOf(application, found)}
      schema={gradeDwelling.input}
      submitLabel="被害の程度を登録"
      check={({ state }) => refusedState('grade', state)}
      onSubmit={({ state: _, version, ...values }, { requestId }) =>
        send(
          gradeDwelling,
          { applicationId, version, ...gradingInputOf(values), surveyors: readNames(values.surveyors) },
          requestId,
        )
      }
      reload={async () => valuesOf(await call(getApplication, { applicationId }), found)}
      onSaved={() => {
        toast('被害の程度を登録しました')
        void toApplication(navigate, queries, applicationId)
      }}
      cancel={
        <Link to="/risai/applications/$applicationId" params={{ applicationId }} className="button">
          やめる
        </Link>
      }
    >
      {({ Field, values }) => (
        <>
          <Field name="state" kind={StateOnly} label="申請の状態" />
          <GradingFields Field={Field} values={values} found={found} />
        </>
      )}
    </EditForm>
  )
}
