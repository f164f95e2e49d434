import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { file, q, send } from '@open-bcl/ui/api.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { saveFile } from '@open-bcl/ui/save-file.ts'
import { useCan } from '@open-bcl/ui/session.tsx'
import { putFilePiece } from '../../files/files.contract.ts'
import { MOST_FILE_BYTES, PIECE_BYTES } from '../../files/files.ts'
import { addAttachment, getAttachment, listAttachments } from '../attachments.contract.ts'
import { attachmentKinds, type AttachmentKind } from '../risai.ts'

const Kind = selectOf(attachmentKinds)

/** 添付書類: what came with the application, and the way to add to it. */
export function AttachmentsSection(props: { applicationId: string; suppressed: boolean }): ReactNode {
  const { applicationId, suppressed } = props
  const can = useCan()
  const { data, error } = useQuery(q(listAttachments, { applicationId }))
  const [failure, setFailure] = useState<unknown>(null)
  if (error) return <ErrorSummary error={error} />
  async function open(attachmentId: string): Promise<void> {
    setFailure(null)
    try {
      saveFile(await file(getAttachment, { attachmentId }))
    } catch (thrown) {
      setFailure(thrown)
    }
  }
  return (
    <Section title="添付書類・写真">
      {failure !== null && <ErrorSummary error={failure} />}
      {suppressed && <p className="quiet">支援措置のため、添付書類は表示されません。追加はできます。</p>}
      {!suppressed && data?.attachments.length === 0 && <p className="quiet">添付書類はありません。</p>}
      <ul style={{ listStyle: 'none', padding: 0 }}>
        {data?.attachments.map((one) => (
          <li key={one.attachmentId}>
            {one.small !== '' && (
              <img src={`data:image/jpeg;base64,${one.small}`} alt="" style={{ maxHeight: '6rem' }} />
            )}{' '}
            {labelOf(attachmentKinds, one.kind)}　{one.fileName}　{instantText(one.addedAt)} {one.addedBy}{' '}
            <Button
              size="small"
              label={`${one.fileName || labelOf(attachmentKinds, one.kind)}を保存して見る`}
              onClick={() => void open(one.attachmentId)}
            >
              保存して見る
            </Button>
          </li>
        ))}
      </ul>
      {can(addAttachment).allowed && <Add applicationId={applicationId} />}
    </Section>
  )
}

function Add(props: { applicationId: string }): ReactNode {
  const { applicationId } = props
  const queries = useQueryClient()
  const [kind, setKind] = useState<AttachmentKind | null>('photo')
  const [sending, setSending] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [tooLarge, setTooLarge] = useState<readonly string[]>([])
  async function add(chosen: readonly File[]): Promise<void> {
    setError(null)
    setTooLarge(chosen.filter(({ size }) => size > MOST_FILE_BYTES).map(({ name }) => name))
    const good = chosen.filter(({ size }) => size <= MOST_FILE_BYTES)
    try {
      for (const [i, one] of good.entries()) {
        setSending(`${good.length}件のうち${i + 1}件目を送っています…`)
        await sendOne(applicationId, kind ?? 'other', one)
      }
    } catch (thrown) {
      setError(thrown)
    } finally {
      setSending('')
      await queries.invalidateQueries({ queryKey: [listAttachments.name] })
    }
  }
  return (
    <>
      <div className="button-row" style={{ alignItems: 'end' }}>
        <LooseField name="kind" label="書類の種類" kind={Kind} value={kind} onChange={setKind} />
        <label className="field">
          <span className="field-label">ファイルを選ぶ（写真またはPDF、15MBまで）</span>
          <input
            type="file"
            accept="image/jpeg,image/png,image/webp,application/pdf"
            multiple
            disabled={sending !== ''}
            onChange={(event) => {
              const chosen = [...(event.target.files ?? [])]
              event.target.value = ''
              void add(chosen)
            }}
          />
        </label>
      </div>
      <p role="status">{sending}</p>
      {tooLarge.length > 0 && (
        <ErrorSummary
          title="15MBを超えるファイルは送れません"
          lines={tooLarge.map((message) => ({ message, fieldId: null }))}
        />
      )}
      {error !== null && <ErrorSummary error={error} />}
    </>
  )
}

/** Small files go with the request, larger ones in pieces before it. */
async function sendOne(applicationId: string, kind: AttachmentKind, one: File): Promise<void> {
  const bytes = new Uint8Array(await one.arrayBuffer())
  const attachmentId = uuidv7()
  let content: { base64: string } | { uploadId: string }
  if (bytes.length <= PIECE_BYTES) content = { base64: base64Of(bytes) }
  else {
    const uploadId = uuidv7()
    for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
      const base64 = base64Of(bytes.subarray(offset, offset + PIECE_BYTES))
      await send(putFilePiece, { uploadId, bytes: bytes.length, offset, base64 })
    }
    content = { uploadId }
  }
  await send(addAttachment, { applicationId, attachmentId, kind, fileName: one.name, file: content })
}

function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}
