import { ApduAnswer, BridgeStatus } from '@open-bcl/modules/center/bridge-protocol.ts'
import { ReaderFault, type Reader } from './reader.ts'

/** Before the bridge gives up on a card itself. */
const answerMs = 15_000

/** The card simulator, which speaks the bridge protocol itself. */
export function simulatorReader(url: string, timeoutMs = answerMs): Reader {
  const post = async (path: string, body: unknown): Promise<unknown> => {
    let response: Response
    try {
      response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      })
    } catch (error) {
      const late = error instanceof Error && error.name === 'TimeoutError'
      throw new ReaderFault(late ? 'card-silent' : 'reader-gone')
    }
    if (response.status === 409) throw new ReaderFault('card-gone')
    if (!response.ok) throw new ReaderFault('card-silent')
    return await response.json()
  }
  return {
    status: async () => {
      try {
        const response = await fetch(`${url}/status`, { signal: AbortSignal.timeout(1_000) })
        const { reader, inserted } = BridgeStatus.parse(await response.json())
        return { reader, inserted }
      } catch {
        return { reader: null, inserted: null }
      }
    },
    transmit: async (insertionId, apdu) => {
      const command = { insertionId, apdu: Buffer.from(apdu).toString('hex') }
      const { response } = ApduAnswer.parse(await post('/apdu', command))
      return Buffer.from(response, 'hex')
    },
    release: async (insertionId) => void (await post('/release', { insertionId })),
    close: async () => undefined,
  }
}
