import { createHash } from 'node:crypto'
import { encode } from 'uqr'
import { encodeOneBitPng, readOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'
import type { Paper } from './paper.ts'
import type { Signer } from './paper-keys.actions.ts'
import { codeText, encodePage, roomFor, type PageDrawing } from './verification.ts'

/**
 * Version 20, 97 modules a side: at 24.7 mm a module is 0.254 mm, six whole dots of a printer of 600 dpi and four pixels or
 * more of a phone's picture taken from a hand's breadth. Denser codes are read by good phones only.
 */
const LARGEST_VERSION = 20
/** Characters a code of that version holds at error correction L, in bytes. */
const LARGEST_TEXT = 858
/** Of a printer; a module is a whole number of its dots. */
const DPI = 600
/** The side of a code is at most this, dots: 24.7 mm. Small codes stay smaller, for the quiet zone of certificate.typ. */
const SIDE = 584
const LARGEST_MODULE = 9
/** Trying all eight masks takes five times as long and is for patterns that compressed bytes do not have. */
const MASK = 0

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

export type CodesToMake = {
  readonly paper: Paper
  readonly kind: string
  readonly layoutVersion: string
  /** Of every page of the document (`printedWords`). */
  readonly words: readonly (readonly string[])[]
  /** `Body.drawingPng`. */
  readonly drawingPng?: string | undefined
  /** Origin of the public page, `https://…`. */
  readonly publicOrigin: string
  readonly signer: Signer
}

export type MadeCodes = {
  readonly codes: Paper['codes']
  /** sha256 of the payload of each. */
  readonly digests: readonly Buffer[]
}

/** The signed code of every page of a document, in order. */
export function makeCodes(make: CodesToMake): MadeCodes {
  const { paper, words, publicOrigin, signer } = make
  const pages = words.length / paper.copies
  const drawing = make.drawingPng === undefined ? null : reduced(Buffer.from(make.drawingPng, 'base64'))
  const payloads = words.map((page, at) =>
    encodePage(
      {
        keyId: signer.keyId,
        municipalityCode: paper.municipality.code,
        transactionId: paper.transactionId,
        copy: Math.floor(at / pages) + 1,
        copies: paper.copies,
        page: (at % pages) + 1,
        pages,
        issuedOn: paper.issuedOn,
      },
      {
        kind: make.kind,
        layoutVersion: make.layoutVersion,
        words: page,
        drawing: at % pages === 0 ? drawing : null,
      },
      roomFor(publicOrigin, LARGEST_TEXT),
      (bytes) => signer.sign(bytes),
      sha256,
    ),
  )
  return {
    codes: payloads.map((payload) => ({
      codePng: codePng(codeText(publicOrigin, payload)).toString('base64'),
    })),
    digests: payloads.map(sha256),
  }
}

/** Pixels of the longer side of a drawing in a code: the shape of a seal is known again, and 300 bytes hold it. */
const DRAWING_SIDE = 48

/** The picture made small, a pixel inked where half of what it stands for is. */
function reduced(png: Buffer): PageDrawing {
  const picture = readOneBitPng(png)
  if ('fault' in picture) throw new Error('a certified picture that is not of one ink')
  const scale = Math.max(picture.width, picture.height) / DRAWING_SIDE
  const [width, height] = [Math.ceil(picture.width / scale), Math.ceil(picture.height / scale)]
  const bits = new Uint8Array(Math.ceil((width * height) / 8))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let inked = 0
      let all = 0
      for (let v = Math.floor(y * scale); v < (y + 1) * scale && v < picture.height; v++) {
        for (let u = Math.floor(x * scale); u < (x + 1) * scale && u < picture.width; u++) {
          all += 1
          if (picture.isInked(u, v)) inked += 1
        }
      }
      const at = y * width + x
      if (2 * inked >= all && all > 0) bits[at >> 3]! |= 0x80 >> (at & 7)
    }
  }
  return { width, height, bits }
}

/** One pixel a module, at the resolution that makes it whole dots on paper. */
export function codePng(text: string): Buffer {
  const { data, size } = encode(text, {
    border: 0,
    ecc: 'L',
    boostEcc: true,
    maskPattern: MASK,
    maxVersion: LARGEST_VERSION,
  })
  return encodeOneBitPng({
    width: size,
    height: size,
    dpi: DPI / Math.min(Math.floor(SIDE / size), LARGEST_MODULE),
    grey: 0,
    isInked: (x, y) => data[y]![x]!,
  })
}
