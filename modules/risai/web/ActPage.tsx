import { useQuery, type QueryClient } from '@tanstack/react-query'
import { Link, type UseNavigateResult } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { listIssues } from '../../certificates/certificates.contract.ts'
import { getVictim } from '../../ledger/ledger.contract.ts'
import { countApplications, listApplications } from '../listing.contract.ts'
import { draftApplication, getApplication } from '../risai.contract.ts'
import { findSimilar } from '../joining.contract.ts'
import { listResurveys } from '../resurveys.contract.ts'
import { getApplicationSurveys } from '../surveying.contract.ts'
import { applicationStates, type ApplicationState } from '../risai.ts'
import { stateTones, type Application } from './application-text.ts'

/** After any change of an application: everything that shows it is read anew. */
export function renew(queries: QueryClient): void {
  for (const { name } of [
    getApplication,
    listApplications,
    countApplications,
    draftApplication,
    getVictim,
    listIssues,
    findSimilar,
    listResurveys,
    getApplicationSurveys,
  ])
    void queries.invalidateQueries({ queryKey: [name] })
}

/** After an act: to the page of the application, and only then anew, so that the form does not vanish under the eyes. */
export async function toApplication(
  navigate: UseNavigateResult<string>,
  queries: QueryClient,
  applicationId: string,
): Promise<void> {
  await navigate({ to: '/risai/applications/$applicationId', params: { applicationId } as never })
  renew(queries)
}

/**
 * The page of one act on an application: whose it is stands at the top, and where its state does not allow the act, the
 * page says so instead of a form that can only be refused.
 */
export function ActPage(props: {
  title: string
  /** Whether the act is possible in a state. */
  offered: (state: ApplicationState) => boolean
  /** The right the act needs. */
  needs: Pick<Endpoint, 'permission' | 'title'>
  wide?: boolean
  children: (application: Application) => ReactNode
}): ReactNode {
  const applicationId = usePathParam('applicationId')
  const { data, error } = useQuery(q(getApplication, { applicationId }))
  const here = '/risai/applications/$applicationId'
  return (
    <Page
      title={props.title}
      {...(props.wide ? {} : { width: 'narrow' as const })}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '罹災証明書', to: '/risai' },
        ...(data ? [{ label: data.serialNo, to: here.replace('$applicationId', applicationId) }] : []),
        { label: props.title },
      ]}
      badges={data && <Badge tone={stateTones[data.state]}>{labelOf(applicationStates, data.state)}</Badge>}
      lead={data && `整理番号 ${data.serialNo}　申請者 ${data.form.applicant.name}`}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data?.suppressed && (
        <Banner tone="suppression" title="支援措置対象者：所在に関わる情報は表示されません">
          住所、連絡先、被害の状況などは表示も変更もできません。
        </Banner>
      )}
      {data &&
        (props.offered(data.state) ? (
          <Allowed to={props.needs}>{props.children(data)}</Allowed>
        ) : (
          <Banner tone="warning" title="今の状態では、この操作はできません">
            現在の状態は「{labelOf(applicationStates, data.state)}」です。
            <Link to={here} params={{ applicationId }}>
              申請の画面
            </Link>
            で確かめてください。
          </Banner>
        ))}
    </Page>
  )
}
