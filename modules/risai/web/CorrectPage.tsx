import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { call, send } from '@open-bcl/ui/api.ts'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { correctApplication, getApplication } from '../risai.contract.ts'
import { canDo } from '../risai.ts'
import { ApplicationFields } from './ApplicationFields.tsx'
import { ActPage, toApplication } from './ActPage.tsx'
import { formDraftOf, formInputOf, type Application, type ApplicationValues } from './application-text.ts'

const valuesOf = (application: Application): ApplicationValues => ({
  appliedOn: application.appliedOn as PlainDate,
  version: application.version,
  form: formDraftOf(application.form),
})

/** 申請の補正: what was typed wrongly, or what the applicant corrected. */
export function CorrectPage(): ReactNode {
  return (
    <ActPage title="申請の補正" needs={correctApplication} offered={(state) => canDo('correct', state)} wide>
      {(application) => <Correct application={application} />}
    </ActPage>
  )
}

function Correct(props: { application: Application }): ReactNode {
  const { applicationId, suppressed } = props.application
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <EditForm
      mode="edit"
      initial={valuesOf(props.application)}
      schema={correctApplication.input}
      onSubmit={({ version, form }, { requestId }) =>
        send(correctApplication, { applicationId, version, form: formInputOf(form) }, requestId)
      }
      reload={async () => valuesOf(await call(getApplication, { applicationId }))}
      onSaved={() => {
        toast('申請を補正しました')
        void toApplication(navigate, queries, applicationId)
      }}
      cancel={
        <Link to="/risai/applications/$applicationId" params={{ applicationId }} className="button">
          やめる
        </Link>
      }
    >
      {({ Field, values, form }) => (
        <ApplicationFields
          Field={Field}
          form={values.form}
          setMembers={(members) => form.setFieldValue('form.members', members)}
          concealed={suppressed}
        />
      )}
    </EditForm>
  )
}
