import { useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { requestOf } from '@open-bcl/ui/request.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import {
  acknowledgeHandover,
  getExternalLink,
  getHandoverFile,
  makeHandover,
} from '../external-link.contract.ts'
import type { HandoverKind } from '../external-link.ts'

type State = OutputOf<typeof getExternalLink>
type Handover = State['handovers'][number]
const column = columnsOf<Handover>()

/** Numbered files of one kind: what waits, what is out, what the other system said it has. */
export function HandoverSection(props: {
  disasterId: string
  state: State
  kind: HandoverKind
  title: string
  lead: string
}): ReactNode {
  const { disasterId, state, kind, title } = props
  const can = useCan()
  const queries = useQueryClient()
  const [said, setSaid] = useState('')
  const making = useSend(makeHandover, {
    invalidates: [getExternalLink],
    onDone: ({ file }) =>
      setSaid(file ? `ファイル${file.fileNo}（${file.rows}件）を作りました。` : '渡すものはありません。'),
  })
  const acknowledging = useSend(acknowledgeHandover, { invalidates: [getExternalLink] })
  const waiting = state.waiting[kind]
  const columns = column.columns([
    column.accessor('fileNo', { header: 'ファイル番号', meta: { nowrap: true } }),
    column.accessor('rows', { header: '件数', cell: (cell) => `${cell.getValue()}件` }),
    column.accessor('acknowledgedAt', {
      header: '状態',
      cell: (cell) => {
        const { acknowledgedAt, acknowledgedBy, fetchedAt } = cell.row.original
        if (acknowledgedAt !== null)
          return (
            <Badge tone="success">{`受領済（${instantText(acknowledgedAt)} ${acknowledgedBy ?? ''}）`}</Badge>
          )
        return <Badge tone="warning">{fetchedAt === null ? '未送付' : '送付済・受領待ち'}</Badge>
      },
    }),
    column.accessor('madeAt', { header: '作成', cell: (cell) => instantText(cell.getValue()) }),
    column.display({
      id: 'acts',
      header: '操作',
      cell: ({ row }) => {
        const { fileNo, acknowledgedAt } = row.original
        return (
          <div className="button-row">
            {can(getHandoverFile).allowed && (
              <a
                className="button"
                data-size="small"
                href={requestOf(getHandoverFile, { disasterId, kind, fileNo }).url}
                download
                onClick={() =>
                  // The list then says that it was fetched.
                  setTimeout(
                    () => void queries.invalidateQueries({ queryKey: [getExternalLink.name] }),
                    2_000,
                  )
                }
              >
                {`ファイル${fileNo}をダウンロード`}
              </a>
            )}
            {acknowledgedAt === null && (
              <Button
                size="small"
                permit={can(acknowledgeHandover)}
                busy={acknowledging.busy}
                onClick={() => acknowledging.start({ disasterId, kind, fileNo })}
              >
                {`ファイル${fileNo}を受領済にする`}
              </Button>
            )}
          </div>
        )
      },
    }),
  ])
  return (
    <Section title={title}>
      <p>{props.lead}</p>
      {(making.error ?? acknowledging.error) && (
        <ErrorSummary error={(making.error ?? acknowledging.error)!} />
      )}
      <div className="button-row">
        <Button
          look="solid"
          busy={making.busy}
          permit={can(makeHandover)}
          unavailable={
            !state.elsewhere
              ? '台帳が外部システムにある災害でだけ使えます'
              : waiting === 0
                ? '渡すものはありません'
                : null
          }
          onClick={() => making.start({ disasterId, kind })}
        >
          {`${waiting}件をファイルにする`}
        </Button>
      </div>
      <p role="status">{said}</p>
      <DataTable
        caption={`${title}のファイル（新しい順）`}
        columns={columns}
        rows={state.handovers.filter((one) => one.kind === kind)}
        rowKey={(row) => `${row.kind} ${row.fileNo}`}
        empty={<p>まだありません。</p>}
      />
    </Section>
  )
}
