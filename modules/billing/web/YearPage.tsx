import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { getYear, settleYear, yearFiles } from '../billing.contract.ts'
import { fiscalYearWords } from '../fiscal-year.ts'
import { factWords, yearlyItems } from '../yearly.ts'
import { presentFiscalYear, yenText, type Search } from './billing-text.ts'

type Line = OutputOf<typeof getYear>['lines'][number]

const column = columnsOf<Line>()
const columns = column.columns([
  column.accessor('name', { header: '団体' }),
  column.accessor('item', { header: '項目', cell: (cell) => yearlyItems[cell.getValue()].ja }),
  column.accessor((line) => factWords(line.item, line.facts), {
    id: 'facts',
    header: '算定のもと',
    meta: { wide: true },
  }),
  column.accessor('billedIn', {
    header: '請求する年度',
    meta: { nowrap: true },
    cell: (cell) => fiscalYearWords(cell.getValue()),
  }),
  column.accessor('amountYen', {
    header: '金額',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => yenText(cell.getValue()),
  }),
])

const YearSelect = selectOf(
  Array.from({ length: presentFiscalYear() - 2021 + 1 }, (_, index) => presentFiscalYear() - index).map(
    (year) => ({ value: String(year), label: fiscalYearWords(year) }),
  ),
  '年度を選んでください',
)

/** 年度の精算: what each town is asked for once a year, with everything it was reckoned from. */
export function YearPage(): ReactNode {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const asked = Number(search['fiscalYear'])
  const fiscalYear = Number.isInteger(asked) && asked >= 2021 ? asked : presentFiscalYear()
  const { data, error, refetch } = useQuery(q(getYear, { fiscalYear }))
  return (
    <Page
      title={`${fiscalYearWords(fiscalYear)}の精算`}
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '年度の精算' }]}
      lead="BCL証明発行機能利用料、クラウド型被災者支援システム利用料、運営負担金を、団体ごとに算定します。"
      badges={
        data && (
          <Badge tone={data.settledAt === null ? 'information' : 'success'}>
            {data.settledAt === null ? '見込み' : '確定'}
          </Badge>
        )
      }
      actions={
        <>
          <SaveButton endpoint={yearFiles.pdf} input={{ fiscalYear }} label="PDF" />
          <SaveButton endpoint={yearFiles.xlsx} input={{ fiscalYear }} label="XLSX" />
          <SaveButton endpoint={yearFiles.csv} input={{ fiscalYear }} label="CSV" />
          {data?.settledAt === null && fiscalYear < presentFiscalYear() && (
            <AskButton
              endpoint={settleYear}
              input={{ fiscalYear }}
              invalidates={[getYear]}
              label="この年度を精算する"
              question={`${fiscalYearWords(fiscalYear)}を精算しますか`}
              confirm="精算する"
            >
              <p>
                すべての団体の額を確定します。3月分までが締められている必要があります。取り消すことはできません。
              </p>
            </AskButton>
          )}
        </>
      }
    >
      <div className="form-body">
        <LooseField
          name="fiscalYear"
          label="年度"
          kind={YearSelect}
          value={String(fiscalYear)}
          onChange={(value) => {
            if (value !== null)
              void navigate({
                to: '/yearly' as string,
                search: { fiscalYear: Number(value) } as never,
              })
          }}
        />
      </div>
      {data && data.withoutPopulation.length > 0 && (
        <Section title="人口の登録がない団体">
          <p>次の団体は、人口が登録されるまで算定できません。</p>
          <ul>
            {data.withoutPopulation.map(({ municipalityCode, name, onDate }) => (
              <li key={municipalityCode}>
                <Link to={`/yearly/${municipalityCode}` as string}>{name}</Link>（{onDate}
                現在の住民基本台帳人口）
              </li>
            ))}
          </ul>
        </Section>
      )}
      <DataTable
        caption="団体ごとの額"
        columns={columns}
        rows={data?.lines}
        rowKey={(line) => `${line.municipalityCode}-${line.item}`}
        rowLink={(line) => ({
          to: '/yearly/$municipalityCode',
          params: { municipalityCode: line.municipalityCode },
        })}
        empty="この年度に請求するものはありません。"
        error={error}
        onRetry={() => void refetch()}
      />
      {data && <p>合計: {yenText(data.totalYen)}</p>}
    </Page>
  )
}
