import { X509Certificate, type KeyObject } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { OPERATOR_REALM, type MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isPracticeTown } from '@open-bcl/core/practice-town.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { isRetryable } from '@open-bcl/platform/db/pool.ts'
import { logCodes } from '@open-bcl/platform/log.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { machineNameOf } from '@open-bcl/platform/pki.ts'
import { withCtx, type Call, type Runtime } from '@open-bcl/platform/runtime.ts'
import { keyIdOf, verifyMessage } from '@open-bcl/platform/signed-message.ts'
import { certificatesLogs, certificatesProblems as problems } from './certificates.messages.ts'
import * as actions from './exchange.actions.ts'
import { exchangeEndpoints, type ExchangeEndpoints } from './exchange.contract.ts'
import type { Issuing } from './before-freezing.actions.ts'

export type { Issuing } from './before-freezing.actions.ts'

export type ExchangeOptions = {
  /** This listener as the centre addresses it, `https://host:8444`: signed messages name it. */
  readonly origin: string
  /** Certificates of the registered centres; two while one is being renewed. */
  readonly centers: readonly { readonly certificatePem: string }[]
}

/** How far the centre's clock may differ, ms. */
const MAX_SKEW_MS = 60_000
const TRIES = 3

type Handler = (run: actions.Run, issuing: Issuing, input: never) => Promise<unknown>

const handlers: Readonly<Record<keyof ExchangeEndpoints, Handler>> = {
  getServiceMenu: actions.getServiceMenu,
  authenticateCard: actions.authenticateCard,
  listSubjects: actions.listSubjects,
  listChoices: actions.listChoices,
  quoteIssue: actions.quoteIssue,
  buildIssue: actions.buildIssue,
  deliverIssue: actions.sendIssue,
  confirmPaid: actions.confirmPaid,
  confirmPrinted: actions.confirmPrinted,
  abortIssue: actions.abortIssue,
  refundIssue: actions.refundIssue,
  applyForUse: actions.applyForUse,
  heartbeat: actions.heartbeat,
  setMaintenance: actions.setMaintenance,
  setLedgerOpening: actions.setLedgerOpening,
  setAccessGrant: actions.setAccessGrant,
}

/**
 * The issuing server's side of the exchange protocol, for the mutual TLS listener. Apart from `serve()`: the caller is
 * a machine, and a build needs two transactions with none in between.
 */
export async function exchangeRoutes(
  app: FastifyInstance,
  runtime: Runtime,
  issuing: Issuing,
  options: ExchangeOptions,
): Promise<void> {
  const seen = replayMemory(() => runtime.now())
  const centers = options.centers.map(({ certificatePem }) => registered(certificatePem))
  // A connection keeps its caller: reading a certificate anew for each of its messages is a good part of their cost.
  const callers = new WeakMap<object, Caller>()
  const callerAt = (request: FastifyRequest): Caller => {
    const caller = callers.get(request.raw.socket) ?? callerOf(request, centers)
    callers.set(request.raw.socket, caller)
    return caller
  }
  await app.register(async (scope) => {
    // The signature is over the bytes as they came, so they are parsed only after it was checked.
    scope.removeContentTypeParser('application/json')
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    for (const [name, endpoint] of Object.entries(exchangeEndpoints)) {
      scope.route({
        method: 'POST',
        url: endpoint.path,
        async handler(request, reply) {
          const center = callerAt(request)
          const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
          await verify(runtime, options, request, { body, key: center.key, seen })
          const input = parse(endpoint, body)
          const call: Call = {
            actor: { kind: 'machine', name: center.name },
            municipality: 'municipalityCode' in input ? input.municipalityCode : OPERATOR_REALM,
            traceId: request.id,
          }
          const run = runOf(runtime, call, endpoint.path)
          const result = await handlers[name as keyof ExchangeEndpoints](run, issuing, input as never)
          return await reply.header('cache-control', 'no-store').send(endpoint.output.parse(result))
        },
      })
    }
  })
}

