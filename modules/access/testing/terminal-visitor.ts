import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { fillPath, type Endpoint, type OutputOf, type RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { ProblemBody } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { issueIdentity, tlsServerOptions } from '@open-bcl/platform/pki.ts'
import { composeCloud } from '../../../apps/cloud/compose.ts'
import { TEST_PASSWORD, type TestCloud } from '../../../apps/cloud/testing/town.ts'

/** The key and certificate a machine has, as it was given them. */
export type Material =
  | { readonly pfx: Buffer; readonly passphrase: string }
  | { readonly key: string; readonly cert: string }

/** The cloud's own pages over TLS that asks for certificates. */
export type TerminalDoor = { readonly port: number; readonly ca: string; close(): Promise<void> }

/** @param web the built pages, where a browser comes in */
export async function openDoor(cloud: TestCloud, web?: string): Promise<TerminalDoor> {
  const authority = cloud.services.terminals.authority()
  const identity = await issueIdentity(authority, {
    ...{ machineName: 'urn:open-bcl:cloud', hosts: ['localhost'], uses: ['server'] },
    ...{ now: new Date(), validDays: 30 },
  })
  const server = await httpServer({
    ...{ program: 'cloud', log: cloud.runtime.log, ready: [] },
    https: tlsServerOptions(identity, 'terminals'),
  })
  composeCloud(server, cloud.runtime, cloud.services)
  if (web !== undefined) await serveWeb(server, '/', web)
  await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    port: (server.server.address() as AddressInfo).port,
    ca: authority.certificatePem,
    close: () => server.close(),
  }
}

export type Said<E extends Endpoint> = {
  readonly status: number
  /** Of the refusal. */
  readonly code: string | null
  readonly body: OutputOf<E>
}

/** A browser at a machine: its certificate, and the cookies it was given. */
export class Visitor {
  readonly #door: TerminalDoor
  readonly #material: Material | null
  readonly headers: Record<string, string>
  cookies = new Map<string, string>()
  csrfToken = ''

  constructor(door: TerminalDoor, material: Material | null, headers: Record<string, string> = {}) {
    this.#door = door
    this.#material = material
    this.headers = headers
  }

  /** Another machine with what a thief copied of this one. */
  copiedTo(door: TerminalDoor, material: Material | null): Visitor {
    const copy = new Visitor(door, material)
    copy.cookies = new Map(this.cookies)
    copy.csrfToken = this.csrfToken
    return copy
  }

  async signIn(municipalityCode: string, loginId: string, password = TEST_PASSWORD) {
    const answer = await this.#send('POST', '/api/sign-in', { municipalityCode, loginId, password })
    const { csrfToken } = answer.body as { csrfToken?: string }
    if (csrfToken !== undefined) this.csrfToken = csrfToken
    return {
      status: answer.status,
      code: codeOf(answer.body),
      body: answer.body as { permissions: string[] },
    }
  }

  async call<E extends Endpoint>(endpoint: E, input: RawInputOf<E>): Promise<Said<E>> {
    const { path, rest } = fillPath(endpoint.path, input as Record<string, unknown>)
    const get = endpoint.method === 'GET'
    const query = new URLSearchParams(rest as Record<string, string>).toString()
    const url = get && query !== '' ? `${path}?${query}` : path
    const { status, body } = await this.#send(endpoint.method, url, get ? undefined : rest)
    return { status, code: codeOf(body), body: body as OutputOf<E> }
  }

  async #send(method: string, path: string, body: unknown): Promise<{ status: number; body: unknown }> {
    const payload = body === undefined ? undefined : JSON.stringify(body)
    const request = https.request({
      ...{ method, path, host: 'localhost', port: this.#door.port, ca: this.#door.ca, agent: false },
      ...this.#material,
      headers: {
        ...this.headers,
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'x-csrf-token': this.csrfToken,
        'idempotency-key': uuidv7(),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      },
    })
    request.end(payload)
    const [answer] = (await once(request, 'response')) as [IncomingMessage]
    const parts: Buffer[] = []
    for await (const part of answer) parts.push(part as Buffer)
    for (const one of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(one)!
      this.cookies.set(name!, value!)
    }
    return { status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString()) as unknown }
  }
}

function codeOf(body: unknown): string | null {
  return (body as Partial<ProblemBody>).type?.replace('/problems/', '') ?? null
}
