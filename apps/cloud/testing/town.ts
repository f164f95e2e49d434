import type { FastifyInstance, InjectOptions } from 'fastify'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { OPERATOR_REALM, type MunicipalityCode } from '@open-bcl/core/brand.ts'
import { fillPath, type Endpoint, type OutputOf, type RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { ProblemBody } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { createStaff } from '@open-bcl/modules/access/access.actions.ts'
import type { RoleName } from '@open-bcl/modules/access/roles.ts'
import type { FileShelf } from '@open-bcl/modules/files/files.actions.ts'
import { isOfFleet, recordRollout } from '@open-bcl/modules/certificates/fleet.actions.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { certificateReader } from '@open-bcl/platform/client-certificates.ts'
import { createAuthority } from '@open-bcl/platform/pki.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { FileVault } from '@open-bcl/platform/files.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { openPictureDesk } from '@open-bcl/platform/pictures.ts'
import { withCtx, type Runtime } from '@open-bcl/platform/runtime.ts'
import { Keyring } from '@open-bcl/platform/seal.ts'
import { Spool } from '@open-bcl/platform/spool.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { testDatabase, type TestDatabase } from '@open-bcl/platform/testing/database.ts'
import { composeCloud, noServices, type Services } from '../compose.ts'

/** The real cloud on a database of the test's own, with a clock the test sets and its log lines kept. */
export type TestCloud = {
  readonly app: FastifyInstance
  readonly runtime: Runtime
  /** The same process's other hand, for what only the role `linkage` may. */
  readonly linkage: Runtime
  /** Of uploads by hand. */
  readonly spool: Spool
  readonly spoolFolder: string
  /** Of photos and documents; its process starts with the first picture. */
  readonly shelf: FileShelf
  /** What the cloud was composed with, for jobs. */
  readonly services: Services
  readonly database: TestDatabase
  readonly logLines: readonly string[]
  clock: Date
  /** Makes a town with its keys. */
  onboard(code: string, name: string): Promise<MunicipalityCode>
  /** Runs `work` as a job of the town, for arranging and for looking. */
  as<T>(code: MunicipalityCode, work: (ctx: Ctx) => Promise<T>): Promise<T>
  /** Makes an account and signs in; returns a browser that calls endpoints. */
  signIn(code: MunicipalityCode, role: RoleName): Promise<Browser>
  /** Signs in with an account that is there. */
  browserOf(code: MunicipalityCode, loginId: string): Promise<Browser>
  /** Of a session that was begun in another way; as a browser keeps its cookies. */
  browserWith(cookie: string, csrfToken: string): Browser
  close(): Promise<void>
}

export type Answer<E extends Endpoint> =
  | { readonly ok: true; readonly status: number; readonly body: OutputOf<E>; readonly bytes: Buffer }
  | { readonly ok: false; readonly status: number; readonly problem: ProblemBody }

export type Browser = {
  call<E extends Endpoint>(endpoint: E, input: RawInputOf<E>, requestId?: string): Promise<Answer<E>>
  /** The body, or an error that says what was refused. */
  get<E extends Endpoint>(endpoint: E, input: RawInputOf<E>, requestId?: string): Promise<OutputOf<E>>
  readonly cookie: string
  readonly csrfToken: string
}

let engine: Promise<PdfEngine> | undefined

/** One renderer for all clouds of a test file. */
function sharedEngine(): Promise<PdfEngine> {
  engine ??= startPdfEngine({ cacheDir: path.resolve(import.meta.dirname, '../../../.cache') })
  return engine
}

/** Of the one server there is: it is the fleet's. */
export const TEST_BUILD = 'test'
export const TEST_PASSWORD = 'correct horse battery'

/**
 * `pdf`: certificates are really made, which costs a second at the start. `kept`: the name of a database that outlives the
 * cloud; its towns are opened again by the same `masterKey`.
 */
export async function testCloud(
  options: { pdf?: boolean; production?: boolean; masterKey?: Buffer; kept?: string } = {},
): Promise<TestCloud> {
  const database = await testDatabase('cloud', migrationsOf('cloud'), options.kept)
  const lines: string[] = []
  const log = openLog('cloud', { write: (line: string) => void lines.push(line) })
  const state = { clock: new Date('2026-11-21T00:00:00Z') }
  const runtime: Runtime = {
    pool: database.app,
    keyring: new Keyring(options.masterKey ?? randomBytes(32)),
    log,
    production: options.production === true,
    now: () => state.clock,
  }
  const app = await httpServer({ program: 'cloud', log, ready: [] })
  const spoolFolder = await mkdtemp(path.join(tmpdir(), 'open-bcl-uploads-'))
  const spool = await Spool.open(spoolFolder, { reserveBytes: 0 })
  const shelf: FileShelf = {
    vault: new FileVault(path.join(spoolFolder, 'files'), { reserveBytes: 0 }),
    desk: openPictureDesk(),
    spool,
  }
  const engineOf = options.pdf ? { engine: await sharedEngine() } : {}
  const authority = await createAuthority({ name: 'test', now: new Date(), validDays: 3_650 })
  const services: Services = {
    ...noServices,
    ...engineOf,
    terminals: {
      authority: () => authority,
      origin: 'https://localhost:8446',
      certificateOf: certificateReader(authority.certificatePem, [], () => state.clock),
    },
    build: TEST_BUILD,
    uploads: async () => spool,
    files: async () => shelf,
  }
  composeCloud(app, runtime, services)
  await app.ready()
  const operator = {
    actor: { kind: 'job', task: 'test' },
    municipality: OPERATOR_REALM,
    traceId: 'test',
  } as const
  await withCtx(runtime, operator, async (ctx) => {
    if (!(await isOfFleet(ctx, TEST_BUILD))) await recordRollout(ctx, TEST_BUILD)
  })
  const as = async <T>(code: MunicipalityCode, work: (ctx: Ctx) => Promise<T>): Promise<T> =>
    await withCtx(
      runtime,
      { actor: { kind: 'job', task: 'test' }, municipality: code, traceId: 'test' },
      work,
    )
  const browserOf = async (code: MunicipalityCode, loginId: string): Promise<Browser> => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/sign-in',
      payload: { municipalityCode: code, loginId, password: TEST_PASSWORD },
    })
    if (answer.statusCode !== 200) throw new Error(`sign-in failed: ${answer.body}`)
    const cookie = answer.cookies.map((c) => `${c.name}=${c.value}`).join('; ')
    return browser(app, cookie, answer.json<{ csrfToken: string }>().csrfToken)
  }
  return {
    app,
    runtime,
    linkage: { ...runtime, pool: database.linkage },
    spool,
    spoolFolder,
    shelf,
    services,
    database,
    logLines: lines,
    get clock() {
      return state.clock
    },
    set clock(value: Date) {
      state.clock = value
    },
    as,
    async onboard(code, name) {
      const municipality = code as MunicipalityCode
      await as(municipality, async (ctx) => {
        await runtime.keyring.create(ctx.tx, ctx.now)
        await ctx.tx.sql(
          'insert into app.tenant (municipality_code, name, demonstration, onboarded_at) values ($1, $2, true, $3)',
          [municipality, name, ctx.now],
        )
      })
      return municipality
    },
    async signIn(code, role) {
      const loginId = `${role}-${uuidv7().slice(-6)}`
      await as(code, (ctx) =>
        createStaff(ctx, {
          loginId,
          displayName: `試験 ${role}`,
          department: '試験課',
          password: TEST_PASSWORD,
          roles: [role],
          mustChangePassword: false,
        }),
      )
      return await browserOf(code, loginId)
    },
    browserOf,
    browserWith: (cookie, csrfToken) => browser(app, cookie, csrfToken),
    async close() {
      await app.close()
      await shelf.desk.close()
      await database.close()
      await rm(spoolFolder, { recursive: true })
      await (await engine)?.close()
      engine = undefined
    },
  }
}

