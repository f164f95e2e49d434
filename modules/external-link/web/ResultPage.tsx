import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { issuing } from '../../risai/web/published/issuing.ts'
import { IssueFlow } from '../../risai/web/published/IssueFlow.tsx'
import { getResult } from '../external-link.contract.ts'
import { resultKinds } from '../external-link.ts'
import { crumbs, gradeText } from './external-link-text.ts'
import { Standing } from './ResultsPage.tsx'

/** One result of the other system, and 窓口交付 of it. */
export function ResultPage(): ReactNode {
  const resultId = usePathParam('resultId')
  const { data, error } = useQuery(q(getResult, { resultId }))
  const title = data ? `申請番号 ${data.applicationNo}` : '取り込んだ結果'
  return (
    <Page
      title={title}
      crumbs={crumbs({ label: '取り込んだ結果', to: '/external-link/results' }, { label: title })}
      badges={data && <Standing result={data} />}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data?.suppressed && (
        <Banner tone="suppression" title="支援措置対象者：所在に関わる情報は表示されません">
          証明書は交付できません。支援措置の担当者に連絡してください。
        </Banner>
      )}
      {data && (
        <>
          <DescriptionList
            items={[
              { term: '証明書', value: labelOf(resultKinds, data.kind) },
              { term: '整理番号', value: data.serialNo ?? noValue },
              { term: '被害の程度', value: data.grade === null ? noValue : gradeText(data.grade) },
              { term: '世帯主・届出者', value: data.headName },
              { term: '被災場所', value: data.place ?? '支援措置のため非表示' },
              {
                term: '交付開始日',
                value:
                  data.issueFrom === null ? (
                    noValue
                  ) : (
                    <WarekiDate.Output value={data.issueFrom as PlainDate} />
                  ),
              },
              { term: '取込', value: instantText(data.madeAt) },
              {
                term: '申請',
                value:
                  data.applicationId === null ? (
                    '外部システムで受け付けた申請'
                  ) : (
                    <Link
                      to="/risai/applications/$applicationId"
                      params={{ applicationId: data.applicationId } as never}
                    >
                      このシステムで受け付けた申請
                    </Link>
                  ),
              },
            ]}
          />
          {data.outcome === 'issuable' && data.endedAt === null && !data.suppressed && (
            <Section title="窓口で交付する">
              <Allowed to={issuing}>
                <IssueFlow
                  of={{
                    ...{ kind: data.kind, ja: labelOf(resultKinds, data.kind), subjectId: resultId },
                    ...{ copies: 1, purpose: '', back: `/external-link/results/${resultId}` },
                    backLabel: '取り込んだ結果',
                  }}
                />
              </Allowed>
            </Section>
          )}
        </>
      )}
    </Page>
  )
}
