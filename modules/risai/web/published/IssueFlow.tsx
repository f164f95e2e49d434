import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import { file, q, send } from '@open-bcl/ui/api.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Dialog } from '@open-bcl/ui/layout/Dialog.tsx'
import { PdfView } from '@open-bcl/ui/layout/PdfView.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import {
  abortCounterIssue,
  confirmIssuePaid,
  confirmIssuePrinted,
  getIssueDocument,
  getIssuingStatus,
  issueAtCounter,
  listIssues,
  refundCounterIssue,
} from '../../../certificates/certificates.contract.ts'
import { MAX_COPIES } from '../../../certificates/certificates.ts'
import { transactionIdOf } from './issuing.ts'

const Copies = wholeNumberOf({ unit: '部', minimum: 1, maximum: MAX_COPIES })

/** Which issue is under way, in the address: reloading goes on with it. `yen` is what it costs in all. */
type IssueSearch = { readonly transaction?: string; readonly yen?: number }

/** What is issued, and where the page of it is. */
export type Issued = {
  readonly kind: 'risai' | 'hisai'
  readonly ja: string
  readonly subjectId: string
  /** What was applied for, to begin with. */
  readonly copies: number
  readonly purpose: string
  /** Address of the page of the application or report, and what it is called. */
  readonly back: string
  readonly backLabel: string
}

/** 窓口交付: make the paper, take the fee, print, and say that it was printed. */
export function IssueFlow(props: { of: Issued }): ReactNode {
  const { transaction, yen } = useSearch({ strict: false }) as IssueSearch
  const status = useQuery(q(getIssuingStatus, {}))
  if (transaction !== undefined)
    return <Standing of={props.of} transactionId={transaction} totalYen={yen ?? 0} />
  return (
    <>
      {status.data && !status.data.issuing && (
        <Banner tone="warning" title="証明書の交付を停止しています">
          {status.data.words}
        </Banner>
      )}
      <Ask of={props.of} />
    </>
  )
}

function Ask(props: { of: Issued }): ReactNode {
  const { kind, subjectId, copies, purpose } = props.of
  const navigate = useNavigate()
  const queries = useQueryClient()
  // Made when the page opens: the same issue however often the button is pressed.
  const [transactionId] = useState(() => transactionIdOf(crypto.getRandomValues(new Uint8Array(16))))
  return (
    <EditForm
      mode="new"
      initial={{ copies: Math.min(copies, MAX_COPIES) as number | null, purpose }}
      schema={issueAtCounter.input}
      submitLabel="証明書を作成"
      onSubmit={(asked, { requestId }) =>
        send(
          issueAtCounter,
          {
            transactionId,
            ...{ kind, subjectId },
            copies: asked.copies ?? 1,
            purpose: asked.purpose.trim() === '' ? null : asked.purpose,
          },
          requestId,
        )
      }
      onSaved={({ totalYen }) => {
        void queries.invalidateQueries({ queryKey: [listIssues.name] })
        void navigate({
          to: '.',
          replace: true,
          search: (kept: Record<string, unknown>) =>
            ({ ...kept, transaction: transactionId, yen: totalYen }) as never,
        })
      }}
      cancel={<BackLink of={props.of}>やめる</BackLink>}
    >
      {({ Field }) => (
        <FieldGroup legend="窓口での交付">
          <Field name="copies" kind={Copies} required />
          <Field name="purpose" kind={Text} />
        </FieldGroup>
      )}
    </EditForm>
  )
}

function BackLink(props: { of: Issued; children?: string }): ReactNode {
  return (
    <Link to={props.of.back} className="button">
      {props.children ?? `${props.of.backLabel}の画面へ戻る`}
    </Link>
  )
}

type StandingProps = { of: Issued; transactionId: string; totalYen: number }

function Standing(props: StandingProps): ReactNode {
  const { kind, subjectId, ja } = props.of
  const { data, error } = useQuery(q(listIssues, { kind, subjectId }))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  const issue = data.issues.find((one) => one.transactionId === props.transactionId)
  if (!issue) return <Banner tone="warning" title="この交付は見つかりません" />
  switch (issue.state) {
    case 'built':
    case 'delivered':
      return <Paper {...props} copies={issue.copies} unpaid={props.totalYen > 0} />
    case 'paid':
      return <Paper {...props} copies={issue.copies} unpaid={false} />
    case 'printed':
      return (
        <Banner tone="success" title={`${ja}を${issue.copies}部交付しました`} announce>
          <BackLink of={props.of} />
        </Banner>
      )
    case 'aborted':
      return <Aborted {...props} />
    case 'requested':
    case 'frozen':
    case 'refunded':
    case 'withdrawn':
      return (
        <Banner tone="information" title="この交付は終わっています">
          <BackLink of={props.of} />
        </Banner>
      )
  }
}

/** The paper is fetched first, since only what was delivered can be paid; it is shown, and printed, once it is paid. */
function Paper(props: StandingProps & { copies: number; unpaid: boolean }): ReactNode {
  const { transactionId, unpaid, totalYen } = props
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
      title={
        unpaid ? '手数料を受け取ってください' : `${props.copies}部を印刷し、印刷できたかを登録してください`
      }
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
      {!unpaid && paper.data && <PdfView file={paper.data} title={props.of.ja} />}
    </Section>
  )
}

type Reason = RawInputOf<typeof abortCounterIssue>['reason']
const Reasons = radioOf<Reason>(
  [
    { value: 'paper', label: '紙詰まり・印刷の不具合' },
    { value: 'mistake', label: '操作や部数の誤り' },
    { value: 'declined', label: '申請者の都合' },
    { value: 'other', label: 'その他' },
  ],
  'column',
)

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

function Aborted(props: StandingProps): ReactNode {
  const { transactionId, totalYen } = props
  const refunding = useSend(refundCounterIssue, { invalidates: [listIssues] })
  return (
    <Section title="交付をやめました">
      {refunding.error && <ErrorSummary error={refunding.error} />}
      {totalYen > 0 && (
        <p>手数料を受け取っていたときは、{grouped(totalYen)}円を返し、返金を登録してください。</p>
      )}
      <div className="button-row">
        {totalYen > 0 && (
          <Button
            look="solid"
            busy={refunding.busy}
            onClick={() => refunding.start({ transactionId, refundedYen: totalYen })}
          >
            返金した
          </Button>
        )}
        <Link to={`${props.of.back}/issue`} className="button">
          初めからやり直す
        </Link>
        <BackLink of={props.of} />
      </div>
    </Section>
  )
}
