import { X509Certificate } from 'node:crypto'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { signCertificateRequest, type Authority } from '@open-bcl/platform/pki.ts'
import { audit } from '../access/audit.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import { takeFile } from './intake.actions.ts'
import { codeHash } from './linkage.actions.ts'
import { businesses } from '../interfaces/interfaces.columns.ts'
import type { LinkStatus } from './linkage.contract.ts'
import type { Manifest } from './linkage.manifest.ts'
import { linkageEvents, linkageLog, linkageProblems, nextFileNo } from './linkage.messages.ts'
import type { LinkReceipt } from './linkage.receipt.ts'
import * as store from './linkage.store.ts'

const CERTIFICATE_DAYS = 365

/**
 * The file changes nothing (it was applied before, or is refused whole): thrown so that the transaction leaves without
 * a trace, and carrying what the agent is told.
 */
export class Settled extends Error {
  override readonly name = 'Settled'
  readonly receipt: LinkReceipt
  constructor(receipt: LinkReceipt) {
    super(receipt.state)
    this.receipt = receipt
  }
}

/** The name of the enrolled agent of a certificate; a revoked or unknown one is refused. */
export async function requireAgent(ctx: Ctx, fingerprint: string): Promise<string> {
  const agent = await store.findAgent(ctx.tx, fingerprint)
  if (!agent) throw new Problem(linkageProblems.notEnrolled)
  return agent.agentId
}

/** Where each business stands, so that the agent knows what to send next. */
export async function getLinkStatus(ctx: Ctx, fingerprint: string): Promise<LinkStatus> {
  await requireAgent(ctx, fingerprint)
  const marks = await store.listWatermarks(ctx.tx)
  const rows: LinkStatus['businesses'] = []
  for (const business of businesses) {
    const fileNo = marks.find((one) => one.business === business)?.fileNo ?? 0
    const last = fileNo === 0 ? undefined : await store.findApplied(ctx.tx, business, fileNo)
    rows.push({ business, nextFileNo: fileNo + 1, last: last ?? null })
  }
  return { municipalityCode: ctx.municipality, businesses: rows }
}

/**
 * Applies one file whole, in this transaction, and answers with its receipt. Throws `Settled` when nothing changes and
 * a `Problem` when it is not this file's turn. Runs as role `linkage`.
 */
export async function receiveFile(
  ctx: Ctx,
  fingerprint: string,
  manifest: Manifest,
  source: AsyncIterable<Uint8Array>,
): Promise<LinkReceipt> {
  const agentId = await requireAgent(ctx, fingerprint)
  await requireTurn(ctx, manifest)
  const file = await takeFile(ctx, manifest, source)
  const { business, fileNo, mode, sha256 } = manifest
  const told = {
    fileId: uuidv7(ctx.now.getTime()),
    business,
    fileNo,
    mode,
    sha256,
    notes: [...file.notes],
    errors: [...file.errors],
    moreErrors: file.moreErrors,
    hashTotal: null,
    receivedAt: ctx.now.toISOString(),
  }
  const none = { inserted: 0, updated: 0, deleted: 0, unchanged: 0, parked: 0, blocked: 0 }
  if (file.errors.length > 0) {
    const counts = { ...none, rows: file.rows, refused: file.refused }
    const receipt: LinkReceipt = { ...told, state: 'refused', seq: null, counts }
    await ctx.separately((own) => keep(own, receipt, agentId))
    throw new Settled(receipt)
  }
  const seq = await nextSeq(ctx, { business, fileNo, origin: 'link' })
  // Another sending of this file may have been faster; from here on we are alone.
  await requireTurn(ctx, manifest)
  const applied = await file.apply(seq)
  const counts = { ...none, ...applied.counts, rows: file.rows, refused: 0 }
  const notes = [...told.notes, ...applied.notes]
  const receipt: LinkReceipt = { ...told, notes, state: 'applied', seq: String(seq), counts }
  await keep(ctx, receipt, agentId)
  await store.setWatermark(ctx.tx, { business, fileNo, fileId: told.fileId, seq, now: ctx.now })
  return receipt
}

async function requireTurn(ctx: Ctx, { business, fileNo, sha256 }: Manifest): Promise<void> {
  const last = await store.lastFileNo(ctx.tx, business)
  if (fileNo === last + 1) return
  const next = [{ pointer: '/fileNo', message: nextFileNo(last + 1) }]
  if (fileNo > last) throw new Problem(linkageProblems.gap, next)
  const first = await store.findApplied(ctx.tx, business, fileNo)
  if (first?.sha256 === sha256) throw new Settled(first)
  throw new Problem(linkageProblems.numberTaken, next)
}

async function keep(ctx: Ctx, receipt: LinkReceipt, agentId: string): Promise<void> {
  await store.insertFile(ctx.tx, receipt, agentId, ctx.now)
  const applied = receipt.state === 'applied'
  const { business, fileNo, counts } = receipt
  await audit(ctx, applied ? linkageEvents.fileApplied : linkageEvents.fileRefused, {
    subjects: [{ kind: 'link-file', id: receipt.fileId }],
    facts: { business, fileNo, ...counts },
  })
  ctx.log(applied ? linkageLog.applied : linkageLog.refused, {
    traceId: ctx.traceId,
    municipalityCode: ctx.municipality,
    business,
    fileNo,
    rows: counts.rows,
    errors: receipt.errors.length,
  })
}

/** Uses up a code and certifies the agent's key. The names in the certificate are ours, whatever the request asks. */
export async function enrolAgent(
  ctx: Ctx,
  authority: Authority,
  input: { readonly code: string; readonly requestPem: string },
): Promise<{ certificatePem: string; authorityPem: string }> {
  const name = await store.useCode(ctx.tx, codeHash(input.code), ctx.now)
  if (name === undefined) throw new Problem(linkageProblems.wrongCode)
  const certificatePem = await signCertificateRequest(authority, input.requestPem, {
    machineName: `urn:open-bcl:agent:${ctx.municipality}`,
    hosts: [],
    uses: ['client'],
    now: ctx.now,
    validDays: CERTIFICATE_DAYS,
  }).catch((): never => {
    throw new Problem(linkageProblems.badRequestFile)
  })
  const agentId = uuidv7(ctx.now.getTime())
  await store.insertAgent(ctx.tx, { agentId, name, fingerprint: fingerprintOf(certificatePem), now: ctx.now })
  await audit(ctx, linkageEvents.agentEnrolled, { facts: { agentId } })
  return { certificatePem, authorityPem: authority.certificatePem }
}

/** SHA-256 of a certificate, hex. */
export function fingerprintOf(certificate: string | Buffer): string {
  return new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase()
}
