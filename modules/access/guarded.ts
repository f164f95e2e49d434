import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { accessEvents } from './access.messages.ts'
import { audit, type Subject } from './audit.ts'

/**
 * A person as a store hands them out: closed. Three doors open it (design §2.4), each of which knows 支援措置:
 * `reveal` and `revealMany` (fields, audited) and `test` (a boolean, leaks no field).
 */
export class Guarded<T> {
  readonly subject: Subject
  /** 支援措置対象者: the address must appear nowhere. Safe to show as a warning. */
  readonly suppressed: boolean
  readonly #value: T
  readonly #conceal: (value: T) => T

  /** Stores only. `conceal` returns the value without anything that tells where the person is. */
  constructor(subject: Subject, suppressed: boolean, value: T, conceal: (value: T) => T) {
    this.subject = subject
    this.suppressed = suppressed
    this.#value = value
    this.#conceal = conceal
  }

  /** Nothing of a person in a log, an error or an answer by mistake. */
  toJSON(): string {
    return '[guarded]'
  }

  /** The same person, closed as one under 支援措置: a store below cannot know that a household is shared with somebody hidden. */
  static concealed<T>(guarded: Guarded<T>): Guarded<T> {
    return guarded.suppressed ? guarded : new Guarded(guarded.subject, true, guarded.#value, guarded.#conceal)
  }

  /** For `reveal` below, which writes the audit row first. */
  static open<T>(guarded: Guarded<T>): T {
    return guarded.suppressed ? guarded.#conceal(guarded.#value) : guarded.#value
  }

  static ask<T>(guarded: Guarded<T>, predicate: (value: T) => boolean): boolean {
    return predicate(guarded.#value)
  }
}

/** Why a person's data is read; kept with the audit row and shown to the auditor. */
export type Purpose =
  | 'search'
  | 'view'
  | 'application'
  | 'decision'
  | 'certificate'
  | 'notice'
  | 'kiosk'
  | 'non-resident'
  | 'inquiry'
  | 'link-check'
  | 'record-check'
  | 'recovery-check'
  | 'emergency'
  | 'provision'
  | 'audit'

/** Opens one person's fields and records the reading. Suppressed persons come without their whereabouts. */
export async function reveal<T>(ctx: Ctx, guarded: Guarded<T>, purpose: Purpose): Promise<T> {
  const [value] = await revealMany(ctx, [guarded], purpose)
  return value!
}

/** Opens many persons' fields with one audit row naming all of them, written before the first is returned. */
export async function revealMany<T>(
  ctx: Ctx,
  guarded: readonly Guarded<T>[],
  purpose: Purpose,
): Promise<T[]> {
  if (guarded.length === 0) return []
  await audit(ctx, accessEvents.personRevealed, {
    purpose,
    subjects: guarded.map((one) => one.subject),
    facts: { count: guarded.length, suppressed: guarded.filter((one) => one.suppressed).length },
  })
  return guarded.map((one) => Guarded.open(one))
}

/** A yes or no about a person (matching, eligibility, age) that leaks no field and needs no audit row. */
export function test<T>(guarded: Guarded<T>, predicate: (value: T) => boolean): boolean {
  return Guarded.ask(guarded, predicate)
}
