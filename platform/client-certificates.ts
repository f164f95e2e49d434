import { X509Certificate } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/** What a connection shows of itself by a client certificate. Whose it is, and whether it is still wanted, the town's own list says. */
export type ShownCertificate = {
  /** SHA-256 of the certificate (DER), hexadecimal. */
  readonly fingerprint: string
  /** `good`: of our authority, for clients, within its dates. `foreign`: anybody's. */
  readonly state: 'good' | 'expired' | 'foreign'
}

/** As much of a request as is looked at. */
export type Asked = { readonly headers: IncomingHttpHeaders; readonly raw: { readonly socket: Socket } }

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
/** RFC 9440: `Client-Cert: :base64 of the certificate:`. */
const HEADER = 'client-cert'
const MOST_HEADER = 8_192

/**
 * Reads the client certificate of a request: the one that the connection itself proved, or, where a proxy of ours ends TLS, the
 * one that the proxy names in `Client-Cert`. From any other address that header says nothing.
 * @param proxies addresses of proxies that ask for certificates themselves and take the header away from what browsers send
 */
export function certificateReader(
  authorityPem: string,
  proxies: readonly string[],
  now: () => Date,
): (request: Asked) => ShownCertificate | null {
  const authority = new X509Certificate(authorityPem)
  const trusted = new Set(proxies.map(plainAddress))
  return ({ headers, raw: { socket } }) => {
    const own = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
    // TLS has proved the key; whose certificate it is it was not asked to judge.
    if (own) return judge(own, authority, now())
    if (!trusted.has(plainAddress(socket.remoteAddress ?? ''))) return null
    const said = headers[HEADER]
    if (said === undefined) return null
    const named = typeof said === 'string' ? readHeader(said) : null
    return named === null ? { fingerprint: '', state: 'foreign' } : judge(named, authority, now())
  }
}

function judge(certificate: X509Certificate, authority: X509Certificate, now: Date): ShownCertificate {
  const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
  // Our authority signs no other authority: one step is the whole chain.
  const ours = certificate.checkIssued(authority) && certificate.verify(authority.publicKey)
  const forClients = (certificate.keyUsage as readonly string[] | undefined)?.includes(CLIENT_AUTH) === true
  if (!ours || !forClients) return { fingerprint, state: 'foreign' }
  const valid = certificate.validFromDate <= now && now <= certificate.validToDate
  return { fingerprint, state: valid ? 'good' : 'expired' }
}

function readHeader(said: string): X509Certificate | null {
  const base64 = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(said)?.[1]
  if (base64 === undefined || said.length > MOST_HEADER) return null
  try {
    return new X509Certificate(Buffer.from(base64, 'base64'))
  } catch {
    return null
  }
}

/** An IPv4 address reads the same on a socket of both families. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '')
}
