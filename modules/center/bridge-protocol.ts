import { z } from 'zod'

/**
 * What a page and the card bridge beside it say to each other (docs/interfaces/card-bridge.md): plain HTTP on this very
 * machine. The bridge speaks for whatever holds the card, a PC/SC reader or the card simulator.
 */
export const BridgeStatus = z.object({
  /** `null` = no reader is connected. */
  reader: z.object({ kind: z.enum(['pcsc', 'simulator']), name: z.string() }).nullable(),
  /** One laying-on of one card; the next one has another id, also of the same card. */
  inserted: z.object({ insertionId: z.string() }).nullable(),
  /** Trays that print: `certificate`, `slip`. */
  printers: z.array(z.string()).default([]),
})
export type BridgeStatus = z.infer<typeof BridgeStatus>

/** A short command APDU, hexadecimal. */
export const ApduCommand = z.object({
  insertionId: z.string().min(1).max(64),
  apdu: z.string().regex(/^([0-9A-Fa-f]{2}){4,261}$/),
})
/** The card's answer with its status word, hexadecimal. */
export const ApduAnswer = z.object({ response: z.string().regex(/^([0-9A-Fa-f]{2})*$/) })
export const ReleaseCommand = z.object({ insertionId: z.string().min(1).max(64) })

/** Why the bridge has no answer, with the HTTP status. */
export const bridgeFaults = {
  malformed: { status: 400, error: '要求の形が誤りです。' },
  'not-allowed': { status: 403, error: 'この端末では使えない命令です。' },
  'card-gone': { status: 409, error: 'カードが置かれていないか、別のカードに替わりました。' },
  'reader-gone': { status: 503, error: 'カードの読取機が接続されていません。' },
  'reader-busy': { status: 503, error: 'カードの読取機を、他のプログラムが使っています。' },
  'not-printed': { status: 503, error: '印刷できませんでした。' },
  'card-silent': { status: 504, error: 'カードが応答しません。' },
} as const satisfies Record<string, { readonly status: number; readonly error: string }>
export type BridgeFault = keyof typeof bridgeFaults
