import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { EnvelopeWindow } from '../../municipalities/municipalities.ts'

/** Whom a certificate is sent to. */
export type Addressee = {
  /** `5094234`; `null` = not known. */
  readonly postCode: string | null
  readonly address: string
  readonly name: string
}

/** 宛名台紙 of one certificate: goes before it into the envelope, and is no certificate. */
export type Sheet = Addressee & {
  readonly serialNo: string
  readonly transactionId: string
  /** 束 and number in it, as printed. */
  readonly place: string
}

/** What `layouts/envelope-1.typ` draws: one page a sheet. */
export type EnvelopeFacts = {
  readonly window: EnvelopeWindow
  readonly madeOn: PlainDate
  readonly sheets: readonly Sheet[]
}

export const ENVELOPE_LAYOUT = 'envelope-1'

const NOTE = 'この用紙は、封筒の窓に宛名を出すためのものです。上の番号の証明書と一緒に封入してください。'

/** What the layout is given. */
export function envelopeSnapshot(facts: EnvelopeFacts): object {
  return { ...facts, sheets: facts.sheets.map((sheet) => ({ ...sheet, ...printed(sheet) })) }
}

/** The words of each page in drawing order. */
export function envelopeWords({ sheets }: EnvelopeFacts): string[][] {
  return sheets.map((sheet) => {
    const { postMark, addressed } = printed(sheet)
    return [
      ...(postMark === null ? [] : [postMark]),
      ...[sheet.address, addressed],
      ...['整理番号', sheet.serialNo, '取引番号', sheet.transactionId, sheet.place, NOTE],
    ]
  })
}

function printed({ postCode, name }: Addressee): { postMark: string | null; addressed: string } {
  const postMark = postCode === null ? null : `〒${postCode.slice(0, 3)}-${postCode.slice(3)}`
  return { postMark, addressed: `${name}　様` }
}
