import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import {
  getBillingTown,
  getYear,
  recordContract,
  recordFinding,
  recordPopulation,
} from '../billing.contract.ts'
import { fiscalYearWords, monthAfter, monthWords, type Month } from '../fiscal-year.ts'
import { measureWords } from '../tariff.ts'
import { populationDay } from '../usage-fee.ts'
import { serviceWords, type Service } from '../yearly.ts'
import { presentFiscalYear, presentMonth } from './billing-text.ts'

type Town = OutputOf<typeof getBillingTown>

const people = columnsOf<Town['populations'][number]>()
const peopleColumns = people.columns([
  people.accessor('onDate', {
    header: '基準日',
    meta: { nowrap: true },
    cell: (cell) => dateText(cell.getValue() as PlainDate),
  }),
  people.accessor('people', {
    header: '人口',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => `${grouped(cell.getValue())}人`,
  }),
  people.accessor('source', { header: '出典' }),
  people.accessor('recordedBy', { header: '登録した人' }),
  people.accessor('recordedAt', { header: '登録', cell: (cell) => instantText(cell.getValue()) }),
])

const contracts = columnsOf<Town['contracts'][number]>()

const invalidates = [getBillingTown, getYear]

/** 料金の算定のもと of a town: head counts and contracts, each with who recorded it; a correction is another row. */
export function BillingTownPage(): ReactNode {
  const municipalityCode = usePathParam('municipalityCode')
  const { data, error, refetch } = useQuery(q(getBillingTown, { municipalityCode }))
  const contractColumns = contracts.columns([
    contracts.accessor('service', { header: 'サービス', cell: (cell) => serviceWords[cell.getValue()] }),
    contracts.accessor('fromMonth', {
      header: '利用開始月',
      meta: { nowrap: true },
      cell: (cell) => monthWords(cell.getValue() as Month),
    }),
    contracts.accessor('untilMonth', {
      header: '利用終了月',
      meta: { nowrap: true },
      cell: (cell) => {
        const until = cell.getValue()
        return until === null ? '続いています' : monthWords(until as Month)
      },
    }),
    contracts.accessor('recordedBy', { header: '登録した人' }),
    contracts.display({
      id: 'end',
      header: '終了',
      cell: ({ row: { original } }) => (
        <EndContract municipalityCode={municipalityCode} contract={original} />
      ),
    }),
  ])
  return (
    <Page
      title={data ? `${data.prefecture}${data.name}の算定のもと` : '算定のもと'}
      crumbs={[
        { label: '全国の状況', to: '/' },
        { label: '年度の精算', to: '/yearly' },
        { label: '算定のもと' },
      ]}
      lead="年度の精算は、ここに登録した人口と契約で計算します。誤りは、正しいものをもう一度登録して直します。前の登録も残ります。"
    >
      <Section title="住民基本台帳人口" actions={<NewPopulation municipalityCode={municipalityCode} />}>
        <DataTable
          caption="人口（有効なもの）"
          columns={peopleColumns}
          rows={data?.populations}
          rowKey={(row) => row.onDate}
          empty="登録されていません。"
          error={error}
          onRetry={() => void refetch()}
        />
      </Section>
      <Section title="契約" actions={<NewContract municipalityCode={municipalityCode} />}>
        <DataTable
          caption="契約（有効なもの）"
          columns={contractColumns}
          rows={data?.contracts}
          rowKey={(row) => row.contractId}
          empty="登録されていません。"
          error={error}
        />
      </Section>
      {data && (
        <Section
          title={`措置2の確認（${data.prefecture}）`}
          actions={<NewFinding prefecture={data.prefecture} />}
        >
          {data.findings.length === 0 ? (
            <p>確認された年度はありません。</p>
          ) : (
            <ul>
              {data.findings.map(({ fiscalYear, share }) => (
                <li key={`${fiscalYear}-${share}`}>
                  {fiscalYearWords(fiscalYear)}に確認: {measureWords[share]}
                </li>
              ))}
            </ul>
          )}
        </Section>
      )}
    </Page>
  )
}

const People = wholeNumberOf({ unit: '人', minimum: 1, maximum: 10_000_000 })
const Source = textWith({ maxLength: 200, hint: '例：住民基本台帳に基づく人口（総務省）' })

