import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { loadIdentity, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import {
  createLoopback,
  escapeHtml,
  listenLoopback,
  page,
  runSimulator,
  textField,
  type Simulator,
} from '../loopback.ts'
import { openIssuing, type Binding, type OwnIssuing } from './issuing.ts'
import { listenForCentre } from './listener.ts'
import { takayama, type OwnTown } from './town.ts'

export type OwnServerOptions = {
  /** Where bindings of cards and applications are kept. */
  readonly folder: string
  readonly identity: MachineIdentity
  readonly centerCertificatePem: string
  /** Of the exchange, mutual TLS; default 8445, 0 = any free port. */
  readonly port?: number
  /** Of the staff's page, this machine alone; default 8092, 0 = any free port. */
  readonly pagePort?: number
  readonly town?: OwnTown
  readonly roundTheClock?: boolean
  readonly cacheDir: string
  readonly now?: () => Date
}

export type OwnServer = Simulator & {
  /** As the centre addresses it, `https://…`. */
  readonly origin: string
  readonly issuing: OwnIssuing
}

/**
 * Starts a town's own 証明発行サーバ, which stands beside BCL: 住民票・印鑑・税 of its residents, and 戸籍 and 附票, also for people
 * who live elsewhere and whose 利用登録 the town's staff approved on `GET /`.
 *
 * `POST /api/bindings { issuerSki, serial, personId, reach }` stands in for the 住基ネット line that tells a town its
 * residents' serial numbers; `GET /api/applications`, `POST /api/applications/:id/approve` and `…/decline` are the desk.
 */
export async function start(options: OwnServerOptions): Promise<OwnServer> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 })
  const town = options.town ?? takayama
  const now = options.now ?? (() => new Date())
  const engine = await startPdfEngine({
    ...{ workers: 1, cacheDir: options.cacheDir },
    layoutDir: path.join(import.meta.dirname, 'layouts'),
  })
  const issuing = await openIssuing({
    ...{ town, folder: options.folder, engine, now, roundTheClock: options.roundTheClock ?? false },
  })
  const exchange = await listenForCentre({
    ...{ host: '127.0.0.1', port: options.port ?? 8445, identity: options.identity, now },
    ...{ centerCertificatePem: options.centerCertificatePem, answers: issuing.answers },
  })
  const app = createLoopback({ port: options.pagePort ?? 8092 })
  serveDesk(app, issuing, town)
  const desk = await listenLoopback(app, options.pagePort ?? 8092)
  return {
    ...{ url: desk.url, origin: exchange.origin, issuing },
    async close() {
      await desk.close()
      await exchange.close()
      await engine.close()
    },
  }
}

type OneApplication = { Params: { applicationId: string } }

function serveDesk(app: FastifyInstance, issuing: OwnIssuing, town: OwnTown): void {
  app.get('/readyz', async () => ({ status: 'ready', town: town.name }))
  app.get('/api/applications', async () => ({ applications: issuing.applications() }))
  app.post('/api/bindings', async (request, reply) => {
    const field = (name: string): string => textField(request.body, name) ?? ''
    const reach = field('reach') === 'domicile' ? 'domicile' : 'resident'
    const personId = field('personId')
    const known = town.people.some((person) => person.personId === personId)
    const right = /^[0-9a-f]{2,64}$/.test(field('issuerSki')) && /^\d{1,50}$/.test(field('serial'))
    if (!known || !right) return reply.code(400).send({ error: '指定が誤りです。' })
    const binding: Binding = { issuerSki: field('issuerSki'), serial: field('serial'), personId, reach }
    await issuing.bind(binding)
    return { bound: true }
  })
  for (const [word, approve] of [
    ['approve', true],
    ['decline', false],
  ] as const) {
    app.post<OneApplication>(`/api/applications/:applicationId/${word}`, async (request, reply) => {
      const done = await issuing.decide(request.params.applicationId, approve)
      if (!done)
        return reply.code(409).send({ error: '待っている申請ではないか、戸籍に該当する人がいません。' })
      const form = request.headers['content-type']?.includes('x-www-form-urlencoded') === true
      return form ? reply.redirect('/', 303) : { state: approve ? 'approved' : 'declined' }
    })
  }
  app.get('/', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page(`${town.name} 証明発行サーバ`, deskOf(issuing))),
  )
}

const states = { waiting: '受付', approved: '承認済み', declined: '却下' } as const

/** 本籍地利用登録の受付 */
function deskOf(issuing: OwnIssuing): string {
  const rows = issuing.applications().map((one) => {
    const { applicationId, receivedAt, name, birthOn, registeredDomicile, headOfRegister, phone, state } = one
    const cells = [receivedAt.slice(0, 16), name, birthOn, registeredDomicile, headOfRegister, phone]
    const acts =
      state === 'waiting'
        ? ['approve', 'decline'].map(
            (word) =>
              `<form method="post" action="/api/applications/${applicationId}/${word}"><button>${word === 'approve' ? '承認' : '却下'}</button></form>`,
          )
        : []
    return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}<td>${states[state]} ${acts.join(' ')}</td></tr>`
  })
  return `<h2>本籍地利用登録の申請</h2>
<table><thead><tr><th>受付</th><th>氏名</th><th>生年月日</th><th>本籍</th><th>筆頭者</th><th>電話</th><th>状態</th></tr></thead>
<tbody>${rows.join('') || '<tr><td colspan="7">申請はありません。</td></tr>'}</tbody></table>`
}

if (import.meta.main) {
  const env = process.env
  const folder = env['OPEN_BCL_OWN_SERVER_FOLDER'] ?? '.data/simulators/own-server'
  const pki = env['OPEN_BCL_PKI_FOLDER'] ?? '.data/pki'
  const identity = await loadIdentity(path.join(pki, 'own-server.pem'))
  const center = await loadIdentity(path.join(pki, 'center.pem'))
  if (identity === null || center === null) throw new Error(`own-server: ${pki} に証明書がありません`)
  await runSimulator('市区町村の証明発行サーバ', () =>
    start({
      ...{ folder, identity, centerCertificatePem: center.certificatePem, roundTheClock: true },
      ...{
        port: Number(env['OPEN_BCL_OWN_SERVER_PORT'] ?? 8445),
        pagePort: Number(env['OPEN_BCL_OWN_SERVER_PAGE_PORT'] ?? 8092),
      },
      cacheDir: path.resolve(import.meta.dirname, '../../.cache'),
    }),
  )
}
