import type { ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type { countAreas } from '../tasks.contract.ts'

export type AreaCount = OutputOf<typeof countAreas>['areas'][number]

/** 町字 to be ticked, with how many houses are in each. */
export function AreaNames(props: {
  areas: readonly AreaCount[]
  chosen: ReadonlySet<string>
  onChosen: (names: ReadonlySet<string>) => void
  textOf: (area: AreaCount) => string
}): ReactNode {
  const { areas, chosen, onChosen } = props
  if (areas.length === 0) return <p>調査対象のある町字はありません。</p>
  return (
    <fieldset className="field">
      <legend className="field-label">町字</legend>
      <ul style={{ columns: '16rem', listStyle: 'none', padding: 0 }}>
        {areas.map((area) => (
          <li key={area.areaName}>
            <label className="choice">
              <input
                type="checkbox"
                checked={chosen.has(area.areaName)}
                onChange={(event) => {
                  const next = new Set(chosen)
                  if (event.target.checked) next.add(area.areaName)
                  else next.delete(area.areaName)
                  onChosen(next)
                }}
              />{' '}
              {props.textOf(area)}
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  )
}
