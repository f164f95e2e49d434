import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q, send } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { saveFile } from '@open-bcl/ui/save-file.ts'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import {
  decideAuditDisposal,
  getAuditKeeping,
  requestAuditDisposal,
  takeAuditHead,
} from '../audit-keeping.contract.ts'
import { AuditSettingForm } from './AuditSettingForm.tsx'

type Keeping = OutputOf<typeof getAuditKeeping>
type Disposal = Keeping['disposals'][number]

/** 監査記録の保管: for how long, signed until where, and what was disposed of. */
export function AuditKeepingPage(): ReactNode {
  return (
    <Page
      title="監査記録の保管と廃棄"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '監査記録', to: '/audit' },
        { label: '保管と廃棄' },
      ]}
      lead="監査記録は、書き換えても消しても分かるように、つながりを付けて保管しています。"
    >
      <Allowed to={getAuditKeeping}>
        <Keeping />
      </Allowed>
    </Page>
  )
}

function Keeping(): ReactNode {
  const { data, error } = useQuery(q(getAuditKeeping, {}))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  return (
    <>
      <Head head={data.head} stamp={data.stamp} />
      <AuditSettingForm setting={data.setting} />
      <Disposals keeping={data} />
    </>
  )
}

function Head(props: Pick<Keeping, 'head' | 'stamp'>): ReactNode {
  const { head, stamp } = props
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const queries = useQueryClient()
  const take = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const taken = await send(takeAuditHead, {})
      const blob = new Blob([`${JSON.stringify(taken, null, 2)}\n`], { type: 'application/json' })
      saveFile({ blob, fileName: `監査記録の署名_${taken.signedAt.slice(0, 10)}_${taken.position}.json` })
      void queries.invalidateQueries({ queryKey: [getAuditKeeping.name] })
    } catch (caught) {
      setError(caught)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Section title="署名">
      <p>
        {head === null
          ? 'まだ署名はありません。利用を始めて数分後に作られます。'
          : `${grouped(head.position)}件目までを、${instantText(head.signedAt)}に署名しました。署名は1時間ごとに作られます。`}
      </p>
      <p>
        {stamp === null
          ? '第三者の時刻認証局の時刻印は、受けていません。'
          : `${grouped(stamp.position)}件目までは、${instantText(stamp.at)}にあったことを、第三者の時刻認証局が証明しています。`}
      </p>
      <p>
        署名を取り出し、このシステムの外（監査担当の金庫など）に保管してください。運用者に渡して検証すると、記録の末尾が切り取られていないことまで確かめられます。
      </p>
      <div className="button-row">
        <Button busy={busy} onClick={() => void take()}>
          署名を取り出す
        </Button>
      </div>
      {error !== null && <ErrorSummary error={error} />}
    </Section>
  )
}

const states = {
  requested: { ja: '承認待ち', tone: 'warning' },
  refused: { ja: '取りやめ', tone: 'neutral' },
  running: { ja: '廃棄中', tone: 'information' },
  finished: { ja: '廃棄済み', tone: 'success' },
} as const

const column = columnsOf<Disposal>()
const columns = column.columns([
  column.accessor('requestedAt', {
    header: '申請',
    cell: ({ row: { original: one } }) => `${instantText(one.requestedAt)} ${one.requestedBy}`,
  }),
  column.accessor('beforeAt', {
    header: '対象',
    cell: ({ row: { original: one } }) =>
      `${instantText(one.beforeAt)}より前の${grouped(one.acts)}件（保存${one.retentionYears}年、${one.retentionSource}）`,
  }),
  column.accessor('state', {
    header: '状態',
    cell: ({ row: { original: one } }) => (
      <>
        <Badge tone={states[one.state].tone}>{states[one.state].ja}</Badge>
        {one.decidedAt !== null && ` ${instantText(one.decidedAt)} ${one.decidedBy ?? ''}`}
        {(one.state === 'running' || one.state === 'finished') && `、${grouped(one.disposed)}件を廃棄`}
      </>
    ),
  }),
  column.display({
    id: 'decide',
    header: '操作',
    cell: ({ row: { original: one } }) => (one.state === 'requested' ? <Decide disposal={one} /> : '―'),
  }),
])

function Disposals(props: { keeping: Keeping }): ReactNode {
  const { setting, disposals } = props.keeping
  const open = disposals.some(({ state }) => state === 'requested' || state === 'running')
  return (
    <Section
      title="廃棄"
      actions={
        setting.retentionYears !== null &&
        !open && (
          <AskButton
            endpoint={requestAuditDisposal}
            input={{}}
            invalidates={[getAuditKeeping]}
            label="廃棄を申請する"
            question={`保存年数（${setting.retentionYears}年）を過ぎた監査記録の廃棄を申請しますか`}
            confirm="申請する"
          >
            <p>申請しただけでは消えません。別の職員が承認すると、保存年数を過ぎた記録が消えます。</p>
          </AskButton>
        )
      }
    >
      {setting.retentionYears === null && (
        <Banner tone="information" title="保存年数が定められていないため、何も廃棄されません">
          国の定めは確認できていません。貴団体の文書管理の定めによる年数と根拠を、上の設定で登録してください。
        </Banner>
      )}
      <DataTable
        caption="廃棄の申請"
        columns={columns}
        rows={disposals}
        rowKey={(row) => row.disposalId}
        empty={<p>廃棄の申請はありません。</p>}
      />
    </Section>
  )
}

function Decide(props: { disposal: Disposal }): ReactNode {
  const { disposalId, acts, mine } = props.disposal
  return (
    <div className="button-row">
      {!mine && (
        <AskButton
          endpoint={decideAuditDisposal}
          input={{ disposalId, approved: true }}
          invalidates={[getAuditKeeping]}
          label="承認する"
          question={`監査記録${grouped(acts)}件の廃棄を承認しますか`}
          confirm="承認して廃棄する"
          look="danger"
        >
          <p>
            元に戻せません。件数と、最後の記録のつながりだけが残ります。係争・調査・援護資金の償還など、記録が要る事案がないことを確かめてください。
          </p>
        </AskButton>
      )}
      <AskButton
        endpoint={decideAuditDisposal}
        input={{ disposalId, approved: false }}
        invalidates={[getAuditKeeping]}
        label={mine ? '取り下げる' : '承認しない'}
        question={mine ? '廃棄の申請を取り下げますか' : '廃棄を承認しないことにしますか'}
        confirm={mine ? '取り下げる' : '承認しない'}
      >
        <p>記録は何も消えません。</p>
      </AskButton>
    </div>
  )
}
