import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sweepTemporaryFiles, writeFileAtomic } from '@open-bcl/platform/atomic-file.ts'
import { generateRsaKeys } from '../jpki/profile.ts'
import type { CardContents } from './card.ts'

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
  readonly notBefore?: string
  readonly notAfter?: string
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

/**
 * Makes a card as a town hall does: the key is born here and stays here, JPKI sees its public half.
 * @throws when JPKI refuses (a serial taken twice) or is away, or the order has not its form.
 */
export async function personaliseCard(
  wallet: Wallet,
  jpkiUrl: string,
  order: CardOrder,
): Promise<{ readonly card: CardContents; readonly issued: Issued }> {
  if (!cardIdForm.test(order.cardId) || !/^\d{4}$/.test(order.pin)) throw new RangeError('card order')
  const keys = await generateRsaKeys()
  const { cardId, label, pin, ...wishes } = order
  const issued = (await call(`${jpkiUrl}/api/certificates`, {
    ...wishes,
    publicKeyPem: keys.publicKey.export({ type: 'spki', format: 'pem' }),
  })) as Issued
  const { certificates } = (await call(`${jpkiUrl}/ca`)) as { certificates: readonly string[] }
  const card: CardContents = {
    cardId,
    label,
    pin,
    triesLeft: 3,
    certificatePem: issued.certificatePem,
    caCertificatePem: certificates[order.generation === '1' ? 0 : 1] ?? '',
    privateKeyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
  await wallet.save(card)
  return { card, issued }
}

async function call(url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    ...(body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Error(`JPKI simulator answered ${response.status}`)
  return response.json()
}
