import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  generateKeyPairSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import type { Pool } from '@open-bcl/platform/db/pool.ts'
import { ASKED_BYTES, HEADER_BYTES, PROOF_BYTES, readHeader } from './backpage.ts'
import * as store from './backpage.store.ts'

/** A key of the centre, opened. */
export type BackPageSecrets = {
  readonly keyId: number
  readonly publicKey: Uint8Array
  readonly madeAt: Date
  readonly untilAt: Date | null
  readonly revokedFrom: Date | null
  sign(bytes: Uint8Array): Promise<Uint8Array>
  /** What stands on paper beside the header, and the key of the one page that has this header. */
  pageKey(header: Uint8Array): { readonly proof: Uint8Array; readonly pageKey: Uint8Array }
}

/** The key in use signs no more, and a new one begins. */
export async function rotateBackPageKey(
  pool: Pool,
  masters: readonly Uint8Array[],
  { now, by }: { readonly now: Date; readonly by: string },
): Promise<{ readonly keyId: number; readonly before: number | null }> {
  return await inCenter(pool, async (tx) => {
    const keys = await store.listKeys(tx)
    await store.endKey(tx, now)
    const keyId = (keys.at(-1)?.keyId ?? 0) + 1
    const made = await store.insertKey(tx, { ...makeKey(keyId, masters), keyId, madeAt: now, madeBy: by })
    if (!made) throw new Error('another key was made at the same time')
    return { keyId, before: keys.find((key) => key.untilAt === null)?.keyId ?? null }
  })
}

/** Papers this key signed from then on are not to be believed. A stolen key is rotated and revoked. */
export async function revokeBackPageKey(
  pool: Pool,
  revoked: { readonly keyId: number; readonly from: Date; readonly by: string },
): Promise<boolean> {
  return await inCenter(pool, (tx) => store.revokeKey(tx, revoked.keyId, revoked.from, revoked.by))
}

/** All keys, opened; the first start of a centre makes the first one. */
export async function openBackPageKeys(
  pool: Pool,
  masters: readonly Uint8Array[],
  now: Date,
): Promise<readonly BackPageSecrets[]> {
  const rows = await inCenter(pool, async (tx) => {
    const known = await store.listKeys(tx)
    if (known.length > 0) return known
    // Of two processes that start at once one makes it.
    await store.insertKey(tx, { ...makeKey(1, masters), keyId: 1, madeAt: now, madeBy: 'start' })
    return await store.listKeys(tx)
  })
  return await Promise.all(rows.map((row) => openKey(row, masters)))
}

/** The secrets of the page that was asked about, or `null` when this centre never made it. */
export function answerAsked(
  keys: readonly BackPageSecrets[],
  asked: Uint8Array,
): { readonly key: BackPageSecrets; readonly pageKey: Uint8Array } | null {
  const header = asked.subarray(0, HEADER_BYTES)
  const key = keys.find(({ keyId }) => keyId === readHeader(header)?.keyId)
  if (!key || asked.length !== ASKED_BYTES) return null
  const { proof, pageKey } = key.pageKey(header)
  return timingSafeEqual(proof, asked.subarray(HEADER_BYTES)) ? { key, pageKey } : null
}

function makeKey(keyId: number, masters: readonly Uint8Array[]): Pick<store.KeyRow, 'publicKey' | 'secrets'> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const secrets = Buffer.concat([
    randomBytes(SECRET_BYTES),
    privateKey.export({ format: 'der', type: 'pkcs8' }),
  ])
  return {
    publicKey: Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]),
    secrets: seal(secrets, keyId, masters),
  }
}

const SECRET_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

function seal(secrets: Buffer, keyId: number, [master]: readonly Uint8Array[]): Buffer {
  if (!master) throw new Error('no master key for back pages')
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', master, nonce).setAAD(placeOf(keyId))
  return Buffer.concat([nonce, cipher.update(secrets), cipher.final(), cipher.getAuthTag()])
}

/** The first master key that opens it: the others are there while a master key is changed. */
function open(sealed: Buffer, keyId: number, masters: readonly Uint8Array[]): Buffer {
  for (const master of masters) {
    const decipher = createDecipheriv('aes-256-gcm', master, sealed.subarray(0, NONCE_BYTES))
    decipher.setAAD(placeOf(keyId)).setAuthTag(sealed.subarray(-TAG_BYTES))
    try {
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
    } catch {
      continue
    }
  }
  throw new Error(`no master key opens key ${keyId} of back pages`)
}

const placeOf = (keyId: number): Buffer => Buffer.from(`backpage.key.secrets ${keyId}`)

async function openKey(row: store.KeyRow, masters: readonly Uint8Array[]): Promise<BackPageSecrets> {
  const { keyId, publicKey, madeAt, untilAt, revokedFrom } = row
  const secrets = open(row.secrets, keyId, masters)
  const decoding = secrets.subarray(0, SECRET_BYTES)
  const signing = await crypto.subtle.importKey(
    'pkcs8',
    new Uint8Array(secrets.subarray(SECRET_BYTES)),
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  )
  const derive = (purpose: string, header: Uint8Array): Buffer =>
    createHmac('sha256', decoding).update(`open-bcl back page ${purpose}\n`).update(header).digest()
  return {
    ...{ keyId, publicKey, madeAt, untilAt, revokedFrom },
    sign: async (bytes) =>
      new Uint8Array(
        await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, signing, new Uint8Array(bytes)),
      ),
    pageKey: (header) => ({
      proof: derive('proof', header).subarray(0, PROOF_BYTES),
      pageKey: derive('key', header),
    }),
  }
}
