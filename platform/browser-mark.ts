import { createHash, randomBytes } from 'node:crypto'
import type { Device } from './ctx.ts'

/**
 * The mark a browser is to carry after a sign-in: its own if we gave it, else a new one. One that came from elsewhere may be
 * known to whoever put it there, who could then guess as if at this browser. `null`: what asks is no browser.
 */
export async function browserMark(
  device: Device | undefined,
  isOurs: (markHash: Buffer) => Promise<boolean>,
): Promise<string | null> {
  if (!device) return null
  const { token } = device
  if (token !== null && (await isOurs(createHash('sha256').update(token).digest()))) return token
  return randomBytes(32).toString('base64url')
}
