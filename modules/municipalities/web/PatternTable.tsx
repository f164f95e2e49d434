import type { ReactNode } from 'react'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { participationOfPattern, type ParticipationPattern } from '../municipalities.ts'
import { issuers, patterns, residentDataWays } from './settings-text.ts'

type Row = (typeof patterns)[number] & { readonly current: boolean }

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('label', {
    header: 'パターン',
    meta: { nowrap: true },
    cell: (cell) => (
      <>
        {cell.getValue()} {cell.row.original.current && <Badge tone="information">現在</Badge>}
      </>
    ),
  }),
  column.accessor('hint', { header: '内容' }),
  column.display({
    id: 'data',
    header: '住民情報',
    cell: (cell) => labelOf(residentDataWays, participationOfPattern(cell.row.original.value).residentData),
  }),
  column.display({
    id: 'certificates',
    header: '住民票・印鑑・税の証明',
    cell: (cell) => labelOf(issuers, participationOfPattern(cell.row.original.value).issues.juminhyo),
  }),
  column.display({
    id: 'risai',
    header: '罹災・被災証明書',
    cell: (cell) => labelOf(issuers, participationOfPattern(cell.row.original.value).issues.risai),
  }),
])

/** What each 参加パターン means: which data arrive by the agent or by hand, and who issues which kind. */
export function PatternTable(props: { current: ParticipationPattern }): ReactNode {
  return (
    <DataTable
      caption="参加パターンの意味"
      columns={columns}
      rows={patterns.map((pattern) => ({ ...pattern, current: pattern.value === props.current }))}
      rowKey={(row) => row.value}
      empty=""
    />
  )
}
