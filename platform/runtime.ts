import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { practiceTownOf } from '@open-bcl/core/practice-town.ts'
import { narrowed, type Reach } from '@open-bcl/core/reach.ts'
import type { Actor, Ctx, CtxOutside } from './ctx.ts'
import type { Pool } from './db/pool.ts'
import { inScope, limitReach, type Tx, type TxOptions } from './db/tx.ts'
import type { Log } from './log.ts'
import type { Keyring, Keys } from './seal.ts'

/** What a process holds and lends to each request. */
export type Runtime = {
  readonly pool: Pool
  readonly keyring: Keyring
  readonly log: Log
  /** Production refuses demonstration towns and their printed passwords. */
  readonly production: boolean
  /** The clock; tests set it. */
  now(): Date
}

export type Call = {
  readonly actor: Actor
  readonly municipality: MunicipalityCode
  readonly traceId: string
  readonly requestId?: string | null
  /** See `TxOptions`; transactions that the action opens besides its own have it, too. */
  readonly reach?: Reach | undefined
  readonly cookie?: NonNullable<Ctx['cookie']>
  readonly terminal?: NonNullable<Ctx['terminal']>
  readonly device?: NonNullable<Ctx['device']>
}

/** Opens one transaction in the municipality's scope and lends its context: requests, jobs and tests come through here. */
export async function withCtx<T>(
  runtime: Runtime,
  call: Call,
  work: (ctx: Ctx) => Promise<T>,
  options: TxOptions = {},
): Promise<T> {
  const { reach } = call
  return await inScope(runtime.pool, call.municipality, (tx) => work(ctxOn(runtime, call, tx)), {
    ...options,
    reach,
  })
}

/** The context of a call on an open transaction. */
export function ctxOn(runtime: Runtime, call: Call, tx: Tx): Ctx {
  let keys: Promise<Keys> | undefined
  let { reach } = call
  return {
    ...ctxOutside(runtime, call),
    tx,
    separately: (work) => withCtx({ ...runtime, pool: runtime.pool.beside }, { ...call, reach }, work),
    inPracticeTown: (work) =>
      withCtx(
        { ...runtime, pool: runtime.pool.beside },
        // Nothing of the browser goes along: what it is known by here is this town's.
        {
          actor: { kind: 'job', task: 'practice' },
          municipality: practiceTownOf(call.municipality),
          traceId: call.traceId,
        },
        work,
      ),
    async limit(more) {
      reach = reach ? narrowed(reach, more) : more
      await limitReach(tx, reach)
    },
    actor: call.actor,
    requestId: call.requestId ?? null,
    keys() {
      keys ??= runtime.keyring.of(tx)
      return keys
    },
    async enqueue(task, ids) {
      await tx.sql('select jobs.enqueue($1, $2, $3)', [task, tx.municipality, JSON.stringify(ids)])
    },
  }
}

/** The context of a call outside any transaction. */
export function ctxOutside(runtime: Runtime, call: Call): CtxOutside {
  return {
    municipality: call.municipality,
    now: runtime.now(),
    traceId: call.traceId,
    log: runtime.log,
    production: runtime.production,
    separately: (work) => withCtx(runtime, call, work),
    ...(call.cookie ? { cookie: call.cookie } : {}),
    ...(call.terminal ? { terminal: call.terminal } : {}),
    ...(call.device ? { device: call.device } : {}),
  }
}
