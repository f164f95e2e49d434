import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { listReports, receiveReport } from '../reports.contract.ts'
import { reportStates } from '../reports.ts'
import { objectsText, reportName, reportTones } from './report-text.ts'

/** On the page of a victim: the person's 被災届出, and the way to a new one. */
export function ReportsPanel(props: { disasterId: string; personRef: string }): ReactNode {
  const can = useCan()
  const { data, error } = useQuery(q(listReports, props))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  return (
    <>
      {data.reports.length === 0 ? (
        <p className="quiet">届出はまだありません。</p>
      ) : (
        <ul style={{ listStyle: 'none', padding: 0 }}>
          {data.reports.map((one) => (
            <li key={one.reportId}>
              <Link to="/hisai/reports/$reportId" params={{ reportId: one.reportId }}>
                {reportName(one)}
              </Link>{' '}
              <Badge tone={reportTones[one.state]}>{labelOf(reportStates, one.state)}</Badge>{' '}
              {objectsText(one.objects)}
            </li>
          ))}
        </ul>
      )}
      {can(receiveReport).allowed && (
        <p>
          <Link to="/hisai/new" search={{ person: props.personRef } as never} className="button">
            この方の被災届出を受け付ける
          </Link>
        </p>
      )}
    </>
  )
}
