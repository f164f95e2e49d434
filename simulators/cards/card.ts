import { constants, createPrivateKey, privateEncrypt, timingSafeEqual } from 'node:crypto'
import { parseCommand, response, statusWords as sw, triesLeftWord, type CommandApdu } from './apdu.ts'

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
}

export type Card = {
  /** One APDU in, one out; a second waits for the first. Rejects only when the counter could not be stored. */
  readonly transmit: (apdu: Uint8Array) => Promise<Uint8Array>
  readonly triesLeft: () => number
  /** Resolves when no command is at work any more. */
  readonly settled: () => Promise<void>
}

const maxTries = 3
const applicationId = Buffer.from('D392F000260100000001', 'hex')
/** Files of the JPKI application for user authentication (public in github.com/jpki/myna). */
const fileIds = {
  certificate: '000a',
  caCertificate: '000b',
  key: '0017',
  pin: '0018',
  token: '0006',
} as const

/**
 * A card just laid on the reader: nothing selected, no PIN verified. `store` must make the counter durable before
 * it resolves; the card takes a try away *before* it compares, so pulling the plug gives no free guesses.
 */
export function insertCard(contents: CardContents, store: (triesLeft: number) => Promise<void>): Card {
  const key = createPrivateKey(contents.privateKeyPem)
  const files = new Map([
    [fileIds.certificate as string, fromPem(contents.certificatePem)],
    [fileIds.caCertificate, fromPem(contents.caCertificatePem)],
    [fileIds.token, Buffer.from('JPKIAPICCTOKEN2'.padEnd(32))],
  ])
  let triesLeft = contents.triesLeft
  let inApplication = false
  let selected: string | null = null
  let verified = false
  let queue: Promise<unknown> = Promise.resolve()

  async function countTries(tries: number): Promise<void> {
    await store(tries)
    triesLeft = tries
  }

  function select(command: CommandApdu): Uint8Array {
    if (command.p1 === 0x04) {
      verified = false
      selected = null
      inApplication = applicationId.equals(command.data)
      return response(inApplication ? sw.ok : sw.fileNotFound)
    }
    if (command.p1 !== 0x02) return response(sw.wrongParameters)
    const id = Buffer.from(command.data).toString('hex')
    const known = inApplication && (files.has(id) || id === fileIds.key || id === fileIds.pin)
    if (!known) return response(sw.fileNotFound)
    selected = id
    return response(sw.ok)
  }

  function readBinary({ p1, p2, expectedLength }: CommandApdu): Uint8Array {
    const file = selected === null ? undefined : files.get(selected)
    if (!file) return response(selected === null ? sw.noFileSelected : sw.notVerified)
    if (expectedLength === null) return response(sw.wrongLength)
    // The top bit would name a file by a short identifier, which no public reader uses.
    if (p1 & 0x80) return response(sw.wrongParameters)
    const offset = (p1 << 8) | p2
    if (offset >= file.length) return response(sw.wrongOffset)
    const data = file.subarray(offset, offset + expectedLength)
    // 256 means "all there is"; a shorter wish that cannot be met is told.
    return response(data.length < expectedLength && expectedLength < 256 ? sw.endOfFile : sw.ok, data)
  }

  async function verifyPin({ p1, p2, data }: CommandApdu): Promise<Uint8Array> {
    if (p1 !== 0x00 || p2 !== 0x80) return response(sw.wrongParameters)
    if (selected !== fileIds.pin) return response(sw.noFileSelected)
    if (data.length === 0) return response(triesLeftWord(triesLeft))
    if (triesLeft === 0) return response(sw.blocked)
    verified = false
    await countTries(triesLeft - 1)
    const right = Buffer.from(contents.pin)
    if (data.length !== right.length || !timingSafeEqual(data, right))
      return response(triesLeftWord(triesLeft))
    await countTries(maxTries)
    verified = true
    return response(sw.ok)
  }

  function computeSignature({ p1, p2, data }: CommandApdu): Uint8Array {
    if (p1 !== 0x00 || p2 !== 0x80) return response(sw.wrongParameters)
    if (selected !== fileIds.key) return response(sw.noFileSelected)
    if (!verified) return response(sw.notVerified)
    // The card pads (PKCS #1 v1.5 block type 1) whatever DigestInfo it is given; it does not hash.
    if (data.length === 0) return response(sw.wrongData)
    return response(sw.ok, privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, data))
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
    triesLeft: () => triesLeft,
    settled: async () => void (await queue),
    transmit: (bytes) => {
      const answered = queue.then(() => answer(bytes))
      queue = answered.catch(() => undefined)
      return answered
    },
  }
}

function fromPem(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64')
}
