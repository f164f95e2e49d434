import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { call, q, send } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { EditForm } from '@open-bcl/ui/form/EditForm.tsx'
import { Allowed } from '@open-bcl/ui/layout/Allowed.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { FieldGroup } from '@open-bcl/ui/layout/Section.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { getLedgerPlace, setLedgerPlace } from '../../disasters/ledger-place.contract.ts'
import { getExternalLink } from '../external-link.contract.ts'
import { crumbs } from './external-link-text.ts'

type Places = OutputOf<typeof getLedgerPlace>
const Where = radioOf<'here' | 'elsewhere'>(
  [
    { value: 'here', label: 'このシステム' },
    {
      value: 'elsewhere',
      label: '外部システム（他社の被災者支援システム）',
      hint: 'このシステムの調査・認定・決定の画面を閉じます。申請の受付と証明書の交付は続けます',
    },
  ],
  'column',
)
const column = columnsOf<Places['settings'][number]>()
const columns = column.columns([
  column.accessor('fromOn', {
    header: '適用する日',
    cell: (cell) => <WarekiDate.Output value={cell.getValue() as PlainDate} />,
  }),
  column.accessor('elsewhere', {
    header: '台帳を置くシステム',
    cell: (cell) => (cell.getValue() ? `外部：${cell.row.original.systemName}` : 'このシステム'),
  }),
  column.accessor('note', { header: '根拠・連絡先', cell: (cell) => cell.getValue() || noValue }),
  column.accessor('setAt', { header: '設定', cell: (cell) => instantText(cell.getValue()) }),
  column.accessor('setBy', { header: '設定者' }),
])

const valuesOf = ({ settingNo, elsewhere, systemName }: Places) => ({
  ...{ settingNo, systemName, note: '' },
  where: (elsewhere ? 'elsewhere' : 'here') as 'here' | 'elsewhere' | null,
  fromOn: todayInJapan(new Date()) as PlainDate | null,
})

/** Where the ledger of a disaster is kept: appended, from a day on. */
export function LedgerPlacePage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="台帳を置くシステム"
      crumbs={crumbs({ label: '台帳を置くシステム' })}
      lead="災害ごとに、調査と決定をどのシステムで行うかを決めます。両方で決定して二通りの証明書が出ることを防ぎます。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Loaded disasterId={disasterId} />}
    </Page>
  )
}

function Loaded(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const queries = useQueryClient()
  const toast = useToast()
  const { data, error } = useQuery(q(getLedgerPlace, { disasterId }))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  return (
    <>
      <Allowed to={setLedgerPlace}>
        <EditForm
          mode="edit"
          initial={valuesOf(data)}
          submitLabel="設定する"
          onSubmit={({ where, fromOn, ...values }, { requestId }) =>
            send(
              setLedgerPlace,
              { disasterId, ...values, elsewhere: where === 'elsewhere', fromOn: fromOn ?? '' },
              requestId,
            )
          }
          reload={async () => valuesOf(await call(getLedgerPlace, { disasterId }))}
          onSaved={() => {
            toast('台帳を置くシステムを設定しました')
            for (const { name } of [getLedgerPlace, getExternalLink])
              void queries.invalidateQueries({ queryKey: [name] })
          }}
        >
          {({ Field }) => (
            <FieldGroup legend="設定">
              <Field name="where" kind={Where} label="台帳を置くシステム" required />
              <Field name="fromOn" kind={WarekiDate} label="適用する日" required />
              <Field
                name="systemName"
                kind={Text}
                label="外部システムの名前"
                hint="職員の画面に表示します。例：○○社 被災者支援システム"
              />
              <Field name="note" kind={Text} label="根拠・連絡先（個人情報は書かない）" />
            </FieldGroup>
          )}
        </EditForm>
      </Allowed>
      <DataTable
        caption="設定の履歴（新しい順）"
        columns={columns}
        rows={data.settings}
        rowKey={(row) => String(row.settingNo)}
        empty={<p>設定はありません。台帳はこのシステムにあります。</p>}
      />
    </>
  )
}
