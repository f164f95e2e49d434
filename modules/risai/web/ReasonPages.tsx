import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { call, send } from '@open-bcl/ui/api.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import {
  getApplication,
  rejectApplication,
  withdrawApplication,
  withdrawCertificate,
} from '../risai.contract.ts'
import { canDo, type Transition } from '../risai.ts'
import { ActPage, toApplication } from './ActPage.tsx'
import { refusedState, type Application } from './application-text.ts'
import { StateOnly } from './StateOnly.tsx'

type Values = { readonly state: Application['state']; readonly version: number; readonly reason: string }
const valuesOf = ({ state, version }: Application): Values => ({ state, version, reason: '' })

/** 不受理. */
export function RejectPage(): ReactNode {
  return (
    <ActPage title="申請の不受理" needs={rejectApplication} offered={(state) => canDo('reject', state)}>
      {(application) => (
        <ReasonForm
          application={application}
          transition="reject"
          label="不受理の理由"
          hint="申請者に伝わる言葉で書いてください。メールアドレスがあれば通知します"
          submitLabel="不受理とする"
          done="不受理としました"
          onSubmit={({ version, reason }, requestId) =>
            send(rejectApplication, { applicationId: application.applicationId, version, reason }, requestId)
          }
        />
      )}
    </ActPage>
  )
}

/** 取下げ, as the applicant wishes. */
export function WithdrawPage(): ReactNode {
  return (
    <ActPage title="申請の取下げ" needs={withdrawApplication} offered={(state) => canDo('withdraw', state)}>
      {(application) => (
        <ReasonForm
          application={application}
          transition="withdraw"
          label="取下げの理由"
          hint="例：申請者から電話で申出。別の住家の申請に統合"
          submitLabel="取り下げる"
          done="取下げを登録しました"
          onSubmit={({ version, reason }, requestId) =>
            send(
              withdrawApplication,
              { applicationId: application.applicationId, version, reason },
              requestId,
            )
          }
        />
      )}
    </ActPage>
  )
}

/** 罹災証明書の失効: the paper loses its force, and the dwelling is graded again. */
export function WithdrawCertificatePage(): ReactNode {
  return (
    <ActPage
      title="罹災証明書の失効"
      needs={withdrawCertificate}
      offered={(state) => canDo('withdrawCertificate', state)}
    >
      {(application) => {
        const certificate = application.certificates.find((one) => one.withdrawnAt === null)
        if (!certificate) return <Banner tone="warning" title="有効な罹災証明書がありません" />
        return (
          <>
            <Banner tone="warning" title={`証明書${certificate.serialNo}は使えなくなります`}>
              交付済みの紙は回収してください。申請は「受理（調査待ち）」に戻り、被害の程度を登録し直します。
            </Banner>
            <ReasonForm
              application={application}
              transition="withdrawCertificate"
              label="失効の理由"
              hint="例：第2次調査により被害の程度が変わった"
              submitLabel="失効させる"
              done="罹災証明書を失効させました"
              onSubmit={({ version, reason }, requestId) =>
                send(
                  withdrawCertificate,
                  { certificateId: certificate.certificateId, version, reason },
                  requestId,
                )
              }
            />
          </>
        )
      }}
    </ActPage>
  )
}

function ReasonForm(props: {
  application: Application
  transition: Transition
  label: string
  hint: string
  submitLabel: string
  done: string
  onSubmit: (values: Values, requestId: string) => Promise<unknown>
}): ReactNode {
  const { applicationId } = props.application
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <EditForm
      mode="new"
      initial={valuesOf(props.application)}
      submitLabel={props.submitLabel}
      check={({ state }) => refusedState(props.transition, state)}
      onSubmit={(values, { requestId }) => props.onSubmit(values, requestId)}
      reload={async () => valuesOf(await call(getApplication, { applicationId }))}
      onSaved={() => {
        toast(props.done)
        void toApplication(navigate, queries, applicationId)
      }}
      cancel={
        <Link to="/risai/applications/$applicationId" params={{ applicationId }} className="button">
          やめる
        </Link>
      }
    >
      {({ Field }) => (
        <FieldGroup legend="理由">
          <Field name="state" kind={StateOnly} label="申請の状態" />
          <Field name="reason" kind={TextArea} label={props.label} hint={props.hint} required />
        </FieldGroup>
      )}
    </EditForm>
  )
}
