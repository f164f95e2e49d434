import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Pool } from '../db/pool.ts'
import type { Device, Pending } from '../ctx.ts'
import { inCenter, type Tx } from '../db/tx.ts'
import type { Log } from '../log.ts'
import { platformProblems as problems } from '../messages.ts'
import { retrying } from '../retry.ts'
import { deviceWords } from './device-words.ts'
import {
  parseInput,
  partsOf,
  ready,
  requestIdOf,
  requireOwnPage,
  send,
  type Answer,
  type Ready,
} from './serve.ts'

/**
 * People's endpoints of a program without tenants (the centre): the same way of a request as `serve`, over one database
 * that has no municipality in scope, no keys and no job queue.
 */

/** Who is signed in. */
export type CenterStaff = {
  readonly staffId: string
  readonly displayName: string
  readonly sessionId: string
  readonly csrfToken: string
  /** The password is one that somebody else knows: nothing is open but changing it. */
  readonly mustChangePassword: boolean
  /** What is missing before the session may do anything; absent = nothing. */
  readonly pending?: Pending
  readonly permissions: ReadonlySet<string>
}

/** What one request stands on; see `Ctx`. */
export type CenterCtx = CenterCtxOutside & { readonly tx: Tx }

/** What an endpoint with `transaction: 'own'` stands on: nothing is open until it asks, one piece at a time. */
export type CenterCtxOutside = {
  /** `null`: nobody is signed in (a public endpoint, a job, the start). */
  readonly staff: CenterStaff | null
  readonly now: Date
  readonly traceId: string
  readonly requestId: string | null
  readonly log: Log
  /** Runs in a transaction of its own and commits before anything is thrown. */
  separately<T>(work: (ctx: CenterCtx) => Promise<T>): Promise<T>
  /** Starts or ends the browser's session cookie; absent outside HTTP. */
  readonly cookie?: { start(token: string): void; end(): void }
  /** See `Ctx`. */
  readonly device?: Device
}

export type CenterRuntime = {
  readonly pool: Pool
  readonly log: Log
  now(): Date
  /** Cookies are for TLS only, whatever our own connection is. */
  readonly production: boolean
}

type CtxOf<E extends Endpoint> = E extends { transaction: 'own' } ? CenterCtxOutside : CenterCtx

export type CenterRoute = {
  readonly endpoint: Endpoint
  readonly action: (ctx: CenterCtx, input: never) => Promise<unknown>
  /** The answer holds what is shown once: it is not kept for a retry, which is told to ask anew. */
  readonly shownOnce: boolean
}

export function centerRoute<E extends Endpoint>(
  endpoint: E,
  action: (ctx: CtxOf<E>, input: z.output<E['input']>) => Promise<Answer<E>>,
  options: { readonly shownOnce?: true } = {},
): CenterRoute {
  return { endpoint, action: action as CenterRoute['action'], shownOnce: options.shownOnce ?? false }
}

/** Finds who a session token belongs to; `null` when there is no session that is valid now. */
export type AuthenticateStaff = (ctx: CenterCtx, token: string) => Promise<CenterStaff | null>

/** Browsers send cookies to every port of a host: not the cloud's name. */
export const CENTER_SESSION_COOKIE = 'open_bcl_center_session'
const CENTER_DEVICE_COOKIE = 'open_bcl_center_device'
const YEAR_S = 365 * 24 * 3_600

/** A call outside HTTP: jobs, the start of the demonstration, tests. */
export function centerCtx(
  runtime: CenterRuntime,
  call: Partial<Pick<CenterCtxOutside, 'staff' | 'traceId' | 'requestId' | 'cookie' | 'device'>> = {},
): CenterCtxOutside {
  const outside: CenterCtxOutside = {
    staff: call.staff ?? null,
    now: runtime.now(),
    traceId: call.traceId ?? 'none',
    requestId: call.requestId ?? null,
    log: runtime.log,
    separately: (work) => inCenter(runtime.pool, (tx) => work({ ...outside, tx })),
    ...(call.cookie ? { cookie: call.cookie } : {}),
    ...(call.device ? { device: call.device } : {}),
  }
  return outside
}

