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
 * A town has one key in use; while it is changed it has two (`platform/rekey.ts`), and what either sealed opens.
 *
 * Sealed value: 1 byte format (1), 2 bytes key id, 12 bytes nonce, ciphertext, 16 bytes tag (AES-256-GCM).
 * AAD = municipality, `schema.table.column`, row key: a value moved to another row, column or town does not open.
 */
export type Keys = KeyedWords & {
  readonly municipality: MunicipalityCode
  /**
   * Tokens and digests under each key the town has, the one in use first. Whatever is looked for or compared must be
   * looked for under each: while keys are changed some rows have the tokens and digests of one, some of the other.
   */
  readonly each: readonly KeyedWords[]
  /** With the key in use. */
  seal(place: string, rowKey: string, plain: string | Uint8Array): Buffer
  /** Throws when the value was sealed elsewhere or altered. */
  open(place: string, rowKey: string, sealed: Uint8Array): string
}

/** What is derived from one key. */
export type KeyedWords = {
  readonly keyId: number
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

/**
 * The keys under which to search, one after the other. A row that is sealed anew between two of these searches goes from the
 * older to the newer key: asked in this order, it is found by one of them at least.
 */
export function oldestFirst({ each }: Keys): readonly KeyedWords[] {
  return each.toSorted((a, b) => a.keyId - b.keyId)
}

/** `coming`: opens, does not seal yet. `leaving`: opens what is not sealed anew yet. */
export type KeyState = 'coming' | 'current' | 'leaving'

type KeyRow = { readonly key_id: number; readonly state: KeyState; readonly wrapped: Buffer }

type KeySet = {
  readonly id: number
  readonly data: KeyObject
  readonly search: KeyObject
  readonly record: KeyObject
}

export class Keyring {
  readonly #masters: readonly KeyObject[]
  /** By municipality; `rows` says what they were made of. */
  readonly #cache = new Map<string, { readonly rows: string; readonly keys: Keys }>()

  /**
   * Master keys of 32 bytes from a file or a KMS; never in the database. The first wraps; the others only open, for the
   * time while a master key is changed.
   */
  constructor(masters: Uint8Array | readonly Uint8Array[]) {
    const all = masters instanceof Uint8Array ? [masters] : masters
    if (all.length === 0 || all.some((master) => master.byteLength !== 32))
      throw new Error('master key must be 32 bytes')
    this.#masters = all.map((master) => createSecretKey(master))
  }

  /**
   * Keys of the municipality in scope. Throws when the town has none: it was never onboarded, or its data was destroyed.
   * Asks the database each time, so that a new key is used, and a destroyed one gone, from the next transaction on.
   */
  async of(tx: Tx): Promise<Keys> {
    const found = await tx.sql<KeyRow>(
      `select key_id, state, wrapped from app.sealing_key
        where municipality_code = $1 and state <> 'destroyed' order by key_id`,
      [tx.municipality],
    )
    const rows = found.map((row) => `${row.key_id} ${row.state} ${row.wrapped.toString('base64')}`).join()
    const known = this.#cache.get(tx.municipality)
    if (known?.rows === rows) return known.keys
    const current = found.find((row) => row.state === 'current')
    if (!current) {
      this.#cache.delete(tx.municipality)
      throw new Error('no sealing key for this municipality')
    }
    const ordered = [current, ...found.filter((row) => row !== current)]
    const keys = keysOf(
      tx.municipality,
      ordered.map((row) => this.#unwrap(tx.municipality, row)),
    )
    this.#cache.set(tx.municipality, { rows, keys })
    return keys
  }

  /** Makes the first keys of a municipality; does nothing when it has some. */
  async create(tx: Tx, now: Date): Promise<void> {
    await tx.sql(
      `insert into app.sealing_key (municipality_code, key_id, state, wrapped, created_at)
       values ($1, 1, 'current', $2, $3) on conflict do nothing`,
      [tx.municipality, this.#wrap(tx.municipality, 1, randomBytes(32)), now],
    )
  }

  /** Makes the key that will follow the one in use, as `coming`. For `platform/rekey.ts`. */
  async announce(tx: Tx, keyId: number, now: Date): Promise<void> {
    await tx.sql(
      `insert into app.sealing_key (municipality_code, key_id, state, wrapped, created_at)
       values ($1, $2, 'coming', $3, $4)`,
      [tx.municipality, keyId, this.#wrap(tx.municipality, keyId, randomBytes(32)), now],
    )
  }

  /** Wraps the town's keys with the first master key, whichever had wrapped them. Answers how many it changed. */
  async rewrap(tx: Tx): Promise<number> {
    const rows = await tx.sql<KeyRow>(
      `select key_id, state, wrapped from app.sealing_key
        where municipality_code = $1 and state <> 'destroyed' for update`,
      [tx.municipality],
    )
    let changed = 0
    for (const row of rows) {
      const { root, master } = this.#unseal(tx.municipality, row)
      if (master === 0) continue
      await tx.sql('update app.sealing_key set wrapped = $3 where municipality_code = $1 and key_id = $2', [
        tx.municipality,
        row.key_id,
        this.#wrap(tx.municipality, row.key_id, root),
      ])
      changed += 1
    }
    return changed
  }

  #wrap(municipality: string, keyId: number, key: Buffer): Buffer {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#masters[0]!, nonce)
    cipher.setAAD(Buffer.from(`sealing-key|${municipality}|${keyId}`))
    return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
  }

  #unwrap(municipality: string, row: KeyRow): KeySet {
    const { root } = this.#unseal(municipality, row)
    const derive = (purpose: string): KeyObject =>
      createSecretKey(Buffer.from(hkdfSync('sha256', root, municipality, `open-bcl ${purpose}`, 32)))
    return { id: row.key_id, data: derive('data'), search: derive('search'), record: derive('record') }
  }

  /** The key itself, and which of the master keys had wrapped it. */
  #unseal(municipality: string, { key_id, wrapped }: KeyRow): { root: Buffer; master: number } {
    for (const [master, key] of this.#masters.entries()) {
      const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, 12))
      decipher.setAAD(Buffer.from(`sealing-key|${municipality}|${key_id}`))
      decipher.setAuthTag(wrapped.subarray(wrapped.length - TAG))
      const opened = decipher.update(wrapped.subarray(12, wrapped.length - TAG))
      try {
        return { root: Buffer.concat([opened, decipher.final()]), master }
      } catch {
        // Another master key wrapped it.
      }
    }
    throw new Error('no master key opens this sealing key')
  }
}

