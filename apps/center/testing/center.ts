import type { FastifyInstance } from 'fastify'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { plainDate } from '@open-bcl/core/dates.ts'
import type { Endpoint, OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { ProblemBody } from '@open-bcl/core/problem.ts'
import type { MessageName } from '@open-bcl/modules/center/answer-check.ts'
import { openPapers } from '@open-bcl/modules/billing/billing.routes.ts'
import { cardDialogue } from '@open-bcl/modules/center/card-dialogue.ts'
import type { Centre } from '@open-bcl/modules/center/center.actions.ts'
import { openCentre } from '@open-bcl/modules/center/center.routes.ts'
import type { CenterCalendar } from '@open-bcl/modules/center/center.ts'
import { challengeDigestInfo } from '@open-bcl/modules/center/challenge.ts'
import { createEnrolmentCode, registerTown } from '@open-bcl/modules/center/enrolment.actions.ts'
import * as contract from '@open-bcl/modules/center/kiosk.contract.ts'
import { serveKiosks } from '@open-bcl/modules/center/kiosk.routes.ts'
import type { StaffRole } from '@open-bcl/modules/center/staff.ts'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { httpServer, serveWeb } from '@open-bcl/platform/http/server.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { createAuthority, issueIdentity, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { signMessage } from '@open-bcl/platform/signed-message.ts'
import { testDatabase, type TestDatabase } from '@open-bcl/platform/testing/database.ts'
import { startBridge } from '../../bridge/bridge.ts'
import { simulatorReader } from '../../bridge/simulator-reader.ts'
import { start as startCards } from '../../../simulators/cards/main.ts'
import { start as startJpki } from '../../../simulators/jpki/main.ts'
import { testPolicy } from '../../../simulators/jpki/profile.ts'
import { operatorPublicPages } from '../center.ts'
import { servePeople } from '../compose.ts'
import { startIssuingServer, type IssuingServer } from './issuing-server.ts'
import { signInStaff, testFactor, testPerson, type TestPerson } from './people.ts'

/** The real centre with a database of its own, the JPKI and card simulators, and an issuing server over real TLS. */
export type TestCenter = {
  readonly centre: Centre
  readonly database: TestDatabase
  readonly issuer: IssuingServer
  /** Of the centre itself, and one an issuing server may listen with. */
  readonly identities: { readonly center: MachineIdentity; readonly server: MachineIdentity }
  readonly jpkiUrl: string
  readonly cardsUrl: string
  /** The bridge the page talks to. */
  readonly bridgeUrl: string
  readonly logLines: readonly string[]
  clock: Date
  /** Of the next start: how long an answer may take, ms. */
  readonly deadlinesMs: Partial<Record<MessageName, number>>
  readonly calendar: { -readonly [K in keyof CenterCalendar]: CenterCalendar[K] }
  /** How a browser reaches it. */
  readonly origin: string
  /** A machine, enrolled with a key of its own. */
  kiosk(kioskId: string): Promise<TestKiosk>
  /** A machine that types this 利用開始コード, with a new key of its own. */
  enrolled(code: string): Promise<TestKiosk>
  /** Somebody of the centre's own people, signed in. */
  staff(role: StaffRole, loginId?: string): Promise<TestPerson>
  /** Somebody who is not signed in. */
  readonly anybody: TestPerson
  /** Makes a card the issuing server knows, and says its serial number. */
  makeCard(
    cardId: string,
    wishes?: Readonly<Record<string, string>>,
  ): Promise<{ issuerSki: string; serial: string }>
  /** The centre's process dies and another one begins on the same database. */
  restart(): Promise<void>
  close(): Promise<void>
}

export type Answer<E extends Endpoint> =
  | { readonly ok: true; readonly status: number; readonly body: OutputOf<E> }
  | { readonly ok: false; readonly status: number; readonly problem: ProblemBody }

export type SignedRequest = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload: string
}

export type TestKiosk = {
  readonly key: KeyObject
  sign<E extends Endpoint>(endpoint: E, input: RawInputOf<E>): SignedRequest
  send(request: SignedRequest): Promise<{ status: number; body: unknown }>
  call<E extends Endpoint>(endpoint: E, input: RawInputOf<E>): Promise<Answer<E>>
  /** The body, or an error that says what was refused. */
  get<E extends Endpoint>(endpoint: E, input: RawInputOf<E>): Promise<OutputOf<E>>
  /** 行政サービス, then the card and its PIN for the town: the session and what `authenticate` answered. */
  signIn(
    cardId: string,
    municipalityCode?: string,
  ): Promise<{ sessionId: string; answer: OutputOf<typeof contract.authenticate> }>
  /** The card's answer to a fresh challenge of the session. */
  proof(sessionId: string, cardId: string): Promise<{ certificateBase64: string; signatureBase64: string }>
}

