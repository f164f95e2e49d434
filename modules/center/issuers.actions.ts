import { machineClient, type MachineClient } from '@open-bcl/platform/machine-client.ts'
import type { MachineIdentity } from '@open-bcl/platform/pki.ts'
import { exchangeClient, type ExchangeClient } from '../certificates/exchange.contract.ts'

/** Connections to issuing servers, one kept per origin. */
export type Issuers = {
  at(endpoint: string): ExchangeClient
  close(): void
}

/** A document takes well below a second; whoever needs longer than this is not coming back. */
const timeoutMs = 8_000

export function issuersOf(identity: MachineIdentity, now: () => Date): Issuers {
  const known = new Map<string, { readonly machine: MachineClient; readonly client: ExchangeClient }>()
  return {
    at(endpoint) {
      let entry = known.get(endpoint)
      if (!entry) {
        const machine = machineClient({ origin: endpoint, identity, now, timeoutMs })
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
