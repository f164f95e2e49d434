import { setTimeout as delay } from 'node:timers/promises'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { demoPassword } from '@open-bcl/demo/staff.ts'

const HIDA = '212172'
/** A search answers 50 people, so that one disaster holds fewer of ours and is read whole. */
const PEOPLE_A_DISASTER = 40
/** In every name of a 住登外者 that is added here, and in no name of the demonstration town. */
export const COMMON_NAME = '停止試験'

/** One write: acknowledged once the system has answered that it is done. Nobody may forget it then. */
export type Write = {
  readonly requestId: string
  readonly name: string
  /** `null` = a disaster; else the 住登外者's disaster. */
  readonly disasterId: string | null
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  acknowledged: boolean
  tries: number
}

type Session = { readonly cookie: string; readonly csrfToken: string }
type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> }

/**
 * A clerk who keeps writing whatever happens: signs in again, and sends a write whose outcome is unknown again with the
 * same Idempotency-Key until it is answered.
 */
export class Clerk {
  readonly #origin: string
  readonly #label: string
  readonly #stopping: AbortSignal
  readonly writes: Write[] = []
  /** Answers that no kill explains. */
  readonly surprises: string[] = []
  #session: Session | null = null
  #disaster: { readonly id: string; people: number } | null = null

  constructor(origin: string, label: string, stopping: AbortSignal) {
    this.#origin = origin
    this.#label = label
    this.#stopping = stopping
  }

  /** Writes until the signal; the write under way is finished, so that at the end every outcome is known. */
  async work(): Promise<void> {
    while (!this.#stopping.aborted) {
      if (this.#disaster === null || this.#disaster.people >= PEOPLE_A_DISASTER)
        await this.#registerDisaster()
      else await this.#addPerson(this.#disaster)
    }
  }

  async #registerDisaster(): Promise<void> {
    const answer = await this.#write(null, '/api/disasters', (name) => ({
      name,
      hazards: ['earthquake'],
      occurredOn: '2026-07-28',
      causeText: '令和８年７月２８日の地震による',
      applicationDeadlineOn: null,
    }))
    const { disasterId } = (answer['disaster'] ?? {}) as { disasterId?: string }
    if (disasterId !== undefined) this.#disaster = { id: disasterId, people: 0 }
  }

  async #addPerson(disaster: { readonly id: string; people: number }): Promise<void> {
    disaster.people++
    await this.#write(disaster.id, `/api/disasters/${disaster.id}/non-residents`, (name) => ({
      ...{ name, kana: '', birthOn: '1980-01-01', birthText: null, sex: '1' },
      ...{ address: '岐阜県飛騨市', phone: '', reason: '停止試験', suppressed: false },
    }))
  }

  async #write(
    disasterId: string | null,
    path: string,
    bodyOf: (name: string) => Record<string, unknown>,
  ): Promise<Answer['body']> {
    const name = `${COMMON_NAME}${this.#label}の${this.writes.length + 1}`
    const body = bodyOf(name)
    const write: Write = { requestId: uuidv7(), name, disasterId, path, body, acknowledged: false, tries: 0 }
    this.writes.push(write)
    for (;;) {
      write.tries++
      const answer = await this.#send('POST', path, body, write.requestId)
      if (answer.status === 200) {
        write.acknowledged = true
        return answer.body
      }
      if (!isPassing(answer.status)) {
        this.surprises.push(`${name}: ${answer.status} ${String(answer.body['type'])} (try ${write.tries})`)
        return {}
      }
    }
  }

  /** As signed-in staff; 0 = no answer came, and after a moment it may be tried again. */
  async #send(method: string, path: string, body: unknown, requestId: string): Promise<Answer> {
    const session = (this.#session ??= await this.#signIn())
    const answer =
      session === null
        ? { status: 0, body: {} }
        : await this.#call(method, path, body, {
            cookie: session.cookie,
            'x-csrf-token': session.csrfToken,
            'idempotency-key': requestId,
          })
    if (answer.status === 401) this.#session = null
    if (isPassing(answer.status)) await delay(50)
    return answer
  }

  /** Asks for the last truth; a system that nobody kills any more must answer within a minute. */
  async read(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer['body']> {
    for (;;) {
      const answer = await this.#send(method, path, body, uuidv7())
      if (answer.status === 200) return answer.body
      if (!isPassing(answer.status))
        throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    }
  }

  async #signIn(): Promise<Session | null> {
    let cookie = ''
    const answer = await this.#call(
      'POST',
      '/api/sign-in',
      { municipalityCode: HIDA, loginId: 'clerk', password: demoPassword },
      {},
      (headers) =>
        (cookie = headers
          .getSetCookie()
          .map((one) => one.split(';')[0])
          .join('; ')),
    )
    if (answer.status === 200) return { cookie, csrfToken: String(answer.body['csrfToken']) }
    if (!isPassing(answer.status)) throw new Error(`sign-in: ${answer.status} ${JSON.stringify(answer.body)}`)
    return null
  }

  async #call(
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
    hear: (headers: Headers) => void = () => undefined,
  ): Promise<Answer> {
    try {
      const answer = await fetch(`${this.#origin}${path}`, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(15_000),
      })
      const parsed = (await answer.json()) as Answer['body']
      hear(answer.headers)
      return { status: answer.status, body: parsed }
    } catch {
      return { status: 0, body: {} }
    }
  }
}

/** What a kill may cause and a later try mends: no answer, a lost session, a failure of the server, too many requests. */
function isPassing(status: number): boolean {
  return status === 0 || status === 401 || status === 429 || status >= 500
}
