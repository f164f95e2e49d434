import { createHash, randomBytes } from 'node:crypto'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { businesses, fileInterfaces } from '../interfaces/interfaces.columns.ts'
import type * as contract from './linkage.contract.ts'
import { linkageEvents, linkageProblems } from './linkage.messages.ts'
import * as store from './linkage.store.ts'

const FILES_SHOWN = 20
/** Long enough to walk to the server room, short enough that a forgotten note is worth nothing. */
const CODE_HOURS = 24
/** No I, L, O, U: a code is read aloud and typed (Crockford base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Per business: how far the town's data has been applied, and what came lately. */
export async function listLinkFiles(ctx: Ctx): Promise<OutputOf<typeof contract.listLinkFiles>> {
  const marks = await store.listWatermarks(ctx.tx)
  const rows = []
  for (const business of businesses) {
    const mark = marks.find((one) => one.business === business)
    const files = await store.listFiles(ctx.tx, business, FILES_SHOWN)
    rows.push({
      business,
      title: fileInterfaces[business].title,
      watermark: mark
        ? { fileNo: mark.fileNo, seq: String(mark.seq), appliedAt: mark.appliedAt.toISOString() }
        : null,
      files: files.map(({ receipt, errorCount }) => ({ ...receipt, errorCount })),
    })
  }
  return { businesses: rows }
}

/** The wrong places of one refused file, for download. */
export async function getLinkFileErrors(
  ctx: Ctx,
  { fileId }: InputOf<typeof contract.getLinkFileErrors>,
): Promise<OutputOf<typeof contract.getLinkFileErrors>> {
  const receipt = await store.findReceipt(ctx.tx, fileId)
  if (!receipt) throw new Problem(linkageProblems.fileNotFound)
  return { errors: receipt.errors, moreErrors: receipt.moreErrors }
}

/** Makes a code that enrols one agent once. It is shown now and never again. */
export async function createEnrolmentCode(
  ctx: Ctx,
  { agentName }: InputOf<typeof contract.createEnrolmentCode>,
): Promise<OutputOf<typeof contract.createEnrolmentCode>> {
  const secret = [...randomBytes(24)].map((byte) => ALPHABET[byte % 32]).join('')
  const code = [ctx.municipality, ...secret.match(/.{6}/g)!].join('-')
  const expiresAt = new Date(ctx.now.getTime() + CODE_HOURS * 3_600_000)
  await store.insertCode(ctx.tx, {
    hash: codeHash(code),
    agentName,
    createdBy: actorName(ctx.actor),
    now: ctx.now,
    expiresAt,
  })
  await audit(ctx, linkageEvents.codeCreated)
  return { code, expiresAt: expiresAt.toISOString() }
}

export async function listAgents(ctx: Ctx): Promise<OutputOf<typeof contract.listAgents>> {
  const agents = await store.listAgents(ctx.tx)
  return {
    agents: agents.map(({ agentId, name, enrolledAt, revokedAt }) => ({
      agentId,
      name,
      enrolledAt: enrolledAt.toISOString(),
      revokedAt: revokedAt?.toISOString() ?? null,
    })),
  }
}

/** Its certificate opens nothing from now on. */
export async function revokeAgent(
  ctx: Ctx,
  { agentId }: InputOf<typeof contract.revokeAgent>,
): Promise<OutputOf<typeof contract.revokeAgent>> {
  if (!(await store.revokeAgent(ctx.tx, agentId, ctx.now))) throw new Problem(linkageProblems.agentNotFound)
  await audit(ctx, linkageEvents.agentRevoked, { facts: { agentId } })
  return { revoked: true }
}

/** The code as it was typed: spaces, hyphens and case do not matter. */
export function codeHash(code: string): Buffer {
  return createHash('sha256').update(code.toUpperCase().replace(/[\s-]/g, '')).digest()
}
