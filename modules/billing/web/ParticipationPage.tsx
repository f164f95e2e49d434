import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { getParticipation, participationFiles } from '../billing.contract.ts'
import { kindWords } from '../statements.ts'

type Row = OutputOf<typeof getParticipation>['rows'][number]

const column = columnsOf<Row>()
const figure = (header: string, of: (row: Row) => number) =>
  column.accessor(of, {
    id: header,
    header,
    meta: { align: 'end', nowrap: true },
    cell: (cell) => grouped(cell.getValue()),
  })

/** 参加状況: how many towns of each class take part, and with which kinds. */
export function ParticipationPage(): ReactNode {
  const { data, error, refetch } = useQuery(q(getParticipation, {}))
  const kinds = [...new Set((data?.rows ?? []).flatMap((row) => Object.keys(row.kinds)))].toSorted((a, b) =>
    a.localeCompare(b),
  )
  const columns = column.columns([
    column.accessor('ja', { header: '団体の規模' }),
    figure('参加団体', (row) => row.towns),
    figure('うちBCLで発行', (row) => row.throughBcl),
    figure('全国の団体', (row) => row.ofAll),
    ...kinds.map((kind) => figure(kindWords(kind), (row) => row.kinds[kind] ?? 0)),
  ])
  return (
    <Page
      title="参加状況"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '参加状況' }]}
      lead={`${data?.on ?? ''}現在。「全国の団体」は令和5年5月1日現在の1,741団体です。`}
      actions={
        <>
          <SaveButton endpoint={participationFiles.pdf} input={{}} label="PDF" />
          <SaveButton endpoint={participationFiles.xlsx} input={{}} label="XLSX" />
          <SaveButton endpoint={participationFiles.csv} input={{}} label="CSV" />
        </>
      }
    >
      <DataTable
        caption="団体の規模と証明書の種類別の参加団体"
        columns={columns}
        rows={data?.rows}
        rowKey={(row) => row.sizeClass}
        empty="参加している団体はありません。"
        error={error}
        onRetry={() => void refetch()}
      />
    </Page>
  )
}
