import type { FastifyInstance, FastifyRequest } from 'fastify'
import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { isRetryable } from '@open-bcl/platform/db/pool.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { machineNameOf, type Authority } from '@open-bcl/platform/pki.ts'
import { withCtx, type Call, type Runtime } from '@open-bcl/platform/runtime.ts'
import { verifyMessage } from '@open-bcl/platform/signed-message.ts'
import { enrolAgent, fingerprintOf, getLinkStatus, receiveFile, Settled } from './gateway.actions.ts'
import { enrolRequest, linkPaths, MANIFEST_HEADER } from './linkage.contract.ts'
import { parseManifest, type Manifest } from './linkage.manifest.ts'
import { linkageLog, linkageProblems as problems } from './linkage.messages.ts'
import type { LinkReceipt } from './linkage.receipt.ts'

export type GatewayOptions = {
  /** How agents address us, `https://bcl.example:8444`: signed into every message. */
  readonly origin: string
  /** Files taken in at once by this process; more are answered 503. Each holds a connection of the pool. */
  readonly maxFiles?: number
  /** A sender that is silent for this long is cut off. */
  readonly idleMs?: number
  readonly maxFileBytes?: number
}

/** Who sent a request, proved by the client certificate of the connection. */
type Sender = { readonly municipality: MunicipalityCode; readonly certificate: X509Certificate }

type BodyLimits = { readonly idleMs: number; readonly maxFileBytes: number }

/** A town hall's clock without NTP is minutes off, not hours. */
const MAX_SKEW_MS = 15 * 60_000
const none = new Uint8Array()

/**
 * The agent's side of the link, for a listener that demands client certificates of our authority (`tlsServerOptions(…,
 * 'machines')`). `runtime.pool` must be of role `linkage` with at least `maxFiles` + 2 connections.
 */
export function linkGateway(app: FastifyInstance, runtime: Runtime, options: GatewayOptions): void {
  const { maxFiles = 2, idleMs = 60_000, maxFileBytes = 16 * 1024 ** 3 } = options
  let taking = 0
  void app.register(async (scope) => {
    // The stream itself: nothing is gathered in memory.
    scope.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload))

    scope.get(linkPaths.status, async (request, reply) => {
      const sender = senderOf(request)
      await requireSigned(runtime, options, request, sender, none)
      const status = await withCtx(runtime, callOf(request, sender), (ctx) =>
        getLinkStatus(ctx, fingerprintOf(sender.certificate.raw)),
      )
      return await reply.header('cache-control', 'no-store').send(status)
    })

    scope.post<{ Params: { business: string; fileNo: string } }>(
      '/link/files/:business/:fileNo',
      async (request, reply) => {
        const sender = senderOf(request)
        const manifest = await manifestOf(runtime, options, request, sender)
        if (taking >= maxFiles) {
          void reply.header('retry-after', '5')
          throw new Problem(platformProblems.busy)
        }
        taking += 1
        try {
          const receipt = await take(runtime, request, sender, manifest, { idleMs, maxFileBytes })
          return await reply
            .status(receipt.state === 'applied' ? 200 : 422)
            .header('cache-control', 'no-store')
            .send(receipt)
        } catch (error) {
          // Whoever sends without end is not listened to any longer.
          if (error instanceof Problem && error.kind === platformProblems.tooLarge)
            void reply.header('connection', 'close')
          throw error
        } finally {
          taking -= 1
        }
      },
    )
  })
}

/**
 * Enrolment of an agent, which has no certificate yet: for the listener of browsers (server certificate only).
 * `runtime.pool` must be of role `linkage`.
 */
export function linkEnrolment(app: FastifyInstance, runtime: Runtime, authority: Authority): void {
  app.post(linkPaths.enrol, async (request, reply) => {
    const input = enrolRequest.safeParse(request.body)
    const municipality = input.success ? input.data.code.trim().slice(0, 6) : ''
    if (!input.success || !isMunicipalityCode(municipality)) throw new Problem(problems.wrongCode)
    const call: Call = { actor: { kind: 'anonymous' }, municipality, traceId: request.id }
    const answer = await withCtx(runtime, call, (ctx) => enrolAgent(ctx, authority, input.data))
    return await reply.header('cache-control', 'no-store').send(answer)
  })
}

