import type { ReadCertificate } from './certificate-reading.ts'
import { readCrl, type HeldCrl, type RevocationList } from './crl.ts'

export type RevocationListOptions = {
  /** `<url>/<issuerSki>` answers the list. */
  readonly url: string
  now(): Date
}

const timeoutMs = 1_000
/** JPKI makes a new list a day; within so long after that we have it. */
const keptMs = 600_000
/** Nothing came, or no list of that issuer: asked again after so long. */
const retryMs = 30_000
const maxBytes = 32 * 1024 * 1024

type Held = { readonly crl: HeldCrl; readonly askedAt: number }

/**
 * The newest revocation list of each generation, read once and kept. A person waits for it only when there is none yet;
 * later it is fetched anew behind their backs, once for all who ask.
 */
export function revocationLists(
  options: RevocationListOptions,
): (issuer: ReadCertificate) => Promise<HeldCrl> {
  const held = new Map<string, Held>()
  const fetching = new Map<string, Promise<HeldCrl>>()

  async function refresh(ski: string, issuer: ReadCertificate): Promise<HeldCrl> {
    const fetched = await fetchList(`${options.url}/${ski}`, issuer)
    const before = held.get(ski)?.crl
    // Silence leaves what we have, as long as it is in force; OCSP answers for today.
    const keep = fetched === 'none' && isList(before) && before.nextUpdate > options.now()
    const crl = keep ? before : newer(fetched, before)
    held.set(ski, { crl, askedAt: options.now().getTime() })
    return crl
  }

  return async (issuer) => {
    const ski = issuer.ski ?? ''
    const known = held.get(ski)
    const age = known === undefined ? Infinity : options.now().getTime() - known.askedAt
    const fresh = age >= 0 && age < (isList(known?.crl) ? keptMs : retryMs)
    if (known && fresh) return known.crl
    let coming = fetching.get(ski)
    if (coming === undefined) {
      coming = refresh(ski, issuer).finally(() => fetching.delete(ski))
      fetching.set(ski, coming)
    }
    const inForce = isList(known?.crl) && known.crl.nextUpdate > options.now()
    return inForce ? known.crl : await coming
  }
}

function isList(crl: HeldCrl | undefined): crl is RevocationList {
  return typeof crl === 'object'
}

/** An older list than the one we have is a replay: with it a revoked card would come back to life. */
function newer(fetched: HeldCrl, before: HeldCrl | undefined): HeldCrl {
  return isList(fetched) && isList(before) && fetched.thisUpdate < before.thisUpdate ? before : fetched
}

async function fetchList(url: string, issuer: ReadCertificate): Promise<HeldCrl> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
    if (!response.ok) {
      await response.body?.cancel()
      return 'none'
    }
    const chunks: Uint8Array[] = []
    let length = 0
    for await (const chunk of response.body ?? []) {
      length += chunk.length
      if (length > maxBytes) return 'unusable'
      chunks.push(chunk)
    }
    return readCrl(Buffer.concat(chunks), issuer) ?? 'unusable'
  } catch {
    return 'none'
  }
}
