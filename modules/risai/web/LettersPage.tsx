import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { file, q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { saveFile } from '@open-bcl/ui/save-file.ts'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { useToday } from '@open-bcl/ui/use-today.ts'
import {
  getLetterBatch,
  getLetterBatchDocument,
  listLetterBatches,
  makeLetterBatch,
  postLetterBatch,
  withdrawLetter,
  withdrawLetterBatch,
} from '../letters.contract.ts'
import { letterBatchStates, MOST_LETTERS } from '../letters.ts'
import { noticeKinds } from '../risai.ts'

type Batch = OutputOf<typeof listLetterBatches>['batches'][number]
type Letter = OutputOf<typeof getLetterBatch>['letters'][number]
const crumbs = [
  { label: 'メインメニュー', to: '/' },
  { label: '罹災証明書', to: '/risai' },
]
const invalidates = [listLetterBatches, getLetterBatch]

const batch = columnsOf<Batch>()
const batchColumns = batch.columns([
  batch.accessor('madeAt', {
    header: '作成',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  batch.accessor('letters', {
    header: '通数',
    meta: { align: 'end' },
    cell: (cell) => `${cell.getValue()}通`,
  }),
  batch.accessor('state', {
    header: '状態',
    cell: (cell) => (
      <Badge
        tone={cell.getValue() === 'made' ? 'warning' : cell.getValue() === 'posted' ? 'success' : 'neutral'}
      >
        {labelOf(letterBatchStates, cell.getValue())}
      </Badge>
    ),
  }),
  batch.accessor('postedOn', {
    header: '発送日',
    meta: { nowrap: true },
    cell: (cell) => <WarekiDate.Output value={cell.getValue() as PlainDate | null} />,
  }),
  batch.accessor('madeBy', { header: '作成者' }),
])

/** 通知書: what waits for the post, and the bundles so far. */
export function LettersPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="通知書（郵便）"
      crumbs={[...crumbs, { label: '通知書（郵便）' }]}
      lead="メールを使わない申請者への通知書を、窓あき封筒に入る形でまとめて印刷します。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Letters disasterId={disasterId} />}
    </Page>
  )
}

function Letters(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const can = useCan()
  const { data, error, refetch } = useQuery(q(listLetterBatches, { disasterId }))
  const making = useSend(makeLetterBatch, { invalidates })
  return (
    <>
      {making.error && <ErrorSummary error={making.error} />}
      <Section title="束にしていない通知書">
        <p>{data ? `${data.waiting}通` : '…'}</p>
        <div className="button-row">
          <Button
            look="solid"
            permit={can(makeLetterBatch)}
            busy={making.busy}
            unavailable={data?.waiting === 0 ? '束にする通知書はありません。' : null}
            onClick={() => making.start({ disasterId })}
          >
            {`古いものから束にする（${MOST_LETTERS}通まで）`}
          </Button>
        </div>
        {data && data.apart.length > 0 && (
          <Banner tone="suppression" title="束に入れない通知書があります（支援措置）">
            <p>個別に伝え、済んだら取り除いてください。</p>
            <ul>
              {data.apart.map((one) => (
                <li key={one.letterId}>
                  <Link to="/risai/applications/$applicationId" params={{ applicationId: one.applicationId }}>
                    {one.serialNo}
                  </Link>
                  （{labelOf(noticeKinds, one.kind)}） <TakeOut letter={one} />
                </li>
              ))}
            </ul>
          </Banner>
        )}
      </Section>
      <DataTable
        caption="通知書の束（新しい順）"
        columns={batchColumns}
        rows={data?.batches}
        rowKey={(row) => row.batchId}
        rowLink={(row) => ({ to: '/risai/letters/$batchId', params: { batchId: row.batchId } })}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>束はまだありません。</p>}
      />
    </>
  )
}

