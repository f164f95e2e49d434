/**
 * The kiosk's talk with a My Number card's JPKI application, through any reader: `transmit` sends one command APDU
 * and gives the response with its status word, both as hex. Runs in the page. The PIN goes from here to the card and
 * nowhere else; nothing here logs or stores an APDU.
 */
export type Transmit = (apduHex: string) => Promise<string>

export type PinVerdict =
  | { readonly kind: 'ok' }
  /** `triesLeft`: 1 or 2. */
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  /** Three wrong PINs in a row; only the town hall unlocks the card. */
  | { readonly kind: 'locked' }

export type CardDialogue = {
  /** 利用者証明用電子証明書, DER. Needs no PIN. */
  readonly readCertificate: () => Promise<Uint8Array>
  /** How many wrong PINs the card still bears: 0 (locked) to 3. Costs none. */
  readonly tries: () => Promise<number>
  /** Costs a try when wrong. `pin` is 4 digits; anything else is refused before it reaches the card. */
  readonly verifyPin: (pin: string) => Promise<PinVerdict>
  /** PKCS #1 v1.5 signature over a DigestInfo; the PIN must have been verified in this same dialogue. */
  readonly sign: (digestInfo: Uint8Array) => Promise<Uint8Array>
}

/** The card said no, or is no My Number card. `statusWord` is its two bytes in hex, '' when it said nothing sound. */
export class CardError extends Error {
  readonly kind: 'not-my-number-card' | 'pin-needed' | 'refused' | 'broken-answer'
  readonly statusWord: string
  constructor(kind: CardError['kind'], statusWord: string) {
    super(`card: ${kind} ${statusWord}`.trim())
    this.name = 'CardError'
    this.kind = kind
    this.statusWord = statusWord
  }
}

/** JPKI AP and its files for user authentication (public in github.com/jpki/myna). */
export const jpkiApplicationId = 'D392F000260100000001'
export const jpkiFiles = { certificate: '000A', caCertificate: '000B', key: '0017', pin: '0018' } as const

/** A certificate has 1 to 2 kB; a card that claims more is broken or hostile. */
const maxCertificateBytes = 8192

export function cardDialogue(transmit: Transmit): CardDialogue {
  async function send(apdu: string): Promise<{ data: Uint8Array; statusWord: string }> {
    const answer = (await transmit(apdu)).toUpperCase()
    if (!/^([0-9A-F]{2}){2,}$/.test(answer)) throw new CardError('broken-answer', '')
    return { data: fromHex(answer.slice(0, -4)), statusWord: answer.slice(-4) }
  }

  async function expectOk(apdu: string, otherwise: CardError['kind']): Promise<Uint8Array> {
    const { data, statusWord } = await send(apdu)
    if (statusWord !== '9000') throw new CardError(otherwise, statusWord)
    return data
  }

  /** Selecting the application forgets a verified PIN, so only steps before the PIN may do it. */
  const selectApplication = () => expectOk(`00A4040C0A${jpkiApplicationId}`, 'not-my-number-card')
  const selectFile = (file: string) => expectOk(`00A4020C02${file}`, 'refused')

  async function readBytes(offset: number, length: number): Promise<Uint8Array> {
    const data = await expectOk(`00B0${offset.toString(16).padStart(4, '0')}${byte(length % 256)}`, 'refused')
    if (data.length !== length) throw new CardError('broken-answer', '9000')
    return data
  }

  return {
    readCertificate: async () => {
      await selectApplication()
      await selectFile(jpkiFiles.certificate)
      const head = await readBytes(0, 4)
      // SEQUENCE with a two-byte length, which every RSA certificate has.
      const total = head[0] === 0x30 && head[1] === 0x82 ? 4 + (head[2]! << 8) + head[3]! : 0
      if (total < 256 || total > maxCertificateBytes) throw new CardError('broken-answer', '9000')
      const certificate = new Uint8Array(total)
      certificate.set(head)
      for (let offset = 4; offset < total;) {
        const part = await readBytes(offset, Math.min(256, total - offset))
        certificate.set(part, offset)
        offset += part.length
      }
      return certificate
    },

    tries: async () => {
      await selectApplication()
      await selectFile(jpkiFiles.pin)
      const { statusWord } = await send('00200080')
      return triesIn(statusWord)
    },

    verifyPin: async (pin) => {
      if (!/^[0-9]{4}$/.test(pin)) throw new RangeError('PIN: 4 digits')
      await selectApplication()
      await selectFile(jpkiFiles.pin)
      const digits = Array.from(pin, (digit) => byte(digit.charCodeAt(0))).join('')
      const { statusWord } = await send(`0020008004${digits}`)
      if (statusWord === '9000') return { kind: 'ok' }
      const triesLeft = triesIn(statusWord)
      return triesLeft === 0 ? { kind: 'locked' } : { kind: 'wrong', triesLeft }
    },

    sign: async (digestInfo) => {
      if (digestInfo.length === 0 || digestInfo.length > 83) throw new RangeError('DigestInfo: 1 to 83 bytes')
      await selectFile(jpkiFiles.key)
      const { data, statusWord } = await send(`802A0080${byte(digestInfo.length)}${toHex(digestInfo)}00`)
      if (statusWord === '6982') throw new CardError('pin-needed', statusWord)
      if (statusWord !== '9000') throw new CardError('refused', statusWord)
      if (data.length < 256) throw new CardError('broken-answer', statusWord)
      return data
    },
  }
}

/** 63Cx = x tries left; 6983 and 6984 = blocked. */
function triesIn(statusWord: string): number {
  if (statusWord === '6983' || statusWord === '6984') return 0
  if (/^63C[0-3]$/.test(statusWord)) return Number(statusWord[3])
  throw new CardError('refused', statusWord)
}

function byte(value: number): string {
  return value.toString(16).padStart(2, '0').toUpperCase()
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, byte).join('')
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}
