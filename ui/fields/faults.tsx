import { createContext, useContext, useEffect, useId, useMemo, useState, type ReactNode } from 'react'
import { asProblem } from '../api-problem.ts'
import { ErrorSummary, plainLines } from '../problem.tsx'

type Faults = {
  readonly idOf: (name: string) => string
  readonly messageOf: (name: string) => string | null
  readonly shown: Set<string>
}
const FaultsContext = createContext<Faults | null>(null)

/** What the server said of a loose field, and the id by which the summary leads to it; `null` outside of `FieldFaults`. */
export function useFault(name: string): { readonly id: string; readonly message: string | null } | null {
  const faults = useContext(FaultsContext)
  const shown = faults?.shown
  useEffect(() => {
    shown?.add(name)
    return () => void shown?.delete(name)
  }, [shown, name])
  return faults && { id: faults.idOf(name), message: faults.messageOf(name) }
}

/**
 * Around loose fields that are sent as a whole: a refusal stands at each field it speaks of, and the summary above the button
 * leads there. `under`: where the fields stand in what is sent, `/account` for `/account/bankCode`.
 */
export function FieldFaults(props: { error: unknown; under?: string; children: ReactNode }): ReactNode {
  const { error, under = '' } = props
  const form = useId()
  const [shown] = useState(() => new Set<string>())
  const faults = useMemo(() => {
    const errors = error ? asProblem(error).errors : []
    const start = `${under}/`
    const named = errors.map(({ pointer, message }) => ({
      message,
      name:
        pointer.startsWith(start) && shown.has(pointer.slice(start.length))
          ? pointer.slice(start.length)
          : null,
    }))
    return {
      shown,
      idOf: (name: string) => `${form}${name}`,
      messageOf: (name: string) => named.find((one) => one.name === name)?.message ?? null,
      lines: plainLines(errors).map((line, i) => {
        const { name } = named[i]!
        return name === null ? line : { ...line, fieldId: `${form}${name}` }
      }),
    }
  }, [error, under, form, shown])
  return (
    <FaultsContext value={faults}>
      {props.children}
      {error !== null && error !== undefined && <ErrorSummary error={error} lines={faults.lines} />}
    </FaultsContext>
  )
}
