import assert from 'node:assert/strict'
import type { Endpoint, OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { TestCloud } from './town.ts'

/** A browser that nobody has signed in with: it keeps its cookies from one answer to the next. */
export class Stranger {
  readonly #cloud: TestCloud
  readonly #cookies = new Map<string, string>()
  #csrf = ''

  constructor(cloud: TestCloud) {
    this.#cloud = cloud
  }

  async call<E extends Endpoint>(endpoint: E, input: RawInputOf<E>) {
    const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) =>
      String((input as Record<string, unknown>)[name]),
    )
    const headers = {
      cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      'x-csrf-token': this.#csrf,
      'idempotency-key': uuidv7(),
    }
    const answer = await this.#cloud.app.inject(
      endpoint.method === 'GET'
        ? { method: 'GET', url: path, query: input as Record<string, string>, headers }
        : { method: 'POST', url: path, payload: input as object, headers },
    )
    for (const { name, value } of answer.cookies) this.#cookies.set(name, value)
    const body = answer.json<OutputOf<E> & { session?: { csrfToken: string }; type: string }>()
    if (body.session) this.#csrf = body.session.csrfToken
    return {
      ok: answer.statusCode < 400,
      status: answer.statusCode,
      body,
      problem: { type: body.type ?? '' },
    }
  }

  async get<E extends Endpoint>(endpoint: E, input: RawInputOf<E>): Promise<OutputOf<E>> {
    const answer = await this.call(endpoint, input)
    assert.ok(answer.ok, `${endpoint.name}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
}
