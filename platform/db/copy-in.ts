import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

/** A COPY FROM STDIN that is open on the transaction's connection, which serves nothing else until `finish`. */
export type CopyIn = {
  /**
   * Lines of COPY text, each ended by a line feed, or `CopyRows`. Waits while the database is busy. More than 64 KiB, which
   * a socket buffers, is sent when it returns: the memory may be used again.
   */
  write(lines: string | Buffer): Promise<void>
  finish(): Promise<void>
}

/** `isOpen`: neither finished nor refused by the server; a ROLLBACK sent now would wait for ever. */
export type OpenCopy = CopyIn & { isOpen(): boolean }

export function openCopyIn(client: pg.PoolClient, sql: string): OpenCopy {
  const stream = client.query(copyFrom(sql))
  let open = true
  const failed = new Promise<never>((_, reject) => {
    stream.on('error', (error) => {
      open = false
      reject(error)
      // What is still buffered would be written to a COPY that is over, from an event that nobody can catch.
      stream.destroy()
    })
  })
  failed.catch(() => undefined)
  return {
    isOpen: () => open,
    async write(lines) {
      if (!open) await failed
      if (!stream.write(lines)) {
        await Promise.race([new Promise((resolve) => stream.once('drain', resolve)), failed])
      }
    },
    async finish() {
      if (!open) await failed
      await Promise.race([new Promise<void>((resolve) => stream.end(resolve)), failed])
      open = false
    },
  }
}
