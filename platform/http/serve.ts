import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Actor, type Ctx, type CtxOutside } from '../ctx.ts'
import { isRetryable } from '../db/pool.ts'
import { logCodes } from '../log.ts'
import { platformProblems as problems } from '../messages.ts'
import { ctxOn, ctxOutside, withCtx, type Call, type Runtime } from '../runtime.ts'

/** A binary answer of an endpoint with `produces`. */
export type Binary = { readonly bytes: Uint8Array; readonly fileName: string }
type CtxOf<E extends Endpoint> = E extends { transaction: 'own' } ? CtxOutside : Ctx
type Answer<E extends Endpoint> = E extends { produces: string } ? Binary : z.input<E['output']>

/** An endpoint bound to the action that serves it. `x.routes.ts` lists them; compose gathers the lists. */
export type Route = {
  readonly endpoint: Endpoint
  readonly action: (ctx: Ctx, input: never) => Promise<unknown>
}

export function route<E extends Endpoint>(
  endpoint: E,
  action: (ctx: CtxOf<E>, input: z.output<E['input']>) => Promise<Answer<E>>,
): Route {
  // Who is signed in is found in the transaction that the action then runs in.
  if (endpoint.transaction === 'own' && endpoint.permission !== 'public') throw new Error(endpoint.name)
  return { endpoint, action: action as Route['action'] }
}

/** Finds the session of a token inside the municipality's scope; `null` when there is none that is valid now. */
export type Authenticate = (ctx: Ctx, token: string) => Promise<Extract<Actor, { kind: 'staff' }> | null>

export const SESSION_COOKIE = 'open_bcl_session'
const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const TRIES = 3

/**
 * One request, one direction: parse → who and where → one transaction → permission → retry check → action → answer.
 * An endpoint cannot be served past its permission, and a write cannot happen twice.
 */
export function serve(
  app: FastifyInstance,
  runtime: Runtime,
  authenticate: Authenticate,
  bound: Route,
): void {
  const { endpoint } = bound
  const writes = endpoint.method === 'POST' && endpoint.reads !== true
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    async handler(request, reply) {
      const input = parseInput(endpoint, request)
      const token = request.cookies[SESSION_COOKIE] ?? ''
      const municipality = scopeOf(endpoint, token, input)
      const requestId = writes && endpoint.permission !== 'public' ? requestIdOf(request) : null
      const call: Call = {
        actor: { kind: 'anonymous' },
        municipality,
        traceId: request.id,
        requestId,
        cookie: cookieOf(reply, municipality),
      }
      const attempt = () =>
        withCtx(
          runtime,
          call,
          async (open) => {
            const ctx = await admit(runtime, authenticate, endpoint, request, call, open, token, writes)
            return requestId === null
              ? await bound.action(ctx, input as never)
              : await once(ctx, endpoint, requestId, input, () => bound.action(ctx, input as never))
          },
          endpoint.isolation ? { isolation: endpoint.isolation } : {},
        )
      const result =
        endpoint.transaction === 'own'
          ? await bound.action(ctxOutside(runtime, call) as Ctx, input as never)
          : await retrying(runtime, endpoint, attempt)
      return await answer(endpoint, reply, result)
    },
  })
}

function parseInput(endpoint: Endpoint, request: FastifyRequest): unknown {
  const parts = {
    ...(request.query as object),
    ...((request.body ?? {}) as object),
    ...(request.params as object),
  }
  const parsed = endpoint.input.safeParse(parts)
  if (parsed.success) return parsed.data
  throw new Problem(
    problems.invalidInput,
    parsed.error.issues.map((issue) => ({ pointer: `/${issue.path.join('/')}`, message: issue.message })),
  )
}

function scopeOf(endpoint: Endpoint, token: string, input: unknown): MunicipalityCode {
  const named =
    endpoint.permission === 'public'
      ? (input as { municipalityCode?: unknown }).municipalityCode
      : token.slice(0, token.indexOf('.'))
  if (typeof named === 'string' && isMunicipalityCode(named)) return named as MunicipalityCode
  throw new Problem(endpoint.permission === 'public' ? problems.notFound : problems.notSignedIn)
}

