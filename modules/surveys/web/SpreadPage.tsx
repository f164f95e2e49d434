import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { damageGrades } from '../../disasters/grades.ts'
import { sheetStages, structures, surveyHazards, type SheetKind } from '../rules/rules.ts'
import { getSpread } from '../sheets.contract.ts'

type Row = OutputOf<typeof getSpread>['surveyors'][number]
const points = (value: number | null): string => (value === null ? '―' : value.toFixed(1))
const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('surveyor', { header: '記入した職員' }),
  column.accessor('sheets', { header: '調査票', meta: { align: 'end' } }),
  column.accessor('mean', {
    header: '平均（点）',
    meta: { align: 'end' },
    cell: (cell) => points(cell.getValue()),
  }),
  column.accessor('deviation', {
    header: '標準偏差',
    meta: { align: 'end' },
    cell: (cell) => points(cell.getValue()),
  }),
  column.accessor('difference', {
    header: '全体との差（点）',
    meta: { align: 'end' },
    cell: (cell) => points(cell.getValue()),
  }),
  column.accessor('isNotable', {
    header: '確かめる',
    cell: (cell) => (cell.getValue() ? '偶然を超える差' : ''),
  }),
  column.accessor('grades', {
    header: '被害の程度の内訳',
    cell: (cell) =>
      damageGrades
        .filter(({ value }) => (cell.getValue()[value] ?? 0) > 0)
        .map(({ value, label }) => `${label} ${cell.getValue()[value]}`)
        .join('、'),
  }),
])

const Hazard = radioOf(surveyHazards)
const Structure = radioOf(structures)
const Stage = radioOf(sheetStages)

/** 調査員の間のばらつき: like is compared with like, and a difference is no proof of a mistake. */
export function SpreadPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="調査員の間のばらつき"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '被害認定調査', to: '/surveys' },
        { label: 'ばらつき' },
      ]}
      lead="同じ種類の調査票どうしを比べます。担当した地区の被害が違えば差は出ます。差が大きいときに、調査票と写真を一緒に確かめてください。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Spread disasterId={disasterId} />}
    </Page>
  )
}

function Spread(props: { disasterId: string }): ReactNode {
  const [kind, setKind] = useState<SheetKind>({ hazard: 'earthquake', structure: 'wood', stage: 'first' })
  const { data, error } = useQuery(q(getSpread, { disasterId: props.disasterId, ...kind }))
  return (
    <>
      <LooseField
        name="hazard"
        label="災害の種類"
        kind={Hazard}
        value={kind.hazard}
        onChange={(hazard) => hazard && setKind({ ...kind, hazard })}
      />
      <LooseField
        name="structure"
        label="構造"
        kind={Structure}
        value={kind.structure}
        onChange={(structure) => structure && setKind({ ...kind, structure })}
      />
      <LooseField
        name="stage"
        label="調査の段階"
        kind={Stage}
        value={kind.stage}
        onChange={(stage) => stage && setKind({ ...kind, stage })}
      />
      {error && <ErrorSummary error={error} />}
      {data && (
        <p>
          {`調査票${data.all.sheets}件、平均${points(data.all.mean)}点。同じ住家を2人が見た${data.repeats.pairs}組のうち、同じ程度は${data.repeats.sameGrade}組。`}
        </p>
      )}
      <DataTable
        caption="記入した職員ごと（差の大きい順）"
        columns={columns}
        rows={data?.surveyors}
        rowKey={(row) => row.surveyor}
        empty={<p>この種類の調査票はまだありません。</p>}
      />
    </>
  )
}
