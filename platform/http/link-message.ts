import type { Call } from '../runtime.ts'

/** What a module above has to say to the machines of a town: a POST of JSON, judged and signed as every message is. */
export type LinkMessage = {
  readonly path: string
  /** Bytes; the listener's own unless said. */
  readonly bodyLimit?: number
  /** `call`: of the town whose machine asks. Opens its own transaction, with the rights it needs. */
  answer(call: Call, body: unknown): Promise<object>
}
