import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { decideParked, listParked, listPasses } from '../field.contract.ts'
import { itemKinds, parkedReasons, type ItemId } from '../field.ts'

type Item = OutputOf<typeof listParked>['items'][number]

const column = columnsOf<Item>()
const columns = column.columns([
  column.accessor('passName', { header: '端末' }),
  column.accessor('kind', { header: '種類', cell: (cell) => labelOf(itemKinds, cell.getValue()) }),
  column.accessor('taskNo', {
    header: '調査対象',
    cell: (cell) => {
      const { taskId } = cell.row.original
      if (taskId === null) return '（見つかりません）'
      return (
        <Link to={'/surveys/tasks/$taskId' as never} params={{ taskId } as never}>
          {cell.getValue()}
        </Link>
      )
    },
  }),
  column.accessor('why', {
    header: '保留の理由',
    cell: (cell) => {
      const { problem } = cell.row.original
      return `${labelOf(parkedReasons, cell.getValue())}${problem === '' ? '' : `（${problem}）`}`
    },
  }),
  column.accessor('recordedAt', {
    header: '記録した日時',
    cell: (cell) => {
      const at = cell.getValue()
      return at === null ? '―' : instantText(at)
    },
  }),
  column.accessor('receivedAt', { header: '届いた日時', cell: (cell) => instantText(cell.getValue()) }),
  column.display({ id: 'acts', header: '操作', cell: (cell) => <Decide item={cell.row.original} /> }),
])

const after = [listParked, listPasses]

/** 保留: what phones recorded and nobody has taken yet. */
export function Parked(props: { items: readonly Item[]; more: boolean }): ReactNode {
  return (
    <Section title="保留（確認が必要なもの）">
      <p>端末から届いたままでは登録できなかったものです。どちらにしても、届いたものは消えません。</p>
      {props.more && <p>500件までを示しています。確認すると、続きが出ます。</p>}
      <DataTable
        caption="保留"
        columns={columns}
        rows={props.items}
        rowKey={(item) => item.itemId}
        empty={null}
      />
    </Section>
  )
}

function Decide(props: { item: Item }): ReactNode {
  const { item } = props
  const [reason, setReason] = useState('')
  const itemId = item.itemId as ItemId
  const of = `${item.passName} ${labelOf(itemKinds, item.kind)} ${item.taskNo}`
  return (
    <div className="button-row">
      {item.kind !== 'unknown' && (
        <AskButton
          endpoint={decideParked}
          input={{ itemId, decision: 'accept', reason: '' }}
          invalidates={after}
          label="登録する"
          of={of}
          question="届いたものを登録しますか"
          confirm="登録する"
        >
          <p>調査対象 {item.taskNo} の記録になります。</p>
        </AskButton>
      )}
      <AskButton
        endpoint={decideParked}
        input={{ itemId, decision: 'refuse', reason }}
        invalidates={after}
        label="登録しない"
        of={of}
        question="届いたものを登録しないことにしますか"
        confirm="登録しない"
        look="danger"
      >
        <LooseField name="reason" label="理由" kind={Text} value={reason} onChange={setReason} required />
      </AskButton>
    </div>
  )
}
