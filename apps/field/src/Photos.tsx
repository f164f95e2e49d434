import { useId, useState, type ReactNode } from 'react'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { degreeLabels, degrees } from '@open-bcl/modules/surveys/rules/rules.ts'
import { dwellingViews, type PhotoId, type TaskId } from '@open-bcl/modules/surveys/surveys.ts'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { shrink } from './picture.ts'
import type { CarriedTask, Sync } from './sync.ts'
import type { Vault } from './vault.ts'

/** 写真: of which part, and what was found there; small on the phone already. */
export function Photos(props: {
  task: CarriedTask
  vault: Vault
  sync: Sync
  sheetId: string | null
  /** Of this house, waiting on the phone. */
  count: number
}): ReactNode {
  const { task, vault, sync } = props
  const id = useId()
  const [part, setPart] = useState('whole')
  const [finding, setFinding] = useState('')
  const [note, setNote] = useState('')
  const [said, setSaid] = useState('')
  const take = async (files: readonly File[]): Promise<void> => {
    let kept = 0
    for (const file of files) {
      setSaid('写真を縮めて保存しています…')
      const picture = await shrink(file)
      if (picture === null) {
        setSaid(`${kept > 0 ? `${kept}枚を保存しました。` : ''}写真として読めないファイルがあります`)
        return
      }
      await vault.put(
        {
          kind: 'photo',
          taskId: task.taskId as TaskId,
          photoId: uuidv7() as PhotoId,
          sheetId: props.sheetId,
          recordedAt: new Date().toISOString(),
          ...{ part, finding, note },
        },
        { picture },
      )
      kept += 1
    }
    setNote('')
    setSaid(`${kept}枚をこの端末に保存しました`)
    sync.soon()
  }
  return (
    <Section title={props.count > 0 ? `写真（この端末に未送信 ${props.count}枚）` : '写真'}>
      <label className="field-label" htmlFor={`${id}-part`}>
        写す所
      </label>
      <select
        id={`${id}-part`}
        className="input"
        value={part}
        onChange={(event) => setPart(event.target.value)}
      >
        {dwellingViews.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <label className="field-label" htmlFor={`${id}-finding`}>
        損傷程度
      </label>
      <select
        id={`${id}-finding`}
        className="input"
        value={finding}
        onChange={(event) => setFinding(event.target.value)}
      >
        <option value="">決めない</option>
        {degrees.map((degree) => (
          <option key={degree} value={degree}>
            {degreeLabels[degree]}
          </option>
        ))}
      </select>
      <label className="field-label" htmlFor={`${id}-note`}>
        写真の備考
      </label>
      <input
        id={`${id}-note`}
        className="input"
        value={note}
        maxLength={500}
        onChange={(event) => setNote(event.target.value)}
      />
      <label className="button field-camera" data-look="solid">
        写真を撮る
        <input
          type="file"
          accept="image/*"
          capture="environment"
          multiple
          className="visually-hidden"
          onChange={(event) => {
            const files = [...(event.target.files ?? [])]
            event.target.value = ''
            if (files.length > 0)
              void take(files).catch(() =>
                setSaid('端末に保存できませんでした。空き容量を確かめてください。'),
              )
          }}
        />
      </label>
      <p role="status">{said}</p>
    </Section>
  )
}
