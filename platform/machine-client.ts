import { createPrivateKey } from 'node:crypto'
import https from 'node:https'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import type { ProblemBody } from '@open-bcl/core/problem.ts'
import { tlsClientOptions, type MachineIdentity } from './pki.ts'
import { signMessage } from './signed-message.ts'

export type MachineClientOptions = {
  /** The other machine, `https://host:port`, as it knows itself: the origin is signed. */
  readonly origin: string
  readonly identity: MachineIdentity
  now(): Date
  /** After this the caller has given up; an answer that comes later reaches nobody. */
  readonly timeoutMs: number | ((endpoint: Endpoint) => number)
  /** Told of answers that come too late; absent: the connection is cut at once. */
  readonly late?: LateAnswers
}

/** An answer after its time is thrown away as it arrives, byte by byte; that it came is worth knowing. */
export type LateAnswers = {
  /** How long to listen after the timeout, ms. */
  readonly listenMs: number
  told(endpoint: Endpoint, input: unknown, elapsedMs: number): void
}

export type MachineClient = {
  /** Sends one POST endpoint's input as signed JSON and gives back the answer's JSON. */
  send(endpoint: Endpoint, input: unknown): Promise<unknown>
  close(): void
}

/** The other machine answered with a problem. */
export class RemoteProblem extends Error {
  override readonly name = 'RemoteProblem'
  readonly status: number
  /** `certificates/unknown-center` */
  readonly code: string
  /** `null` when the answer was no problem+json: something between us spoke. */
  readonly body: ProblemBody | null
  constructor(status: number, body: ProblemBody | null) {
    const code = body?.type.replace(/^\/problems\//, '') ?? 'unknown'
    super(`${status} ${code}`)
    this.status = status
    this.code = code
    this.body = body
  }
}

/** No answer: nobody knows whether it was done. Send the same again. */
export class RemoteUnreachable extends Error {
  override readonly name = 'RemoteUnreachable'
  /** Node's code, `ECONNREFUSED`, or `TIMEOUT`. */
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/** A certificate with its back page has some 300 kB; far more is not an answer to us. */
const MAX_ANSWER_BYTES = 20_000_000
/** So many answers are waited for after their time; the connections are needed for those who still wait. */
const MOST_LATE = 8

/** A caller of another machine's endpoints over mutual TLS, each message signed anew. Nothing is retried here. */
export function machineClient(options: MachineClientOptions): MachineClient {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 32, ...tlsClientOptions(options.identity) })
  const key = createPrivateKey(options.identity.privateKeyPem)
  let listening = 0
  const listen = (endpoint: Endpoint, input: unknown): Listen | null => {
    const { late } = options
    if (!late) return null
    return {
      ms: late.listenMs,
      begin: () => listening < MOST_LATE && (listening += 1) > 0,
      end: (elapsedMs) => {
        listening -= 1
        if (elapsedMs !== null) late.told(endpoint, input, elapsedMs)
      },
    }
  }
  return {
    async send(endpoint, input) {
      const body = Buffer.from(JSON.stringify(input))
      const { path, method } = endpoint
      const headers = {
        ...signMessage({ method, origin: options.origin, path, body }, key, options.now()),
        'content-type': 'application/json',
        'content-length': String(body.length),
      }
      const answer = await exchange(
        new URL(path, options.origin),
        { agent, method, headers, timeoutMs: timeoutOf(options, endpoint), listen: listen(endpoint, input) },
        body,
      )
      const json = parse(answer.body)
      if (answer.status >= 200 && answer.status < 300) return json
      throw new RemoteProblem(answer.status, isProblem(json) ? json : null)
    },
    close: () => agent.destroy(),
  }
}

function timeoutOf({ timeoutMs }: MachineClientOptions, endpoint: Endpoint): number {
  return typeof timeoutMs === 'number' ? timeoutMs : timeoutMs(endpoint)
}

type Listen = {
  readonly ms: number
  /** False when too many are listened for already. */
  begin(): boolean
  /** `null` = nothing came. */
  end(elapsedMs: number | null): void
}

function exchange(
  url: URL,
  options: {
    readonly agent: https.Agent
    readonly method: string
    readonly headers: Readonly<Record<string, string>>
    readonly timeoutMs: number
    readonly listen: Listen | null
  },
  body: Buffer,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { agent, method, headers, timeoutMs, listen } = options
    const began = performance.now()
    /** `late`: the caller has gone; what comes is counted and dropped. */
    let state: 'waiting' | 'late' | 'over' = 'waiting'
    let sent = false
    const end = (answered: boolean): void => {
      if (state === 'late') listen?.end(answered ? performance.now() - began : null)
      state = 'over'
      clearTimeout(timer)
    }
    const giveUp = (): void => {
      reject(new RemoteUnreachable('TIMEOUT'))
      // What was never sent must not be sent now: it only waited for a free connection.
      const listens = state === 'waiting' && sent && listen?.begin() === true
      if (!listens) {
        end(false)
        request.destroy()
        return
      }
      state = 'late'
      timer = setTimeout(() => {
        end(false)
        request.destroy()
      }, listen.ms)
    }
    let timer = setTimeout(giveUp, timeoutMs)
    const fail = (error: Error & { code?: string }): void => {
      end(false)
      reject(new RemoteUnreachable(error.code ?? error.name))
    }
    const request = https.request(url, { agent, method, headers: { ...headers } }, (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > MAX_ANSWER_BYTES) request.destroy()
        else if (state === 'waiting') chunks.push(chunk)
        else chunks.length = 0
      })
      response.on('end', () => {
        end(true)
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') })
      })
      response.on('error', fail)
    })
    request.on('finish', () => {
      sent = true
    })
    request.on('error', fail)
    request.end(body)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

function isProblem(json: unknown): json is ProblemBody {
  return typeof json === 'object' && json !== null && typeof (json as { type?: unknown }).type === 'string'
}
