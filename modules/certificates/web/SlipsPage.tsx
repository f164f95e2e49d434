import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { file, q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Dialog } from '@open-bcl/ui/layout/Dialog.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { PdfView } from '@open-bcl/ui/layout/PdfView.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { certificateKinds } from '../../municipalities/municipalities.ts'
import { getIssueDocument } from '../certificates.contract.ts'
import { disposeOfSlip, handOverSlip, listSlips } from '../slips.contract.ts'
import { disposalReasons, HAND_OVER_SECONDS, type DisposalReason } from '../slips.ts'
import { reasonText } from './certificate-text.ts'

type Answer = OutputOf<typeof listSlips>
type Slip = Answer['slips'][number]

/** A person waits on the other side of the counter: the list is fetched anew by itself. */
const refetchMs = 5_000

const standings = {
  waiting: '引渡し待ち',
  expired: '期限切れ',
  handed: '引渡し済み',
  disposed: '処分済み',
} as const

/** 130 → `2分10秒` */
export function secondsText(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  return minutes === 0 ? `${seconds}秒` : `${minutes}分${seconds % 60}秒`
}

const paperText = (slip: Slip): string => `${slip.copies}部（計${slip.pages}枚）`

const column = columnsOf<Slip>()
const endedColumns = column.columns([
  column.accessor('number', { header: '受付番号', meta: { nowrap: true } }),
  column.accessor('kind', { header: '証明書', cell: ({ row }) => certificateKinds[row.original.kind].ja }),
  column.accessor('standing', {
    header: '状態',
    meta: { nowrap: true },
    cell: (cell) => standings[cell.getValue()],
  }),
  column.accessor('endedAt', {
    header: '日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue() ?? ''),
  }),
  column.accessor('endedBy', { header: '担当者', cell: (cell) => cell.getValue() ?? noValue }),
  column.accessor((slip) => reasonText(slip.reason) || noValue, { id: 'reason', header: '処分の理由' }),
  column.accessor('totalYen', {
    header: '手数料',
    meta: { align: 'end', nowrap: true },
    cell: ({ row: { original } }) =>
      original.standing === 'handed' ? `${grouped(original.totalYen)}円` : noValue,
  }),
  column.accessor('seconds', {
    header: '所要時間',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => {
      const seconds = cell.getValue()
      return seconds === null ? noValue : secondsText(seconds)
    },
  }),
])

/** らくらく窓口: who waits with which number, the hand-over against slip and fee, and what is destroyed. */
export function SlipsPage(): ReactNode {
  const { data, error } = useQuery({ ...q(listSlips, {}), refetchInterval: refetchMs })
  return (
    <Page
      title="らくらく窓口"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: 'らくらく窓口' }]}
      lead="端末で申請された証明書を、受付票と引換えに渡します。手数料は、渡すときに受け取ります。"
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && <Slips answer={data} />}
    </Page>
  )
}

function Slips({ answer: { slips, today } }: { answer: Answer }): ReactNode {
  const open = slips.filter(({ standing }) => standing === 'waiting' || standing === 'expired')
  const ended = slips.filter(({ standing }) => standing === 'handed' || standing === 'disposed')
  return (
    <>
      {open.length === 0 && <p role="status">引渡しを待っている人はいません。</p>}
      {open.map((slip) => (
        <OpenSlip key={slip.transactionId} slip={slip} />
      ))}
      <Section title="今日の所要時間（最初の操作から引渡しまで）">
        <DescriptionList
          items={[
            { term: '渡した件数', value: `${today.handed}件` },
            {
              term: `${HAND_OVER_SECONDS / 60}分以内`,
              value: `${today.inTime}件`,
            },
            {
              term: '中央値',
              value: today.medianSeconds === null ? noValue : secondsText(today.medianSeconds),
            },
            {
              term: '最も長いもの',
              value: today.longestSeconds === null ? noValue : secondsText(today.longestSeconds),
            },
          ]}
        />
      </Section>
      <DataTable
        caption="今日の引渡しと処分"
        columns={endedColumns}
        rows={ended}
        rowKey={(slip) => slip.transactionId}
        empty="今日は、まだ引渡しも処分もありません。"
      />
    </>
  )
}

type Asked = 'hand-over' | 'dispose' | 'paper'

