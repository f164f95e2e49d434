import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Dialog } from '@open-bcl/ui/layout/Dialog.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listAgents, revokeAgent } from '../linkage.contract.ts'

type Agent = OutputOf<typeof listAgents>['agents'][number]

const column = columnsOf<Agent>()
const columns = column.columns([
  column.accessor('name', { header: '名称' }),
  column.accessor('enrolledAt', {
    header: '登録日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
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
  column.display({
    id: 'revoke',
    header: '操作',
    cell: (cell) => cell.row.original.revokedAt === null && <Revoke agent={cell.row.original} />,
  }),
])

/** 連携AP: which machines may send, and how to add or shut out one. */
export function AgentsSection(): ReactNode {
  const { data, error, refetch } = useQuery(q(listAgents, {}))
  return (
    <Section
      title="連携AP"
      actions={
        <Link to="/linkage/agents/new" className="button">
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
        empty={<p>まだ登録がありません。登録コードを発行し、連携APの画面に入力してください。</p>}
      />
    </Section>
  )
}

function Revoke(props: { agent: Agent }): ReactNode {
  const [asking, setAsking] = useState(false)
  const sending = useSend(revokeAgent, { invalidates: [listAgents], onDone: () => setAsking(false) })
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)} label={`${props.agent.name}の登録を取り消す`}>
        取り消す
      </Button>
      <Dialog
        open={asking}
        title={`${props.agent.name}の登録を取り消しますか`}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>やめる</Button>
            <Button
              look="danger"
              busy={sending.busy}
              onClick={() => sending.start({ agentId: props.agent.agentId })}
            >
              登録を取り消す
            </Button>
          </>
        }
      >
        <p>この連携APからは、以後データを送れません。元には戻せず、使うには登録し直します。</p>
        {sending.error && <ErrorSummary error={sending.error} />}
      </Dialog>
    </>
  )
}
