import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Banner } from './Banner.tsx'

/** Stands where a page needs a disaster and none is selected in the header. */
export function ChooseDisaster(): ReactNode {
  return (
    <Banner tone="information" title="災害を選んでください">
      画面上部の「災害」から選ぶか、<Link to="/disasters">災害の一覧</Link>から選んでください。
    </Banner>
  )
}
