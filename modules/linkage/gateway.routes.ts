import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { z } from 'zod'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { isRetryable } from '@open-bcl/platform/db/pool.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { machineNameOf, type Authority } from '@open-bcl/platform/pki.ts'
import { withCtx, type Call, type Runtime } from '@open-bcl/platform/runtime.ts'
import type { LinkMessage } from '@open-bcl/platform/http/link-message.ts'
import { verifyMessage } from '@open-bcl/platform/signed-message.ts'
import type { Spool } from '@open-bcl/platform/spool.ts'
import { businesses, type Business } from '../interfaces/interfaces.columns.ts'
import {
  addChunk,
  enrolAgent,
  fingerprintOf,
  getFileState,
  getLinkStatus,
  LinkClosed,
  openUpload,
  renewAgent,
  requireAgent,
  requireOpen,
  UploadAt,
  type GatewayLimits,
} from './gateway.actions.ts'
import {
  enrolRequest,
  linkPaths,
  MOST_CHUNK_BYTES,
  OFFSET_HEADER,
  openRequest,
  reconcileRequest,
  renewRequest,
  statusRequest,
  type FileState,
} from './gateway.contract.ts'
import type { LinkQueue } from './queue.actions.ts'
import { parseManifest, type Manifest } from './linkage.manifest.ts'
import { emptyFile, linkageProblems as problems } from './linkage.messages.ts'
import { reconcile } from './reconcile.actions.ts'
import { VerificationDesk } from './verification.actions.ts'

export type GatewayOptions = Partial<GatewayLimits> & {
  /** How agents address us, `https://bcl.example:8444`: signed into every message. */
  readonly origin: string
  readonly authority: Authority
  readonly spool: Spool
  readonly queue: LinkQueue
  /** Messages worked on at once by this process; more are answered 503. Each holds a connection of the pool. */
  readonly atOnce?: number
  /** Of modules above (外部被災者支援連携). */
  readonly messages?: readonly LinkMessage[]
}

/** Who sent a request, proved by the client certificate of the connection. */
type Sender = { readonly municipality: MunicipalityCode; readonly certificate: X509Certificate }

/** A town hall's clock without NTP is minutes off, not hours. */
const MAX_SKEW_MS = 15 * 60_000
const GIB = 1024 ** 3
const BUSY_SECONDS = 5
/** Towns that are reconciled at once. */
const MOST_RECONCILING = 3

/**
 * The agent's side of the link, for a listener that demands client certificates of our authority (`tlsServerOptions(…,
 * 'machines')`). `runtime.pool` must be of role `linkage` with at least `atOnce` + 2 connections beside those of the queue.
 */
