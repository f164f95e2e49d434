import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { listLinkContacts, removeLinkContact } from '../linkage.contract.ts'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'

type Contact = OutputOf<typeof listLinkContacts>['contacts'][number]

const column = columnsOf<Contact>()
const columns = column.columns([
  column.accessor('name', { header: '氏名・部署' }),
  column.accessor('mail', { header: 'メールアドレス' }),
  column.display({
    id: 'remove',
    header: '操作',
    cell: ({ row: { original } }) => (
      <AskButton
        endpoint={removeLinkContact}
        input={{ contactId: original.contactId }}
        invalidates={[listLinkContacts]}
        label="削除する"
        of={original.name}
        question={`${original.name}を連絡先から外しますか`}
        confirm="連絡先から外す"
        look="danger"
      >
        <p>以後、この連絡先へ警報のメールは届きません。</p>
      </AskButton>
    ),
  }),
])

/** Whom an alarm is mailed to. */
export function ContactsSection(): ReactNode {
  const { data, error, refetch } = useQuery(q(listLinkContacts, {}))
  return (
    <Section
      title="警報の連絡先"
      actions={
        <Link to="/linkage/contacts/new" className="button" data-size="small">
          連絡先を追加
        </Link>
      }
    >
      <DataTable
        caption="警報のメールが届く人"
        columns={columns}
        rows={data?.contacts}
        rowKey={(row) => row.contactId}
        error={error ?? undefined}
        onRetry={() => void refetch()}
        empty={<p>連絡先がありません。夜間や休日の停止にも気付けるよう、2人以上を登録してください。</p>}
      />
    </Section>
  )
}
