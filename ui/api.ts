import { queryOptions, type UseQueryOptions } from '@tanstack/react-query'
import type { Endpoint, OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { ApiProblem, localProblem, problemOfAnswer } from './api-problem.ts'
import { fileNameOf, requestOf } from './request.ts'

/** Slow work (a large list, a batch of certificates) ends within this; past it the person hears of it. */
const timeoutMs = 120_000

/** Answer of an endpoint with `produces`. */
export type FileAnswer = { readonly blob: Blob; readonly fileName: string }

let csrfToken: string | null = null
/** Whose pages these are: another tab may sign in elsewhere, and what is asked here is not meant for there. */
let town: string | null = null
let whenSignedOut = (): void => {
  const here = location.pathname + location.search
  location.assign(`/sign-in?returnTo=${encodeURIComponent(here)}`)
}

/** Kept in memory only, never in storage: a token at rest could be read by another script of the origin. */
export function rememberSession(
  session: { readonly csrfToken: string; readonly municipality: { readonly code: string } } | null,
): void {
  csrfToken = session?.csrfToken ?? null
  town = session?.municipality.code ?? null
}

/** What to do when a reading is refused for want of a session. By default: to the sign-in page, and back after. */
export function onSignedOut(handler: () => void): void {
  whenSignedOut = handler
}

/** Reads. A refusal throws `ApiProblem`; a missing session also leads to the sign-in page. */
export async function call<E extends Endpoint>(
  endpoint: E,
  input: RawInputOf<E>,
  signal?: AbortSignal,
): Promise<OutputOf<E>> {
  try {
    return (await readJson(await exchange(endpoint, input, { signal }))) as OutputOf<E>
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) whenSignedOut()
    throw error
  }
}

/** A reading for TanStack Query; the key is `[endpoint.name, input]`, so `[endpoint.name]` invalidates all of it. */
export function q<E extends Endpoint>(
  endpoint: E,
  input: RawInputOf<E>,
): UseQueryOptions<OutputOf<E>, Error, OutputOf<E>, readonly unknown[]> & {
  queryKey: readonly unknown[]
} {
  return queryOptions({
    queryKey: [endpoint.name, input] as readonly unknown[],
    queryFn: ({ signal }: { signal: AbortSignal }) => call(endpoint, input, signal),
  })
}

/**
 * Writes. Give the same `requestId` when the same submit is tried again: the server never acts on it twice.
 * A missing session throws and stays on the page, so that nothing typed is lost.
 */
export async function send<E extends Endpoint>(
  endpoint: E,
  input: RawInputOf<E>,
  requestId: string = uuidv7(),
): Promise<OutputOf<E>> {
  return (await readJson(await write(endpoint, input, requestId))) as OutputOf<E>
}

/** Gets a file from an endpoint with `produces`; `requestId` as in `send` when it writes (an issue of a certificate). */
export async function file<E extends Endpoint>(
  endpoint: E,
  input: RawInputOf<E>,
  requestId: string = uuidv7(),
): Promise<FileAnswer> {
  const answer = await write(endpoint, input, requestId)
  const blob = await answer.blob()
  return { blob, fileName: fileNameOf(answer.headers.get('content-disposition')) ?? endpoint.title }
}

async function write(endpoint: Endpoint, input: unknown, requestId: string): Promise<Response> {
  if (endpoint.permission !== 'public' && csrfToken === null) csrfToken = await fetchCsrfToken()
  try {
    return await exchange(endpoint, input, { requestId })
  } catch (error) {
    // Signed in again in another tab: the token is a new one. Nothing was done under the old one.
    if (!(error instanceof ApiProblem) || error.status !== 403 || endpoint.permission === 'public')
      throw error
    const fresh = await fetchCsrfToken()
    if (fresh === null || fresh === csrfToken) throw error
    csrfToken = fresh
    return await exchange(endpoint, input, { requestId })
  }
}

async function fetchCsrfToken(): Promise<string | null> {
  const answer = await fetch('/api/session', { credentials: 'same-origin' }).catch(() => null)
  if (answer === null || !answer.ok) return null
  const body = (await answer.json().catch(() => null)) as { csrfToken?: unknown } | null
  return typeof body?.csrfToken === 'string' ? body.csrfToken : null
}

async function exchange(
  endpoint: Endpoint,
  input: unknown,
  options: { signal?: AbortSignal | undefined; requestId?: string },
): Promise<Response> {
  const { method, url, body } = requestOf(endpoint, input)
  const headers: Record<string, string> = {
    accept: `${endpoint.produces ?? 'application/json'}, application/problem+json`,
  }
  if (body !== null) headers['content-type'] = endpoint.takes ?? 'application/json'
  if (options.requestId !== undefined && method === 'POST') headers['idempotency-key'] = options.requestId
  if (csrfToken !== null && method === 'POST') headers['x-csrf-token'] = csrfToken
  if (town !== null) headers['x-open-bcl-town'] = town
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout
  let answer: Response
  try {
    answer = await fetch(url, { method, headers, body, signal, credentials: 'same-origin' })
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw localProblem(timeout.aborted ? 'timeout' : 'network')
  }
  if (answer.ok) return answer
  const problem = (await answer.json().catch(() => undefined)) as unknown
  throw problemOfAnswer(answer.status, problem, answer.headers.get('x-request-id') ?? '')
}

async function readJson(answer: Response): Promise<unknown> {
  if (answer.status === 204) return null
  try {
    return await answer.json()
  } catch {
    throw localProblem('unreadable')
  }
}
