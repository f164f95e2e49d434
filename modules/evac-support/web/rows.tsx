import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { columnsOf } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import type { EvacRow } from '../evac-support.contract.ts'

/** Name, birth, sex and place of a person, as every list of this module begins. */
export function personColumns<Row extends EvacRow>() {
  const column = columnsOf<Row>()
  return column.columns([
    column.display({
      id: 'name',
      header: '氏名',
      cell: ({ row: { original } }) => (
        <>
          <NameText name={original.name} />
          <br />
          <span className="small quiet">{original.kana}</span>
        </>
      ),
    }),
    column.display({
      id: 'birth',
      header: '生年月日',
      meta: { nowrap: true },
      cell: ({ row: { original } }) => birthWords(original),
    }),
    column.display({
      id: 'address',
      header: '住所',
      cell: ({ row: { original } }) => <Place row={original} />,
    }),
  ])
}

export function birthWords({ birthOn, birthText }: EvacRow): string {
  return birthText === '' ? dateText(birthOn as PlainDate | null) : birthText
}

function Place({ row }: { row: EvacRow }): ReactNode {
  if (row.suppressed) return <Badge tone="error">支援措置のため非表示</Badge>
  return row.address ?? ''
}
