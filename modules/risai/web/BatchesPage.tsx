import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q, send } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup, Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listBatches, previewBatch, startBatch } from '../../certificates/batch.contract.ts'
import { MOST_IN_BUNDLE } from '../../certificates/batch.ts'
import { getIssuingStatus } from '../../certificates/certificates.contract.ts'
import { issuing } from './published/issuing.ts'
import { batchBadge, type BatchRow } from './batch-text.ts'

const WithSheets = checkboxOf('証明書の前に、窓付き封筒の宛名台紙を付ける', '付ける', '付けない')
const BundleSize = wholeNumberOf({ unit: '通', minimum: 1, maximum: MOST_IN_BUNDLE })

/** 罹災証明書の一括印刷: what may be printed, whom to handle one by one, and what was printed before. */
export function BatchesPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="罹災証明書の一括印刷"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '罹災証明書', to: '/risai' },
        { label: '罹災証明書の一括印刷' },
      ]}
      lead="交付可と決定した証明書を、町字・番地の順に並べ、束ごとのPDFにします。束を印刷したら、印刷の確認をしてください。"
    >
      {disasterId === null ? (
        <ChooseDisaster />
      ) : (
        <Allowed to={issuing}>
          <Choose disasterId={disasterId} />
          <Batches disasterId={disasterId} />
        </Allowed>
      )}
    </Page>
  )
}

function Choose(props: { disasterId: string }): ReactNode {
  const scope = { kind: 'risai', scopeId: props.disasterId } as const
  const { data, error } = useQuery(q(previewBatch, scope))
  const status = useQuery(q(getIssuingStatus, {}))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="数えています" />
  const { ready, printed, inBatch, suppressed, apart, mostInBatch } = data
  return (
    <>
      <Section title="一括印刷できる罹災証明書">
        <DescriptionList
          items={[
            { term: '一括印刷できる', value: `${grouped(ready)}通` },
            { term: '交付済み', value: `${grouped(printed)}通` },
            { term: 'ほかの一括印刷に入っている', value: `${grouped(inBatch)}通` },
            { term: '個別に対応する', value: `${grouped(suppressed)}通` },
          ]}
        />
        {status.data && !status.data.issuing && (
          <Banner tone="warning" title="証明書の交付を停止しています">
            {status.data.words}
          </Banner>
        )}
        {ready > mostInBatch && (
          <p>1回に{grouped(mostInBatch)}通まで入ります。残りは、次の一括印刷に入れてください。</p>
        )}
        {ready > 0 && <Start disasterId={props.disasterId} />}
      </Section>
      {suppressed > 0 && (
        <Section title={`個別に対応する申請（${grouped(suppressed)}件）`}>
          <Banner tone="suppression" title="支援措置（提供抑止）の対象者が含まれるため、一括印刷に入れません">
            交付と送付先は、支援措置の担当者と確かめてください。
          </Banner>
          <ul>
            {apart.map(({ label, page }) => (
              <li key={page}>
                <Link to={page}>{label}</Link>
              </li>
            ))}
          </ul>
          {suppressed > apart.length && <p>はじめの{grouped(apart.length)}件を表示しています。</p>}
        </Section>
      )}
    </>
  )
}

function Start(props: { disasterId: string }): ReactNode {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  return (
    <EditForm
      mode="new"
      initial={{ withSheets: true, bundleSize: MOST_IN_BUNDLE as number | null }}
      schema={startBatch.input}
      submitLabel="一括印刷を始める"
      onSubmit={({ withSheets, bundleSize }, { requestId }) =>
        send(
          startBatch,
          {
            ...{ kind: 'risai', scopeId: props.disasterId, withSheets },
            bundleSize: bundleSize ?? MOST_IN_BUNDLE,
          },
          requestId,
        )
      }
      onSaved={({ batchId, count }) => {
        toast(`${grouped(count)}通の作成を始めました`)
        for (const { name } of [listBatches, previewBatch])
          void queries.invalidateQueries({ queryKey: [name] })
        void navigate({ to: '/risai/batches/$batchId', params: { batchId } as never })
      }}
      cancel={
        <Link to="/risai" className="button">
          やめる
        </Link>
      }
    >
      {({ Field }) => (
        <FieldGroup legend="束の作り方">
          <Field
            name="withSheets"
            kind={WithSheets}
            hint="長形3号の封筒に三つ折りで入れます。証明書と台紙の取引番号が同じことを確かめて封入してください"
          />
          <Field name="bundleSize" kind={BundleSize} hint="1回に印刷する通数。100通まで" required />
        </FieldGroup>
      )}
    </EditForm>
  )
}

const column = columnsOf<BatchRow>()
const columns = column.columns([
  column.accessor('askedAt', {
    header: '開始',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: ({ row: { original } }) => {
      const { label, tone } = batchBadge(original)
      return <Badge tone={tone}>{label}</Badge>
    },
  }),
  column.accessor((row) => row.counts.all, {
    id: 'all',
    header: '対象',
    meta: { align: 'end' },
    cell: (cell) => `${grouped(cell.getValue())}通`,
  }),
  column.accessor((row) => row.counts.printed, {
    id: 'printed',
    header: '印刷済み',
    meta: { align: 'end' },
    cell: (cell) => `${grouped(cell.getValue())}通`,
  }),
  column.accessor((row) => row.counts.leftOut, {
    id: 'leftOut',
    header: '除いた',
    meta: { align: 'end' },
    cell: (cell) => `${grouped(cell.getValue())}通`,
  }),
  column.accessor('askedBy', { header: '開始した職員' }),
])

function Batches(props: { disasterId: string }): ReactNode {
  const { data, error, refetch } = useQuery(q(listBatches, { kind: 'risai', scopeId: props.disasterId }))
  return (
    <DataTable
      caption="一括印刷（新しい順）"
      columns={columns}
      rows={data?.batches}
      rowKey={(row) => row.batchId}
      rowLink={({ batchId }) => ({ to: '/risai/batches/$batchId', params: { batchId } })}
      error={error ?? undefined}
      onRetry={() => void refetch()}
      empty={<p>一括印刷は、まだありません。</p>}
    />
  )
}
