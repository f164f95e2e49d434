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
import type { BasicData } from './basic-data.ts'
import { insertCard, type Card, type CardContents } from './card.ts'
import { plugIn, type PluggedCard, type VirtualReader } from './virtual-reader.ts'
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
  /** A card laid here lies in that reader of pcscd as well. */
  readonly virtualReader?: VirtualReader
}

/** How the card on the reader behaves in a drill. */
const faults = {
  none: '正常',
  foreign: '別のICカード',
  silent: '応答しない',
  garbled: '応答が壊れている',
  unsigning: '署名だけ断る',
} as const
type Fault = keyof typeof faults

/** The card on the reader. Each laying-on has its own id, so a dialogue can never go on with another card. */
type Inserted = {
  readonly insertionId: string
  readonly contents: CardContents
  readonly card: Card
  readonly plugged: PluggedCard | null
}

/**
 * Starts a tray of virtual My Number cards and one reader, which speaks the bridge protocol (docs/interfaces/card-bridge.md):
 *
 * - `GET /status` → `{ reader, inserted: { insertionId } | null }`; deliberately without the card's name.
 * - `POST /apdu { insertionId, apdu }` → `{ response }` (hex); 409 when that card is no longer on the reader.
 * - `POST /release { insertionId }`: the card forgets what was selected and verified.
 * - `POST /api/faults { card }` for drills.
 * - `GET /cards`, `POST /insert { cardId }`, `POST /remove` for people and tests, `POST /cards` makes a new card.
 */
