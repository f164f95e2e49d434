import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState, type ReactNode } from 'react'
import { file, q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { PdfView } from '@open-bcl/ui/layout/PdfView.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import {
  endBatch,
  endBundle,
  getBatch,
  getBundleDocument,
  listBatches,
  listBatchLeftOut,
  pauseBatch,
  previewBatch,
  resumeBatch,
} from '../../certificates/batch.contract.ts'
import { canMoveBatch, isUnderWay } from '../../certificates/batch.ts'
import { issuing } from './published/issuing.ts'
import { batchBadge, bundleWords, type Batch, type Bundle } from './batch-text.ts'

const LOOK_AGAIN_MS = 1_000
const shownBy = [getBatch, listBatches, listBatchLeftOut, previewBatch] as const
const Places = textWith({ width: 'middle', maxLength: 200 })

/** One 一括印刷: how far it is, its bundles, and what was left out. */
export function BatchPage(): ReactNode {
  const batchId = usePathParam('batchId')
  const { data, error } = useQuery({
    ...q(getBatch, { batchId }),
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data.state) ? LOOK_AGAIN_MS : false),
  })
  const badge = data && batchBadge(data)
  const title = data ? `一括印刷 ${instantText(data.askedAt)}` : '一括印刷'
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '罹災証明書', to: '/risai' },
        { label: '罹災証明書の一括印刷', to: '/risai/batches' },
        { label: title },
      ]}
      badges={badge && <Badge tone={badge.tone}>{badge.label}</Badge>}
      lead={data && `開始した職員 ${data.askedBy}`}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <Allowed to={issuing}>
          <Standing batch={data} />
          <Bundles batch={data} />
          {data.counts.leftOut > 0 && <LeftOut batch={data} />}
        </Allowed>
      )}
    </Page>
  )
}

function Standing(props: { batch: Batch }): ReactNode {
  const { batchId, state, version, stands, counts, stopWords } = props.batch
  const pausing = useSend(pauseBatch, { invalidates: shownBy })
  const resuming = useSend(resumeBatch, { invalidates: shownBy })
  const error = pausing.error ?? resuming.error
  const input = { batchId, version }
  const { all, waiting, made, printed, leftOut } = counts
  return (
    <Section title="作成の状況">
      {error && <ErrorSummary error={error} />}
      {stopWords !== null && (
        <Banner tone="error" title="作成を中断しました" announce>
          {stopWords}
        </Banner>
      )}
      {stands && (
        <Banner tone="error" title="作成が止まっています" announce>
          サーバの停止などで、作成している処理がありません。「再開」を押すと、できている証明書はそのままで、続きから作ります。再開してもまた止まるときは、BCLの運用者に連絡してください。
        </Banner>
      )}
      {(isUnderWay(state) || waiting > 0) && (
        <Progress label="作成した証明書" done={all - waiting} total={all} unit="通" />
      )}
      {isUnderWay(state) && !stands && <p>この画面を離れても、作成は続きます。できた束から印刷できます。</p>}
      <DescriptionList
        items={[
          { term: '対象', value: `${grouped(all)}通` },
          { term: '作成済み（印刷の確認前）', value: `${grouped(made)}通` },
          { term: '印刷済み', value: `${grouped(printed)}通` },
          { term: '除いた', value: `${grouped(leftOut)}通` },
        ]}
      />
      <div className="button-row">
        {canMoveBatch('pause', state, stands) && (
          <Button busy={pausing.busy} onClick={() => pausing.start(input)}>
            一時停止
          </Button>
        )}
        {canMoveBatch('resume', state, stands) && (
          <Button look="solid" busy={resuming.busy} onClick={() => resuming.start(input)}>
            再開
          </Button>
        )}
        {canMoveBatch('end', state, stands) && (
          <AskButton
            endpoint={endBatch}
            input={input}
            invalidates={shownBy}
            label="打ち切る"
            question="この一括印刷を打ち切りますか"
            confirm="打ち切る"
            look="danger"
          >
            <p>
              まだ束に入っていない証明書は、次の一括印刷に入れられるようになります。できている束は、そのまま印刷できます。
            </p>
          </AskButton>
        )}
      </div>
    </Section>
  )
}

const bundleTones = {
  未印刷: 'warning',
  印刷の確認待ち: 'information',
  印刷済み: 'success',
  破棄: 'neutral',
} as const

