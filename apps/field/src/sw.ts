/**
 * The app without signal: its files are kept when it is installed and answered from there. Nothing of `/api` and nothing
 * personal is ever kept here.
 */
type Waiting = Event & { waitUntil(work: Promise<unknown>): void }
type Fetching = Event & { readonly request: Request; respondWith(answer: Promise<Response>): void }
type ShellWorker = {
  addEventListener(name: 'install' | 'activate', act: (event: Waiting) => void): void
  addEventListener(name: 'fetch', act: (event: Fetching) => void): void
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
}
const worker = globalThis as unknown as ShellWorker

export {}

// Both are filled in by the build (vite.config.ts).
const EDITION: string = '__EDITION__'
const FILES: string = '__FILES__'
const PAGE = '/field/'
const CACHE = `open-bcl-field-${EDITION}`

worker.addEventListener('install', (event) => {
  const keep = async (): Promise<void> => {
    const cache = await caches.open(CACHE)
    await cache.addAll(
      [PAGE, ...(JSON.parse(FILES) as string[])].map((url) => new Request(url, { cache: 'reload' })),
    )
    await worker.skipWaiting()
  }
  event.waitUntil(keep())
})

worker.addEventListener('activate', (event) => {
  const clear = async (): Promise<void> => {
    const names = await caches.keys()
    const old = names.filter((name) => name.startsWith('open-bcl-field-') && name !== CACHE)
    await Promise.all(old.map((name) => caches.delete(name)))
    await worker.clients.claim()
  }
  event.waitUntil(clear())
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin || !url.pathname.startsWith(PAGE)) return
  const answer = async (): Promise<Response> => {
    const cache = await caches.open(CACHE)
    const kept = await cache.match(request.mode === 'navigate' ? PAGE : url.pathname)
    return kept ?? (await fetch(request))
  }
  event.respondWith(answer())
})
