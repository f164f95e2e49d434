import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { getHouseholdSupport } from '../support.contract.ts'
import { supportStates } from '../support.ts'
import { benefitText, stateTones } from './support-text.ts'

/** On the page of a victim: what the household may get, and what was applied for. */
export function SupportPanel(props: { disasterId: string; personRef: string }): ReactNode {
  const { data, error } = useQuery(q(getHouseholdSupport, props))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="判定しています" />
  const eligible = data.programmes.filter(
    ({ assessment, applications }) =>
      applications.length > 0 || (assessment.answer === 'yes' && assessment.amountYen !== null),
  )
  return (
    <>
      {eligible.length === 0 ? (
        <p className="quiet">金額の決まる制度で、受けられるとわかったものはまだありません。</p>
      ) : (
        <ul>
          {eligible.map((one) => (
            <li key={one.programmeCode}>
              {one.title}　{benefitText(one.assessment)}
              {one.applications.map(({ supportId, state }) => (
                <span key={supportId}>
                  {' '}
                  <Badge tone={stateTones[state]}>{labelOf(supportStates, state)}</Badge>
                </span>
              ))}
            </li>
          ))}
        </ul>
      )}
      <p>
        <Link
          to="/support/households/$personRef"
          params={{ personRef: props.personRef }}
          className="button"
          data-look="solid"
        >
          世帯の支援制度を開く
        </Link>
      </p>
    </>
  )
}
