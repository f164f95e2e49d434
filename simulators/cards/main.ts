import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import {
  createLoopback,
  escapeHtml,
  listenLoopback,
  page,
  runSimulator,
  textField,
  type Simulator,
} from '../loopback.ts'
import { insertCard, type Card, type CardContents } from './card.ts'
import { isCardOrder, openWallet, personaliseCard, type CardOrder, type Wallet } from './wallet.ts'

export type CardBridgeOptions = {
  /** Where the cards lie. */
  readonly folder: string
  /** Default 8091; 0 = any free port. */
  readonly port?: number
  /** Web origins that may talk to the reader, and nobody else. */
  readonly kioskOrigins: readonly string[]
  /** The JPKI simulator, needed only to make new cards. */
  readonly jpkiUrl?: string
}

/** The card on the reader. Each laying-on has its own id, so a dialogue can never go on with another card. */
type Inserted = { readonly insertionId: string; readonly contents: CardContents; readonly card: Card }

/**
 * Starts the card bridge: a tray of virtual My Number cards and one reader.
 *
 * - `GET /status` → `{ inserted: { insertionId } | null }`; deliberately without the card's name.
 * - `POST /apdu { insertionId, apdu }` → `{ response }` (hex); 409 when that card is no longer on the reader.
 * - `GET /cards`, `POST /insert { cardId }`, `POST /remove` for people and tests, `POST /cards` makes a new card.
 */
export async function start(options: CardBridgeOptions): Promise<Simulator> {
  const wallet = await openWallet(options.folder)
  const app = createLoopback({ port: options.port ?? 8091, allowedOrigins: options.kioskOrigins })
  let inserted: Inserted | null = null

  // One move of the hand after the other; a card is read from its file only when its last command has been stored,
  // or laying it on again quickly would give back tries.
  let hand: Promise<unknown> = Promise.resolve()
  function move(cardId: string | null): Promise<Inserted | null> {
    const moved = hand.then(async () => {
      const before = inserted
      inserted = null
      await before?.card.settled()
      const contents = cardId === null ? null : await wallet.find(cardId)
      if (contents === null) return null
      const store = (triesLeft: number) => wallet.save({ ...contents, triesLeft })
      inserted = { insertionId: randomUUID(), contents, card: insertCard(contents, store) }
      return inserted
    })
    hand = moved.catch(() => undefined)
    return moved
  }

  app.get('/readyz', async () => ({ status: 'ready', cards: (await wallet.list()).length }))
  app.get('/status', async () => ({ inserted: inserted && { insertionId: inserted.insertionId } }))
  app.post('/apdu', async (request, reply) => {
    const apdu = textField(request.body, 'apdu')
    if (apdu === undefined || !/^([0-9A-Fa-f]{2}){4,261}$/.test(apdu)) {
      return reply.code(400).send({ error: 'APDUの形が誤りです。' })
    }
    const current = inserted
    if (current === null || textField(request.body, 'insertionId') !== current.insertionId) {
      return reply.code(409).send({ error: 'カードが置かれていないか、別のカードに替わりました。' })
    }
    const answer = await current.card.transmit(Buffer.from(apdu, 'hex'))
    // Lifted while it worked: its answer belongs to nobody any more.
    if (inserted !== current) return reply.code(409).send({ error: 'カードが離れました。' })
    return { response: Buffer.from(answer).toString('hex').toUpperCase() }
  })
  app.get('/cards', async () => ({
    cards: (await wallet.list()).map(({ cardId, label, triesLeft }) => ({ cardId, label, triesLeft })),
  }))
  app.post('/insert', async (request, reply) => {
    const laid = await move(textField(request.body, 'cardId') ?? '')
    if (laid === null) return reply.code(404).send({ error: 'そのカードはありません。' })
    return isForm(request.headers['content-type'])
      ? reply.redirect('/', 303)
      : { insertionId: laid.insertionId }
  })
  app.post('/remove', async (request, reply) => {
    await move(null)
    return isForm(request.headers['content-type']) ? reply.redirect('/', 303) : { inserted: null }
  })
  serveNewCards(app, wallet, options.jpkiUrl)
  app.get('/', async (_request, reply) => {
    const cards = await wallet.list()
    return reply.type('text/html; charset=utf-8').send(page('仮想マイナンバーカード', tray(cards, inserted)))
  })
  return listenLoopback(app, options.port ?? 8091)
}

function serveNewCards(app: FastifyInstance, wallet: Wallet, jpkiUrl: string | undefined): void {
  app.post('/cards', async (request, reply) => {
    if (jpkiUrl === undefined) return reply.code(503).send({ error: '認証局の場所が設定されていません。' })
    const text = (name: string) => textField(request.body, name)
    const generation = text('generation')
    const wishes = { serial: text('serial'), notBefore: text('notBefore'), notAfter: text('notAfter') }
    const order: CardOrder = {
      cardId: text('cardId') ?? '',
      label: text('label') ?? '',
      subjectId: text('subjectId') ?? '',
      pin: text('pin') ?? '',
      ...(generation === '1' || generation === '2' ? { generation } : {}),
      ...(text('carrier') === 'smartphone' ? { carrier: 'smartphone' } : {}),
      ...Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined)),
    }
    if (!isCardOrder(order)) return reply.code(400).send({ error: 'カードの指定が誤りです。' })
    if (await wallet.find(order.cardId))
      return reply.code(409).send({ error: 'その名前のカードは作成済みです。' })
    const made = await personaliseCard(wallet, jpkiUrl, order)
    if (made.kind === 'refused') return reply.code(502).send({ error: `認証局: ${made.error}` })
    const { issued } = made
    return reply.code(201).send({ cardId: order.cardId, issuerSki: issued.issuerSki, serial: issued.serial })
  })
}

function isForm(contentType: string | undefined): boolean {
  return contentType?.startsWith('application/x-www-form-urlencoded') === true
}

function tray(cards: readonly CardContents[], inserted: Inserted | null): string {
  const items = cards.map((card) => {
    const here = inserted?.contents.cardId === card.cardId
    const tries = here ? inserted.card.triesLeft() : card.triesLeft
    const state = tries === 0 ? '暗証番号がロックされています' : `暗証番号の残り回数 ${tries}回`
    const action = here
      ? '<p><strong>読取機に置いてあります</strong></p><form method="post" action="/remove"><button>取り出す</button></form>'
      : `<form method="post" action="/insert"><input type="hidden" name="cardId" value="${escapeHtml(card.cardId)}"><button>置く</button></form>`
    return `<li${here ? ' class="inserted"' : ''}><h2>${escapeHtml(card.label)}</h2><p>${state}</p>${action}</li>`
  })
  return `<p>キオスク端末の読取機に置くカードを選んでください。</p>
<ul class="cards">${items.join('\n')}</ul>`
}

if (import.meta.main) {
  const port = Number(process.env['OPEN_BCL_CARDS_PORT'] ?? 8091)
  await runSimulator('仮想マイナンバーカード', () =>
    start({
      folder: process.env['OPEN_BCL_CARDS_FOLDER'] ?? '.data/simulators/cards',
      port,
      kioskOrigins: (
        process.env['OPEN_BCL_KIOSK_ORIGINS'] ?? 'http://localhost:8081,http://127.0.0.1:8081'
      ).split(','),
      jpkiUrl: process.env['OPEN_BCL_JPKI_URL'] ?? 'http://127.0.0.1:8090',
    }),
  )
}
