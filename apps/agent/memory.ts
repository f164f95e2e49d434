import type { Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import {
  MOST_HOME_REFUSALS,
  type HomeRefusal,
  type LinkReceipt,
} from '@open-bcl/modules/linkage/linkage.receipt.ts'
import type { StateFile } from './state.ts'

export type LastApplied = {
  readonly fileNo: number
  readonly at: string
  readonly rows: number
  /** Rows that were not applied. */
  readonly refused: number
}
export type LastReconciliation = {
  readonly fileNo: number
  readonly agrees: boolean
  readonly ours: number
  readonly theirs: number
  readonly at: string
}
type SentDifference = { readonly key: string; readonly fileNo: number; readonly sha256: string }

/** A file whose business nobody can tell has nothing that takes its place; it is told of for so long, ms. */
const NAMELESS_MS = 7 * 86_400_000

/** What is worth remembering over a restart beside the mirror. None of it decides what is sent, but for a difference under way. */
export class Memory {
  readonly #state: StateFile

  constructor(state: StateFile) {
    this.#state = state
  }

  applied(business: Business): LastApplied | null {
    return this.#read<LastApplied>(`applied:${business}`)
  }
  noteApplied(business: Business, { fileNo, receivedAt, counts }: LinkReceipt): void {
    const last: LastApplied = { fileNo, at: receivedAt, rows: counts.rows, refused: counts.refused }
    this.#write(`applied:${business}`, last)
    this.#forgetRefused(business)
  }

  /** A full file says what the last applied one said: what was refused since then is over. */
  noteUnchanged(business: Business): void {
    this.#forgetRefused(business)
  }
  #forgetRefused(business: Business): void {
    this.#write(`refused:${business}`, null)
    const others = this.#refusals().filter((one) => one.business !== business)
    this.#write('refusals', others)
  }

  /** When a file was refused after which none has been applied yet. */
  refusedAt(business: Business): string | null {
    return this.#read<string>(`refused:${business}`)
  }
  noteRefused(business: Business, at: Date): void {
    this.#write(`refused:${business}`, at.toISOString())
  }

  /** Refused files that have no receipt and that nothing has taken the place of, the latest of each business. */
  refusals(now: Date): readonly HomeRefusal[] {
    return this.#refusals().filter(
      ({ business, at }) => business !== null || now.getTime() - Date.parse(at) < NAMELESS_MS,
    )
  }
  noteRefusal(refusal: HomeRefusal): void {
    const { business, place } = refusal
    const others = this.#refusals().filter((one) => one.business !== business)
    const same = this.#refusals().filter((one) => one.business === business && one.place !== place)
    this.#write('refusals', [...others, ...[...same, refusal].slice(-MOST_HOME_REFUSALS)])
  }
  #refusals(): readonly HomeRefusal[] {
    return this.#read<HomeRefusal[]>('refusals') ?? []
  }

  reconciliation(business: Business): LastReconciliation | null {
    return this.#read<LastReconciliation>(`reconciled:${business}`)
  }
  noteReconciliation(business: Business, last: LastReconciliation): void {
    this.#write(`reconciled:${business}`, last)
  }

  difference(business: Business): SentDifference | null {
    return this.#read<SentDifference>(`difference:${business}`)
  }
  noteDifference(business: Business, sent: SentDifference): void {
    this.#write(`difference:${business}`, sent)
  }

  nextVerification(business: Business): number {
    const next = (this.#read<number>(`verification:${business}`) ?? 0) + 1
    this.#write(`verification:${business}`, next)
    return next
  }

  contactAt(): string | null {
    return this.#read<string>('contact')
  }
  noteContact(at: Date): void {
    this.#write('contact', at.toISOString())
  }

  #read<T>(key: string): T | null {
    const text = this.#state.read(key)
    return text === null ? null : (JSON.parse(text) as T)
  }
  #write(key: string, value: unknown): void {
    this.#state.write(key, JSON.stringify(value))
  }
}
