/** What the id before this one was made of: ids of one millisecond count up, so that rows sorted by id stand as they were made. */
const last = { now: -1, ms: -1, count: 0 }

/**
 * UUIDv7 (RFC 9562): 48-bit milliseconds, a counter within the millisecond (its section 6.2, method 1), then 62 random
 * bits. Ids made by one process with one clock sort in the order of their making. Runs in browsers and Node.
 */
export function uuidv7(now: number = Date.now()): string {
  const bytes = new Uint8Array(16)
  globalThis.crypto.getRandomValues(bytes)
  const begin = ((bytes[6]! & 0x07) << 8) | bytes[7]!
  if (now !== last.now) Object.assign(last, { now, ms: now, count: begin })
  else if (last.count < 0xfff) last.count += 1
  // More than two thousand ids in a millisecond: the next one lends its room.
  else Object.assign(last, { ms: last.ms + 1, count: begin })
  let { ms } = last
  for (let i = 5; i >= 0; i--) {
    bytes[i] = ms % 256
    ms = Math.floor(ms / 256)
  }
  bytes[6] = 0x70 | (last.count >> 8)
  bytes[7] = last.count & 0xff
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
