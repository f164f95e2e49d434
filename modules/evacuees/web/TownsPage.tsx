import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listTransferTowns, registerTransferTown } from '../evacuees.contract.ts'

type Row = OutputOf<typeof listTransferTowns>['towns'][number]

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('name', { header: '市町村' }),
  column.accessor('townCode', { header: '団体コード', meta: { nowrap: true } }),
  column.display({
    id: 'way',
    header: '渡し方',
    cell: ({ row: { original } }) =>
      original.way === 'file' ? (
        'ファイルで渡す'
      ) : original.ready ? (
        'このシステムの中で届く'
      ) : (
        <Badge tone="warning">準備中（相手がまだ画面を開いていません）</Badge>
      ),
  }),
  column.accessor('fingerprint', {
    header: '確認番号',
    meta: { nowrap: true },
    cell: (cell) => cell.getValue() ?? noValue,
  }),
  column.display({
    id: 'registered',
    header: '登録',
    cell: ({
      row: {
        original: { registered },
      },
    }) => (registered === null ? noValue : `${instantText(registered.at)}　${registered.by}`),
  }),
])

/** 引継ぎの相手: towns of this installation are there; others are registered once, by their public keys. */
export function TownsPage(): ReactNode {
  const { data, error } = useQuery(q(listTransferTowns, {}))
  return (
    <Page
      title="引継ぎの相手"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '広域避難者の引継ぎ', to: '/evacuees' },
        { label: '引継ぎの相手' },
      ]}
      lead="同じシステムを使う市町村とは、そのまま引継ぎができます。ほかのシステムの市町村とは、互いに登録用の文字を渡し、確認番号を電話で読み合わせて登録します。"
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          <Section title="わたしたちの登録用の文字">
            <p>相手の市町村へメールなどで渡します。秘密ではありません。</p>
            <p style={{ overflowWrap: 'anywhere' }}>
              <code>{data.own.card}</code>
            </p>
            <p>
              電話で読み合わせる確認番号：<strong>{data.own.fingerprint}</strong>
            </p>
          </Section>
          <DataTable
            caption="引継ぎの相手の市町村"
            columns={columns}
            rows={data.towns}
            rowKey={({ townCode }) => townCode}
            empty={<p>相手の市町村はまだありません。</p>}
          />
          <Register />
        </>
      )}
    </Page>
  )
}

function Register(): ReactNode {
  const toast = useToast()
  const [card, setCard] = useState('')
  const [confirmed, setConfirmed] = useState('')
  return (
    <div className="button-row">
      <AskButton
        endpoint={registerTransferTown}
        input={{ card, confirmed }}
        invalidates={[listTransferTowns]}
        label="ほかのシステムの市町村を登録する"
        question="ほかのシステムの市町村の登録"
        confirm="登録する"
        onDone={({ name }) => {
          setCard('')
          setConfirmed('')
          toast(`${name}を登録しました`)
        }}
      >
        <p>
          登録用の文字を受け取ったら、相手の市町村の代表電話（文字と一緒に届いた番号ではなく）へかけ、確認番号を聞いて入力します。
        </p>
        <LooseField
          name="card"
          label="登録用の文字"
          kind={TextArea}
          value={card}
          onChange={setCard}
          required
        />
        <LooseField
          name="confirmed"
          label="電話で聞いた確認番号"
          kind={Text}
          hint="例：12AB-34CD-56EF-7890-A1B2"
          value={confirmed}
          onChange={setConfirmed}
          required
        />
      </AskButton>
    </div>
  )
}
