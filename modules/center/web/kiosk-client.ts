import type { Endpoint, OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { messageHeaders, messageText } from '@open-bcl/core/message-text.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { getKioskConfig } from '../kiosk.contract.ts'

/** The centre said no, or could not be heard. `type` is the problem's, '' when nobody answered. */
export class KioskProblem extends Error {
  readonly type: string
  readonly title: string
  readonly remedy: string
  constructor(type: string, title: string, remedy: string) {
    super(type)
    this.name = 'KioskProblem'
    this.type = type
    this.title = title
    this.remedy = remedy
  }
}

export type KioskClient = <E extends Endpoint>(endpoint: E, input: RawInputOf<E>) => Promise<OutputOf<E>>
export type KioskConfig = OutputOf<typeof getKioskConfig>

/** Silence is tried again: every message of the protocol may be repeated. */
const pausesMs = [400, 1200, 3000]

export async function fetchConfig(): Promise<KioskConfig> {
  const response = await fetch(getKioskConfig.path, { cache: 'no-store' })
  if (!response.ok) throw new KioskProblem('', '証明書交付センターと通信できません', '')
  return getKioskConfig.output.parse(await response.json())
}

/** Sends messages signed by the machine's key. A resend is signed anew, so that it is no replay. */
export async function kioskClient(origin: string, pair: CryptoKeyPair): Promise<KioskClient> {
  const keyId = await sha256Hex(await crypto.subtle.exportKey('spki', pair.publicKey))
  async function once(endpoint: Endpoint, body: Uint8Array<ArrayBuffer>): Promise<Response> {
    const head = {
      keyId,
      method: 'POST',
      origin,
      path: endpoint.path,
      sentAt: new Date().toISOString(),
      messageId: uuidv7(),
      requestId: '',
      bodySha256: await sha256Hex(body),
    }
    const text = new TextEncoder().encode(messageText(head))
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, text)
    return await fetch(endpoint.path, {
      method: 'POST',
      cache: 'no-store',
      credentials: 'omit',
      headers: {
        'content-type': 'application/json',
        [messageHeaders.keyId]: keyId,
        [messageHeaders.sentAt]: head.sentAt,
        [messageHeaders.messageId]: head.messageId,
        [messageHeaders.signature]: base64Url(new Uint8Array(signature)),
      },
      body,
    })
  }
  return async (endpoint, input) => {
    const body = new TextEncoder().encode(JSON.stringify(input))
    for (const pause of [...pausesMs, null]) {
      const response = await once(endpoint, body).catch(() => null)
      if (response?.ok) return endpoint.output.parse(await response.json()) as never
      if (response !== null) {
        const problem = await problemOf(response)
        // The centre itself has too much to do; what it says of others, a town's server say, goes to the person at once.
        if (response.status !== 429 && problem.type !== 'platform/busy') throw problem
      }
      if (pause !== null) await new Promise((resolve) => setTimeout(resolve, pause))
    }
    throw new KioskProblem(
      '',
      '証明書交付センターと通信できません',
      'しばらくしてから、もう一度操作してください。手続を終えると、投入された現金は返却されます。',
    )
  }
}

async function problemOf(response: Response): Promise<KioskProblem> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>
  const text = (name: string): string => (typeof body[name] === 'string' ? body[name] : '')
  return new KioskProblem(
    text('type').replace('/problems/', ''),
    text('title') || '処理を完了できませんでした',
    text('detail'),
  )
}

export async function sha256Hex(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

function base64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