function requestIdOf(request: FastifyRequest): string {
  const id = request.headers['idempotency-key']
  if (typeof id === 'string' && REQUEST_ID.test(id)) return id
  throw new Problem(problems.requestIdMissing)
}

function cookieOf(reply: FastifyReply, municipality: MunicipalityCode): NonNullable<Ctx['cookie']> {
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure: 'auto' } as const
  return {
    start: (token) => void reply.setCookie(SESSION_COOKIE, `${municipality}.${token}`, options),
    end: () => void reply.clearCookie(SESSION_COOKIE, options),
  }
}

/** Authenticates and authorises; the context that leaves here carries the actor. */
async function admit(
  runtime: Runtime,
  authenticate: Authenticate,
  endpoint: Endpoint,
  request: FastifyRequest,
  call: Call,
  open: Ctx,
  token: string,
  writes: boolean,
): Promise<Ctx> {
  if (endpoint.permission === 'public') return open
  const actor = await authenticate(open, token.slice(token.indexOf('.') + 1))
  if (actor === null) throw new Problem(problems.notSignedIn)
  const ctx = ctxOn(runtime, { ...call, actor }, open.tx)
  if (writes && request.headers['x-csrf-token'] !== actor.csrfToken) throw new Problem(problems.badOrigin)
  if (actor.mustChangePassword && !endpoint.withInitialPassword) throw new Problem(problems.passwordFirst)
  if (endpoint.permission !== 'signed-in' && !actor.permissions.has(endpoint.permission)) {
    throw new Problem(problems.notAllowed)
  }
  return ctx
}

/**
 * Runs a write once per `requestId`. The row is inserted first, so a second one at the same time waits for the first
 * transaction and then reads its outcome.
 */
async function once(
  ctx: Ctx,
  endpoint: Endpoint,
  requestId: string,
  input: unknown,
  work: () => Promise<unknown>,
): Promise<unknown> {
  const keys = await ctx.keys()
  const hmac = keys.recordHmac('command', `${endpoint.name}|${JSON.stringify(input)}`)
  const made = await ctx.tx.sql(
    `insert into app.command (municipality_code, request_id, actor, endpoint, body_hmac, at)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning request_id`,
    [ctx.municipality, requestId, actorName(ctx.actor), endpoint.name, hmac, ctx.now],
  )
  const rowKey = requestId
  if (made.length === 1) {
    const result = await work()
    const outcome = keys.seal('app.command.outcome', rowKey, JSON.stringify(result ?? null))
    await ctx.tx.sql('update app.command set outcome = $3 where municipality_code = $1 and request_id = $2', [
      ctx.municipality,
      requestId,
      outcome,
    ])
    return result
  }
  const [first] = await ctx.tx.sql<{
    actor: string
    endpoint: string
    body_hmac: Buffer
    outcome: Buffer | null
  }>(
    'select actor, endpoint, body_hmac, outcome from app.command where municipality_code = $1 and request_id = $2',
    [ctx.municipality, requestId],
  )
  const same =
    first?.actor === actorName(ctx.actor) && first.endpoint === endpoint.name && first.body_hmac.equals(hmac)
  if (!first || !same || first.outcome === null) throw new Problem(problems.requestIdReused)
  return JSON.parse(keys.open('app.command.outcome', rowKey, first.outcome)) as unknown
}

/** A lost connection or a deadlock is tried again: the `requestId` makes a second effect impossible. */
async function retrying<T>(runtime: Runtime, endpoint: Endpoint, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (tries >= TRIES || !isRetryable(error)) throw error
      runtime.log(logCodes.retried, { endpoint: endpoint.name, attempt: tries })
    }
  }
}

async function answer(endpoint: Endpoint, reply: FastifyReply, result: unknown): Promise<unknown> {
  if (endpoint.produces) {
    const { bytes, fileName } = result as Binary
    return await reply
      .header('content-type', endpoint.produces)
      .header('content-disposition', `inline; filename*=UTF-8''${encodeURIComponent(fileName)}`)
      .header('cache-control', 'no-store')
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  }
  return await reply.header('cache-control', 'no-store').send(endpoint.output.parse(result))
}

/** Trace id of a request: says nothing about anybody. */
export const newTraceId = (): string => randomUUID()
