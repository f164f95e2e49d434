import { sha256DigestInfoPrefix } from '@open-bcl/modules/center/challenge.ts'

/**
 * Which commands may reach a card. A page that was taken over could otherwise read the 個人番号, sign documents in the
 * holder's name with the 署名用 key, or use up the tries of a PIN nobody asked for. What is not on the list is refused
 * before it reaches the reader.
 */
export type Application = 'jpki' | 'text'

type Files = {
  /** May be read. */
  readonly readable: readonly string[]
  /** May be asked for tries left and shown 4 digits. */
  readonly pins: readonly string[]
  /** May sign one SHA-256 DigestInfo. */
  readonly keys: readonly string[]
}

/** 利用者証明用 alone of JPKI AP: 000A its certificate, 0018 its PIN, 0017 its key, 0006 the token's name. 0002 of 券面事項入力補助AP: 基本4情報. */
const applications: Readonly<Record<Application, { readonly id: string } & Files>> = {
  jpki: { id: 'd392f000260100000001', readable: ['000a', '0006'], pins: ['0018'], keys: ['0017'] },
  text: { id: 'd3921000310001010408', readable: ['0002'], pins: ['0011'], keys: [] },
}

export class CardGate {
  readonly #allowed: readonly Application[]
  #application: Application | null = null
  #file: string | null = null

  constructor(allowed: readonly Application[]) {
    this.#allowed = allowed
  }

  /** Whether this command may be sent now. */
  allows(apdu: Uint8Array): boolean {
    const hex = Buffer.from(apdu).toString('hex')
    const head = hex.slice(0, 8)
    const files = this.#application === null ? null : applications[this.#application]
    const file = this.#file
    switch (head.slice(0, 4)) {
      case '00a4':
        return this.#selected(hex) !== null
      case '00b0':
        // READ BINARY of the selected file: bit 8 of P1 would name another one.
        return (
          apdu.length === 5 && apdu[2]! < 0x80 && file !== null && files?.readable.includes(file) === true
        )
      case '0020': {
        const shown = hex.slice(8)
        return (
          head === '00200080' &&
          (shown === '' || /^04(3[0-9]){4}$/.test(shown)) &&
          file !== null &&
          files?.pins.includes(file) === true
        )
      }
      case '802a':
        return (
          head === '802a0080' &&
          hex.slice(8, 10) === '33' &&
          hex.slice(10).startsWith(prefix) &&
          hex.length === 8 + 2 + 51 * 2 + 2 &&
          hex.endsWith('00') &&
          file !== null &&
          files?.keys.includes(file) === true
        )
      default:
        return false
    }
  }

  /** What the card made of it: only what it did select is selected. */
  answered(apdu: Uint8Array, response: Uint8Array): void {
    const target = this.#selected(Buffer.from(apdu).toString('hex'))
    if (target === null) return
    const ok = response.at(-2) === 0x90 && response.at(-1) === 0x00
    if (target.kind === 'application') {
      this.#application = ok ? target.application : null
      this.#file = null
    } else if (ok) this.#file = target.file
  }

  /** The card was reset: nothing is selected. */
  forget(): void {
    this.#application = null
    this.#file = null
  }

  #selected(
    hex: string,
  ): { kind: 'application'; application: Application } | { kind: 'file'; file: string } | null {
    const byName = /^00a4040c0a([0-9a-f]{20})$/.exec(hex)?.[1]
    if (byName !== undefined) {
      const application = this.#allowed.find((one) => applications[one].id === byName)
      return application === undefined ? null : { kind: 'application', application }
    }
    const file = /^00a4020c02([0-9a-f]{4})$/.exec(hex)?.[1]
    if (file === undefined || this.#application === null) return null
    const { readable, pins, keys } = applications[this.#application]
    return [...readable, ...pins, ...keys].includes(file) ? { kind: 'file', file } : null
  }
}

const prefix = Buffer.from(sha256DigestInfoPrefix).toString('hex')
