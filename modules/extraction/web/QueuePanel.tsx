import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { listItemsOf, takeNextItem } from '../extraction.contract.ts'
import { ItemActButton, itemReads } from './ItemActs.tsx'

/** A list is worked off on the people's own pages: what is to be done about this one, and on to the next. */
export function QueuePanel(props: { disasterId: string; personRef: string }): ReactNode {
  const navigate = useNavigate()
  const toast = useToast()
  const { data, error } = useQuery(q(listItemsOf, props))
  const taking = useSend(takeNextItem, {
    invalidates: itemReads,
    onDone: ({ item }) => {
      if (item === null) {
        toast('対応する方は、もう残っていません')
        void navigate({ to: '/extraction' })
      } else void navigate({ to: '/ledger/$personRef', params: { personRef: item.personRef } as never })
    },
  })
  const shown = error ?? taking.error
  if (shown) return <ErrorSummary error={shown} />
  if (!data) return null
  if (data.items.length === 0) return null
  return (
    <Section title="援護対象者の一覧での自分の担当">
      <ul style={{ listStyle: 'none', padding: 0 }}>
        {data.items.map((item) => (
          <li key={item.listId} className="button-row" style={{ alignItems: 'center' }}>
            <span>
              <Link to="/extraction/$listId" params={{ listId: item.listId } as never}>
                {item.name}
              </Link>
              （{item.people}人のうち{item.worked}人に対応）
            </span>
            {(['done', 'skip'] as const).map((act) => (
              <ItemActButton
                key={act}
                item={item}
                name={item.name}
                act={act}
                onDone={() => taking.start({ listId: item.listId })}
              />
            ))}
            <ItemActButton item={item} name={item.name} act="release" />
          </li>
        ))}
      </ul>
    </Section>
  )
}
