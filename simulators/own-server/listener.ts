import Fastify from 'fastify'
import { X509Certificate } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { exchangeEndpoints } from '@open-bcl/modules/certificates/exchange.contract.ts'
import { tlsServerOptions, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { keyIdOf, verifyMessage } from '@open-bcl/platform/signed-message.ts'
import { NotFound, type Answers } from './issuing.ts'

/** The exchange protocol over mutual TLS 1.3: one registered centre, its signature over the bytes as they came, no replay. */
export async function listenForCentre(options: {
  readonly host: string
  readonly port: number
  readonly identity: MachineIdentity
  /** Of the one centre that may ask. */
  readonly centerCertificatePem: string
  readonly answers: Answers
  now(): Date
}): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const center = new X509Certificate(options.centerCertificatePem)
  const key = center.publicKey
  const seen = new Set<string>()
  const app = Fastify({
    https: tlsServerOptions(options.identity, 'machines'),
    forceCloseConnections: true,
    bodyLimit: 65_536,
  })
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof NotFound) return reply.code(404).send({ type: '/problems/platform/not-found' })
    const status = (error as { statusCode?: number }).statusCode === 413 ? 413 : 500
    return reply.code(status).send({ type: '/problems/platform/unexpected' })
  })
  let origin = ''
  for (const [name, endpoint] of Object.entries(exchangeEndpoints)) {
    app.post(endpoint.path, async (request, reply) => {
      const peer = (request.raw.socket as TLSSocket).getPeerX509Certificate()
      if (peer?.fingerprint256 !== center.fingerprint256)
        return reply.code(401).send({ type: '/problems/certificates/unknown-center' })
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const verdict = await verifyMessage(
        { method: 'POST', path: request.raw.url ?? '', headers: request.headers, body },
        {
          ...{ origin, now: options.now(), maxSkewMs: 60_000 },
          findKey: (keyId) => (keyId === keyIdOf(key) ? key : null),
          seen: (id) => seen.has(id) || !seen.add(id),
        },
      )
      if (verdict.kind === 'refused')
        return reply.code(401).send({ type: '/problems/certificates/bad-message' })
      const input = endpoint.input.safeParse(jsonOf(body))
      if (!input.success) return reply.code(400).send({ type: '/problems/platform/invalid-input' })
      const answer = await (options.answers[name as keyof Answers] as (input: unknown) => Promise<unknown>)(
        input.data,
      )
      return endpoint.output.parse(answer)
    })
  }
  await app.listen({ host: options.host, port: options.port })
  origin = `https://localhost:${(app.server.address() as AddressInfo).port}`
  return { origin, close: () => app.close() }
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
