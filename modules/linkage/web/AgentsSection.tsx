import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { getGate, listAgents, listLinkFiles, revokeAgent } from '../linkage.contract.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { silentFinding, type LinkState } from './link-state.ts'

/** The agent renews its certificate by itself well before this; if it has not, somebody should look. */
const EXPIRING_MS = 14 * 24 * 3_600_000

type Agent = OutputOf<typeof listAgents>['agents'][number]

const column = columnsOf<Agent>()
const columns = column.columns([
  column.accessor('name', { header: '名称' }),
  column.accessor('revokedAt', {
    header: '状態',
    cell: (cell) => {
      const at = cell.getValue()
      return at === null ? (
        <Badge tone="success">有効</Badge>
      ) : (
        <Badge>{`取消し（${instantText(at)}）`}</Badge>
      )
    },
  }),
  column.accessor('heardAt', {
    header: '最後の連絡',
    meta: { nowrap: true },
    cell: (cell) => {
      const at = cell.getValue()
      if (at !== null) return instantText(at)
      return cell.row.original.revokedAt === null ? (
        <Badge tone="warning">一度も接続していません</Badge>
      ) : (
        'ありません'
      )
    },
  }),
  column.accessor('expiresAt', {
    header: '証明書の期限',
    meta: { nowrap: true },
    cell: (cell) => {
      const at = cell.getValue()
      if (at === null) return noValue
      const soon = new Date(at).getTime() - Date.now() < EXPIRING_MS
      return soon ? <Badge tone="warning">{`まもなく（${instantText(at)}）`}</Badge> : instantText(at)
    },
  }),
  column.accessor('fingerprint', {
    header: '証明書の指紋（先頭）',
    meta: { nowrap: true },
    cell: (cell) => `${cell.getValue()}${cell.row.original.renewed ? '（更新）' : ''}`,
  }),
  column.accessor('agentVersion', { header: '版', cell: (cell) => cell.getValue() ?? noValue }),
  column.display({
    id: 'revoke',
    header: '操作',
    cell: (cell) => cell.row.original.revokedAt === null && <Revoke agent={cell.row.original} />,
  }),
])

/** Each agent of which nobody knows what it still has, with what can be done about it. */
export function SilentAgents(props: { agents: LinkState['silentAgents'] }): ReactNode {
  return props.agents.map((agent) => {
    const { tone, title, what } = silentFinding(agent)
    return (
      <Banner key={agent.agentId} tone={tone} title={title}>
        <p>{what}</p>
        <Revoke agent={agent} />
      </Banner>
    )
  })
}

/** 連携AP: which machines may send, and how to add or shut out one. */
export function AgentsSection(): ReactNode {
  const { data, error, refetch } = useQuery(q(listAgents, {}))
  return (
    <Section
      title="連携AP"
      actions={
        <Link to="/linkage/agents/new" className="button" data-size="small">
          登録コードを発行
        </Link>
      }
    >
      <DataTable
        caption="登録した連携AP"
        columns={columns}
        rows={data?.agents}
        rowKey={(row) => row.agentId}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={
          <>
            <p>
              まだ登録がありません。役場のサーバに連携APを入れ、登録コードを発行して登録すると、業務システムの出力が自動で届きます。
            </p>
            <p>連携APを待たずに始めるときは、業務システムから出したファイルを手作業で取り込めます。</p>
          </>
        }
      />
    </Section>
  )
}

export function Revoke(props: { agent: Pick<Agent, 'agentId' | 'name'> }): ReactNode {
  return (
    <AskButton
      endpoint={revokeAgent}
      input={{ agentId: props.agent.agentId }}
      invalidates={[listAgents, listLinkFiles, getGate]}
      label="取り消す"
      of={props.agent.name}
      question={`${props.agent.name}の登録を取り消しますか`}
      confirm="登録を取り消す"
      look="danger"
    >
      <p>
        この連携APからは、証明書を更新した後のものも含めて、以後データを送れません。元には戻せず、使うには登録し直します。
      </p>
    </AskButton>
  )
}
