/** A command APDU (ISO/IEC 7816-4), short form: what the public readers of the card send. */
export type CommandApdu = {
  readonly cla: number
  readonly ins: number
  readonly p1: number
  readonly p2: number
  /** Empty when the command carries none. */
  readonly data: Uint8Array
  /** Longest answer wanted, 1–256; `null` = none. */
  readonly expectedLength: number | null
}

/** Status words this card gives. */
export const statusWords = {
  ok: 0x9000,
  endOfFile: 0x6282,
  wrongLength: 0x6700,
  notVerified: 0x6982,
  blocked: 0x6984,
  noFileSelected: 0x6986,
  wrongData: 0x6a80,
  fileNotFound: 0x6a82,
  wrongParameters: 0x6a86,
  wrongOffset: 0x6b00,
  unknownInstruction: 0x6d00,
  unknownClass: 0x6e00,
} as const

/** `null` = not an APDU of one of the four short cases. */
export function parseCommand(bytes: Uint8Array): CommandApdu | null {
  const [cla, ins, p1, p2] = bytes
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return null
  const head = { cla, ins, p1, p2 }
  const body = bytes.subarray(4)
  const length = body[0]
  if (length === undefined) return { ...head, data: body, expectedLength: null }
  if (body.length === 1) return { ...head, data: new Uint8Array(), expectedLength: length || 256 }
  const data = body.slice(1, 1 + length)
  if (length === 0 || data.length !== length || body.length > length + 2) return null
  const expected = body[1 + length]
  return { ...head, data, expectedLength: expected === undefined ? null : expected || 256 }
}

/** Answer bytes: data, then the status word. */
export function response(statusWord: number, data: Uint8Array = new Uint8Array()): Uint8Array {
  return Uint8Array.of(...data, statusWord >> 8, statusWord & 0xff)
}

/** VERIFY's answer that tells the tries left. */
export function triesLeftWord(tries: number): number {
  return 0x63c0 | tries
}
