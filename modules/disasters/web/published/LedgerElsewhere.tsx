import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { getLedgerPlace } from '../../ledger-place.contract.ts'

/** In place of what is closed while another system grades: says so, and where to go. `children` while the ledger is here. */
export function LedgerElsewhere(props: { disasterId: string; children?: ReactNode }): ReactNode {
  const { disasterId, children } = props
  const { data } = useQuery(q(getLedgerPlace, { disasterId }))
  if (!data?.elsewhere) return <>{children}</>
  return (
    <Banner tone="information" title="この災害の調査・認定・決定は外部システムで行います">
      {`台帳を置くシステム：${data.systemName}。結果は`}
      <Link to="/external-link">外部連携</Link>
      の画面で取り込みます。
    </Banner>
  )
}
