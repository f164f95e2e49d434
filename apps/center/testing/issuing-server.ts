import Fastify from 'fastify'
import { createHash, createPublicKey, X509Certificate } from 'node:crypto'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { judgeMove, type IssueState } from '@open-bcl/modules/certificates/certificates.ts'
import {
  exchangeEndpoints,
  type ExchangeEndpoints,
} from '@open-bcl/modules/certificates/exchange.contract.ts'
import { tlsServerOptions, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { keyIdOf, verifyMessage } from '@open-bcl/platform/signed-message.ts'
import type { InputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'

/**
 * An issuing server as a town might run one: mutual TLS, signed messages, the published protocol and nothing else.
 * It keeps its issues in memory, and can be told to misbehave.
 */
export type IssuingServer = {
  readonly origin: string
  /** Card serials it knows. */
  readonly serials: Set<string>
  /** By transaction id. */
  readonly issues: ReadonlyMap<string, Issue>
  /** Names of the messages as they came. */
  readonly heard: string[]
  readonly stops: ReadonlyMap<string, boolean>
  hours: { opensAt: string; closesAt: string }
  /** What goes wrong at the next message of that name: `silent` = done, but the answer is lost. */
  readonly faults: Map<keyof ExchangeEndpoints, 'silent' | 'unreached' | 'refused' | 'other-document'>
  /** Gives another answer to messages of that name, or the same one later: a server that is hostile, broken or slow. */
  readonly alter: Map<keyof ExchangeEndpoints, Alter>
  feeYen: number
  /** What it issues beside 罹災証明書, and what may be chosen of each; the test fills it (`every-kind.ts`). */
  readonly offered: OfferedKind[]
  /** What the next documents say. */
  words: string
  close(): Promise<void>
}

/** From the honest answer and the question: what is sent instead. */
export type Alter = (answer: never, question: never) => unknown

export type OfferedKind = Pick<RawOutput<'getServiceMenu'>['kinds'][number], 'kind' | 'ja' | 'feeYen'> & {
  readonly subject: string
  readonly choices: Extract<RawOutput<'listChoices'>, { kind: 'choices' }>['choices']
}

export type Issue = {
  readonly kind: string
  readonly copies: number
  readonly choices: Input<'quoteIssue'>['choices']
  readonly counter: Input<'quoteIssue'>['counter']
  readonly states: IssueState[]
  readonly totalYen: number
  readonly pdf: Buffer
  paidYen: number | null
}

type Names = keyof ExchangeEndpoints
type Input<N extends Names> = InputOf<ExchangeEndpoints[N]>
type Answers = { readonly [N in Names]: (input: Input<N>) => RawOutput<N> }
type RawOutput<N extends Names> = RawInputOf<{ input: ExchangeEndpoints[N]['output'] } & Endpoint>

export async function startIssuingServer(options: {
  readonly identity: MachineIdentity
  readonly center: MachineIdentity
  now(): Date
}): Promise<IssuingServer> {
  const issues = new Map<string, Issue>()
  const sessions = new Set<string>()
  const stops = new Map<string, boolean>()
  const seen = new Set<string>()
  const centerKey = createPublicKey(
    new X509Certificate(options.center.certificatePem).publicKey.export({ type: 'spki', format: 'pem' }),
  )
  const server = {
    serials: new Set<string>(),
    issues,
    stops,
    heard: [] as string[],
    hours: { opensAt: '06:30', closesAt: '23:00' },
    faults: new Map(),
    alter: new Map(),
    feeYen: 0,
    offered: [
      { kind: 'juminhyo', ja: '住民票の写し', feeYen: 200, subject: '住民票の写し', choices: [] },
    ] as OfferedKind[],
    words: '罹災証明書',
  } as Omit<IssuingServer, 'origin' | 'close'> & {
    hours: IssuingServer['hours']
    feeYen: number
    words: string
  }

  const refused = (code: number) => ({ kind: 'refused', code, words: `断り ${code}` }) as const
  const closed = () => {
    const time = new Date(options.now().getTime() + 9 * 3_600_000).toISOString().slice(11, 16)
    return time >= server.hours.opensAt && time < server.hours.closesAt ? null : refused(501)
  }
  const move = (transactionId: string, to: IssueState, amountYen?: number) => {
    const issue = issues.get(transactionId)
    if (!issue) throw new NotFound()
    const { totalYen } = issue
    const judged = judgeMove(
      { state: issue.states.at(-1)!, totalYen, paidYen: issue.paidYen },
      issue.states,
      to,
      amountYen,
    )
    if (judged.kind === 'refused') return refused(judged.code)
    if (judged.kind === 'allowed') issue.states.push(to)
    if (to === 'paid' && amountYen !== undefined) issue.paidYen = amountYen
    return {
      kind: 'standing',
      transactionId,
      state: issue.states.at(-1)!,
      totalYen,
      paidYen: issue.paidYen,
    } as const
  }
  const offer = (kind: string) => server.offered.find((one) => one.kind === kind)
  const known = (sessionId: string) => sessions.has(sessionId)
  const answers: Answers = {
    getServiceMenu: ({ municipalityCode }) => ({
      municipalityCode,
      name: '飛騨市',
      demonstration: true,
      hours: { ...server.hours, closedOn: [] },
      closed: closed(),
      kinds: [
        {
          kind: 'risai',
          ja: '罹災証明書',
          feeYen: server.feeYen,
          printingYen: server.feeYen === 0 ? 10 : 0,
          maxCopies: 10,
        },
        ...server.offered.map(({ kind, ja, feeYen }) => ({
          kind,
          ja,
          feeYen,
          printingYen: feeYen === 0 ? 10 : 0,
          maxCopies: 10,
        })),
      ],
    }),
    authenticateCard: ({ sessionId, certificate }) => {
      if (!server.serials.has(certificate.serial)) return refused(201)
      sessions.add(sessionId)
      const expiresAt = new Date(options.now().getTime() + 600_000).toISOString()
      return { kind: 'accepted', sessionId, expiresAt }
    },
    listSubjects: ({ sessionId, kind }) => {
      if (!known(sessionId)) return refused(204)
      const label = offer(kind)?.subject ?? '令和8年台風第99号 罹災証明書'
      return { kind: 'subjects', subjects: [{ subjectId: `${kind}-1`, label }] }
    },
    listChoices: ({ sessionId, kind }) =>
      known(sessionId) ? { kind: 'choices', choices: offer(kind)?.choices ?? [] } : refused(204),
    quoteIssue: ({ sessionId, transactionId, kind, copies, choices, counter }) => {
      if (!known(sessionId)) return refused(204)
      const feeYen = offer(kind)?.feeYen ?? server.feeYen
      const printingYen = feeYen === 0 && counter === null ? 10 : 0
      const totalYen = (feeYen + printingYen) * copies
      const issue = issues.get(transactionId) ?? {
        kind,
        copies,
        choices,
        counter,
        states: ['requested', 'frozen'] as IssueState[],
        totalYen,
        paidYen: null,
        pdf: makePdf(server.words, transactionId),
      }
      issues.set(transactionId, issue)
      const state = issue.states.at(-1)!
      return {
        kind: 'quoted',
        transactionId,
        state,
        pages: 1,
        copies,
        feeYen,
        printingYen,
        totalYen,
      }
    },
    buildIssue: ({ transactionId }) => {
      const moved = move(transactionId, 'built')
      if (moved.kind === 'refused') return moved
      const sha256 = digest(issues.get(transactionId)!.pdf)
      return { kind: 'built', transactionId, state: moved.state, pages: 1, sha256 }
    },
    deliverIssue: ({ transactionId }) => {
      const moved = move(transactionId, 'delivered')
      if (moved.kind === 'refused') return moved
      const other = server.faults.get('deliverIssue') === 'other-document'
      const pdf = other ? Buffer.from('%PDF-1.7 another person') : issues.get(transactionId)!.pdf
      const pdfBase64 = pdf.toString('base64')
      return {
        kind: 'delivered',
        transactionId,
        state: moved.state,
        pages: 1,
        sha256: digest(pdf),
        pdfBase64,
        slip:
          issues.get(transactionId)!.counter === null
            ? null
            : { number: '007', until: new Date(options.now().getTime() + 7_200_000).toISOString() },
      }
    },
    confirmPaid: ({ transactionId, paidYen }) => move(transactionId, 'paid', paidYen),
    confirmPrinted: ({ transactionId }) => move(transactionId, 'printed'),
    abortIssue: ({ transactionId }) => move(transactionId, 'aborted'),
    refundIssue: ({ transactionId, refundedYen }) => move(transactionId, 'refunded', refundedYen),
    applyForUse: () => refused(506),
    setLedgerOpening: ({ untilAt, open }) => ({ openUntil: open ? untilAt : null }),
    setAccessGrant: ({ grantId }) => ({
      ...{ grantId, state: 'waiting', enteredAt: null, ended: null, townReview: null, acts: [] },
    }),
    heartbeat: () => ({ at: options.now().toISOString(), build: 'test' }),
    setMaintenance: ({ municipalityCode, stopped }) => {
      stops.set(municipalityCode, stopped)
      return { issuing: !stopped }
    },
  }

  const app = Fastify({ https: tlsServerOptions(options.identity, 'machines'), forceCloseConnections: true })
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  let origin = ''
  for (const [key, endpoint] of Object.entries(exchangeEndpoints)) {
    const name = key as Names
    app.post(endpoint.path, async (request, reply) => {
      const fault = server.faults.get(name)
      if (fault === 'unreached') return hangUp(reply)
      const body = request.body as Buffer
      const verdict = await verifyMessage(
        { method: 'POST', path: request.raw.url!, headers: request.headers, body },
        {
          origin,
          now: options.now(),
          maxSkewMs: 60_000,
          findKey: (keyId) => (keyId === keyIdOf(centerKey) ? centerKey : null),
          seen: (id) => seen.has(id) || !seen.add(id),
        },
      )
      if (verdict.kind === 'refused')
        return reply.code(401).send({ type: '/problems/certificates/unknown-center' })
      server.heard.push(name)
      if (fault === 'refused') return refused(502)
      try {
        const input = endpoint.input.parse(JSON.parse(body.toString())) as never
        const answer = (answers[name] as (input: never) => unknown)(input)
        if (fault === 'silent') return hangUp(reply)
        const alter = server.alter.get(name)
        if (alter) return await alter(answer as never, input)
        return endpoint.output.parse(answer)
      } catch (error) {
        if (error instanceof NotFound) return reply.code(404).send({ type: '/problems/platform/not-found' })
        throw error
      }
    })
  }
  await app.listen({ host: '127.0.0.1', port: 0 })
  origin = `https://localhost:${(app.server.address() as { port: number }).port}`
  return Object.assign(server, { origin, close: () => app.close() })
}

class NotFound extends Error {}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function hangUp(reply: { hijack(): unknown; raw: { destroy(): unknown } }): void {
  reply.hijack()
  reply.raw.destroy()
}

/** One A4 page that any viewer opens: the transaction id in print, the words in a comment. */
function makePdf(words: string, transactionId: string): Buffer {
  const stream = `BT /F1 14 Tf 60 760 Td (RISAI SHOMEISHO) Tj 0 -30 Td (${transactionId}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let file = `%PDF-1.7\n%${words}\n`
  const offsets = objects.map((object, index) => {
    const offset = Buffer.byteLength(file)
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
    return `${String(offset).padStart(10, '0')} 00000 n \n`
  })
  const start = Buffer.byteLength(file)
  const table = `xref\n0 6\n0000000000 65535 f \n${offsets.join('')}`
  return Buffer.from(`${file}${table}trailer << /Root 1 0 R /Size 6 >>\nstartxref\n${start}\n%%EOF\n`)
}
