import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import {
  exportDamageCsv,
  exportDamagePdf,
  exportDamageXlsx,
  getDamageReport,
  listDamageRows,
  makeDamageReport,
  tellFigure,
} from '../damage.contract.ts'
import { damageItems, origins } from '../damage.ts'
import { momentText } from './situation-text.ts'

type Figure = OutputOf<typeof getDamageReport>['figures'][number]
const itemOf = (item: string) => damageItems.find((one) => one.item === item)!
const signed = (change: number): string =>
  change > 0 ? `+${grouped(change)}` : change < 0 ? `−${grouped(-change)}` : '0'

const column = columnsOf<Figure & { readonly reportNo: number }>()
const columns = column.columns([
  column.accessor('item', { header: '項目', cell: (cell) => itemOf(cell.getValue()).label }),
  column.accessor('value', {
    header: '報告する数',
    meta: { align: 'end', nowrap: true },
    cell: ({ row: { original: one } }) =>
      one.value === null ? '未確認' : `${grouped(one.value)}${itemOf(one.item).unit}`,
  }),
  column.accessor('change', {
    header: '前の報から',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => {
      const change = cell.getValue()
      return change === null ? '―' : signed(change)
    },
  }),
  column.accessor('origin', { header: '出どころ', cell: (cell) => labelOf(origins, cell.getValue()) }),
  column.accessor('ledger', {
    header: '台帳の数',
    meta: { align: 'end', nowrap: true },
    cell: ({ row: { original: one } }) => {
      const { from, unit } = itemOf(one.item)
      if (one.ledger === null || from === null) return '―'
      const search = { damage: from.damage, reportNo: one.reportNo }
      return <RowsLink search={search} text={`${grouped(one.ledger)}${unit}`} />
    },
  }),
  column.accessor('told', {
    header: '聞き取りの数',
    cell: (cell) => {
      const told = cell.getValue()
      return told === null ? '―' : `${grouped(told.value)}（${told.source}、${momentText(told.asOf)}）`
    },
  }),
])

/** What a figure counts, for who may see one by one. */
function RowsLink({ search, text }: { search: object; text: string }): ReactNode {
  if (!useCan()(listDamageRows).allowed) return text
  return (
    <Link to={'/situation/reports/rows' as never} search={search as never}>
      {text}
    </Link>
  )
}

/** 被害状況報告: the form of 災対法53条 as it stands now, or as a report froze it. */
export function DamagePage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="被害状況報告"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '災害対応の状況', to: '/situation' },
        { label: '被害状況報告' },
      ]}
      lead="災害対策基本法53条の報告（第4号様式の項目）です。作った報告は書き換わりません。直すときは、次の報を作ります。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Report disasterId={disasterId} />}
    </Page>
  )
}

