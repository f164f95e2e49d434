import { randomInt } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { MOST_CHUNK_BYTES, type FileState } from '@open-bcl/modules/linkage/gateway.contract.ts'
import type { Manifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { linkageProblems } from '@open-bcl/modules/linkage/linkage.messages.ts'
import { markOf } from './check-file.ts'
import { Refusal, Unreachable, type GatewayClient } from './gateway-client.ts'

/** Somebody wrote to the file after it was checked: what was sent of it is worth nothing. */
export class FileChanged extends Error {
  override readonly name = 'FileChanged'
}

const LEAST_CHUNK_BYTES = 16 * 1024
/** A line that is cut this often in a row is left alone until the back-off has passed. */
const MOST_CUTS = 6

/**
 * Brings the bytes of one checked file to the gateway, from wherever an earlier sending ended, and answers how the file
 * stands there. A line that is cut is tried with smaller pieces: only whole pieces count.
 */
export class Uploader {
  readonly #client: GatewayClient
  readonly #signal: AbortSignal
  #chunkBytes = MOST_CHUNK_BYTES

  constructor(client: GatewayClient, signal: AbortSignal) {
    this.#client = client
    this.#signal = signal
  }

  /** @throws FileChanged, Unreachable, Refusal */
  async send(file: {
    readonly manifest: Manifest
    readonly dataPath: string
    readonly bytes: number
    /** Of the file as it was checked. */
    readonly mark: string
  }): Promise<FileState> {
    const handle = await open(file.dataPath, 'r')
    try {
      let state = await this.#patiently(() => this.#client.open(file.manifest, file.bytes))
      let [before, stuck] = [-1, 0]
      while (state.state === 'receiving') {
        const { received } = state
        // A gateway that takes bytes and says it has none: not for ever.
        stuck = received > before ? 0 : stuck + 1
        if (stuck > MOST_CUTS)
          throw new Unreachable('接続先で受け取りが進みません。時間をおいて送り直します。')
        before = received
        state = await this.#patiently(async () => {
          const bytes = await this.#read(handle, received, file)
          return await this.#client.chunk(file.manifest, received, bytes)
        }).catch(async (error: unknown) => {
          if (!(error instanceof Refusal)) throw error
          if (error.is(linkageProblems.wrongOffset)) return await this.#client.fileState(file.manifest)
          // The gateway has lost what it had: from the beginning.
          if (error.is(linkageProblems.noUpload)) return await this.#client.open(file.manifest, file.bytes)
          throw error
        })
      }
      return state
    } finally {
      await handle.close()
    }
  }

  async #read(
    handle: FileHandle,
    offset: number,
    file: { readonly bytes: number; readonly mark: string },
  ): Promise<Uint8Array> {
    const wanted = Math.min(this.#chunkBytes, file.bytes - offset)
    if (wanted <= 0) throw new Unreachable('接続先が受け取り終えたファイルを確かめています。')
    const buffer = Buffer.allocUnsafe(wanted)
    let length = 0
    while (length < wanted) {
      const { bytesRead } = await handle.read(buffer, length, wanted - length, offset + length)
      if (bytesRead === 0) throw new FileChanged()
      length += bytesRead
    }
    if (markOf(await handle.stat({ bigint: true })) !== file.mark) throw new FileChanged()
    return buffer
  }

  /** Tries again, at once and then after short pauses, what a cut connection interrupted. */
  async #patiently<T>(attempt: () => Promise<T>): Promise<T> {
    for (let cuts = 0; ; cuts++) {
      try {
        const result = await attempt()
        this.#chunkBytes = Math.min(MOST_CHUNK_BYTES, this.#chunkBytes * 2)
        return result
      } catch (error) {
        if (!(error instanceof Unreachable) || error.code === null) throw error
        this.#chunkBytes = Math.max(LEAST_CHUNK_BYTES, Math.floor(this.#chunkBytes / 2))
        if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') throw error
        if (cuts >= MOST_CUTS || this.#signal.aborted) throw error
        await delay(randomInt(1, 20 * 2 ** cuts), undefined, { signal: this.#signal }).catch(() => undefined)
      }
    }
  }
}
