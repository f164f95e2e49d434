import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { BridgeFault } from '@open-bcl/modules/center/bridge-protocol.ts'
import { PcscError, pcscCodes, readerState, type Connection, type Pcsc } from './pcsc.ts'
import { ReaderFault, type Reader, type ReaderStatus } from './reader.ts'

export type PcscReaderOptions = {
  /** Only readers whose name contains this; `null` = any. */
  readonly name?: string | null
  /** A card that says nothing for so long is given up. */
  readonly answerMs?: number
}

/** How long a look at the readers lasts; a reader that is plugged in is seen by then. */
const lookMs = 1_000
const answerMs = 20_000
/** A short answer has 256 bytes; a card that never comes to an end is broken. */
const maxParts = 16

/** One laying-on. `event` is the reader's own count, so that a quick change between two looks is seen, too. */
type Insertion = {
  readonly id: string
  readonly reader: string
  readonly event: number
  connection: Promise<{ readonly context: number; readonly connection: Connection }> | null
}

/** Watches the PC/SC readers of this machine and talks to the one that has a card. */
export class PcscReader implements Reader {
  readonly #pcsc: Pcsc
  readonly #wanted: string | null
  readonly #answerMs: number
  readonly #closing = new AbortController()
  readonly #watching: Promise<void>
  #context: number | null = null
  #name: string | null = null
  #insertion: Insertion | null = null

  constructor(pcsc: Pcsc, options: PcscReaderOptions = {}) {
    this.#pcsc = pcsc
    this.#wanted = options.name ?? null
    this.#answerMs = options.answerMs ?? answerMs
    this.#watching = this.#watch()
  }

  async status(): Promise<ReaderStatus> {
    const insertion = this.#insertion
    return {
      reader: this.#name === null ? null : { kind: 'pcsc', name: this.#name },
      inserted: insertion && { insertionId: insertion.id },
    }
  }