export const HIDA = '212172' as MunicipalityCode
const kioskDist = join(import.meta.dirname, '../../kiosk/dist')
/** Another build of the console, for who works on several at once. */
const operatorDist = process.env['OPEN_BCL_OPERATOR_DIST'] ?? join(import.meta.dirname, '../../operator/dist')
/** A silent card is given up after so long. */
const silentCardMs = 3_000
const noon = '2026-11-21T03:00:00Z'

/**
 * @param forBrowser serves the built kiosk page on a port of its own, by the clock of the machine and at any hour: a
 * browser signs with its own clock
 * @param test 試験環境
 */
export async function testCenter(forBrowser = false, test = false): Promise<TestCenter> {
  const folder = await mkdtemp(join(tmpdir(), 'open-bcl-center-'))
  const state = { clock: new Date(noon) }
  const now = (): Date => (forBrowser ? new Date() : state.clock)
  const port = forBrowser ? await freePort() : 8081
  const origin = `http://localhost:${port}`
  const jpki = await startJpki({ folder: join(folder, 'jpki'), port: 0, now })
  const cards = await startCards({
    folder: join(folder, 'cards'),
    port: 0,
    kioskOrigins: [origin],
    jpkiUrl: jpki.url,
  })
  // Between the page and the simulated reader stands the program that stands there in a shop.
  const bridge = await startBridge({
    port: 0,
    origins: [origin],
    readers: [simulatorReader(cards.url, silentCardMs)],
    applications: ['jpki'],
  })
  const today = new Date()
  const authority = await createAuthority({ name: 'test', now: today, validDays: 30 })
  const identity = await issueIdentity(authority, {
    machineName: 'urn:open-bcl:center',
    hosts: [],
    uses: ['client'],
    now: today,
    validDays: 7,
  })
  const server = await issueIdentity(authority, {
    machineName: 'urn:open-bcl:cloud',
    hosts: ['localhost', '127.0.0.1'],
    uses: ['server'],
    now: today,
    validDays: 7,
  })
  const issuer = await startIssuingServer({ identity: server, center: identity, now })
  const database = await testDatabase('center', migrationsOf('center'))
  const lines: string[] = []
  const deadlinesMs: Partial<Record<MessageName, number>> = {}
  const log = openLog('center', { write: (line: string) => void lines.push(line) })
  const calendar = {
    opensAt: forBrowser ? '00:00' : '06:30',
    closesAt: forBrowser ? '24:00' : '23:00',
    closedOn: (forBrowser ? [] : ['12-31']) as readonly string[],
  }
  if (forBrowser) issuer.hours = { opensAt: '00:00', closesAt: '24:00' }
  await registerTown(database.app, { municipalityCode: HIDA, prefecture: '岐阜県', name: '飛騨市' }, [
    { kind: 'risai', issuer: 'bcl', endpoint: issuer.origin, fromOn: plainDate('2026-04-01'), untilOn: null },
  ])

  const people = { pool: database.app, log, now, production: false }
  const papers = openPapers(join(import.meta.dirname, '../../../.cache'))
  const begin = async (): Promise<{ app: FastifyInstance; centre: Centre; end(): Promise<void> }> => {
    const app = await httpServer({ program: 'center', log, ready: [], connect: [bridge.url] })
    const { centre, close } = await openCentre({
      pool: database.app,
      log,
      now,
      origin,
      calendar,
      jpki: {
        trust: `${jpki.url}/ca`,
        ocspUrl: `${jpki.url}/ocsp`,
        crlUrl: `${jpki.url}/crl`,
        policies: [testPolicy],
      },
      identity,
      sessionIdleMs: 120_000,
      deadlinesMs,
    })
    await serveKiosks(app, centre, { cardBridgeUrl: bridge.url, idleSeconds: 30, idleGraceSeconds: 15 })
    servePeople(app, people, { centre, papers, test, factor: testFactor })
    if (forBrowser) {
      await serveWeb(app, '/kiosk', kioskDist)
      await serveWeb(app, '/operator', operatorDist, operatorPublicPages)
      await app.listen({ host: 'localhost', port })
    } else await app.ready()
    const end = async (): Promise<void> => {
      await app.close()
      await papers.close()
      close()
    }
    return { app, centre, end }
  }
  let running = await begin()
  const enrolled = async (code: string): Promise<TestKiosk> => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    const kiosk = testKiosk(() => running.app, origin, privateKey, now, cards.url)
    await kiosk.get(contract.enrolKiosk, { code, publicJwk: { kty: 'EC', crv: 'P-256', x, y } })
    return kiosk
  }

  return {
    get centre() {
      return running.centre
    },
    database,
    issuer,
    identities: { center: identity, server },
    origin,
    jpkiUrl: jpki.url,
    cardsUrl: cards.url,
    bridgeUrl: bridge.url,
    logLines: lines,
    calendar,
    deadlinesMs,
    get clock() {
      return state.clock
    },
    set clock(value: Date) {
      state.clock = value
    },
    enrolled,
    async kiosk(kioskId) {
      const code = await createEnrolmentCode(
        database.app,
        { kioskId, operator: '試験', name: '試験端末', place: '試験場' },
        now(),
      )
      return await enrolled(code)
    },
    anybody: testPerson(() => running.app),
    async staff(role, loginId = role) {
      return await signInStaff(() => running.app, people, role, loginId)
    },
    async makeCard(cardId, wishes = {}) {
      const order = { cardId, label: cardId, subjectId: cardId, pin: '1234', ...wishes }
      const made = (await post(`${cards.url}/cards`, order)) as { issuerSki: string; serial: string }
      issuer.serials.add(made.serial)
      return made
    },
    async restart() {
      await running.end()
      running = await begin()
    },
    async close() {
      await running.end()
      await issuer.close()
      await bridge.close()
      await cards.close()
      await jpki.close()
      await database.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** How a machine reaches a centre: Fastify's `inject`, or a line of the same form. */
export type Line = {
  inject(
    request: SignedRequest & { readonly method: 'POST' },
  ): Promise<{ readonly statusCode: number; json(): unknown }>
}

export function testKiosk(
  app: () => Line,
  origin: string,
  key: KeyObject,
  now: () => Date,
  cardsUrl: string,
): TestKiosk {
  const sign: TestKiosk['sign'] = (endpoint, input) => {
    const payload = JSON.stringify(input)
    const message = { method: 'POST', origin, path: endpoint.path, body: Buffer.from(payload) }
    const headers = { 'content-type': 'application/json', ...signMessage(message, key, now()) }
    return { url: endpoint.path, headers, payload }
  }
  const send: TestKiosk['send'] = async (request) => {
    const answer = await app().inject({ method: 'POST', ...request })
    return { status: answer.statusCode, body: answer.json() }
  }
  const call: TestKiosk['call'] = async (endpoint, input) => {
    const { status, body } = await send(sign(endpoint, input))
    return status === 200
      ? { ok: true, status, body: endpoint.output.parse(body) as never }
      : { ok: false, status, problem: body as ProblemBody }
  }
  const get: TestKiosk['get'] = async (endpoint, input) => {
    const answer = await call(endpoint, input)
    if (answer.ok) return answer.body
    throw new Error(`${endpoint.name}: ${answer.status} ${answer.problem.type}`)
  }
  const proof: TestKiosk['proof'] = async (sessionId, cardId) => {
    const { insertionId } = (await post(`${cardsUrl}/insert`, { cardId })) as { insertionId: string }
    const card = cardDialogue(
      async (apdu) =>
        ((await post(`${cardsUrl}/apdu`, { insertionId, apdu })) as { response: string }).response,
    )
    const certificate = await card.readCertificate()
    const verdict = await card.verifyPin('1234')
    if (verdict.kind !== 'ok') throw new Error(`PIN: ${verdict.kind}`)
    const challenge = await get(contract.getChallenge, { sessionId })
    const signature = await card.sign(await challengeDigestInfo(challenge))
    return {
      certificateBase64: Buffer.from(certificate).toString('base64'),
      signatureBase64: Buffer.from(signature).toString('base64'),
    }
  }
  return {
    key,
    sign,
    send,
    call,
    get,
    proof,
    async signIn(cardId, municipalityCode = HIDA) {
      const started = await get(contract.startSession, {})
      if (started.kind === 'refused') throw new Error(started.words)
      const { sessionId } = started
      const shown = await proof(sessionId, cardId)
      const answer = await get(contract.authenticate, { sessionId, municipalityCode, ...shown })
      return { sessionId, answer }
    },
  }
}

export async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url} ${response.status}`)
  return await response.json()
}

export async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
