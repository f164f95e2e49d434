import { promisify } from 'node:util'
import koffi, { type LibraryHandle, type TypeObject } from 'koffi'

/**
 * The few calls of PC/SC we need, on pcsc-lite (Linux; its `DWORD` and `LONG` are C's long). All run on threads of
 * their own, for a reader may take its time.
 */
export type Pcsc = {
  establish(): Promise<number>
  release(context: number): Promise<void>
  /** Ends a `waitForChange` of that context. */
  cancel(context: number): void
  listReaders(context: number): Promise<string[]>
  /** Waits until the state of a reader differs from the known one; `null` = none did, in time. */
  waitForChange(
    context: number,
    readers: readonly { readonly name: string; readonly known: number }[],
    timeoutMs: number,
  ): Promise<number[] | null>
  /** Alone: no other program speaks to this card meanwhile. */
  connect(context: number, reader: string): Promise<Connection>
  transmit(connection: Connection, apdu: Uint8Array): Promise<Uint8Array>
  /** The card is reset: it forgets what was selected and verified. */
  disconnect(connection: Connection): Promise<void>
}

export type Connection = { readonly handle: number; readonly protocol: number }

/** A return code of PC/SC. */
export class PcscError extends Error {
  readonly code: number
  constructor(code: number) {
    super(`PC/SC 0x${code.toString(16)}`)
    this.name = 'PcscError'
    this.code = code
  }
}

export const pcscCodes = {
  cancelled: 0x80100002,
  timeout: 0x8010000a,
  sharingViolation: 0x8010000b,
  noSmartcard: 0x8010000c,
  unknownReader: 0x80100009,
  readerUnavailable: 0x80100017,
  noService: 0x8010001d,
  serviceStopped: 0x8010001e,
  noReaders: 0x8010002e,
  resetCard: 0x80100068,
  removedCard: 0x80100069,
} as const

/** Flags of a reader's state; the upper 16 bits count its events. */
export const readerState = { present: 0x20, mute: 0x200 } as const

type Parameter = string | TypeObject | ReturnType<typeof koffi.out>

const scope = { system: 2 } as const
const share = { exclusive: 1 } as const
const protocols = 1 | 2
const resetCard = 1
const maxAnswerBytes = 65_538
const emptyAtr = Array<number>(33).fill(0)

/** `null` = this machine has no PC/SC. */
export function loadPcsc(library = 'libpcsclite.so.1'): Pcsc | null {
  let loaded: LibraryHandle
  try {
    loaded = koffi.load(library)
  } catch {
    return null
  }
  const state = koffi.struct({
    szReader: 'const char *',
    pvUserData: 'void *',
    dwCurrentState: 'unsigned long',
    dwEventState: 'unsigned long',
    cbAtr: 'unsigned long',
    rgbAtr: koffi.array('uint8_t', 33),
  })
  const request = koffi.struct({ dwProtocol: 'unsigned long', cbPciLength: 'unsigned long' })
  const out = (type: string) => koffi.out(koffi.pointer(type))
  const inout = (type: string | TypeObject) => koffi.inout(koffi.pointer(type))
  const declare = (name: string, parameters: Parameter[]) => loaded.func(name, 'long', parameters)
  const call = (name: string, parameters: Parameter[]) => {
    const run = promisify(declare(name, parameters).async) as (...given: unknown[]) => Promise<number>
    return async (...given: unknown[]): Promise<void> => {
      const code = await run(...given)
      if (code !== 0) throw new PcscError(code)
    }
  }

  const establish = call('SCardEstablishContext', ['unsigned long', 'void *', 'void *', out('long')])
  const release = call('SCardReleaseContext', ['long'])
  const cancel = declare('SCardCancel', ['long'])
  const list = call('SCardListReaders', ['long', 'const char *', 'void *', inout('unsigned long')])
  const change = call('SCardGetStatusChange', ['long', 'unsigned long', inout(state), 'unsigned long'])
  const connect = call('SCardConnect', [
    ...['long', 'const char *', 'unsigned long', 'unsigned long'],
    ...[out('long'), out('unsigned long')],
  ])
  const transmit = call('SCardTransmit', [
    ...['long', koffi.pointer(request), 'void *', 'unsigned long'],
    ...['void *', 'void *', inout('unsigned long')],
  ])
  const disconnect = call('SCardDisconnect', ['long', 'unsigned long'])

  return {
    establish: async () => {
      const context = [0]
      await establish(scope.system, null, null, context)
      return context[0]!
    },
    release,
    cancel: (context) => void cancel(context),
    listReaders: async (context) => {
      try {
        const length = [0]
        await list(context, null, null, length)
        // A reader may come between the two calls.
        const names = Buffer.alloc(length[0]! + 1024)
        length[0] = names.length
        await list(context, null, names, length)
        return names
          .subarray(0, length[0])
          .toString()
          .split('\0')
          .filter((name) => name !== '')
      } catch (error) {
        if (error instanceof PcscError && error.code === pcscCodes.noReaders) return []
        throw error
      }
    },
    waitForChange: async (context, readers, timeoutMs) => {
      const states = readers.map(({ name, known }) => ({
        szReader: name,
        pvUserData: null,
        dwCurrentState: known,
        dwEventState: 0,
        cbAtr: 0,
        rgbAtr: emptyAtr,
      }))
      try {
        await change(context, timeoutMs, states, states.length)
      } catch (error) {
        if (error instanceof PcscError && error.code === pcscCodes.timeout) return null
        throw error
      }
      return states.map(({ dwEventState }) => dwEventState)
    },
    connect: async (context, reader) => {
      const [handle, protocol] = [[0], [0]]
      await connect(context, reader, share.exclusive, protocols, handle, protocol)
      return { handle: handle[0]!, protocol: protocol[0]! }
    },
    transmit: async ({ handle, protocol }, apdu) => {
      const answer = Buffer.alloc(maxAnswerBytes)
      const length = [answer.length]
      const pci = { dwProtocol: protocol, cbPciLength: koffi.sizeof(request) }
      await transmit(handle, pci, Buffer.from(apdu), apdu.length, null, answer, length)
      return new Uint8Array(answer.subarray(0, length[0]))
    },
    disconnect: ({ handle }) => disconnect(handle, resetCard),
  }
}
