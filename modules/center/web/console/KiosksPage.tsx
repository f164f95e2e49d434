import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listKiosks } from '../../registry.contract.ts'
import { LIVE_MS, shortInstant } from './console-text.ts'

type Kiosk = OutputOf<typeof listKiosks>['kiosks'][number]

const steps = {
  enrolment: '利用開始コードの入力',
  'connection-test': '接続試験',
  'security-check': 'セキュリティ確認',
} as const
/** A machine whose session was touched so lately is in use, ms. */
const IN_USE_MS = 120_000

/** @param now when the list was read */
function KioskBadge({ kiosk, now }: { kiosk: Kiosk; now: number }): ReactNode {
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
      cell: (cell) => (cell.getValue() === 'kiosk' ? 'キオスク' : 'らくらく窓口'),
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
  const search = useSearch({ strict: false }) as { after?: string | number }
  const navigate = useNavigate()
  const after = search.after === undefined ? undefined : String(search.after)
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    ...q(listKiosks, after === undefined ? {} : { after }),
    refetchInterval: LIVE_MS,
  })
  const go = (next: { after?: string }): void =>
    void navigate({ to: '/kiosks' as string, search: next as never })
  const last = data?.kiosks.at(-1)
  return (
    <Page
      title="端末"
      crumbs={[{ label: '全国の状況', to: '/' }, { label: '端末' }]}
      lead="キオスクとらくらく窓口の端末です。接続試験とセキュリティ確認が済んだものだけが使えます。"
    >
      <DataTable
        caption="端末"
        columns={columnsAt(dataUpdatedAt)}
        rows={data?.kiosks}
        rowKey={(row) => row.kioskId}
        empty="端末がまだ登録されていません。"
        error={error}
        onRetry={() => void refetch()}
        paging={{
          onFirst: after === undefined ? undefined : () => go({}),
          onNext: data?.more && last ? () => go({ after: last.kioskId }) : undefined,
        }}
      />
    </Page>
  )
}
