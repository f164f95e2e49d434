import {
  openContent,
  openWith,
  sealEnvelope,
  sealWith,
  type SecretKey,
} from '@open-bcl/modules/field/envelope.ts'
import type { ItemKind } from '@open-bcl/modules/field/field.ts'
import type { Item } from '@open-bcl/modules/field/phone.contract.ts'
import { frame, unframe } from '@open-bcl/core/framed.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'

/**
 * What the phone keeps, in IndexedDB alone. Clear: the pass's id, the token that can only hand over, the town's public key and
 * how many items of which kind wait. Everything else is sealed: what was carried under the queue key, what was recorded in
 * envelopes (`modules/field/envelope.ts`). The queue key is not extractable; at rest it is wrapped twice, by the PIN and by a
 * key of this browser that cannot be taken out of it.
 */
const DATABASE = 'open-bcl-field'
const ROUNDS = 600_000
const QUEUE_KEY = { name: 'AES-GCM', length: 256 } as const
const { subtle } = crypto

type Bytes = Uint8Array<ArrayBuffer>

/** Houses sealed together: one that changed is no reason to seal ten thousand anew, nor to open them in one go. */
const BLOCK = 500
/** Keys of the blocks, beside the edition they belong to. */
const BLOCKS = IDBKeyRange.bound(0, Infinity)
const EDITION = 'edition'

/** After so many wrong PINs one waits, longer each time. Nothing is removed. */
const FREE_TRIES = 5
const WAITS_MS = [60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000]

export type Pass = {
  readonly municipality: string
  readonly passId: string
  readonly sendToken: string
  readonly keyId: string
  readonly publicKey: string
}
/** What only whoever knows the PIN sees. */
export type Secrets = {
  readonly token: string
  readonly name: string
  readonly municipalityName: string
  readonly disasterName: string
  readonly teamName: string
  readonly members: readonly string[]
  readonly validFrom: string
  readonly validUntil: string
  readonly guidelineCode: string
  readonly occurredOn: string
  readonly hazards: readonly string[]
}
type Lock = {
  readonly salt: Bytes
  readonly rounds: number
  readonly wrapped: Bytes
  readonly deviceKey: CryptoKey
  readonly secrets: Bytes
  readonly failures: number
  readonly waitUntil: number
}

export type Entry = {
  readonly seq: number
  readonly itemId: string
  readonly kind: ItemKind
  /** An id alone says nothing of anybody. */
  readonly taskId: string
  readonly at: string
  readonly bytes: number
  /** `draft`: not finished. `sent`: until the houses are fetched anew. `parked`, `conflict`, `problem`: to be told. */
  readonly state: 'draft' | 'queued' | 'sent' | 'parked' | 'conflict' | 'problem'
  readonly said: string
  /** The content's key under the queue key. */
  readonly contentKey: Bytes
}

export type PinAnswer = 'open' | 'wrong' | { readonly waitMs: number }

const text = new TextEncoder()
const bytesOf = (value: unknown): Bytes => text.encode(JSON.stringify(value))
const valueOf = (bytes: Bytes): unknown => JSON.parse(new TextDecoder().decode(bytes))

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('indexeddb'))
  })
}
function finished(tx: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve()
    tx.onabort = () => reject(tx.error ?? new Error('indexeddb'))
    tx.onerror = () => reject(tx.error ?? new Error('indexeddb'))
  })
}

export async function openVault(): Promise<Vault> {
  const request = indexedDB.open(DATABASE, 1)
  request.onupgradeneeded = () => {
    const db = request.result
    db.createObjectStore('meta')
    db.createObjectStore('work')
    db.createObjectStore('items', { keyPath: 'seq', autoIncrement: true }).createIndex('itemId', 'itemId', {
      unique: true,
    })
    db.createObjectStore('envelopes')
  }
  const db = await asked(request)
  return new Vault(
    db,
    (await asked(db.transaction('meta').objectStore('meta').get('pass'))) as Pass | undefined,
  )
}

export class Vault {
  readonly #db: IDBDatabase
  #pass: Pass | null
  #key: SecretKey | null = null
  #writing: Promise<unknown> = Promise.resolve()
  /** What is carried as it lies in the store, while the PIN is in. */
  #carried: { readonly edition: string; readonly work: readonly unknown[] } | null = null
  readonly #listeners = new Set<() => void>()

  constructor(db: IDBDatabase, pass: Pass | undefined) {
    this.#db = db
    this.#pass = pass ?? null
  }

  get pass(): Pass | null {
    return this.#pass
  }
  get isOpen(): boolean {
    return this.#key !== null
  }
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  #changed(): void {
    for (const listener of this.#listeners) listener()
  }

