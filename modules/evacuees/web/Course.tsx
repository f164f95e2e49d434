import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { SaveButton } from '@open-bcl/ui/layout/SaveButton.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { getTransferFile, type getTransfer } from '../evacuees.contract.ts'
import { eventKinds } from '../evacuees.ts'

type Loaded = OutputOf<typeof getTransfer>

/** 引継ぎの経過, the same on both sides. */
export function Course({ events }: { events: Loaded['events'] }): ReactNode {
  return (
    <Section title="引継ぎの経過（新しい順）">
      <ol reversed style={{ paddingInlineStart: '1.5em' }}>
        {events.map((event) => (
          <li key={event.eventId} style={{ marginBlockEnd: '0.75em' }}>
            <strong>{labelOf(eventKinds, event.kind)}</strong>
            {event.words !== null && <div>{event.words}</div>}
            <div className="small quiet">
              {`${instantText(event.at)}　${event.fromOther ? '相手の市町村：' : ''}${event.by}`}
            </div>
          </li>
        ))}
      </ol>
    </Section>
  )
}

const kinds = [
  { value: 'offer', label: '引継ぎ' },
  { value: 'withdrawn', label: '同意の取消し' },
  { value: 'taken', label: '引き継いだことの知らせ' },
  { value: 'returned', label: '返す知らせ' },
  { value: 'report', label: '報告' },
] as const

/** What has to be carried to a town elsewhere. */
export function Files({ files, to }: { files: Loaded['files']; to: string }): ReactNode {
  if (files.length === 0) return null
  return (
    <Section title={`${to}へ渡すファイル`}>
      <p>{`${to}だけが開けるファイルです。取り出して、相手の担当者へ送ってください。同じファイルを2度渡しても、1度だけ読み込まれます。`}</p>
      <ul style={{ paddingInlineStart: '1.25em' }}>
        {files.map((one) => (
          <li key={one.messageId} style={{ marginBlockEnd: '0.5em' }}>
            {`${kinds.find(({ value }) => value === one.kind)?.label ?? one.kind}　${instantText(one.madeAt)}　`}
            {one.open ? (
              <SaveButton
                endpoint={getTransferFile}
                input={{ messageId: one.messageId }}
                label="ファイルを取り出す"
              />
            ) : (
              '同意が取り消されたため、もう渡せません'
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}
