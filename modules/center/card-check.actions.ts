import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Centre } from './center.actions.ts'
import { trustStore, validateJpki, type TrustStore } from './jpki.ts'
import { ocspOverHttp } from './ocsp-http.ts'
import { revocationLists } from './revocation-lists.actions.ts'

export type CardCheckOptions = {
  readonly trust: TrustStore
  /** Accepted policy OIDs. */
  readonly policies: readonly string[]
  readonly ocspUrl: string
  /** `<url>/<issuerSki>` answers the list; `null` = no cross-check. */
  readonly crlUrl: string | null
  now(): Date
}

/** How long a card may take to sign; the person has typed the PIN already. */
const challengeLifeMs = 60_000
/**
 * The person is standing there, and without an answer there is no certificate: she is told within 2 s of the touch, of
 * which the way here and back, the signature and a busy machine have the rest.
 */
const ocspTimeoutMs = 1_200

/** The JPKI check of a running centre. Never trusts silence: what cannot be confirmed is refused. */
export function cardCheck(options: CardCheckOptions): Centre['checkCard'] {
  const askOcsp = ocspOverHttp(options.ocspUrl)
  const findCrl = options.crlUrl === null ? null : revocationLists({ url: options.crlUrl, now: options.now })
  return async (presented, useChallenge) =>
    await validateJpki(presented, {
      trust: options.trust,
      policies: options.policies,
      now: options.now(),
      challengeLifeMs,
      useChallenge,
      ocspNonce: randomBytes(32),
      askOcsp,
      ocspTimeoutMs,
      ...(findCrl === null ? {} : { findCrl }),
    })
}

/**
 * CA certificates of the JPKI generations: a folder of PEM files, or the URL of a simulator that answers
 * `{ certificates: [pem] }`.
 * @throws when there is none or one is not of the JPKI profile: a centre does not start with a broken trust store.
 */
export async function loadTrust(source: string): Promise<TrustStore> {
  const pems = /^https?:/.test(source) ? await fetchPems(source) : await readPems(source)
  if (pems.length === 0) throw new Error('JPKI trust store is empty')
  return trustStore(pems.map((pem) => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')))
}

async function fetchPems(url: string): Promise<string[]> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(10_000) })
  if (!response.ok) throw new Error(`JPKI trust store: ${response.status}`)
  const { certificates } = (await response.json()) as { certificates: unknown }
  if (!Array.isArray(certificates)) throw new Error('JPKI trust store: not a list of certificates')
  return certificates.map(String)
}

async function readPems(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.pem')).sort()
  return await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')))
}
