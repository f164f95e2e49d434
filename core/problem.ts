/**
 * A refusal the person can understand, sent as RFC 9457 problem+json.
 * Declared once in a module's `x.messages.ts`; `detail` never carries personal data.
 */
export type ProblemKind = {
  /** Stable code, `module/kebab-words`; becomes `type: /problems/<code>`. */
  readonly code: string
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 423 | 429 | 500 | 502 | 503
  /** 日本語: what happened. */
  readonly title: string
  /** 日本語: what the person can do now. */
  readonly remedy: string
}

/** One wrong field. `pointer` is a JSON pointer into the input, or `line:3/項目名` for a file. */
export type FieldError = { readonly pointer: string; readonly message: string }

export type ProblemBody = {
  type: string
  title: string
  status: number
  detail: string
  instance: string
  errors?: readonly FieldError[]
}

/** Throw to refuse. Everything else that is thrown is an unexpected error and becomes a bare 500. */
export class Problem extends Error {
  readonly kind: ProblemKind
  readonly errors: readonly FieldError[]
  constructor(kind: ProblemKind, errors: readonly FieldError[] = []) {
    super(kind.code)
    this.name = 'Problem'
    this.kind = kind
    this.errors = errors
  }
}

export function problemBody(problem: Problem, traceId: string): ProblemBody {
  const { code, title, status, remedy } = problem.kind
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: remedy,
    instance: traceId,
    ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
  }
}
