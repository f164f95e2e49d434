import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Yen } from '@open-bcl/ui/fields/Yen.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listProgrammes, recordGate, setProgramme } from '../programmes.contract.ts'
import { gateLabel } from '../rules/gates.ts'
import { programmeAreas, type ProgrammeArea } from '../rules/programme.ts'
import { listUnapplied, matchHouseholds } from '../support.contract.ts'
import { TownProgrammeButton } from './TownProgramme.tsx'
import { yen } from './support-text.ts'

type View = OutputOf<typeof listProgrammes>
type Gate = View['gates'][number]
type Row = View['programmes'][number]

/** 支援制度: which laws were invoked, what is given in this disaster, and how many may get it and have not asked. */
export function ProgrammesPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="支援制度"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '支援制度' }]}
      lead="法の適用、制度の実施・期限・限度額を登録し、受けられるのに申請していない世帯を探します。"
      actions={
        disasterId !== null && (
          <>
            <Link to="/support/applications" className="button">
              申請の一覧
            </Link>
            <Link to="/support/differences" className="button">
              支給額の過不足
            </Link>
          </>
        )
      }
    >
      {disasterId === null ? <ChooseDisaster /> : <Programmes disasterId={disasterId} />}
    </Page>
  )
}

const Area = selectOf<ProgrammeArea>(programmeAreas, 'すべて')
const gateColumn = columnsOf<Gate>()
const column = columnsOf<Row>()

function Programmes({ disasterId }: { disasterId: string }): ReactNode {
  const { data, error, refetch } = useQuery(q(listProgrammes, { disasterId }))
  const [area, setArea] = useState<ProgrammeArea | null>(null)
  const gateColumns = gateColumn.columns([
    gateColumn.accessor('gate', { header: '法律', cell: (cell) => gateLabel(cell.getValue()) }),
    gateColumn.accessor('applies', {
      header: '適用',
      cell: (cell) => {
        const applies = cell.getValue()
        if (applies === null) return <Badge tone="warning">未登録</Badge>
        return <Badge tone={applies ? 'success' : 'neutral'}>{applies ? 'あり' : 'なし'}</Badge>
      },
    }),
    gateColumn.accessor('decidedOn', {
      header: '適用の日',
      meta: { nowrap: true },
      cell: (cell) => {
        const on = cell.getValue()
        return on === null ? '―' : dateText(on as PlainDate)
      },
    }),
    gateColumn.accessor('source', {
      header: '根拠・出典',
      cell: ({ row }) => `${row.original.basis}　${row.original.source}`,
    }),
    gateColumn.display({
      id: 'act',
      header: '登録',
      cell: ({ row }) => <GateButton disasterId={disasterId} gate={row.original} />,
    }),
  ])
  const columns = column.columns([
    column.accessor('title', {
      header: '制度',
      meta: { wide: true },
      cell: ({ row: { original: one } }) => (
        <>
          {one.title}
          {!one.verified && (
            <>
              {' '}
              <Badge tone="warning">出典未確認</Badge>
            </>
          )}
          <details>
            <summary>根拠・出典</summary>
            {one.basis}
            <br />
            出典：{one.source}
          </details>
        </>
      ),
    }),
    column.accessor('area', { header: '分類', cell: (cell) => labelOf(programmeAreas, cell.getValue()) }),
    column.accessor('offered', {
      header: '実施',
      cell: ({ row: { original: one } }) => {
        if (one.offered === null)
          return one.gate === 'town' ? (
            <Badge tone="warning">未決定</Badge>
          ) : one.gate === 'none' ? (
            '案内'
          ) : (
            '法による'
          )
        return <Badge tone={one.offered ? 'success' : 'neutral'}>{one.offered ? '実施' : '実施しない'}</Badge>
      },
    }),
    column.accessor('deadlineOn', {
      header: '申請期限',
      meta: { nowrap: true },
      cell: (cell) => {
        const on = cell.getValue()
        return on === null ? '―' : dateText(on as PlainDate)
      },
    }),
    column.accessor('limitYen', {
      header: '限度額',
      meta: { nowrap: true, align: 'end' },
      cell: (cell) => {
        const limit = cell.getValue()
        return limit === null ? '―' : yen(limit)
      },
    }),
    column.accessor('eligible', {
      header: '受けられる世帯',
      meta: { align: 'end', nowrap: true },
      cell: ({ row: { original: one } }) =>
        one.eligible === null ? '未計算' : `${grouped(one.eligible)}（不明 ${grouped(one.undecided ?? 0)}）`,
    }),
    column.accessor('applied', {
      header: '申請',
      meta: { align: 'end', nowrap: true },
      cell: (cell) => grouped(cell.getValue()),
    }),
    column.display({
      id: 'acts',
      header: '操作',
      cell: ({ row: { original: one } }) => (
        <span className="button-row">
          {one.listed && (
            <Link
              to="/support/programmes/$programmeCode/unapplied"
              params={{ programmeCode: one.programmeCode }}
              className="button"
              data-size="small"
              aria-label={`${one.title}：未申請の世帯`}
            >
              未申請の世帯
            </Link>
          )}
          <SettingButton disasterId={disasterId} programme={one} />
          {one.own && <TownProgrammeButton disasterId={disasterId} programme={one} />}
        </span>
      ),
    }),
  ])
  return (
    <>
      <Section title="法の適用">
        <DataTable
          caption="この災害への法の適用"
          columns={gateColumns}
          rows={data?.gates}
          rowKey={(row) => row.gate}
          error={error ?? undefined}
          onRetry={() => void refetch()}
          empty="ありません。"
        />
      </Section>
      <Section
        title="制度"
        actions={
          <>
            <TownProgrammeButton disasterId={disasterId} programme={null} />
            <AskButton
              endpoint={matchHouseholds}
              input={{ disasterId }}
              invalidates={[listProgrammes, listUnapplied]}
              label="全世帯の該当を計算する"
              question="全世帯について、受けられる制度を計算しますか"
              confirm="計算する"
            >
              <p>
                罹災証明書の被害の程度、世帯の事情、制度の登録から計算します。変わった世帯だけを書き換えます。終わるまで数分かかることがあります。
              </p>
            </AskButton>
          </>
        }
      >
        {data && (
          <p>
            {data.lastRun === null
              ? 'まだ計算していません。'
              : `${instantText(data.lastRun.startedAt)} に計算：${grouped(data.lastRun.households)}世帯のうち${grouped(data.lastRun.changed)}世帯が変わりました。`}
          </p>
        )}
        <LooseField name="area" label="分類でしぼる" kind={Area} value={area} onChange={setArea} />
        <DataTable
          caption="制度の一覧"
          columns={columns}
          rows={data?.programmes.filter((one) => area === null || one.area === area)}
          rowKey={(row) => row.programmeCode}
          error={error ?? undefined}
          empty="ありません。"
        />
      </Section>
    </>
  )
}

