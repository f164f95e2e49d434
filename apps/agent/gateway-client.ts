import { createPrivateKey, type KeyObject } from 'node:crypto'
import { createReadStream } from 'node:fs'
import https from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ProblemBody } from '@open-bcl/core/problem.ts'
import {
  enrolAnswer,
  linkPaths,
  linkStatus,
  MANIFEST_HEADER,
  type LinkStatus,
} from '@open-bcl/modules/linkage/linkage.contract.ts'
import { linkReceipt, type LinkReceipt } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { createCertificateRequest, tlsClientOptions, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { signMessage } from '@open-bcl/platform/signed-message.ts'
import type { ReadyFile } from './inbox.ts'

/** No answer that judges the file: it stays, and is sent again later. `reason` is shown on the status page. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
  readonly reason: string
  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }
}

export type FileAnswer =
  | { readonly kind: 'receipt'; readonly receipt: LinkReceipt }
  | { readonly kind: 'problem'; readonly problem: ProblemBody }

type Answer = { readonly status: number; readonly json: unknown }

const STATUS_TIMEOUT_MS = 30_000
/** Silence on the line. After the last byte the cloud still compares and writes a whole city. */
const FILE_TIMEOUT_MS = 15 * 60_000
const MOST_ANSWER_BYTES = 8 * 1024 * 1024

/** Speaks with the gateway: mutual TLS, every message signed anew. Nothing is retried here. */
export class GatewayClient {
  readonly #origin: string
  readonly #key: KeyObject
  readonly #agent: https.Agent
  readonly #now: () => Date
  readonly #signal: AbortSignal

  constructor(gatewayUrl: string, identity: MachineIdentity, now: () => Date, signal: AbortSignal) {
    this.#origin = new URL(gatewayUrl).origin
    this.#key = createPrivateKey(identity.privateKeyPem)
    this.#agent = new https.Agent({ keepAlive: true, maxSockets: 1, ...tlsClientOptions(identity) })
    this.#now = now
    this.#signal = signal
  }

  async status(): Promise<LinkStatus> {
    const path = linkPaths.status
    const headers = this.#signed('GET', path, new Uint8Array())
    const answer = await this.#exchange('GET', path, headers, Readable.from([]), STATUS_TIMEOUT_MS)
    const parsed = linkStatus.safeParse(answer.json)
    if (answer.status === 200 && parsed.success) return parsed.data
    throw unreachable(answer)
  }

  async send({ manifest, manifestBytes, dataPath, bytes }: ReadyFile): Promise<FileAnswer> {
    const path = linkPaths.file(manifest.business, manifest.fileNo)
    const headers = {
      ...this.#signed('POST', path, manifestBytes),
      [MANIFEST_HEADER]: manifestBytes.toString('base64url'),
      'content-type': 'text/csv',
      'content-length': String(bytes),
    }
    const body = createReadStream(dataPath)
    const answer = await this.#exchange('POST', path, headers, body, FILE_TIMEOUT_MS)
    const receipt = linkReceipt.safeParse(answer.json)
    if (receipt.success) return { kind: 'receipt', receipt: receipt.data }
    if (answer.status >= 500 || answer.status === 429 || !isProblem(answer.json)) throw unreachable(answer)
    return { kind: 'problem', problem: answer.json }
  }

  close(): void {
    this.#agent.destroy()
  }

  #signed(method: string, path: string, body: Uint8Array): Readonly<Record<string, string>> {
    return signMessage({ method, origin: this.#origin, path, body }, this.#key, this.#now())
  }

  async #exchange(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Readable,
    timeoutMs: number,
  ): Promise<Answer> {
    const options = { method, headers, agent: this.#agent, timeout: timeoutMs, signal: this.#signal }
    return await exchange(new URL(path, this.#origin), options, body)
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
      timeout: STATUS_TIMEOUT_MS,
      headers: { 'content-type': 'application/json' },
    },
    Readable.from([JSON.stringify({ code, requestPem })]),
  )
  const parsed = enrolAnswer.safeParse(answer.json)
  if (answer.status !== 200 || !parsed.success) throw unreachable(answer)
  return { privateKeyPem, ...parsed.data }
}

async function exchange(url: URL, options: https.RequestOptions, body: Readable): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      body.destroy()
      reject(new Unreachable(`接続先につながりません（${error.code ?? error.name}）。`))
    }
    const request = https.request(url, options, (response) => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > MOST_ANSWER_BYTES) request.destroy()
        else chunks.push(chunk)
      })
      response.on('error', fail)
      response.on('end', () => {
        // An answer before the last byte is final too: what is left need not be sent.
        body.destroy()
        resolve({ status: response.statusCode ?? 0, json: parseJson(Buffer.concat(chunks)) })
      })
    })
    request.on('error', fail)
    request.on('timeout', () => request.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })))
    pipeline(body, request).catch(fail)
  })
}

function unreachable({ status, json }: Answer): Unreachable {
  return new Unreachable(
    isProblem(json) ? `${json.title}。${json.detail}` : `接続先が応答しません（${status}）。`,
  )
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
