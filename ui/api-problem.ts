import type { FieldError } from '@open-bcl/core/problem.ts'
import { localProblemOf, localProblems } from './api-problem.messages.ts'

/** A refusal or failure as the screen sees it. Everything `ui/api.ts` throws is one of these, or an abort. */
export class ApiProblem extends Error {
  /** `module/kebab-words`; `ui/...` when it arose in the browser. */
  readonly code: string
  /** 日本語: what happened. */
  readonly title: string
  /** 日本語: what the person can do now. */
  readonly detail: string
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  readonly errors: readonly FieldError[]
  /** 問い合わせ番号; empty when no answer came. */
  readonly traceId: string

  constructor(parts: {
    code: string
    title: string
    detail: string
    status: number
    errors?: readonly FieldError[]
    traceId?: string
  }) {
    super(parts.code)
    this.name = 'ApiProblem'
    this.code = parts.code
    this.title = parts.title
    this.detail = parts.detail
    this.status = parts.status
    this.errors = parts.errors ?? []
    this.traceId = parts.traceId ?? ''
  }
}

/** A problem that arose in the browser, before or instead of an answer. */
export function localProblem(name: keyof typeof localProblems): ApiProblem {
  const { code, title, remedy } = localProblems[name]
  return new ApiProblem({ code, title, detail: remedy, status: 0 })
}

/** The words of an answer that is not 2xx. `body` is what was read as JSON, or `undefined`. */
export function problemOfAnswer(status: number, body: unknown, traceId: string): ApiProblem {
  const local = localProblemOf(status)
  if (!isRecord(body) || typeof body['title'] !== 'string') {
    return new ApiProblem({ code: local.code, title: local.title, detail: local.remedy, status, traceId })
  }
  const type = textOr(body['type'], '')
  return new ApiProblem({
    code: type.startsWith('/problems/') ? type.slice('/problems/'.length) : local.code,
    title: body['title'],
    detail: textOr(body['detail'], local.remedy),
    status,
    errors: fieldErrors(body['errors']),
    traceId: textOr(body['instance'], traceId),
  })
}

/** Any thrown value as a problem the screen can show. */
export function asProblem(error: unknown): ApiProblem {
  return error instanceof ApiProblem ? error : localProblem('unexpected')
}

function fieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((item: unknown) =>
    isRecord(item) && typeof item['pointer'] === 'string' && typeof item['message'] === 'string'
      ? [{ pointer: item['pointer'], message: item['message'] }]
      : [],
  )
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
