import { createPrivateKey, type KeyObject } from 'node:crypto'
import https from 'node:https'
import type { z } from 'zod'
import type { ProblemBody } from '@open-bcl/core/problem.ts'
import type { Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import {
  certificateAnswer,
  chunkPath,
  fileState,
  linkPaths,
  reconcileAnswer,
  statusAnswer,
  type FileState,
  type LinkStatus,
} from '@open-bcl/modules/linkage/gateway.contract.ts'
import type { Manifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { linkageProblems } from '@open-bcl/modules/linkage/linkage.messages.ts'
import type { HomeRefusal } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { createCertificateRequest, tlsClientOptions, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { signMessage } from '@open-bcl/platform/signed-message.ts'

/** No answer that judges the file: it stays, and is sent again later. `reason` is shown on the status page. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
  readonly reason: string
  /** Node's code: the connection was refused or cut. */
  readonly code: string | null
  /** The gateway asked to be left alone for this long, s. */
  readonly retryAfter: number | null
  constructor(reason: string, more: { readonly code?: string; readonly retryAfter?: number | null } = {}) {
    super(reason)
    this.reason = reason
    this.code = more.code ?? null
    this.retryAfter = more.retryAfter ?? null
  }
}

/** The gateway answered that this cannot be done, whatever the reason; the caller knows which of them mean something. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly problem: ProblemBody
  constructor(problem: ProblemBody) {
    super(problem.type)
    this.problem = problem
  }
  is(kind: { readonly code: string }): boolean {
    return this.problem.type === `/problems/${kind.code}`
  }
}

export type Mode = 'production' | 'verification'
export type Reconciliation = z.output<typeof reconcileAnswer>

type Answer = {
  readonly status: number
  readonly json: unknown
  readonly date: string | undefined
  readonly retryAfter: string | undefined
}

const TIMEOUT_MS = 30_000
/** After the last chunk the gateway reads the whole file once more before it answers. */
const CHUNK_TIMEOUT_MS = 10 * 60_000
const MOST_ANSWER_BYTES = 8 * 1024 * 1024
const none = new Uint8Array()

/** Speaks with the gateway: mutual TLS, every message signed anew. Nothing is retried here. */
export class GatewayClient {
  readonly #origin: string
  readonly #key: KeyObject
  readonly #agent: https.Agent
  readonly #mode: Mode
  readonly #now: () => Date
  readonly #signal: AbortSignal
  #skewMs: number | null = null

  constructor(options: {
    readonly gatewayUrl: string
    readonly identity: MachineIdentity
    readonly mode: Mode
    readonly now: () => Date
    readonly signal: AbortSignal
  }) {
    this.#origin = new URL(options.gatewayUrl).origin
    this.#key = createPrivateKey(options.identity.privateKeyPem)
    this.#agent = new https.Agent({ keepAlive: true, maxSockets: 1, ...tlsClientOptions(options.identity) })
    this.#mode = options.mode
    this.#now = options.now
    this.#signal = options.signal
  }

  /** How far the gateway's clock is ahead of ours, to the second; `null` before its first answer. */
  get skewMs(): number | null {
    return this.#skewMs
  }

  async status(
    agentVersion: string,
    unsent: Partial<Record<Business, number>>,
    refused: readonly HomeRefusal[],
  ): Promise<LinkStatus> {
    const askedAt = this.#now()
    const status = await this.#json('POST', linkPaths.status, statusAnswer, {
      agentVersion,
      mode: this.#mode,
      unsent,
      refused,
    })
    this.#compareClocks(status.now, askedAt)
    return status
  }

  /** Opens or resumes. */
  async open(manifest: Manifest, bytes: number): Promise<FileState> {
    return await this.#json('PUT', this.#pathOf(manifest), fileState, { manifest, bytes })
  }

  async chunk(manifest: Manifest, offset: number, bytes: Uint8Array): Promise<FileState> {
    const headers = {
      'content-type': 'application/octet-stream',
    }
    const path = chunkPath(this.#pathOf(manifest), { offset, sha256: manifest.sha256 })
    const answer = await this.#send('PATCH', path, bytes, headers, CHUNK_TIMEOUT_MS)
    return parsed(answer, fileState)
  }

  async fileState(manifest: Manifest): Promise<FileState> {
    return await this.#json('GET', this.#pathOf(manifest), fileState)
  }

  async reconcile(input: {
    readonly business: Business
    readonly fileNo: number
    readonly rows: number
    readonly hashTotal: string
  }): Promise<Reconciliation> {
    return await this.#json('POST', linkPaths.reconcile, reconcileAnswer, input, CHUNK_TIMEOUT_MS)
  }

  async renew(requestPem: string): Promise<z.output<typeof certificateAnswer>> {
    return await this.#json('POST', linkPaths.renew, certificateAnswer, { requestPem })
  }

  close(): void {
    this.#agent.destroy()
  }

  #pathOf({ business, fileNo }: Manifest): string {
    return this.#mode === 'production'
      ? linkPaths.file(business, fileNo)
      : linkPaths.verification(business, fileNo)
  }

  async #json<S extends z.ZodType>(
    method: string,
    path: string,
    shape: S,
    input?: unknown,
    timeoutMs = TIMEOUT_MS,
  ): Promise<z.output<S>> {
    const body = input === undefined ? none : Buffer.from(JSON.stringify(input))
    const headers: Record<string, string> = input === undefined ? {} : { 'content-type': 'application/json' }
    return parsed(await this.#send(method, path, body, headers, timeoutMs), shape)
  }

  async #send(
    method: string,
    path: string,
    body: Uint8Array,
    headers: Readonly<Record<string, string>>,
    timeout: number,
  ): Promise<Answer> {
    const askedAt = this.#now()
    const signed = signMessage({ method, origin: this.#origin, path, body }, this.#key, askedAt)
    const options = {
      method,
      headers: { ...headers, ...signed, 'content-length': String(body.length) },
      agent: this.#agent,
      timeout,
      signal: this.#signal,
    }
    const answer = await exchange(new URL(path, this.#origin), options, body)
    // Whoever's clock is wrong gets no other answer to judge it by.
    if (answer.status === 403) this.#compareClocks(answer.date ?? '', askedAt)
    return answer
  }

  #compareClocks(theirs: string, askedAt: Date): void {
    const at = Date.parse(theirs)
    if (Number.isNaN(at)) return
    const ours = (askedAt.getTime() + this.#now().getTime()) / 2
    this.#skewMs = Math.round((at - ours) / 1000) * 1000
  }
}

/**
 * Enrols with a one-time code: the key is made here and stays here. `authorityPem` came from the operator on another
 * way; without it a stranger could answer in the cloud's name and take the code.
 */
export async function enrol(options: {
  readonly enrolUrl: string
  readonly code: string
  readonly authorityPem: string
}): Promise<MachineIdentity> {
  const { enrolUrl, code, authorityPem } = options
  const { requestPem, privateKeyPem } = await createCertificateRequest(
    `urn:open-bcl:agent:${code.trim().slice(0, 6)}`,
  )
  const answer = await exchange(
    new URL(linkPaths.enrol, enrolUrl),
    {
      method: 'POST',
      ca: authorityPem,
      minVersion: 'TLSv1.3',
      timeout: TIMEOUT_MS,
      headers: { 'content-type': 'application/json' },
    },
    Buffer.from(JSON.stringify({ code, requestPem })),
  )
  return { privateKeyPem, ...parsed(answer, certificateAnswer) }
}

/** What an answer says, or throws: `Refusal` of a problem that is ours to understand, `Unreachable` of all else. */
function parsed<S extends z.ZodType>(answer: Answer, shape: S): z.output<S> {
  const { status, json } = answer
  if (status === 200) {
    const result = shape.safeParse(json)
    if (result.success) return result.data
    throw new Unreachable('接続先の応答を読み取れません。連携APの版が古くないか確かめてください。')
  }
  const seconds = Number(answer.retryAfter ?? Number.NaN)
  const retryAfter = Number.isFinite(seconds) ? seconds : null
  if (!isProblem(json)) throw new Unreachable(`接続先が応答しません（${status}）。`, { retryAfter })
  const refusal = new Refusal(json)
  // Busy, or away for a while: nothing of it is about what was asked.
  if ((status >= 500 || status === 429) && !refusal.is(linkageProblems.closed))
    throw new Unreachable(`${json.title}。${json.detail}`, { retryAfter })
  throw refusal
}

async function exchange(url: URL, options: https.RequestOptions, body: Uint8Array): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(unreachable(error))
    const request = https.request(url, options, (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > MOST_ANSWER_BYTES) request.destroy()
        else chunks.push(chunk)
      })
      response.on('error', fail)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          json: parseJson(Buffer.concat(chunks)),
          date: response.headers.date,
          retryAfter: response.headers['retry-after'],
        }),
      )
    })
    request.on('error', fail)
    request.on('timeout', () => request.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })))
    request.end(body)
  })
}

