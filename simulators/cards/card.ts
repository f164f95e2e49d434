import { constants, createPrivateKey, privateEncrypt, timingSafeEqual, type KeyObject } from 'node:crypto'
import { parseCommand, response, statusWords as sw, triesLeftWord, type CommandApdu } from './apdu.ts'
import { basicDataFile, individualNumberFile, type BasicData } from './basic-data.ts'

/** Everything a virtual card carries. A real one keeps key and PIN inside; this one keeps them in a 0600 file. */
export type CardContents = {
  readonly cardId: string
  /** What the tray shows, so that a demonstrator finds the card. */
  readonly label: string
  /** 4 digits. */
  readonly pin: string
  /** 3 = fresh, 0 = locked. */
  readonly triesLeft: number
  readonly certificatePem: string
  readonly caCertificatePem: string
  readonly privateKeyPem: string
  /** 券面事項入力補助AP; absent on a telephone and on a card made before it was. */
  readonly text?: TextApplication
}

export type TextApplication = {
  readonly data: BasicData
  /** 12 digits that belong to nobody: their check digit is wrong. */
  readonly individualNumber: string
  /** 券面事項入力補助用暗証番号, 4 digits; 照合番号B, 14 digits. 照合番号A is the 個人番号. */
  readonly pin: string
  readonly numberB: string
  readonly triesLeft: { readonly pin: number; readonly numberA: number; readonly numberB: number }
}

export type Card = {
  /** One APDU in, one out; a second waits for the first. Rejects only when the counter could not be stored. */
  readonly transmit: (apdu: Uint8Array) => Promise<Uint8Array>
  /** Tries left of the JPKI PIN. */
  readonly triesLeft: () => number
  /** As the reader's field goes and comes back: nothing selected, no PIN verified. */
  readonly reset: () => void
  /** Resolves when no command is at work any more. */
  readonly settled: () => Promise<void>
}

const maxTries = { pin: 3, number: 10 } as const

type Pin = {
  readonly secret: Buffer
  readonly most: number
  left(): number
  /** Durable before it resolves. */
  keep(left: number): Promise<void>
}
type Application = {
  readonly id: Buffer
  /** Content, and the PIN files of which one must have been verified; none = free to read. */
  readonly files: ReadonlyMap<string, { readonly content: Buffer; readonly opensWith: readonly string[] }>
  readonly pins: ReadonlyMap<string, Pin>
  readonly keys: ReadonlyMap<string, { readonly key: KeyObject; readonly opensWith: string }>
}

/** Files of 利用者証明用 and of 券面事項入力補助 (public in github.com/jpki/myna). */
const jpki = {
  id: 'D392F000260100000001',
  certificate: '000a',
  ca: '000b',
  token: '0006',
  key: '0017',
  pin: '0018',
}
const text = { id: 'D3921000310001010408', number: '0001', data: '0002', pin: '0011', a: '0014', b: '0015' }

/**
 * A card just laid on the reader: nothing selected, no PIN verified. `store` must make the contents durable before
 * it resolves; the card takes a try away *before* it compares, so pulling the plug gives no free guesses.
 */
