import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import {
  endMyNumberHolder,
  listMyNumberHolders,
  listTerminals,
  revokeTerminal,
} from '../terminals.contract.ts'

type Terminal = OutputOf<typeof listTerminals>['terminals'][number] & { readonly isThis: boolean }
type Holder = OutputOf<typeof listMyNumberHolders>['holders'][number]

/** Where 個人番号 may be shown, and to whom. Both are needed, and the setting of the town besides. */
export function TerminalsPage(): ReactNode {
  return (
    <Page
      title="個人番号の端末と実施者"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '個人番号の端末と実施者' }]}
      lead="個人番号は、ここで登録した端末を、ここで指定した職員が使うときだけ表示できます。どちらか一方では表示できません。"
    >
      <Allowed to={listTerminals}>
        <Terminals />
        <Holders />
      </Allowed>
    </Page>
  )
}

const terminal = columnsOf<Terminal>()
const terminalColumns = terminal.columns([
  terminal.accessor('name', { header: '端末の名称' }),
  terminal.accessor('revokedAt', {
    header: '状態',
    cell: (cell) => {
      const revokedAt = cell.getValue()
      if (revokedAt !== null) return `取消し（${instantText(revokedAt)}）`
      return cell.row.original.isThis ? (
        <Badge tone="success">登録中・いま使っている端末</Badge>
      ) : (
        <Badge>登録中</Badge>
      )
    },
  }),
  terminal.accessor('registeredAt', {
    header: '登録日時',
    meta: { nowrap: true },
    cell: (cell) => instantText(cell.getValue()),
  }),
  terminal.accessor('registeredBy', { header: '登録した職員' }),
  terminal.display({
    id: 'revoke',
    header: '操作',
    meta: { nowrap: true },
    cell: (cell) => (cell.row.original.revokedAt === null ? <Revoke terminal={cell.row.original} /> : '―'),
  }),
])

function Terminals(): ReactNode {
  const { data, error, refetch } = useQuery(q(listTerminals, {}))
  const mine = data?.thisTerminalId ?? null
  return (
    <Section
      title="マイナンバー利用事務系の端末"
      actions={
        data &&
        mine === null && (
          <Link to="/terminals/new" className="button">
            この端末を登録する
          </Link>
        )
      }
    >
      {data && (
        <p>
          {mine === null
            ? 'いま使っている端末（このブラウザー）は、登録されていません。登録は、個人番号を表示する端末の前で行います。'
            : 'いま使っている端末（このブラウザー）は、登録されています。'}
        </p>
      )}
      <DataTable
        caption="登録した端末"
        columns={terminalColumns}
        rows={data?.terminals.map((one) => ({ ...one, isThis: one.terminalId === mine }))}
        rowKey={(row) => row.terminalId}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>登録した端末はありません。どの端末でも個人番号は表示できません。</p>}
      />
    </Section>
  )
}

function Revoke(props: { terminal: Terminal }): ReactNode {
  const { terminalId, name, isThis } = props.terminal
  return (
    <AskButton
      endpoint={revokeTerminal}
      input={{ terminalId }}
      invalidates={[listTerminals]}
      label="取り消す"
      of={name}
      question={`端末「${name}」の登録を取り消しますか`}
      confirm="登録を取り消す"
      look="danger"
    >
      <p>{`${isThis ? 'いま使っているこの端末' : 'この端末'}では、すぐに個人番号を表示できなくなります。`}</p>
      <p>取消しは元に戻せません。また使うときは、その端末の前で登録し直します。</p>
    </AskButton>
  )
}

const holder = columnsOf<Holder>()
const holderColumns = holder.columns([
  holder.accessor('displayName', { header: '職員' }),
  holder.accessor('department', { header: '所属' }),
  holder.accessor('fromOn', {
    header: '開始日',
    meta: { nowrap: true },
    cell: (cell) => dateText(cell.getValue() as PlainDate),
  }),
  holder.accessor('untilOn', {
    header: '終了日（この日まで）',
    meta: { nowrap: true },
    cell: (cell) => dateText(cell.getValue() as PlainDate | null),
  }),
  holder.display({
    id: 'end',
    header: '操作',
    meta: { nowrap: true },
    cell: (cell) => <End holder={cell.row.original} />,
  }),
])

function Holders(): ReactNode {
  const { data, error, refetch } = useQuery(q(listMyNumberHolders, {}))
  return (
    <Section
      title="個人番号利用事務実施者"
      actions={
        <Link to="/terminals/holders/new" className="button">
          職員を指定する
        </Link>
      }
    >
      <p>期限は1年以内です。終了日を過ぎると自動で表示できなくなります。ご自身を指定することはできません。</p>
      <DataTable
        caption="指定中の職員"
        columns={holderColumns}
        rows={data?.holders}
        rowKey={(row) => `${row.staffId} ${row.fromOn}`}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>指定した職員はいません。誰も個人番号を表示できません。</p>}
      />
    </Section>
  )
}

function End(props: { holder: Holder }): ReactNode {
  const { staffId, displayName } = props.holder
  return (
    <AskButton
      endpoint={endMyNumberHolder}
      input={{ staffId }}
      invalidates={[listMyNumberHolders]}
      label="指定を終える"
      of={displayName}
      question={`${displayName}さんの指定を終えますか`}
      confirm="指定を終える"
      look="danger"
    >
      <p>この職員は、すぐに個人番号を表示できなくなります。ほかの権限は変わりません。</p>
    </AskButton>
  )
}