type Caller = { readonly name: string; readonly key: KeyObject }
type Center = { readonly fingerprint: string; readonly key: KeyObject }

function registered(certificatePem: string): Center {
  const certificate = new X509Certificate(certificatePem)
  return { fingerprint: certificate.fingerprint256, key: certificate.publicKey }
}

/** A valid certificate of our authority is not enough: agents have those. It must be a registered centre's very own. */
function callerOf(request: FastifyRequest, centers: readonly Center[]): Caller {
  const socket = request.raw.socket as Partial<TLSSocket>
  const name = socket.authorized ? machineNameOf(socket as TLSSocket) : null
  const fingerprint = socket.getPeerX509Certificate?.()?.fingerprint256
  const center = centers.find((one) => one.fingerprint === fingerprint)
  if (name === null || !center) throw new Problem(problems.unknownCenter)
  return { name, key: center.key }
}

function parse(
  endpoint: ExchangeEndpoints[keyof ExchangeEndpoints],
  body: Buffer,
): { municipalityCode: MunicipalityCode } | Record<string, never> {
  let json: unknown
  try {
    json = JSON.parse(body.toString('utf8'))
  } catch {
    throw new Problem(platformProblems.invalidInput)
  }
  const parsed = endpoint.input.safeParse(json)
  if (parsed.success) {
    const input = parsed.data as { municipalityCode: MunicipalityCode } | Record<string, never>
    // No kiosk issues, charges or counts for a practice town.
    if ('municipalityCode' in input && isPracticeTown(input.municipalityCode))
      throw new Problem(platformProblems.notFound)
    return input
  }
  const errors = parsed.error.issues.map((issue) => ({
    pointer: `/${issue.path.join('/')}`,
    message: issue.message,
  }))
  throw new Problem(platformProblems.invalidInput, errors)
}

/** Lends transactions in the call's scope; a conflict is tried again. */
function runOf(runtime: Runtime, call: Call, path: string): actions.Run {
  return async (work, options = {}) => {
    for (let tries = 1; ; tries++) {
      try {
        return await withCtx(runtime, call, work, options)
      } catch (error) {
        if (tries >= TRIES || !isRetryable(error)) throw error
        runtime.log(logCodes.retried, { endpoint: path, attempt: tries })
      }
    }
  }
}

type Seen = (messageId: string, keyId: string, sentAt: Date) => boolean

/**
 * Ids of messages taken by this process while their clock is still accepted. In memory: a replay needs the centre's own
 * certificate, and to another process it is a repetition, which has no second effect.
 */
function replayMemory(now: () => Date): Seen {
  const taken = new Map<string, number>()
  return (messageId, _keyId, sentAt) => {
    for (const [id, until] of taken) {
      if (until > now().getTime()) break
      taken.delete(id)
    }
    if (taken.has(messageId)) return true
    taken.set(messageId, Math.max(now().getTime(), sentAt.getTime()) + 2 * MAX_SKEW_MS)
    return false
  }
}

/** Refuses what the centre's key has not signed, or what was sent long ago, to another machine, or before. */
async function verify(
  runtime: Runtime,
  options: ExchangeOptions,
  request: FastifyRequest,
  message: { readonly body: Buffer; readonly key: KeyObject; readonly seen: Seen },
): Promise<void> {
  const { method = '', url = '', headers } = request.raw
  const { body, key, seen } = message
  const verdict = await verifyMessage(
    { method, path: url, headers, body },
    {
      origin: options.origin,
      now: runtime.now(),
      maxSkewMs: MAX_SKEW_MS,
      findKey: (keyId) => (keyIdOf(key) === keyId ? key : null),
      seen,
    },
  )
  if (verdict.kind === 'verified') return
  runtime.log(certificatesLogs.badMessage, { traceId: request.id, reason: verdict.reason })
  throw new Problem(problems.badMessage)
}
