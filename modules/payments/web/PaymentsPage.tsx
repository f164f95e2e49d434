import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Yen } from '@open-bcl/ui/fields/Yen.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import { listClaimBacks, listRuns, makeRun, planRun, recordRepayment } from '../payments.contract.ts'
import { blocks, runStates } from '../payments.ts'
import { runTones, yen } from './payments-text.ts'

type Plan = OutputOf<typeof planRun>
const planColumn = columnsOf<Plan['rows'][number]>()
const planColumns = planColumn.columns([
  planColumn.accessor('applicantName', {
    header: '申請者',
    cell: (cell) => <NameText name={cell.getValue()} />,
  }),
  planColumn.accessor('programmeTitle', { header: '制度' }),
  planColumn.accessor('amountYen', {
    header: '金額',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => yen(cell.getValue()),
  }),
  planColumn.accessor('blocks', {
    header: '支払の可否',
    meta: { wide: true },
    cell: (cell) =>
      cell.getValue().length === 0 ? (
        <Badge tone="success">支払えます</Badge>
      ) : (
        <ul>
          {cell.getValue().map((block) => (
            <li key={block}>
              <Badge tone="error">{labelOf(blocks, block)}</Badge>
            </li>
          ))}
        </ul>
      ),
  }),
])

const runColumn = columnsOf<OutputOf<typeof listRuns>['runs'][number]>()
const runColumns = runColumn.columns([
  runColumn.accessor('transferOn', {
    header: '振込日',
    meta: { nowrap: true },
    cell: (cell) => dateText(cell.getValue() as PlainDate),
  }),
  runColumn.accessor('runState', {
    header: '状態',
    cell: (cell) => <Badge tone={runTones[cell.getValue()]}>{labelOf(runStates, cell.getValue())}</Badge>,
  }),
  runColumn.accessor('items', { header: '件数', meta: { align: 'end' } }),
  runColumn.accessor('totalYen', {
    header: '合計',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => yen(cell.getValue()),
  }),
  runColumn.accessor('madeBy', { header: '作成' }),
  runColumn.accessor('approvedBy', { header: '承認', cell: (cell) => cell.getValue() ?? '―' }),
  runColumn.accessor('exports', { header: '出力回数', meta: { align: 'end' } }),
])

type ClaimBack = OutputOf<typeof listClaimBacks>['claimBacks'][number]
const backColumn = columnsOf<ClaimBack>()
const backColumns = backColumn.columns([
  backColumn.accessor('applicantName', {
    header: '申請者',
    cell: (cell) => <NameText name={cell.getValue()} />,
  }),
  backColumn.accessor('programmeTitle', { header: '制度' }),
  backColumn.accessor('amountYen', {
    header: '返還額',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => yen(cell.getValue()),
  }),
  backColumn.accessor('repaidYen', {
    header: '入金済',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => yen(cell.getValue()),
  }),
  backColumn.display({
    id: 'repay',
    header: '入金',
    cell: ({ row: { original: one } }) =>
      one.stillYen > 0 ? (
        <RepayButton key={one.stillYen} claim={one} />
      ) : one.repaidYen < one.amountYen ? (
        <Badge tone="information">支払う額から差し引き</Badge>
      ) : (
        <Badge tone="success">完了</Badge>
      ),
  }),
])

/** 支払: the dry run, the runs with their two people, and what is claimed back. */
export function PaymentsPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="支払"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '支払' }]}
      lead="決定した支援金を、重複と口座を確かめてから振り込みます。作成した人とは別の職員が承認します。"
      actions={
        <Link to="/payments/remitter" className="button">
          振込依頼人
        </Link>
      }
    >
      {disasterId === null ? <ChooseDisaster /> : <Payments disasterId={disasterId} />}
    </Page>
  )
}

function Payments({ disasterId }: { disasterId: string }): ReactNode {
  const plan = useQuery(q(planRun, { disasterId }))
  const runs = useQuery(q(listRuns, { disasterId }))
  const backs = useQuery(q(listClaimBacks, { disasterId }))
  return (
    <>
      <Section
        title="試算"
        actions={plan.data && plan.data.ready > 0 && <MakeButton disasterId={disasterId} plan={plan.data} />}
      >
        {plan.data && (
          <p>
            支払えるもの {plan.data.ready}件 {yen(plan.data.readyYen)}　止まっているもの {plan.data.blocked}件{' '}
            {yen(plan.data.blockedYen)}
          </p>
        )}
        {plan.data && !plan.data.remitter && (
          <Banner tone="warning" title="振込依頼人が登録されていません">
            システム管理者が、市町村の口座と委託者コードを登録してください。
          </Banner>
        )}
        <DataTable
          caption="まだ支払っていない決定（止まっているものから）"
          columns={planColumns}
          rows={plan.data?.rows}
          rowKey={(row) => row.awardId}
          rowLink={(row) => ({ to: '/payments/accounts/$supportId', params: { supportId: row.supportId } })}
          error={plan.error ?? undefined}
          onRetry={() => void plan.refetch()}
          empty={<p>支払を待つ決定はありません。</p>}
        />
      </Section>
      <Section title="支払の回">
        <DataTable
          caption="支払の回（新しい順）"
          columns={runColumns}
          rows={runs.data?.runs}
          rowKey={(row) => row.paymentRunId}
          rowLink={(row) => ({
            to: '/payments/runs/$paymentRunId',
            params: { paymentRunId: row.paymentRunId },
          })}
          error={runs.error ?? undefined}
          empty={<p>まだありません。</p>}
        />
      </Section>
      <Section title="返還">
        <DataTable
          caption="返還を求めている支給"
          columns={backColumns}
          rows={backs.data?.claimBacks}
          rowKey={(row) => row.awardId}
          error={backs.error ?? undefined}
          empty={<p>ありません。</p>}
        />
      </Section>
    </>
  )
}

function MakeButton({ disasterId, plan }: { disasterId: string; plan: Plan }): ReactNode {
  const [transferOn, setTransferOn] = useState<PlainDate | null>(null)
  const { ready, readyYen } = plan
  return (
    <AskButton
      endpoint={makeRun}
      input={{ disasterId, transferOn: transferOn ?? '', ready, readyYen }}
      invalidates={[planRun, listRuns]}
      label="支払を作成する"
      question={`${ready}件 ${yen(readyYen)}の支払を作成しますか`}
      confirm="作成する"
    >
      <p>止まっているものは含まれません。承認は別の職員が行います。</p>
      <LooseField
        name="transferOn"
        label="振込日"
        kind={WarekiDate}
        value={transferOn}
        onChange={setTransferOn}
        required
      />
    </AskButton>
  )
}

function RepayButton({ claim }: { claim: ClaimBack }): ReactNode {
  const [amountYen, setAmount] = useState<number | null>(claim.stillYen)
  const [receivedOn, setReceivedOn] = useState<PlainDate | null>(null)
  return (
    <AskButton
      endpoint={recordRepayment}
      input={{ awardId: claim.awardId, amountYen: amountYen ?? 0, receivedOn: receivedOn ?? '' }}
      invalidates={[listClaimBacks]}
      label="入金を登録"
      of={claim.applicantName}
      question="返還金の入金を登録します"
      confirm="登録する"
    >
      <LooseField
        name="amountYen"
        label="入金額"
        kind={Yen}
        value={amountYen}
        onChange={setAmount}
        required
      />
      <LooseField
        name="receivedOn"
        label="入金日"
        kind={WarekiDate}
        value={receivedOn}
        onChange={setReceivedOn}
        required
      />
    </AskButton>
  )
}