/** The first set is the one in use. */
function keysOf(municipality: MunicipalityCode, sets: readonly KeySet[]): Keys {
  const current = sets[0]!
  const byId = new Map(sets.map((set) => [set.id, set]))
  const each = sets.map(keyedWords)
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
    ...each[0]!,
    municipality,
    each,
    seal(place, rowKey, plain) {
      const number = nonce()
      const cipher = createCipheriv('aes-256-gcm', current.data, number)
      cipher.setAAD(aad(municipality, place, rowKey))
      const hidden = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain)
      // A stream cipher: nothing is left to come but the tag.
      cipher.final()
      const sealed = Buffer.allocUnsafe(HEADER + hidden.length + TAG)
      sealed[0] = FORMAT
      sealed.writeUInt16BE(current.id, 1)
      sealed.set(number, 3)
      sealed.set(hidden, HEADER)
      sealed.set(cipher.getAuthTag(), HEADER + hidden.length)
      return sealed
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
  }
}

function keyedWords(set: KeySet): KeyedWords {
  const tokens = new Map<string, bigint>()
  return {
    keyId: set.id,
    token(field, gram) {
      const name = `${field}|${gram}`
      let token = tokens.get(name)
      if (token === undefined) {
        token = createHmac('sha256', set.search).update(name).digest().readBigInt64BE(0)
        if (tokens.size < TOKEN_CACHE) tokens.set(name, token)
      }
      return token
    },
    recordHmac(purpose, value) {
      return createHmac('sha256', set.record).update(`${purpose}|`).update(value).digest()
    },
  }
}

function aad(municipality: string, place: string, rowKey: string): Buffer {
  return Buffer.from(`${municipality}|${place}|${rowKey}`)
}
