import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { unframe } from '@open-bcl/core/framed.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { isPracticeTown } from '@open-bcl/core/practice-town.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Actor, type Ctx, type CtxOutside } from '../ctx.ts'
import { platformProblems as problems } from '../messages.ts'
import { retrying } from '../retry.ts'
import type { ShownCertificate } from '../client-certificates.ts'
import { ctxOn, ctxOutside, withCtx, type Call, type Runtime } from '../runtime.ts'
import type { Binary, Ready, Streamed } from './answers.ts'
import { deviceWords } from './device-words.ts'
import { markedAsPractice } from './practice-files.ts'

export type { Binary, Ready, Streamed } from './answers.ts'
type CtxOf<E extends Endpoint> = E extends { transaction: 'own' } ? CtxOutside : Ctx
export type Answer<E extends Endpoint> = E extends { produces: string }
  ? Binary | Streamed
  : z.input<E['output']>

/** An endpoint bound to the action that serves it. `x.routes.ts` lists them; compose gathers the lists. */
export type Route = RouteOptions & {
  readonly endpoint: Endpoint
  readonly action: (ctx: Ctx, input: never) => Promise<unknown>
}

type RouteOptions = {
  readonly refused?: Refused
  /** The answer holds a password: it is kept nowhere, and a retry of the write is refused. */
  readonly shownOnce?: true
}

/** Remembers that somebody signed in asked for what is not theirs, in a transaction of its own. */
type Refused = (ctx: Ctx) => Promise<void>

export function route<E extends Endpoint>(
  endpoint: E,
  action: (ctx: CtxOf<E>, input: z.output<E['input']>) => Promise<Answer<E>>,
  options: RouteOptions = {},
): Route {
  // Who is signed in is found in the transaction that the action then runs in.
  if (endpoint.transaction === 'own' && endpoint.permission !== 'public') throw new Error(endpoint.name)
  return { endpoint, action: action as Route['action'], ...options }
}

/** Finds the session of a token inside the municipality's scope; `null` when there is none that is valid now. */
export type Authenticate = (ctx: Ctx, token: string) => Promise<Extract<Actor, { kind: 'staff' }> | null>

export const SESSION_COOKIE = 'open_bcl_session'
const TERMINAL_COOKIE = 'open_bcl_terminal'
const DEVICE_COOKIE = 'open_bcl_device'
/** The town whose pages ask: another tab may have begun another session meanwhile, of another town or of practice. */
const TOWN_HEADER = 'x-open-bcl-town'
const YEAR_S = 365 * 24 * 3_600
const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
/** A standby takes over in some seconds; a person waits so long for an answer. */
const RETRY_WITHIN_MS = 8_000
/** A field wrong a hundred thousand times is said often enough. */
const MAX_FIELD_ERRORS = 100

export type ServeOptions = {
  /** The client certificate of a request; absent = this server asks for none. */
  readonly certificateOf?: (request: FastifyRequest) => ShownCertificate | null
  /** How long to try again while the database is away, ms. */
  readonly retryWithinMs?: number
}

/**
 * One request, one direction: same origin → where → one transaction → who → permission → parse → retry check → action →
 * answer → commit. An endpoint cannot be served past its permission, and a write cannot happen twice. A proxy before us
 * must leave `Host` as the browser sent it.
 */
