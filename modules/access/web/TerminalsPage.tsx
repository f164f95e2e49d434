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
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { openTexts, terminalClasses, terminalClassNames } from '../terminal-classes.ts'
import {
  endMyNumberHolder,
  listMyNumberHolders,
  listTerminals,
  revokeTerminal,
} from '../terminals.contract.ts'

type Terminal = OutputOf<typeof listTerminals>['terminals'][number] & { readonly isThis: boolean }
type Holder = OutputOf<typeof listMyNumberHolders>['holders'][number]

/** The machines that the town's work is done at, and who may see 個人番号. */
export function TerminalsPage(): ReactNode {
  const can = useCan()
  return (
    <Page
      title="端末と個人番号の実施者"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '端末と個人番号の実施者' }]}
      lead="業務に使う端末を証明書で登録し、種類ごとに使える業務を分けます。個人番号は、マイナンバー利用事務系の端末を、ここで指定した職員が使うときだけ表示できます。"
    >
      <Allowed to={listTerminals}>
        <Terminals />
        <Classes />
        {can(listMyNumberHolders).allowed && <Holders />}
      </Allowed>
    </Page>
  )
}

const states = {
  waiting: '証明書の取込み待ち',
  active: '登録中',
  expiring: '登録中（まもなく期限）',
  expired: '期限切れ',
  revoked: '取消し',
} as const

const terminal = columnsOf<Terminal>()
const terminalColumns = terminal.columns([
  terminal.accessor('name', { header: '端末の名称' }),
  terminal.accessor('terminalClass', {
    header: '種類',
    cell: (cell) =>
      `${terminalClasses[cell.getValue()].ja}${cell.row.original.marked ? '（ブラウザーの印）' : ''}`,
  }),
  terminal.accessor('state', {
    header: '状態',
    cell: (cell) => {
      const { state, revokedAt, isThis } = cell.row.original
      if (revokedAt !== null) return `取消し（${instantText(revokedAt)}）`
      if (isThis) return <Badge tone="success">{`${states[state]}・いま使っている端末`}</Badge>
      const tone = state === 'expired' ? 'error' : state === 'expiring' ? 'warning' : 'neutral'
      return <Badge tone={tone}>{states[state]}</Badge>
    },
  }),
  terminal.accessor('validUntil', {
    header: '証明書の期限',
    meta: { nowrap: true },
    cell: (cell) => {
      const until = cell.getValue()
      return until === null ? '―' : instantText(until)
    },
  }),
  terminal.accessor('lastSeenAt', {
    header: '最後に使った日時',
    meta: { nowrap: true },
    cell: (cell) => {
      const at = cell.getValue()
      return at === null ? '―' : instantText(at)
    },
  }),
  terminal.accessor('registeredBy', {
    header: '登録',
    cell: (cell) => `${cell.getValue()}（${instantText(cell.row.original.registeredAt)}）`,
  }),
  terminal.display({
    id: 'act',
    header: '操作',
    meta: { nowrap: true },
    cell: (cell) =>
      cell.row.original.state === 'revoked' ? (
        '―'
      ) : (
        <span className="button-row">
          {!cell.row.original.marked && <Renew terminal={cell.row.original} />}
          <Revoke terminal={cell.row.original} />
        </span>
      ),
  }),
])

function Terminals(): ReactNode {
  const { data, error, refetch } = useQuery(q(listTerminals, {}))
  const mine = data?.thisTerminalId ?? null
  return (
    <Section
      title="業務に使う端末"
      actions={
        <Link to="/terminals/enrol" className="button" data-look="solid">
          端末を登録する
        </Link>
      }
    >
      {data && (
        <>
          <p>
            {data.enrolledOnly
              ? '登録した端末だけがログインできます'
              : 'いまは、登録していない端末からもログインできます'}
            {data.enrolledOnly && data.helpersPhones
              ? '（応援職員は、利用証と自分の端末でも使えます）。'
              : '。'}
            「ログインの設定」で、日を決めて変えられます。端末では <code>{data.origin}</code> を開きます。
          </p>
          {data.terminals.some(({ state }) => state === 'expiring' || state === 'expired') && (
            <Banner tone="warning" title="期限が近い、または切れた証明書があります">
              「証明書を更新」で新しい証明書を発行し、端末に取り込んでください。期限が切れた端末からは、ログインできなくなります。
            </Banner>
          )}
          {mine === null && !data.enrolledOnly && (
            <p>
              証明書を使わずに個人番号を表示する団体では、その端末の前で
              <Link to="/terminals/new">このブラウザーを個人番号の端末として登録</Link>
              します。
            </p>
          )}
        </>
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

function Renew({ terminal: { terminalId, name } }: { terminal: Terminal }): ReactNode {
  return (
    <Link
      to="/terminals/$terminalId/renew"
      params={{ terminalId } as never}
      className="button"
      data-size="small"
      aria-label={`${name}：証明書を更新`}
    >
      証明書を更新
    </Link>
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
      <p>{`${isThis ? 'いま使っているこの端末' : 'この端末'}でログインしている人は、すぐに使えなくなります。個人番号も表示できなくなります。`}</p>
      <p>取消しは元に戻せません。また使うときは、登録し直します。</p>
    </AskButton>
  )
}

/** The table that the server goes by. */
function Classes(): ReactNode {
  return (
    <Section title="端末の種類と、使える業務">
      <DescriptionList
        items={terminalClassNames.map((one) => ({
          term: terminalClasses[one].ja,
          value: openTexts(one)?.join('、') ?? terminalClasses[one].hint,
        }))}
      />
    </Section>
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
