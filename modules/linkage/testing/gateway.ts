import { createHash, createPrivateKey } from 'node:crypto'
import https from 'node:https'
import { Readable } from 'node:stream'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { ProblemBody } from '@open-bcl/core/problem.ts'
import { freePort } from '@open-bcl/platform/db/embedded.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import {
  createAuthority,
  createCertificateRequest,
  issueIdentity,
  tlsClientOptions,
  tlsServerOptions,
  type Authority,
  type MachineIdentity,
} from '@open-bcl/platform/pki.ts'
import { withCtx, type Runtime } from '@open-bcl/platform/runtime.ts'
import { signMessage } from '@open-bcl/platform/signed-message.ts'
import type { TestCloud } from '../../../apps/cloud/testing/town.ts'
import { linkEnrolment, linkGateway, type GatewayOptions } from '../gateway.routes.ts'
import { createEnrolmentCode } from '../linkage.actions.ts'
import { fileInterfaces, type Business } from '../../interfaces/interfaces.columns.ts'
import { linkPaths, MANIFEST_HEADER } from '../linkage.contract.ts'
import { csvLine } from '../../interfaces/interfaces.csv.ts'
import type { Manifest } from '../linkage.manifest.ts'
import type { LinkReceipt } from '../linkage.receipt.ts'

/** The link as it runs: a listener with mutual TLS and one for enrolment, over real sockets. */
export type TestGateway = {
  readonly origin: string
  readonly enrolUrl: string
  readonly authority: Authority
  readonly runtime: Runtime
  close(): Promise<void>
}

type Tls = { key: string; cert: string; ca: string; requestCert: boolean; rejectUnauthorized: boolean }

export async function testGateway(
  cloud: TestCloud,
  options: Omit<GatewayOptions, 'origin'> & { readonly port?: number; readonly authority?: Authority } = {},
): Promise<TestGateway> {
  const { port = await freePort(), authority: given, ...limits } = options
  const now = new Date()
  const authority = given ?? (await createAuthority({ name: '試験認証局', now, validDays: 1000 }))
  const identity = await issueIdentity(authority, {
    machineName: 'urn:open-bcl:cloud',
    hosts: ['localhost', '127.0.0.1'],
    uses: ['server'],
    now,
    validDays: 30,
  })
  // Certificates are judged by TLS against the real clock.
  const runtime: Runtime = { ...cloud.runtime, pool: cloud.database.linkage, now: () => new Date() }
  const { log } = cloud.runtime
  const tls = (peers: 'anyone' | 'machines') => tlsServerOptions(identity, peers) as Tls
  const origin = `https://localhost:${port}`
  const gateway = await httpServer({
    program: 'link',
    log,
    ready: [],
    https: tls('machines'),
    requestTimeoutMs: 0,
  })
  linkGateway(gateway, runtime, { origin, ...limits })
  await gateway.listen({ port, host: '127.0.0.1' })
  const door = await httpServer({ program: 'door', log, ready: [], https: tls('anyone') })
  linkEnrolment(door, runtime, authority)
  const enrolUrl = (await door.listen({ port: 0, host: '127.0.0.1' })).replace('127.0.0.1', 'localhost')
  return {
    origin,
    enrolUrl,
    authority,
    runtime,
    async close() {
      await gateway.close()
      await door.close()
    },
  }
}

/** An agent enrolled as a town does it: a code by staff, then the agent's own key and request. */
export async function enrolledAgent(
  cloud: TestCloud,
  gateway: TestGateway,
  code: MunicipalityCode,
): Promise<MachineIdentity> {
  const secret = await enrolmentCode(cloud, code)
  const { requestPem, privateKeyPem } = await createCertificateRequest(`urn:open-bcl:agent:${code}`)
  const answer = await exchange(new URL(linkPaths.enrol, gateway.enrolUrl), {
    method: 'POST',
    ca: gateway.authority.certificatePem,
    headers: { 'content-type': 'application/json' },
    body: Readable.from([JSON.stringify({ code: secret, requestPem })]),
  })
  if (answer.status !== 200) throw new Error(`enrolment refused: ${JSON.stringify(answer.json)}`)
  return { privateKeyPem, ...(answer.json as { certificatePem: string; authorityPem: string }) }
}

