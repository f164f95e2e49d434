import type { Runtime } from '@open-bcl/platform/runtime.ts'
import type { Spool } from '@open-bcl/platform/spool.ts'
import { LinkQueue, type QueueOptions } from './queue.actions.ts'

/** Starts applying what has arrived, first of all what the last process left. `close()` lets the running files finish. */
export function startLinkQueue(runtime: Runtime, spool: Spool, options: QueueOptions = {}): LinkQueue {
  const queue = new LinkQueue(runtime, spool, options)
  void queue.tick()
  return queue
}
