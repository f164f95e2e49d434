import type { BridgeFault, BridgeStatus } from '@open-bcl/modules/center/bridge-protocol.ts'

export type ReaderStatus = Omit<BridgeStatus, 'printers'>

/** Something that holds at most one card. */
export type Reader = {
  status(): Promise<ReaderStatus>
  /** One command, one answer with its status word. @throws ReaderFault, also when that laying-on is over. */
  transmit(insertionId: string, apdu: Uint8Array): Promise<Uint8Array>
  /** The card forgets what was selected and verified. */
  release(insertionId: string): Promise<void>
  close(): Promise<void>
}

export class ReaderFault extends Error {
  readonly fault: BridgeFault
  constructor(fault: BridgeFault) {
    super(`reader: ${fault}`)
    this.name = 'ReaderFault'
    this.fault = fault
  }
}
