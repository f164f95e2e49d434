import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { ExchangeEndpoints } from '../certificates/exchange.contract.ts'

export type MessageName = keyof ExchangeEndpoints
export type Question<Name extends MessageName> = RawInputOf<ExchangeEndpoints[Name]>
export type AnswerTo<Name extends MessageName> = OutputOf<ExchangeEndpoints[Name]>

/** What an answer must say again of its question: an issuing server that mixes two requests up is found out by it. */
const echoed = [
  'municipalityCode',
  'transactionId',
  'sessionId',
  'copies',
  'applicationId',
  'grantId',
] as const

/**
 * The field of an answer that does not belong to its question; `null` = all belong. Fields an answer does not have are
 * not missed: the contract says which it has.
 */
export function foreignField(question: object, answer: object): string | null {
  for (const field of echoed) {
    if (!(field in question) || !(field in answer)) continue
    const asked = (question as Record<string, unknown>)[field]
    const answered = (answer as Record<string, unknown>)[field]
    if (asked !== answered) return field
  }
  return null
}

/** Whether the price adds up: the machine asks for the total, the town's statement counts the parts. */
export function priceAddsUp(quote: {
  readonly copies: number
  readonly feeYen: number
  readonly printingYen: number
  readonly totalYen: number
}): boolean {
  return quote.totalYen === (quote.feeYen + quote.printingYen) * quote.copies
}
