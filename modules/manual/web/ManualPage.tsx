import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Dialog } from '@open-bcl/ui/layout/Dialog.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { listManualBusinesses, stateNoSuppression } from '../manual.contract.ts'

type Row = OutputOf<typeof listManualBusinesses>['businesses'][number]

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('title', { header: '業務' }),
  column.display({
    id: 'load',
    header: '取込',
    meta: { nowrap: true },
    cell: (cell) => {
      const { business, linked, title } = cell.row.original
      return linked ? (
        <>
          <Badge tone="information">連携APから受信中</Badge>{' '}
          <Link to="/linkage/businesses/$business" params={{ business }} aria-label={`${title}の連携状況`}>
            連携状況
          </Link>
        </>
      ) : (
        <Link
          to="/manual/$business"
          params={{ business }}
          className="button"
          aria-label={`${title}を取り込む`}
        >
          取り込む
        </Link>
      )
    },
  }),
  column.accessor('last', {
    header: '前回の手作業取込',
    cell: (cell) => {
      const last = cell.getValue()
      return last === null ? 'なし' : `${instantText(last.at)}（${grouped(last.counts.rows)}行）`
    },
  }),
])

/** 手作業取込: which kinds of data a town can put in by hand, the protected persons first. */
export function ManualPage(): ReactNode {
  const { data, error, refetch } = useQuery(q(listManualBusinesses, {}))
  return (
    <Page
      title="手作業取込（即日開始）"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '手作業取込' }]}
      lead="業務システムから出力したCSV・Excelを取り込みます。列の順番や項目名、文字コードは問いません。手作業で取り込んだデータは、被災者台帳と罹災証明書・被災証明書に使えます。住民票の写し・印鑑登録証明書・税証明書には使いません。連携APから届いている業務は、「連携状況」のその業務の画面で「連携を終えて手作業に切り替える」を行うと取り込めます。"
    >
      {data && <SuppressionsFirst state={data.suppressions} />}
      <Section title="取り込むデータ">
        <DataTable
          caption="手作業で取り込めるデータ"
          columns={columns}
          rows={data?.businesses.toSorted((a, b) => orderOf(a) - orderOf(b))}
          rowKey={(row) => row.business}
          error={error ?? undefined}
          onRetry={() => void refetch()}
          empty={<p>取り込めるデータがありません。</p>}
        />
      </Section>
    </Page>
  )
}

/** 支援措置 before anybody's address. */
function orderOf({ business }: Row): number {
  return ['suppressions', 'residents'].includes(business)
    ? ['suppressions', 'residents'].indexOf(business)
    : 9
}

export function SuppressionsFirst(props: {
  state: OutputOf<typeof listManualBusinesses>['suppressions']
}): ReactNode {
  const [asking, setAsking] = useState(false)
  const [sure, setSure] = useState(false)
  const sending = useSend(stateNoSuppression, {
    invalidates: [listManualBusinesses],
    onDone: () => setAsking(false),
  })
  if (props.state !== 'unknown') return null
  return (
    <Banner tone="suppression" title="支援措置対象者がまだ確認されていません">
      <p>
        住民情報を取り込むと、住所が職員の画面に出ます。DV等支援措置の対象者の住所が見えることのないよう、
        <Link to="/manual/$business" params={{ business: 'suppressions' }}>
          支援措置対象者のファイル
        </Link>
        を先に取り込んでください（宛名番号だけの一覧でも取り込めます）。対象者が1人もいないときは「該当者なし」を登録してください。
      </p>
      <p>
        <Button onClick={() => setAsking(true)}>該当者なしを登録する</Button>
      </p>
      <Dialog
        open={asking}
        title="支援措置の対象者は1人もいませんか"
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>やめる</Button>
            <Button
              look="danger"
              busy={sending.busy}
              unavailable={sure ? null : '担当課に確認してから登録してください。'}
              onClick={() => sending.start({ confirmed: true })}
            >
              該当者なしとする
            </Button>
          </>
        }
      >
        <p>誰が登録したかを記録します。あとで対象者が分かったら、すぐにファイルを取り込んでください。</p>
        <LooseField name="sure" label="" kind={confirmed} value={sure} onChange={setSure} />
        {sending.error && <ErrorSummary error={sending.error} />}
      </Dialog>
    </Banner>
  )
}

const confirmed = checkboxOf('該当者がいないことを担当課に確認しました')
