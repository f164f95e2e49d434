import { cardDialogue, type CardDialogue } from '../card-dialogue.ts'

/** The card was lifted, or another one lies there now. */
export class CardGone extends Error {
  override readonly name = 'CardGone'
}

/** The program beside the page that holds the reader (in this installation a simulator). */
export type CardBridge = {
  /** Id of this laying-on, `null` = no card, `'unreachable'` = no reader. */
  status(): Promise<string | null>
  /** A talk with the card of that laying-on and no other. */
  talk(insertionId: string): CardDialogue
}

export const unreachable = 'unreachable'

export function cardBridge(url: string): CardBridge {
  return {
    async status() {
      try {
        const response = await fetch(`${url}/status`, { cache: 'no-store', credentials: 'omit' })
        const { inserted } = (await response.json()) as { inserted: { insertionId: string } | null }
        return inserted?.insertionId ?? null
      } catch {
        return unreachable
      }
    },
    talk: (insertionId) =>
      cardDialogue(async (apdu) => {
        const response = await fetch(`${url}/apdu`, {
          method: 'POST',
          credentials: 'omit',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ insertionId, apdu }),
        }).catch(() => null)
        if (!response?.ok) throw new CardGone()
        const { response: answer } = (await response.json()) as { response: string }
        return answer
      }),
  }
}
