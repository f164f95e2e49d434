import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { HouseholdNo, MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { machineClient, type MachineClient } from '@open-bcl/platform/machine-client.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { createAuthority, issueIdentity, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { withCtx, type Runtime } from '@open-bcl/platform/runtime.ts'
import { TEST_BUILD, type TestCloud } from '../../../apps/cloud/testing/town.ts'
import { loadCardSerials } from '../../registers/testing/rows.ts'
import { loadResidents } from '../../residents/testing/load.ts'
import { noCopyItems, type ResidentRecord } from '../../residents/residents.ts'
import type { CertificateKind } from '../certificates.ts'
import { exchangeClient, type ExchangeClient } from '../exchange.contract.ts'
import { handlesOf } from '../exchange-handles.actions.ts'
import { exchangeRoutes, type Issuing } from '../exchange.routes.ts'
import { katsuragi } from '../golden/cases.ts'
import { layoutOn } from '../layouts.ts'
import { risaiBody } from '../papers/risai.ts'

export const hida = '212172' as MunicipalityCode
export const takayama = '212032' as MunicipalityCode
const SKI = 'ab'.repeat(20)
const none = { on: null, uncertain: false, text: null }

/** Card holders of the town by 宛名番号; the serial of each card is the same number. */
const people: Readonly<Record<string, { birthOn: string; state: ResidentRecord['state'] }>> = {
  '1001': { birthOn: '1950-03-04', state: 'resident' },
  '1002': { birthOn: '1980-01-01', state: 'resident' },
  '1003': { birthOn: '2011-11-23', state: 'resident' },
  '1004': { birthOn: '1970-05-05', state: 'moved-out' },
  '1005': { birthOn: '1940-05-05', state: 'dead' },
  '1006': { birthOn: '1985-05-05', state: 'resident' },
  '1007': { birthOn: '1986-06-06', state: 'resident' },
}

function record(residentNo: string): ResidentRecord {
  const { birthOn, state } = people[residentNo]!
  const empty = { full: '', kana: '', latin: '', kanji: '', former: '', formerKana: '' }
  return {
    residentNo: residentNo as ResidentNo,
    historyNo: 1,
    branchNo: 0,
    householdNo: `H${residentNo}` as HouseholdNo,
    kind: 'japanese',
    state,
    changedOn: none,
    notifiedOn: null,
    changeReason: '01',
    name: { ...empty, full: `試験　${residentNo}`, alias: '', aliasKana: '', preference: '1' },
    sex: '2',
    sexText: '女',
    birth: { on: birthOn as PlainDate, uncertain: false, text: null },
    relationCodes: ['02'],
    relationText: '世帯主',
    address: { ...katsuragiAddress },
    becameResidentOn: none,
    addressBefore: '',
    addressAfter: '',
    removedOn: none,
    copy: noCopyItems,
    foreign: null,
  }
}
const katsuragiAddress: ResidentRecord['address'] = {
  municipalityCode: hida,
  townCode: '0000000',
  prefecture: '岐阜県',
  city: '飛騨市',
  town: '古川町本町',
  number: '2番22号',
  building: '',
  postCode: '5094234',
}

/** Everybody has a certificate of their own, 1006 is blocked, 1007 has a name no font prints. */
export const risai: CertificateKind<Ctx> = {
  code: 'risai',
  permission: 'risai.issue',
  forMovedOut: true,
  feeYen: () => 0,
  subjects: async (_ctx, residentNo) => [{ subjectId: `A-${residentNo}`, label: '令和８年台風第１４号' }],
  choices: async () => [],
  people: async () => [],
  blocks: async (_ctx, subjectId) => (subjectId === 'A-1006' ? [{ code: 302, ja: '支援措置' }] : []),
  freeze: async (_ctx, subjectId, { issuedOn, paper }) => {
    const headName = subjectId === 'A-1007' ? '笑\u{1F600}' : `試験　${subjectId}`
    return { layout: layoutOn('risai', issuedOn), ...risaiBody({ ...katsuragi, headName }, paper) }
  },
}

/** A transaction or session id, as the centre makes them. */
export const newId = (): string => randomBytes(16).toString('hex')

let arranged: TestCloud

/** A request of the session's holder, who calls her subject as it was listed to her. */
export async function order(sessionId: string, transactionId: string, subjectId = 'A-1001') {
  return {
    municipalityCode: hida,
    sessionId,
    transactionId,
    kind: 'risai' as const,
    subjectId: await arranged.as(hida, async (ctx) => (await handlesOf(ctx, sessionId)).of(subjectId)),
    copies: 2,
    kioskId: 'K-0001',
  }
}

/** The code of a refusal, 0 for any other answer. */
export const refusedWith = (answer: { kind: string }): number =>
  answer.kind === 'refused' ? (answer as unknown as { code: number }).code : 0

export type Listener = {
  readonly app: FastifyInstance
  readonly origin: string
  readonly client: ExchangeClient
}

export type TestExchange = Awaited<ReturnType<typeof testExchange>>

/** Residents and card serials come in as the link brings them. */
async function load(cloud: TestCloud): Promise<void> {
  const runtime = { ...cloud.runtime, pool: cloud.database.linkage }
  const call = { actor: { kind: 'job', task: 'test' }, municipality: hida, traceId: 'test' } as const
  const numbers = Object.keys(people)
  await withCtx(runtime, call, async (ctx) => {
    await loadResidents(
      ctx,
      'full',
      numbers.map((no) => ({ record: record(no) })),
    )
  })
  await withCtx(runtime, call, async (ctx) => {
    await loadCardSerials(
      ctx,
      numbers.map((no) => ({
        residentNo: no,
        issuerKeyId: SKI,
        serial: no,
        kind: 'card',
        validFrom: '2024-01-01',
        validUntil: '2029-01-01',
      })),
    )
  })
}

/** Where a registered centre reaches a cloud: mutual TLS on a port of its own. */
export async function exchangeListener(
  runtime: Runtime,
  issuing: Issuing,
  { server, center }: Readonly<Record<'server' | 'center', MachineIdentity>>,
): Promise<Pick<Listener, 'app' | 'origin'>> {
  const { privateKeyPem: key, certificatePem: cert, authorityPem: ca } = server
  const app = await httpServer({
    program: 'cloud',
    log: runtime.log,
    ready: [],
    https: { key, cert, ca, requestCert: true, rejectUnauthorized: true },
  })
  // The port is known only after listening, and the routes must be there before: so the origin is read late.
  const options = { origin: '', centers: [{ certificatePem: center.certificatePem }] }
  await exchangeRoutes(app, runtime, issuing, options)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  options.origin = `https://127.0.0.1:${port}`
  return { app, origin: options.origin }
}

/** The cloud's side of the exchange as it runs: over mutual TLS, with a renderer, and one centre that is registered. */
export async function testExchange(cloud: TestCloud) {
  arranged = cloud
  await cloud.onboard(hida, '飛騨市')
  await cloud.onboard(takayama, '高山市')
  await load(cloud)
  const now = new Date()
  const authority = await createAuthority({ name: 'test', now, validDays: 30 })
  const identity = (name: string, hosts: readonly string[]) =>
    issueIdentity(authority, {
      machineName: `urn:open-bcl:${name}`,
      hosts,
      uses: ['server', 'client'],
      now,
      validDays: 7,
    })
  const server = await identity('cloud', ['127.0.0.1'])
  const center = await identity('center', [])
  const agent = await identity('agent:212172', [])
  const engine = await startPdfEngine({
    workers: 1,
    cacheDir: fileURLToPath(new URL('../../../.cache', import.meta.url)),
  })
  const open: { close(): unknown }[] = []

  async function listen(own: Partial<Issuing> = {}): Promise<Listener> {
    const issuing: Issuing = {
      kinds: [risai],
      engine,
      build: TEST_BUILD,
      renderTimeoutMs: 20_000,
      archiveDays: 30,
      publicOrigin: 'https://bcl.test',
      ...own,
    }
    const runtime = { ...cloud.runtime, pool: cloud.database.machines }
    const { app, origin } = await exchangeListener(runtime, issuing, { server, center })
    const { send } = clientOf(origin, center)
    open.push({ close: () => app.close() })
    return { app, origin, client: exchangeClient(send) }
  }

  function clientOf(origin: string, identity: MachineIdentity): MachineClient {
    const made = machineClient({ origin, identity, now: () => cloud.clock, timeoutMs: 20_000 })
    open.push(made)
    return made
  }

  const bcl = await listen()
  const authenticate = (serial: string, sessionId = newId()) =>
    bcl.client.authenticateCard({
      municipalityCode: hida,
      sessionId,
      certificate: { issuerSki: SKI, serial },
    })
  async function signedIn(serial = '1001'): Promise<string> {
    const answer = await authenticate(serial)
    assert.equal(answer.kind, 'accepted')
    return answer.sessionId
  }
  const close = async (): Promise<void> => {
    for (const one of open.toReversed()) await one.close()
    await engine.close()
  }
  return { bcl, center, agent, engine, listen, clientOf, authenticate, signedIn, close }
}