export function insertCard(contents: CardContents, store: (contents: CardContents) => Promise<void>): Card {
  let current = contents
  async function keep(next: CardContents): Promise<void> {
    await store(next)
    current = next
  }
  const applications = applicationsOf(() => current, keep)
  let application: Application | null = null
  let selected: string | null = null
  const verified = new Set<string>()
  let queue: Promise<unknown> = Promise.resolve()

  function reset(): void {
    application = null
    selected = null
    verified.clear()
  }

  function select({ p1, data }: CommandApdu): Uint8Array {
    if (p1 === 0x04) {
      reset()
      application = applications.find(({ id }) => id.equals(data)) ?? null
      return response(application ? sw.ok : sw.fileNotFound)
    }
    if (p1 !== 0x02) return response(sw.wrongParameters)
    const id = Buffer.from(data).toString('hex')
    const known =
      application && [application.files, application.pins, application.keys].some((map) => map.has(id))
    if (known !== true) return response(sw.fileNotFound)
    selected = id
    return response(sw.ok)
  }

  function readBinary({ p1, p2, expectedLength }: CommandApdu): Uint8Array {
    if (application === null || selected === null) return response(sw.noFileSelected)
    const file = application.files.get(selected)
    const open = file && (file.opensWith.length === 0 || file.opensWith.some((pin) => verified.has(pin)))
    if (open !== true) return response(sw.notVerified)
    if (expectedLength === null) return response(sw.wrongLength)
    // The top bit would name a file by a short identifier, which no public reader uses.
    if (p1 & 0x80) return response(sw.wrongParameters)
    const offset = (p1 << 8) | p2
    if (offset >= file.content.length) return response(sw.wrongOffset)
    const data = file.content.subarray(offset, offset + expectedLength)
    // 256 means "all there is"; a shorter wish that cannot be met is told.
    return response(data.length < expectedLength && expectedLength < 256 ? sw.endOfFile : sw.ok, data)
  }

  async function verifyPin({ p1, p2, data }: CommandApdu): Promise<Uint8Array> {
    if (p1 !== 0x00 || p2 !== 0x80) return response(sw.wrongParameters)
    const name = selected ?? ''
    const pin = application?.pins.get(name)
    if (!pin) return response(sw.noFileSelected)
    if (data.length === 0) return response(triesLeftWord(pin.left()))
    if (pin.left() === 0) return response(sw.blocked)
    verified.delete(name)
    await pin.keep(pin.left() - 1)
    if (data.length !== pin.secret.length || !timingSafeEqual(data, pin.secret))
      return response(triesLeftWord(pin.left()))
    await pin.keep(pin.most)
    verified.add(name)
    return response(sw.ok)
  }

  function computeSignature({ p1, p2, data }: CommandApdu): Uint8Array {
    if (p1 !== 0x00 || p2 !== 0x80) return response(sw.wrongParameters)
    const held = application?.keys.get(selected ?? '')
    if (!held) return response(sw.noFileSelected)
    if (!verified.has(held.opensWith)) return response(sw.notVerified)
    // The card pads (PKCS #1 v1.5 block type 1) whatever DigestInfo it is given; it does not hash.
    if (data.length === 0) return response(sw.wrongData)
    return response(sw.ok, privateEncrypt({ key: held.key, padding: constants.RSA_PKCS1_PADDING }, data))
  }

  async function answer(bytes: Uint8Array): Promise<Uint8Array> {
    const command = parseCommand(bytes)
    if (!command) return response(sw.wrongLength)
    switch ((command.cla << 8) | command.ins) {
      case 0x00a4:
        return select(command)
      case 0x00b0:
        return readBinary(command)
      case 0x0020:
        return verifyPin(command)
      case 0x802a:
        return computeSignature(command)
      default:
        return response(
          command.cla === 0x00 || command.cla === 0x80 ? sw.unknownInstruction : sw.unknownClass,
        )
    }
  }

  return {
    triesLeft: () => current.triesLeft,
    reset,
    settled: async () => void (await queue),
    transmit: (bytes) => {
      const answered = queue.then(() => answer(bytes))
      queue = answered.catch(() => undefined)
      return answered
    },
  }
}

function applicationsOf(
  now: () => CardContents,
  keep: (contents: CardContents) => Promise<void>,
): readonly Application[] {
  const contents = now()
  const free = (content: Buffer) => ({ content, opensWith: [] })
  const authentication: Application = {
    id: Buffer.from(jpki.id, 'hex'),
    files: new Map([
      [jpki.certificate, free(fromPem(contents.certificatePem))],
      [jpki.ca, free(fromPem(contents.caCertificatePem))],
      [jpki.token, free(Buffer.from('JPKIAPICCTOKEN2'.padEnd(32)))],
    ]),
    pins: new Map([
      [
        jpki.pin,
        {
          secret: Buffer.from(contents.pin),
          most: maxTries.pin,
          left: () => now().triesLeft,
          keep: (triesLeft) => keep({ ...now(), triesLeft }),
        },
      ],
    ]),
    keys: new Map([[jpki.key, { key: createPrivateKey(contents.privateKeyPem), opensWith: jpki.pin }]]),
  }
  return contents.text === undefined
    ? [authentication]
    : [authentication, textApplication(contents.text, now, keep)]
}

function textApplication(
  { data, individualNumber, pin, numberB }: TextApplication,
  now: () => CardContents,
  keep: (contents: CardContents) => Promise<void>,
): Application {
  const counted = (name: keyof TextApplication['triesLeft'], secret: string, most: number): Pin => ({
    secret: Buffer.from(secret),
    most,
    left: () => now().text?.triesLeft[name] ?? 0,
    keep: async (left) => {
      const current = now()
      if (current.text === undefined) return
      const triesLeft = { ...current.text.triesLeft, [name]: left }
      await keep({ ...current, text: { ...current.text, triesLeft } })
    },
  })
  return {
    id: Buffer.from(text.id, 'hex'),
    files: new Map([
      [text.number, { content: individualNumberFile(individualNumber), opensWith: [text.pin, text.a] }],
      [text.data, { content: basicDataFile(data), opensWith: [text.pin, text.b] }],
    ]),
    pins: new Map([
      [text.pin, counted('pin', pin, maxTries.pin)],
      [text.a, counted('numberA', individualNumber, maxTries.number)],
      [text.b, counted('numberB', numberB, maxTries.number)],
    ]),
    keys: new Map(),
  }
}

export const freshTextTries = { pin: maxTries.pin, numberA: maxTries.number, numberB: maxTries.number }

function fromPem(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64')
}
