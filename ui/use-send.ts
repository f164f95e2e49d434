import { useRef } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Endpoint, OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { send } from './api.ts'
import { asProblem } from './api-problem.ts'
import { sameValue } from './form/changes.ts'

/**
 * A write behind a button, without a form: 「失効する」, 「公開する」. A retry of the same input after a failure
 * carries the same `requestId`; while it runs, further calls do nothing.
 */
export function useSend<E extends Endpoint>(
  endpoint: E,
  options: {
    /** Readings to fetch anew after success, and when a colleague was first. */
    readonly invalidates?: readonly Pick<Endpoint, 'name'>[]
    readonly onDone?: (answer: OutputOf<E>) => void
  } = {},
): {
  readonly start: (input: RawInputOf<E>) => void
  readonly busy: boolean
  /** For `ErrorSummary`; `null` when nothing failed. */
  readonly error: Error | null
} {
  const queries = useQueryClient()
  const attempt = useRef<{ input: RawInputOf<E>; requestId: string } | null>(null)
  const mutation = useMutation({
    mutationFn: (input: RawInputOf<E>) => {
      if (!attempt.current || !sameValue(attempt.current.input, input))
        attempt.current = { input, requestId: uuidv7() }
      return send(endpoint, input, attempt.current.requestId)
    },
    onSuccess: async (answer) => {
      attempt.current = null
      await Promise.all(
        (options.invalidates ?? []).map(({ name }) => queries.invalidateQueries({ queryKey: [name] })),
      )
      options.onDone?.(answer)
    },
    onError: (error) => {
      // A colleague was first: what they wrote is shown, and the next try is about that.
      if (asProblem(error).status !== 409) return
      for (const { name } of options.invalidates ?? []) void queries.invalidateQueries({ queryKey: [name] })
    },
  })
  const running = useRef(false)
  return {
    start: (input) => {
      if (running.current) return
      running.current = true
      mutation.mutate(input, { onSettled: () => (running.current = false) })
    },
    busy: mutation.isPending,
    error: mutation.error,
  }
}
