import { readConfig } from '@open-bcl/platform/config.ts'
import { logCodes, openLog } from '@open-bcl/platform/log.ts'
import { endOnSignal } from '@open-bcl/platform/program.ts'
import { startCenter } from './center.ts'
import { CenterConfig } from './config.ts'

const log = openLog('center')
const center = await startCenter(readConfig('center', CenterConfig, process.env), log)
endOnSignal(log, center)
log(logCodes.started, { port: center.port, pid: process.pid })
