import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import {
  ApduCommand,
  bridgeFaults,
  ReleaseCommand,
  type BridgeFault,
  type BridgeStatus,
} from '@open-bcl/modules/center/bridge-protocol.ts'
import { UnreadablePdf } from '@open-bcl/platform/pdf/pdf-objects.ts'
import type { Closable } from '@open-bcl/platform/program.ts'
import { CardGate, type Application } from './card-gate.ts'
import type { Printers, Sides } from './printer.ts'
import { ReaderFault, type Reader, type ReaderStatus } from './reader.ts'
import { twoSided } from './two-sided.ts'

export type BridgeOptions = {
  /** 0 = any free port. */
  readonly port: number
  /** Origins of the pages that may use the reader, and nobody else. */
  readonly origins: readonly string[]
  /** The first one that is connected counts. */
  readonly readers: readonly Reader[]
  /** What of a card may be used here. */
  readonly applications: readonly Application[]
  /** Absent = nothing prints here. */
  readonly printers?: Printers
  /** After so long without a command the card forgets what was verified. */
  readonly idleMs?: number
}

export type Bridge = Closable & { readonly url: string }

const idleMs = 30_000
const maxBodyBytes = 2_048
/** As long a paper as a machine prints at once. */
const maxPaperBytes = 32 * 1024 * 1024

/** Serves the bridge protocol on the loopback. A PIN passes through here in memory only; nothing of a card is logged. */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  const talk = new Talk(options)
  const server = createServer((request, response) => {
    answer(request, response, options, talk).catch(() => response.destroy())
  })
  server.requestTimeout = 10_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      await talk.close()
    },
  }
}

/** One card, one command after the other, and nothing that may not be asked of it. */
class Talk {
  readonly #options: BridgeOptions
  #gate: { readonly insertionId: string; readonly gate: CardGate } | null = null
  #idle: NodeJS.Timeout | undefined
  #queue: Promise<unknown> = Promise.resolve()

  constructor(options: BridgeOptions) {
    this.#options = options
  }

  async status(): Promise<BridgeStatus> {
    const { reader, inserted } = (await this.#connected())?.status ?? { reader: null, inserted: null }
    return { reader, inserted, printers: [...(this.#options.printers?.trays ?? [])] }
  }

  transmit(insertionId: string, apdu: Uint8Array): Promise<Uint8Array> {
    return this.#inTurn(async () => {
      const reader = await this.#readerWith(insertionId)
      const gate = this.#gateOf(insertionId)
      if (!gate.allows(apdu)) throw new ReaderFault('not-allowed')
      clearTimeout(this.#idle)
      this.#idle = setTimeout(
        () => void this.release(insertionId).catch(() => undefined),
        this.#idleMs,
      ).unref()
      const response = await reader.transmit(insertionId, apdu)
      gate.answered(apdu, response)
      return response
    })
  }

  release(insertionId: string): Promise<void> {
    return this.#inTurn(async () => {
      clearTimeout(this.#idle)
      const reader = await this.#readerWith(insertionId)
      this.#gateOf(insertionId).forget()
      await reader.release(insertionId)
    })
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    await Promise.all(this.#options.readers.map((reader) => reader.close()))
  }

  get #idleMs(): number {
    return this.#options.idleMs ?? idleMs
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work)
    this.#queue = done.catch(() => undefined)
    return done
  }

  #gateOf(insertionId: string): CardGate {
    if (this.#gate?.insertionId !== insertionId)
      this.#gate = { insertionId, gate: new CardGate(this.#options.applications) }
    return this.#gate.gate
  }

