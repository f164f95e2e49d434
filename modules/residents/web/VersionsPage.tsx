import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { listVersions } from '../versions.contract.ts'
import type { ViewPurpose } from '../versions.ts'
import { AsOfSection } from './AsOfSection.tsx'
import { CompareSection } from './CompareSection.tsx'
import { MyNumberSection } from './MyNumberSection.tsx'
import { VersionsTable, type Choice } from './VersionsTable.tsx'
import type { Version } from './version-text.ts'

/** 中間DB参照 of one person: every version, what differs between two of them, and how it all was at a moment. */
export function VersionsPage(): ReactNode {
  const residentNo = usePathParam('residentNo')
  const { data, error } = useQuery(q(listVersions, { residentNo }))
  const title = `宛名番号 ${residentNo}`
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '中間DB参照', to: '/residents' },
        { label: title },
      ]}
      lead="一覧は番号・日時・状態だけです。氏名・住所などは、目的を選んで「表示する」を押すと出ます。"
      badges={data?.suppressed && <Badge tone="error">支援措置（提供抑止）</Badge>}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          {data.suppressed && (
            <Banner tone="suppression" title="支援措置対象者：所在に関わる情報は表示されません">
              どの世代を開いても、住所と異動の項目は出ません。この画面を開いたことは記録されます。
            </Banner>
          )}
          <Person key={residentNo} residentNo={residentNo} versions={data.versions} />
        </>
      )}
    </Page>
  )
}

function Person(props: { residentNo: string; versions: readonly Version[] }): ReactNode {
  const { residentNo, versions } = props
  const [purpose, setPurpose] = useState<ViewPurpose | null>(null)
  const [choice, setChoice] = useState<Choice>({
    versionId: versions.at(-1)!.versionId,
    olderId: versions.at(-2)?.versionId ?? null,
  })
  return (
    <>
      <VersionsTable versions={versions} choice={choice} onChoose={setChoice} />
      <CompareSection
        residentNo={residentNo}
        versions={versions}
        choice={choice}
        purpose={purpose}
        onPurpose={setPurpose}
      />
      <AsOfSection residentNo={residentNo} purpose={purpose} onPurpose={setPurpose} />
      <MyNumberSection residentNo={residentNo} />
    </>
  )
}
