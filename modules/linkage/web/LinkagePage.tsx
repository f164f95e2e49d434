import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listAgents, listLinkFiles } from '../linkage.contract.ts'
import { AgentsSection } from './AgentsSection.tsx'
import { modeLabels, stateLabels } from './link-text.ts'

type Business = OutputOf<typeof listLinkFiles>['businesses'][number]
type FileRow = Business['files'][number]

const column = columnsOf<FileRow>()
const columns = column.columns([
  column.accessor('fileNo', {
    header: '番号',
    meta: { nowrap: true },
    cell: (cell) => `${cell.getValue()}番`,
  }),
  column.accessor('receivedAt', {
    header: '受信日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  column.accessor('state', {
    header: '結果',
    meta: { nowrap: true },
    cell: (cell) => (
      <Badge tone={cell.getValue() === 'applied' ? 'success' : 'error'}>{stateLabels[cell.getValue()]}</Badge>
    ),
  }),
  column.accessor('errorCount', {
    header: '誤り',
    meta: { nowrap: true },
    cell: (cell) =>
      cell.getValue() === 0 ? (
        'なし'
      ) : (
        <Link to="/linkage/files/$fileId" params={{ fileId: cell.row.original.fileId }}>
          {grouped(cell.getValue())}件を見る
        </Link>
      ),
  }),
  column.accessor('mode', { header: '種別', cell: (cell) => modeLabels[cell.getValue()] }),
  count('rows', '行数'),
  count('inserted', '追加'),
  count('updated', '変更'),
  count('deleted', '削除'),
  count('unchanged', '変更なし'),
])

function count(name: keyof FileRow['counts'], header: string) {
  return column.accessor((row) => row.counts[name], {
    id: name,
    header,
    meta: { align: 'end' },
    cell: (cell) => grouped(cell.getValue()),
  })
}

/** 連携状況: where each business stands, what came last, and what was wrong with it. */
export function LinkagePage(): ReactNode {
  const can = useCan()
  const { data, error, refetch, isFetching } = useQuery(q(listLinkFiles, {}))
  return (
    <Page
      title="連携状況"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '連携状況' }]}
      lead="業務システムから届いたデータの状況です。誤りのあるファイルは、1行も反映しません。"
      actions={
        <Button busy={isFetching} onClick={() => void refetch()}>
          最新の状況を読み込む
        </Button>
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data?.businesses.map((business) => (
        <BusinessSection key={business.business} business={business} />
      ))}
      {can(listAgents).allowed && <AgentsSection />}
    </Page>
  )
}

function BusinessSection(props: { business: Business }): ReactNode {
  const { title, watermark, files } = props.business
  const last = files[0]
  return (
    <Section title={title}>
      {last?.state === 'refused' && (
        <Banner tone="warning" title={`最後に届いた${last.fileNo}番は受け取れませんでした`}>
          <Link to="/linkage/files/$fileId" params={{ fileId: last.fileId }}>
            誤りの一覧
          </Link>
          を確かめ、業務システムで直してから、もう一度送ってください。反映済みのデータはそのままです。
        </Banner>
      )}
      <DescriptionList
        items={[
          {
            term: '反映済みの番号',
            value: watermark === null ? 'まだ反映がありません' : `${watermark.fileNo}番まで`,
          },
          { term: '反映した日時', value: watermark === null ? '―' : instantText(watermark.appliedAt) },
        ]}
      />
      <DataTable
        caption={`${title}：届いたファイル（新しい順に20件まで）`}
        columns={columns}
        rows={files}
        rowKey={(row) => row.fileId}
        empty={<p>まだ届いていません。連携APの登録と設定を確かめてください。</p>}
      />
    </Section>
  )
}
