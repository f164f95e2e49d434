import { openLog, logCodes } from '@open-bcl/platform/log.ts'
import { readConfig } from '@open-bcl/platform/config.ts'
import { endOnSignal } from '@open-bcl/platform/program.ts'
import { CloudConfig } from './config.ts'
import { startCloud } from './cloud.ts'

const log = openLog('cloud')
const cloud = await startCloud(readConfig('cloud', CloudConfig, process.env), log)
endOnSignal(log, cloud)
log(logCodes.started, { port: cloud.port, pid: process.pid })
