import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { bases, OPEN_DAYS, provisionStates, recipientKinds, secrecyWords } from '../evac-support.ts'
import {
  decideEvacProvision,
  exportEvacProvisionCsv,
  exportEvacProvisionXlsx,
  getEvacProvision,
  listEvacProvisions,
  type EvacProvision,
} from '../provisions.contract.ts'
import { provisionTones } from './ProvisionsPage.tsx'

const reads = [getEvacProvision, listEvacProvisions]

const column = columnsOf<EvacProvision['handovers'][number]>()
const columns = column.columns([
  column.accessor('handedAt', { header: '提供した日時', cell: (cell) => instantText(cell.getValue()) }),
  column.accessor('handedBy', { header: '取り出した人' }),
  column.accessor('form', { header: '形式', cell: (cell) => (cell.getValue() === 'csv' ? 'CSV' : 'Excel') }),
  column.accessor('people', { header: '人数', meta: { align: 'end' } }),
  column.accessor('byConsent', { header: 'うち本人の同意', meta: { align: 'end' } }),
  column.accessor('leftOut', { header: '支援措置のため除いた人数（名簿全体）', meta: { align: 'end' } }),
])

/** One provision: who asked and why, who approved, the file, and each time it was taken out. */
export function ProvisionPage(): ReactNode {
  const provisionId = usePathParam('provisionId')
  const { data, error } = useQuery(q(getEvacProvision, { provisionId }))
  const title = data ? `${data.recipient}への提供` : '名簿の提供'
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '名簿の提供', to: '/evac-provisions' },
        { label: title },
      ]}
      badges={
        data && (
          <Badge tone={provisionTones[data.provisionState]}>
            {labelOf(provisionStates, data.provisionState)}
          </Badge>
        )
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && <Parts provision={data} />}
    </Page>
  )
}

function Parts({ provision }: { provision: EvacProvision }): ReactNode {
  const { decision } = provision
  return (
    <>
      <Section title="申請の内容">
        <DescriptionList
          items={[
            {
              term: '提供先',
              value: `${provision.recipient}（${labelOf(recipientKinds, provision.recipientKind)}）`,
            },
            { term: '根拠', value: labelOf(bases, provision.basis) },
            { term: '範囲', value: provision.scope },
            { term: '提供する理由', value: provision.reason },
            { term: '申請したときの人数', value: `${provision.people}人` },
            { term: '申請', value: `${instantText(provision.requestedAt)}　${provision.requestedBy}` },
            ...(decision === null
              ? []
              : [{ term: '決定', value: `${instantText(decision.at)}　${decision.by}　${decision.reason}` }]),
          ]}
        />
      </Section>
      {provision.provisionState === 'requested' && <Decide provisionId={provision.provisionId} />}
      {provision.provisionState === 'approved' && <Files provisionId={provision.provisionId} />}
      <DataTable
        caption="提供した記録"
        columns={columns}
        rows={provision.handovers}
        rowKey={({ handoverId }) => handoverId}
        empty={<p>まだ提供していません。</p>}
      />
    </>
  )
}

function Decide({ provisionId }: { provisionId: string }): ReactNode {
  const [reason, setReason] = useState('')
  return (
    <div className="button-row">
      <AskButton
        endpoint={decideEvacProvision}
        input={{ provisionId, outcome: 'approved', reason }}
        invalidates={reads}
        label="承認する"
        question="この提供を承認しますか？"
        confirm="承認する"
      >
        <p>提供先、根拠、範囲が正しいことを確かめてください。申請した人は承認できません。</p>
        <LooseField name="reason" label="条件など" kind={TextArea} value={reason} onChange={setReason} />
      </AskButton>
      <AskButton
        endpoint={decideEvacProvision}
        input={{ provisionId, outcome: 'refused', reason }}
        invalidates={reads}
        label="承認しない"
        question="この提供を承認しないことにしますか？"
        confirm="承認しない"
        look="danger"
      >
        <LooseField
          name="reason"
          label="承認しない理由"
          kind={TextArea}
          value={reason}
          onChange={setReason}
          required
        />
      </AskButton>
    </div>
  )
}

function Files({ provisionId }: { provisionId: string }): ReactNode {
  const queries = useQueryClient()
  if (!useCan()(exportEvacProvisionCsv).allowed) return null
  const refresh = (): void => {
    for (const { name } of reads) void queries.invalidateQueries({ queryKey: [name] })
  }
  return (
    <Section title="提供するファイル">
      <p>
        承認から{OPEN_DAYS}
        日まで取り出せます。取り出すたびに、提供先・人数・日時と、載っている全員が記録されます。その間に同意を取り消した方、転出した方、支援措置の対象になった方は載りません。
      </p>
      <ul>
        {secrecyWords.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      <div className="button-row">
        <SaveButton
          endpoint={exportEvacProvisionXlsx}
          input={{ provisionId }}
          label="Excelで取り出す"
          onSaved={refresh}
        />
        <SaveButton
          endpoint={exportEvacProvisionCsv}
          input={{ provisionId }}
          label="CSVで取り出す"
          onSaved={refresh}
        />
      </div>
    </Section>
  )
}