function Report({ disasterId }: { disasterId: string }): ReactNode {
  const { report: chosen } = useSearch({ strict: false }) as { report?: number }
  const reportNo = Number(chosen ?? 0)
  const can = useCan()
  const asked = { disasterId, reportNo }
  const { data, error } = useQuery(q(getDamageReport, asked))
  if (error) return <ErrorSummary error={error} />
  const groups = [...new Set(damageItems.map(({ group }) => group))]
  return (
    <>
      <nav aria-label="報を選ぶ">
        <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
          {[{ reportNo: 0, final: false }, ...(data?.reports ?? [])].map((one) => (
            <li key={one.reportNo}>
              <Link
                to="."
                search={(one.reportNo === 0 ? {} : { report: one.reportNo }) as never}
                className="button"
                data-size="small"
                data-look={one.reportNo === reportNo ? 'solid' : 'outline'}
                aria-current={one.reportNo === reportNo ? 'true' : undefined}
              >
                {one.reportNo === 0 ? 'いまの数字' : `第${one.reportNo}報${one.final ? '（確定）' : ''}`}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="button-row">
        <SaveButton endpoint={exportDamagePdf} input={asked} label="PDF" />
        <SaveButton endpoint={exportDamageXlsx} input={asked} label="Excel" />
        <SaveButton endpoint={exportDamageCsv} input={asked} label="CSV" />
      </div>
      {data?.report ? (
        <Banner
          tone="information"
          title={`第${reportNo}報：${momentText(data.report.asOf)}現在、${data.report.madeBy}が作成`}
        >
          {data.report.note}
        </Banner>
      ) : (
        <Banner tone="warning" title="全壊・半壊・一部破損への数え方は、要領の本文では確認していません">
          大規模半壊・中規模半壊・半壊を「半壊」、準半壊とそれに至らないものを「一部破損」に数えます。床上・床下浸水は手で入力します。
        </Banner>
      )}
      {groups.map((group) => (
        <Section key={group} title={group}>
          <DataTable
            caption={`${group}の数`}
            columns={columns}
            rows={data?.figures
              .filter(({ item }) => itemOf(item).group === group)
              .map((figure) => ({ ...figure, reportNo }))}
            rowKey={(row) => row.item}
            empty=""
          />
        </Section>
      ))}
      {data && reportNo === 0 && can(tellFigure).allowed && (
        <>
          <Tell disasterId={disasterId} figures={data.figures} />
          <Make disasterId={disasterId} reportNo={(data.reports[0]?.reportNo ?? 0) + 1} />
        </>
      )}
    </>
  )
}

const Short = textWith({ width: 'middle', maxLength: 20 })
const Words = textWith({ maxLength: 100 })
const numeric = textWith({ width: 'narrow', maxLength: 8, inputMode: 'numeric' })

/** A figure heard by telephone, with whom it is from; empty takes it back. */
function Tell(props: { disasterId: string; figures: readonly Figure[] }): ReactNode {
  const [item, setItem] = useState('dead')
  const [value, setValue] = useState('')
  const [source, setSource] = useState('')
  const [asOf, setAsOf] = useState(() => nowText())
  const sending = useSend(tellFigure, {
    invalidates: [getDamageReport],
    onDone: () => setValue(''),
  })
  const figure = props.figures.find((one) => one.item === item)!
  const at = Date.parse(`${asOf.trim().replace(' ', 'T')}:00+09:00`)
  const count = value.normalize('NFKC').trim()
  const wrong = Number.isNaN(at) || !/^\d*$/.test(count)
  return (
    <Section title="聞き取った数を入れる">
      <p>
        消防や区長からの電話など、台帳に入る前に分かった数です。取り下げるまで、台帳の数の代わりに報告します。
      </p>
      <form
        className="form-body"
        onSubmit={(event) => {
          event.preventDefault()
          if (wrong) return
          sending.start({
            disasterId: props.disasterId,
            item,
            toldNo: figure.toldNo,
            value: count === '' ? null : Number(count),
            asOf: new Date(at).toISOString(),
            source,
          })
        }}
      >
        <div className="field">
          <label htmlFor="told-item">項目</label>
          <select id="told-item" value={item} onChange={(event) => setItem(event.target.value)}>
            {damageItems.map((one) => (
              <option key={one.item} value={one.item}>{`${one.group}：${one.label}（${one.unit}）`}</option>
            ))}
          </select>
        </div>
        <FieldRow>
          <LooseField
            name="value"
            label="数"
            kind={numeric}
            value={value}
            onChange={setValue}
            hint="空けて送ると、聞き取りの数を取り下げます"
          />
          <LooseField
            name="asOf"
            label="いつの数か"
            kind={Short}
            value={asOf}
            onChange={setAsOf}
            hint="例：2026-11-21 09:30"
          />
        </FieldRow>
        <LooseField name="source" label="聞いた相手・資料" kind={Words} value={source} onChange={setSource} />
        {wrong && <p className="error">数は数字で、日時は 2026-11-21 09:30 のように入力してください。</p>}
        {sending.error && <ErrorSummary error={sending.error} />}
        <Button type="submit" busy={sending.busy}>
          {count === '' ? '聞き取りの数を取り下げる' : '聞き取りの数を記録する'}
        </Button>
      </form>
    </Section>
  )
}

function nowText(): string {
  return new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
}

function Make(props: { disasterId: string; reportNo: number }): ReactNode {
  const navigate = useNavigate()
  const [note, setNote] = useState('')
  const [final, setFinal] = useState(false)
  const sending = useSend(makeDamageReport, {
    invalidates: [getDamageReport],
    onDone: ({ reportNo }) =>
      void navigate({
        to: '.',
        search: (kept: Record<string, unknown>) =>
          ({ disaster: kept['disaster'], report: reportNo }) as never,
      }),
  })
  return (
    <Section title={`第${props.reportNo}報を作る`}>
      <p>いまの数字と、その内訳を、この時刻のものとして残します。作った後は変えられません。</p>
      <LooseField name="note" label="備考" kind={Words} value={note} onChange={setNote} />
      <label>
        <input type="checkbox" checked={final} onChange={(event) => setFinal(event.target.checked)} />{' '}
        確定報告とする
      </label>
      {sending.error && <ErrorSummary error={sending.error} />}
      <Button
        look="solid"
        busy={sending.busy}
        onClick={() => sending.start({ disasterId: props.disasterId, reportNo: props.reportNo, final, note })}
      >
        {`第${props.reportNo}報を作る`}
      </Button>
    </Section>
  )
}
