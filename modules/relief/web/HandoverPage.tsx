import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { q } from '@open-bcl/ui/api.ts'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { FieldFaults } from '@open-bcl/ui/fields/faults.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { TextArea } from '@open-bcl/ui/fields/TextArea.tsx'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { AskButton } from '@open-bcl/ui/layout/AskButton.tsx'
import { Badge } from '@open-bcl/ui/layout/Badge.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { ChooseDisaster } from '@open-bcl/ui/layout/ChooseDisaster.tsx'
import { Page } from '@open-bcl/ui/layout/Page.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import { useSelectedDisaster } from '@open-bcl/ui/staff-screens.tsx'
import { useSend } from '@open-bcl/ui/use-send.ts'
import { useToday } from '@open-bcl/ui/use-today.ts'
import { finishNote, listNotes, writeNote } from '../relief.contract.ts'
import { shifts, type NoteId, type Shift } from '../relief.ts'
import './relief.css'

const ShiftChoice = selectOf(shifts)
const Urgent = checkboxOf('次の勤務者の対応が必要')

/** 引継ぎ: what a shift leaves to the next, before the helpers who know it go home. */
export function HandoverPage(): ReactNode {
  const disasterId = useSelectedDisaster()
  return (
    <Page
      title="引継ぎ"
      crumbs={[{ label: 'メインメニュー', to: '/' }, { label: '引継ぎ' }]}
      lead="勤務の終わりに、次の人に伝えることを書きます。対応が必要なものは、対応済みになるまで上に残ります。"
    >
      {disasterId === null ? <ChooseDisaster /> : <Notes key={disasterId} disasterId={disasterId} />}
    </Page>
  )
}

function Notes(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const { data, error } = useQuery(q(listNotes, { disasterId }))
  if (error) return <ErrorSummary error={error} />
  if (!data) return <p>読み込んでいます…</p>
  return (
    <>
      <NewNote disasterId={disasterId} />
      <Section title="引継ぎの一覧">
        {data.notes.length === 0 && <p>引継ぎはまだありません。</p>}
        <ul className="notice-list">
          {data.notes.map((note) => (
            <li key={note.noteId}>
              <p className="notice-title">
                {note.urgent && note.doneAt === null && <Badge tone="warning">対応が必要</Badge>}
                {note.doneAt !== null && <Badge tone="success">対応済み</Badge>}
                {WarekiDate.toText(note.shiftOn as PlainDate)}　{labelOf(shifts, note.shift)}
              </p>
              <p className="handover-words">{note.words}</p>
              <p className="quiet">
                {note.writtenBy}　{instantText(note.writtenAt)}
                {note.doneAt !== null && `　対応済み：${note.doneBy}　${instantText(note.doneAt)}`}
              </p>
              {note.urgent && note.doneAt === null && (
                <AskButton
                  endpoint={finishNote}
                  input={{ noteId: note.noteId }}
                  invalidates={[listNotes]}
                  label="対応済みにする"
                  of={`${WarekiDate.toText(note.shiftOn as PlainDate)} ${labelOf(shifts, note.shift)}`}
                  question="対応済みにしますか"
                  confirm="対応済みにする"
                >
                  <p>対応した人として、あなたの氏名が残ります。</p>
                </AskButton>
              )}
            </li>
          ))}
        </ul>
        {data.more && <p className="quiet">新しい200件を表示しています。</p>}
      </Section>
    </>
  )
}

function NewNote(props: { disasterId: string }): ReactNode {
  const { disasterId } = props
  const today = useToday()
  const [noteId, setNoteId] = useState(() => uuidv7())
  const [shiftOn, setShiftOn] = useState<PlainDate | null>(today)
  const [shift, setShift] = useState<Shift | null>(null)
  const [urgent, setUrgent] = useState(false)
  const [words, setWords] = useState('')
  const sending = useSend(writeNote, {
    invalidates: [listNotes],
    onDone: () => {
      setNoteId(uuidv7())
      setWords('')
      setUrgent(false)
    },
  })
  const missing = shiftOn === null || shift === null || words.trim() === ''
  return (
    <Section title="引継ぎを書く">
      <FieldFaults error={sending.error}>
        <div className="field-row">
          <LooseField
            name="shiftOn"
            label="勤務の日"
            kind={WarekiDate}
            value={shiftOn}
            onChange={setShiftOn}
            required
          />
          <LooseField
            name="shift"
            label="勤務帯"
            kind={ShiftChoice}
            value={shift}
            onChange={setShift}
            required
          />
        </div>
        <LooseField
          name="words"
          label="引き継ぐ内容"
          kind={TextArea}
          value={words}
          onChange={setWords}
          hint="支援措置を受けている方の住所・居所・連絡先は書かないでください。"
          required
        />
        <LooseField name="urgent" label="対応" kind={Urgent} value={urgent} onChange={setUrgent} />
      </FieldFaults>
      <div className="button-row">
        <Button
          look="solid"
          busy={sending.busy}
          unavailable={missing ? '勤務の日、勤務帯、内容を入力してください' : null}
          onClick={() => {
            if (!missing)
              sending.start({ disasterId, noteId: noteId as NoteId, shiftOn, shift, urgent, words })
          }}
        >
          引継ぎを残す
        </Button>
      </div>
    </Section>
  )
}
