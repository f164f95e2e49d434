import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { listApplications } from '../listing.contract.ts'
import { receiveApplication } from '../risai.contract.ts'
import { damageGrades } from '../../disasters/grades.ts'
import { applicationStates } from '../risai.ts'
import { stateTones } from './application-text.ts'

/** On the page of a victim: the person's applications, and the way to a new one. */
export function ApplicationsPanel(props: { disasterId: string; personRef: string }): ReactNode {
  const can = useCan()
  const { data, error } = useQuery(q(listApplications, props))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  return (
    <>
      {data.applications.length === 0 ? (
        <p className="quiet">申請はまだありません。</p>
      ) : (
        <ul style={{ listStyle: 'none', padding: 0 }}>
          {data.applications.map((one) => (
            <li key={one.applicationId}>
              <Link to="/risai/applications/$applicationId" params={{ applicationId: one.applicationId }}>
                {one.serialNo}
              </Link>{' '}
              <Badge tone={stateTones[one.state]}>{labelOf(applicationStates, one.state)}</Badge>{' '}
              {labelOf(damageGrades, one.grade)}
            </li>
          ))}
        </ul>
      )}
      {can(receiveApplication).allowed && (
        <p>
          <Link
            to="/risai/new"
            search={{ person: props.personRef } as never}
            className="button"
            data-look="solid"
          >
            この方の申請を受け付ける
          </Link>
        </p>
      )}
    </>
  )
}
