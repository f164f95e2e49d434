import { createHash, createPrivateKey } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
import type { LinkMessage } from '@open-bcl/platform/http/link-message.ts'
import { withCtx, type Runtime } from '@open-bcl/platform/runtime.ts'
import { signMessage } from '@open-bcl/platform/signed-message.ts'
import { Spool, type SpoolDisk } from '@open-bcl/platform/spool.ts'
import type { TestCloud } from '../../../apps/cloud/testing/town.ts'
import type { GatewayLimits } from '../gateway.actions.ts'
import { chunkPath, linkPaths, MOST_CHUNK_BYTES, OFFSET_HEADER, type FileState } from '../gateway.contract.ts'
import { linkEnrolment, linkGateway } from '../gateway.routes.ts'
import { LinkQueue } from '../queue.actions.ts'
import { createEnrolmentCode } from '../linkage.actions.ts'
import { fileInterfaces, type Business } from '../../interfaces/interfaces.columns.ts'
import { csvLine } from '../../interfaces/interfaces.csv.ts'
import type { Manifest } from '../linkage.manifest.ts'
import type { LinkReceipt } from '../linkage.receipt.ts'

/** The link as it runs: a listener with mutual TLS, one for enrolment, the spool and the queue, over real sockets. */
export type TestGateway = {
  readonly origin: string
  readonly enrolUrl: string
  readonly authority: Authority
  readonly runtime: Runtime
  readonly spool: Spool
  readonly queue: LinkQueue
  readonly spoolFolder: string
  close(): Promise<void>
}

type Tls = { key: string; cert: string; ca: string; requestCert: boolean; rejectUnauthorized: boolean }

export type TestGatewayOptions = Partial<GatewayLimits> & {
  readonly port?: number
  /** How agents reach it, when something stands between. Default: the port itself. */
  readonly origin?: string
  readonly authority?: Authority
  /** Of a gateway before this one, or beside it; without it the folder goes when the gateway closes. */
  readonly spoolFolder?: string
  readonly disk?: SpoolDisk
  readonly atOnce?: number
  readonly messages?: readonly LinkMessage[]
  /** Messages are judged and files applied by this clock; TLS goes by the real one. */
  readonly now?: () => Date
}

