import type { FastifyInstance } from 'fastify'
import {
  createLoopback,
  escapeHtml,
  listenLoopback,
  page,
  runSimulator,
  textField,
  type Simulator,
} from '../loopback.ts'
import { carriers, JpkiConflict, openJpki, type Jpki, type RegisterEntry } from './authority.ts'
import { ocspFailure } from './ocsp-responder.ts'
import { revocationReasons, type RevocationReason } from './profile.ts'

export type JpkiOptions = {
  /** Where keys and register live. */
  readonly folder: string
  /** Default 8090; 0 = any free port. */
  readonly port?: number
  readonly now?: () => Date
}

/** How the responder behaves in a drill. */
type Fault = 'none' | 'down' | 'silent' | 'try-later'
const faults = {
  none: '正常',
  down: '停止（503）',
  silent: '無応答',
  'try-later': '混雑（tryLater）',
} as const

/**
 * Starts the JPKI simulator. `POST /ocsp` is the responder; `GET /ca` the trust store as JSON; `GET /crl/:issuerSki`
 * the revocation list of the day, `POST /api/crls` makes it anew; `/api/*` stands in for the town hall's card counter and the loss hotline.
 */
export async function start(options: JpkiOptions): Promise<Simulator> {
  const now = options.now ?? (() => new Date())
  const jpki = await openJpki(options.folder, now())
  let fault: Fault = 'none'
  const app = createLoopback({ port: options.port ?? 8090 })
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof JpkiConflict) return reply.code(409).send({ error: error.message })
    return reply.send(error)
  })
  app.get('/readyz', async () => ({ status: 'ready', certificates: jpki.list().length, ocsp: faults[fault] }))
  serveOcsp(app, jpki, now, () => fault)
  serveAdmin(app, jpki, now)
  app.post('/api/faults', async (request, reply) => {
    const wanted = textField(request.body, 'ocsp')
    if (wanted === undefined || !Object.hasOwn(faults, wanted))
      return reply.code(400).send({ error: '指定が誤りです。' })
    fault = wanted as Fault
    return finish(reply, request.headers['content-type'], { ocsp: fault })
  })
  app.post('/api/crls', async (request, reply) => {
    await jpki.publishCrls(now())
    return finish(reply, request.headers['content-type'], { published: true })
  })
  app.get('/', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page('公的個人認証サービス', register(jpki, fault))),
  )
  return listenLoopback(app, options.port ?? 8090)
}

function serveOcsp(app: FastifyInstance, jpki: Jpki, now: () => Date, fault: () => Fault): void {
  app.addContentTypeParser(
    'application/ocsp-request',
    { parseAs: 'buffer', bodyLimit: 8192 },
    (_request, body, done) => done(null, body),
  )
  app.post('/ocsp', async (request, reply) => {
    if (!Buffer.isBuffer(request.body)) return reply.code(415).send()
    switch (fault()) {
      case 'down':
        return reply.code(503).send()
      case 'silent':
        // The asker gives up; the socket goes when it does, or when we close.
        return reply.hijack()
      case 'try-later':
        return reply.type('application/ocsp-response').send(ocspFailure('tryLater'))
      case 'none':
        return reply.type('application/ocsp-response').send(jpki.ocsp(request.body, now()))
    }
  })
  app.get('/ca', async () => ({ certificates: jpki.authorityPems }))
  app.get<{ Params: { issuerSki: string } }>('/crl/:issuerSki', async (request, reply) => {
    const crl = await jpki.crl(request.params.issuerSki, now())
    return crl === null ? reply.code(404).send() : reply.type('application/pkix-crl').send(crl)
  })
}

type EntryRoute = { Params: { issuerSki: string; serial: string } }