  /** Safe on the disk when it returns, as far as the browser lets us say so; or as soon as the system likes. */
  async #write(
    stores: string[],
    work: (tx: IDBTransaction) => void,
    durability: 'strict' | 'relaxed' = 'strict',
  ): Promise<void> {
    const tx = this.#db.transaction(stores, 'readwrite', { durability })
    work(tx)
    await finished(tx)
  }

  async enrol(pass: Pass, secrets: Secrets, pin: string): Promise<void> {
    const salt = crypto.getRandomValues(new Uint8Array(16))
    const fresh = await subtle.generateKey(QUEUE_KEY, true, ['encrypt', 'decrypt'])
    const byPin = new Uint8Array(
      await subtle.wrapKey('raw', fresh, await pinKey(pin, salt, ROUNDS), wrapOf(salt)),
    )
    const deviceKey = await subtle.generateKey(QUEUE_KEY, false, ['encrypt', 'decrypt'])
    const wrapped = await sealWith(deviceKey, 'queue key', byPin)
    this.#key = await unwrap(byPin, pin, salt, ROUNDS)
    const sealed = await sealWith(this.#key, 'secrets', bytesOf(secrets))
    const lock: Lock = {
      salt,
      rounds: ROUNDS,
      wrapped,
      deviceKey,
      secrets: sealed,
      failures: 0,
      waitUntil: 0,
    }
    await this.#write(['meta'], (tx) => {
      tx.objectStore('meta').put(pass, 'pass')
      tx.objectStore('meta').put(lock, 'lock')
    })
    this.#pass = pass
    this.#changed()
  }

  async #lockRow(): Promise<Lock> {
    return (await asked(this.#db.transaction('meta').objectStore('meta').get('lock'))) as Lock
  }

  /** A wrong PIN is counted before the answer is known: closing the page at the right moment wins no try. */
  async unlock(pin: string): Promise<PinAnswer> {
    const lock = await this.#lockRow()
    const waitMs = lock.waitUntil - Date.now()
    if (waitMs > 0) return { waitMs }
    const failures = lock.failures + 1
    const wait = failures < FREE_TRIES ? 0 : WAITS_MS[Math.min(failures - FREE_TRIES, WAITS_MS.length - 1)]!
    const waitUntil = wait === 0 ? 0 : Date.now() + wait
    await this.#write(['meta'], (tx) => tx.objectStore('meta').put({ ...lock, failures, waitUntil }, 'lock'))
    try {
      const byPin = await openWith(lock.deviceKey, 'queue key', lock.wrapped)
      this.#key = await unwrap(byPin, pin, lock.salt, lock.rounds)
    } catch {
      return wait === 0 ? 'wrong' : { waitMs: wait }
    }
    await this.#write(['meta'], (tx) =>
      tx.objectStore('meta').put({ ...lock, failures: 0, waitUntil: 0 }, 'lock'),
    )
    this.#changed()
    return 'open'
  }

  close(): void {
    this.#forgetOpen()
    this.#changed()
  }

  #forgetOpen(): void {
    this.#key = null
    this.#carried = null
  }

  #opened(): SecretKey {
    if (this.#key === null) throw new Error('locked')
    return this.#key
  }

  async secrets(): Promise<Secrets> {
    return valueOf(await openWith(this.#opened(), 'secrets', (await this.#lockRow()).secrets)) as Secrets
  }

  async #edition(): Promise<string | undefined> {
    return (await asked(this.#db.transaction('work').objectStore('work').get(EDITION))) as string | undefined
  }

  /** What is carried, whole: the old is replaced in one go. Blocks in which nothing changed stay as they are. */
  async putWork(work: readonly unknown[]): Promise<void> {
    const key = this.#opened()
    // Another window may have written since.
    const before = (await this.#edition()) === this.#carried?.edition ? (this.#carried?.work ?? []) : []
    const edition = uuidv7()
    const blocks: [number, Bytes][] = []
    for (let at = 0; at < work.length; at += BLOCK) {
      const block = work.slice(at, at + BLOCK)
      const was = before.slice(at, at + BLOCK)
      if (was.length === block.length && block.every((task, i) => task === was[i])) continue
      blocks.push([at / BLOCK, await sealWith(key, 'work', bytesOf(block))])
    }
    await this.#write(['work'], (tx) => {
      const store = tx.objectStore('work')
      for (const [no, sealed] of blocks) store.put(sealed, no)
      store.delete(IDBKeyRange.bound(Math.ceil(work.length / BLOCK), Infinity))
      store.put(edition, EDITION)
    })
    // Locked meanwhile: nothing stays open in memory.
    if (this.isOpen) this.#carried = { edition, work }
  }

  async work<T>(): Promise<readonly T[]> {
    const key = this.#opened()
    const store = this.#db.transaction('work').objectStore('work')
    const [edition, sealed] = (await Promise.all([
      asked(store.get(EDITION)),
      asked(store.getAll(BLOCKS)),
    ])) as [string | undefined, Bytes[]]
    if (edition === undefined) return []
    if (edition === this.#carried?.edition) return this.#carried.work as readonly T[]
    const work: T[] = []
    for (const block of sealed) work.push(...(valueOf(await openWith(key, 'work', block)) as T[]))
    if (this.isOpen) this.#carried = { edition, work }
    return work
  }

  /**
   * Keeps an item, sealed for the town and for ourselves. The same `itemId` again replaces a draft; one after the other, so
   * that the last answer stays.
   */
  async put(
    item: Item,
    over: { readonly itemId?: string; readonly draft?: boolean; readonly picture?: Bytes } = {},
  ): Promise<string> {
    const run = this.#writing.then(() => this.#put(item, over))
    this.#writing = run.catch(() => undefined)
    return await run
  }

  async #put(item: Item, over: Parameters<Vault['put']>[1] & object): Promise<string> {
    const key = this.#opened()
    const itemId = over.itemId ?? uuidv7()
    const town = fromBase64(this.#pass!.publicKey)
    const { envelope, contentKey } = await sealEnvelope(town, itemId, frame(item, over.picture ?? null))
    const before = await this.find(itemId)
    const entry: Omit<Entry, 'seq'> = {
      itemId,
      kind: item.kind,
      taskId: item.taskId,
      at: item.recordedAt,
      bytes: envelope.length,
      state: over.draft === true ? 'draft' : 'queued',
      said: '',
      contentKey: await sealWith(key, itemId, contentKey),
    }
    await this.#write(['items', 'envelopes'], (tx) => {
      tx.objectStore('items').put(before === null ? entry : { ...entry, seq: before.seq })
      tx.objectStore('envelopes').put(envelope, itemId)
    })
    this.#changed()
    return itemId
  }

  async entries(): Promise<Entry[]> {
    return (await asked(this.#db.transaction('items').objectStore('items').getAll())) as Entry[]
  }
  async find(itemId: string): Promise<Entry | null> {
    const index = this.#db.transaction('items').objectStore('items').index('itemId')
    return ((await asked(index.get(itemId))) as Entry | undefined) ?? null
  }
  async envelope(itemId: string): Promise<Bytes> {
    return (await asked(this.#db.transaction('envelopes').objectStore('envelopes').get(itemId))) as Bytes
  }
  async open(entry: Entry): Promise<{ readonly item: Item; readonly picture: Bytes }> {
    const contentKey = await openWith(this.#opened(), entry.itemId, entry.contentKey)
    const { said, bytes } = unframe(
      await openContent(contentKey, entry.itemId, await this.envelope(entry.itemId)),
    )
    return { item: said as Item, picture: bytes }
  }

  /** The town has it. What is to be told stays without its content. */
  async sent(
    entry: Entry,
    told: { readonly state: Entry['state']; readonly said: string } | null,
  ): Promise<void> {
    const forget = (tx: IDBTransaction): void => {
      tx.objectStore('envelopes').delete(entry.itemId)
      if (told === null) tx.objectStore('items').delete(entry.seq)
      else tx.objectStore('items').put({ ...entry, ...told })
    }
    // What comes back after a power cut is sent once more and answered as before. Only what is to be told would be lost.
    await this.#write(['items', 'envelopes'], forget, told === null ? 'relaxed' : 'strict')
    this.#changed()
  }
  /** Not taken, and not to be tried again by itself: the content stays. */
  async mark(entry: Entry, state: Entry['state'], said: string): Promise<void> {
    await this.#write(['items'], (tx) => tx.objectStore('items').put({ ...entry, state, said }))
    this.#changed()
  }
  async forget(entry: Entry): Promise<void> {
    await this.#write(['items', 'envelopes'], (tx) => {
      tx.objectStore('items').delete(entry.seq)
      tx.objectStore('envelopes').delete(entry.itemId)
    })
    this.#changed()
  }

  /** After a revocation: what was carried goes at once, what is unsent when the town has it. */
  async dropWork(): Promise<void> {
    this.#forgetOpen()
    await this.#write(['work', 'meta'], (tx) => {
      tx.objectStore('work').clear()
      tx.objectStore('meta').delete('lock')
    })
    this.#changed()
  }
  async wipe(): Promise<void> {
    this.#forgetOpen()
    await this.#write(['meta', 'work', 'items', 'envelopes'], (tx) => {
      for (const name of ['meta', 'work', 'items', 'envelopes']) tx.objectStore(name).clear()
    })
    this.#pass = null
    this.#changed()
  }
}

async function pinKey(pin: string, salt: Bytes, iterations: number): Promise<SecretKey> {
  const base = await subtle.importKey('raw', text.encode(pin), 'PBKDF2', false, ['deriveKey'])
  const way = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations }
  return await subtle.deriveKey(way, base, QUEUE_KEY, false, ['wrapKey', 'unwrapKey'])
}

/** Each salt wraps one key, once: its beginning serves as the nonce. */
function wrapOf(salt: Bytes): AesGcmParams {
  return { name: 'AES-GCM', iv: salt.slice(0, 12) }
}

async function unwrap(byPin: Bytes, pin: string, salt: Bytes, rounds: number): Promise<SecretKey> {
  const key = await pinKey(pin, salt, rounds)
  return await subtle.unwrapKey('raw', byPin, key, wrapOf(salt), QUEUE_KEY, false, ['encrypt', 'decrypt'])
}

export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(binary)
}
export function fromBase64(base64: string): Bytes {
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
}
