import { randomBytes, X509Certificate } from 'node:crypto'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { codeText, newCode } from '@open-bcl/core/one-time-code.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { toPkcs12 } from '@open-bcl/platform/pkcs12.ts'
import {
  issueIdentity,
  signCertificateRequest,
  type Authority,
  type CertificateProfile,
} from '@open-bcl/platform/pki.ts'
import { findStaffByLogin } from './access.store.ts'
import { audit } from './audit.ts'
import { signInSettings } from './sign-in-settings.actions.ts'
import type * as contract from './terminals.contract.ts'
import { terminalEvents, terminalProblems } from './terminals.messages.ts'
import * as store from './terminals.store.ts'
import { enrolledHere, findMarkedHere, sha256 } from './this-terminal.actions.ts'

/** What the installation lends: who signs certificates of terminals, and where terminals reach the pages. */
export type TerminalSite = {
  authority(): Authority
  readonly origin: string
}

const LONGEST_DAYS = 366
/** A certificate lasts a year of duty; one that could not last a month is not worth carrying to a machine. */
const CERTIFICATE_DAYS = 397
const FEWEST_DAYS = 30
const DAY_MS = 86_400_000
/** From so many days before its end a certificate is to be renewed. */
const RENEW_DAYS = 30

/** Names of those whom logs name by `actorName`, for people to read; staff of other towns and programs by their kind. */
export async function namesOfActors(ctx: Ctx, actors: readonly string[]): Promise<Map<string, string>> {
  const idOf = (actor: string): string | null => {
    const [kind, home, staffId] = actor.split(':')
    return kind === 'staff' && home === ctx.municipality && staffId !== undefined ? staffId : null
  }
  const ids = [...new Set(actors.flatMap((actor) => idOf(actor) ?? []))]
  const names = await store.findStaffNames(ctx.tx, ids)
  const strangerOf = (actor: string): string => (actor.startsWith('staff:') ? '他団体の職員' : 'システム')
  return new Map(actors.map((actor) => [actor, names.get(idOf(actor) ?? '') ?? strangerOf(actor)] as const))
}

/** What terminals are called, revoked ones too. */
export async function namesOfTerminals(ctx: Ctx): Promise<Map<string, string>> {
  const rows = await store.listTerminals(ctx.tx)
  return new Map(rows.map(({ terminalId, name }) => [terminalId, name]))
}

export async function listTerminals(
  ctx: Ctx,
  site: TerminalSite,
): Promise<OutputOf<typeof contract.listTerminals>> {
  const rows = await store.listTerminals(ctx.tx)
  const names = await namesOfActors(
    ctx,
    rows.map(({ registeredBy }) => registeredBy),
  )
  const here = (await enrolledHere(ctx)) ?? (await findMarkedHere(ctx))
  const { terminals: rule } = await signInSettings(ctx)
  return {
    terminals: rows.map((row) => ({
      terminalId: row.terminalId,
      name: row.name,
      terminalClass: row.terminalClass,
      marked: row.marked,
      state: stateOf(row, ctx.now),
      registeredBy: names.get(row.registeredBy) ?? '',
      registeredAt: row.registeredAt.toISOString(),
      validUntil: row.validUntil?.toISOString() ?? null,
      lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
      revokedAt: row.revokedAt?.toISOString() ?? null,
    })),
    thisTerminalId: here?.terminalId ?? null,
    origin: site.origin,
    enrolledOnly: rule.enrolledOnly,
    helpersPhones: rule.helpersPhones,
  }
}

function stateOf(row: store.ListedTerminal, now: Date): contract.TerminalState {
  if (row.revokedAt !== null) return 'revoked'
  if (row.validUntil === null) return 'active'
  const left = row.validUntil.getTime() - now.getTime()
  if (left < 0) return 'expired'
  if (!row.used) return 'waiting'
  return left < RENEW_DAYS * DAY_MS ? 'expiring' : 'active'
}

type Certificate = OutputOf<typeof contract.enrolTerminal>

/** A terminal with its certificate: as a file with a password, or for a key that the terminal made itself. */
export async function enrolTerminal(
  ctx: Ctx,
  { name, terminalClass, requestPem }: InputOf<typeof contract.enrolTerminal>,
  site: TerminalSite,
): Promise<Certificate> {
  const terminalId = uuidv7(ctx.now.getTime())
  const by = actorName(ctx.actor)
  await store.insertTerminal(ctx.tx, { terminalId, name, terminalClass, tokenHash: null, now: ctx.now, by })
  const certificate = await giveCertificate(ctx, site, { terminalId, name }, requestPem)
  await audit(ctx, terminalEvents.enrolled, {
    facts: { terminalId, terminalClass, by: requestPem === null ? 'file' : 'request' },
  })
  return certificate
}

/** The next certificate of a terminal; the one in use serves until this one is first used. */
export async function renewTerminal(
  ctx: Ctx,
  { terminalId, requestPem }: InputOf<typeof contract.renewTerminal>,
  site: TerminalSite,
): Promise<Certificate> {
  const terminal = await store.holdTerminal(ctx.tx, terminalId)
  if (!terminal || terminal.revokedAt !== null) throw new Problem(platformProblems.notFound)
  if (terminal.marked) throw new Problem(terminalProblems.byCertificate)
  const certificate = await giveCertificate(ctx, site, terminal, requestPem)
  await audit(ctx, terminalEvents.renewed, { facts: { terminalId } })
  return certificate
}

