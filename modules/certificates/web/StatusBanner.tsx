import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { certificateKinds } from '../../municipalities/municipalities.ts'
import { getIssuingStatus } from '../certificates.contract.ts'
import { kindCodes } from './certificate-text.ts'

/** What keeps the town from issuing, above whatever somebody is about to do; nothing while all is well. */
export function StatusBanner(props: {
  /** On the page itself the reasons stand below. */
  here?: boolean
}): ReactNode {
  const { data } = useQuery(q(getIssuingStatus, {}))
  if (!data) return null
  const stopped = kindCodes
    .filter((code) =>
      data.stops.some(({ kind, except }) => (kind === null ? !except.includes(code) : kind === code)),
    )
    .map((code) => certificateKinds[code].ja)
  const where = props.here ? (
    '停止の理由は、下に出ています。'
  ) : (
    <>
      <Link to="/certificates/status">交付の状況</Link>で、停止の理由を確かめてください。
    </>
  )
  return (
    <>
      {!data.issuing && (
        <Banner tone="error" title="証明書の交付を停止しています">
          {where}
        </Banner>
      )}
      {data.issuing && stopped.length > 0 && (
        <Banner tone="warning" title={`次の証明書の交付を停止しています：${stopped.join('、')}`}>
          {where}
        </Banner>
      )}
      {data.layouts.missed > 0 && (
        <Banner tone="error" title={`確認が済んでいない様式が${data.layouts.missed}件あり、交付できません`}>
          <Link to="/certificates/layouts">様式の確認</Link>で試験印刷をし、確認を登録してください。
        </Banner>
      )}
      {data.layouts.due > 0 && (
        <Banner tone="warning" title={`まもなく変わる様式が${data.layouts.due}件あります`}>
          適用日までに、<Link to="/certificates/layouts">様式の確認</Link>
          で試験印刷をし、確認を登録してください。
        </Banner>
      )}
    </>
  )
}
