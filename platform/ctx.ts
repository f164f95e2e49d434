import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Reach } from '@open-bcl/core/reach.ts'
import type { ShownCertificate } from './client-certificates.ts'
import type { Tx } from './db/tx.ts'
import type { Log } from './log.ts'
import type { Keys } from './seal.ts'

/** Who acts. `home` is where a person is employed; the municipality acted for is `Ctx.municipality` (helpers differ). */
export type Actor =
  | {
      readonly kind: 'staff'
      readonly staffId: string
      readonly home: MunicipalityCode
      readonly displayName: string
      readonly sessionId: string
      readonly csrfToken: string
      /** The password is one that somebody else knows: nothing is open but changing it. */
      readonly mustChangePassword: boolean
      /** What is missing before the session may do anything; absent = nothing. */
      readonly pending?: Pending
      readonly permissions: ReadonlySet<string>
      /** What the person may, too, but not at this terminal. */
      readonly elsewhere?: ReadonlySet<string>
      /** Of permissions that hold for some disasters or 町字 only: which. */
      readonly limits?: ReadonlyMap<string, Reach>
      /** Endpoints by name, and no others, whatever the permissions would open; absent = all. */
      readonly only?: ReadonlySet<string>
    }
  | { readonly kind: 'machine'; readonly name: string }
  | { readonly kind: 'job'; readonly task: string }
  | { readonly kind: 'anonymous' }

/** The password was right; the second factor is to be shown, or one is to be enrolled first. */
export type Pending = 'second-factor' | 'enrolment'

/** What one request stands on. Everything an action does goes through here, so that it commits or vanishes together. */
export type Ctx = {
  readonly tx: Tx
  readonly actor: Actor
  readonly municipality: MunicipalityCode
  readonly now: Date
  /** The client's id of a write (UUIDv7), `null` for a read. */
  readonly requestId: string | null
  readonly traceId: string
  readonly log: Log
  readonly production: boolean
  /** The municipality's keys; throws for a town that was never onboarded. */
  keys(): Promise<Keys>
  /** Adds a job in this transaction; `ids` holds identifiers only, never personal data. */
  enqueue(task: string, ids: Readonly<Record<string, string>>): Promise<void>
  /**
   * For what must survive a refusal (failed sign-in, denied access): runs in its own transaction and commits before the
   * problem is thrown.
   */
  separately<T>(work: (ctx: Ctx) => Promise<T>): Promise<T>
  /**
   * In the practice town of this one (`core/practice-town.ts`), in a transaction of its own. There is no such way from a practice
   * town to anywhere.
   */
  inPracticeTown<T>(work: (ctx: Ctx) => Promise<T>): Promise<T>
  /** From here on only what belongs to these is there: a right limited to them is acted under. */
  limit(reach: Reach): Promise<void>
  /** Starts or ends the browser's session cookie, of this municipality unless said otherwise; absent outside HTTP. */
  readonly cookie?: { start(token: string, town?: MunicipalityCode): void; end(): void }
  /** The terminal itself, whoever is signed in (`access.terminal`); absent outside HTTP. */
  readonly terminal?: Terminal
  /** What the browser is known by from one sign-in to the next, and its kind in words; absent outside HTTP. */
  readonly device?: Device
}

/** What a terminal is known by: its client certificate, or (for 個人番号 alone) a mark in the browser. */
export type Terminal = {
  readonly certificate: ShownCertificate | null
  readonly token: string | null
  mark(token: string): void
}

export type Device = { readonly token: string | null; readonly words: string; mark(token: string): void }

/** What an endpoint with `transaction: 'own'` stands on: nothing is open until it asks, one piece at a time. */
export type CtxOutside = Pick<
  Ctx,
  'municipality' | 'now' | 'traceId' | 'log' | 'production' | 'separately' | 'cookie' | 'terminal' | 'device'
>

/** `staff:<id>`, `machine:<name>`, `job:<task>` or `anonymous`: how audit and commands name the actor. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'staff':
      return `staff:${actor.home}:${actor.staffId}`
    case 'machine':
      return `machine:${actor.name}`
    case 'job':
      return `job:${actor.task}`
    case 'anonymous':
      return 'anonymous'
  }
}
