import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Tx } from './db/tx.ts'
import type { FactorStore, Passkey, Totp } from './second-factor.ts'

/** For a person to find the finger or the key. */
const CHALLENGE_MINUTES = 5

export type TotpRow = Omit<Totp, 'secret'> & { readonly sealed: Buffer }

/** The statements of one database, each about the rows of one person. `false`: there was no such row any more. */
export type FactorRows = {
  listTotps(tx: Tx, staffId: string): Promise<TotpRow[]>
  /** Ends those that are confirmed, or those that are not. */
  endTotps(tx: Tx, staffId: string, confirmed: boolean, now: Date): Promise<boolean>
  insertTotp(
    tx: Tx,
    staffId: string,
    totp: { readonly totpId: string; readonly sealed: Buffer; readonly now: Date },
  ): Promise<void>
  confirmTotp(tx: Tx, staffId: string, totpId: string, step: number, now: Date): Promise<void>
  takeStep(tx: Tx, staffId: string, totpId: string, step: number): Promise<boolean>
  listPasskeys(tx: Tx, staffId: string): Promise<Passkey[]>
  /** False when the credential is known already. */
  insertPasskey(
    tx: Tx,
    staffId: string,
    passkey: Omit<Passkey, 'madeAt' | 'usedAt'>,
    now: Date,
  ): Promise<boolean>
  takePasskey(
    tx: Tx,
    staffId: string,
    passkeyId: string,
    seen: number,
    counter: number,
    now: Date,
  ): Promise<boolean>
  /** One, or all. */
  endPasskeys(tx: Tx, staffId: string, passkeyId: string | null, now: Date): Promise<boolean>
  endRecoveryCodes(tx: Tx, staffId: string, now: Date): Promise<void>
  insertRecoveryCodes(tx: Tx, staffId: string, hashes: readonly Buffer[], now: Date): Promise<void>
  countRecoveryCodes(tx: Tx, staffId: string): Promise<number>
  takeRecoveryCode(tx: Tx, staffId: string, hash: Buffer, now: Date): Promise<boolean>
  /** The code of an approved recovery, once and in time. */
  takeRecovery(tx: Tx, staffId: string, hash: Buffer, now: Date): Promise<boolean>
  putChallenge(tx: Tx, sessionId: string, challenge: string, until: Date): Promise<void>
  takeChallenge(tx: Tx, sessionId: string, now: Date): Promise<string | null>
}

/** As much of a request as the rows need, in the cloud or at the centre. */
export type FactorCtx = {
  readonly tx: Tx
  readonly now: Date
  separately<T>(work: (ctx: Pick<FactorCtx, 'tx' | 'now'>) => Promise<T>): Promise<T>
}

/** What one person has, and the challenge of one session. */
export function factorStore(
  rows: FactorRows,
  ctx: FactorCtx,
  of: {
    readonly staffId: string
    readonly sessionId: string
    /** What the secrets of authenticator apps are sealed with. */
    readonly secrets: {
      open(totpId: string, sealed: Buffer): Promise<string>
      seal(totpId: string, secret: string): Promise<Buffer>
    }
  },
): FactorStore {
  const { tx, now } = ctx
  const { staffId, sessionId, secrets } = of
  return {
    async totps() {
      const kept = await rows.listTotps(tx, staffId)
      const opened = kept.map(async ({ sealed, ...row }) => ({
        ...row,
        secret: await secrets.open(row.totpId, sealed),
      }))
      return await Promise.all(opened)
    },
    async addTotp(secret) {
      await rows.endTotps(tx, staffId, false, now)
      const totpId = uuidv7(now.getTime())
      await rows.insertTotp(tx, staffId, { totpId, sealed: await secrets.seal(totpId, secret), now })
    },
    async confirmTotp(totpId, step) {
      await rows.endTotps(tx, staffId, true, now)
      await rows.confirmTotp(tx, staffId, totpId, step, now)
    },
    takeStep: (totpId, step) => rows.takeStep(tx, staffId, totpId, step),
    endTotp: () => rows.endTotps(tx, staffId, true, now),
    passkeys: () => rows.listPasskeys(tx, staffId),
    addPasskey: (passkey) =>
      rows.insertPasskey(tx, staffId, { ...passkey, passkeyId: uuidv7(now.getTime()) }, now),
    takePasskey: ({ passkeyId, counter }, next) =>
      rows.takePasskey(tx, staffId, passkeyId, counter, next, now),
    endPasskey: (passkeyId) => rows.endPasskeys(tx, staffId, passkeyId, now),
    async replaceRecoveryCodes(hashes) {
      await rows.endRecoveryCodes(tx, staffId, now)
      await rows.insertRecoveryCodes(tx, staffId, hashes, now)
    },
    recoveryCodesLeft: () => rows.countRecoveryCodes(tx, staffId),
    takeRecoveryCode: (hash) => rows.takeRecoveryCode(tx, staffId, hash, now),
    takeRecovery: (hash) => rows.takeRecovery(tx, staffId, hash, now),
    async forget() {
      await rows.endTotps(tx, staffId, true, now)
      await rows.endPasskeys(tx, staffId, null, now)
      await rows.endRecoveryCodes(tx, staffId, now)
    },
    putChallenge: (challenge) =>
      rows.putChallenge(tx, sessionId, challenge, new Date(now.getTime() + CHALLENGE_MINUTES * 60_000)),
    takeChallenge: () => ctx.separately((own) => rows.takeChallenge(own.tx, sessionId, own.now)),
  }
}
