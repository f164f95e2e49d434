import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listDisasters } from '../../disasters/disasters.contract.ts'
import { ruleKeys, rulesOf, unverifiedRules } from '../rules/guidelines.ts'
import type { Rule } from '../rules/rules.ts'

const column = columnsOf<Rule>()
const columns = column.columns([
  column.accessor('label', { header: '基準' }),
  column.accessor('text', { header: '内容・今の扱い', meta: { wide: true } }),
  column.accessor('from', {
    header: 'いつから',
    meta: { nowrap: true },
    cell: (cell) => <WarekiDate.Output value={cell.getValue()} />,
  }),
  column.accessor('source', { header: '読んだところ', meta: { wide: true } }),
])

const UNVERIFIED =
  '運用指針の本文と照らし合わせていない基準です。判定に使う前に、お手元の運用指針で確かめてください。' +
  '違っていたときは、計算結果を使わずに理由を付けて判定し、システムの運用者に連絡してください。'

/** 被害認定の基準: what the scoring of this disaster's surveys rests on, and which of it nobody could check. */
export function RulesPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="被害認定の基準"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '被害認定の基準' }]}
      lead="調査票から被害の程度を計算するときの基準です。災害ごとに、その災害に適用する運用指針の版で計算します。"
    >
      {disasterId === null ? <ChooseDisaster /> : <RulesOfDisaster disasterId={disasterId} />}
    </Page>
  )
}

function RulesOfDisaster(props: { disasterId: string }): ReactNode {
  const { data, error } = useQuery(q(listDisasters, {}))
  if (error) return <ErrorSummary error={error} />
  const disaster = data?.disasters.find((one) => one.disasterId === props.disasterId)
  if (disaster === undefined) return null
  const rules = rulesOf(disaster.guidelineCode, disaster.occurredOn as PlainDate)
  const unverified = unverifiedRules(rules)
  const verified = ruleKeys.map((key) => rules.rules[key]).filter((rule) => rule.verified)
  return (
    <>
      <DescriptionList
        items={[
          { term: '災害', value: disaster.name },
          { term: '適用する版', value: `${rules.label}（${rules.guideline}）` },
        ]}
      />
      {unverified.length > 0 && (
        <Banner tone="warning" title={`未確認の基準が${unverified.length}件あります`}>
          {UNVERIFIED}
        </Banner>
      )}
      <RuleTable caption="未確認の基準" rules={unverified} empty="未確認の基準はありません。" />
      <RuleTable caption="確認済の基準" rules={verified} empty="確認済の基準はありません。" />
    </>
  )
}

function RuleTable(props: { caption: string; rules: readonly Rule[]; empty: string }): ReactNode {
  return (
    <DataTable
      caption={props.caption}
      columns={columns}
      rows={props.rules}
      rowKey={(rule) => rule.key}
      empty={props.empty}
      complete
    />
  )
}
