import { machineClient, type MachineClient } from '@open-bcl/platform/machine-client.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import type { MessageName } from './answer-check.ts'
import { exchangeClient, type ExchangeClient } from '../certificates/exchange.contract.ts'

/** Connections to issuing servers, one kept per origin. */
export type Issuers = {
  at(endpoint: string): ExchangeClient
  close(): void
}

/** An answer that comes this long after its deadline is still noticed, and thrown away, ms. */
const listenMs = 60_000

/**
 * @param deadlineMs of each message by its name
 * @param late is told of answers that came after their deadline
 */
export function issuersOf(
  identity: MachineIdentity,
  now: () => Date,
  deadlineMs: (name: MessageName) => number,
  late: (endpoint: string, name: string, question: unknown, elapsedMs: number) => void,
): Issuers {
  const known = new Map<string, { readonly machine: MachineClient; readonly client: ExchangeClient }>()
  return {
    at(endpoint) {
      let entry = known.get(endpoint)
      if (!entry) {
        const machine = machineClient({
          origin: endpoint,
          identity,
          now,
          timeoutMs: ({ name }) => deadlineMs(name as MessageName),
          late: {
            listenMs,
            told: ({ name }, question, elapsedMs) => late(endpoint, name, question, elapsedMs),
          },
        })
        entry = { machine, client: exchangeClient(machine.send) }
        known.set(endpoint, entry)
      }
      return entry.client
    },
    close() {
      for (const { machine } of known.values()) machine.close()
    },
  }
}
