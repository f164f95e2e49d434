import fs from 'node:fs'
import pino from 'pino'

/**
 * A closed catalogue: a log line is a code with a sentence, and fields whose names are listed here. Anything else is
 * dropped, so that a name, an address, a number of a person or a body can never reach a log (design §6).
 */
export type LogCode = {
  readonly code: string
  readonly sentence: string
  readonly level: 'info' | 'warn' | 'error'
}

const FIELD_NAMES = [
  ...[
    'traceId',
    'municipalityCode',
    'endpoint',
    'method',
    'status',
    'ms',
    'count',
    'task',
    'jobId',
    'attempt',
  ],
  ...[
    'business',
    'fileNo',
    'rows',
    'errors',
    'pid',
    'port',
    'program',
    'problem',
    'errorName',
    'errorCode',
    'at',
  ],
  ...['transactionId', 'kioskId', 'check', 'version', 'reason', 'build'],
] as const
export type LogFields = { readonly [K in (typeof FIELD_NAMES)[number]]?: string | number | boolean }

export type Log = (code: LogCode, fields?: LogFields) => void

export const logCodes = {
  started: { code: 'platform.started', sentence: '起動しました', level: 'info' },
  stopping: { code: 'platform.stopping', sentence: '終了します', level: 'info' },
  request: { code: 'platform.request', sentence: '要求に答えました', level: 'info' },
  refused: { code: 'platform.refused', sentence: '要求を断りました', level: 'info' },
  unexpected: { code: 'platform.unexpected', sentence: '予期しないエラーです', level: 'error' },
  overloaded: { code: 'platform.overloaded', sentence: '混み合っているため断りました', level: 'warn' },
  retried: {
    code: 'platform.retried',
    sentence: 'データベースの競合または切断のため、同じ要求をやり直しました',
    level: 'warn',
  },
  jobDone: { code: 'platform.job-done', sentence: 'ジョブを終えました', level: 'info' },
  databaseAway: {
    code: 'platform.database-away',
    sentence: 'データベースの競合または切断が続くため断りました',
    level: 'warn',
  },
  linesDropped: {
    code: 'platform.lines-dropped',
    sentence: 'ログを書けない間の行を捨てました',
    level: 'warn',
  },
  jobFailed: { code: 'platform.job-failed', sentence: 'ジョブに失敗しました', level: 'error' },
  jobLeft: {
    code: 'platform.job-left',
    sentence: '途中で止まったプロセスのジョブを引き取りました',
    level: 'warn',
  },
  jobGivenUp: {
    code: 'platform.job-given-up',
    sentence: 'ジョブが定めた回数失敗したため、やり直しません。運用者の確認が要ります',
    level: 'error',
  },
  checkFailed: { code: 'platform.check-failed', sentence: '準備確認に失敗しました', level: 'error' },
} as const satisfies Record<string, LogCode>

/**
 * Writes JSON lines to `stream` (standard output by default). A line that cannot be written (disk full, reader gone) is
 * dropped and counted, and the count written as soon as a line can be: a log must never stop what it tells of.
 */
export function openLog(program: string, stream: pino.DestinationStream = standardOutput): Log {
  let dropped = 0
  // Not a destination of pino's own: that one throws at the first line, and at the end tries for ever.
  const lossy: pino.DestinationStream = {
    write(line) {
      try {
        stream.write(line)
      } catch {
        dropped += 1
      }
    },
  }
  const logger = pino({ base: { program }, timestamp: pino.stdTimeFunctions.isoTime }, lossy)
  const write: Log = (code, fields = {}) => {
    const line: Record<string, unknown> = { code: code.code }
    for (const name of FIELD_NAMES) if (fields[name] !== undefined) line[name] = fields[name]
    logger[code.level](line, code.sentence)
  }
  return (code, fields) => {
    const before = dropped
    write(code, fields)
    if (before === 0 || dropped > before) return
    dropped = 0
    write(logCodes.linesDropped, { count: before })
    if (dropped > 0) dropped = before
  }
}

/** Each line is in the kernel's hands when this returns, so that the last words of a process that ends are kept. */
const standardOutput: pino.DestinationStream & { torn: boolean } = {
  /** A full disk took the beginning of a line. */
  torn: false,
  write(line) {
    const bytes = Buffer.from(this.torn ? `\n${line}` : line)
    const written = fs.writeSync(1, bytes)
    this.torn = written < bytes.length
    if (this.torn) throw new Error('line was cut')
  },
}

/**
 * What may be said of an unexpected error: its class, its code and where it was thrown. Never its message: a database
 * error quotes the row it refused.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorName: typeof error }
  const code = (error as { code?: unknown }).code
  const at = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 4)
    .map((line) =>
      line
        .trim()
        .replace(/^at /, '')
        .replace(/file:\/\/\S*\/(?=(?:apps|modules|platform|core)\/)/, ''),
    )
    .join(' < ')
  return { errorName: error.name, at, ...(typeof code === 'string' ? { errorCode: code } : {}) }
}
