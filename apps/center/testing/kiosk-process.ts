import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { SignedRequest } from './center.ts'
import { sendTo } from './center-process.ts'

/** A machine in a process of its own: it sends one message, and is killed while it waits for the answer. */
export type KioskProcess = {
  /** Power cut. Resolves when the process is gone. */
  kill(): Promise<void>
}

const ORDERS = 'OPEN_BCL_TEST_KIOSK'

/** Resolves when the message is on its way. */
export async function spawnKiosk(origin: string, request: SignedRequest): Promise<KioskProcess> {
  const child = spawn(process.execPath, [import.meta.filename], {
    env: { ...process.env, NODE_TEST_CONTEXT: '', [ORDERS]: JSON.stringify({ origin, request }) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const gone = once(child, 'exit')
  const [said] = (await Promise.race([once(child, 'message'), gone])) as unknown[]
  if (said !== 'sent') throw new Error('the machine did not start')
  return {
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

const orders = process.env[ORDERS]
if (orders !== undefined && process.argv[1] === import.meta.filename) {
  const { origin, request } = JSON.parse(orders) as { origin: string; request: SignedRequest }
  const answer = sendTo(origin, request)
  process.send?.('sent')
  await answer
  // Alive until the power is cut.
  process.stdin.resume()
  setInterval(() => undefined, 60_000)
}
