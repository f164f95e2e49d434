import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A line between agent and gateway that is cut after a number of bytes, either way, TLS handshake included. */
export type CuttingProxy = {
  readonly port: number
  /** Connections that were cut so far. */
  readonly cuts: number
  /** Bytes that went through, both ways. */
  readonly bytes: number
  /** Ends every connection there is. */
  drop(): void
  close(): Promise<void>
}

/**
 * @param allowance how many bytes the next connection may carry; `null` = as many as it likes
 * @param onCut when a connection is about to be cut
 */
export async function cuttingProxy(options: {
  readonly port?: number
  readonly target: () => number
  readonly allowance: () => number | null
  readonly onCut?: () => void
}): Promise<CuttingProxy> {
  const open = new Set<Socket>()
  let cuts = 0
  let bytes = 0
  const server = createServer((near) => {
    const far = connect(options.target(), '127.0.0.1')
    let left = options.allowance() ?? Number.POSITIVE_INFINITY
    const end = (): void => {
      near.destroy()
      far.destroy()
    }
    const forward = (from: Socket, to: Socket): void => {
      open.add(from)
      from.on('error', end)
      from.on('close', () => {
        open.delete(from)
        end()
      })
      from.on('data', (chunk: Buffer) => {
        if (left < 0) return
        const part = chunk.subarray(0, Math.min(chunk.length, left))
        left -= chunk.length
        bytes += part.length
        const more = to.write(part)
        if (left < 0) {
          cuts += 1
          options.onCut?.()
          // Reset, not closed: what is on its way is lost too.
          near.resetAndDestroy()
          far.resetAndDestroy()
        } else if (!more) {
          from.pause()
          to.once('drain', () => from.resume())
        }
      })
    }
    forward(near, far)
    forward(far, near)
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    get cuts() {
      return cuts
    },
    get bytes() {
      return bytes
    },
    drop: () => {
      for (const socket of open) socket.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}

/** Numbers in [0, 1) that follow from the seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
