/** Letters and digits that nobody mistakes for each other. */
const CODE_SIGNS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
const CODE_LENGTH = 12

/** A one-time code, to be read out or typed: 59 bits. */
export function newCode(): string {
  let code = ''
  while (code.length < CODE_LENGTH) {
    const [byte] = globalThis.crypto.getRandomValues(new Uint8Array(1))
    // As often each: what is beyond the last whole round is drawn again.
    if (byte! < Math.floor(256 / CODE_SIGNS.length) * CODE_SIGNS.length)
      code += CODE_SIGNS[byte! % CODE_SIGNS.length]
  }
  return code
}

/** As people type it: small letters, hyphens, spaces, full width. */
export function foldCode(typed: string): string {
  return typed.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '')
}

/** `ABCD-EFGH-JKMN` */
export function codeText(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-')
}
