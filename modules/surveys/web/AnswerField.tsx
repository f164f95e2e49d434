import { useId, type ReactNode } from 'react'
import {
  degrees,
  degreeLabels,
  type Answer,
  type Answers,
  type Degree,
  type InputDefinition,
} from '../rules/rules.ts'

type Change = (answer: Answer | undefined) => void

/** One question of a sheet, as its definition asks it. An empty one is "not looked at". */
export function AnswerField(props: {
  input: InputDefinition
  answer: Answer | undefined
  onChange: Change
  error: string | null
}): ReactNode {
  const { input, error } = props
  const id = useId()
  return (
    <fieldset className="field" aria-describedby={`${id}-hint`}>
      <legend className="field-head">
        <span className="field-label">{input.label}</span>
      </legend>
      {input.hint !== '' && (
        <p className="field-hint" id={`${id}-hint`}>
          {input.hint}
        </p>
      )}
      <Control {...props} id={id} />
      {error !== null && <p className="field-error">{error}</p>}
    </fieldset>
  )
}

function Control(props: {
  input: InputDefinition
  answer: Answer | undefined
  onChange: Change
  id: string
}): ReactNode {
  const { input, answer, onChange, id } = props
  switch (input.kind) {
    case 'yes-no':
      return (
        <Choices
          id={id}
          options={[
            { value: 'true', label: 'はい' },
            { value: 'false', label: 'いいえ' },
          ]}
          value={answer === true ? 'true' : answer === false ? 'false' : null}
          onChange={(value) => onChange(value === null ? undefined : value === 'true')}
        />
      )
    case 'choice':
      return (
        <Choices
          id={id}
          options={input.options}
          value={typeof answer === 'string' ? answer : null}
          onChange={(value) => onChange(value ?? undefined)}
        />
      )
    case 'length':
    case 'percent':
    case 'points':
      return (
        <Figure
          label={input.label}
          unit={input.unit}
          value={typeof answer === 'number' ? answer : null}
          onChange={(value) => onChange(value ?? undefined)}
        />
      )
    case 'depths': {
      const depths = Array.isArray(answer) ? (answer as Answers['depths']) : []
      return (
        <div className="button-row">
          {[...depths, null].slice(0, 8).map((depth, i) => (
            <Figure
              key={i}
              label={`${input.label}${i + 1}`}
              unit={input.unit}
              value={depth}
              onChange={(value) => {
                const next = [
                  ...depths.slice(0, i),
                  ...(value === null ? [] : [value]),
                  ...depths.slice(i + 1),
                ]
                onChange(next.length === 0 ? undefined : next)
              }}
            />
          ))}
        </div>
      )
    }
    case 'tilt': {
      const tilt = (answer ?? { offsetsCm: [], plumbCm: 120 }) as Answers['tilt']
      return (
        <div className="button-row">
          {[0, 1, 2, 3].map((i) => (
            <Figure
              key={i}
              label={`水平距離${'①②③④'[i]}`}
              unit="cm"
              value={tilt.offsetsCm[i] ?? null}
              onChange={(value) => {
                const offsetsCm = [0, 1, 2, 3].flatMap((k) => (k === i ? value : tilt.offsetsCm[k]) ?? [])
                onChange(offsetsCm.length === 0 ? undefined : { ...tilt, offsetsCm })
              }}
            />
          ))}
          <Figure
            label="下げ振りの長さ"
            unit="cm"
            value={tilt.plumbCm}
            onChange={(value) => onChange({ ...tilt, plumbCm: value ?? 120 })}
          />
        </div>
      )
    }
    case 'degree-areas': {
      const areas = (answer ?? null) as Answers['degree-areas'] | null
      return (
        <ByDegree
          unit="％"
          values={areas ?? {}}
          onChange={(values) => onChange(values)}
          none={{
            on: areas !== null && Object.keys(areas).length === 0,
            set: (on) => onChange(on ? {} : undefined),
          }}
        />
      )
    }
    case 'degree-counts': {
      const counts = (answer ?? null) as Answers['degree-counts'] | null
      return (
        <>
          <Figure
            label="全体の数"
            unit={input.unit}
            value={counts?.total ?? null}
            onChange={(total) =>
              onChange(total === null ? undefined : { total, damaged: counts?.damaged ?? {} })
            }
          />
          <ByDegree
            unit={input.unit}
            values={counts?.damaged ?? {}}
            onChange={(damaged) => onChange({ total: counts?.total ?? 0, damaged })}
            none={null}
          />
        </>
      )
    }
    case 'length-share': {
      const share = (answer ?? null) as Answers['length-share'] | null
      const set = (part: Partial<Answers['length-share']>): void =>
        onChange({ damagedM: share?.damagedM ?? 0, totalM: share?.totalM ?? 0, ...part })
      return (
        <div className="button-row">
          <Figure
            label="損傷した長さ"
            unit="m"
            value={share?.damagedM ?? null}
            onChange={(value) => set({ damagedM: value ?? 0 })}
          />
          <Figure
            label="全体の長さ"
            unit="m"
            value={share?.totalM ?? null}
            onChange={(value) => set({ totalM: value ?? 0 })}
          />
        </div>
      )
    }
  }
}

function Choices(props: {
  id: string
  options: readonly { readonly value: string; readonly label: string }[]
  value: string | null
  onChange: (value: string | null) => void
}): ReactNode {
  return (
    <div className="button-row">
      {props.options.map((option) => (
        <label key={option.value} className="choice">
          <input
            type="radio"
            name={props.id}
            checked={props.value === option.value}
            onChange={() => props.onChange(option.value)}
          />{' '}
          {option.label}
        </label>
      ))}
      {props.value !== null && (
        <button type="button" className="button" data-size="small" onClick={() => props.onChange(null)}>
          未確認に戻す
        </button>
      )}
    </div>
  )
}

function Figure(props: {
  label: string
  unit: string
  value: number | null
  onChange: (value: number | null) => void
}): ReactNode {
  return (
    <label>
      <span className="field-label">{props.label}</span>{' '}
      <input
        type="number"
        inputMode="decimal"
        step="any"
        min={0}
        className="input"
        style={{ width: '6rem' }}
        value={props.value ?? ''}
        onChange={(event) => {
          const { value, valueAsNumber } = event.target
          props.onChange(value === '' || Number.isNaN(valueAsNumber) ? null : valueAsNumber)
        }}
      />{' '}
      {props.unit}
    </label>
  )
}

function ByDegree(props: {
  unit: string
  values: Readonly<Partial<Record<Degree, number>>>
  onChange: (values: Partial<Record<Degree, number>>) => void
  none: { readonly on: boolean; readonly set: (on: boolean) => void } | null
}): ReactNode {
  const { values, none } = props
  return (
    <div className="button-row">
      {none && (
        <label className="choice">
          <input type="checkbox" checked={none.on} onChange={(event) => none.set(event.target.checked)} />{' '}
          見たが損傷なし
        </label>
      )}
      {degrees.map((degree) => (
        <Figure
          key={degree}
          label={degreeLabels[degree]}
          unit={props.unit}
          value={values[degree] ?? null}
          onChange={(value) => {
            const others = Object.entries(values).filter(([key]) => key !== degree)
            props.onChange(Object.fromEntries(value === null ? others : [...others, [degree, value]]))
          }}
        />
      ))}
    </div>
  )
}