export async function testGateway(cloud: TestCloud, options: TestGatewayOptions = {}): Promise<TestGateway> {
  const { port = await freePort(), authority: given, spoolFolder: lent, disk, ...rest } = options
  const { now: clock = () => new Date(), origin = `https://localhost:${port}`, ...limits } = rest
  const now = new Date()
  const authority = given ?? (await createAuthority({ name: '試験認証局', now, validDays: 1000 }))
  const identity = await issueIdentity(authority, {
    machineName: 'urn:open-bcl:cloud',
    hosts: ['localhost', '127.0.0.1'],
    uses: ['server'],
    now,
    validDays: 30,
  })
  const runtime: Runtime = { ...cloud.runtime, pool: cloud.database.linkage, now: clock }
  const { log } = cloud.runtime
  const tls = (peers: 'anyone' | 'machines') => tlsServerOptions(identity, peers) as Tls
  const spoolFolder = lent ?? (await mkdtemp(join(tmpdir(), 'open-bcl-spool-')))
  const spool = await Spool.open(spoolFolder, { reserveBytes: 0, ...(disk ? { disk } : {}) })
  const queue = new LinkQueue(runtime, spool)
  const gateway = await httpServer({ program: 'link', log, ready: [], https: tls('machines') })
  linkGateway(gateway, runtime, { origin, authority, spool, queue, ...limits })
  await gateway.listen({ port, host: '127.0.0.1' })
  const door = await httpServer({ program: 'door', log, ready: [], https: tls('anyone') })
  linkEnrolment(door, runtime, authority)
  const enrolUrl = (await door.listen({ port: 0, host: '127.0.0.1' })).replace('127.0.0.1', 'localhost')
  return {
    origin,
    enrolUrl,
    authority,
    runtime,
    spool,
    queue,
    spoolFolder,
    async close() {
      await gateway.close()
      await door.close()
      await queue.close()
      if (lent === undefined) await rm(spoolFolder, { recursive: true, force: true })
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

export type SendAnswer = {
  readonly status: number
  readonly json: unknown
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export type Message = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly path: string
  /** JSON, or bytes as they are. */
  readonly body?: object | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  /** What is changed after signing, or signed otherwise. */
  readonly over?: { readonly origin?: string; readonly signedWith?: MachineIdentity; readonly at?: Date }
}

/** One signed message of an agent. */
export async function sendMessage(
  gateway: Pick<TestGateway, 'origin'>,
  identity: MachineIdentity,
  { method, path, body, headers = {}, over = {} }: Message,
): Promise<SendAnswer> {
  const bytes =
    body === undefined
      ? Buffer.alloc(0)
      : body instanceof Uint8Array
        ? Buffer.from(body)
        : Buffer.from(JSON.stringify(body))
  const type = body instanceof Uint8Array ? 'application/octet-stream' : 'application/json'
  return await exchange(new URL(path, gateway.origin), {
    method,
    identity,
    headers: {
      ...(body === undefined ? {} : { 'content-type': type, 'content-length': String(bytes.length) }),
      ...headers,
      ...signMessage(
        { method, origin: over.origin ?? gateway.origin, path, body: bytes },
        createPrivateKey((over.signedWith ?? identity).privateKeyPem),
        over.at ?? new Date(),
      ),
    },
    body: Readable.from(bytes.length === 0 ? [] : [bytes]),
  })
}

export type LinkFile = { readonly manifest: Manifest; readonly csv: Buffer }

type Way = {
  readonly verification?: boolean
  /** When it says it was sent. */
  readonly at?: Date
}

function pathOf({ manifest }: LinkFile, { verification = false }: Way): string {
  return (verification ? linkPaths.verification : linkPaths.file)(manifest.business, manifest.fileNo)
}

function sentAt(at: Date | undefined): Pick<Message, 'over'> {
  return at === undefined ? {} : { over: { at } }
}

/** Opens an upload, or asks how far it is. */
export async function putFile(
  gateway: Pick<TestGateway, 'origin'>,
  identity: MachineIdentity,
  file: LinkFile,
  { at, verification, ...over }: Partial<Message> & Way = {},
): Promise<SendAnswer> {
  const body = { manifest: file.manifest, bytes: file.csv.length }
  const path = pathOf(file, { ...(verification === undefined ? {} : { verification }) })
  return await sendMessage(gateway, identity, { method: 'PUT', path, body, ...sentAt(at), ...over })
}

/** Sends bytes from an offset. */
export async function patchFile(
  gateway: Pick<TestGateway, 'origin'>,
  identity: MachineIdentity,
  file: LinkFile,
  { from, to = file.csv.length }: { readonly from: number; readonly to?: number },
  over: Way = {},
): Promise<SendAnswer> {
  return await sendMessage(gateway, identity, {
    method: 'PATCH',
    path: chunkPath(pathOf(file, over), { offset: from, sha256: file.manifest.sha256 }),
    body: file.csv.subarray(from, to),
    ...sentAt(over.at),
  })
}

/** Sends a whole file and answers with what its opening, its sending or, when all is done, its state says. */
export async function sendFile(
  gateway: TestGateway,
  identity: MachineIdentity,
  file: LinkFile,
  over: Way & { readonly chunkBytes?: number } = {},
): Promise<SendAnswer> {
  let answer = await putFile(gateway, identity, file, over)
  const chunk = over.chunkBytes ?? MOST_CHUNK_BYTES
  while (answer.status === 200 && (answer.json as FileState).state === 'receiving') {
    const { received } = answer.json as Extract<FileState, { state: 'receiving' }>
    const to = Math.min(file.csv.length, received + chunk)
    answer = await patchFile(gateway, identity, file, { from: received, to }, over)
    const at = answer.status === 409 ? answer.headers[OFFSET_HEADER] : undefined
    // Another sending of the same file may be ahead.
    if (typeof at === 'string') answer = await putFile(gateway, identity, file, over)
  }
  if (answer.status !== 200) return answer
  await gateway.queue.settled()
  return await sendMessage(gateway, identity, {
    method: 'GET',
    path: pathOf(file, over),
    ...sentAt(over.at),
  })
}

export async function stateOf(answer: Promise<SendAnswer>): Promise<FileState> {
  const { status, json } = await answer
  if (status !== 200) throw new Error(`no state: ${status} ${JSON.stringify(json)}`)
  return json as FileState
}

/** Sends and expects a receipt. */
export async function receiptOf(answer: Promise<SendAnswer>): Promise<LinkReceipt> {
  const state = await stateOf(answer)
  if (!('receipt' in state)) throw new Error(`no receipt: ${JSON.stringify(state)}`)
  return state.receipt
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
            headers: response.headers,
          })
        })
      },
    )
    request.on('error', reject)
    options.body.on('error', (error: Error) => request.destroy(error))
    options.body.pipe(request)
  })
}
