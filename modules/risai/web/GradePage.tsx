import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { call, send } from '@open-bcl/ui/api.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { getApplication, gradeDwelling } from '../risai.contract.ts'
import { damageGrades, type DamageGrade } from '../../disasters/grades.ts'
import { canDo, surveyMethods, type SurveyMethod } from '../risai.ts'
import { ActPage, toApplication } from './ActPage.tsx'
import { lossRatios, readNames, refusedState, type Application } from './application-text.ts'
import { StateOnly } from './StateOnly.tsx'

const Grade = radioOf<DamageGrade>(
  damageGrades.map((grade) => ({ ...grade, hint: lossRatios[grade.value] })),
  'column',
)
const Method = radioOf<SurveyMethod>(surveyMethods)

/** What is typed, and the state and version that were seen; the latest grading is the beginning of the next. */
function valuesOf({ state, version, gradings }: Application) {
  const last = gradings[0]
  return {
    state,
    version,
    grade: (last?.grade ?? null) as DamageGrade | null,
    surveyedOn: (last?.surveyedOn ?? null) as PlainDate | null,
    method: (last?.method ?? null) as SurveyMethod | null,
    surveyors: last?.surveyors.join('、') ?? '',
    note: last?.note ?? '',
  }
}

/** 被害の程度の入力, from the survey's result. */
export function GradePage(): ReactNode {
  return (
    <ActPage title="被害の程度の入力" needs={gradeDwelling} offered={(state) => canDo('grade', state)}>
      {(application) => <GradeForm application={application} />}
    </ActPage>
  )
}

function GradeForm(props: { application: Application }): ReactNode {
  const { applicationId, gradings } = props.application
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <EditForm
      mode={gradings.length === 0 ? 'new' : 'edit'}
      initial={valuesOf(props.application)}
      schema={gradeDwelling.input}
      submitLabel="被害の程度を登録"
      check={({ state }) => refusedState('grade', state)}
      onSubmit={({ state: _, grade, surveyedOn, method, surveyors, ...rest }, { requestId }) => {
        // Asked for before this is called; the compiler cannot know.
        const chosen = { grade: grade as DamageGrade, method: method as SurveyMethod }
        return send(
          gradeDwelling,
          {
            applicationId,
            ...rest,
            ...chosen,
            surveyedOn: surveyedOn ?? '',
            surveyors: readNames(surveyors),
          },
          requestId,
        )
      }}
      reload={async () => valuesOf(await call(getApplication, { applicationId }))}
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
      {({ Field }) => (
        <FieldGroup legend="被害認定調査の結果">
          <Field name="state" kind={StateOnly} label="申請の状態" />
          <Field name="grade" kind={Grade} required />
          <Field name="surveyedOn" kind={WarekiDate} required />
          <Field name="method" kind={Method} required />
          <Field name="surveyors" kind={Text} hint="読点で区切ります。例：山田　太郎、佐藤　花子" required />
          <Field name="note" kind={TextArea} />
        </FieldGroup>
      )}
    </EditForm>
  )
}