function senderOf(request: FastifyRequest): Sender {
  const socket = request.raw.socket as TLSSocket
  const code = /^urn:open-bcl:agent:(\d{6})$/.exec(machineNameOf(socket) ?? '')?.[1]
  const peer = socket.getPeerCertificate().raw
  if (code === undefined || !isMunicipalityCode(code)) throw new Problem(problems.notAnAgent)
  return { municipality: code, certificate: new X509Certificate(peer) }
}

function callOf(request: FastifyRequest, { municipality }: Sender): Call {
  return {
    actor: { kind: 'machine', name: `agent:${municipality}` },
    municipality,
    traceId: request.id,
  }
}

/**
 * The signature must be of the certificate's own key: it stays as proof where a relay ends TLS. A replay needs no store
 * here: a file is named by number and SHA-256 and has its effect once, and status only reads.
 */
async function requireSigned(
  runtime: Runtime,
  { origin }: GatewayOptions,
  request: FastifyRequest,
  { certificate }: Sender,
  body: Uint8Array,
): Promise<void> {
  const verdict = await verifyMessage(
    { method: request.method, path: request.raw.url ?? '', headers: request.headers, body },
    {
      origin,
      now: runtime.now(),
      maxSkewMs: MAX_SKEW_MS,
      findKey: () => certificate.publicKey,
      seen: () => false,
    },
  )
  if (verdict.kind === 'refused') throw new Problem(problems.badSignature)
}

async function manifestOf(
  runtime: Runtime,
  options: GatewayOptions,
  request: FastifyRequest<{ Params: { business: string; fileNo: string } }>,
  sender: Sender,
): Promise<Manifest> {
  const header = request.headers[MANIFEST_HEADER]
  if (typeof header !== 'string') throw new Problem(problems.badManifest)
  const bytes = Buffer.from(header, 'base64url')
  await requireSigned(runtime, options, request, sender, bytes)
  const parsed = parseManifest(parseJson(bytes))
  if ('errors' in parsed) throw new Problem(problems.badManifest, parsed.errors)
  const { manifest } = parsed
  const { business, fileNo } = request.params
  if (manifest.business !== business || String(manifest.fileNo) !== fileNo)
    throw new Problem(problems.badManifest)
  if (manifest.municipalityCode !== sender.municipality) throw new Problem(problems.otherMunicipality)
  return manifest
}

async function take(
  runtime: Runtime,
  request: FastifyRequest,
  sender: Sender,
  manifest: Manifest,
  limits: BodyLimits,
): Promise<LinkReceipt> {
  const { business, fileNo } = manifest
  const body = new Body(request.raw, limits)
  try {
    return await withCtx(runtime, callOf(request, sender), (ctx) =>
      receiveFile(ctx, fingerprintOf(sender.certificate.raw), manifest, body.read()),
    )
  } catch (error) {
    if (error instanceof Settled) {
      await body.skipRest()
      return error.receipt
    }
    if (request.raw.destroyed && !request.raw.complete) {
      runtime.log(linkageLog.cutOff, { traceId: request.id, business, fileNo })
      throw new Problem(problems.cutOff)
    }
    if (isRetryable(error)) throw new Problem(platformProblems.busy)
    throw error
  }
}

/** The body as it arrives: read while it is wanted, then to its end without looking, and the answer can still be read. */
class Body {
  readonly #raw: IncomingMessage
  readonly #limits: BodyLimits
  readonly #chunks: AsyncIterator<Buffer>
  #received = 0

  constructor(raw: IncomingMessage, limits: BodyLimits) {
    this.#raw = raw
    this.#limits = limits
    this.#chunks = raw.iterator({ destroyOnReturn: false })
  }

  /** May be left early: the connection stays open. */
  async *read(): AsyncGenerator<Buffer> {
    for (let chunk = await this.#next(); chunk !== null; chunk = await this.#next()) yield chunk
  }

  /** A sender still busy sending reads no answer. */
  async skipRest(): Promise<void> {
    while ((await this.#next()) !== null) continue
  }

  async #next(): Promise<Buffer | null> {
    // Only the sender's silence counts, not our own work between two chunks.
    const timer = setTimeout(() => this.#raw.destroy(), this.#limits.idleMs)
    const next = await this.#chunks.next().finally(() => clearTimeout(timer))
    if (next.done === true) return null
    this.#received += next.value.length
    if (this.#received > this.#limits.maxFileBytes) throw new Problem(platformProblems.tooLarge)
    return next.value
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    return null
  }
}
