import type { ReactNode } from 'react'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { useCan } from '../session.tsx'
import { Banner } from './Banner.tsx'

/** A form for whom may send it; others, who came by the address, read why there is none. The server decides all the same. */
export function Allowed(props: {
  to: Pick<Endpoint, 'permission' | 'title'>
  children: ReactNode
}): ReactNode {
  const permit = useCan()(props.to)
  if (permit.allowed) return props.children
  return (
    <Banner tone="warning" title={permit.reason}>
      必要なときは、団体のシステム管理者へお問い合わせください。
    </Banner>
  )
}
