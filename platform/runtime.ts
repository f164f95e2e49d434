import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Actor, Ctx, CtxOutside } from './ctx.ts'
import type { Pool } from './db/pool.ts'
import { inScope, type Tx, type TxOptions } from './db/tx.ts'
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
  readonly cookie?: NonNullable<Ctx['cookie']>
  readonly terminal?: NonNullable<Ctx['terminal']>
}

/** Opens one transaction in the municipality's scope and lends its context: requests, jobs and tests come through here. */
export async function withCtx<T>(
  runtime: Runtime,
  call: Call,
  work: (ctx: Ctx) => Promise<T>,
  options: TxOptions = {},
): Promise<T> {
  return await inScope(runtime.pool, call.municipality, (tx) => work(ctxOn(runtime, call, tx)), options)
}

/** The context of a call on an open transaction. */
export function ctxOn(runtime: Runtime, call: Call, tx: Tx): Ctx {
  let keys: Promise<Keys> | undefined
  return {
    ...ctxOutside(runtime, call),
    tx,
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
  }
}
