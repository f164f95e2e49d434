import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { listNonDwellings, registerNonDwelling } from '../non-dwellings.contract.ts'
import { nonDwellingKinds } from '../non-dwellings.ts'
import { resultText } from './property-text.ts'

/** On the page of a victim: what else of theirs was damaged, and the way to add more. */
export function NonDwellingsPanel(props: { disasterId: string; personRef: string }): ReactNode {
  const can = useCan()
  const { data, error } = useQuery(q(listNonDwellings, props))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  return (
    <>
      {data.properties.length === 0 ? (
        <p className="quiet">登録はまだありません。</p>
      ) : (
        <ul>
          {data.properties.map((one) => (
            <li key={one.nonDwellingId}>
              <Link to="/non-dwellings/$nonDwellingId" params={{ nonDwellingId: one.nonDwellingId }}>
                {labelOf(nonDwellingKinds, one.kind)}
                {one.words.name !== '' && `：${one.words.name}`}
              </Link>
              {'　'}
              {resultText(one.result)}
            </li>
          ))}
        </ul>
      )}
      {can(registerNonDwelling).allowed && (
        <p>
          <Link to="/non-dwellings/new" search={{ person: props.personRef } as never} className="button">
            この方の被災非住家を登録する
          </Link>
        </p>
      )}
    </>
  )
}