export function serve(
  app: FastifyInstance,
  runtime: Runtime,
  authenticate: Authenticate,
  bound: Route,
  options: ServeOptions = {},
): void {
  const { endpoint } = bound
  const writes = endpoint.method === 'POST' && endpoint.reads !== true
  if (writes && endpoint.produces)
    throw new Error(`${endpoint.name}: a write answers JSON, kept for its retry`)
  const routeOf = {
    method: endpoint.method,
    url: endpoint.path,
    async handler(request: FastifyRequest, reply: FastifyReply) {
      if (endpoint.method === 'POST') requireOwnPage(request)
      const parts = partsOf(endpoint, request)
      const token = tokenOf(request)
      // Of somebody unknown nothing is read but what a public endpoint takes.
      const open = endpoint.permission === 'public' ? parseInput(endpoint, parts) : null
      const municipality = open === null ? scopeOfToken(token) : scopeOfInput(open)
      const asking = request.headers[TOWN_HEADER]
      if (open === null && asking !== undefined && asking !== municipality)
        throw new Problem(problems.otherTown)
      const requestId = writes && open === null ? requestIdOf(request) : null
      const call: Call = {
        actor: { kind: 'anonymous' },
        municipality,
        traceId: request.id,
        requestId,
        cookie: cookieOf(reply, runtime, municipality),
        terminal: {
          ...markOf(TERMINAL_COOKIE, request, reply, runtime, municipality),
          certificate: options.certificateOf?.(request) ?? null,
        },
        device: {
          ...markOf(DEVICE_COOKIE, request, reply, runtime, municipality),
          words: deviceWords(request.headers['user-agent']),
        },
      }
      const inside = () =>
        withCtx(
          runtime,
          call,
          async (opened) => {
            const ctx = await admit(runtime, authenticate, bound, request, call, opened, token, writes)
            const input = open ?? parseInput(endpoint, parts)
            const act = async () => ready(endpoint, await bound.action(ctx, input as never))
            return requestId === null ? await act() : await once(ctx, bound, requestId, input, act)
          },
          endpoint.isolation ? { isolation: endpoint.isolation } : {},
        )
      const outside = async () =>
        ready(endpoint, await bound.action(ctxOutside(runtime, call) as Ctx, open as never))
      // What commits piece by piece is not repeated from its beginning; that we are busy is said all the same.
      const own = endpoint.transaction === 'own'
      const answer = await retrying(own ? outside : inside, {
        log: runtime.log,
        fields: { traceId: request.id, endpoint: endpoint.name },
        withinMs: own ? 0 : (options.retryWithinMs ?? RETRY_WITHIN_MS),
      })
      const marked = isPracticeTown(municipality) ? await markedAsPractice(endpoint, answer) : answer
      return await send(endpoint, reply, marked)
    },
  }
  if (endpoint.takes === undefined) app.route(routeOf)
  else takeBytes(app, endpoint.takes, routeOf)
}

/** Elsewhere such a body stays refused. */
function takeBytes(
  app: FastifyInstance,
  type: NonNullable<Endpoint['takes']>,
  routeOf: Parameters<FastifyInstance['route']>[0],
): void {
  void app.register(async (scope) => {
    scope.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.route(routeOf)
  })
}

/**
 * Refuses what a page of another site sends, before anything is done: a public endpoint has no CSRF token (signing a
 * victim in under the attacker's account is an attack, too). Machines and old browsers send neither header.
 */
export function requireOwnPage(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site']
  const { origin, host } = request.headers
  const page = origin === undefined ? null : URL.parse(origin)
  const foreign =
    origin !== undefined && (page === null || URL.parse(`${page.protocol}//${host}`)?.host !== page.host)
  if (site === 'cross-site' || site === 'same-site' || foreign) throw new Problem(problems.badOrigin)
}

/** A POST takes its body and the names in its path, a GET its query and those: nothing else can reach an action. */
export function partsOf(endpoint: Endpoint, request: FastifyRequest): object {
  const body: unknown =
    endpoint.takes && Buffer.isBuffer(request.body) ? framedIn(request.body) : request.body
  const own: unknown = endpoint.method === 'GET' ? request.query : body === undefined ? {} : body
  if (typeof own !== 'object' || own === null || Array.isArray(own) || Buffer.isBuffer(own))
    throw new Problem(problems.invalidInput)
  return { ...own, ...(request.params as object) }
}

/** What a frame says, and its bytes, whose digest anybody can say who has the whole of them. */
function framedIn(body: Buffer): unknown {
  try {
    const { said, bytes } = unframe(body as Buffer<ArrayBuffer>)
    return typeof said === 'object' && said !== null && !Array.isArray(said)
      ? { ...said, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) }
      : null
  } catch {
    throw new Problem(problems.bodyBroken)
  }
}

/** Control characters but tab and ends of lines: PostgreSQL keeps no NUL, XML and PDF none of them, and no keyboard sends them. */
const CONTROL = /[^\P{Cc}\t\n\r]/u

/** No contract nests deeper; what does would only use up the stack of whoever looks into it. */
const MOST_DEEP = 64

