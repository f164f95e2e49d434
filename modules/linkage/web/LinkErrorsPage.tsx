import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { useCan } from '@open-bcl/ui/session.tsx'
import { requestOf } from '@open-bcl/ui/request.ts'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { fileInterfaces } from '../../interfaces/interfaces.columns.ts'
import { downloadLinkFileErrors, getLinkFileErrors } from '../linkage.contract.ts'
import { countsOf, modeLabels, stateLabels, stateTones } from './link-text.ts'

type LinkErrors = OutputOf<typeof getLinkFileErrors>['errors']
type File = OutputOf<typeof getLinkFileErrors>['file']

const column = columnsOf<LinkErrors[number]>()
const columns = column.columns([
  column.accessor('line', {
    header: '行',
    meta: { nowrap: true },
    cell: (cell) => {
      const line = cell.getValue()
      return line === null ? 'ファイル全体' : `${grouped(line)}行目`
    },
  }),
  column.accessor('item', { header: '項目名' }),
  column.accessor('message', { header: '理由', meta: { wide: true } }),
])

/** 連携用データの誤り一覧: line by line, to mend in the core system. */
export function LinkErrorsPage(): ReactNode {
  const can = useCan()
  const fileId = usePathParam('fileId')
  const { data, error, refetch } = useQuery(q(getLinkFileErrors, { fileId }))
  return (
    <Page
      title="連携用データの誤り"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '連携状況', to: '/linkage' },
        { label: '連携用データの誤り' },
      ]}
      badges={data && <Badge tone={stateTones[data.file.state]}>{stateLabels[data.file.state]}</Badge>}
      lead="業務システムで直し、ファイルを作り直して送ってください。一覧に個人の情報は含みません。"
      actions={
        data &&
        data.errors.length > 0 &&
        can(downloadLinkFileErrors).allowed && (
          <a className="button" href={requestOf(downloadLinkFileErrors, { fileId }).url} download>
            一覧をCSVで保存
          </a>
        )
      }
    >
      {data && <FileSection file={data.file} />}
      {data?.moreErrors && (
        <Banner tone="warning" title={`先頭の${grouped(data.errors.length)}件だけを表示しています`}>
          ほかにも誤りがあります。直してから送ると、残りの誤りが分かります。
        </Banner>
      )}
      <DataTable
        caption="誤りの一覧"
        columns={columns}
        rows={data?.errors}
        rowKey={(row) => `${row.line} ${row.item} ${row.message}`}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>誤りはありません。</p>}
      />
    </Page>
  )
}

function FileSection(props: { file: File }): ReactNode {
  const { business, fileNo, mode, receivedAt, counts, state, notes } = props.file
  return (
    <Section title={`${fileInterfaces[business].title} ${fileNo}番（${modeLabels[mode]}）`}>
      <p>
        {state === 'refused'
          ? 'このファイルは、1行も反映していません。'
          : '誤りのない行は反映しました。誤りのある行の人は、正しい行が届くまで証明書を交付しません。'}
      </p>
      <DescriptionList
        items={[
          { term: '受信日時', value: instantText(receivedAt) },
          ...countsOf(counts).map(({ term, value }) => ({ term, value: grouped(value) })),
          ...(notes.length === 0
            ? []
            : [{ term: '気付いたこと', value: notes.map((note) => <div key={note}>{note}</div>) }]),
        ]}
      />
    </Section>
  )
}
