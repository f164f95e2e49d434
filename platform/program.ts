import { errorFields, logCodes, type Log } from './log.ts'

/** Something a program started and must end, in reverse order. */
export type Closable = { close(): Promise<void> }

/**
 * Runs a program until a signal: ends what it started in an orderly way, within `graceSeconds`, and then the process.
 * A second signal ends it at once. So does an error that nobody caught: what it left half done is unknown, and whoever
 * started the process starts it anew.
 */
export function endOnSignal(log: Log, running: Closable, graceSeconds = 20): void {
  let stopping = false
  const stop = (): void => {
    if (stopping) process.exit(1)
    stopping = true
    log(logCodes.stopping)
    setTimeout(() => process.exit(1), graceSeconds * 1000).unref()
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log(logCodes.unexpected, errorFields(error))
        process.exit(1)
      },
    )
  }
  // Node would print the message, and a database error quotes the row it refused.
  const crash = (error: unknown): void => {
    log(logCodes.unexpected, errorFields(error))
    process.exit(1)
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
