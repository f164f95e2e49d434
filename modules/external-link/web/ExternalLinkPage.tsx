import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { getExternalLink } from '../external-link.contract.ts'
import { HandoverSection } from './HandoverSection.tsx'
import { UploadForm } from './UploadForm.tsx'

type State = OutputOf<typeof getExternalLink>
const column = columnsOf<State['uploads'][number]>()
const columns = column.columns([
  column.accessor('uploadNo', { header: '取込番号', meta: { nowrap: true } }),
  column.accessor('state', {
    header: '状態',
    meta: { nowrap: true },
    cell: (cell) => {
      const { state, errorCount } = cell.row.original
      if (state === 'refused') return <Badge tone="error">受け付けず</Badge>
      return errorCount > 0 ? (
        <Badge tone="warning">{`誤り${errorCount}件`}</Badge>
      ) : (
        <Badge tone="success">取込済</Badge>
      )
    },
  }),
  column.accessor('counts', {
    header: '内容',
    cell: (cell) => {
      const { rows, added, changed, ended } = cell.getValue()
      return `${rows}行（新${added}・訂正${changed}・取消${ended}）`
    },
  }),
  column.accessor('at', { header: '日時', cell: (cell) => instantText(cell.getValue()) }),
  column.accessor('by', { header: '送り元' }),
])

/** 外部被災者支援連携: how the hand-overs stand, and what to do next. */
export function ExternalLinkPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="外部連携"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '外部連携' }]}
      lead="他社の被災者支援システムで調査と決定を行う災害で使います。申請を渡し、結果を取り込むと、コンビニと窓口で証明書を交付できます。"
      actions={
        <>
          <Link to="/external-link/results" className="button">
            取り込んだ結果
          </Link>
          <Link to="/external-link/ledger-place" className="button">
            台帳を置くシステム
          </Link>
        </>
      }
    >
      {disasterId === null ? <ChooseDisaster /> : <Loaded disasterId={disasterId} />}
    </Page>
  )
}

function Loaded(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const { data, error, refetch } = useQuery(q(getExternalLink, { disasterId }))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  return (
    <>
      {data.elsewhere ? (
        <Banner tone="information" title={`台帳は「${data.systemName}」にあります`}>
          このシステムの調査・認定・決定の画面は閉じています。
        </Banner>
      ) : (
        <Banner tone="warning" title="この災害の台帳はこのシステムにあります">
          外部システムを使うときは、先に「台帳を置くシステム」で設定してください。
        </Banner>
      )}
      <HandoverSection
        {...{ disasterId, state: data, kind: 'applications' }}
        title="申請の引渡し"
        lead="受理した申請を、一度だけファイルにします。渡した後に取り下げられた申請は「取下げ等」として載ります。支援措置の対象者の住所・連絡先は載りません。"
      />
      <Section title="結果の取込">
        <UploadForm disasterId={disasterId} elsewhere={data.elsewhere} />
        <DataTable
          caption="取込の一覧（新しい順）"
          columns={columns}
          rows={data.uploads}
          rowKey={(row) => String(row.uploadNo)}
          rowLink={({ uploadNo }) => ({
            to: '/external-link/uploads/$uploadNo',
            params: { uploadNo: String(uploadNo) },
          })}
          onRetry={() => void refetch()}
          empty={<p>まだ取り込んでいません。</p>}
        />
      </Section>
      <HandoverSection
        {...{ disasterId, state: data, kind: 'issues' }}
        title="交付結果の引渡し"
        lead="取り込んだ結果から交付した証明書（コンビニ・窓口）と、失効したものを外部システムに渡します。"
      />
    </>
  )
}
