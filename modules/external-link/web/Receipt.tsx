import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { DescriptionList } from '@open-bcl/ui/layout/DescriptionList.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import type { getUpload } from '../external-link.contract.ts'

type Upload = OutputOf<typeof getUpload>
const column = columnsOf<Upload['errors'][number]>()
const columns = column.columns([
  column.accessor('line', { header: '行', meta: { nowrap: true } }),
  column.accessor('item', { header: '項目', meta: { nowrap: true } }),
  column.accessor('message', { header: '誤り' }),
])
const countWords: readonly (readonly [keyof Upload['counts'], string])[] = [
  ['rows', '行'],
  ['added', '新しい結果'],
  ['changed', '訂正（前の証明書は失効）'],
  ['ended', '取消（証明書は失効）'],
  ['unchanged', '変更なし'],
  ['refused', '誤りのため登録しない'],
]

/** What became of a file: counts, and what is wrong by line and item. */
export function Receipt(props: { receipt: Upload; announce?: boolean }): ReactNode {
  const { receipt, announce = false } = props
  const { state, errorCount, errors, counts } = receipt
  const [tone, title] =
    state === 'refused'
      ? (['error', 'ファイルを受け付けませんでした。何も登録していません'] as const)
      : errorCount > 0
        ? (['warning', `取り込みました。誤りが${errorCount}件あり、その行は登録していません`] as const)
        : (['success', '取り込みました'] as const)
  return (
    <>
      <Banner tone={tone} title={title} announce={announce}>
        {state === 'applied' && errorCount > 0
          ? '外部システムで直し、直した行をもう一度送ってください。'
          : null}
      </Banner>
      {state === 'applied' && (
        <DescriptionList items={countWords.map(([key, term]) => ({ term, value: `${counts[key]}件` }))} />
      )}
      {errorCount > 0 && (
        <DataTable
          caption={errors.length < errorCount ? `誤り（はじめの${errors.length}件）` : '誤り'}
          columns={columns}
          rows={errors}
          rowKey={(row) => `${row.line} ${row.item} ${row.message}`}
          empty={<p>誤りはありません。</p>}
        />
      )}
    </>
  )
}
