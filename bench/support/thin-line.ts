import net from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** What one connection may have on its way before its sender is held back, bytes. */
const ON_ITS_WAY = 64 * 1024

export type ThinLine = {
  readonly port: number
  /** Bytes that went up (to the server) and down since it was opened. */
  readonly carried: { up: number; down: number }
  close(): void
}

/**
 * A line in front of a port of this machine: all connections together share so many bits a second in each direction, and every
 * byte arrives so much later. Below TLS and HTTP, so that what they add is carried too.
 */
export async function thinLine(options: {
  readonly target: number
  readonly bitsPerSecond: number
  readonly delayMs: number
}): Promise<ThinLine> {
  const bytesPerMs = options.bitsPerSecond / 8 / 1000
  const carried = { up: 0, down: 0 }
  const free = { up: 0, down: 0 }
  const sockets = new Set<net.Socket>()
  const carry = (from: net.Socket, to: net.Socket, way: 'up' | 'down'): void => {
    let last: Promise<void> = Promise.resolve()
    let onItsWay = 0
    from.on('data', (bytes: Buffer) => {
      carried[way] += bytes.length
      onItsWay += bytes.length
      if (onItsWay > ON_ITS_WAY) from.pause()
      const now = performance.now()
      free[way] = Math.max(free[way], now) + bytes.length / bytesPerMs
      const arrives = free[way] + options.delayMs
      last = last.then(async () => {
        await wait(Math.max(0, arrives - performance.now()))
        onItsWay -= bytes.length
        if (onItsWay <= ON_ITS_WAY) from.resume()
        if (!to.destroyed) to.write(bytes)
      })
    })
    from.on('end', () => void last.then(() => to.end()))
    from.on('error', () => to.destroy())
    from.on('close', () => void last.then(() => to.end()))
  }
  const server = net.createServer((near) => {
    const far = net.connect({ port: options.target, host: '127.0.0.1' })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }
    carry(near, far, 'up')
    carry(far, near, 'down')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    port: (server.address() as AddressInfo).port,
    carried,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
