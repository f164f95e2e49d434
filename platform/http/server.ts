import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import fastifyStatic from '@fastify/static'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import fs from 'node:fs'
import path from 'node:path'
import type { ServerOptions } from 'node:https'
import { z } from 'zod'
import { Problem, problemBody } from '@open-bcl/core/problem.ts'
import { errorFields, logCodes, type Log } from '../log.ts'
import { platformProblems as problems } from '../messages.ts'
import { newTraceId } from './serve.ts'

z.config(z.locales.ja())

/** One check of readiness: a name in Japanese and a promise that rejects when it fails. */
/** A check that throws is not ready; a text it gives stands beside the yes. */
export type ReadyCheck = { readonly name: string; check(): Promise<string | undefined | void> }

export type HttpOptions = {
  readonly program: string
  readonly log: Log
  readonly ready: readonly ReadyCheck[]
  /**
   * More requests than this at once are answered 503 with Retry-After (design §9: 10 × load). A request counts from when
   * its body is here: who sends slowly keeps nobody else out.
   */
  readonly maxInFlight?: number
  /** Connections at once; one more is closed. */
  readonly maxConnections?: number
  /** A request that is not here after this is answered 408, ms; 0 = never, for listeners that take streams. */
  readonly requestTimeoutMs?: number
  /** Largest JSON body in bytes. Streams (link files) have their own listener and limit. */
  readonly bodyLimit?: number
  /** Origins beside our own that a page may call (the kiosk page calls the card bridge). */
  readonly connect?: readonly string[]
  readonly https?: ServerOptions
}

/** A Fastify server with our habits: CSP, problem+json, coded log lines without URLs or bodies, health and readiness. */
export async function httpServer(options: HttpOptions): Promise<FastifyInstance> {
  const requestTimeout = options.requestTimeoutMs ?? 30_000
  // How often Node looks for requests that are too slow; by itself every 30 s.
  const checking = { connectionsCheckingInterval: Math.min(requestTimeout || 5_000, 5_000) }
  const app = Fastify({
    logger: false,
    genReqId: newTraceId,
    bodyLimit: options.bodyLimit ?? 1_048_576,
    forceCloseConnections: 'idle',
    requestTimeout,
    // Fastify's own words would say the address back; what stands in one may be a name or a code.
    frameworkErrors: (_error, request, reply) =>
      void sendProblem(
        options.log,
        new Problem(problems.notFound),
        request as unknown as FastifyRequest,
        reply as unknown as FastifyReply,
      ),
    ...(options.https ? { https: { ...options.https, ...checking } } : { http: checking }),
  }) as unknown as FastifyInstance
  // Node takes the longer of both for the whole request.
  if (requestTimeout > 0) app.server.headersTimeout = Math.min(app.server.headersTimeout, requestTimeout)
  app.server.maxConnections = options.maxConnections ?? 2_000
  // A form of another site can send this type without asking.
  app.removeContentTypeParser('text/plain')
  await app.register(cookie)
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        connectSrc: ["'self'", ...(options.connect ?? [])],
        imgSrc: ["'self'", 'data:', 'blob:'],
        frameSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: options.https !== undefined,
  })
  countRequests(app, options)
  app.setErrorHandler((error, request, reply) => sendProblem(options.log, error, request, reply))
  app.setNotFoundHandler((request, reply) =>
    sendProblem(options.log, new Problem(problems.notFound), request, reply),
  )
  health(app, options)
  return app
}

function countRequests(app: FastifyInstance, options: HttpOptions): void {
  const limit = options.maxInFlight ?? 300
  let inFlight = 0
  app.addHook('preHandler', async (request, reply) => {
    if (isProbe(request)) return
    inFlight += 1
    reply.raw.once('close', () => {
      inFlight -= 1
    })
    if (inFlight > limit) {
      options.log(logCodes.overloaded, { count: inFlight })
      throw new Problem(problems.busy)
    }
  })
  app.addHook('onResponse', async (request, reply) => {
    if (isProbe(request)) return
    options.log(logCodes.request, {
      traceId: request.id,
      method: request.method,
      // The pattern, never the URL: a URL may hold ids or words somebody typed.
      endpoint: request.routeOptions.url ?? '(none)',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    })
  })
}

/** Whoever watches us must see us when we are busiest. */
function isProbe(request: FastifyRequest): boolean {
  return request.routeOptions.url === '/healthz' || request.routeOptions.url === '/readyz'
}

/** Any thrown thing becomes problem+json here and nowhere else. */
function sendProblem(log: Log, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = asProblem(error)
  const endpoint = request.routeOptions?.url ?? '(none)'
  if (problem.kind === problems.unexpected) {
    log(logCodes.unexpected, { traceId: request.id, endpoint, ...errorFields(error) })
  } else {
    log(logCodes.refused, { traceId: request.id, endpoint, problem: problem.kind.code })
  }
  if (problem.kind.status === 503 && !reply.hasHeader('retry-after')) void reply.header('retry-after', '2')
  return reply
    .status(problem.kind.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problemBody(problem, request.id)))
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const code = (error as { code?: unknown }).code
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Problem(problems.tooLarge)
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new Problem(problems.unsupported)
  const status = (error as { statusCode?: unknown }).statusCode
  if (status === 429) return new Problem(problems.tooMany)
  if (status === 400) return new Problem(problems.invalidInput)
  return new Problem(problems.unexpected)
}

function health(app: FastifyInstance, options: HttpOptions): void {
  app.get('/healthz', async () => ({ program: options.program, alive: true }))
  app.get('/readyz', async (_request, reply) => {
    const checks = await Promise.all(
      options.ready.map(async ({ name, check }) => {
        try {
          const note = await check()
          return { name, ok: true, ...(typeof note === 'string' ? { note } : {}) }
        } catch (error) {
          options.log(logCodes.checkFailed, { check: name, ...errorFields(error) })
          return { name, ok: false }
        }
      }),
    )
    const ready = checks.every((check) => check.ok)
    return await reply.status(ready ? 200 : 503).send({ program: options.program, ready, checks })
  })
}

/**
 * Serves a built web shell; paths of its own router get its index page.
 * @param pages paths with a page of their own beside it: `{ '/verify': 'verify.html' }`
 */
export async function serveWeb(
  app: FastifyInstance,
  prefix: string,
  dist: string,
  pages: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (!fs.existsSync(path.join(dist, 'index.html'))) throw new Error(`web shell is not built: ${dist}`)
  await app.register(async (scope) => {
    await scope.register(fastifyStatic, { root: dist, prefix, wildcard: false, decorateReply: true })
    const index = async (_request: FastifyRequest, reply: FastifyReply) =>
      await reply.header('cache-control', 'no-cache').sendFile('index.html')
    const base = prefix.endsWith('/') ? prefix : `${prefix}/`
    scope.get(`${base}*`, async (request, reply) => {
      // Only pages fall through to the shell; a missing API path or file says so.
      const wantsPage = (request.headers.accept ?? '').includes('text/html')
      if (!wantsPage || request.url.startsWith('/api/')) throw new Problem(problems.notFound)
      return await index(request, reply)
    })
    if (prefix !== '/') scope.get(prefix, index)
    for (const [at, file] of Object.entries(pages)) {
      scope.get(at, async (_request, reply) => await reply.header('cache-control', 'no-cache').sendFile(file))
    }
  })
}