function browser(app: FastifyInstance, cookie: string, csrfToken: string): Browser {
  const call = async <E extends Endpoint>(endpoint: E, input: RawInputOf<E>, requestId = uuidv7()) => {
    const { path, rest } = fillPath(endpoint.path, input as Record<string, unknown>)
    const headers = { cookie, 'x-csrf-token': csrfToken, 'idempotency-key': requestId }
    const options: InjectOptions =
      endpoint.method === 'GET'
        ? { method: 'GET', url: path, query: rest as Record<string, string>, headers }
        : { method: 'POST', url: path, payload: rest, headers }
    const answer = await app.inject(options)
    if (answer.statusCode >= 400) {
      return { ok: false, status: answer.statusCode, problem: answer.json<ProblemBody>() } as const
    }
    const body = endpoint.produces ? {} : answer.json()
    return {
      ok: true,
      status: answer.statusCode,
      body: body as OutputOf<E>,
      bytes: answer.rawPayload,
    } as const
  }
  return {
    cookie,
    csrfToken,
    call,
    async get(endpoint, input, requestId) {
      const answer = await call(endpoint, input, requestId)
      if (!answer.ok) throw new Error(`${endpoint.name}: ${answer.status} ${JSON.stringify(answer.problem)}`)
      return answer.body
    },
  }
}
