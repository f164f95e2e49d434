import type { ReactNode } from 'react'
import { FieldFaults } from '../fields/faults.tsx'
import { Button } from './Button.tsx'

/** Loose fields with one button that sends them; what is refused stands at its field. */
export function SendForm(props: {
  sending: { readonly busy: boolean; readonly error: unknown }
  onSend: () => void
  label: string
  permit?: Parameters<typeof Button>[0]['permit']
  /** Where the fields stand in what is sent: `/account`. */
  under?: string
  /** やめる and the like, beside the button. */
  beside?: ReactNode
  children: ReactNode
}): ReactNode {
  const { sending, permit } = props
  return (
    <form
      className="form-body"
      onSubmit={(event) => {
        event.preventDefault()
        props.onSend()
      }}
    >
      <FieldFaults error={sending.error} {...(props.under === undefined ? {} : { under: props.under })}>
        {props.children}
      </FieldFaults>
      <p className="button-row">
        <Button type="submit" look="solid" busy={sending.busy} {...(permit === undefined ? {} : { permit })}>
          {props.label}
        </Button>
        {props.beside}
      </p>
    </form>
  )
}