function Bundles(props: { batch: Batch }): ReactNode {
  const { batchId, bundles } = props.batch
  const { bundle } = useSearch({ strict: false }) as { bundle?: number }
  const navigate = useNavigate()
  const open = (bundleNo: number | undefined) =>
    void navigate({
      to: '.',
      search: (kept: Record<string, unknown>) => ({ disaster: kept['disaster'], bundle: bundleNo }) as never,
    })
  const shown = bundles.find(({ bundleNo }) => bundleNo === bundle)
  const column = columnsOf<Bundle>()
  const columns = column.columns([
    column.accessor('bundleNo', {
      header: '束',
      meta: { nowrap: true },
      cell: (cell) => `第${cell.getValue()}束`,
    }),
    column.accessor('places', {
      header: '通数',
      meta: { align: 'end', nowrap: true },
      cell: ({ row: { original } }) =>
        original.leftOut === 0
          ? `${original.places}通`
          : `${original.places - original.leftOut}通（ほかに除いた${original.leftOut}通）`,
    }),
    column.accessor('pages', {
      header: '用紙',
      meta: { align: 'end', nowrap: true },
      cell: (cell) => `${grouped(cell.getValue())}枚`,
    }),
    column.accessor((row) => bundleWords(row), {
      id: 'state',
      header: '状態',
      meta: { nowrap: true },
      cell: (cell) => (
        <Badge tone={bundleTones[cell.getValue() as keyof typeof bundleTones]}>{cell.getValue()}</Badge>
      ),
    }),
    column.accessor('endedBy', {
      header: '確認',
      cell: ({ row: { original } }) =>
        original.endedAt === null ? '―' : `${instantText(original.endedAt)} ${original.endedBy}`,
    }),
    column.display({
      id: 'acts',
      header: '操作',
      cell: ({ row: { original } }) => (
        <BundleActs batchId={batchId} bundle={original} onOpen={() => open(original.bundleNo)} />
      ),
    }),
  ])
  return (
    <>
      <Section title="束">
        <DataTable
          caption="印刷する束（町字・番地の順）"
          columns={columns}
          rows={bundles}
          rowKey={(row) => String(row.bundleNo)}
          empty={<p>束は、まだできていません。</p>}
        />
      </Section>
      {shown && (
        <BundleDocument
          key={shown.bundleNo}
          batchId={batchId}
          bundle={shown}
          onClose={() => open(undefined)}
        />
      )}
    </>
  )
}

function BundleActs(props: { batchId: string; bundle: Bundle; onOpen: () => void }): ReactNode {
  const { batchId, bundle } = props
  const { bundleNo, printed, delivered } = bundle
  const of = `第${bundleNo}束`
  if (printed === false) return null
  return (
    <div className="button-row">
      <Button
        size="small"
        look={delivered ? 'outline' : 'solid'}
        label={`${of}を${printed ? '刷り直す' : '開いて印刷する'}`}
        onClick={props.onOpen}
      >
        {printed ? '刷り直す' : '開いて印刷する'}
      </Button>
      {printed === null && delivered && (
        <AskButton
          endpoint={endBundle}
          input={{ batchId, bundleNo, printed: true }}
          invalidates={shownBy}
          label="印刷した"
          of={of}
          question={`${of}を、すべて印刷しましたか`}
          confirm="印刷した"
        >
          <p>
            交付として登録します。刷り損じた番号は、先に刷り直し、刷り損じた紙は裁断してください。作成の後に失効したものがあれば除いて登録し、下の一覧に示します。その紙も裁断してください。
          </p>
        </AskButton>
      )}
      {printed === null && (
        <AskButton
          endpoint={endBundle}
          input={{ batchId, bundleNo, printed: false }}
          invalidates={shownBy}
          label="破棄"
          of={of}
          question={`${of}を破棄しますか`}
          confirm="破棄する"
          look="danger"
        >
          <p>
            この束の証明書は使えなくなり、次の一括印刷に入れられるようになります。印刷した紙があれば裁断してください。
          </p>
        </AskButton>
      )}
    </div>
  )
}

