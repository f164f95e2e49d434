import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState, type ReactNode } from 'react'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Dialog } from '@open-bcl/ui/layout/Dialog.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import {
  acceptApplication,
  decideApplication,
  gradeDwelling,
  rejectApplication,
  withdrawCertificate,
} from '../risai.contract.ts'
import { askedText, proofsMissing } from '../entitlement.ts'
import { amendCertificate, receiveResurvey } from '../resurveys.contract.ts'
import { applicationStates, type ApplicationState } from '../risai.ts'
import { renew } from './ActPage.tsx'
import { type Application } from './application-text.ts'
import { issuing } from './published/issuing.ts'

/** A link to the page of an act; without the right, its reason in place of the link. */
export function ActLink(props: {
  applicationId: string
  act: string
  label: string
  look?: 'solid'
  needs?: Parameters<ReturnType<typeof useCan>>[0]
}): ReactNode {
  const can = useCan()
  const permit = props.needs ? can(props.needs) : { allowed: true as const }
  if (!permit.allowed) return <Button permit={permit}>{props.label}</Button>
  return (
    <Link
      to={`/risai/applications/$applicationId/${props.act}`}
      params={{ applicationId: props.applicationId } as never}
      className="button"
      data-look={props.look ?? 'outline'}
    >
      {props.label}
    </Link>
  )
}

/**
 * The acts that lead on from the state, the usual one first and solid. When a colleague was first, the refusal stays here
 * with the state as it was seen and as it is, whatever acts remain.
 */
export function NextActs(props: { application: Application }): ReactNode {
  const { state, serialNo } = props.application
  const queries = useQueryClient()
  const toast = useToast()
  const [seen, setSeen] = useState<ApplicationState>(state)
  const accepting = useSend(acceptApplication, {
    onDone: () => {
      toast(`申請${serialNo}を受理しました`)
      renew(queries)
    },
  })
  const { error } = accepting
  useEffect(() => {
    if (error) renew(queries)
  }, [error, queries])
  return (
    <>
      {error && (
        <ErrorSummary
          error={error}
          actions={
            seen !== state && (
              <p>
                開いたときの状態：{labelOf(applicationStates, seen)}　→　現在の状態：
                {labelOf(applicationStates, state)}
              </p>
            )
          }
        />
      )}
      <Acts
        application={props.application}
        accepting={accepting.busy}
        onAccept={({ applicationId, version }, waivedReason) => {
          setSeen(state)
          accepting.start({ applicationId, version, waivedReason })
        }}
      />
    </>
  )
}

type AcceptParts = {
  accepting: boolean
  onAccept: (application: Application, waivedReason: string) => void
}

function Acts(props: AcceptParts & { application: Application }): ReactNode {
  const { applicationId, state } = props.application
  const link = { applicationId }
  switch (state) {
    case 'received':
      return (
        <div className="button-row">
          <Accept {...props} />
          <ActLink {...link} act="reject" label="不受理とする" needs={rejectApplication} />
        </div>
      )
    case 'accepted':
      return (
        <ActsRow>
          <ActLink {...link} act="grade" label="被害の程度を入力する" look="solid" needs={gradeDwelling} />
        </ActsRow>
      )
    case 'graded':
      return (
        <ActsRow>
          <ActLink
            {...link}
            act="decide"
            label="交付の可否を決定する"
            look="solid"
            needs={decideApplication}
          />
          <ActLink {...link} act="grade" label="被害の程度を登録し直す" needs={gradeDwelling} />
        </ActsRow>
      )
    case 'issuable':
      return (
        <ActsRow>
          <ActLink {...link} act="issue" label="証明書を交付する" look="solid" needs={issuing} />
          <ActLink
            {...link}
            act="withdraw-certificate"
            label="証明書を失効させる"
            needs={withdrawCertificate}
          />
          <ActLink {...link} act="amend" label="記載を訂正する" needs={amendCertificate} />
          <ActLink {...link} act="resurvey" label="再調査の申請を受け付ける" needs={receiveResurvey} />
        </ActsRow>
      )
    case 'not-issuable':
      return (
        <ActsRow>
          <ActLink {...link} act="resurvey" label="再調査の申請を受け付ける" needs={receiveResurvey} />
          <ActLink {...link} act="grade" label="被害の程度を登録し直す" needs={gradeDwelling} />
        </ActsRow>
      )
    case 'joined':
    case 'rejected':
    case 'withdrawn':
      return null
  }
}

function ActsRow(props: { children: ReactNode }): ReactNode {
  return <div className="button-row">{props.children}</div>
}

function Accept(props: AcceptParts & { application: Application }): ReactNode {
  const { application } = props
  const can = useCan()
  const [asking, setAsking] = useState(false)
  const [waivedReason, setWaivedReason] = useState('')
  const missing = proofsMissing(application.form)
  return (
    <>
      <Button
        look="solid"
        permit={can(acceptApplication)}
        busy={props.accepting}
        onClick={() => setAsking(true)}
      >
        受理する
      </Button>
      <Dialog
        open={asking}
        title={`申請${application.serialNo}を受理しますか`}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>やめる</Button>
            <Button
              look="solid"
              onClick={() => {
                setAsking(false)
                props.onAccept(application, missing.length === 0 ? '' : waivedReason)
              }}
            >
              受理する
            </Button>
          </>
        }
      >
        <p>申請の内容は被災者台帳に載り、被害認定調査を依頼します。</p>
        {missing.length > 0 && (
          <>
            <p>確かめていない書類があります：</p>
            <ul>
              {missing.map((asked) => (
                <li key={asked.why}>{askedText(asked)}</li>
              ))}
            </ul>
            <LooseField
              name="waivedReason"
              label="書類がないまま受理する理由"
              hint="書類を確かめたら、受理の前に「申請を補正する」で印を付けてください"
              kind={TextArea}
              value={waivedReason}
              onChange={setWaivedReason}
            />
          </>
        )}
      </Dialog>
    </>
  )
}