function serveAdmin(app: FastifyInstance, jpki: Jpki, now: () => Date): void {
  app.get('/api/certificates', async () => ({ certificates: jpki.list() }))
  app.post('/api/certificates', async (request, reply) => {
    const subjectId = textField(request.body, 'subjectId')
    const publicKeyPem = textField(request.body, 'publicKeyPem')
    if (!subjectId || !publicKeyPem)
      return reply.code(400).send({ error: 'subjectId と publicKeyPem が必要です。' })
    const serial = textField(request.body, 'serial')
    const notBefore = instantField(request.body, 'notBefore')
    const notAfter = instantField(request.body, 'notAfter')
    const bornOn = textField(request.body, 'bornOn')
    const cardUntil = textField(request.body, 'cardUntil')
    const days = [bornOn, cardUntil].filter((day) => day !== undefined)
    if (!days.every((day) => /^\d{4}-\d\d-\d\d$/.test(day)))
      return reply.code(400).send({ error: '日付はYYYY-MM-DDの形で指定してください。' })
    const order = {
      subjectId,
      publicKeyPem,
      carrier: textField(request.body, 'carrier') === 'smartphone' ? 'smartphone' : 'card',
      ...(bornOn === undefined ? {} : { bornOn }),
      ...(cardUntil === undefined ? {} : { cardUntil }),
      generation: textField(request.body, 'generation') === '1' ? 1 : 2,
      ...(serial === undefined ? {} : { serial }),
      ...(notBefore ? { notBefore } : {}),
      ...(notAfter ? { notAfter } : {}),
    } as const
    return reply.code(201).send(await jpki.issue(order, now()))
  })
  const one = (verb: string, act: (entry: RegisterEntry, body: unknown) => Promise<unknown>) =>
    app.post<EntryRoute>(`/api/certificates/:issuerSki/:serial/${verb}`, async (request, reply) => {
      const entry = jpki.find(request.params.issuerSki, request.params.serial)
      if (!entry) return reply.code(404).send({ error: 'その証明書は登録されていません。' })
      const result = await act(entry, request.body)
      const after = jpki.find(entry.issuerSki, entry.serial)
      return finish(reply, request.headers['content-type'], result ?? after)
    })
  one('hold', (entry) => jpki.revoke(entry, 'certificateHold', now()))
  one('release', (entry) => jpki.release(entry))
  one('revoke', (entry, body) => {
    const reason = textField(body, 'reason') ?? 'unspecified'
    if (!Object.hasOwn(revocationReasons, reason)) throw new JpkiConflict('失効理由が誤りです。')
    return jpki.revoke(entry, reason as RevocationReason, now())
  })
  one('renew', (entry, body) => {
    const publicKeyPem = textField(body, 'publicKeyPem')
    if (!publicKeyPem) throw new JpkiConflict('publicKeyPem が必要です。')
    return jpki.renew(entry, publicKeyPem, now())
  })
}

/** A form goes back to the page, a program gets JSON. */
function finish(
  reply: { redirect(url: string, code: number): unknown },
  contentType: string | undefined,
  result: unknown,
) {
  return contentType?.startsWith('application/x-www-form-urlencoded') ? reply.redirect('/', 303) : result
}

function instantField(body: unknown, name: string): Date | undefined {
  const text = textField(body, name)
  const at = text === undefined ? undefined : new Date(text)
  return at && !Number.isNaN(at.getTime()) ? at : undefined
}

function register(jpki: Jpki, fault: Fault): string {
  const rows = jpki.list().map((entry) => {
    const path = `/api/certificates/${entry.issuerSki}/${entry.serial}`
    const button = (verb: string, label: string) =>
      `<form method="post" action="${path}/${verb}"><input type="hidden" name="reason" value="cessationOfOperation"><button>${label}</button></form>`
    const held = entry.revocation?.reason === 'certificateHold'
    const state =
      entry.revocation === null ? '有効' : held ? '一時停止' : `失効（${entry.revocation.reason}）`
    const buttons =
      entry.revocation === null
        ? `${button('hold', '一時停止')} ${button('revoke', '失効')}`
        : held
          ? `${button('release', '一時停止解除')} ${button('revoke', '失効')}`
          : ''
    return `<tr><td>${escapeHtml(entry.subjectId)}<td>${carriers[entry.carrier]}<td>${entry.serial}<td>${entry.issuerSki.slice(0, 8)}<td>${entry.notAfter.slice(0, 10)}<td>${state}<td>${buttons}`
  })
  const modes = Object.entries(faults).map(
    ([name, label]) =>
      `<form method="post" action="/api/faults"><input type="hidden" name="ocsp" value="${name}"><button>${label}</button></form>`,
  )
  return `<p>OCSP応答: <strong>${faults[fault]}</strong> ${modes.join(' ')}</p>
<p>失効リスト（CRL）は日本時間で1日に1回つくられ、その後の失効は翌日まで載りません。 <form method="post" action="/api/crls"><button>いま、つくり直す</button></form></p>
<table><thead><tr><th>対象<th>媒体<th>シリアル番号<th>世代<th>有効期限<th>状態<th>操作</thead><tbody>${rows.join('\n')}</tbody></table>`
}

if (import.meta.main) {
  await runSimulator('公的個人認証サービス', () =>
    start({
      folder: process.env['OPEN_BCL_JPKI_FOLDER'] ?? '.data/simulators/jpki',
      port: Number(process.env['OPEN_BCL_JPKI_PORT'] ?? 8090),
    }),
  )
}
