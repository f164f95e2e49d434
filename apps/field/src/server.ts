import type { Endpoint, OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { requestOf } from '@open-bcl/ui/request.ts'

/** A refusal, or silence (`status` 0). `title` is for people. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly title: string
  constructor(status: number, title: string) {
    super(title)
    this.status = status
    this.title = title
  }
}

const TIMEOUT_MS = 60_000

/** Asks the town. `as` = whose token: `null` before the phone is enrolled. Cookies of the console play no part here. */
export async function ask<E extends Endpoint>(
  endpoint: E,
  input: RawInputOf<E>,
  as: { readonly municipality: string; readonly passId: string; readonly token: string } | null,
): Promise<OutputOf<E>> {
  const { method, url, body } = requestOf(endpoint, input)
  const headers: Record<string, string> = {
    'content-type': endpoint.takes ?? 'application/json',
    'idempotency-key': uuidv7(),
  }
  if (as !== null) {
    headers['authorization'] = `Bearer ${as.municipality}.${as.token}`
    headers['x-csrf-token'] = as.passId
  }
  let answer: Response
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    answer = await fetch(url, { method, headers, body, signal, credentials: 'omit', cache: 'no-store' })
  } catch {
    throw new Refusal(0, '役場につながりません')
  }
  const said = (await answer.json().catch(() => null)) as { title?: unknown } | null
  if (answer.ok && said !== null) return said as OutputOf<E>
  throw new Refusal(
    answer.status,
    typeof said?.title === 'string' ? said.title : '役場のシステムが応答しません',
  )
}