  async #connected(): Promise<{ reader: Reader; status: ReaderStatus } | null> {
    for (const reader of this.#options.readers) {
      const status = await reader.status()
      if (status.reader !== null) return { reader, status }
    }
    return null
  }

  async #readerWith(insertionId: string): Promise<Reader> {
    const found = await this.#connected()
    if (found === null) throw new ReaderFault('reader-gone')
    if (found.status.inserted?.insertionId !== insertionId) throw new ReaderFault('card-gone')
    return found.reader
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: BridgeOptions,
  talk: Talk,
): Promise<void> {
  const { method = '', url = '', headers } = request
  const { origin } = headers
  const send = (status: number, body?: unknown): void => {
    response.writeHead(status, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      vary: 'Origin',
    })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  }
  // A name that leads here from elsewhere (DNS rebinding) is not this machine's own.
  if (!/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(headers.host ?? ''))
    return send(421, { code: 'not-allowed', error: 'この端末からだけ使えます。' })
  if (method === 'GET' && url === '/healthz') return send(200, { status: 'alive' })
  if (method === 'GET' && url === '/readyz') return send(200, { status: 'ready', ...(await talk.status()) })
  // A browser always says from where a page asks; other programs do not use the reader through us.
  if (origin === undefined ? method !== 'GET' : !options.origins.includes(origin))
    return send(403, { code: 'not-allowed', error: 'この画面からの呼び出しは許可されていません。' })
  if (origin !== undefined) {
    response.setHeader('access-control-allow-origin', origin)
    response.setHeader('access-control-allow-methods', 'GET, POST')
    response.setHeader('access-control-allow-headers', 'content-type')
    // A page from elsewhere asks a program of this machine (Private Network Access).
    if (headers['access-control-request-private-network'] === 'true')
      response.setHeader('access-control-allow-private-network', 'true')
  }
  if (method === 'OPTIONS') return send(204)
  if (method === 'GET' && url === '/status') return send(200, await talk.status())
  if (method !== 'POST') return send(404, { code: 'malformed', error: bridgeFaults.malformed.error })
  try {
    if (url === '/apdu') {
      const { insertionId, apdu } = parse(ApduCommand, await readJson(request))
      const bytes = await talk.transmit(insertionId, Buffer.from(apdu, 'hex'))
      return send(200, { response: Buffer.from(bytes).toString('hex').toUpperCase() })
    }
    if (url === '/release') {
      await talk.release(parse(ReleaseCommand, await readJson(request)).insertionId)
      return send(200, { released: true })
    }
    const tray = /^\/print\/([a-z]{1,20})$/.exec(url)?.[1]
    if (tray !== undefined && options.printers?.trays.includes(tray)) {
      const { pdf, sides } = await paperOf(request)
      const outcome = await options.printers.print(tray, pdf, sides).catch(() => 'failed' as const)
      if (outcome === 'failed') throw new ReaderFault('not-printed')
      return send(200, { printed: true })
    }
    return send(404, { code: 'malformed', error: bridgeFaults.malformed.error })
  } catch (error) {
    if (!(error instanceof ReaderFault)) throw error
    const code: BridgeFault = error.fault
    return send(bridgeFaults[code].status, { code, error: bridgeFaults[code].error })
  }
}

function parse<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new ReaderFault('malformed')
  return parsed.data
}

/** A PDF alone, or a front and the うら面 of each of its pages. */
async function paperOf(request: IncomingMessage): Promise<{ pdf: Uint8Array; sides: Sides }> {
  if (request.headers['content-type'] !== 'application/json') {
    const pdf = await read(request, 'application/pdf', maxPaperBytes)
    if (!pdf.subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new ReaderFault('malformed')
    return { pdf, sides: 'one-sided' }
  }
  const { frontBase64, backBase64 } = parse(TwoSidedPaper, await readJson(request, 2 * maxPaperBytes))
  try {
    const pdf = twoSided(Buffer.from(frontBase64, 'base64'), Buffer.from(backBase64, 'base64'))
    return { pdf, sides: 'two-sided-long-edge' }
  } catch (error) {
    if (error instanceof UnreadablePdf) throw new ReaderFault('malformed')
    throw error
  }
}
const TwoSidedPaper = z.object({ frontBase64: z.base64(), backBase64: z.base64() })

async function readJson(request: IncomingMessage, most = maxBodyBytes): Promise<unknown> {
  const text = (await read(request, 'application/json', most)).toString()
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new ReaderFault('malformed')
  }
}

/** Only such a type makes a browser ask first whether the page may. */
async function read(request: IncomingMessage, type: string, most: number): Promise<Buffer> {
  if (request.headers['content-type']?.split(';')[0] !== type) throw new ReaderFault('malformed')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > most) throw new ReaderFault('malformed')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
