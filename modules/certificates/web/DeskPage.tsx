import type { ReactNode } from 'react'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { PeopleSearch } from './PeopleSearch.tsx'
import { StatusBanner } from './StatusBanner.tsx'

/** 窓口交付: who is at the counter. */
export function DeskPage(): ReactNode {
  return (
    <Page
      title="窓口交付"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '窓口交付' }]}
      lead="証明書を交付する方を探します。誰が、誰の情報を見たかは記録されます。"
    >
      <StatusBanner />
      <PeopleSearch to="/certificates/desk/$residentNo" />
    </Page>
  )
}