/** A code of now by the real clock, by which its use is judged too. */
export async function enrolmentCode(cloud: TestCloud, municipality: MunicipalityCode): Promise<string> {
  const runtime: Runtime = { ...cloud.runtime, now: () => new Date() }
  const call = { actor: { kind: 'job', task: 'test' }, municipality, traceId: 'test' } as const
  return await withCtx(
    runtime,
    call,
    async (ctx) => (await createEnrolmentCode(ctx, { agentName: '試験AP' })).code,
  )
}

/** A whole file: header, rows, and a manifest that fits unless told otherwise. */
export function linkFile(
  municipalityCode: string,
  business: Business,
  fileNo: number,
  rows: readonly (readonly string[])[],
  over: Partial<Manifest> & { readonly csv?: Buffer } = {},
): { manifest: Manifest; csv: Buffer } {
  const { csv: given, ...manifestOver } = over
  const { columns, id, version } = fileInterfaces[business]
  const csv = given ?? Buffer.from([columns.map((column) => column.name), ...rows].map(csvLine).join(''))
  const deletedAt = columns.findIndex((column) => column.name === '削除フラグ')
  const manifest: Manifest = {
    interfaceId: id,
    interfaceVersion: version,
    municipalityCode: municipalityCode as MunicipalityCode,
    business,
    fileNo,
    mode: 'full',
    rowCount: rows.length,
    deleteCount: rows.filter((row) => row[deletedAt] === '1').length,
    sha256: createHash('sha256').update(csv).digest('hex'),
    producedAt: '2026-11-21T02:00:00+09:00',
    producerVersion: 'test 1',
    ...manifestOver,
  }
  return { manifest, csv }
}

export type SendAnswer = { readonly status: number; readonly json: unknown }

export async function sendFile(
  gateway: TestGateway,
  identity: MachineIdentity,
  file: { readonly manifest: Manifest; readonly csv: Buffer | AsyncIterable<Uint8Array> },
  over: { readonly path?: string; readonly origin?: string; readonly signedWith?: MachineIdentity } = {},
): Promise<SendAnswer> {
  const path = over.path ?? linkPaths.file(file.manifest.business, file.manifest.fileNo)
  const bytes = Buffer.from(JSON.stringify(file.manifest))
  const key = createPrivateKey((over.signedWith ?? identity).privateKeyPem)
  return await exchange(new URL(path, gateway.origin), {
    method: 'POST',
    identity,
    headers: {
      'content-type': 'text/csv',
      [MANIFEST_HEADER]: bytes.toString('base64url'),
      ...signMessage(
        { method: 'POST', origin: over.origin ?? gateway.origin, path, body: bytes },
        key,
        new Date(),
      ),
    },
    body: Readable.from(Buffer.isBuffer(file.csv) ? [file.csv] : file.csv),
  })
}

/** Sends and expects a receipt. */
export async function receiptOf(answer: Promise<SendAnswer>): Promise<LinkReceipt> {
  const { status, json } = await answer
  if (status !== 200 && status !== 422) throw new Error(`no receipt: ${status} ${JSON.stringify(json)}`)
  return json as LinkReceipt
}

export async function problemOf(answer: Promise<SendAnswer>): Promise<{ status: number; body: ProblemBody }> {
  const { status, json } = await answer
  return { status, body: json as ProblemBody }
}

export async function exchange(
  url: URL,
  options: {
    readonly method: string
    readonly identity?: MachineIdentity
    readonly ca?: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: Readable
  },
): Promise<SendAnswer> {
  const tls = options.identity ? tlsClientOptions(options.identity) : { ca: options.ca }
  return await new Promise((resolve, reject) => {
    const request = https.request(
      url,
      { method: options.method, headers: options.headers, agent: false, ...tls },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve({
            status: response.statusCode ?? 0,
            json: text === '' ? null : (JSON.parse(text) as unknown),
          })
        })
      },
    )
    request.on('error', reject)
    options.body.on('error', (error: Error) => request.destroy(error))
    options.body.pipe(request)
  })
}
