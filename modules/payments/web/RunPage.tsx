import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import {
  approveRun,
  cancelRun,
  exportRun,
  getPaymentRun,
  listRuns,
  planRun,
  returnTransfer,
  settleRun,
} from '../payments.contract.ts'
import { itemStates, returnCodes, runStates, type ReturnCode } from '../payments.ts'
import { itemTones, runTones, yen } from './payments-text.ts'

type Run = OutputOf<typeof getPaymentRun>
type Item = Run['rows'][number]
const column = columnsOf<Item>()
const invalidates = [getPaymentRun, listRuns, planRun]
const Reason = selectOf<ReturnCode>(returnCodes, '振込不能ではない')

/** 支払の回: approve, take out the file, record what the bank answered. */
export function RunPage(): ReactNode {
  const paymentRunId = usePathParam('paymentRunId')
  const can = useCan()
  const { data, error, refetch } = useQuery(q(getPaymentRun, { paymentRunId }))
  const [returned, setReturned] = useState<ReadonlyMap<number, ReturnCode>>(new Map())
  const mark = (itemNo: number, code: ReturnCode | null) => {
    const marked = new Map(returned)
    if (code === null) marked.delete(itemNo)
    else marked.set(itemNo, code)
    setReturned(marked)
  }
  const seen = { paymentRunId, version: data?.version ?? 1 }
  const columns = column.columns([
    column.accessor('itemNo', { header: '番号', meta: { align: 'end' } }),
    column.accessor('applicantName', {
      header: '申請者',
      cell: (cell) => <NameText name={cell.getValue()} />,
    }),
    column.accessor('programmeTitle', { header: '制度' }),
    column.accessor('amountYen', {
      header: '金額',
      meta: { align: 'end', nowrap: true },
      cell: (cell) => yen(cell.getValue()),
    }),
    column.accessor('itemState', {
      header: '状態',
      cell: ({ row: { original: one } }) => (
        <>
          <Badge tone={itemTones[one.itemState]}>{labelOf(itemStates, one.itemState)}</Badge>{' '}
          {labelOf(returnCodes, one.returnCode)}
        </>
      ),
    }),
    column.display({
      id: 'result',
      header: '振込の結果',
      cell: ({ row: { original: one } }) =>
        data?.runState === 'approved' ? (
          <LooseField
            name={`result-${one.itemNo}`}
            label={`${one.itemNo}番の結果`}
            kind={Reason}
            value={returned.get(one.itemNo) ?? null}
            onChange={(code) => mark(one.itemNo, code)}
          />
        ) : data?.runState === 'settled' && one.itemState === 'paid' ? (
          <ReturnButton run={seen} item={one} />
        ) : (
          '―'
        ),
    }),
  ])
  return (
    <Page
      title="支払の回"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '支払', to: '/payments' },
        { label: '支払の回' },
      ]}
      badges={data && <Badge tone={runTones[data.runState]}>{labelOf(runStates, data.runState)}</Badge>}
      lead={
        data &&
        `振込日 ${dateText(data.transferOn as PlainDate)}　${data.items}件　${yen(data.totalYen)}　作成 ${data.madeBy}${data.approvedBy === null ? '' : `　承認 ${data.approvedBy}`}`
      }
    >
      {data && (
        <Section title="操作">
          <p className="button-row">
            {data.runState === 'proposed' && data.mayApprove && (
              <AskButton
                endpoint={approveRun}
                input={seen}
                invalidates={invalidates}
                label="承認する"
                question={`${data.items}件 ${yen(data.totalYen)}の支払を承認しますか`}
                confirm="承認する"
              >
                <p>承認すると振込データを出力できます。承認の後は取り消せません。</p>
              </AskButton>
            )}
            {data.runState === 'proposed' && !data.mayApprove && (
              <span className="reason">承認は、作成した人とは別の職員が行います。</span>
            )}
            {data.runState === 'proposed' && (
              <AskButton
                endpoint={cancelRun}
                input={seen}
                invalidates={invalidates}
                label="取り消す"
                question="この支払を取り消しますか"
                confirm="取り消す"
                look="danger"
              >
                <p>含まれる決定は、次の試算に戻ります。</p>
              </AskButton>
            )}
            {(data.runState === 'approved' || data.runState === 'settled') && can(exportRun).allowed && (
              <SaveButton
                endpoint={exportRun}
                input={{ paymentRunId }}
                label="振込データを出力（全銀形式）"
                onSaved={() => void refetch()}
              />
            )}
            {data.runState === 'approved' && data.exports === 0 && (
              <span className="reason">振込の結果は、振込データを出力した後に登録できます。</span>
            )}
            {data.runState === 'approved' && data.exports > 0 && (
              <AskButton
                endpoint={settleRun}
                input={{
                  ...seen,
                  returned: [...returned].map(([itemNo, returnCode]) => ({ itemNo, returnCode })),
                }}
                invalidates={invalidates}
                label="振込の結果を登録する"
                question={`振込不能 ${returned.size}件、支払済 ${data.items - returned.size}件として登録しますか`}
                confirm="登録する"
              >
                <p>振込不能のものは、口座を直すと次の試算で支払えるようになります。</p>
              </AskButton>
            )}
          </p>
          {data.exports > 0 && (
            <p className="quiet">
              振込データは{data.exports}回出力されています。銀行へ渡すのは1回だけにしてください。
            </p>
          )}
        </Section>
      )}
      <DataTable
        caption="振込の一覧"
        columns={columns}
        rows={data?.rows}
        rowKey={(row) => String(row.itemNo)}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>ありません。</p>}
      />
    </Page>
  )
}

function ReturnButton(props: { run: { paymentRunId: string; version: number }; item: Item }): ReactNode {
  const [code, setCode] = useState<ReturnCode | null>(null)
  return (
    <AskButton
      endpoint={returnTransfer}
      input={{ ...props.run, itemNo: props.item.itemNo, returnCode: code as ReturnCode }}
      invalidates={invalidates}
      label="振込不能にする"
      of={`${props.item.itemNo}番`}
      question="後から届いた振込不能を登録します"
      confirm="登録する"
      look="danger"
    >
      <LooseField
        name="returnCode"
        label="振込不能の理由"
        kind={selectOf<ReturnCode>(returnCodes)}
        value={code}
        onChange={setCode}
        required
      />
    </AskButton>
  )
}
