import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { call, q, send } from '@open-bcl/ui/api.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { wholeNumberOf } from '@open-bcl/ui/fields/WholeNumber.tsx'
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
import { draftApplication } from '../risai.contract.ts'
import { getTerms, setTerms } from '../terms.contract.ts'

type Terms = OutputOf<typeof getTerms>
const Days = wholeNumberOf({ unit: '日以内', minimum: 1, maximum: 3650 })
const column = columnsOf<Terms['settings'][number]>()
const columns = column.columns([
  column.accessor('setAt', { header: '設定', cell: (cell) => instantText(cell.getValue()) }),
  column.accessor('applicationUntilOn', {
    header: '申請期限',
    cell: (cell) => (cell.getValue() ? <WarekiDate.Output value={cell.getValue() as PlainDate} /> : 'なし'),
  }),
  column.accessor('resurveyDays', {
    header: '再調査の申請',
    cell: (cell) => (cell.getValue() === null ? '期限なし' : Days.toText(cell.getValue())),
  }),
  column.accessor('note', { header: '根拠', cell: (cell) => cell.getValue() || noValue }),
  column.accessor('setBy', { header: '設定者' }),
])

const valuesOf = ({ termsNo, applicationUntilOn, resurveyDays }: Terms) => ({
  ...{ termsNo, resurveyDays, note: '' },
  applicationUntilOn: applicationUntilOn as PlainDate | null,
})

/** 申請期限: the town's own for each disaster, set and extended. */
export function TermsPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="申請期限"
      crumbs={[
        { label: 'メインメニュー', to: '/' },
        { label: '罹災証明書', to: '/risai' },
        { label: '申請期限' },
      ]}
      lead="罹災証明書の申請と再調査の申請の期限です。国の定めはなく、災害ごとに市町村が決めます。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Loaded disasterId={disasterId} />}
    </Page>
  )
}

function Loaded(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const queries = useQueryClient()
  const toast = useToast()
  const { data, error } = useQuery(q(getTerms, { disasterId }))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <Progress label="読み込んでいます" />
  return (
    <>
      <Allowed to={setTerms}>
        <EditForm
          mode="edit"
          initial={valuesOf(data)}
          schema={setTerms.input}
          submitLabel="期限を設定する"
          onSubmit={(values, { requestId }) => send(setTerms, { disasterId, ...values }, requestId)}
          reload={async () => valuesOf(await call(getTerms, { disasterId }))}
          onSaved={() => {
            toast('申請期限を設定しました')
            for (const { name } of [getTerms, draftApplication])
              void queries.invalidateQueries({ queryKey: [name] })
          }}
        >
          {({ Field }) => (
            <FieldGroup legend="期限">
              <Field name="applicationUntilOn" kind={WarekiDate} hint="空欄は期限なし" />
              <Field name="resurveyDays" kind={Days} hint="空欄は期限なし" />
              <Field
                name="note"
                kind={Text}
                hint="例：罹災証明書交付要綱 第5条、令和8年告示第12号"
                required
              />
            </FieldGroup>
          )}
        </EditForm>
      </Allowed>
      <DataTable
        caption="設定の履歴（新しい順）"
        columns={columns}
        rows={data.settings}
        rowKey={(row) => String(row.termsNo)}
        empty={<p>災害の登録のときの期限のままです。</p>}
      />
    </>
  )
}