/** Serves one endpoint. With `transaction: 'own'` a person is found first, and the action opens what it needs. */
export function serveCenter(
  app: FastifyInstance,
  runtime: CenterRuntime,
  authenticate: AuthenticateStaff,
  bound: CenterRoute,
): void {
  const { endpoint } = bound
  const writes = endpoint.method === 'POST' && endpoint.reads !== true
  if (writes && endpoint.produces)
    throw new Error(`${endpoint.name}: a write answers JSON, kept for its retry`)
  const own = endpoint.transaction === 'own'
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    async handler(request, reply) {
      if (endpoint.method === 'POST') requireOwnPage(request)
      const parts = partsOf(endpoint, request)
      const open = endpoint.permission === 'public'
      const requestId = writes && !open ? requestIdOf(request) : null
      const cookie = cookieOf(reply, runtime)
      const device = deviceOf(request, reply, runtime)
      const call = { traceId: request.id, requestId, cookie, device }
      const act = async (ctx: CenterCtx) =>
        ready(endpoint, await bound.action(ctx, parseInput(endpoint, parts) as never))
      const inside = () =>
        centerCtx(runtime, call).separately(async (ctx) => {
          if (open) return await act(ctx)
          const staff = await admit(authenticate, endpoint, request, ctx, writes)
          const admitted = { ...centerCtx(runtime, { ...call, staff }), staff, tx: ctx.tx }
          return requestId === null
            ? await act(admitted)
            : await once(admitted, bound, requestId, parts, () => act(admitted))
        })
      const outside = async () => {
        const staff = open
          ? null
          : await centerCtx(runtime, call).separately((ctx) =>
              admit(authenticate, endpoint, request, ctx, writes),
            )
        return await act(centerCtx(runtime, { ...call, staff }) as CenterCtx)
      }
      const answer = await retrying(own ? outside : inside, {
        log: runtime.log,
        fields: { traceId: request.id, endpoint: endpoint.name },
        withinMs: own ? 0 : 8_000,
      })
      return await send(endpoint, reply, answer)
    },
  })
}

function cookieOf(reply: FastifyReply, runtime: CenterRuntime): NonNullable<CenterCtx['cookie']> {
  const secure = runtime.production ? true : 'auto'
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const
  return {
    start: (token) => void reply.setCookie(CENTER_SESSION_COOKIE, token, options),
    end: () => void reply.clearCookie(CENTER_SESSION_COOKIE, options),
  }
}

/** A browser is known for a year. */
function deviceOf(request: FastifyRequest, reply: FastifyReply, runtime: CenterRuntime): Device {
  const secure = runtime.production ? true : 'auto'
  const options = { path: '/api', httpOnly: true, sameSite: 'strict', secure, maxAge: YEAR_S } as const
  return {
    token: request.cookies[CENTER_DEVICE_COOKIE] ?? null,
    mark: (token) => void reply.setCookie(CENTER_DEVICE_COOKIE, token, options),
    words: deviceWords(request.headers['user-agent']),
  }
}

async function admit(
  authenticate: AuthenticateStaff,
  endpoint: Endpoint,
  request: FastifyRequest,
  ctx: CenterCtx,
  writes: boolean,
): Promise<CenterStaff> {
  const token = request.cookies[CENTER_SESSION_COOKIE] ?? ''
  const staff = token === '' ? null : await authenticate(ctx, token)
  if (staff === null) throw new Problem(problems.notSignedIn)
  if (writes && request.headers['x-csrf-token'] !== staff.csrfToken) throw new Problem(problems.badOrigin)
  if (staff.pending && !endpoint.beforeSecondFactor) throw new Problem(problems.secondFactorFirst)
  if (!staff.pending && staff.mustChangePassword && !endpoint.withInitialPassword)
    throw new Problem(problems.passwordFirst)
  if (endpoint.permission !== 'signed-in' && !staff.permissions.has(endpoint.permission))
    throw new Problem(problems.notAllowed)
  return staff
}

/** Runs a write once per `requestId`; of two at the same time the second waits for the first and gets its answer. */
async function once(
  ctx: CenterCtx & { readonly staff: CenterStaff },
  { endpoint, shownOnce }: CenterRoute,
  requestId: string,
  input: unknown,
  work: () => Promise<Ready>,
): Promise<Ready> {
  const bodyHash = createHash('sha256').update(JSON.stringify(input)).digest()
  const actor = ctx.staff.staffId
  const made = await ctx.tx.sql(
    `insert into center.command (request_id, actor, endpoint, body_hash, at) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning request_id`,
    [requestId, actor, endpoint.name, bodyHash, ctx.now],
  )
  if (made.length === 1) {
    const result = await work()
    if (!shownOnce)
      await ctx.tx.sql('update center.command set outcome = $2 where request_id = $1', [requestId, result])
    return result
  }
  const [first] = await ctx.tx.sql<{
    actor: string
    endpoint: string
    bodyHash: Buffer
    outcome: string | null
  }>('select actor, endpoint, body_hash as "bodyHash", outcome from center.command where request_id = $1', [
    requestId,
  ])
  const same = first?.actor === actor && first.endpoint === endpoint.name && first.bodyHash.equals(bodyHash)
  if (!same || first.outcome === null) throw new Problem(problems.requestIdReused)
  return first.outcome
}
