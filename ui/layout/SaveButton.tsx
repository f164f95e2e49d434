import { useState, type ReactNode } from 'react'
import type { Endpoint, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { file } from '../api.ts'
import { ErrorSummary } from '../problem.tsx'
import { saveFile } from '../save-file.ts'
import { Button } from './Button.tsx'

/** Asks for a file and saves it; what goes wrong is told below. */
export function SaveButton<E extends Endpoint>(props: {
  endpoint: E
  input: RawInputOf<E>
  label: string
  /** After it was saved: what the page shows may be another now. */
  onSaved?: () => void
}): ReactNode {
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const save = async (): Promise<void> => {
    setError(null)
    setBusy(true)
    try {
      saveFile(await file(props.endpoint, props.input))
      props.onSaved?.()
    } catch (caught) {
      setError(caught)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button busy={busy} onClick={() => void save()}>
        {props.label}
      </Button>
      {error !== null && <ErrorSummary error={error} />}
    </>
  )
}