function OpenSlip({ slip }: { slip: Slip }): ReactNode {
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  const expired = slip.standing === 'expired'
  return (
    <Section title={`受付番号 ${slip.number}`}>
      <p>
        <Badge>{standings[slip.standing]}</Badge> {slip.insideAt === null && <Badge>印刷の知らせなし</Badge>}
      </p>
      <DescriptionList
        items={[
          { term: '証明書', value: certificateKinds[slip.kind].ja },
          { term: '部数', value: paperText(slip) },
          { term: '手数料', value: `${grouped(slip.totalYen)}円` },
          { term: '受付', value: instantText(slip.acceptedAt) },
          { term: '受付票の期限', value: instantText(slip.untilAt) },
        ]}
      />
      <div className="button-row">
        <Button
          look="solid"
          unavailable={expired ? '受付票の期限が過ぎています。処分を登録してください。' : null}
          onClick={() => setAsked('hand-over')}
        >
          渡す
        </Button>
        <Button onClick={() => setAsked('paper')}>印刷し直す</Button>
        <Button onClick={() => setAsked('dispose')}>処分する</Button>
      </div>
      {asked === 'hand-over' && <HandOver slip={slip} onClose={close} />}
      {asked === 'dispose' && <Dispose slip={slip} onClose={close} />}
      {asked === 'paper' && <Paper slip={slip} onClose={close} />}
    </Section>
  )
}

type ActProps = { slip: Slip; onClose: () => void }

function HandOver({ slip, onClose }: ActProps): ReactNode {
  const { transactionId, number, totalYen } = slip
  const handing = useSend(handOverSlip, { invalidates: [listSlips], onDone: onClose })
  return (
    <Dialog
      open
      title={`受付番号 ${number} を渡しますか`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>戻る</Button>
          <Button
            look="solid"
            busy={handing.busy}
            onClick={() => handing.start({ transactionId, receivedYen: totalYen })}
          >
            {totalYen === 0 ? '受付票と引換えに渡した' : `${grouped(totalYen)}円を受け取り、渡した`}
          </Button>
        </>
      }
    >
      <p>
        受付票の番号と、{certificateKinds[slip.kind].ja}・{paperText(slip)}であることを確かめてください。
      </p>
      {handing.error && <ErrorSummary error={handing.error} />}
    </Dialog>
  )
}

const Reasons = radioOf<DisposalReason>(
  (Object.keys(disposalReasons) as DisposalReason[]).map((value) => ({
    value,
    label: disposalReasons[value],
  })),
  'column',
)

function Dispose({ slip, onClose }: ActProps): ReactNode {
  const { transactionId, number } = slip
  const [reason, setReason] = useState<DisposalReason | null>(null)
  const disposing = useSend(disposeOfSlip, { invalidates: [listSlips], onDone: onClose })
  return (
    <Dialog
      open
      title={`受付番号 ${number} の証明書を処分しますか`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>戻る</Button>
          <Button
            look="danger"
            busy={disposing.busy}
            unavailable={reason === null ? '理由を選ぶと押せます。' : null}
            onClick={() => reason !== null && disposing.start({ transactionId, reason })}
          >
            裁断した（処分を登録）
          </Button>
        </>
      }
    >
      <p>印刷した証明書を裁断してから登録してください。登録すると、この証明書は渡せません。</p>
      <LooseField
        name="reason"
        label="処分の理由"
        kind={Reasons}
        value={reason}
        onChange={setReason}
        required
      />
      {disposing.error && <ErrorSummary error={disposing.error} />}
    </Dialog>
  )
}

/** When the printer inside failed: the same bytes again, on the office's own 改ざん防止用紙. Opening it is recorded. */
function Paper({ slip, onClose }: ActProps): ReactNode {
  const { transactionId, kind } = slip
  const paper = useQuery({
    queryKey: [getIssueDocument.name, { transactionId }],
    queryFn: () => file(getIssueDocument, { transactionId }),
    // The bytes are personal: kept only while the page shows them.
    gcTime: 0,
    staleTime: Infinity,
  })
  return (
    <>
      <p>改ざん防止用紙に印刷してください。先に印刷したものは裁断してください。</p>
      {paper.error && <ErrorSummary error={paper.error} />}
      {!paper.data && !paper.error && <Progress label="証明書を用意しています" />}
      {paper.data && <PdfView file={paper.data} title={certificateKinds[kind].ja} />}
      <div className="button-row">
        <Button onClick={onClose}>閉じる</Button>
      </div>
    </>
  )
}
