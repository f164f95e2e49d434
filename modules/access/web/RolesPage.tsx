import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listRoles } from '../town-roles.contract.ts'

type Role = OutputOf<typeof listRoles>['roles'][number]

const column = columnsOf<Role>()
const columns = column.columns([
  column.accessor('name', { header: '役割' }),
  column.accessor('own', {
    header: '種類',
    meta: { nowrap: true },
    cell: (cell) => (cell.getValue() ? '団体の役割' : '標準の役割'),
  }),
  column.display({
    id: 'rights',
    header: '権限',
    meta: { align: 'end', nowrap: true },
    cell: ({ row: { original } }) => `${original.permissions.length}件`,
  }),
  column.accessor('holders', {
    header: '割り当てた職員',
    meta: { align: 'end', nowrap: true },
    cell: (cell) => `${cell.getValue()}人`,
  }),
])

/** 役割: what people may do, screen by screen; the built-in ones are templates. */
export function RolesPage(): ReactNode {
  const { data, error, refetch } = useQuery(q(listRoles, {}))
  return (
    <Page
      title="役割"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: 'ユーザ管理', to: '/users' },
        { label: '役割' },
      ]}
      lead="画面ごとの権限をまとめたものが役割です。標準の役割は変えられません。写しから団体の役割を作れます。"
    >
      <Allowed to={listRoles}>
        <p className="button-row">
          <Link to="/roles/new" className="button" data-look="solid">
            団体の役割を作る
          </Link>
        </p>
        <DataTable
          caption="役割（団体の役割、標準の役割の順）"
          columns={columns}
          rows={data?.roles}
          rowKey={({ role }) => role}
          rowLink={({ role }) => ({ to: '/roles/$role', params: { role } })}
          error={error ?? undefined}
          onRetry={() => void refetch()}
          empty={<p>役割がありません。</p>}
        />
      </Allowed>
    </Page>
  )
}
