import type { ReactNode } from 'react'

/** Items of a record, name and value. */
export function DescriptionList(props: {
  items: readonly { readonly term: string; readonly value: ReactNode }[]
}): ReactNode {
  return (
    <dl className="description-list">
      {props.items.map((item) => (
        <div key={item.term}>
          <dt>{item.term}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  )
}
