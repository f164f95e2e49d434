import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { checkGroupOf } from '@open-bcl/ui/fields/CheckGroup.tsx'
import type { FieldKind } from '@open-bcl/ui/fields/kind.ts'
import { radioOf } from '@open-bcl/ui/fields/Radio.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import type { getIssueChoices } from '../certificates.contract.ts'

export type OfferedChoice = OutputOf<typeof getIssueChoices>['choices'][number]
export type ChosenValues = Readonly<Record<string, string | readonly string[] | null>>

/** More than this are a list to open. */
const MOST_RADIOS = 6

/** How a choice is made: members as boxes to tick, a switch or a few as buttons, many as a list. */
export function fieldOf(choice: OfferedChoice): FieldKind<unknown> {
  const options = choice.options.map(({ value, ja }) => ({ value, label: ja }))
  const kind =
    choice.take === 'some'
      ? checkGroupOf(options, 'column')
      : options.length > MOST_RADIOS
        ? selectOf(options)
        : radioOf(options, options.length > 2 ? 'column' : 'row')
  return kind as FieldKind<unknown>
}

/** As the contract takes it. */
export function chosenOf(values: ChosenValues): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === null ? [] : [[name, typeof value === 'string' ? value : [...value]]],
    ),
  )
}

type ChoiceField = (props: {
  name: string
  label: string
  kind: FieldKind<unknown>
  required: boolean
}) => ReactNode

/** Fields of what is offered, `choices.<name>` of the form; the kinds of certificate decide what there is. */
export function ChoiceFields(props: { choices: readonly OfferedChoice[]; Field: unknown }): ReactNode {
  // Their names are not known before the server tells them.
  const Field = props.Field as ChoiceField
  return props.choices.map((choice) => (
    <Field
      key={choice.name}
      name={`choices.${choice.name}`}
      label={choice.ja}
      kind={fieldOf(choice)}
      required
    />
  ))
}
