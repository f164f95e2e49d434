import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { requestOf } from '@open-bcl/ui/request.ts'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { certificateKinds } from '../../municipalities/municipalities.ts'
import { decideUnprintable, downloadUnprintable, listUnprintable } from '../characters.contract.ts'
import { unprintableReasons, type UnprintableDecision } from '../characters.ts'

type Row = OutputOf<typeof listUnprintable>['rows'][number]

const states = {
  open: { ja: '未処理', tone: 'warning' },
  resolved: { ja: '対応済み', tone: 'success' },
  ignored: { ja: '対応しない', tone: 'neutral' },
} as const

/** 「U+1F600」, or what does not fit. */
function nameOf({ codePoints, item }: Row): string {
  return codePoints === '' ? item : codePoints
}

const column = columnsOf<Row>()
const columns = column.columns([
  column.display({
    id: 'character',
    header: '文字',
    cell: ({ row }) => <Character row={row.original} />,
  }),
  column.accessor('reason', { header: '理由', cell: (cell) => unprintableReasons[cell.getValue()] }),
  column.display({
    id: 'place',
    header: '証明書と項目',
    cell: ({ row: { original } }) => `${certificateKinds[original.kind].ja}の${original.item}`,
  }),
  column.accessor('residentNos', {
    header: '宛名番号',
    meta: { nowrap: true },
    cell: (cell) => <Numbers numbers={cell.getValue()} />,
  }),
  column.accessor('times', {
    header: '回数',
    meta: { align: 'end' },
    cell: (cell) => grouped(cell.getValue()),
  }),
  column.display({
    id: 'seen',
    header: '最後（最初）',
    cell: ({ row: { original } }) => (
      <>
        {instantText(original.lastSeenAt)}
        {original.times > 1 && (
          <div className="small quiet">{`（${instantText(original.firstSeenAt)}）`}</div>
        )}
      </>
    ),
  }),
  column.display({
    id: 'state',
    header: '状態',
    cell: ({ row: { original } }) => (
      <>
        <Badge tone={states[original.state].tone}>{states[original.state].ja}</Badge>
        {original.decidedBy !== null && original.decidedAt !== null && (
          <div className="small quiet">{`${original.decidedBy} ${instantText(original.decidedAt)}`}</div>
        )}
      </>
    ),
  }),
  column.display({
    id: 'decide',
    header: '処理',
    meta: { nowrap: true },
    cell: ({ row }) => <Decide row={row.original} />,
  }),
])

/** The list for which certificates could not be printed: what somebody must look into. Numbers, never names. */
export function CharactersPage(): ReactNode {
  const all = (useSearch({ strict: false }) as { all?: boolean }).all === true
  const { data, error, refetch } = useQuery(q(listUnprintable, { all: String(all) as 'true' | 'false' }))
  const title = '印字できない文字の一覧'
  return (
    <Page
      title={title}
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: title }]}
      lead="書体にない文字や欄に収まらない項目があり、証明書を作れなかったものです。業務システムで文字を直すか、書体を追加すると、交付できるようになります。"
      actions={
        <a className="button" href={requestOf(downloadUnprintable, {}).url} download>
          すべてをCSVで保存
        </a>
      }
    >
      <p>
        {all ? (
          <Link to="/certificates/characters" search={{}}>
            未処理のものだけを表示する
          </Link>
        ) : (
          <Link to="/certificates/characters" search={{ all: true }}>
            処理したものも表示する
          </Link>
        )}
      </p>
      {data?.more && (
        <Banner tone="warning" title="先頭の500件だけを表示しています">
          すべてを見るには、CSVで保存してください。
        </Banner>
      )}
      <DataTable
        caption="印字できない文字と、欄に収まらない項目"
        columns={columns}
        rows={data?.rows}
        rowKey={(row) => row.unprintableId}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>{all ? '印字できなかったものは、まだありません。' : '未処理のものはありません。'}</p>}
      />
    </Page>
  )
}

function Character({ row }: { row: Row }): ReactNode {
  if (row.reason === 'overflow') return '（欄に収まらない）'
  return (
    <>
      {row.character !== null && <div>{row.character}</div>}
      {row.codePoints}
    </>
  )
}

const NUMBERS_SHOWN = 3

/** A few of them; all are in the file. */
function Numbers({ numbers }: { numbers: readonly string[] }): ReactNode {
  if (numbers.length === 0) return noValue
  return (
    <>
      {numbers.slice(0, NUMBERS_SHOWN).map((number) => (
        <div key={number}>{number}</div>
      ))}
      {numbers.length > NUMBERS_SHOWN && (
        <div className="small quiet">{`ほか${numbers.length - NUMBERS_SHOWN}人`}</div>
      )}
    </>
  )
}

function Decide({ row }: { row: Row }): ReactNode {
  if (row.state !== 'open') {
    return (
      <Ask row={row} decision="reopened" label="未処理に戻す" question="未処理に戻しますか" confirm="戻す">
        <p>もう一度、対応が必要なものとして一覧に表示します。</p>
      </Ask>
    )
  }
  return (
    <div className="button-row">
      <Ask
        row={row}
        decision="resolved"
        label="対応済みにする"
        question="対応済みにしますか"
        confirm="対応済み"
      >
        <p>
          業務システムの文字を直したとき、または書体を追加したときに選んでください。同じことがまた起きると、この一覧に戻ります。
        </p>
      </Ask>
      <Ask
        row={row}
        decision="ignored"
        label="対応しない"
        question="対応しないことにしますか"
        confirm="対応しない"
      >
        <p>同じことがまた起きても、この一覧には戻りません。証明書は作れないままです。</p>
      </Ask>
    </div>
  )
}

function Ask(props: {
  row: Row
  decision: UnprintableDecision
  label: string
  question: string
  confirm: string
  children: ReactNode
}): ReactNode {
  const { row, decision, label, question, confirm } = props
  return (
    <AskButton
      endpoint={decideUnprintable}
      input={{ unprintableId: row.unprintableId, decision, afterNo: row.decisionNo }}
      invalidates={[listUnprintable]}
      label={label}
      of={nameOf(row)}
      question={`${nameOf(row)}を${question}`}
      confirm={confirm}
    >
      {props.children}
    </AskButton>
  )
}
