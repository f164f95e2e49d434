import type { z } from 'zod'
import type { ProblemKind } from './problem.ts'

/**
 * One endpoint, shared by server (`serve`), web (`q`, `send`) and OpenAPI.
 *
 * Input is one object. Names that appear as `:name` in the path travel there; the rest travels in the query (GET)
 * or as the JSON body. Every write carries the client's `requestId` (UUIDv7) in the `Idempotency-Key` header.
 */
export type Endpoint<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> = {
  readonly name: string
  readonly method: 'GET' | 'POST'
  /** `/api/...`, with `:name` for path parts. A public endpoint names its town in the input as `municipalityCode`. */
  readonly path: string
  /** 日本語の見出し, used in OpenAPI and the permission table. */
  readonly title: string
  readonly permission: Permission
  readonly input: I
  readonly output: O
  /** Refusals a caller should expect, beyond 400/401/403/404. */
  readonly problems?: readonly ProblemKind[]
  /** A POST that only reads, so that personal search words stay out of URLs, histories and proxies' logs. */
  readonly reads?: true
  /** Binary answer: the media type; `output` then describes the JSON metadata sent in headers, if any. */
  readonly produces?:
    | 'application/pdf'
    | 'text/csv'
    /** A file for another program, as its own rules want it (全銀). */
    | 'application/octet-stream'
    /** A picture as it came; the answer says which of the accepted kinds it is. */
    | 'image/*'
    | 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  /**
   * The body is a frame (`framed.ts`): the input's words, and behind them its `bytes`, whose digest is its `sha256`. A body that was
   * cut off on its way is refused and never taken for the whole.
   */
  readonly takes?: 'application/octet-stream'
  /** Everything the action reads comes from one moment (a certificate is frozen); a conflict is tried again. */
  readonly isolation?: 'repeatable read'
  /** Served outside a transaction: slow work would hold its connection (decision 11). Public endpoints only. */
  readonly transaction?: 'own'
  /** Open to somebody who must change the password first. */
  readonly withInitialPassword?: true
  /** Open to a session that lacks its second factor. Nothing else is. */
  readonly beforeSecondFactor?: true
}

/** `public` needs no sign-in, `signed-in` only a session; anything else is a named right of a role. */
export type Permission = 'public' | 'signed-in' | `${string}.${string}`

export type InputOf<E extends Endpoint> = z.output<E['input']>
export type RawInputOf<E extends Endpoint> = z.input<E['input']>
export type OutputOf<E extends Endpoint> = z.output<E['output']>

/** Declares an endpoint; the only way to make one, so that none lacks a permission. */
export function endpoint<const S extends Endpoint>(spec: S): S {
  return spec
}

/** Path with its `:names` filled in, and what is left of the input. */
export function fillPath(
  path: string,
  input: Readonly<Record<string, unknown>>,
): { path: string; rest: Record<string, unknown> } {
  const rest: Record<string, unknown> = { ...input }
  const filled = path.replace(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = rest[name]
    delete rest[name]
    return encodeURIComponent(String(value))
  })
  return { path: filled, rest }
}