/** The PDF of a bundle; asked for again when only some places are printed anew. */
function BundleDocument(props: { batchId: string; bundle: Bundle; onClose: () => void }): ReactNode {
  const { batchId, bundle } = props
  const { bundleNo } = bundle
  const [places, setPlaces] = useState('')
  const [wanted, setWanted] = useState('')
  const asked = { batchId, bundleNo: String(bundleNo), ...(wanted === '' ? {} : { places: wanted }) }
  const paper = useQuery({
    queryKey: [getBundleDocument.name, asked],
    queryFn: () => file(getBundleDocument, asked),
    // The bytes are personal: kept only while the page shows them.
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  })
  const queries = useQueryClient()
  const gone = paper.data !== undefined || paper.error !== null
  // Delivered now, and something may have been left out.
  useEffect(() => {
    if (gone) for (const { name } of shownBy) void queries.invalidateQueries({ queryKey: [name] })
  }, [gone, queries])
  return (
    <Section
      title={wanted === '' ? `第${bundleNo}束` : `第${bundleNo}束の刷り直し（${wanted}）`}
      actions={<Button onClick={props.onClose}>閉じる</Button>}
    >
      <form
        className="button-row"
        style={{ alignItems: 'end' }}
        aria-label="刷り直し"
        onSubmit={(event) => {
          event.preventDefault()
          setWanted(
            places
              .normalize('NFKC')
              .replace(/[、\s]+/g, ',')
              .replace(/[~〜ー―]/g, '-'),
          )
        }}
      >
        <LooseField
          name="places"
          label="刷り直す番号"
          hint="宛名台紙の「〇通目」。例：3,7-9。空欄は束の全部"
          kind={Places}
          value={places}
          onChange={setPlaces}
        />
        <Button type="submit">この番号だけ開く</Button>
      </form>
      {paper.error && <ErrorSummary error={paper.error} />}
      {bundle.leftOut > 0 && (
        <Banner tone="warning" title={`この束から除いた証明書が${bundle.leftOut}通あります`}>
          この文書には入っていません。前に印刷した紙があるときは、下の「除いた証明書」の番号（〇通目）の紙を、宛名台紙とともに抜き取り、裁断してください。
        </Banner>
      )}
      {!paper.data && !paper.error && <Progress label="束を照合しています" />}
      {paper.data && <PdfView file={paper.data} title={`罹災証明書 第${bundleNo}束`} />}
    </Section>
  )
}

type LeftOutRow = { label: string; page: string; position: number; where: string; reasons: readonly string[] }
const leftOutColumn = columnsOf<LeftOutRow>()
const leftOutColumns = leftOutColumn.columns([
  leftOutColumn.accessor('label', {
    header: '整理番号',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => <Link to={original.page}>{original.label}</Link>,
  }),
  leftOutColumn.accessor('where', { header: '束', meta: { nowrap: true } }),
  leftOutColumn.accessor('reasons', {
    header: '理由',
    meta: { wide: true },
    cell: (cell) => cell.getValue().join('、'),
  }),
])

function LeftOut(props: { batch: Batch }): ReactNode {
  const { batchId, counts } = props.batch
  const { data, error, refetch } = useQuery(q(listBatchLeftOut, { batchId }))
  const rows = data?.items.map(({ bundleNo, bundlePlace, ...item }) => ({
    ...item,
    where: bundleNo === null ? '―' : `第${bundleNo}束 ${bundlePlace}通目`,
  }))
  const table = (caption: string, which: boolean): ReactNode => (
    <DataTable
      caption={caption}
      columns={leftOutColumns}
      rows={rows?.filter(({ suppressed }) => suppressed === which)}
      rowKey={(row) => String(row.position)}
      error={error ?? undefined}
      onRetry={() => void refetch()}
      empty={<p>ありません。</p>}
    />
  )
  return (
    <Section title={`除いた証明書（${grouped(counts.leftOut)}通）`}>
      {counts.suppressed > 0 && (
        <>
          <Banner
            tone="suppression"
            title="支援措置（提供抑止）の対象者が含まれるものは、個別に対応してください"
          >
            交付と送付先は、支援措置の担当者と確かめてください。印刷した紙があれば裁断してください。
          </Banner>
          {table(`個別に対応する証明書（${grouped(counts.suppressed)}通）`, true)}
        </>
      )}
      {counts.leftOut > counts.suppressed && table('そのほかの除いた証明書', false)}
    </Section>
  )
}
