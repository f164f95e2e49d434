import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import {
  addOperatorKind,
  endOperatorKind,
  listOperators,
  saveOperator,
  saveRelay,
  saveStore,
} from '../../registry.contract.ts'
import { StandingBadge, standing, type Operator } from './OperatorsPage.tsx'
import { IdText, Kind, periodText, sorts, useTownNames } from './registry-kinds.tsx'
import { presentDay } from './console-text.ts'

const invalidates = [listOperators]

const kinds = columnsOf<Operator['kinds'][number]>()
const relays = columnsOf<Operator['relays'][number]>()

/** One 事業者: since when it offers which kinds, and its relays. */
export function OperatorPage(): ReactNode {
  const operatorId = usePathParam('operatorId')
  const can = useCan()
  const names = useTownNames()
  const { data, error } = useQuery(q(listOperators, {}))
  const operator = data?.operators.find((one) => one.operatorId === operatorId)
  const title = operator?.ja ?? '事業者'
  return (
    <Page
      title={title}
      crumbs={[
        { label: '全国の状況', to: '/' },
        { label: '事業者', to: '/registry/operators' },
        { label: title },
      ]}
      badges={operator && <StandingBadge fromOn={operator.joinedOn} untilOn={operator.leftOn} now="参加中" />}
      actions={
        can(saveOperator).allowed && (
          <Link to={`/registry/operators/${operatorId}/edit`} className="button">
            登録内容を変える
          </Link>
        )
      }
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && !operator && <p>この事業者は登録されていません。</p>}
      {operator && (
        <>
          <DescriptionList
            items={[
              { term: '事業者ID', value: operatorId },
              { term: '区分', value: sorts[operator.sort] },
              ...(operator.municipalityCode === null
                ? []
                : [
                    {
                      term: '庁舎の市区町村',
                      value: names.get(operator.municipalityCode) ?? operator.municipalityCode,
                    },
                  ]),
              { term: '参加日', value: dateText(operator.joinedOn) },
              { term: '最終日', value: operator.leftOn === null ? noValue : dateText(operator.leftOn) },
              {
                term: '設置場所と端末',
                value: (
                  <>
                    {`${operator.stores}か所、${operator.kiosks}台　`}
                    <Link to={'/registry/stores' as string} search={{ operatorId } as never}>
                      設置場所を見る
                    </Link>
                    {'　'}
                    <Link to={'/kiosks' as string} search={{ operatorId } as never}>
                      端末を見る
                    </Link>
                  </>
                ),
              },
            ]}
          />
          <Section title="取り扱う証明書" actions={<AddKind operator={operator} />}>
            <DataTable
              caption="証明書と、いつからか"
              columns={kindColumns(operator)}
              rows={operator.kinds}
              rowKey={(row) => `${row.kind}${row.fromOn}`}
              empty="まだ何も取り扱っていません。この事業者の端末では、どの証明書も選べません。"
            />
          </Section>
          <Section title="中継" actions={<AddRelay operatorId={operatorId} />}>
            <DataTable
              caption="端末とセンターの間の中継"
              columns={relayColumns(operatorId)}
              rows={operator.relays}
              rowKey={(row) => row.relayId}
              empty="中継はありません。端末は直接センターにつながります。"
            />
          </Section>
          {can(saveStore).allowed && (
            <p>
              <Link to={'/registry/stores/new' as string} search={{ operatorId } as never} className="button">
                この事業者の設置場所を登録する
              </Link>
            </p>
          )}
        </>
      )}
    </Page>
  )
}

const kindColumns = ({ operatorId }: Operator) =>
  kinds.columns([
    kinds.accessor('ja', { header: '証明書' }),
    kinds.display({
      id: 'state',
      header: '状態',
      meta: { nowrap: true },
      cell: ({ row: { original } }) => (
        <StandingBadge fromOn={original.fromOn} untilOn={original.untilOn} now="取扱い中" />
      ),
    }),
    kinds.display({
      id: 'period',
      header: '期間',
      cell: ({ row: { original } }) => periodText(original.fromOn, original.untilOn),
    }),
    kinds.display({
      id: 'end',
      header: '操作',
      cell: ({ row: { original } }) =>
        standing(original.fromOn, original.untilOn) === 'over' ? null : (
          <EndKind operatorId={operatorId} offered={original} />
        ),
    }),
  ])

