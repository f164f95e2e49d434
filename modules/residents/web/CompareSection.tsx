import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { revealVersions } from '../versions.contract.ts'
import type { ViewPurpose } from '../versions.ts'
import { RevealForm } from './RevealForm.tsx'
import type { Choice } from './VersionsTable.tsx'
import {
  changeOf,
  itemText,
  nameOf,
  shownPairs,
  type Pair,
  type Shown,
  type Version,
} from './version-text.ts'

const column = columnsOf<Pair>()
const name = column.accessor('name', { header: '項目名', cell: (cell) => cell.getValue() })
const value = (which: 'older' | 'newer', header: string) =>
  column.accessor(which, {
    header,
    cell: (cell) => itemText(cell.row.original.name, cell.getValue()),
  })
const singleColumns = column.columns([name, value('newer', '内容')])
const pairColumns = column.columns([
  name,
  value('older', '比べる元'),
  value('newer', '見る世代'),
  column.display({
    id: 'change',
    header: '変化',
    meta: { nowrap: true },
    cell: (cell) => {
      const change = changeOf(cell.row.original)
      return change === null ? '同じ' : <Badge tone="changed">{change}</Badge>
    },
  }),
])

const ShownOfPair = radioOf<Shown>([
  { value: 'changed', label: '変わった項目だけ' },
  { value: 'filled', label: '値のある項目' },
  { value: 'all', label: 'すべての項目' },
])
const ShownOfOne = radioOf<Shown>([
  { value: 'filled', label: '値のある項目' },
  { value: 'all', label: 'すべての項目' },
])

type Asked = Choice & { readonly purpose: ViewPurpose }

/** The items of the chosen version, beside those of the one it is compared with. */
export function CompareSection(props: {
  residentNo: string
  versions: readonly Version[]
  choice: Choice
  purpose: ViewPurpose | null
  onPurpose: (purpose: ViewPurpose | null) => void
}): ReactNode {
  const { choice } = props
  const [asked, setAsked] = useState<Asked | null>(null)
  const wordsOf = (id: string) => nameOf(props.versions.find(({ versionId }) => versionId === id)!)
  const moved = asked !== null && (asked.versionId !== choice.versionId || asked.olderId !== choice.olderId)
  return (
    <Section title="内容と違いを見る">
      <RevealForm
        purpose={props.purpose}
        onPurpose={props.onPurpose}
        onReveal={(purpose) => setAsked({ ...choice, purpose })}
      >
        <DescriptionList
          items={[
            ...(choice.olderId === null ? [] : [{ term: '比べる元', value: wordsOf(choice.olderId) }]),
            { term: '見る世代', value: wordsOf(choice.versionId) },
          ]}
        />
        {moved && (
          <Banner tone="information" title="選んだ世代が、下に表示している世代と違います">
            もう一度「表示する」を押すと、選んだ世代に変わります。
          </Banner>
        )}
      </RevealForm>
      {asked && (
        <Opened
          key={`${asked.versionId} ${asked.olderId}`}
          residentNo={props.residentNo}
          asked={asked}
          title={
            asked.olderId === null
              ? wordsOf(asked.versionId)
              : `${wordsOf(asked.olderId)} → ${wordsOf(asked.versionId)}`
          }
        />
      )}
    </Section>
  )
}

function Opened(props: { residentNo: string; asked: Asked; title: string }): ReactNode {
  const { versionId, olderId, purpose } = props.asked
  const single = olderId === null
  const [shown, setShown] = useState<Shown>(single ? 'filled' : 'changed')
  const { data, error } = useQuery({
    ...q(revealVersions, {
      residentNo: props.residentNo,
      versionId,
      purpose,
      ...(olderId === null ? {} : { olderId }),
    }),
    // Every reading is recorded, and nothing stays in memory once the page is left.
    staleTime: Infinity,
    gcTime: 0,
  })
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  const rows = shownPairs(data.items, shown)
  const changes = data.items.filter(({ changed }) => changed).length
  return (
    <>
      <p role="status">
        {single
          ? `${data.items.length}項目を表示できます。`
          : changes === 0
            ? '2つの世代の内容は同じです。'
            : `${changes}項目が変わっています。`}
        {data.concealed && '所在に関わる項目は除いています。'}
      </p>
      <DescriptionList
        items={['氏名', '生年月日'].map((name) => ({
          term: name,
          value: itemText(name, data.items.find((item) => item.name === name)?.newer ?? null),
        }))}
      />
      <LooseField
        name="shown"
        label="表示する項目"
        kind={single ? ShownOfOne : ShownOfPair}
        value={shown}
        onChange={(next) => setShown(next ?? shown)}
      />
      <DataTable
        caption={props.title}
        columns={single ? singleColumns : pairColumns}
        rows={rows}
        rowKey={(row) => row.name}
        empty={<p>変わった項目はありません。「値のある項目」を選ぶと、内容を確かめられます。</p>}
      />
    </>
  )
}
