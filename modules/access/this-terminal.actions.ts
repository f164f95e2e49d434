import { createHash } from 'node:crypto'
import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { Problem, type ProblemKind } from '@open-bcl/core/problem.ts'
import type { ShownCertificate } from '@open-bcl/platform/client-certificates.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { SessionRow } from './access.store.ts'
import { audit } from './audit.ts'
import { isGuestsRole, isOperatorsRole } from './roles.ts'
import { signInSettings } from './sign-in-settings.actions.ts'
import type { TerminalRule } from './sign-in-settings.ts'
import type * as contract from './sign-in-settings.contract.ts'
import { opensAt } from './terminal-classes.ts'
import { terminalEvents, terminalProblems } from './terminals.messages.ts'
import * as store from './terminals.store.ts'

/** What the connection proved and our authority signed; whose it is says the town's list. */
export function goodFingerprint({ terminal }: Pick<Ctx, 'terminal'>): string | null {
  const shown = terminal?.certificate ?? null
  return shown?.state === 'good' ? shown.fingerprint : null
}

/** The town's terminal that this request comes from, by its certificate. */
export async function enrolledHere(ctx: Ctx): Promise<store.EnrolledTerminal | null> {
  const fingerprint = goodFingerprint(ctx)
  return fingerprint === null ? null : ((await store.findEnrolled(ctx.tx, fingerprint)) ?? null)
}

/**
 * Who comes in: the town's staff, a helper with a phone of their own, the operator in an emergency, or somebody who practises
 * (modules/practice) and whom their own town let in.
 */
export type Comer = 'staff' | 'guest' | 'operator' | 'practice'

async function terminalRule(ctx: Ctx): Promise<TerminalRule> {
  return (await signInSettings(ctx)).terminals
}

/**
 * The terminal somebody is about to sign in at; refuses where the town lets people in at its own terminals only. Not the
 * operator, who comes because nobody in the town can.
 */
export async function admitAtTerminal(ctx: Ctx, who: Comer): Promise<store.EnrolledTerminal | null> {
  const here = await enrolledHere(ctx)
  if (here !== null) return here
  const rule = await terminalRule(ctx)
  if (isOpenTo(rule, who)) return null
  throw new Problem(refusalOf(ctx.terminal?.certificate ?? null))
}

function isOpenTo(rule: TerminalRule, who: Comer): boolean {
  return !rule.enrolledOnly || who === 'operator' || (who === 'guest' && rule.helpersPhones)
}

function comerOf(roles: SessionRow['roles']): Comer {
  const are = (sort: (role: string) => boolean): boolean =>
    roles.length > 0 && roles.every(({ role }) => sort(role))
  if (are(isOperatorsRole)) return 'operator'
  return are(isGuestsRole) ? 'guest' : 'staff'
}

function refusalOf(shown: ShownCertificate | null): ProblemKind {
  if (shown === null) return terminalProblems.enrolledOnly
  return shown.state === 'expired' ? terminalProblems.certificateExpired : terminalProblems.notEnrolled
}

/**
 * A session opens nothing but at the terminal that it began at: its cookie copied to another machine, or to another listener, is
 * worth nothing. Where the rule came after the sign-in, the session ends with it.
 */
export async function requireSessionsTerminal(ctx: Ctx, session: SessionRow): Promise<void> {
  const { staffId, sessionId, terminalId, here, terminalRule: rule } = session
  if (terminalId !== (here?.terminalId ?? null)) {
    await ctx.separately((own) =>
      audit(own, terminalEvents.sessionElsewhere, {
        subjects: [{ kind: 'staff', id: staffId }],
        facts: { session: sessionId, terminalId, at: here?.terminalId ?? null },
      }),
    )
    throw new Problem(terminalProblems.otherTerminal)
  }
  if (here === null && rule !== null && !isOpenTo(rule, comerOf(session.roles)))
    throw new Problem(terminalProblems.signInHere)
}

/**
 * The terminal, where 個人番号 may be shown at it: by its certificate and class. As long as the town asks for no certificates a marked
 * browser is one, too: the mark is a cookie that no script can read and no other site can send, and whoever copies the
 * browser's profile copies it.
 */
export async function findThisTerminal(ctx: Ctx): Promise<{ readonly terminalId: string } | null> {
  const here = await enrolledHere(ctx)
  if (here !== null) return opensAt(here.terminalClass, 'residents.my-number') ? here : null
  return await findMarkedHere(ctx)
}

export async function findMarkedHere(ctx: Ctx): Promise<{ readonly terminalId: string } | null> {
  const token = ctx.terminal?.token
  if (!token || (await terminalRule(ctx)).enrolledOnly) return null
  return (await store.findMarked(ctx.tx, sha256(token))) ?? null
}

/** Whoever closes all other machines out shows by standing at an enrolled one that there is a way in. */
export async function requireWayIn(
  ctx: Ctx,
  { setting }: Pick<InputOf<typeof contract.changeSignInSetting>, 'setting'>,
): Promise<void> {
  if (setting.key !== 'terminals' || !setting.value.enrolledOnly) return
  if ((await enrolledHere(ctx)) === null) throw new Problem(terminalProblems.fromEnrolled)
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
