import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { getLinkFileErrors } from '../linkage.contract.ts'
import { errorsCsv, type LinkErrors } from './link-text.ts'

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
  column.accessor('message', { header: '理由' }),
])

/** 連携用データの誤り一覧: line by line, to mend in the core system. */
export function LinkErrorsPage(): ReactNode {
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
      lead="業務システムで直し、ファイルを作り直して送ってください。一覧に個人の情報は含みません。"
      actions={data && <Button onClick={() => save(errorsCsv(data.errors))}>一覧をCSVで保存</Button>}
    >
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

function save(csv: string): void {
  const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = '連携用データの誤り.csv'
  link.click()
  URL.revokeObjectURL(url)
}
