import { useEffect, type ReactNode } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useRouterState } from '@tanstack/react-router'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { useCan, useSession } from '@open-bcl/ui/session.tsx'
import { listBreakGlass, listOpenBreakGlass } from '../break-glass.contract.ts'
import { purposeLabel } from '../break-glass.ts'
import './break-glass.css'

const OLD_MS = 15_000

/**
 * On every screen of the town, for everybody: the operator may look now. Asked again with each page and when the window comes
 * back, not by the clock: that would keep a desk signed in that nobody sits at.
 */
export function OpenBand(): ReactNode {
  const can = useCan()
  const { only } = useSession()
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const queries = useQueryClient()
  const { data } = useQuery({ ...q(listOpenBreakGlass, {}), staleTime: OLD_MS })
  useEffect(() => {
    void queries.refetchQueries({ queryKey: [listOpenBreakGlass.name], stale: true })
  }, [queries, pathname])
  if (!data || (data.open.length === 0 && data.toReview === 0)) return null
  const link = can(listBreakGlass).allowed && (
    <p>
      <Link to={'/break-glass' as string}>内容を確かめる・終わらせる</Link>
    </p>
  )
  return (
    <aside className="shell-bands" aria-label="運用者による緊急閲覧">
      {data.open.map(({ grantNo, askedBy, purpose, untilAt, inside }) => (
        <Banner
          key={grantNo}
          tone="warning"
          title={
            only === null
              ? `BCLの運用者（${askedBy}）が、緊急閲覧で貴団体の情報を${inside ? '見ています' : '見られるようになっています'}`
              : `緊急閲覧です。操作はすべて、${askedBy}さんの氏名と番号で団体に記録されます`
          }
        >
          <p>{`第${grantNo}号　${instantText(untilAt)} まで。${purposeLabel(purpose)}`}</p>
          {link}
        </Banner>
      ))}
      {data.toReview > 0 && (
        <Banner
          tone="information"
          title={`運用者による緊急閲覧が ${data.toReview} 件終わっています。事後確認を記録してください`}
        >
          {link}
        </Banner>
      )}
    </aside>
  )
}
