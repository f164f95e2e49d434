import { useQuery } from '@tanstack/react-query'
import { Fragment, type ReactNode } from 'react'
import { q } from '@open-bcl/ui/api.ts'
import { FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { arranged, type Subsystem } from '../../item-names.ts'
import { getItemNames } from '../../item-names.contract.ts'

type Arrange = <P extends { readonly item?: string }>(
  places: readonly P[],
) => readonly (P & { readonly name?: string })[]

/** Puts places of a page in the town's order and under its names. Until the town's sheet is here they stand as ours do. */
export function useArranged(subsystem: Subsystem): Arrange {
  const { data } = useQuery(q(getItemNames, { subsystem }))
  return (places) => arranged(subsystem, data?.lines ?? [], places)
}

/** For what stands by itself: what the town calls it; `null` = it is not shown. */
export function useItemName(subsystem: Subsystem): (item: string, ours: string) => string | null {
  const arrange = useArranged(subsystem)
  return (item, ours) => {
    const [place] = arrange([{ item }])
    return place ? (place.name ?? ours) : null
  }
}

type Term = { readonly item?: string; readonly term: string; readonly value: ReactNode }

/** For a list of terms. */
export function useArrangedTerms(
  subsystem: Subsystem,
): (terms: readonly Term[]) => { readonly term: string; readonly value: ReactNode }[] {
  const arrange = useArranged(subsystem)
  return (terms) => arrange(terms).map(({ term, name, value }) => ({ term: name ?? term, value }))
}

export type FieldPlace = {
  readonly item?: string
  /** Stands beside its neighbour where that is one, too. */
  readonly half?: true
  /** Draws the field; what it is handed goes into it: the label, where the town has its own. */
  readonly field: (own: { readonly label?: string }) => ReactNode
}

/** For a form. */
export function ArrangedFields(props: { subsystem: Subsystem; places: readonly FieldPlace[] }): ReactNode {
  const places = useArranged(props.subsystem)(props.places)
  const rows: (typeof places)[number][][] = []
  for (const place of places) {
    const last = rows.at(-1)
    if (place.half && last?.[0]?.half) last.push(place)
    else rows.push([place])
  }
  return rows.map((row, at) => {
    const fields = row.map(({ item, field, name }, i) => (
      <Fragment key={item ?? i}>{field(name === undefined ? {} : { label: name })}</Fragment>
    ))
    return row.length > 1 ? <FieldRow key={at}>{fields}</FieldRow> : <Fragment key={at}>{fields}</Fragment>
  })
}
