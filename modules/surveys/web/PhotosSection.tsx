import { useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { addPhoto } from '../photos.contract.ts'
import { dwellingViews, type TaskId } from '../surveys.ts'
import { getTask } from '../tasks.contract.ts'
import { refusalOf, sendPhoto } from './send-photo.ts'
import { partText, photoNoteText, type PhotoView, type TaskView } from './survey-text.ts'

const Part = selectOf(dwellingViews)
const Finding = selectOf(
  ['I', 'II', 'III', 'IV', 'V'].map((value) => ({ value, label: `程度${value}` })),
  '（なし）',
)

/** Photos bound to a part and what was found there. */
export function PhotosSection(props: { task: TaskView }): ReactNode {
  const { photos, taskId } = props.task
  const can = useCan()
  return (
    <Section title={`写真（${photos.length}枚）`}>
      {photos.length === 0 ? <p>まだ写真はありません。</p> : <PhotoStrip photos={photos} />}
      {can(addPhoto).allowed && <AddPhotos taskId={taskId as TaskId} />}
    </Section>
  )
}

export function PhotoStrip(props: { photos: readonly PhotoView[] }): ReactNode {
  return (
    <ul
      style={{ display: 'flex', flexWrap: 'wrap', gap: '1rem', listStyle: 'none', padding: 0 }}
      aria-label="写真"
    >
      {props.photos.map((photo) => {
        const label = `${partText(photo.part)}${photo.finding === '' ? '' : `　程度${photo.finding}`}`
        return (
          <li key={photo.photoId} style={{ maxWidth: '15rem' }}>
            <a href={`/api/surveys/photos/${photo.photoId}/picture`} target="_blank" rel="noreferrer">
              <img
                src={`data:image/jpeg;base64,${photo.small}`}
                alt={`${label}の写真${photo.note === '' ? '' : `：${photo.note}`}`}
                style={{ width: '100%', height: 'auto' }}
              />
            </a>
            <p>
              {label}
              {photo.note !== '' && `：${photo.note}`}
            </p>
            <p className="quiet">
              {photo.takenAt === null ? '撮影日時の記録なし' : `撮影 ${instantText(photo.takenAt)}`}
              {photo.distanceM !== null && `　住家から約${photo.distanceM}m`}
            </p>
            {photo.notes.map((note) => (
              <Badge key={note} tone="warning">
                {photoNoteText[note]}
              </Badge>
            ))}
          </li>
        )
      })}
    </ul>
  )
}

function AddPhotos(props: { taskId: TaskId }): ReactNode {
  const queries = useQueryClient()
  const [part, setPart] = useState<(typeof dwellingViews)[number]['value'] | null>('whole')
  const [finding, setFinding] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const [sending, setSending] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [refused, setRefused] = useState<readonly string[]>([])
  const add = async (photos: readonly File[]): Promise<void> => {
    setError(null)
    const wrong = photos.flatMap((photo) => {
      const why = refusalOf(photo)
      return why === null ? [] : [`${photo.name}：${why}`]
    })
    setRefused(wrong)
    const good = photos.filter((photo) => refusalOf(photo) === null)
    try {
      for (const [i, photo] of good.entries()) {
        setSending(`${good.length}枚のうち${i + 1}枚目を送っています…`)
        await sendPhoto(props.taskId, photo, { part: part ?? '', finding: finding ?? '', note })
      }
      setNote('')
    } catch (thrown) {
      setError(thrown)
    } finally {
      setSending(null)
      await queries.invalidateQueries({ queryKey: [getTask.name] })
    }
  }
  return (
    <>
      <div className="button-row" style={{ alignItems: 'end' }}>
        <LooseField name="part" label="写っているもの" kind={Part} value={part} onChange={setPart} />
        <LooseField name="finding" label="損傷程度" kind={Finding} value={finding} onChange={setFinding} />
        <LooseField name="note" label="備考" kind={Text} value={note} onChange={setNote} />
        <label className="field">
          <span className="field-label">写真を選ぶ（JPEG・PNG・WebP、15MBまで）</span>
          <input
            type="file"
            accept="image/jpeg,image/png,image/webp"
            multiple
            disabled={sending !== null}
            onChange={(event) => {
              const photos = [...(event.target.files ?? [])]
              event.target.value = ''
              void add(photos)
            }}
          />
        </label>
      </div>
      <p role="status">{sending ?? ''}</p>
      {refused.length > 0 && (
        <ErrorSummary
          title="送れない写真があります"
          lines={refused.map((message) => ({ message, fieldId: null }))}
        />
      )}
      {error !== null && <ErrorSummary error={error} />}
    </>
  )
}
