import { createLoopback, listenLoopback, page, runSimulator, textField, type Simulator } from '../loopback.ts'
import { openTimeAuthority, wrongs, type Wrong } from './authority.ts'

export type TsaOptions = {
  /** Where its CA lives. */
  readonly folder: string
  /** Default 8094; 0 = any free port. */
  readonly port?: number
  readonly now?: () => Date
}

/** Besides answers that are wrong: an authority that is away, or no authority at all. */
const troubles = {
  down: '停止（503）',
  silent: '無応答',
  garbage: '時刻印でないもの',
  huge: '10 MBの答え',
} as const
const faults = { ...wrongs, ...troubles }
type Fault = keyof typeof faults

const HUGE = 10 * 1024 * 1024

/** Starts the simulated time stamping authority: `POST /tsa` answers RFC 3161, `GET /ca` says whom to trust. */
export async function start(options: TsaOptions): Promise<Simulator & { setFault(fault: Fault): void }> {
  const now = options.now ?? (() => new Date())
  const authority = await openTimeAuthority(options.folder, now())
  let fault: Fault = 'none'
  let stamped = 0
  const port = options.port ?? 8094
  const app = createLoopback({ port })
  app.addContentTypeParser(
    'application/timestamp-query',
    { parseAs: 'buffer', bodyLimit: 8_192 },
    (_request, body, done) => done(null, body),
  )
  app.post('/tsa', async (request, reply) => {
    if (!Buffer.isBuffer(request.body)) return reply.code(415).send()
    void reply.type('application/timestamp-reply')
    // The asker gives up on silence; the socket goes when it does, or when we close.
    if (fault === 'silent') return reply.hijack()
    if (fault === 'down') return reply.code(503).send()
    if (fault === 'garbage') return reply.send(Buffer.from('<html>maintenance</html>'))
    if (fault === 'huge') return reply.send(Buffer.alloc(HUGE, 0x30))
    stamped++
    return reply.send(await authority.answer(request.body, now(), fault))
  })
  app.get('/ca', async (_request, reply) => reply.type('application/x-pem-file').send(authority.caPem))
  app.get('/readyz', async () => ({ status: 'ready', stamped, answers: faults[fault] }))
  app.post('/api/faults', async (request, reply) => {
    const wanted = textField(request.body, 'answers')
    if (wanted === undefined || !isFault(wanted)) return reply.code(400).send({ error: '指定が誤りです。' })
    fault = wanted
    const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
    return form ? reply.redirect('/', 303) : { answers: fault }
  })
  app.get('/', async (_request, reply) => {
    const modes = Object.entries(faults).map(
      ([name, label]) =>
        `<form method="post" action="/api/faults"><input type="hidden" name="answers" value="${name}"><button>${label}</button></form>`,
    )
    const body = `<p>押した時刻印：${stamped}件　答え：<strong>${faults[fault]}</strong></p><p>${modes.join(' ')}</p>`
    return reply.type('text/html; charset=utf-8').send(page('時刻認証局', body))
  })
  const simulator = await listenLoopback(app, port)
  return { ...simulator, setFault: (wanted) => void (fault = wanted) }
}

function isFault(name: string): name is Wrong | keyof typeof troubles {
  return Object.hasOwn(faults, name)
}

if (import.meta.main) {
  await runSimulator('時刻認証局', () =>
    start({
      folder: process.env['OPEN_BCL_TSA_FOLDER'] ?? '.data/simulators/tsa',
      port: Number(process.env['OPEN_BCL_TSA_PORT'] ?? 8094),
    }),
  )
}
