import { randomBytes, randomUUID, X509Certificate } from 'node:crypto'
import { isPracticeTown } from '@open-bcl/core/practice-town.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { signCertificateRequest, type Authority } from '@open-bcl/platform/pki.ts'
import { SpoolFull, WrongOffset, type Spool, type SpoolPlace } from '@open-bcl/platform/spool.ts'
import { audit } from '../access/audit.ts'
import { businesses, type Business } from '../interfaces/interfaces.columns.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { endAlarm, raiseAlarm } from './alarms.actions.ts'
import { SILENT_MINUTES, silenceOf } from './alarms.ts'
import type { FileState, LinkStatus } from './gateway.contract.ts'
import { isLinkOpen, secondsUntilOpen } from './hours.ts'
import * as inbound from './inbound.store.ts'
import { versionsOf } from './link-versions.ts'
import { codeHash } from './linkage.actions.ts'
import type { Manifest } from './linkage.manifest.ts'
import { linkageEvents, linkageProblems, nextFileNo } from './linkage.messages.ts'
import type { HomeRefusal } from './linkage.receipt.ts'
import * as store from './linkage.store.ts'

const CERTIFICATE_DAYS = 365
/** So many numbers ahead of the next one a file may wait for it. */
const MOST_AHEAD = 1_000
/** An upload that lies in another process's spool is given up when that process was not heard of for this long. */
export const SPOOL_SILENT_MS = 10 * 60_000

export type GatewayLimits = {
  readonly maxFileBytes: number
  /** Of all unfinished uploads of one town. */
  readonly maxTownBytes: number
}

/** The next byte to send is another one: 409 with it in a header. */
export class UploadAt extends Problem {
  readonly received: number
  constructor(received: number) {
    super(linkageProblems.wrongOffset)
    this.received = received
  }
}

