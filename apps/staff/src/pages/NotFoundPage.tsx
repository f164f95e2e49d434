import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Page } from '@open-bcl/ui/layout/Page.tsx'

export function NotFoundPage(): ReactNode {
  return (
    <Page title="ページが見つかりません" lead="アドレスが誤っているか、ページがなくなった可能性があります。">
      <p>
        <Link to="/">メインメニューへ</Link>
      </p>
    </Page>
  )
}
