import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { call, send } from '@open-bcl/ui/api.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { LedgerElsewhere } from '../../disasters/web/published/LedgerElsewhere.tsx'
import { decideApplication, getApplication } from '../risai.contract.ts'
import { isCertifiable } from '../../disasters/grades.ts'
import { canDo, type Decision } from '../risai.ts'
import { ActPage, toApplication } from './ActPage.tsx'
import { refusedState, type Application } from './application-text.ts'
import { Gradings } from './History.tsx'
import { GradeOnly, StateOnly } from './StateOnly.tsx'

type Outcome = Decision['outcome']

function outcomesFor(certifiable: boolean) {
  return radioOf<Outcome>(
    [
      {
        value: 'issuable',
        label: '交付可',
        hint: certifiable ? '罹災証明書を交付できるようになります' : '無被害の住家には交付できません',
        disabled: !certifiable,
      },
      { value: 'not-issuable', label: '交付不可', hint: '理由を入力してください' },
    ],
    'column',
  )
}
const outcomes = { certifiable: outcomesFor(true), uncertifiable: outcomesFor(false) }

function valuesOf({ state, version, gradings }: Application) {
  return { state, version, grade: gradings[0]?.grade ?? null, outcome: null as Outcome | null, reason: '' }
}

/** 決定: 交付可 or 交付不可, on the grade as registered. */
export function DecidePage(): ReactNode {
  return (
    <ActPage title="交付の可否の決定" needs={decideApplication} offered={(state) => canDo('decide', state)}>
      {(application) => (
        <LedgerElsewhere disasterId={application.disasterId}>
          <Gradings application={application} />
          <DecideForm application={application} />
        </LedgerElsewhere>
      )}
    </ActPage>
  )
}

function DecideForm(props: { application: Application }): ReactNode {
  const { applicationId } = props.application
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <EditForm
      mode="new"
      initial={valuesOf(props.application)}
      schema={decideApplication.input}
      submitLabel="決定する"
      check={({ state, outcome, reason }) => [
        ...refusedState('decide', state),
        ...(outcome === 'not-issuable' && reason.trim() === ''
          ? [{ pointer: '/reason', message: '交付不可の理由を入力してください' }]
          : []),
      ]}
      onSubmit={({ version, outcome, reason }, { requestId }) =>
        // Asked for before this is called; the compiler cannot know.
        send(
          decideApplication,
          {
            applicationId,
            version,
            outcome: outcome as Outcome,
            reason: outcome === 'issuable' ? '' : reason,
          },
          requestId,
        )
      }
      reload={async () => valuesOf(await call(getApplication, { applicationId }))}
      onSaved={(_, { outcome }) => {
        toast(outcome === 'issuable' ? '交付可と決定しました' : '交付不可と決定しました')
        void toApplication(navigate, queries, applicationId)
      }}
      cancel={
        <Link to="/risai/applications/$applicationId" params={{ applicationId }} className="button">
          やめる
        </Link>
      }
    >
      {({ Field, values }) => (
        <FieldGroup legend="決定">
          <Field name="state" kind={StateOnly} label="申請の状態" />
          <Field name="grade" kind={GradeOnly} label="被害の程度" />
          <Field
            name="outcome"
            kind={
              values.grade !== null && isCertifiable(values.grade)
                ? outcomes.certifiable
                : outcomes.uncertifiable
            }
            required
          />
          {values.outcome === 'not-issuable' && (
            <Field name="reason" kind={TextArea} label="交付不可の理由" required />
          )}
        </FieldGroup>
      )}
    </EditForm>
  )
}
