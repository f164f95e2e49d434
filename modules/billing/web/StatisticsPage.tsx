import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useId, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { FieldRow, Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { getStatistics, statisticsFiles } from '../billing.contract.ts'
import { monthWords, type Month } from '../fiscal-year.ts'
import { codeIn, monthIn, monthOptions, type Search } from './billing-text.ts'

type Share = OutputOf<typeof getStatistics>['byKind'][number]

const column = columnsOf<Share>()
const columns = column.columns([
  column.accessor('ja', { header: '区分' }),
  column.accessor('copies', {
    header: '通数',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => `${grouped(cell.getValue())}通`,
  }),
  column.accessor('permille', {
    header: '割合',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => percentText(cell.getValue()),
  }),
])

const MonthSelect = selectOf(monthOptions(60), '月を選んでください')

function percentText(permille: number): string {
  return `${Math.floor(permille / 10)}.${permille % 10}%`
}

function shareText(share: Share): string {
  return `${grouped(share.copies)}通（${percentText(share.permille)}）`
}

/** 交付の統計: by month, kind, operator, place and time; the year so far unless the address says otherwise. */
export function StatisticsPage(): ReactNode {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const to = monthIn(search['to'])
  const from = search['from'] === undefined ? (monthOptions(11).at(-1)?.value ?? to) : monthIn(search['from'])
  const municipalityCode = codeIn(search['municipalityCode'])
  const asked = { from, to, ...(municipalityCode === undefined ? {} : { municipalityCode }) }
  const { data, error } = useQuery(q(getStatistics, asked))
  const go = (next: object): void =>
    void navigate({ to: '/statistics' as string, search: { ...asked, ...next } as never })
  return (
    <Page
      title="交付の統計"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '交付の統計' }]}
      lead="印刷された証明書の通数です。実店舗試験は含みません。"
      actions={
        <>
          <SaveButton endpoint={statisticsFiles.pdf} input={asked} label="PDF" />
          <SaveButton endpoint={statisticsFiles.xlsx} input={asked} label="XLSX" />
          <SaveButton endpoint={statisticsFiles.csv} input={asked} label="CSV" />
        </>
      }
    >
      <div className="form-body">
        <FieldRow>
          <LooseField
            name="from"
            label="はじめの月"
            kind={MonthSelect}
            value={from}
            onChange={(value) => value !== null && go({ from: value })}
          />
          <LooseField
            name="to"
            label="終わりの月"
            kind={MonthSelect}
            value={to}
            onChange={(value) => value !== null && go({ to: value })}
          />
        </FieldRow>
      </div>
      {error && <ErrorSummary error={error} />}
      {data && (
        <>
          <DescriptionList
            items={[
              { term: '交付した通数', value: `${grouped(data.copies)}通` },
              { term: '開庁時間外', value: shareText(data.outsideOfficeHours) },
              { term: '他の市区町村での取得', value: shareText(data.otherTown) },
              { term: '実店舗試験（別掲）', value: `${grouped(data.testCopies)}通` },
            ]}
          />
          {data.openMonths.length > 0 && (
            <p>
              {data.openMonths.map((month) => monthWords(month as Month)).join('、')}
              は締め前の速報です。
            </p>
          )}
          <Part title="月別" shares={data.byMonth} />
          <Part title="証明書の種類別" shares={data.byKind} />
          <Part title="事業者別" shares={data.byOperator} />
          <Part title="交付場所別" shares={data.byChannel} />
        </>
      )}
    </Page>
  )
}

const width = 600
/** Room for words of twice the size, as a narrow page has them. */
const rowHeight = 44

/** Bars with their names and figures; the same stands in the table below. */
function Part({ title, shares }: { title: string; shares: readonly Share[] }): ReactNode {
  const id = useId()
  const most = Math.max(...shares.map((share) => share.copies), 1)
  const shown = shares.slice(0, 24)
  return (
    <Section title={title}>
      {shown.length > 0 && (
        <svg
          className="bar-chart"
          data-bars="lying"
          viewBox={`0 0 ${width} ${shown.length * rowHeight}`}
          role="img"
          aria-labelledby={id}
        >
          <title id={id}>{`${title}の棒グラフ。最も多いのは${largest(shares)?.ja ?? ''}です。`}</title>
          {shown.map((share, index) => (
            <g key={share.key}>
              <rect
                className="bar-chart-bar"
                x={0}
                y={index * rowHeight + 30}
                width={Math.max(1, (share.copies * (width - 4)) / most)}
                height={8}
              />
              <text x={0} y={index * rowHeight + 24}>
                {`${share.ja} ${grouped(share.copies)}通`}
              </text>
            </g>
          ))}
        </svg>
      )}
      <DataTable
        caption={`${title}の通数`}
        columns={columns}
        rows={shares}
        rowKey={(share) => share.key}
        empty="この期間の交付はありません。"
      />
    </Section>
  )
}

function largest(shares: readonly Share[]): Share | undefined {
  return shares.toSorted((a, b) => b.copies - a.copies)[0]
}