export function linkGateway(app: FastifyInstance, runtime: Runtime, options: GatewayOptions): void {
  const {
    origin,
    spool,
    queue,
    authority,
    atOnce = 8,
    maxFileBytes = 16 * GIB,
    maxTownBytes = 64 * GIB,
  } = options
  const limits: GatewayLimits = { maxFileBytes, maxTownBytes }
  const desk = new VerificationDesk(spool, limits, queue)
  let working = 0
  const reconciling = new Set<MunicipalityCode>()
  const replays = new Replays()

  /** One signed message of an enrolled agent, in one transaction. */
  const serve =
    <T extends object>(
      work: (
        ctx: Ctx,
        message: { request: LinkRequest; sender: Sender; body: Buffer; signedAt: Date },
      ) => Promise<T>,
    ) =>
    async (request: LinkRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const sender = senderOf(request)
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const signedAt = await requireSigned(runtime, { origin, replays }, request, sender, body)
      if (working >= atOnce) return await tellBusy(reply)
      working += 1
      try {
        const answer = await withCtx(runtime, callOf(request, sender), (ctx) =>
          work(ctx, { request, sender, body, signedAt }),
        )
        if ('state' in answer) {
          const state = answer as unknown as FileState
          if (state.state === 'receiving') void reply.header(OFFSET_HEADER, String(state.received))
          if (state.state === 'waiting') queue.wake(sender.municipality)
        }
        return await reply.header('cache-control', 'no-store').send(answer)
      } catch (error) {
        if (error instanceof UploadAt) void reply.header(OFFSET_HEADER, String(error.received))
        if (error instanceof LinkClosed) void reply.header('retry-after', String(error.retryAfterSeconds))
        if (isRetryable(error)) return await tellBusy(reply)
        throw error
      } finally {
        working -= 1
      }
    }

  void app.register(async (scope) => {
    // The bytes as they were signed; nothing is parsed before the signature is proved.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

    scope.post(
      linkPaths.status,
      serve(async (ctx, { sender, body, signedAt }) =>
        getLinkStatus(ctx, fingerprintOf(sender.certificate.raw), {
          ...parse(statusRequest, body),
          signedAt,
        }),
      ),
    )
    scope.post(
      linkPaths.renew,
      serve(async (ctx, { sender, body }) =>
        renewAgent(
          ctx,
          authority,
          fingerprintOf(sender.certificate.raw),
          parse(renewRequest, body).requestPem,
        ),
      ),
    )
    const reconcileInTurn = serve(async (ctx, { sender, body }) => {
      await requireAgent(ctx, fingerprintOf(sender.certificate.raw))
      return await reconcile(ctx, parse(reconcileRequest, body))
    })
    scope.post(linkPaths.reconcile, async (request: LinkRequest, reply) => {
      // Every row of a business is opened: one a town at a time, and a few are enough for a machine that also issues.
      const { municipality } = senderOf(request)
      if (reconciling.has(municipality) || reconciling.size >= MOST_RECONCILING) return await tellBusy(reply)
      reconciling.add(municipality)
      try {
        return await reconcileInTurn(request, reply)
      } finally {
        reconciling.delete(municipality)
      }
    })

    for (const { path, bodyLimit, answer } of options.messages ?? []) {
      scope.post(
        path,
        bodyLimit === undefined ? {} : { bodyLimit },
        serve(async (ctx, { request, sender, body }) => {
          await requireAgent(ctx, fingerprintOf(sender.certificate.raw))
          return await answer(callOf(request, sender), parseJson(body))
        }),
      )
    }

    const file = '/link/files/:business/:fileNo'
    scope.get(
      file,
      serve(async (ctx, { request, sender }) => {
        await requireAgent(ctx, fingerprintOf(sender.certificate.raw))
        return await getFileState(ctx, spool, placeOf(request))
      }),
    )
    scope.put(
      file,
      serve(async (ctx, { request, sender, body, signedAt }) => {
        const agent = await requireAgent(ctx, fingerprintOf(sender.certificate.raw))
        await requireOpen(ctx)
        return await openUpload(ctx, { spool, limits }, agent, {
          ...opened(request, sender, body),
          signedAt,
        })
      }),
    )
    const chunks = { bodyLimit: MOST_CHUNK_BYTES }
    scope.patch(
      file,
      chunks,
      serve(async (ctx, { request, sender, body }) => {
        await requireAgent(ctx, fingerprintOf(sender.certificate.raw))
        await requireOpen(ctx)
        return await addChunk(ctx, spool, placeOf(request), chunkOf(request, body))
      }),
    )

    const verification = '/link/verification/files/:business/:fileNo'
    scope.get(
      verification,
      serve(async (ctx, { request, sender }) => {
        await requireAgent(ctx, fingerprintOf(sender.certificate.raw))
        return await desk.state(ctx, placeOf(request))
      }),
    )
    scope.put(
      verification,
      serve(async (ctx, { request, sender, body }) => {
        await requireAgent(ctx, fingerprintOf(sender.certificate.raw))
        await requireOpen(ctx)
        return await desk.open(ctx, opened(request, sender, body))
      }),
    )
    scope.patch(
      verification,
      chunks,
      serve(async (ctx, { request, sender, body }) => {
        await requireAgent(ctx, fingerprintOf(sender.certificate.raw))
        await requireOpen(ctx)
        return await desk.add(ctx, placeOf(request), chunkOf(request, body))
      }),
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

type LinkRequest = FastifyRequest

async function tellBusy(reply: FastifyReply): Promise<never> {
  void reply.header('retry-after', String(BUSY_SECONDS))
  throw new Problem(platformProblems.busy)
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
 * Ids of messages that say or begin something, while their signatures are good. A chunk needs none: it is named by its
 * offset and its file's digest and has its effect once. What another process saw, or this one before its start, is told
 * by its time: an older word or opening changes nothing (`getLinkStatus`, `openUpload`).
 */
class Replays {
  readonly #until = new Map<string, number>()

  /** Whether it came before. */
  seen(messageId: string, now: number): boolean {
    // In the order in which they came, so in that in which they end.
    for (const [id, until] of this.#until) {
      if (until > now) break
      this.#until.delete(id)
    }
    if (this.#until.has(messageId)) return true
    this.#until.set(messageId, now + 2 * MAX_SKEW_MS)
    return false
  }
}

/**
 * The signature must be of the certificate's own key: it stays as proof where a relay ends TLS.
 * @returns when it was signed, by the sender's clock
 */
async function requireSigned(
  runtime: Runtime,
  { origin, replays }: { readonly origin: string; readonly replays: Replays },
  request: FastifyRequest,
  { certificate }: Sender,
  body: Uint8Array,
): Promise<Date> {
  const now = runtime.now()
  const once = request.method === 'POST' || request.method === 'PUT'
  const verdict = await verifyMessage(
    { method: request.method, path: request.raw.url ?? '', headers: request.headers, body },
    {
      origin,
      now,
      maxSkewMs: MAX_SKEW_MS,
      findKey: () => certificate.publicKey,
      seen: (messageId) => once && replays.seen(messageId, now.getTime()),
    },
  )
  if (verdict.kind === 'refused')
    throw new Problem(verdict.reason === 'clock' ? problems.wrongClock : problems.badSignature)
  return verdict.sentAt
}

function placeOf(request: FastifyRequest): { business: Business; fileNo: number } {
  const { business, fileNo } = request.params as { business: string; fileNo: string }
  if (!businesses.some((one) => one === business) || !/^[1-9]\d{0,8}$/.test(fileNo))
    throw new Problem(platformProblems.notFound)
  return { business: business as Business, fileNo: Number(fileNo) }
}

/** The manifest of a PUT, which must be of this address and of the sender's town. */
function opened(
  request: FastifyRequest,
  sender: Sender,
  body: Buffer,
): { readonly manifest: Manifest; readonly bytes: number } {
  const { business, fileNo } = placeOf(request)
  const value = parseJson(body) as { manifest?: unknown; bytes?: unknown } | null
  const parsed = parseManifest(value?.manifest)
  if ('errors' in parsed) throw new Problem(problems.badManifest, parsed.errors)
  const { manifest } = parsed
  if (manifest.municipalityCode !== sender.municipality) throw new Problem(problems.otherMunicipality)
  if (manifest.business !== business || manifest.fileNo !== fileNo) throw new Problem(problems.badManifest)
  if (value?.bytes === 0) throw new Problem(problems.badManifest, [{ pointer: '/bytes', message: emptyFile }])
  return parse(openRequest, body)
}

function chunkOf(
  request: FastifyRequest,
  bytes: Buffer,
): { readonly offset: number; readonly sha256: string; readonly bytes: Buffer } {
  const { offset, sha256 } = request.query as Readonly<Record<string, unknown>>
  if (typeof offset !== 'string' || !/^\d{1,15}$/.test(offset) || typeof sha256 !== 'string')
    throw new Problem(platformProblems.invalidInput)
  return { offset: Number(offset), sha256, bytes }
}

function parse<S extends z.ZodType>(schema: S, body: Buffer): z.output<S> {
  const parsed = schema.safeParse(parseJson(body))
  if (!parsed.success) throw new Problem(platformProblems.invalidInput)
  return parsed.data
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch {
    return null
  }
}
