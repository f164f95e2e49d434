import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { listTransfersOf } from '../evacuees.contract.ts'
import { transferStates } from '../evacuees.ts'

/** What is written in place of a town that may not be shown. */
export const concealedTown = '（支援措置のため非表示）'

/** The hand-overs of a household on the page of one of its people, and how one begins. */
export function TransfersPanel(props: { disasterId: string; personRef: string }): ReactNode {
  const { data, error } = useQuery(q(listTransfersOf, props))
  if (error) return <ErrorSummary error={error} />
  if (!data) return null
  return (
    <>
      {data.transfers.length === 0 && <p>避難先の市町村への引継ぎは、まだありません。</p>}
      <ul style={{ paddingInlineStart: '1.25em' }}>
        {data.transfers.map((one) => (
          <li key={one.transferId}>
            <Link to="/evacuees/transfers/$transferId" params={{ transferId: one.transferId } as never}>
              {`${one.townName ?? concealedTown}への引継ぎ`}
            </Link>
            {`　${labelOf(transferStates, one.state)}　${one.people}人　同意の期限：${dateText(one.expiresOn as PlainDate)}`}
          </li>
        ))}
      </ul>
      <p>
        <Link
          to="/evacuees/new/$personRef"
          params={{ personRef: props.personRef } as never}
          className="button"
        >
          避難先の市町村への引継ぎを準備する
        </Link>
      </p>
    </>
  )
}
