/**
 * One spelling for equal values: keys sorted by code unit, no white space, arrays in order (after RFC 8785; numbers
 * here are integers). Refuses what JSON would drop or change silently.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError('canonical JSON takes whole numbers only')
    return String(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
  }
  throw new TypeError(`canonical JSON has no ${typeof value}`)
}

/** sha256 of the canonical JSON, 64 hexadecimal digits: kept with the issue, to prove that its words are unchanged. */
export async function digestOf(snapshot: object): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(snapshot))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
