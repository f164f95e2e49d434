import { useId, type ReactNode } from 'react'

/** A titled part of a page, a landmark by its heading. */
export function Section(props: { title: string; actions?: ReactNode; children: ReactNode }): ReactNode {
  const id = useId()
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{props.title}</h2>
        {props.actions && <div className="button-row">{props.actions}</div>}
      </div>
      {props.children}
    </section>
  )
}

/** Fields of a form that belong together, under a legend. */
export function FieldGroup(props: { legend: string; children: ReactNode }): ReactNode {
  return (
    <fieldset className="field-group">
      <legend>{props.legend}</legend>
      {props.children}
    </fieldset>
  )
}

/** Fields side by side where there is room. */
export function FieldRow(props: { children: ReactNode }): ReactNode {
  return <div className="field-row">{props.children}</div>
}
