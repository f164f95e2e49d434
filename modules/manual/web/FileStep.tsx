import { useId, useState, type DragEvent, type ReactNode } from 'react'
import { call } from '@open-bcl/ui/api.ts'
import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import { Progress } from '@open-bcl/ui/layout/Progress.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { ErrorSummary } from '@open-bcl/ui/problem.tsx'
import type { Business } from '../../interfaces/interfaces.columns.ts'
import { readUpload } from '../manual.contract.ts'
import type { Reading } from './manual-text.ts'
import { sendFile } from './send-file.ts'

type State =
  | { readonly is: 'waiting' }
  | { readonly is: 'sending'; readonly sent: number; readonly size: number }
  | { readonly is: 'reading' }

const KIB = 1024

/** Choosing or dropping a file, and sending it. */
export function FileStep(props: {
  business: Business
  onRead: (uploadId: string, reading: Reading) => void
}): ReactNode {
  const id = useId()
  const [state, setState] = useState<State>({ is: 'waiting' })
  const [error, setError] = useState<unknown>(null)

  async function take(file: File | undefined): Promise<void> {
    if (file === undefined || state.is !== 'waiting') return
    setError(null)
    setState({ is: 'sending', sent: 0, size: file.size })
    try {
      const uploadId = await sendFile(props.business, file, (sent) =>
        setState({ is: 'sending', sent, size: file.size }),
      )
      setState({ is: 'reading' })
      props.onRead(uploadId, await call(readUpload, { uploadId, choice: {} }))
    } catch (caught) {
      setError(caught)
      setState({ is: 'waiting' })
    }
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    void take(event.dataTransfer.files[0])
  }

  return (
    <Section title="ファイルを選ぶ">
      {error !== null && <ErrorSummary error={error} />}
      <div className="field-group" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <div className="field">
          <div className="field-head">
            <label className="field-label" htmlFor={id}>
              取り込むファイル
            </label>
          </div>
          <p className="field-hint" id={`${id}-hint`}>
            CSV・TSV（文字コードは問いません）またはExcelブック（.xlsx、30MBまで）。ここへドラッグして落とすこともできます。固定長のファイルは、CSVに変えてから選んでください。
          </p>
          <input
            className="input"
            data-width="wide"
            id={id}
            type="file"
            accept=".csv,.tsv,.txt,.xlsx"
            aria-describedby={`${id}-hint`}
            disabled={state.is !== 'waiting'}
            onChange={(event) => {
              void take(event.target.files?.[0])
              // The same file can be chosen again after it was mended.
              event.target.value = ''
            }}
          />
        </div>
        {state.is === 'sending' && (
          <Progress
            label="送信しています"
            done={Math.ceil(state.sent / KIB)}
            total={Math.ceil(state.size / KIB)}
            unit="KB"
          />
        )}
        {state.is === 'reading' && <Progress label="中身を調べています" />}
        <p className="visually-hidden" role="status">
          {state.is === 'sending' &&
            `${grouped(Math.floor((state.sent / state.size) * 10) * 10)}パーセント送信しました`}
        </p>
      </div>
    </Section>
  )
}