/** What TLS and the sockets say, as words for whoever must put it right. */
const connectionWords: Readonly<Record<string, string>> = {
  ENOTFOUND: '接続先のホスト名を引けません。DNSまたは接続先の設定を確かめてください',
  EAI_AGAIN: '接続先のホスト名を引けません。DNSを確かめてください',
  ECONNREFUSED: '接続先につながりません。接続先の停止か、経路・ファイアウォールを確かめてください',
  ETIMEDOUT: '接続先から応答がありません。経路・ファイアウォールを確かめてください',
  CERT_HAS_EXPIRED: '証明書の期限が切れています。時計と、連携APの登録を確かめてください',
  CERT_NOT_YET_VALID: '証明書の有効期間がまだ始まっていません。このサーバの時計を確かめてください',
  DEPTH_ZERO_SELF_SIGNED_CERT: '接続先の証明書が信頼する認証局のものではありません。接続先を確かめてください',
  SELF_SIGNED_CERT_IN_CHAIN: '接続先の証明書が信頼する認証局のものではありません。接続先を確かめてください',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    '接続先の証明書が信頼する認証局のものではありません。接続先を確かめてください',
  ERR_TLS_CERT_ALTNAME_INVALID: '接続先の証明書の名前が違います。接続先の設定を確かめてください',
}

function unreachable(error: NodeJS.ErrnoException): Unreachable {
  const code = error.code ?? error.name
  const words = connectionWords[code] ?? '接続先につながらないか、通信が途中で切れました'
  return new Unreachable(`${words}（${code}）。`, { code })
}

function isProblem(json: unknown): json is ProblemBody {
  return typeof json === 'object' && json !== null && typeof (json as { type?: unknown }).type === 'string'
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    return null
  }
}
