import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { listScans } from '../papers.contract.ts'
import { sheetLabel } from '../rules/sheets.ts'
import type { TaskId } from '../surveys.ts'
import { PrintPapers } from './PrintPapers.tsx'
import { hazardOf } from './SheetPage.tsx'
import type { TaskView } from './survey-text.ts'

/** Papers of a house: to be printed, and those that came back. */
export function PapersSection(props: { task: TaskView }): ReactNode {
  const { task } = props
  const { taskId, disasterId } = task
  const { data, error } = useQuery(q(listScans, { taskId }))
  return (
    <Section title="紙の調査票">
      {error && <ErrorSummary error={error} />}
      {data?.scans.length === 0 && <p>読み取った紙の調査票はありません。</p>}
      {data && data.scans.length > 0 && (
        <ul>
          {data.scans.map((one) => (
            <li key={one.scanId}>
              <a href={`/api/surveys/scans/${one.scanId}/picture`} target="_blank" rel="noreferrer">
                {`${sheetLabel(one)}　${one.page}／${one.pages}ページ`}
              </a>
              {`　${instantText(one.storedAt)}　${one.storedBy}　`}
              {one.recorded ? (
                <Badge tone="success">登録済み</Badge>
              ) : (
                // Another document: only that of the page of scans may run the reader.
                <a
                  href={`/surveys/scans?disaster=${disasterId}&task=${taskId}&paper=${one.sheetId}`}
                  className="button"
                  data-size="small"
                >
                  確かめて登録する
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
      <PrintPapers
        disasterId={disasterId}
        taskIds={[taskId as TaskId]}
        first={{
          hazard: hazardOf(task),
          stage: task.stage === 'second' || task.stage === 'again' ? 'second' : 'first',
        }}
      />
    </Section>
  )
}