/** Whether all texts in it are such: no control characters, no halves of characters. */
function isReadable(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return !CONTROL.test(value) && value.isWellFormed()
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return true
  if (depth === MOST_DEEP) return false
  return Object.entries(value).every(([name, inner]) => isReadable(name) && isReadable(inner, depth + 1))
}

export function parseInput(endpoint: Endpoint, parts: object): unknown {
  const unreadable = Object.entries(parts).filter(([, value]) => !isReadable(value))
  if (unreadable.length > 0)
    throw new Problem(
      problems.invalidInput,
      unreadable.map(([name]) => ({
        pointer: `/${name}`,
        message: '使えない文字（制御文字、途中で切れた文字）が含まれているか、入れ子が深すぎます',
      })),
    )
  const parsed = endpoint.input.safeParse(parts)
  if (parsed.success) {
    if (endpoint.takes) requireWhole(parsed.data as TakenBytes)
    return parsed.data
  }
  throw new Problem(
    problems.invalidInput,
    parsed.error.issues
      .slice(0, MAX_FIELD_ERRORS)
      .map((issue) => ({ pointer: `/${issue.path.join('/')}`, message: issue.message })),
  )
}

type TakenBytes = { readonly bytes: Uint8Array; readonly sha256: string }

function requireWhole({ bytes, sha256 }: TakenBytes): void {
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Problem(problems.bodyBroken)
}

/** A browser's cookie; a survey phone, whose keys are its own to guard, says its token itself. */
function tokenOf(request: FastifyRequest): string {
  const said = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
  return said ?? request.cookies[SESSION_COOKIE] ?? ''
}

function scopeOfToken(token: string): MunicipalityCode {
  const code = token.slice(0, token.indexOf('.'))
  if (isMunicipalityCode(code)) return code
  throw new Problem(problems.notSignedIn)
}

function scopeOfInput(input: unknown): MunicipalityCode {
  const { municipalityCode } = input as { municipalityCode?: unknown }
  if (typeof municipalityCode === 'string' && isMunicipalityCode(municipalityCode)) return municipalityCode
  throw new Problem(problems.notFound)
}

export function requestIdOf(request: FastifyRequest): string {
  const id = request.headers['idempotency-key']
  if (typeof id === 'string' && REQUEST_ID.test(id)) return id
  throw new Problem(problems.requestIdMissing)
}

function cookieOf(
  reply: FastifyReply,
  runtime: Runtime,
  municipality: MunicipalityCode,
): NonNullable<Ctx['cookie']> {
  // Before a proxy that ends TLS our own connection is in clear: in production the cookie says so all the same.
  const secure = runtime.production ? true : 'auto'
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const
  return {
    start: (token, town = municipality) => void reply.setCookie(SESSION_COOKIE, `${town}.${token}`, options),
    end: () => void reply.clearCookie(SESSION_COOKIE, options),
  }
}

/** A browser is marked for a year, and for one municipality: another's mark is none. */
function markOf(
  of: string,
  request: FastifyRequest,
  reply: FastifyReply,
  runtime: Runtime,
  municipality: MunicipalityCode,
): { readonly token: string | null; mark(token: string): void } {
  // Whoever practises stays known to the town itself.
  const cookie = isPracticeTown(municipality) ? `${of}_practice` : of
  const marked = request.cookies[cookie] ?? ''
  const secure = runtime.production ? true : 'auto'
  const options = { path: '/api', httpOnly: true, sameSite: 'strict', secure, maxAge: YEAR_S } as const
  return {
    token: marked.startsWith(`${municipality}.`) ? marked.slice(municipality.length + 1) : null,
    mark: (token) => void reply.setCookie(cookie, `${municipality}.${token}`, options),
  }
}