function AddKind({ operator }: { operator: Operator }): ReactNode {
  const [kind, setKind] = useState<string | null>(null)
  const [fromOn, setFromOn] = useState<PlainDate | null>(presentDay())
  return (
    <AskButton
      endpoint={addOperatorKind}
      input={{ operatorId: operator.operatorId, kind: kind ?? '', fromOn: fromOn ?? '', untilOn: null }}
      invalidates={invalidates}
      label="証明書を加える"
      question={`${operator.ja}が取り扱う証明書を加えます`}
      confirm="加える"
    >
      <LooseField name="kind" label="証明書の種類" kind={Kind} value={kind} onChange={setKind} required />
      <LooseField
        name="fromOn"
        label="いつから"
        kind={WarekiDate}
        value={fromOn}
        onChange={setFromOn}
        required
      />
    </AskButton>
  )
}

function EndKind(props: { operatorId: string; offered: Operator['kinds'][number] }): ReactNode {
  const { kind, ja, fromOn, untilOn: last } = props.offered
  const [untilOn, setUntilOn] = useState<PlainDate | null>(
    last ?? (fromOn > presentDay() ? fromOn : presentDay()),
  )
  return (
    <AskButton
      endpoint={endOperatorKind}
      input={{ operatorId: props.operatorId, kind, fromOn, untilOn: untilOn ?? '' }}
      invalidates={invalidates}
      label="終える"
      of={ja}
      question={`${ja}の取扱いを終えますか`}
      confirm="最終日を決める"
    >
      <p>最終日の翌日から、この事業者の端末では選べなくなります。</p>
      <LooseField
        name="untilOn"
        label="最終日"
        kind={WarekiDate}
        value={untilOn}
        onChange={setUntilOn}
        required
      />
    </AskButton>
  )
}

const relayColumns = (operatorId: string) =>
  relays.columns([
    relays.accessor('ja', { header: '名称' }),
    relays.accessor('relayId', { header: '中継ID', meta: { nowrap: true } }),
    relays.display({
      id: 'state',
      header: '状態',
      meta: { nowrap: true },
      cell: ({ row: { original } }) => (
        <StandingBadge fromOn={original.fromOn} untilOn={original.untilOn} now="使用中" />
      ),
    }),
    relays.display({
      id: 'period',
      header: '期間',
      cell: ({ row: { original } }) => periodText(original.fromOn, original.untilOn),
    }),
    relays.display({
      id: 'acts',
      header: '操作',
      cell: ({ row: { original } }) => (
        // Anew when somebody has changed it: nobody saves over what was not seen.
        <ChangeRelay key={`${original.ja} ${original.untilOn}`} operatorId={operatorId} relay={original} />
      ),
    }),
  ])

function AddRelay({ operatorId }: { operatorId: string }): ReactNode {
  const [relayId, setRelayId] = useState('')
  const [ja, setJa] = useState('')
  const [fromOn, setFromOn] = useState<PlainDate | null>(presentDay())
  return (
    <AskButton
      endpoint={saveRelay}
      input={{
        ...{ relayId: relayId.trim(), operatorId, ja, fromOn: fromOn ?? '', untilOn: null },
      }}
      invalidates={invalidates}
      label="中継を加える"
      question="中継を加えます"
      confirm="加える"
    >
      <LooseField
        name="relayId"
        label="中継ID"
        hint="英小文字・数字・ハイフン。後から変えられません"
        kind={IdText}
        value={relayId}
        onChange={setRelayId}
        required
      />
      <LooseField name="ja" label="名称" kind={Text} value={ja} onChange={setJa} required />
      <LooseField
        name="fromOn"
        label="いつから"
        kind={WarekiDate}
        value={fromOn}
        onChange={setFromOn}
        required
      />
    </AskButton>
  )
}

function ChangeRelay(props: { operatorId: string; relay: Operator['relays'][number] }): ReactNode {
  const { operatorId, relay } = props
  const [ja, setJa] = useState(relay.ja)
  const [untilOn, setUntilOn] = useState<PlainDate | null>(relay.untilOn)
  return (
    <AskButton
      endpoint={saveRelay}
      input={{
        ...{ relayId: relay.relayId, operatorId, ja, fromOn: relay.fromOn, untilOn },
        was: { ja: relay.ja, untilOn: relay.untilOn },
      }}
      invalidates={invalidates}
      label="変える"
      of={relay.ja}
      question="中継の登録内容を変えます"
      confirm="変える"
    >
      <LooseField name="ja" label="名称" kind={Text} value={ja} onChange={setJa} required />
      <LooseField
        name="untilOn"
        label="最終日"
        hint="翌日から、この中継を通る端末では何も交付できません。使い続けるなら空欄"
        kind={WarekiDate}
        value={untilOn}
        onChange={setUntilOn}
      />
    </AskButton>
  )
}