function TakeOut(props: { letter: Letter }): ReactNode {
  const { letter } = props
  return (
    <AskButton
      endpoint={withdrawLetter}
      input={{ letterId: letter.letterId }}
      invalidates={invalidates}
      label="取り除く"
      of={`${letter.serialNo} ${labelOf(noticeKinds, letter.kind)}`}
      question={`${letter.serialNo}の通知書を取り除きますか`}
      confirm="取り除く"
    >
      <p>この通知書は郵便では送られません。申請者には別の方法で伝えてください。</p>
    </AskButton>
  )
}

const letter = columnsOf<Letter>()
const letterColumns = letter.columns([
  letter.accessor('serialNo', { header: '整理番号', meta: { nowrap: true } }),
  letter.accessor('kind', { header: '通知', cell: (cell) => labelOf(noticeKinds, cell.getValue()) }),
  letter.accessor('requestedAt', {
    header: '通知を決めた日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  letter.accessor('postedAt', {
    header: '結果',
    cell: ({ row: { original } }) =>
      original.postedAt !== null
        ? '発送済み'
        : original.leftOutAt !== null
          ? '取り除き'
          : original.suppressed
            ? '支援措置のため除外'
            : noValue,
  }),
  letter.display({
    id: 'act',
    header: '操作',
    cell: ({ row: { original } }) =>
      original.postedAt === null && original.leftOutAt === null ? <TakeOut letter={original} /> : null,
  }),
])

/** One bundle: print, post, or let it go; and the list of what was sent. */
export function LetterBatchPage(): ReactNode {
  const batchId = usePathParam('batchId')
  const { data, error } = useQuery(q(getLetterBatch, { batchId }))
  const title = '通知書の束'
  return (
    <Page
      title={title}
      crumbs={[...crumbs, { label: '通知書（郵便）', to: '/risai/letters' }, { label: title }]}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          <BatchActs batch={data.batch} />
          <DataTable
            caption={`この束の通知書（${data.batch.letters}通）`}
            columns={letterColumns}
            rows={data.letters}
            rowKey={(row) => row.letterId}
            empty={<p>この束の通知書は、次の束を待っています。</p>}
          />
        </>
      )}
    </Page>
  )
}

function BatchActs(props: { batch: Batch }): ReactNode {
  const { batchId, version, state, postedOn } = props.batch
  const today = useToday()
  const queries = useQueryClient()
  const can = useCan()
  const [day, setDay] = useState<PlainDate | null>(today as PlainDate)
  const [failure, setFailure] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  if (state !== 'made') {
    return (
      <p>
        <Badge tone={state === 'posted' ? 'success' : 'neutral'}>{labelOf(letterBatchStates, state)}</Badge>{' '}
        {postedOn && <WarekiDate.Output value={postedOn as PlainDate} />}
      </p>
    )
  }
  async function print(): Promise<void> {
    setBusy(true)
    setFailure(null)
    try {
      saveFile(await file(getLetterBatchDocument, { batchId }))
    } catch (error) {
      setFailure(error)
      void queries.invalidateQueries({ queryKey: [getLetterBatch.name] })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Section title="次にすること">
      {failure !== null && <ErrorSummary error={failure} />}
      <p>印刷して窓あき封筒に入れ、発送したら発送日を登録してください。</p>
      <div className="button-row">
        <Button look="solid" permit={can(getLetterBatchDocument)} busy={busy} onClick={() => void print()}>
          印刷用のPDFを保存する
        </Button>
        <AskButton
          endpoint={postLetterBatch}
          input={{ batchId, version, postedOn: day ?? '' }}
          invalidates={invalidates}
          label="発送した"
          question="この束を発送済みとしますか"
          confirm="発送済みとする"
        >
          <LooseField name="postedOn" label="発送日" kind={WarekiDate} value={day} onChange={setDay} />
        </AskButton>
        <AskButton
          endpoint={withdrawLetterBatch}
          input={{ batchId, version }}
          invalidates={invalidates}
          label="束を取りやめる"
          question="この束を取りやめますか"
          confirm="取りやめる"
          look="danger"
        >
          <p>通知書は、次の束を待つ状態に戻ります。印刷した紙は破棄してください。</p>
        </AskButton>
      </div>
    </Section>
  )
}
