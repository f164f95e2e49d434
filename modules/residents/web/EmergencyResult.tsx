import { useMemo, useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useSession } from '@open-bcl/ui/session.tsx'
import { saveCsv } from '@open-bcl/ui/save-file.ts'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { NameText } from '@open-bcl/ui/table/NameText.tsx'
import {
  concealedAddress,
  csvOfList,
  emergencyOrders,
  emergencyPurposes,
  inOrder,
  type EmergencyOrder,
  type ListedPerson,
  type MadeList,
} from '../emergency.ts'

/** More are not shown on a screen, which nobody reads to its end. */
const SHOWN = 200
/** More are not printed from a browser: about a hundred sheets. */
const PRINTED = 3_000

const Order = selectOf(emergencyOrders)
const birthOf = ({ birthText, birthOn }: ListedPerson): string =>
  birthText ?? (birthOn === null ? '' : dateText(birthOn as PlainDate))

const column = columnsOf<ListedPerson>()
const columns = column.columns([
  column.accessor('name', { header: '氏名', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor('kana', { header: 'フリガナ', cell: (cell) => <NameText name={cell.getValue()} /> }),
  column.accessor(birthOf, { id: 'birth', header: '生年月日', meta: { nowrap: true } }),
  column.accessor('sexText', { header: '性別', meta: { nowrap: true } }),
  column.accessor('relation', { header: '続柄', meta: { nowrap: true } }),
  column.accessor('address', {
    header: '住所',
    meta: { wide: true },
    cell: (cell) => cell.getValue() ?? <Badge tone="error">{concealedAddress}</Badge>,
  }),
  column.accessor((row) => row.districts.join(' '), {
    id: 'districts',
    header: '地区',
    meta: { nowrap: true },
  }),
  column.accessor((row) => row.householdNo ?? '', {
    id: 'household',
    header: '世帯番号',
    meta: { nowrap: true },
  }),
  column.accessor('residentNo', { header: '宛名番号', meta: { nowrap: true } }),
])

/** A list that was made: on the screen its first lines, on paper and as a file all of it. */
export function EmergencyResult(props: { list: MadeList }): ReactNode {
  const { list } = props
  const [order, setOrder] = useState<EmergencyOrder>('household')
  const people = useMemo(() => inOrder(list.people, order), [list, order])
  const households = new Set(people.map(({ householdNo, residentNo }) => householdNo ?? `-${residentNo}`))
    .size
  const counted = `${grouped(people.length)}人・${grouped(households)}世帯`
  return (
    <>
      <div className="screen-only">
        <Section title={`${list.title}の名簿`}>
          <p role="status">{counted}を載せました。</p>
          {list.withheld > 0 && (
            <Banner
              tone="warning"
              title={`支援措置の対象の方が、全住民のうち${grouped(list.withheld)}人います`}
            >
              {list.title === '全住民'
                ? '住所を伏せて載せています。居場所を、口頭でも伝えないでください。'
                : 'この名簿には載せていません。全住民の名簿に、住所を伏せて載っています。'}
            </Banner>
          )}
          <LooseField
            name="order"
            label="並び順"
            kind={Order}
            value={order}
            onChange={(chosen) => setOrder(chosen ?? 'household')}
          />
          <div className="button-row">
            <Button
              look="solid"
              onClick={() => window.print()}
              unavailable={
                people.length > PRINTED
                  ? `${grouped(PRINTED)}人を超える名簿は印刷できません。町字ごとに作るか、CSVで保存してください。`
                  : null
              }
            >
              印刷する
            </Button>
            <Button onClick={() => saveCsv(csvOfList(people), `緊急名簿-${list.title}.csv`)}>
              CSVで保存
            </Button>
          </div>
          <p>保存したファイルと紙は、用が済んだら必ず消去・廃棄してください。</p>
        </Section>
        <DataTable
          caption={
            people.length > SHOWN
              ? `先頭の${grouped(SHOWN)}人（${counted}のうち）`
              : `${list.title}（${counted}）`
          }
          columns={columns}
          rows={people.slice(0, SHOWN)}
          rowKey={(row) => row.residentNo}
          empty={<p>この範囲に、載せる方はいません。</p>}
        />
      </div>
      {people.length <= PRINTED && <Paper list={list} people={people} counted={counted} />}
    </>
  )
}

function Paper(props: { list: MadeList; people: readonly ListedPerson[]; counted: string }): ReactNode {
  const { list } = props
  const { municipality } = useSession()
  const purpose = emergencyPurposes.find(({ value }) => value === list.purpose)?.label
  return (
    <div className="print-only">
      <h2>{`${municipality.name} 緊急名簿　${list.title}　【取扱注意】`}</h2>
      <p>
        {`${instantText(list.begunAt)} 作成　目的：${purpose}　${props.counted}`}
        {list.withheld > 0 &&
          `　支援措置の対象の方（全住民のうち${list.withheld}人）は、${list.title === '全住民' ? '住所を伏せています' : '載せていません'}`}
      </p>
      <table className="paper-list">
        <thead>
          <tr>
            <th className="check">確認</th>
            <th>世帯番号</th>
            <th>氏名・フリガナ</th>
            <th>生年月日・性別</th>
            <th>続柄</th>
            <th>住所</th>
          </tr>
        </thead>
        <tbody>
          {props.people.map((one) => (
            <tr key={one.residentNo}>
              <td>□</td>
              <td>{one.householdNo}</td>
              <td>
                {one.name}
                <br />
                {one.kana}
              </td>
              <td>
                {birthOf(one)}
                <br />
                {one.sexText}
              </td>
              <td>{one.relation}</td>
              <td>{one.address ?? concealedAddress}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