async function giveCertificate(
  ctx: Ctx,
  site: TerminalSite,
  { terminalId, name }: { readonly terminalId: string; readonly name: string },
  requestPem: string | null,
): Promise<Certificate> {
  const authority = site.authority()
  const ends = new X509Certificate(authority.certificatePem).validToDate
  const validDays = Math.min(CERTIFICATE_DAYS, Math.floor((ends.getTime() - ctx.now.getTime()) / DAY_MS))
  if (validDays < FEWEST_DAYS) throw new Problem(terminalProblems.authorityEnds)
  const profile: CertificateProfile = {
    machineName: `urn:open-bcl:terminal:${ctx.municipality}:${terminalId}`,
    hosts: [],
    uses: ['client'],
    now: ctx.now,
    validDays,
  }
  const made =
    requestPem === null
      ? await asFile(authority, profile, name)
      : { certificatePem: await signed(authority, profile, requestPem), file: null }
  const { fingerprint256, validToDate } = new X509Certificate(made.certificatePem)
  await store.insertCertificate(ctx.tx, {
    terminalId,
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
    now: ctx.now,
    by: actorName(ctx.actor),
    validUntil: validToDate,
  })
  const { certificatePem, file } = made
  return {
    ...{ terminalId, name, origin: site.origin, validUntil: validToDate.toISOString() },
    ...{ certificatePem: file === null ? certificatePem : null, file },
  }
}

async function asFile(
  authority: Authority,
  profile: CertificateProfile,
  name: string,
): Promise<{ certificatePem: string; file: NonNullable<Certificate['file']> }> {
  const identity = await issueIdentity(authority, profile)
  const password = codeText(newCode() + newCode())
  const base64 = (await toPkcs12(identity, name, password)).toString('base64')
  return { certificatePem: identity.certificatePem, file: { base64, password } }
}

async function signed(
  authority: Authority,
  profile: CertificateProfile,
  requestPem: string,
): Promise<string> {
  try {
    return await signCertificateRequest(authority, requestPem, profile)
  } catch {
    throw new Problem(terminalProblems.badRequest, [
      { pointer: '/requestPem', message: terminalProblems.badRequest.title },
    ])
  }
}

/** Marks the browser of the administrator who stands before it, for 個人番号, where no certificates are asked for. */
export async function registerTerminal(
  ctx: Ctx,
  { name }: InputOf<typeof contract.registerTerminal>,
): Promise<OutputOf<typeof contract.registerTerminal>> {
  if ((await signInSettings(ctx)).terminals.enrolledOnly) throw new Problem(terminalProblems.byCertificate)
  if ((await enrolledHere(ctx)) !== null || (await findMarkedHere(ctx)) !== null)
    throw new Problem(terminalProblems.already)
  const token = randomBytes(32).toString('base64url')
  const terminalId = uuidv7(ctx.now.getTime())
  const by = actorName(ctx.actor)
  const tokenHash = sha256(token)
  await store.insertTerminal(ctx.tx, {
    ...{ terminalId, name, terminalClass: 'my-number', tokenHash, now: ctx.now, by },
  })
  await audit(ctx, terminalEvents.registered, { facts: { terminalId } })
  ctx.terminal?.mark(token)
  return { terminalId }
}

export async function revokeTerminal(
  ctx: Ctx,
  { terminalId }: InputOf<typeof contract.revokeTerminal>,
): Promise<OutputOf<typeof contract.revokeTerminal>> {
  const revoked = await store.revokeTerminal(ctx.tx, terminalId, ctx.now, actorName(ctx.actor))
  if (!revoked) throw new Problem(platformProblems.notFound)
  await audit(ctx, terminalEvents.revoked, { facts: { terminalId } })
  return { revoked: true }
}

export async function listMyNumberHolders(ctx: Ctx): Promise<OutputOf<typeof contract.listMyNumberHolders>> {
  return { holders: await store.listHolders(ctx.tx, 'my-number', todayInJapan(ctx.now)) }
}

/** Names a person who may use 個人番号, from today until a day. Nobody names himself. */
export async function assignMyNumberHolder(
  ctx: Ctx,
  { loginId, untilOn }: InputOf<typeof contract.assignMyNumberHolder>,
): Promise<OutputOf<typeof contract.assignMyNumberHolder>> {
  const today = todayInJapan(ctx.now)
  const staff = await findStaffByLogin(ctx.tx, loginId)
  if (!staff || staff.disabledAt !== null) throw new Problem(terminalProblems.noSuchStaff)
  if (ctx.actor.kind !== 'staff' || ctx.actor.staffId === staff.staffId)
    throw new Problem(terminalProblems.oneself)
  if (untilOn < today || untilOn > addDays(today, LONGEST_DAYS)) throw new Problem(terminalProblems.until)
  await store.assignRole(ctx.tx, staff.staffId, 'my-number', today, untilOn)
  await audit(ctx, terminalEvents.assigned, {
    subjects: [{ kind: 'staff', id: staff.staffId }],
    facts: { untilOn },
  })
  return { staffId: staff.staffId }
}

/** From now on: the next request of the person is without the right. */
export async function endMyNumberHolder(
  ctx: Ctx,
  { staffId }: InputOf<typeof contract.endMyNumberHolder>,
): Promise<OutputOf<typeof contract.endMyNumberHolder>> {
  const ended = await store.endRole(ctx.tx, staffId, 'my-number', todayInJapan(ctx.now))
  if (!ended) throw new Problem(platformProblems.notFound)
  await audit(ctx, terminalEvents.ended, { subjects: [{ kind: 'staff', id: staffId }] })
  return { ended: true }
}
