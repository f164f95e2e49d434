import type { ReactNode } from 'react'
import type { FieldKind, InputProps } from './kind.ts'

function ReadOnlyInput(
  props: Pick<InputProps<unknown>, 'id' | 'describedBy'> & { children: ReactNode },
): ReactNode {
  return (
    <output id={props.id} aria-describedby={props.describedBy}>
      {props.children}
    </output>
  )
}

/** Shows a value within a form without letting it be changed: `readOnly(WarekiDate)`. */
export function readOnly<V>(kind: FieldKind<V>): FieldKind<V> {
  return {
    Input: (props) => <ReadOnlyInput {...props}>{kind.Output({ value: props.value })}</ReadOnlyInput>,
    Output: kind.Output,
    toText: kind.toText,
  }
}
