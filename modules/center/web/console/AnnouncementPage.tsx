import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { q } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { usePathParam } from '@open-bcl/ui/path-param.ts'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { columnsOf, DataTable } from '@open-bcl/ui/table/DataTable.tsx'
import { getAnnouncement, listAnnouncements, recordHeard } from '../../announcements.contract.ts'
import { LIVE_MS, shortInstant } from './console-text.ts'

type Delivery = OutputOf<typeof getAnnouncement>['deliveries'][number]
const column = columnsOf<Delivery>()

/** One announcement: its words, and of each contact whether it got it and said so. */
export function AnnouncementPage(): ReactNode {
  const announcementId = usePathParam('announcementId')
  const { data, error } = useQuery({ ...q(getAnnouncement, { announcementId }), refetchInterval: LIVE_MS })
  const columns = column.columns([
    column.accessor('ja', {
      header: '連絡先',
      cell: ({ row: { original } }) => `${original.name} ${original.ja}`.trim(),
    }),
    column.accessor('partyJa', { header: '区分', meta: { nowrap: true } }),
    column.accessor('phone', { header: '電話', meta: { nowrap: true } }),
    column.display({
      id: 'mail',
      header: 'メール',
      meta: { nowrap: true },
      cell: ({ row: { original } }) =>
        original.sentAt !== null ? (
          `送信 ${shortInstant(original.sentAt)}`
        ) : original.refused !== null ? (
          <Badge tone="error">{`届かない宛先（${original.refused}）`}</Badge>
        ) : (
          <Badge tone="warning">
            {original.tries === 0 ? '送信待ち' : `再送待ち（${original.tries}回）`}
          </Badge>
        ),
    }),
    column.display({
      id: 'answer',
      header: '確認',
      cell: ({ row: { original } }) =>
        original.acknowledged ? (
          `${original.acknowledged.by}　${shortInstant(original.acknowledged.at)}`
        ) : (
          <Heard announcementId={announcementId} delivery={original} />
        ),
    }),
  ])
  return (
    <Page
      title={data?.title ?? '周知'}
      crumbs={[
        { label: '全国の状況', to: '/' },
        { label: '周知と確認', to: '/announcements' },
        { label: data?.title ?? '周知' },
      ]}
      lead={data && `${instantText(data.madeAt)} に周知しました。`}
    >
      {error && <ErrorSummary error={error} />}
      {!data && !error && <Progress label="読み込んでいます" />}
      {data && (
        <>
          <Section title="知らせた内容">
            <p className="announced-words">{data.body}</p>
          </Section>
          <DataTable
            caption={`連絡先（確認 ${data.acknowledged}／${data.contacts}）`}
            columns={columns}
            rows={data.deliveries}
            rowKey={(row) => row.contactId}
            empty="知らせる連絡先が登録されていません。"
          />
        </>
      )}
    </Page>
  )
}

function Heard(props: { announcementId: string; delivery: Delivery }): ReactNode {
  const { announcementId, delivery } = props
  const [by, setBy] = useState('')
  return (
    <AskButton
      endpoint={recordHeard}
      input={{ announcementId, contactId: delivery.contactId, by: by.trim() }}
      invalidates={[getAnnouncement, listAnnouncements]}
      label="電話で伝えた"
      of={`${delivery.name}${delivery.ja}`}
      question={`${delivery.name} ${delivery.ja}に電話で伝えましたか`}
      confirm="記録する"
    >
      <LooseField name="by" label="聞いた方（課名・役職）" kind={Text} value={by} onChange={setBy} required />
    </AskButton>
  )
}
