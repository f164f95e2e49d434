import type { ReactNode } from 'react'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { AlarmsSection } from './AlarmsSection.tsx'

/** 連携の警報, old ones too. */
export function AlarmsPage(): ReactNode {
  return (
    <Page
      title="連携の警報"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '連携状況', to: '/linkage' },
        { label: '連携の警報' },
      ]}
      lead="警報は、出たときに連絡先へメールで届きます。誰かが確認するまで、この画面に残ります。"
    >
      <AlarmsSection />
    </Page>
  )
}
