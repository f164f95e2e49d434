import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sweepTemporaryFiles, writeFileAtomic } from '@open-bcl/platform/atomic-file.ts'
import { generateRsaKeys } from '../jpki/profile.ts'
import type { BasicData } from './basic-data.ts'
import { freshTextTries, type CardContents, type TextApplication } from './card.ts'

/** The folder of virtual cards: one file each, 0600. */
export type Wallet = {
  readonly list: () => Promise<readonly CardContents[]>
  readonly find: (cardId: string) => Promise<CardContents | null>
  readonly save: (card: CardContents) => Promise<void>
}

/** What JPKI answers when it issues (`POST /api/certificates` of the JPKI simulator). */
export type Issued = { readonly issuerSki: string; readonly serial: string; readonly certificatePem: string }

export type CardOrder = {
  /** Lower-case letters, digits, hyphens; names the card's file. */
  readonly cardId: string
  readonly label: string
  readonly subjectId: string
  /** 4 digits. */
  readonly pin: string
  /** Wishes passed on to JPKI: decimal serial, generation '1' or '2', validity as ISO 8601 UTC. */
  readonly serial?: string
  readonly generation?: '1' | '2'
  /** A telephone is laid on the reader like a card; default `card`. */
  readonly carrier?: 'card' | 'smartphone'
  readonly notBefore?: string
  readonly notAfter?: string
  /** What 券面事項入力補助AP is to tell; absent = the card has no such application, as a telephone. */
  readonly basicData?: BasicData
}

const cardIdForm = /^[a-z0-9][a-z0-9-]{0,40}$/

export async function openWallet(folder: string): Promise<Wallet> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const pathOf = (cardId: string) => join(folder, `${cardId}.json`)
  const find: Wallet['find'] = async (cardId) => {
    if (!cardIdForm.test(cardId)) return null
    try {
      return JSON.parse(await readFile(pathOf(cardId), 'utf8')) as CardContents
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }
  const ids = async () =>
    (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5))
  for (const id of await ids()) await sweepTemporaryFiles(pathOf(id))
  return {
    find,
    list: async () => {
      const cards = await Promise.all((await ids()).sort().map(find))
      return cards.filter((card) => card !== null)
    },
    save: (card) => writeFileAtomic(pathOf(card.cardId), JSON.stringify(card, null, 1)),
  }
}

export function isCardOrder(order: CardOrder): boolean {
  return cardIdForm.test(order.cardId) && /^\d{4}$/.test(order.pin) && order.subjectId !== ''
}

/**
 * Makes a card as a town hall does: the key is born here and stays here, JPKI sees its public half. Refused when JPKI
 * refuses (a serial taken twice) or is away; then there is no card.
 */
export async function personaliseCard(
  wallet: Wallet,
  jpkiUrl: string,
  order: CardOrder,
): Promise<
  | { readonly kind: 'made'; readonly card: CardContents; readonly issued: Issued }
  | { readonly kind: 'refused'; readonly error: string }
> {
  const keys = await generateRsaKeys()
  const { cardId, label, pin, basicData, ...wishes } = order
  const publicKeyPem = keys.publicKey.export({ type: 'spki', format: 'pem' })
  let issued: Issued
  let authorities: readonly string[]
  try {
    authorities = (await call<{ certificates: readonly string[] }>(`${jpkiUrl}/ca`)).certificates
    issued = await call<Issued>(`${jpkiUrl}/api/certificates`, { ...wishes, publicKeyPem })
  } catch (error) {
    return { kind: 'refused', error: error instanceof Error ? error.message : String(error) }
  }
  const card: CardContents = {
    cardId,
    label,
    pin,
    triesLeft: 3,
    certificatePem: issued.certificatePem,
    caCertificatePem: authorities[order.generation === '1' ? 0 : 1] ?? '',
    privateKeyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    ...(basicData === undefined ? {} : { text: textApplication(order, basicData) }),
  }
  await wallet.save(card)
  return { kind: 'made', card, issued }
}

/** The three secrets of the application: the demonstration's PIN, and two numbers printed on the card. */
function textApplication({ cardId, pin }: CardOrder, data: BasicData): TextApplication {
  return {
    data,
    individualNumber: numberOfNobody(cardId),
    pin,
    // 生年月日 (6), 有効期限 (4), セキュリティコード (4).
    numberB: `${data.bornOn.slice(2)}20351234`,
    triesLeft: freshTextTries,
  }
}

/** 12 digits in the form of a 個人番号 with a wrong check digit (番号法の総務省令5条): nobody can have it. */
export function numberOfNobody(seed: string): string {
  const hash = createHash('sha256').update(seed).digest()
  const digits = Array.from(hash.subarray(0, 11), (byte) => byte % 10)
  const sum = digits
    .toReversed()
    .reduce((total, digit, index) => total + digit * (index < 6 ? index + 2 : index - 4), 0)
  const check = sum % 11 <= 1 ? 0 : 11 - (sum % 11)
  return [...digits, (check + 1) % 10].join('')
}

async function call<T>(url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Error(`${response.status}`)
  return (await response.json()) as T
}