const Applies = radioOf<'yes' | 'no'>([
  { value: 'yes', label: 'あり' },
  { value: 'no', label: 'なし' },
])
const Words = textWith({ maxLength: 200 })

function GateButton({ disasterId, gate }: { disasterId: string; gate: Gate }): ReactNode {
  const [applies, setApplies] = useState<'yes' | 'no' | null>(
    gate.applies === null ? null : gate.applies ? 'yes' : 'no',
  )
  const [decidedOn, setDecidedOn] = useState(gate.decidedOn as PlainDate | null)
  const [basis, setBasis] = useState(gate.basis)
  const [source, setSource] = useState(gate.source)
  return (
    <AskButton
      endpoint={recordGate}
      input={{
        ...{ disasterId, gate: gate.gate, actNo: gate.actNo },
        ...{ applies: applies === 'yes', decidedOn: decidedOn ?? '', basis, source },
      }}
      invalidates={[listProgrammes]}
      label="登録"
      of={gateLabel(gate.gate)}
      question={`${gateLabel(gate.gate)}を登録します`}
      confirm="登録する"
    >
      <LooseField name="applies" label="適用" kind={Applies} value={applies} onChange={setApplies} required />
      <LooseField
        name="decidedOn"
        label="適用の日"
        kind={WarekiDate}
        value={decidedOn}
        onChange={setDecidedOn}
        required
      />
      <LooseField name="basis" label="適用の根拠（号）" kind={Words} value={basis} onChange={setBasis} />
      <LooseField
        name="source"
        label="出典（告示・通知）"
        kind={Words}
        value={source}
        onChange={setSource}
        required
      />
    </AskButton>
  )
}

const Given = radioOf<'yes' | 'no' | 'law'>(
  [
    { value: 'yes', label: '実施する' },
    { value: 'no', label: '実施しない' },
    { value: 'law', label: '決めていない（法による）' },
  ],
  'column',
)

function SettingButton({ disasterId, programme }: { disasterId: string; programme: Row }): ReactNode {
  const [given, setGiven] = useState<'yes' | 'no' | 'law' | null>(
    programme.offered === null ? 'law' : programme.offered ? 'yes' : 'no',
  )
  const [deadlineOn, setDeadlineOn] = useState(programme.deadlineOn as PlainDate | null)
  const [limitYen, setLimitYen] = useState(programme.limitYen)
  const [source, setSource] = useState(programme.settingSource)
  return (
    <AskButton
      endpoint={setProgramme}
      input={{
        ...{ disasterId, programmeCode: programme.programmeCode, settingNo: programme.settingNo },
        ...{
          offered: given === 'law' || given === null ? null : given === 'yes',
          deadlineOn,
          limitYen,
          source,
        },
      }}
      invalidates={[listProgrammes]}
      label="実施・期限"
      of={programme.title}
      question={`「${programme.title}」の実施・期限・限度額`}
      confirm="登録する"
    >
      <p>{programme.about}</p>
      <LooseField
        name="offered"
        label="この災害での実施"
        kind={Given}
        value={given}
        onChange={setGiven}
        required
      />
      <LooseField
        name="deadlineOn"
        label="申請期限"
        kind={WarekiDate}
        value={deadlineOn}
        onChange={setDeadlineOn}
      />
      <LooseField name="limitYen" label="限度額" kind={Yen} value={limitYen} onChange={setLimitYen} />
      <LooseField
        name="source"
        label="出典（通知・要綱）"
        kind={Words}
        value={source}
        onChange={setSource}
        required
      />
    </AskButton>
  )
}
