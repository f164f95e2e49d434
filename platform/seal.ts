import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Tx } from './db/tx.ts'

/**
 * Sealing of personal data with the municipality's own keys (design §2.3).
 *
 * Sealed value: 1 byte format (1), 2 bytes key id, 12 bytes nonce, ciphertext, 16 bytes tag (AES-256-GCM).
 * AAD = municipality, `schema.table.column`, row key: a value moved to another row, column or town does not open.
 */
export type Keys = {
  readonly municipality: MunicipalityCode
  seal(place: string, rowKey: string, plain: string): Buffer
  /** Throws when the value was sealed elsewhere or altered. */
  open(place: string, rowKey: string, sealed: Uint8Array): string
  /** Keyed 64-bit search token of one gram in one field; leaks equality inside this town and field only. */
  token(field: string, gram: string): bigint
  /** Keyed digest of a record or body: says "same or not" without being a dictionary for a thief. */
  recordHmac(purpose: string, value: string | Uint8Array): Buffer
}

const FORMAT = 1
const HEADER = 15
const TAG = 16
/** Nonces are cut from a pool: one call of the random source for 512 of them. */
const POOL_BYTES = 12 * 512
/** Grams repeat endlessly in a town's names; the cache lives in memory only, since it is derived from the key. */
const TOKEN_CACHE = 200_000

type KeySet = {
  readonly id: number
  readonly data: KeyObject
  readonly search: KeyObject
  readonly record: KeyObject
}

export class Keyring {
  readonly #master: KeyObject
  readonly #cache = new Map<string, Keys>()
  /** Transactions that made keys: until they commit, the keys may yet vanish, and must not be kept. */
  readonly #making = new WeakSet<Tx>()

  /** `masterKey`: 32 bytes from a file or a KMS; never in the database. */
  constructor(masterKey: Uint8Array) {
    if (masterKey.byteLength !== 32) throw new Error('master key must be 32 bytes')
    this.#master = createSecretKey(masterKey)
  }

  /** Keys of the municipality in scope. Throws when the town has none: it was never onboarded, or its data was destroyed. */
  async of(tx: Tx): Promise<Keys> {
    const known = this.#cache.get(tx.municipality)
    if (known) return known
    const rows = await tx.sql<{ key_id: number; wrapped: Buffer }>(
      'select key_id, wrapped from app.sealing_key where municipality_code = $1 order by key_id',
      [tx.municipality],
    )
    if (rows.length === 0) throw new Error('no sealing key for this municipality')
    const keys = keysOf(
      tx.municipality,
      rows.map((row) => this.#unwrap(tx.municipality, row.key_id, row.wrapped)),
    )
    if (!this.#making.has(tx)) this.#cache.set(tx.municipality, keys)
    return keys
  }

  /** Makes the first keys of a municipality; does nothing when it has some. */
  async create(tx: Tx, now: Date): Promise<void> {
    this.#making.add(tx)
    await tx.sql(
      `insert into app.sealing_key (municipality_code, key_id, wrapped, created_at) values ($1, 1, $2, $3)
       on conflict do nothing`,
      [tx.municipality, this.#wrap(tx.municipality, 1, randomBytes(32)), now],
    )
  }

  #wrap(municipality: string, keyId: number, key: Buffer): Buffer {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#master, nonce)
    cipher.setAAD(Buffer.from(`sealing-key|${municipality}|${keyId}`))
    return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
  }

  #unwrap(municipality: string, keyId: number, wrapped: Buffer): KeySet {
    const decipher = createDecipheriv('aes-256-gcm', this.#master, wrapped.subarray(0, 12))
    decipher.setAAD(Buffer.from(`sealing-key|${municipality}|${keyId}`))
    decipher.setAuthTag(wrapped.subarray(wrapped.length - TAG))
    const root = Buffer.concat([
      decipher.update(wrapped.subarray(12, wrapped.length - TAG)),
      decipher.final(),
    ])
    const derive = (purpose: string): KeyObject =>
      createSecretKey(Buffer.from(hkdfSync('sha256', root, municipality, `open-bcl ${purpose}`, 32)))
    return { id: keyId, data: derive('data'), search: derive('search'), record: derive('record') }
  }
}

function keysOf(municipality: MunicipalityCode, sets: readonly KeySet[]): Keys {
  const current = sets[sets.length - 1]!
  const byId = new Map(sets.map((set) => [set.id, set]))
  const tokens = new Map<string, bigint>()
  let pool = Buffer.alloc(0)
  let used = 0
  const nonce = (): Buffer => {
    if (used === pool.length) {
      pool = randomBytes(POOL_BYTES)
      used = 0
    }
    used += 12
    return pool.subarray(used - 12, used)
  }
  return {
    municipality,
    seal(place, rowKey, plain) {
      const header = Buffer.allocUnsafe(HEADER)
      header[0] = FORMAT
      header.writeUInt16BE(current.id, 1)
      nonce().copy(header, 3)
      const cipher = createCipheriv('aes-256-gcm', current.data, header.subarray(3))
      cipher.setAAD(aad(municipality, place, rowKey))
      return Buffer.concat([header, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    open(place, rowKey, sealed) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
      const set = bytes[0] === FORMAT ? byId.get(bytes.readUInt16BE(1)) : undefined
      if (!set || bytes.length < HEADER + TAG) throw new Error('sealed value has an unknown format or key')
      const decipher = createDecipheriv('aes-256-gcm', set.data, bytes.subarray(3, HEADER))
      decipher.setAAD(aad(municipality, place, rowKey))
      decipher.setAuthTag(bytes.subarray(bytes.length - TAG))
      return (
        decipher.update(bytes.subarray(HEADER, bytes.length - TAG), undefined, 'utf8') +
        decipher.final('utf8')
      )
    },
    token(field, gram) {
      const name = `${field}|${gram}`
      let token = tokens.get(name)
      if (token === undefined) {
        token = createHmac('sha256', current.search).update(name).digest().readBigInt64BE(0)
        if (tokens.size < TOKEN_CACHE) tokens.set(name, token)
      }
      return token
    },
    recordHmac(purpose, value) {
      return createHmac('sha256', current.record).update(`${purpose}|`).update(value).digest()
    },
  }
}

function aad(municipality: string, place: string, rowKey: string): Buffer {
  return Buffer.from(`${municipality}|${place}|${rowKey}`)
}