/** Files are taken at other hours: 503 with the wait in a header. */
export class LinkClosed extends Problem {
  readonly retryAfterSeconds: number
  constructor(retryAfterSeconds: number) {
    super(linkageProblems.closed)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/**
 * The enrolled agent of a certificate; a revoked or unknown one is refused. Whoever uses a renewed certificate shows that
 * it arrived, and the former one is worth nothing any more.
 */
export async function requireAgent(ctx: Ctx, fingerprint: string): Promise<store.AgentRow> {
  const agent = await store.findAgent(ctx.tx, fingerprint)
  if (!agent) throw new Problem(linkageProblems.notEnrolled)
  const { agentId, replaces, heardAt } = agent
  if (
    replaces !== null &&
    heardAt === null &&
    !(await store.replaceAgent(ctx.tx, { agentId, replaces }, ctx.now))
  )
    throw new Problem(linkageProblems.notEnrolled)
  return agent
}

type StatusSaid = {
  readonly agentVersion: string
  readonly mode: 'production' | 'verification'
  readonly unsent: Readonly<Partial<Record<Business, number>>>
  readonly refused: readonly HomeRefusal[]
  /** By the agent's clock, under its signature. */
  readonly signedAt: Date
}

/** The agent's sign of life, and how much of the town's data is here. An older message, sent once more, says nothing. */
async function takeWord(
  ctx: Ctx,
  agent: store.AgentRow,
  { agentVersion, unsent, refused, signedAt }: StatusSaid,
  unfinished: readonly inbound.InboundRow[],
): Promise<void> {
  const { now } = ctx
  const refusedHere = await inbound.listRefused(ctx.tx)
  const word = businesses.map((business) => {
    const waits = unfinished.some((one) => one.business === business) || refusedHere.has(business)
    return { business, unsent: unsent[business] ?? 0, clear: (unsent[business] ?? 0) === 0 && !waits }
  })
  // A message that was held back on its way tells of when it was written.
  const saidAt = signedAt < now ? signedAt : now
  if (!(await store.setWord(ctx.tx, agent.agentId, word, { signedAt, clearAt: saidAt }))) return
  await store.markHeard(ctx.tx, agent.agentId, { agentVersion, refused, now: saidAt })
  if (silenceOf(await store.listAgents(ctx.tx), now) >= SILENT_MINUTES) return
  if (await endAlarm(ctx, 'stopped', '')) await raiseAlarm(ctx, 'restarted', '', {})
}

/** Where each business stands, and the agent's sign of life. */
export async function getLinkStatus(ctx: Ctx, fingerprint: string, said: StatusSaid): Promise<LinkStatus> {
  const { now } = ctx
  const agent = await requireAgent(ctx, fingerprint)
  const unfinished = await inbound.listInboundRows(ctx.tx)
  if (said.mode === 'production') await takeWord(ctx, agent, said, unfinished)

  const town = await getMunicipality(ctx)
  const marks = await store.listWatermarks(ctx.tx)
  const states = await store.listBusinessStates(ctx.tx)
  const rows: LinkStatus['businesses'] = []
  for (const business of businesses) {
    const fileNo = marks.find((one) => one.business === business)?.fileNo ?? 0
    const state = states.get(business)
    rows.push({
      business,
      nextFileNo: fileNo + 1,
      paused: state?.paused === true,
      held: unfinished
        .filter((one) => one.business === business && one.state === 'waiting' && one.fileNo > fileNo + 1)
        .map((one) => one.fileNo),
      wanted: state?.wanted ?? null,
      last: fileNo === 0 ? null : ((await store.findApplied(ctx.tx, business, fileNo)) ?? null),
      versions: versionsOf(business, town.interfaceDeadlines[business] ?? null, town.asOf),
    })
  }
  return {
    municipalityCode: ctx.municipality,
    now: now.toISOString(),
    open: isLinkOpen(town.linkHours, await store.findOpenUntil(ctx.tx, now), now),
    ...town.linkHours,
    businesses: rows,
  }
}

/** Throws `LinkClosed` outside the hours in which files are taken. */
export async function requireOpen(ctx: Ctx): Promise<void> {
  const { linkHours } = await getMunicipality(ctx)
  if (!isLinkOpen(linkHours, await store.findOpenUntil(ctx.tx, ctx.now), ctx.now))
    throw new LinkClosed(secondsUntilOpen(linkHours, ctx.now))
}

/** Opens an upload, or says how far it is. */
export async function openUpload(
  ctx: Ctx,
  { spool, limits }: { readonly spool: Spool; readonly limits: GatewayLimits },
  agent: store.AgentRow,
  {
    manifest,
    bytes,
    signedAt,
  }: { readonly manifest: Manifest; readonly bytes: number; readonly signedAt: Date },
): Promise<FileState> {
  const { now } = ctx
  const { business, fileNo, sha256 } = manifest
  const last = await store.lastFileNo(ctx.tx, business)
  const next = [{ pointer: '/fileNo', message: nextFileNo(last + 1) }]
  const wanted = (await store.listBusinessStates(ctx.tx)).get(business)?.wanted ?? null
  if (fileNo <= last) {
    // It came again, as staff asked, also where it is another file now.
    await ctx.separately((own) => store.clearWanted(own.tx, business, fileNo))
    const receipt = await store.findApplied(ctx.tx, business, fileNo)
    if (receipt?.sha256 === sha256 && receipt.mode === manifest.mode) return { state: 'applied', receipt }
    throw new Problem(linkageProblems.numberTaken, next)
  }
  await store.clearWanted(ctx.tx, business, fileNo)
  if (fileNo > last + MOST_AHEAD) throw new Problem(linkageProblems.gap, next)

  const keys = await ctx.keys()
  const known = await inbound.findInbound(ctx.tx, keys, { business, fileNo }, 'lock')
  const changes =
    known !== null && !(known.sha256 === sha256 && known.bytes === bytes && isSame(known.manifest, manifest))
  // Sent once more by somebody in between, or overtaken: it must not undo what came after it.
  if (changes && known.signedAt !== null && signedAt < known.signedAt)
    throw new Problem(linkageProblems.overtaken)
  if (known !== null && known.sha256 === sha256 && known.bytes === bytes) {
    const same = isSame(known.manifest, manifest)
    switch (known.state) {
      case 'refused':
        if (same && (wanted === null || wanted > fileNo)) return await refusedState(ctx, known)
        break
      case 'applied': {
        // Applied since we looked at the watermark; or beyond it, so of a database brought back to an earlier day.
        const receipt = await store.findApplied(ctx.tx, business, fileNo)
        if (receipt?.sha256 === sha256 && receipt.mode === manifest.mode) return { state: 'applied', receipt }
        break
      }
      case 'applying':
        if (same) return await stateOf(ctx, spool, known)
        break
      case 'receiving':
      case 'waiting':
        if (!(await isLost(ctx, spool, known))) {
          // The same bytes under a corrected paper.
          if (!same) await inbound.setManifest(ctx.tx, known.uploadId, { manifest, signedAt, now })
          const received = await spool.received(placeOf(ctx, known))
          if (known.state === 'receiving' && received === bytes) {
            await inbound.setReceived(ctx.tx, known.uploadId, { received, complete: true, now })
            return await stateOf(ctx, spool, { ...known, manifest, state: 'waiting' })
          }
          return await stateOf(ctx, spool, { ...known, manifest })
        }
    }
  }
  // What is being applied right now is not pulled away; a moment later it is decided.
  if (known?.state === 'applying' && known.leaseUntil !== null && known.leaseUntil > now)
    throw new Problem(platformProblems.busy)

  if (bytes > limits.maxFileBytes) throw new Problem(linkageProblems.fileTooLarge)
  const others = await inbound.unfinishedBytes(ctx.tx, { business, fileNo })
  if (others + bytes > limits.maxTownBytes) await refuseForRoom(ctx)
  await spool.requireRoom(bytes).catch(async (error: unknown) => {
    if (error instanceof SpoolFull) await refuseForRoom(ctx)
    throw error
  })
  await endAlarm(ctx, 'disk', '')
  // Should this fail from here on, the former upload has to be sent again, and is told so.
  if (known !== null && known.spoolId === spool.spoolId) await spool.remove(ctx.municipality, known.uploadId)
  await inbound.putInbound(ctx.tx, keys, {
    manifest,
    uploadId: randomUUID(),
    spoolId: spool.spoolId,
    key: randomBytes(32),
    bytes,
    sentBy: agent.agentId,
    signedAt,
    now,
  })
  return { state: 'receiving', received: 0 }
}

/** Keeps one chunk; answered for only when it is safely on the disk. */
export async function addChunk(
  ctx: Ctx,
  spool: Spool,
  at: { readonly business: Business; readonly fileNo: number },
  chunk: { readonly offset: number; readonly sha256: string; readonly bytes: Uint8Array },
): Promise<FileState> {
  const { now } = ctx
  const upload = await inbound.findInbound(ctx.tx, await ctx.keys(), at, 'lock')
  if (upload === null || upload.sha256 !== chunk.sha256) throw new Problem(linkageProblems.noUpload)
  // Our answer to the last chunk was lost, and the file may have been applied since.
  if (upload.state !== 'receiving') return await getFileState(ctx, spool, at)
  if (upload.spoolId !== spool.spoolId) throw new Problem(linkageProblems.noUpload)
  const place = placeOf(ctx, upload)
  if (chunk.offset + chunk.bytes.length > upload.bytes) throw new UploadAt((await spool.received(place)) ?? 0)
  let received: number
  try {
    received = await spool.append(place, chunk.offset, chunk.bytes)
  } catch (error) {
    if (error instanceof SpoolFull) await refuseForRoom(ctx)
    if (!(error instanceof WrongOffset)) throw error
    if (error.received !== upload.bytes) throw new UploadAt(error.received)
    // Our answer to the last chunk was lost.
    received = error.received
  }
  const complete = received === upload.bytes
  await inbound.setReceived(ctx.tx, upload.uploadId, { received, complete, now })
  return await stateOf(ctx, spool, { ...upload, received, state: complete ? 'waiting' : 'receiving' })
}

/** How far a file is. */
export async function getFileState(
  ctx: Ctx,
  spool: Spool,
  at: { readonly business: Business; readonly fileNo: number },
): Promise<FileState> {
  const receipt = await store.findApplied(ctx.tx, at.business, at.fileNo)
  if (receipt) return { state: 'applied', receipt }
  const upload = await inbound.findInbound(ctx.tx, await ctx.keys(), at, 'look')
  const state: FileState =
    upload === null ? { state: 'receiving', received: 0 } : await stateOf(ctx, spool, upload)
  if (state.state !== 'receiving') return state
  // Its bytes are gone too when it was applied between our two looks.
  const since = await store.findApplied(ctx.tx, at.business, at.fileNo)
  return since ? { state: 'applied', receipt: since } : state
}

async function stateOf(ctx: Ctx, spool: Spool, upload: inbound.Inbound): Promise<FileState> {
  switch (upload.state) {
    case 'applied':
      return { state: 'receiving', received: 0 }
    case 'refused':
      return await refusedState(ctx, upload)
    case 'receiving': {
      if (upload.spoolId !== spool.spoolId) return { state: 'receiving', received: 0 }
      return { state: 'receiving', received: (await spool.received(placeOf(ctx, upload))) ?? 0 }
    }
    case 'waiting':
    case 'applying': {
      if (await isLost(ctx, spool, upload)) return { state: 'receiving', received: 0 }
      const last = await store.lastFileNo(ctx.tx, upload.business)
      const paused = (await store.listBusinessStates(ctx.tx)).get(upload.business)?.paused === true
      const held = upload.state === 'waiting' && (paused || upload.fileNo > last + 1)
      return {
        state: held ? 'held' : upload.state,
        rowsDone: upload.rowsDone,
        rows: upload.manifest.rowCount,
      }
    }
  }
}

async function refusedState(ctx: Ctx, upload: inbound.Inbound): Promise<FileState> {
  const receipt = upload.fileId === null ? undefined : await store.findReceipt(ctx.tx, upload.fileId)
  if (!receipt) throw new Error('a refused upload without its receipt')
  return { state: 'refused', receipt }
}

/** Its bytes are gone: our own disk lost them, or the process that has them has not been seen for long. */
async function isLost(ctx: Ctx, spool: Spool, upload: inbound.Inbound): Promise<boolean> {
  if (upload.spoolId !== spool.spoolId) {
    return upload.state === 'receiving' || ctx.now.getTime() - upload.seenAt.getTime() > SPOOL_SILENT_MS
  }
  const received = await spool.received(placeOf(ctx, upload))
  if (upload.state === 'receiving') return received === null && upload.received > 0
  return received !== upload.bytes
}

export function placeOf(ctx: Pick<Ctx, 'municipality'>, upload: inbound.Inbound): SpoolPlace {
  return { municipality: ctx.municipality, uploadId: upload.uploadId, key: upload.key }
}

/** The papers say the same of the same bytes; when they were written does not matter. */
function isSame(a: Manifest, b: Manifest): boolean {
  const essence = ({ producedAt: _, producerVersion: __, ...rest }: Manifest) =>
    JSON.stringify(Object.entries(rest).toSorted(([x], [y]) => (x < y ? -1 : 1)))
  return essence(a) === essence(b)
}

/** The alarm outlives the refusal. */
async function refuseForRoom(ctx: Ctx): Promise<never> {
  await ctx.separately((own) => raiseAlarm(own, 'disk', '', {}))
  throw new Problem(linkageProblems.spoolFull)
}

/** Uses up a code and certifies the agent's key. The names in the certificate are ours, whatever the request asks. */
export async function enrolAgent(
  ctx: Ctx,
  authority: Authority,
  input: { readonly code: string; readonly requestPem: string },
): Promise<{ certificatePem: string; authorityPem: string }> {
  if (isPracticeTown(ctx.municipality)) throw new Problem(linkageProblems.wrongCode)
  const name = await store.useCode(ctx.tx, codeHash(input.code), ctx.now)
  if (name === undefined) throw new Problem(linkageProblems.wrongCode)
  return await certify(ctx, authority, input.requestPem, { name, replaces: null })
}

/**
 * A new certificate for an enrolled agent; the old one serves until the new one is first used. One that was asked for
 * earlier and never used ends: nobody keeps it in reserve.
 */
export async function renewAgent(
  ctx: Ctx,
  authority: Authority,
  fingerprint: string,
  requestPem: string,
): Promise<{ certificatePem: string; authorityPem: string }> {
  const agent = await requireAgent(ctx, fingerprint)
  await store.revokeRenewals(ctx.tx, agent.agentId, null, ctx.now)
  return await certify(ctx, authority, requestPem, { name: agent.name, replaces: agent.agentId })
}

async function certify(
  ctx: Ctx,
  authority: Authority,
  requestPem: string,
  { name, replaces }: { readonly name: string; readonly replaces: string | null },
): Promise<{ certificatePem: string; authorityPem: string }> {
  const certificatePem = await signCertificateRequest(authority, requestPem, {
    machineName: `urn:open-bcl:agent:${ctx.municipality}`,
    hosts: [],
    uses: ['client'],
    now: ctx.now,
    validDays: CERTIFICATE_DAYS,
  }).catch((): never => {
    throw new Problem(linkageProblems.badRequestFile)
  })
  const agentId = uuidv7(ctx.now.getTime())
  const fingerprint = fingerprintOf(certificatePem)
  const expiresAt = new Date(new X509Certificate(certificatePem).validTo)
  await store.insertAgent(ctx.tx, { agentId, name, fingerprint, expiresAt, replaces, now: ctx.now })
  await audit(ctx, replaces === null ? linkageEvents.agentEnrolled : linkageEvents.agentRenewed, {
    facts: { agentId },
  })
  return { certificatePem, authorityPem: authority.certificatePem }
}

/** SHA-256 of a certificate, hex. */
export function fingerprintOf(certificate: string | Buffer): string {
  return new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase()
}