  async transmit(insertionId: string, apdu: Uint8Array): Promise<Uint8Array> {
    const insertion = this.#current(insertionId)
    let answer: Uint8Array
    try {
      answer = await this.#inTime(this.#send(insertion, apdu))
    } catch (error) {
      this.#giveUp(insertion)
      throw faultOf(error)
    }
    // Lifted while it worked: its answer belongs to nobody any more.
    if (this.#insertion !== insertion) throw new ReaderFault('card-gone')
    return answer
  }

  async release(insertionId: string): Promise<void> {
    await this.#disconnect(this.#current(insertionId))
  }

  async close(): Promise<void> {
    this.#closing.abort()
    if (this.#context !== null) this.#pcsc.cancel(this.#context)
    await this.#watching
    if (this.#insertion) await this.#disconnect(this.#insertion)
  }

  #current(insertionId: string): Insertion {
    const insertion = this.#insertion
    if (insertion?.id === insertionId) return insertion
    throw new ReaderFault(this.#name === null ? 'reader-gone' : 'card-gone')
  }

  async #send(insertion: Insertion, apdu: Uint8Array): Promise<Uint8Array> {
    insertion.connection ??= this.#connect(insertion.reader)
    const { connection } = await insertion.connection
    return await this.#whole(connection, apdu)
  }

  /**
   * A card in a contact reader may speak T=0, which gives an answer in parts: 61xx = xx bytes more are to be fetched,
   * 6Cxx = ask for xx bytes. The page sees one answer, as from a contactless card.
   */
  async #whole(connection: Connection, apdu: Uint8Array): Promise<Uint8Array> {
    let answer = await this.#pcsc.transmit(connection, apdu)
    if (answer.length === 2 && answer[0] === 0x6c)
      answer = await this.#pcsc.transmit(connection, Uint8Array.of(...apdu.subarray(0, -1), answer[1]!))
    const parts: Uint8Array[] = []
    while (answer.at(-2) === 0x61 && parts.length < maxParts) {
      parts.push(answer.subarray(0, -2))
      answer = await this.#pcsc.transmit(connection, Uint8Array.of(0x00, 0xc0, 0x00, 0x00, answer.at(-1)!))
    }
    return parts.length === 0 ? answer : new Uint8Array(Buffer.concat([...parts, answer]))
  }

  /** In a context of its own: a call that hangs holds up no other. */
  async #connect(reader: string): Promise<{ context: number; connection: Connection }> {
    const context = await this.#pcsc.establish()
    try {
      return { context, connection: await this.#pcsc.connect(context, reader) }
    } catch (error) {
      await this.#pcsc.release(context).catch(() => undefined)
      throw error
    }
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new ReaderFault('card-silent')), this.#answerMs)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
      work.catch(() => undefined)
    }
  }

  /** What follows begins anew, under another id: nobody goes on with a card whose state is unknown. */
  #giveUp(insertion: Insertion): void {
    if (this.#insertion === insertion) this.#insertion = { ...insertion, id: randomUUID(), connection: null }
    void this.#disconnect(insertion)
  }

  async #disconnect(insertion: Insertion): Promise<void> {
    const opened = insertion.connection
    insertion.connection = null
    const { context, connection } = (await opened?.catch(() => null)) ?? {}
    if (connection) await this.#pcsc.disconnect(connection).catch(() => undefined)
    if (context !== undefined) await this.#pcsc.release(context).catch(() => undefined)
  }

  /** Until closed. Without the service of PC/SC it is looked for again and again: it may be started later. */
  async #watch(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      try {
        this.#context = await this.#pcsc.establish()
        await this.#follow(this.#context)
      } catch (error) {
        if (!(error instanceof PcscError)) throw error
      } finally {
        if (this.#context !== null) await this.#pcsc.release(this.#context).catch(() => undefined)
        this.#context = null
      }
      this.#see([], [])
      await pause(lookMs, undefined, { signal }).catch(() => undefined)
    }
  }

  async #follow(context: number): Promise<void> {
    const { signal } = this.#closing
    let known = new Map<string, number>()
    while (!signal.aborted) {
      const all = await this.#pcsc.listReaders(context)
      const names = all.filter((name) => this.#wanted === null || name.includes(this.#wanted))
      if (names.length === 0) {
        this.#see([], [])
        known = new Map()
        await pause(lookMs, undefined, { signal }).catch(() => undefined)
        continue
      }
      const asked = names.map((name) => ({ name, known: known.get(name) ?? 0 }))
      const events = await this.#waitForChange(context, asked)
      if (events === 'again') known = new Map()
      else if (events !== null) {
        known = new Map(names.map((name, index) => [name, events[index]!]))
        this.#see(names, events)
      }
    }
  }

  async #waitForChange(
    context: number,
    asked: readonly { name: string; known: number }[],
  ): Promise<number[] | 'again' | null> {
    try {
      return await this.#pcsc.waitForChange(context, asked, lookMs)
    } catch (error) {
      const gone = error instanceof PcscError && error.code === pcscCodes.unknownReader
      if (gone) return 'again'
      throw error
    }
  }

  /** The card we have stays ours as long as it lies there; else the first reader with a card counts. */
  #see(names: readonly string[], events: readonly number[]): void {
    const seen = names.map((name, index) => ({
      name,
      event: events[index]! >>> 16,
      present: (events[index]! & readerState.present) !== 0 && (events[index]! & readerState.mute) === 0,
    }))
    const before = this.#insertion
    const same = seen.find(
      ({ name, event, present }) => present && name === before?.reader && event === before.event,
    )
    const laid = same ?? seen.find(({ present }) => present)
    this.#name = laid?.name ?? seen[0]?.name ?? null
    if (same) return
    if (before) void this.#disconnect(before)
    this.#insertion = laid
      ? { id: randomUUID(), reader: laid.name, event: laid.event, connection: null }
      : null
  }
}

function faultOf(error: unknown): ReaderFault {
  if (error instanceof ReaderFault) return error
  if (!(error instanceof PcscError)) throw error
  const { code } = error
  const known: readonly (readonly [readonly number[], BridgeFault])[] = [
    [[pcscCodes.removedCard, pcscCodes.noSmartcard, pcscCodes.resetCard], 'card-gone'],
    [[pcscCodes.sharingViolation], 'reader-busy'],
    [
      [pcscCodes.readerUnavailable, pcscCodes.unknownReader, pcscCodes.noService, pcscCodes.serviceStopped],
      'reader-gone',
    ],
  ]
  return new ReaderFault(known.find(([codes]) => codes.includes(code))?.[1] ?? 'card-silent')
}