/** Authenticates and authorises; the context that leaves here carries the actor. */
async function admit(
  runtime: Runtime,
  authenticate: Authenticate,
  { endpoint, refused }: Route,
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
  if (actor.pending && !endpoint.beforeSecondFactor) throw new Problem(problems.secondFactorFirst)
  if (!actor.pending && actor.mustChangePassword && !endpoint.withInitialPassword)
    throw new Problem(problems.passwordFirst)
  const listed = actor.only?.has(endpoint.name) ?? true
  const permitted = endpoint.permission === 'signed-in' || actor.permissions.has(endpoint.permission)
  if (!listed || !permitted) {
    if (refused) await ctx.separately(refused)
    throw new Problem(
      actor.elsewhere?.has(endpoint.permission) ? problems.notAtThisTerminal : problems.notAllowed,
    )
  }
  const limit = actor.limits?.get(endpoint.permission)
  if (limit) await ctx.limit(limit)
  return ctx
}

/**
 * Runs a write once per `requestId`. The row is inserted first, so a second one at the same time waits for the first
 * transaction and then reads its outcome.
 */
async function once(
  ctx: Ctx,
  { endpoint, shownOnce }: Route,
  requestId: string,
  input: unknown,
  work: () => Promise<Ready>,
): Promise<Ready> {
  const keys = await ctx.keys()
  // Bytes are said by the digest that they were compared with.
  const words = endpoint.takes ? { ...(input as TakenBytes), bytes: undefined } : input
  const asked = `${endpoint.name}|${JSON.stringify(words)}`
  const hmac = keys.recordHmac('command', asked)
  const made = await ctx.tx.sql(
    `insert into app.command (municipality_code, request_id, actor, endpoint, body_hmac, at)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning request_id`,
    [ctx.municipality, requestId, actorName(ctx.actor), endpoint.name, hmac, ctx.now],
  )
  const rowKey = requestId
  if (made.length === 1) {
    const result = await work()
    if (shownOnce) return result
    const outcome = keys.seal('app.command.outcome', rowKey, result as string)
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
  // Made before the town's keys were changed: under the key before, or, once that one is gone, no longer known. Who asked
  // and the random id still say which write it is.
  const sameBody =
    first?.body_hmac.length === 0 ||
    keys.each.some((key) => first?.body_hmac.equals(key.recordHmac('command', asked)) === true)
  const same = first?.actor === actorName(ctx.actor) && first.endpoint === endpoint.name && sameBody
  if (!first || !same || first.outcome === null) throw new Problem(problems.requestIdReused)
  return keys.open('app.command.outcome', rowKey, first.outcome)
}

/** An action's result that is not what its contract says: a mistake of ours. `code` tells where, never what. */
class AnswerMismatch extends Error {
  override readonly name = 'AnswerMismatch'
  readonly code: string
  constructor(endpoint: Endpoint, places: readonly string[]) {
    const code = `${endpoint.name} ${places.slice(0, 3).join(' ')}`
    super(code)
    this.code = code
  }
}

/** Makes the answer while the transaction can still be undone: after the commit nothing of it can fail. */
export function ready(endpoint: Endpoint, result: unknown): Ready {
  if (endpoint.produces) return result as Binary | Streamed
  const parsed = endpoint.output.safeParse(result)
  if (!parsed.success) {
    const places = parsed.error.issues.map((issue) => `${issue.code}:/${issue.path.map(nameOnly).join('/')}`)
    throw new AnswerMismatch(endpoint, places)
  }
  try {
    return JSON.stringify(parsed.data)
  } catch {
    throw new AnswerMismatch(endpoint, ['not JSON (a bigint?)'])
  }
}

/** A field's name; the key of a record may be data. */
function nameOnly(part: PropertyKey): string {
  return typeof part === 'string' && /^[A-Za-z]+$/.test(part) ? part : '*'
}

export async function send(endpoint: Endpoint, reply: FastifyReply, answer: Ready): Promise<unknown> {
  void reply.header('cache-control', 'no-store')
  if (typeof answer === 'string') {
    return await reply.header('content-type', 'application/json; charset=utf-8').send(answer)
  }
  void reply.header('content-disposition', `inline; filename*=UTF-8''${encodeURIComponent(answer.fileName)}`)
  if ('parts' in answer)
    return await reply
      .header('content-type', endpoint.produces)
      .send(Readable.from(answer.parts(), { objectMode: false }))
  const { bytes, mediaType } = answer
  return await reply
    .header('content-type', mediaType ?? endpoint.produces)
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}

/** Trace id of a request: says nothing about anybody. */
export const newTraceId = (): string => randomUUID()
