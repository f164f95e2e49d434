import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { paperKeysEvents } from './paper-keys.messages.ts'
import * as store from './paper-keys.store.ts'

export type Signer = {
  readonly keyId: number
  /** ECDSA P-256 with SHA-256, r ‖ s. */
  sign(bytes: Uint8Array): Uint8Array
}

/** Signs with a private key in PKCS #8. */
export function signerOf(keyId: number, privateKey: Buffer): Signer {
  const key = createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' })
  return { keyId, sign: (bytes) => sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }) }
}

/** The town's key in use; made where there is none yet. */
export async function paperKey(ctx: Ctx): Promise<store.SigningKey> {
  return await ctx.tx.once('paper key', () => readOrMakeKey(ctx))
}

async function readOrMakeKey(ctx: Ctx): Promise<store.SigningKey> {
  const keys = await ctx.keys()
  const known = await store.findKeyInUse(ctx.tx, keys)
  if (known) return known
  await makeKey(ctx, 'made', {})
  const made = await store.findKeyInUse(ctx.tx, keys)
  // In a REPEATABLE READ transaction the other one's key is not seen: a conflict there is tried again from the start.
  if (!made) throw new Error('a paper key vanished')
  return made
}

async function makeKey(
  ctx: Ctx,
  event: keyof typeof paperKeysEvents,
  facts: Readonly<Record<string, number | string>>,
): Promise<number> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const known = await store.listPaperKeys(ctx.tx)
  const keyId = (known.at(-1)?.keyId ?? 0) + 1
  // The last 65 bytes of the SubjectPublicKeyInfo of a P-256 key are its point.
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-65)
  const inserted = await store.insertPaperKey(ctx.tx, await ctx.keys(), {
    keyId,
    publicKey: point,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }),
    fromOn: todayInJapan(ctx.now),
    untilOn: null,
    revokedFrom: null,
  })
  if (inserted) await audit(ctx, paperKeysEvents[event], { facts: { ...facts, keyId } })
  return keyId
}

/** A new key from now on. The public half of the one before stays published, its private half is destroyed. */
export async function rotatePaperKey(
  ctx: Ctx,
  operator: string,
): Promise<{ readonly keyId: number; readonly before: number | null }> {
  const before = await store.retireKey(ctx.tx, todayInJapan(ctx.now))
  const keyId = await makeKey(ctx, 'rotated', { operator, ...(before === null ? {} : { before }) })
  return { keyId, before }
}

/**
 * 危殆化: what this key signed from that day on is void. One in use is replaced at once. False when the town has no such key.
 */
export async function revokePaperKey(
  ctx: Ctx,
  operator: string,
  keyId: number,
  from: PlainDate,
): Promise<boolean> {
  const key = (await store.listPaperKeys(ctx.tx)).find((one) => one.keyId === keyId)
  if (!key) return false
  if (key.untilOn === null) await rotatePaperKey(ctx, operator)
  await store.revokeKey(ctx.tx, keyId, from)
  await audit(ctx, paperKeysEvents.revoked, { facts: { operator, keyId, from } })
  return true
}