function NewPopulation({ municipalityCode }: { municipalityCode: string }): ReactNode {
  const [onDate, setOnDate] = useState<PlainDate | null>(populationDay(presentFiscalYear()))
  const [count, setCount] = useState<number | null>(null)
  const [source, setSource] = useState('')
  return (
    <AskButton
      endpoint={recordPopulation}
      input={{ municipalityCode, onDate: onDate ?? '', people: count ?? 0, source }}
      invalidates={invalidates}
      label="人口を登録する"
      question="人口の登録"
      confirm="登録する"
    >
      <LooseField name="onDate" label="基準日" kind={WarekiDate} value={onDate} onChange={setOnDate} />
      <LooseField name="people" label="住民基本台帳人口" kind={People} value={count} onChange={setCount} />
      <LooseField name="source" label="出典" kind={Source} value={source} onChange={setSource} />
    </AskButton>
  )
}

const Services = selectOf(
  (Object.keys(serviceWords) as Service[]).map((value) => ({ value, label: serviceWords[value] })),
)

/** Three years back and two ahead: contracts are written down before they begin, and sometimes late. */
const monthChoices = ((): { value: Month; label: string }[] => {
  const first = presentFiscalYear() - 3
  const choices: { value: Month; label: string }[] = []
  for (let month = `${first}-04` as Month; month <= `${first + 6}-03`; month = monthAfter(month))
    choices.push({ value: month, label: monthWords(month) })
  return choices
})()
const Months = selectOf(monthChoices)
const MonthsOrOpen = selectOf(monthChoices, '続いている')

function NewContract({ municipalityCode }: { municipalityCode: string }): ReactNode {
  const [service, setService] = useState<Service | null>(null)
  const [fromMonth, setFromMonth] = useState<Month | null>(presentMonth())
  const [untilMonth, setUntilMonth] = useState<Month | null>(null)
  return (
    <AskButton
      endpoint={recordContract}
      input={{
        municipalityCode,
        service: service as Service,
        fromMonth: fromMonth ?? '',
        untilMonth,
        replaces: null,
      }}
      invalidates={invalidates}
      label="契約を登録する"
      question="契約の登録"
      confirm="登録する"
    >
      <LooseField name="service" label="サービス" kind={Services} value={service} onChange={setService} />
      <LooseField
        name="fromMonth"
        label="利用開始月"
        kind={Months}
        value={fromMonth}
        onChange={setFromMonth}
      />
      <LooseField
        name="untilMonth"
        label="利用終了月"
        kind={MonthsOrOpen}
        value={untilMonth}
        onChange={setUntilMonth}
      />
    </AskButton>
  )
}

function EndContract(props: { municipalityCode: string; contract: Town['contracts'][number] }): ReactNode {
  const { contractId, service, fromMonth } = props.contract
  const [untilMonth, setUntilMonth] = useState<Month | null>(presentMonth())
  return (
    <AskButton
      endpoint={recordContract}
      input={{
        municipalityCode: props.municipalityCode,
        service,
        fromMonth,
        untilMonth,
        replaces: contractId,
      }}
      invalidates={invalidates}
      label="終了月を直す"
      of={serviceWords[service]}
      question="利用終了月"
      confirm="登録する"
    >
      <LooseField
        name="untilMonth"
        label="利用終了月"
        kind={MonthsOrOpen}
        value={untilMonth}
        onChange={setUntilMonth}
      />
    </AskButton>
  )
}

const Shares = selectOf([
  { value: 'half' as const, label: '2分の1以上が利用' },
  { value: 'three-quarters' as const, label: '4分の3以上が利用' },
])
const Years = selectOf(
  Array.from({ length: Math.max(1, presentFiscalYear() - 2022) }, (_, index) => 2023 + index).map((year) => ({
    value: String(year),
    label: fiscalYearWords(year),
  })),
)

function NewFinding({ prefecture }: { prefecture: string }): ReactNode {
  const [share, setShare] = useState<'half' | 'three-quarters' | null>(null)
  const [year, setYear] = useState<string | null>(String(presentFiscalYear()))
  return (
    <AskButton
      endpoint={recordFinding}
      input={{ prefecture, fiscalYear: Number(year ?? 0), share: share as 'half' }}
      invalidates={invalidates}
      label="確認を登録する"
      question={`${prefecture}の利用団体数の確認`}
      confirm="登録する"
    >
      <p>登録した翌年度から3年度の間、この都道府県のすべての団体に割引が適用されます。</p>
      <LooseField name="fiscalYear" label="確認した年度" kind={Years} value={year} onChange={setYear} />
      <LooseField name="share" label="利用している市区町村" kind={Shares} value={share} onChange={setShare} />
    </AskButton>
  )
}
