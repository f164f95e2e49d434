import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Puts a card into the virtual reader of vsmartcard (vpcd, a driver of pcscd): we connect, and pcscd sees a card; we hang
 * up, and it is gone. Each message is its length in two bytes and itself; one byte alone is an order to the card.
 */
export type VirtualReader = { readonly host: string; readonly port: number }

export type PluggedCard = {
  /** Resolves when the reader has had time to see that it is gone. */
  remove(): Promise<void>
}

/** pcscd looks at a virtual reader every 400 ms. */
const lookMs = 600
const orders = { off: 0, on: 1, reset: 2, answerToReset: 4 } as const
/** Speaks T=1 and nothing else of note, as a contactless card seems to a reader. */
const answerToReset = Buffer.from('3B80800101', 'hex')

export async function plugIn(
  reader: VirtualReader,
  card: { readonly transmit: (apdu: Uint8Array) => Promise<Uint8Array>; readonly reset: () => void },
): Promise<PluggedCard> {
  const socket = await dial(reader)
  let pending = Buffer.alloc(0)
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const say = (message: Uint8Array): void => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(message.length)
    if (!socket.destroyed) socket.write(Buffer.concat([length, message]))
  }
  function order(byte: number): void {
    if (byte === orders.answerToReset) say(answerToReset)
    else card.reset()
  }
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE()) {
      const message = pending.subarray(2, 2 + pending.readUInt16BE())
      pending = pending.subarray(2 + message.length)
      if (message.length === 1) order(message[0]!)
      // A card that could not answer is a card that was torn out.
      else card.transmit(message).then(say, () => socket.destroy())
    }
  })
  socket.on('error', () => undefined)
  return {
    remove: async () => {
      socket.destroy()
      await gone
      // Two cards within one look would be one card to it, as no hand is that fast.
      await pause(lookMs)
    },
  }
}

function dial({ host, port }: VirtualReader): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => {
      socket.off('error', reject)
      resolve(socket)
    })
    socket.once('error', reject)
  })
}
