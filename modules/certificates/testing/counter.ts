import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { fillPath, type Endpoint, type OutputOf, type RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { ProblemBody } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { serve } from '@open-bcl/platform/http/serve.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { loadTown } from '../../../apps/cloud/testing/load-town.ts'
import { TEST_BUILD, testCloud, type Browser, type TestCloud } from '../../../apps/cloud/testing/town.ts'
import { authenticate } from '../../access/sessions.actions.ts'
import { findResident } from '../../residents/residents.actions.ts'
import { issueAtCounter } from '../certificates.contract.ts'
import { certificatesRoutes, type Issuing } from '../certificates.routes.ts'
import type { CertificateKind } from '../certificates.ts'
import { katsuragi } from '../golden/cases.ts'
import { layoutOn, layouts, type Layout } from '../layouts.ts'
import { risaiBody } from '../papers/risai.ts'
import { insertAlarm } from '../stops.store.ts'

export const hida = '212172' as MunicipalityCode
export const takayama = '212032' as MunicipalityCode

/** A counter whose one kind certifies every resident of themselves; `facts` is what the next paper says of somebody. */
export type Counter = {
  readonly cloud: TestCloud
  readonly town: DemoTown
  readonly issuing: Issuing
  readonly facts: Map<string, string>
  /** Subjects that came under protection since the town's data were loaded. */
  readonly hidden: Set<string>
  /** Subjects whose paper may not be issued since, say for a cancelled seal. */
  readonly blocked: Set<string>
  /** Who else stands on somebody's paper, 宛名番号. */
  readonly others: Map<string, readonly string[]>
  /** Forms; the last one of 罹災証明書 that is in force draws. */
  layouts: readonly Layout[]
  call<E extends Endpoint>(
    browser: Browser,
    endpoint: E,
    input: RawInputOf<E>,
  ): Promise<{
    readonly status: number
    readonly body: OutputOf<E>
    readonly problem: ProblemBody
    readonly bytes: Buffer
  }>
  close(): Promise<void>
}

export const newId = (): string => randomBytes(16).toString('hex')

export async function testCounter(): Promise<Counter> {
  const cloud = await testCloud()
  await cloud.onboard(hida, '飛騨市')
  await cloud.onboard(takayama, '高山市')
  const town = makeTown({ households: 30 })
  await loadTown(cloud, town)
  await loadTown(cloud, makeTown({ municipalityCode: '212032', households: 30 }))
  const engine = await startPdfEngine({
    workers: 1,
    cacheDir: fileURLToPath(new URL('../../../.cache', import.meta.url)),
  })
  const facts = new Map<string, string>()
  const hidden = new Set<string>()
  const blocked = new Set<string>()
  const others = new Map<string, readonly string[]>()
  const held = { layouts }
  const risai: CertificateKind<Ctx> = {
    code: 'risai',
    permission: 'risai.issue',
    forMovedOut: true,
    feeYen: (townFeeYen) => townFeeYen ?? 0,
    subjects: async (_ctx, residentNo) => [{ subjectId: residentNo, label: '令和８年台風第１４号' }],
    choices: async () => [
      {
        name: 'members',
        ja: '載せる人',
        take: 'some',
        options: [
          { value: 'head', ja: '世帯主' },
          { value: 'others', ja: '世帯員' },
        ],
        default: ['head', 'others'],
      },
    ],
    people: async (_ctx, subjectId) => [subjectId, ...(others.get(subjectId) ?? [])] as ResidentNo[],
    blocks: async (ctx, subjectId) =>
      hidden.has(subjectId) || (await findResident(ctx, subjectId as ResidentNo, { seq: null }))?.suppressed
        ? [{ code: 302, ja: '支援措置' }]
        : blocked.has(subjectId)
          ? [{ code: 306, ja: '廃印です' }]
          : [],
    freeze: async (_ctx, subjectId, { issuedOn, paper }) => ({
      layout: layoutOn('risai', issuedOn, held.layouts),
      ...risaiBody({ ...katsuragi, headName: facts.get(subjectId) ?? '試験　太郎' }, paper),
    }),
  }
  const issuing: Issuing = {
    kinds: [risai],
    engine,
    build: TEST_BUILD,
    renderTimeoutMs: 20_000,
    archiveDays: 30,
    publicOrigin: 'https://bcl.test',
    get layouts() {
      return held.layouts
    },
  }
  const app: FastifyInstance = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
  for (const route of certificatesRoutes(issuing)) serve(app, cloud.runtime, authenticate, route)
  await app.ready()
  return {
    cloud,
    town,
    issuing,
    facts,
    hidden,
    blocked,
    others,
    get layouts() {
      return held.layouts
    },
    set layouts(value) {
      held.layouts = value
    },
    async call(browser, endpoint, input) {
      const { path, rest } = fillPath(endpoint.path, input as Record<string, unknown>)
      const headers = {
        cookie: browser.cookie,
        'x-csrf-token': browser.csrfToken,
        'idempotency-key': uuidv7(),
      }
      const answer = await app.inject(
        endpoint.method === 'GET'
          ? { method: 'GET', url: path, query: rest as Record<string, string>, headers }
          : { method: 'POST', url: path, payload: rest, headers },
      )
      const json = endpoint.produces && answer.statusCode < 400 ? {} : answer.json<never>()
      return {
        status: answer.statusCode,
        body: json as never,
        problem: json as never,
        bytes: answer.rawPayload,
      }
    },
    async close() {
      await app.close()
      await engine.close()
      await cloud.close()
    },
  }
}

/** A version of a form that comes into force on a day; drawn by the file of the one that is there. */
export function madeUpLayout(inForceFrom: string): Layout {
  const present = layouts.find((layout) => layout.form === 'risai')!
  return { ...present, inForceFrom: inForceFrom as PlainDate, ja: '罹災証明書（新しい様式）' }
}

/** As if the check before delivery had found another word on this subject's paper; the town's issuing stops. */
export async function alarmAbout(
  counter: Counter,
  transactionId: string,
  subjectId: string,
): Promise<string> {
  const alarmId = uuidv7()
  await counter.cloud.as(hida, async (ctx) =>
    insertAlarm(
      ctx.tx,
      await ctx.keys(),
      {
        ...{ alarmId, at: ctx.now, transactionId, stage: 'deliver', finding: 'words', build: 'x' },
        mismatches: [{ page: 1, kind: 'word', word: 2 }],
      },
      {
        ...{ pdfBase64: 'AAAA', words: [['一', '二', '三']], snapshot: {} },
        about: { kind: 'risai', channel: 'counter', subjectId, choices: {}, people: [] },
      },
    ),
  )
  return alarmId
}

/** Two copies for this subject, built and not fetched yet. */
export async function issuedBy(counter: Counter, clerk: Browser, subjectId: string): Promise<string> {
  const { body, problem } = await counter.call(clerk, issueAtCounter, {
    ...{ transactionId: newId(), kind: 'risai', subjectId, copies: 2, purpose: null },
  })
  if (body.transactionId === undefined) throw new Error(problem.title)
  return body.transactionId
}
