import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { file, q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Dialog } from '@open-bcl/ui/layout/Dialog.tsx'
import { PdfView } from '@open-bcl/ui/layout/PdfView.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { certificateKinds, type CertificateKindCode } from '../../municipalities/municipalities.ts'
import {
  abortCounterIssue,
  confirmIssuePaid,
  confirmIssuePrinted,
  getIssueDocument,
  listIssues,
  refundCounterIssue,
} from '../certificates.contract.ts'
import { issueStates } from '../certificates.ts'
import { getSignedDocument } from '../signature.contract.ts'
import { abortReasons } from './certificate-text.ts'

type Issue = OutputOf<typeof listIssues>['issues'][number]
type StandingProps = {
  kind: CertificateKindCode
  subjectId: string
  transactionId: string
  /** 再交付: a new transaction of the same thing. */
  onAgain: () => void
}

/** One issue at the counter from the finished document to its end: money, paper, or giving up. */
export function IssueStanding(props: StandingProps): ReactNode {
  const { kind, subjectId } = props
  const { data, error } = useQuery(q(listIssues, { kind, subjectId }))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  const issue = data.issues.find((one) => one.transactionId === props.transactionId)
  if (!issue) return <Banner tone="warning" title="この交付は見つかりません" />
  if (issue.channel !== 'counter')
    return <Banner tone="information" title={`キオスク端末での交付です（${issueStates[issue.state].ja}）`} />
  switch (issue.state) {
    case 'built':
    case 'delivered':
      return <Paper {...props} issue={issue} />
    case 'paid':
      return <Paper {...props} issue={issue} />
    case 'printed':
      return <Printed {...props} issue={issue} />
    case 'aborted':
      return <Aborted {...props} issue={issue} />
    case 'requested':
    case 'frozen':
    case 'refunded':
    case 'withdrawn':
      return (
        <Banner tone="information" title={`この交付は終わっています（${issueStates[issue.state].ja}）`}>
          <Links onAgain={props.onAgain} />
        </Banner>
      )
  }
}

function Links(props: { onAgain: () => void }): ReactNode {
  return (
    <div className="button-row">
      <Button onClick={props.onAgain}>もう一度交付する</Button>
      <Link to="/certificates/desk" className="button">
        次の方へ
      </Link>
    </div>
  )
}

function Printed(props: StandingProps & { issue: Issue }): ReactNode {
  const { transactionId, copies, paidYen } = props.issue
  const refunding = useSend(refundCounterIssue, { invalidates: [listIssues] })
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Banner tone="success" title={`${certificateKinds[props.kind].ja}を${copies}部交付しました`} announce>
        <Links onAgain={props.onAgain} />
      </Banner>
      <div className="button-row">
        {paidYen !== null && <Button onClick={() => setAsking(true)}>手数料を返す</Button>}
        <SaveButton endpoint={getSignedDocument} input={{ transactionId }} label="署名付きPDFを保存" />
      </div>
      <Dialog
        open={asking}
        title="手数料を返しますか"
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>戻る</Button>
            <Button
              look="danger"
              busy={refunding.busy}
              onClick={() => refunding.start({ transactionId, refundedYen: paidYen ?? 0 })}
            >
              {`${grouped(paidYen ?? 0)}円を返した`}
            </Button>
          </>
        }
      >
        <p>渡した証明書を回収して裁断してから、手数料を返してください。</p>
        {refunding.error && <ErrorSummary error={refunding.error} />}
      </Dialog>
    </>
  )
}

/** The paper is fetched first, since only what was delivered can be paid; it is shown, and printed, once it is paid. */
function Paper(props: StandingProps & { issue: Issue }): ReactNode {
  const { transactionId, totalYen, paidYen, copies } = props.issue
  const unpaid = totalYen > 0 && paidYen === null
  const paper = useQuery({
    queryKey: [getIssueDocument.name, { transactionId }],
    queryFn: () => file(getIssueDocument, { transactionId }),
    // The bytes are personal: kept only while the page shows them.
    gcTime: 0,
    staleTime: Infinity,
  })
  const paid = useSend(confirmIssuePaid, { invalidates: [listIssues] })
  const printed = useSend(confirmIssuePrinted, { invalidates: [listIssues] })
  const error = paper.error ?? paid.error ?? printed.error
  const waiting = paper.data ? null : '証明書の用意ができるまでお待ちください。'
  return (
    <Section
      title={unpaid ? '手数料を受け取ってください' : `${copies}部を印刷し、印刷できたかを登録してください`}
    >
      {error && <ErrorSummary error={error} />}
      {unpaid && <p className="tile-count">{grouped(totalYen)}円</p>}
      <div className="button-row">
        {unpaid ? (
          <Button
            look="solid"
            busy={paid.busy}
            unavailable={waiting}
            onClick={() => paid.start({ transactionId, paidYen: totalYen })}
          >
            受け取った
          </Button>
        ) : (
          <Button
            look="solid"
            busy={printed.busy}
            unavailable={waiting}
            onClick={() => printed.start({ transactionId })}
          >
            印刷した（交付を登録）
          </Button>
        )}
        <Abort transactionId={transactionId} label={unpaid ? '交付をやめる' : '印刷しない（交付をやめる）'} />
      </div>
      {!paper.data && !paper.error && <Progress label="証明書を用意しています" />}
      {!unpaid && paper.data && <PdfView file={paper.data} title={certificateKinds[props.kind].ja} />}
    </Section>
  )
}

type Reason = RawInputOf<typeof abortCounterIssue>['reason']
const Reasons = radioOf<Reason>(abortReasons, 'column')

function Abort(props: { transactionId: string; label: string }): ReactNode {
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState<Reason | null>(null)
  const aborting = useSend(abortCounterIssue, { invalidates: [listIssues], onDone: () => setAsking(false) })
  return (
    <>
      <Button onClick={() => setAsking(true)}>{props.label}</Button>
      <Dialog
        open={asking}
        title="この交付をやめますか"
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>戻る</Button>
            <Button
              look="danger"
              busy={aborting.busy}
              unavailable={reason === null ? '理由を選ぶと押せます。' : null}
              onClick={() =>
                reason !== null && aborting.start({ transactionId: props.transactionId, reason })
              }
            >
              交付をやめる
            </Button>
          </>
        }
      >
        <p>印刷した紙があれば、回収して裁断してください。交付するには、もう一度初めから行います。</p>
        <LooseField name="reason" label="理由" kind={Reasons} value={reason} onChange={setReason} required />
        {aborting.error && <ErrorSummary error={aborting.error} />}
      </Dialog>
    </>
  )
}

function Aborted(props: StandingProps & { issue: Issue }): ReactNode {
  const { transactionId, paidYen } = props.issue
  const refunding = useSend(refundCounterIssue, { invalidates: [listIssues] })
  return (
    <Section title="交付をやめました">
      {refunding.error && <ErrorSummary error={refunding.error} />}
      {paidYen !== null && <p>受け取った{grouped(paidYen)}円を返し、返金を登録してください。</p>}
      <div className="button-row">
        {paidYen !== null && (
          <Button
            look="solid"
            busy={refunding.busy}
            onClick={() => refunding.start({ transactionId, refundedYen: paidYen })}
          >
            返金した
          </Button>
        )}
        <Button onClick={props.onAgain}>初めからやり直す</Button>
        <Link to="/certificates/desk" className="button">
          次の方へ
        </Link>
      </div>
    </Section>
  )
}
