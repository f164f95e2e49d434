import { useId, type ReactNode } from 'react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useCan } from '@open-bcl/ui/session.tsx'
import { useSelectedDisaster, type DisasterSelector } from '@open-bcl/ui/staff-screens.tsx'

/** 災害の選択: writes `?disaster=` of the page at hand; every link carries it on. */
export function DisasterChoice(props: { selector: DisasterSelector }): ReactNode {
  const id = useId()
  const can = useCan()
  const navigate = useNavigate()
  const selected = useSelectedDisaster()
  const disasters = props.selector.useChoices()
  return (
    <div className="disaster-choice">
      <label htmlFor={id}>災害</label>
      <span className="select-frame">
        <select
          className="input"
          id={id}
          value={selected ?? ''}
          aria-busy={disasters === undefined}
          onChange={(event) => {
            const disaster = event.target.value === '' ? undefined : event.target.value
            void navigate({ to: '.', search: (kept: Record<string, unknown>) => ({ ...kept, disaster }) })
          }}
        >
          <option value="">選択してください</option>
          {disasters?.map((one) => (
            <option key={one.disasterId} value={one.disasterId}>
              {one.name}
            </option>
          ))}
        </select>
      </span>
      {can(props.selector.register).allowed && (
        <Link to={props.selector.newPath} className="small">
          災害名新規登録
        </Link>
      )}
    </div>
  )
}
