import { useState, type ReactNode } from 'react'
import type { Endpoint, OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { Button } from './Button.tsx'
import { Dialog } from './Dialog.tsx'
import { FieldFaults } from '../fields/faults.tsx'
import { useCan } from '../session.tsx'
import { useSend } from '../use-send.ts'

/** A button whose act is asked about first. Who may not do it sees no button. */
export function AskButton<E extends Endpoint>(props: {
  endpoint: E
  input: RawInputOf<E>
  /** Readings to fetch anew. */
  invalidates: readonly Pick<Endpoint, 'name'>[]
  label: string
  /** Names the button where several of the same words stand on a page. */
  of?: string
  question: string
  confirm: string
  look?: 'solid' | 'danger'
  /** After success, with the answer; the question has closed. */
  onDone?: (answer: OutputOf<E>) => void
  /** What follows from it; a field that the act needs may stand here too. */
  children: ReactNode
}): ReactNode {
  const can = useCan()
  const [asking, setAsking] = useState(false)
  const sending = useSend(props.endpoint, {
    invalidates: props.invalidates,
    onDone: (answer) => {
      setAsking(false)
      props.onDone?.(answer)
    },
  })
  if (!can(props.endpoint).allowed) return null
  return (
    <>
      <Button
        size="small"
        onClick={() => setAsking(true)}
        {...(props.of === undefined ? {} : { label: `${props.of}：${props.label}` })}
      >
        {props.label}
      </Button>
      <Dialog
        open={asking}
        title={props.question}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onClick={() => setAsking(false)}>やめる</Button>
            <Button
              look={props.look ?? 'solid'}
              busy={sending.busy}
              onClick={() => sending.start(props.input)}
            >
              {props.confirm}
            </Button>
          </>
        }
      >
        <FieldFaults error={sending.error}>{props.children}</FieldFaults>
      </Dialog>
    </>
  )
}
