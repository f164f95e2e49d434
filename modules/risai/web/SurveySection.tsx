import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { damageGrades } from '../../disasters/grades.ts'
import { surveyStages, taskStates } from '../../surveys/surveys.ts'
import { getApplicationSurveys } from '../surveying.contract.ts'

export type Survey = OutputOf<typeof getApplicationSurveys>['surveys'][number]
const column = columnsOf<Survey>()
const columns = column.columns([
  column.accessor('taskNo', { header: '調査番号', meta: { nowrap: true } }),
  column.accessor('stage', { header: '段階', cell: (cell) => labelOf(surveyStages, cell.getValue()) }),
  column.accessor('state', { header: '状態', cell: (cell) => labelOf(taskStates, cell.getValue()) }),
  column.accessor('teamName', { header: '班', cell: (cell) => cell.getValue() ?? noValue }),
  column.accessor((row) => row.result?.grade ?? null, {
    id: 'grade',
    header: '結果',
    cell: (cell) => labelOf(damageGrades, cell.getValue()) || noValue,
  }),
  column.accessor((row) => row.result?.surveyedOn ?? null, {
    id: 'surveyedOn',
    header: '調査日',
    meta: { nowrap: true },
    cell: (cell) => <WarekiDate.Output value={cell.getValue() as PlainDate | null} />,
  }),
  column.accessor((row) => row.result?.reason ?? '', {
    id: 'reason',
    header: '結果の理由',
    meta: { wide: true },
    cell: (cell) => cell.getValue() || noValue,
  }),
])

/** 損害割合 as people write it: 37.95％. */
export function percentText(percentX100: number | null): string {
  return percentX100 === null ? '' : `損害割合 ${(percentX100 / 100).toFixed(2)}％`
}

/** 調査の予定と結果, and until when the first is to be expected. */
export function SurveySection(props: { applicationId: string }): ReactNode {
  const { data, error } = useQuery(q(getApplicationSurveys, { applicationId: props.applicationId }))
  if (error) return <ErrorSummary error={error} />
  if (!data || (data.surveys.length === 0 && data.forecast === null)) return null
  return (
    <Section title="被害認定調査">
      {data.forecast && (
        <p>
          {data.forecast.areaName}の調査は、
          <WarekiDate.Output value={data.forecast.byOn as PlainDate} />
          ごろまでの見込みです（いまの進み具合から計算。天候などにより変わります）。
        </p>
      )}
      <DataTable
        caption="調査（新しい順）"
        columns={columns}
        rows={data.surveys}
        rowKey={(row) => row.taskId}
        empty={<p>調査はまだ依頼していません。</p>}
      />
    </Section>
  )
}
