import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listKiosks, saveKiosk } from '../../registry.contract.ts'
import { LIVE_MS, shortInstant } from './console-text.ts'
import { usages } from './registry-kinds.tsx'
import { SearchPlaces, usePlaceSearch, type PlaceSearch } from './StoresPage.tsx'

type Kiosk = OutputOf<typeof listKiosks>['kiosks'][number]

export const steps = {
  enrolment: '利用開始コードの入力',
  'connection-test': '接続試験',
  'security-check': 'セキュリティ確認',
} as const
/** A machine whose session was touched so lately is in use, ms. */
const IN_USE_MS = 120_000

/** @param now when the list was read */
export function KioskBadge({ kiosk, now }: { kiosk: Kiosk; now: number }): ReactNode {
  if (kiosk.revokedAt !== null) return <Badge>利用停止</Badge>
  const [missing] = kiosk.admission.missing
  if (!kiosk.admission.admitted && missing !== undefined)
    return <Badge tone="warning">{`${steps[missing]}待ち`}</Badge>
  const inUse = kiosk.lastSeenAt !== null && now - Date.parse(kiosk.lastSeenAt) < IN_USE_MS
  return inUse ? <Badge tone="information">利用中</Badge> : <Badge tone="success">待機中</Badge>
}

const column = columnsOf<Kiosk>()
const columnsAt = (now: number) =>
  column.columns([
    column.accessor('name', { header: '端末' }),
    column.display({
      id: 'state',
      header: '状態',
      meta: { nowrap: true },
      cell: ({ row: { original } }) => <KioskBadge kiosk={original} now={now} />,
    }),
    column.accessor('usage', {
      header: '用途',
      meta: { nowrap: true },
      cell: (cell) => usages[cell.getValue()],
    }),
    column.accessor('operator', { header: '事業者' }),
    column.accessor('place', { header: '場所' }),
    column.accessor('lastSeenAt', {
      header: '最後の利用',
      meta: { nowrap: true },
      cell: (cell) => {
        const at = cell.getValue()
        return at === null ? noValue : shortInstant(at)
      },
    }),
    column.display({
      id: 'transactions',
      header: '取引',
      meta: { nowrap: true },
      cell: ({ row: { original } }) => (
        <Link
          to={'/transactions' as string}
          search={{ kioskId: original.kioskId } as never}
          aria-label={`${original.name}の取引`}
        >
          取引
        </Link>
      ),
    }),
  ])

/** 端末, 500 a page. */
export function KiosksPage(): ReactNode {
  const can = useCan()
  const search = usePlaceSearch()
  const navigate = useNavigate()
  const { after, ...asked } = search
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    ...q(listKiosks, search),
    refetchInterval: LIVE_MS,
  })
  const go = (next: PlaceSearch): void => void navigate({ to: '/kiosks' as string, search: next as never })
  const last = data?.kiosks.at(-1)
  return (
    <Page
      title="端末"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '端末' }]}
      lead="キオスクとらくらく窓口の端末です。接続試験とセキュリティ確認が済んだものだけが使えます。"
      actions={
        can(saveKiosk).allowed && (
          <Link to={'/kiosks/new' as string} className="button">
            端末を登録する
          </Link>
        )
      }
    >
      <SearchPlaces search={search} hint="端末の名称・場所・IDの一部" onSearch={go} />
      {search.storeId !== undefined && (
        <p>
          {`設置場所 ${search.storeId} の端末だけを表示しています。`}
          <Link to={'/kiosks' as string}>すべての端末を見る</Link>
        </p>
      )}
      <DataTable
        caption="端末"
        columns={columnsAt(dataUpdatedAt)}
        rows={data?.kiosks}
        rowKey={(row) => row.kioskId}
        rowLink={(row) => ({ to: '/kiosks/$kioskId', params: { kioskId: row.kioskId } })}
        empty="あてはまる端末がありません。"
        error={error}
        onRetry={() => void refetch()}
        paging={{
          onFirst: after === undefined ? undefined : () => go(asked),
          onNext: data?.more && last ? () => go({ ...asked, after: last.kioskId }) : undefined,
        }}
      />
    </Page>
  )
}
