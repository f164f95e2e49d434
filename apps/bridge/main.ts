import { readConfig } from '@open-bcl/platform/config.ts'
import { logCodes, openLog } from '@open-bcl/platform/log.ts'
import { endOnSignal } from '@open-bcl/platform/program.ts'
import { startBridge } from './bridge.ts'
import { BridgeConfig } from './config.ts'
import { loadPcsc } from './pcsc.ts'
import { PcscReader } from './pcsc-reader.ts'
import { cupsPrinters } from './printer.ts'
import type { Reader } from './reader.ts'
import { simulatorReader } from './simulator-reader.ts'

/** The card bridge: between a page and the card reader of the machine the page runs on. */
const log = openLog('bridge')
const { port, origins, applications, pcsc, reader, printers, simulatorUrl } = readConfig(
  'bridge',
  BridgeConfig,
  process.env,
)
const library = pcsc ? loadPcsc() : null
const readers: Reader[] = [
  ...(library === null ? [] : [new PcscReader(library, { name: reader })]),
  ...(simulatorUrl === null ? [] : [simulatorReader(simulatorUrl)]),
]
if (readers.length === 0) throw new Error('bridge: PC/SCが使えず、仮想カードの場所も設定されていません。')
const bridge = await startBridge({
  port,
  origins,
  applications,
  readers,
  ...(printers.size === 0 ? {} : { printers: cupsPrinters(printers) }),
})
endOnSignal(log, bridge)
log(logCodes.started, { port: Number(new URL(bridge.url).port), pid: process.pid })
