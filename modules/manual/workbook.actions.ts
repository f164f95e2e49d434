import { Worker } from 'node:worker_threads'
import type { Sheet, WorkbookFault, WorkbookMessage } from './manual.workbook.ts'

export class WorkbookRefused extends Error {
  override readonly name = 'WorkbookRefused'
  readonly fault: WorkbookFault
  constructor(fault: WorkbookFault) {
    super(fault)
    this.fault = fault
  }
}

const MEGABYTES = 1_536
/** Shorter than the database waits for the transaction that the clerk's request holds meanwhile. */
export const TIME_MS = 45_000

/**
 * Takes a workbook apart in a thread with bounds on memory and time. `take` gets the sheets' rows as CSV text in order, one
 * call at a time.
 */
export async function readWorkbook(
  bytes: Uint8Array,
  take: (sheet: number, text: string) => Promise<void>,
): Promise<Sheet[]> {
  const sheets: Sheet[] = []
  const worker = new Worker(new URL('workbook-thread.actions.ts', import.meta.url), {
    workerData: bytes,
    resourceLimits: { maxOldGenerationSizeMb: MEGABYTES },
    env: {},
  })
  let taking: Promise<void> = Promise.resolve()
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new WorkbookRefused('too-large')), TIME_MS)
      timer.unref()
      worker.on('message', (message: WorkbookMessage) => {
        if (message.kind === 'text') {
          taking = taking.then(() => take(message.sheet, message.text))
          taking.catch(reject)
        } else if (message.kind === 'sheet') {
          const { name, rows, figures } = message
          sheets.push({ name, rows, figures })
        } else if (message.kind === 'fault') reject(new WorkbookRefused(message.fault))
        else resolve()
      })
      // Out of memory, or ended otherwise: the workbook asked for more than one may.
      worker.on('error', () => reject(new WorkbookRefused('too-large')))
      worker.on('exit', () => {
        clearTimeout(timer)
        reject(new WorkbookRefused('too-large'))
      })
    })
    await taking
    return sheets
  } finally {
    await worker.terminate()
  }
}
