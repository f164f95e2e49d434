import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { getOverview } from '../../console.contract.ts'
import { cancelMaintenance, listMaintenance, planMaintenance } from '../../service.contract.ts'
import { LIVE_MS } from './console-text.ts'
import { reachText, useOperators, useTownNames } from './registry-kinds.tsx'

type Maintenance = OutputOf<typeof listMaintenance>['maintenance'][number]

const states = {
  coming: { ja: '予定', tone: 'information' },
  'under-way': { ja: '保守中', tone: 'warning' },
  over: { ja: '終了', tone: 'neutral' },
  cancelled: { ja: '取消し', tone: 'neutral' },
} as const

/** 保守の予定: under way and to come; `?which=all` the past too. */
export function MaintenancePage(): ReactNode {
  const can = useCan()
  const search = useSearch({ strict: false }) as { which?: unknown }
  const which = search.which === 'all' ? 'all' : 'coming'
  const { data, error } = useQuery({ ...q(listMaintenance, { which }), refetchInterval: LIVE_MS })
  return (
    <Page
      title="保守の予定"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '保守の予定' }]}
      lead="予定すると、関係する市区町村と事業者の連絡先に自動で周知します。住民情報バックアップは、原則3週間前までに予定します。"
      actions={
        <>
          {which === 'coming' ? (
            <Link to={'/maintenance' as string} search={{ which: 'all' } as never}>
              過去の保守
            </Link>
          ) : (
            <Link to={'/maintenance' as string}>これからの保守だけ</Link>
          )}
          {can(planMaintenance).allowed && (
            <Link to={'/maintenance/new' as string} className="button">
              保守を予定する
            </Link>
          )}
        </>
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data?.maintenance.length === 0 && <p>保守の予定はありません。</p>}
      {data && data.maintenance.length > 0 && (
        <ul className="incident-steps" aria-label="保守">
          {data.maintenance.map((one) => (
            <li key={one.maintenanceId}>
              <OneMaintenance one={one} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}

function OneMaintenance({ one }: { one: Maintenance }): ReactNode {
  const { ja, tone } = states[one.state]
  const towns = useTownNames()
  const operators = new Map(useOperators().map(({ operatorId, ja }) => [operatorId, ja]))
  const name = towns.get(one.scopeKey) ?? operators.get(one.scopeKey) ?? one.scopeKey
  const what = reachText(one.scopeJa, name, one.kind)
  return (
    <>
      <h2 className="notice-title">
        {what} <Badge tone={tone}>{ja}</Badge>
      </h2>
      <p>
        <strong>{`${instantText(one.fromAt)} から ${instantText(one.untilAt)} まで`}</strong>
      </p>
      <p>{one.words}</p>
      <p className="small quiet">
        {`登録 ${instantText(one.plannedAt)} ${one.plannedBy}`}
        {one.urgentReason !== null && `（告知の期間を短くした理由：${one.urgentReason}）`}
        {one.cancelled && `。取消し ${instantText(one.cancelled.at)} ${one.cancelled.by}`}
      </p>
      {(one.state === 'coming' || one.state === 'under-way') && (
        <div>
          <AskButton
            endpoint={cancelMaintenance}
            input={{ maintenanceId: one.maintenanceId }}
            invalidates={[listMaintenance, getOverview]}
            label={one.state === 'coming' ? '予定を取り消す' : '今すぐ終える'}
            of={what}
            question={
              one.state === 'coming' ? 'この保守の予定を取り消しますか' : 'この保守を今すぐ終えますか'
            }
            confirm={one.state === 'coming' ? '取り消す' : '終える'}
          >
            <p>{`${what}、${instantText(one.fromAt)} から。周知した連絡先には、取り消したことを知らせます。`}</p>
          </AskButton>
        </div>
      )}
    </>
  )
}
