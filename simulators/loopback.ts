import Fastify, { type FastifyInstance } from 'fastify'

/** A running simulator. `url` has no trailing slash. */
export type Simulator = { readonly url: string; close(): Promise<void> }

export type LoopbackOptions = {
  /** 0 = any free port. */
  readonly port: number
  /** Origins of web pages, beside our own, that may call us: `http://localhost:8081`. */
  readonly allowedOrigins?: readonly string[]
  /** Bodies above this are refused with 413; default 64 KiB. */
  readonly bodyLimitBytes?: number
}

/**
 * The HTTP shell of every simulator: bound to 127.0.0.1, and closed to web pages of strangers. A page in the same
 * browser could otherwise use a card that lies on the reader, so `Host` (DNS rebinding) and `Origin` are checked.
 */
export function createLoopback(options: LoopbackOptions): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: options.bodyLimitBytes ?? 65_536,
    forceCloseConnections: true,
  })
  const allowed = options.allowedOrigins ?? []

  app.addHook('onRequest', async (request, reply) => {
    if (!/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(request.headers.host ?? '')) {
      return reply.code(421).send({ error: 'この模擬装置は自分の端末からだけ使えます。' })
    }
    void reply.headers({
      'content-security-policy':
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      vary: 'Origin',
    })
    const { origin } = request.headers
    if (origin === undefined || origin === `http://${request.headers.host}`) return
    if (!allowed.includes(origin)) {
      return reply.code(403).send({ error: 'この画面からの呼び出しは許可されていません。' })
    }
    void reply.headers({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'content-type',
    })
    if (request.method === 'OPTIONS') return reply.code(204).send()
  })
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  app.get('/healthz', async () => ({ status: 'alive' }))
  app.get('/style.css', async (_request, reply) => reply.type('text/css; charset=utf-8').send(style))
  return app
}

export async function listenLoopback(app: FastifyInstance, port: number): Promise<Simulator> {
  const url = await app.listen({ host: '127.0.0.1', port })
  return { url, close: () => app.close() }
}

/** Text of a request body's field; `undefined` when absent or not text. */
export function textField(body: unknown, name: string): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const value: unknown = Reflect.get(body, name)
  return typeof value === 'string' ? value : undefined
}

/** A whole page in the plain look all simulators share, with a banner that nothing here is real. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="ja">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}（模擬）</title>
<link rel="stylesheet" href="/style.css">
<p class="banner" role="note">模擬装置です。実在のカード・認証局・メールではありません。</p>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</html>
`
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Runs a simulator from the command line until it is told to stop. */
export async function runSimulator(name: string, start: () => Promise<Simulator>): Promise<void> {
  const simulator = await start()
  process.stdout.write(`${name}（模擬） ${simulator.url}\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void simulator.close())
  }
}

const style = `
body { margin: 0; font-family: "Noto Sans JP", "Hiragino Sans", sans-serif; line-height: 1.7; color: #1a1a1a; background: #f8f8fb }
.banner { margin: 0; padding: .5rem 1rem; background: #fff3cd; border-bottom: 2px solid #b78f00; font-weight: bold }
main { max-width: 64rem; margin: 0 auto; padding: 1rem }
table { border-collapse: collapse; width: 100%; background: #fff }
th, td { border: 1px solid #999; padding: .4rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
ul.cards { list-style: none; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)) }
ul.cards li { background: #fff; border: 2px solid #999; border-radius: 12px; padding: 1rem }
ul.cards li.inserted { border-color: #0017c1; box-shadow: 0 0 0 2px #0017c1 }
button { font: inherit; padding: .5rem 1rem; border: 1px solid #0017c1; border-radius: 8px; background: #0017c1; color: #fff; cursor: pointer }
button:focus-visible, a:focus-visible { outline: 4px solid #000; outline-offset: 2px; background: #b78f00; color: #000 }
form { display: inline }
pre { white-space: pre-wrap; background: #fff; border: 1px solid #999; padding: 1rem }
`
