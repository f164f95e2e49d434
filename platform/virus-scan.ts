import net from 'node:net'

/** Somebody who looks into files before they are kept. */
export type VirusScanner = {
  /** `null` = clean; otherwise the name of what was found. Throws `ScannerAway` rather than let a file pass unseen. */
  find(bytes: Uint8Array): Promise<string | null>
}

/** The scanner does not answer, answers with an error, or with something unknown. */
export class ScannerAway extends Error {
  override readonly name = 'ScannerAway'
}

/** Bytes in one piece; clamd takes any up to its StreamMaxLength. */
const PIECE = 256 * 1024
const MOST_ANSWER = 4_096

/**
 * ClamAV's daemon, by its own protocol (clamd(8): `zINSTREAM`, pieces with their length before them, an empty one at the
 * end). `address` is a socket's path, or `host:port`. The file never touches a disk in clear.
 */
export function clamd(address: string, options: { readonly timeoutMs?: number } = {}): VirusScanner {
  const { timeoutMs = 30_000 } = options
  const at = address.startsWith('/') ? { path: address } : hostOf(address)
  return {
    async find(bytes) {
      const answer = await ask(at, bytes, timeoutMs)
      if (/^stream: OK$/.test(answer)) return null
      const found = /^stream: (.{1,200}) FOUND$/.exec(answer)?.[1]
      if (found === undefined) throw new ScannerAway('clamd gave no verdict')
      return found
    },
  }
}

function hostOf(address: string): { host: string; port: number } {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(address) ?? []
  if (host === undefined) throw new Error('clamd is reached by the path of a socket or by host:port')
  return { host, port: Number(port) }
}

function ask(at: net.NetConnectOpts, bytes: Uint8Array, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(at)
    let answer = ''
    const away = (why: string): void => {
      socket.destroy()
      reject(new ScannerAway(why))
    }
    socket.setTimeout(timeoutMs, () => away('clamd took too long'))
    // clamd may answer and close before it has read everything: what it said counts.
    socket.on('error', () => (answer.includes('\0') ? resolve(verdict(answer)) : away('clamd is not there')))
    socket.on('data', (data) => {
      answer += data.toString('utf8')
      if (answer.length > MOST_ANSWER) away('clamd said too much')
    })
    socket.on('close', () => (answer === '' ? away('clamd closed') : resolve(verdict(answer))))
    socket.on('connect', () => {
      socket.write('zINSTREAM\0')
      for (let from = 0; from < bytes.length; from += PIECE) {
        const piece = bytes.subarray(from, from + PIECE)
        const length = Buffer.alloc(4)
        length.writeUInt32BE(piece.length)
        socket.write(length)
        socket.write(piece)
      }
      socket.write(Buffer.alloc(4))
    })
  })
}

const verdict = (answer: string): string => answer.split('\0')[0]!.trim()
