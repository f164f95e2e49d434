/**
 * The machine's own key: made here by WebCrypto, not extractable, kept by the browser under this origin. Whoever copies
 * the browser's files cannot read it out; a lost one is replaced by a new 利用開始コード.
 */
const databaseName = 'open-bcl-kiosk'
const storeName = 'key'
const entry = 'machine'

export async function loadKey(): Promise<CryptoKeyPair | null> {
  const found: unknown = await within('readonly', (store) => store.get(entry))
  return isKeyPair(found) ? found : null
}

/** Makes a key; it is kept once the centre has enrolled it (`saveKey`). */
export async function makeKey(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
}

export async function saveKey(pair: CryptoKeyPair): Promise<void> {
  await within('readwrite', (store) => store.put(pair, entry))
}

function isKeyPair(value: unknown): value is CryptoKeyPair {
  return typeof value === 'object' && value !== null && 'privateKey' in value && 'publicKey' in value
}

async function within(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  const database = await settled(indexedDB.open(databaseName, 1), (request) => {
    request.onupgradeneeded = () => void request.result.createObjectStore(storeName)
  })
  try {
    return await settled(work(database.transaction(storeName, mode).objectStore(storeName)))
  } finally {
    database.close()
  }
}

function settled<T>(request: IDBRequest<T>, prepare?: (request: IDBOpenDBRequest) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    if (prepare && request instanceof IDBOpenDBRequest) prepare(request)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'))
  })
}
