import { fillPath, type Endpoint } from '@open-bcl/core/endpoint.ts'
import { frame } from '@open-bcl/core/framed.ts'

/** What to fetch for a call, without headers. `body` is `null` for GET. */
export type ApiRequest = {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly body: string | Uint8Array<ArrayBuffer> | null
}

/**
 * The request of an endpoint: names in the path travel there, the rest in the query (GET) or as the body, which is JSON or, where the
 * endpoint takes bytes, a frame.
 * In a query, `null` and `undefined` are left out and a list repeats its key.
 */
export function requestOf(endpoint: Pick<Endpoint, 'method' | 'path' | 'takes'>, input: unknown): ApiRequest {
  const { path, rest } = fillPath(endpoint.path, (input ?? {}) as Record<string, unknown>)
  if (endpoint.takes) {
    const { bytes, ...said } = rest
    return { method: 'POST', url: path, body: frame(said, bytes as Uint8Array) }
  }
  if (endpoint.method === 'POST') return { method: 'POST', url: path, body: JSON.stringify(rest) }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(rest)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) query.append(name, String(one))
    }
  }
  const text = query.toString()
  return { method: 'GET', url: text === '' ? path : `${path}?${text}`, body: null }
}

/** The file name of a `content-disposition` header, as RFC 6266 writes it in UTF-8; `null` when it names none. */
export function fileNameOf(disposition: string | null): string | null {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1]
  if (encoded !== undefined) {
    try {
      return decodeURIComponent(encoded)
    } catch {
      return null
    }
  }
  return /filename="([^"]+)"/i.exec(disposition ?? '')?.[1] ?? null
}

/**
 * A place to return to after signing in: a path of this site, or `/`. Anything that could leave the site
 * (`//other.example`, `/\other.example`, `https:`) is refused.
 */
export function safeReturnTo(target: unknown): string {
  return typeof target === 'string' && /^\/(?![/\\])[^\\\s]*$/.test(target) ? target : '/'
}
