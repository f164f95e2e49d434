import type { ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { useDraftText } from './draft-text.ts'
import { ariaOf, noValue, type FieldKind, type InputProps } from './kind.ts'
import { dateText, readDate, warekiHint, westernTextWithWeekday } from './wareki-input.ts'

function WarekiDateInput(props: InputProps<PlainDate | null>): ReactNode {
  const draft = useDraftText(props, dateText, readDate)
  const readingId = `${props.id}-reading`
  const understood = draft.reading.kind === 'value' ? draft.reading.value : null
  return (
    <>
      <input
        className="input"
        data-width="middle"
        id={props.id}
        name={props.name}
        value={draft.text}
        onChange={(event) => draft.onChange(event.target.value)}
        onBlur={draft.onBlur}
        disabled={props.disabled}
        autoComplete="off"
        {...ariaOf({ ...props, describedBy: [props.describedBy, readingId].filter(Boolean).join(' ') })}
      />
      <output className="field-reading" id={readingId} htmlFor={props.id}>
        {understood !== null && `${dateText(understood)}　${westernTextWithWeekday(understood)}`}
      </output>
    </>
  )
}

function WarekiDateOutput(props: { value: PlainDate | null }): ReactNode {
  if (props.value === null) return noValue
  return (
    <time dateTime={props.value} title={westernTextWithWeekday(props.value)}>
      {dateText(props.value)}
    </time>
  )
}

/** A day: typed in 和暦, its short forms, or the Western calendar; kept as `PlainDate`, `null` when empty. */
export const WarekiDate: FieldKind<PlainDate | null> = {
  Input: (props) => <WarekiDateInput {...props} />,
  Output: (props) => <WarekiDateOutput {...props} />,
  toText: dateText,
  hint: warekiHint,
}
