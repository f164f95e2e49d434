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
  jobFailed: { code: 'platform.job-failed', sentence: 'ジョブに失敗しました', level: 'error' },
  checkFailed: { code: 'platform.check-failed', sentence: '準備確認に失敗しました', level: 'error' },
} as const satisfies Record<string, LogCode>

/** Writes JSON lines to `stream` (standard output by default). */
export function openLog(program: string, stream?: pino.DestinationStream): Log {
  const options: pino.LoggerOptions = { base: { program }, timestamp: pino.stdTimeFunctions.isoTime }
  const logger = stream ? pino(options, stream) : pino(options)
  return (code, fields = {}) => {
    const line: Record<string, unknown> = { code: code.code }
    for (const name of FIELD_NAMES) if (fields[name] !== undefined) line[name] = fields[name]
    logger[code.level](line, code.sentence)
  }
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
