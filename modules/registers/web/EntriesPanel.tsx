import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import type { ViewPurpose } from '../../residents/versions.ts'
import { fileInterfaces, type Business } from '../../interfaces/interfaces.columns.ts'
import { fieldText } from '../../interfaces/interfaces.text.ts'
import { revealEntries } from '../person-entries.contract.ts'

type Entry = OutputOf<typeof revealEntries>['entries'][number]
type Row = Entry['items'][number] & { readonly business: Business; readonly entry: Entry }

const column = columnsOf<Row>()
const columns = column.columns([
  column.accessor('name', { header: '項目名' }),
  column.accessor('value', { header: '内容', cell: (cell) => <ItemValue row={cell.row.original} /> }),
])

/** What the other businesses hold of a person as of the number at hand. */
export function EntriesPanel(props: { residentNo: string; seq: string; purpose: string }): ReactNode {
  const { data, error } = useQuery({
    // The page only hands on what somebody chose from the list of purposes; the server checks it all the same.
    ...q(revealEntries, { ...props, purpose: props.purpose as ViewPurpose }),
    // Every reading is recorded, and nothing stays in memory once the page is left.
    staleTime: Infinity,
    gcTime: 0,
  })
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="ほかの業務の記録を読み込んでいます" />
  if (data.entries.length === 0) return <p>ほかの業務の記録は、この時点ではありません。</p>
  return (
    <>
      <h3>ほかの業務の記録</h3>
      {data.concealed && <p>支援措置の対象のため、所在に関わる項目は除いています。</p>}
      {data.entries.map((entry, i) => (
        <div key={`${entry.business} ${i}`}>
          {entry.origin === 'hand' && <Badge>手作業で取込み</Badge>}
          <DataTable
            caption={`${entry.title}（${captionOf(data.entries, i)}）`}
            columns={columns}
            rows={entry.items
              .filter(({ name, value }) => !(value === '0' && kindOf(entry.business, name) === 'flag'))
              .map((item) => ({ ...item, business: entry.business, entry }))}
            rowKey={(row) => row.name}
            empty=""
          />
        </div>
      ))}
    </>
  )
}

/** 「2件のうち1件め」: a person may have several seals or years. */
function captionOf(entries: readonly Entry[], at: number): string {
  const { business } = entries[at]!
  const alike = entries.filter((one) => one.business === business).length
  const before = entries.slice(0, at).filter((one) => one.business === business).length
  return alike === 1 ? '1件' : `${alike}件のうち${before + 1}件め`
}

function columnOf(business: Business, name: string) {
  return fileInterfaces[business].columns.find((one) => one.name === name)
}
function kindOf(business: Business, name: string): string | undefined {
  return columnOf(business, name)?.kind
}

function ItemValue({ row: { business, name, value, entry } }: { row: Row }): ReactNode {
  const found = columnOf(business, name)
  if (found === undefined) return value
  return found.kind === 'image' ? <SealPicture value={value} entry={entry} /> : fieldText(found, value)
}

/** 印影 in the size in which it is printed. */
function SealPicture(props: { value: string; entry: Entry }): ReactNode {
  const size = (name: string) => props.entry.items.find((item) => item.name === name)?.value
  const [width, height] = [size('印影_幅mm'), size('印影_高さmm')]
  if (!props.value.startsWith('iVBOR')) return 'TIFF形式の画像のため、画面では表示できません。'
  return (
    <figure>
      <img
        src={`data:image/png;base64,${props.value}`}
        alt="登録された印影"
        style={width && height ? { width: `${width}mm`, height: `${height}mm` } : undefined}
      />
      {width && height && (
        <figcaption className="small quiet">{`印刷したときの大きさ：幅${width}mm、高さ${height}mm`}</figcaption>
      )}
    </figure>
  )
}
