import { ApduAnswer, BridgeStatus } from '../bridge-protocol.ts'
import { cardDialogue, CardError, type CardDialogue } from '../card-dialogue.ts'

/** The card was lifted, or another one lies there now. */
export class CardGone extends Error {
  override readonly name = 'CardGone'
}

/** The program beside the page that holds the reader (docs/interfaces/card-bridge.md). */
export type CardBridge = {
  /** Id of this laying-on, `null` = no card, `'unreachable'` = no reader. */
  status(): Promise<string | null>
  /** A talk with the card of that laying-on and no other. */
  talk(insertionId: string): CardDialogue
}

export const unreachable = 'unreachable'

/** The bridge gives up on a silent card before that. */
const answerMs = 25_000
const cardSilent = 504

export function cardBridge(url: string): CardBridge {
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(answerMs),
    })
  async function transmit(insertionId: string, apdu: string): Promise<string> {
    let response: Response
    try {
      response = await post('/apdu', { insertionId, apdu })
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError') throw new CardError('broken-answer', '')
      throw new CardGone()
    }
    if (response.status === cardSilent) throw new CardError('broken-answer', '')
    if (!response.ok) throw new CardGone()
    return ApduAnswer.parse(await response.json()).response
  }
  return {
    async status() {
      try {
        const response = await fetch(`${url}/status`, { cache: 'no-store', credentials: 'omit' })
        const { reader, inserted } = BridgeStatus.parse(await response.json())
        return reader === null ? unreachable : (inserted?.insertionId ?? null)
      } catch {
        return unreachable
      }
    },
    talk: (insertionId) => {
      const dialogue = cardDialogue((apdu) => transmit(insertionId, apdu))
      return {
        ...dialogue,
        async sign(digestInfo) {
          const signature = await dialogue.sign(digestInfo)
          // What follows needs no card: it forgets the PIN at once, also when nobody takes it away.
          void post('/release', { insertionId }).catch(() => undefined)
          return signature
        },
      }
    },
  }
}