export async function start(options: CardBridgeOptions): Promise<Simulator> {
  const wallet = await openWallet(options.folder)
  const app = createLoopback({ port: options.port ?? 8091, allowedOrigins: options.kioskOrigins })
  let inserted: Inserted | null = null
  let fault: Fault = 'none'

  // One move of the hand after the other; a card is read from its file only when its last command has been stored,
  // or laying it on again quickly would give back tries.
  let hand: Promise<unknown> = Promise.resolve()
  function move(cardId: string | null): Promise<Inserted | null> {
    const moved = hand.then(async () => {
      const before = inserted
      inserted = null
      await before?.plugged?.remove()
      await before?.card.settled()
      const contents = cardId === null ? null : await wallet.find(cardId)
      if (contents === null) return null
      const card = misbehaving(
        insertCard(contents, (changed) => wallet.save(changed)),
        () => fault,
      )
      const plugged = options.virtualReader ? await plugIn(options.virtualReader, card) : null
      inserted = { insertionId: randomUUID(), contents, card, plugged }
      return inserted
    })
    hand = moved.catch(() => undefined)
    return moved
  }

  app.get('/readyz', async () => ({ status: 'ready', cards: (await wallet.list()).length }))
  app.get('/status', async () => ({
    reader: { kind: 'simulator', name: '仮想マイナンバーカード' },
    inserted: inserted && { insertionId: inserted.insertionId },
  }))
  app.post('/apdu', async (request, reply) => {
    const apdu = textField(request.body, 'apdu')
    if (apdu === undefined || !/^([0-9A-Fa-f]{2}){4,261}$/.test(apdu)) {
      return reply.code(400).send({ code: 'malformed', error: 'APDUの形が誤りです。' })
    }
    const current = inserted
    if (current === null || textField(request.body, 'insertionId') !== current.insertionId) {
      return reply.code(409).send(gone)
    }
    const answer = await current.card.transmit(Buffer.from(apdu, 'hex'))
    // Lifted while it worked: its answer belongs to nobody any more.
    if (inserted !== current) return reply.code(409).send(gone)
    return { response: Buffer.from(answer).toString('hex').toUpperCase() }
  })
  app.post('/release', async (request, reply) => {
    const current = inserted
    if (current === null || textField(request.body, 'insertionId') !== current.insertionId) {
      return reply.code(409).send(gone)
    }
    await current.card.settled()
    current.card.reset()
    return { released: true }
  })
  app.post('/api/faults', async (request, reply) => {
    const wanted = textField(request.body, 'card') ?? ''
    if (!Object.hasOwn(faults, wanted)) return reply.code(400).send({ error: '指定が誤りです。' })
    fault = wanted as Fault
    return isForm(request.headers['content-type']) ? reply.redirect('/', 303) : { card: fault }
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
    return reply
      .type('text/html; charset=utf-8')
      .send(page('仮想マイナンバーカード', tray(cards, inserted, fault)))
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
      ...basicDataIn(request.body),
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

/** `name`, `address`, `bornOn` (YYYYMMDD), `sex` (1, 2, 9) of an order. */
function basicDataIn(body: unknown): { readonly basicData?: BasicData } {
  const [name, address, bornOn, sex] = ['name', 'address', 'bornOn', 'sex'].map((field) =>
    textField(body, field),
  )
  const whole = name !== undefined && address !== undefined && bornOn !== undefined && /^\d{8}$/.test(bornOn)
  if (!whole || (sex !== '1' && sex !== '2' && sex !== '9')) return {}
  return { basicData: { name, address, bornOn, sex } }
}

const gone = { code: 'card-gone', error: 'カードが置かれていないか、別のカードに替わりました。' } as const

/** A drill: a card that is none of ours, is broken, or hangs. */
function misbehaving(card: Card, fault: () => Fault): Card {
  return {
    ...card,
    transmit: async (apdu) => {
      const signing = apdu[0] === 0x80 && apdu[1] === 0x2a
      switch (fault()) {
        case 'foreign':
          return Uint8Array.of(0x6a, 0x82)
        case 'silent':
          return await new Promise<never>(() => undefined)
        case 'garbled':
          return Uint8Array.of(0x30)
        case 'unsigning':
          return signing ? Uint8Array.of(0x6f, 0x00) : await card.transmit(apdu)
        case 'none':
          return await card.transmit(apdu)
      }
    },
  }
}

function isForm(contentType: string | undefined): boolean {
  return contentType?.startsWith('application/x-www-form-urlencoded') === true
}

function tray(cards: readonly CardContents[], inserted: Inserted | null, fault: Fault): string {
  const items = cards.map((card) => {
    const here = inserted?.contents.cardId === card.cardId
    const tries = here ? inserted.card.triesLeft() : card.triesLeft
    const state = tries === 0 ? '暗証番号がロックされています' : `暗証番号の残り回数 ${tries}回`
    const action = here
      ? '<p><strong>読取機に置いてあります</strong></p><form method="post" action="/remove"><button>取り出す</button></form>'
      : `<form method="post" action="/insert"><input type="hidden" name="cardId" value="${escapeHtml(card.cardId)}"><button>置く</button></form>`
    return `<li${here ? ' class="inserted"' : ''}><h2>${escapeHtml(card.label)}</h2><p>${state}</p>${action}</li>`
  })
  const drills = Object.entries(faults).map(
    ([name, words]) =>
      `<form method="post" action="/api/faults"><input type="hidden" name="card" value="${name}"><button>${words}</button></form>`,
  )
  return `<p>キオスク端末の読取機に置くカードを選んでください。</p>
<ul class="cards">${items.join('\n')}</ul>
<p>カードの様子（訓練用）: <strong>${faults[fault]}</strong> ${drills.join(' ')}</p>`
}

if (import.meta.main) {
  const port = Number(process.env['OPEN_BCL_CARDS_PORT'] ?? 8091)
  const [readerHost, readerPort] = (process.env['OPEN_BCL_CARDS_VIRTUAL_READER'] ?? '').split(':')
  await runSimulator('仮想マイナンバーカード', () =>
    start({
      folder: process.env['OPEN_BCL_CARDS_FOLDER'] ?? '.data/simulators/cards',
      port,
      kioskOrigins: (
        process.env['OPEN_BCL_KIOSK_ORIGINS'] ?? 'http://localhost:8081,http://127.0.0.1:8081'
      ).split(','),
      jpkiUrl: process.env['OPEN_BCL_JPKI_URL'] ?? 'http://127.0.0.1:8090',
      ...(readerHost && readerPort ? { virtualReader: { host: readerHost, port: Number(readerPort) } } : {}),
    }),
  )
}
