import fs from 'node:fs'
import { run } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'

/** One test that failed, or a file that could not be trusted as a whole. */
export type Failure = { readonly title: string; readonly detail: string }

export type FileResult = {
  readonly file: string
  readonly passed: number
  readonly failures: readonly Failure[]
  /** Titles with the reason, if one was given. Tests marked `todo` count here too. */
  readonly skipped: readonly string[]
  readonly ms: number
  /** What the file printed; shown only when it failed. */
  readonly output: string
  /** Processes that the file left behind, by command; they are gone now. */
  readonly leftovers: readonly string[]
}

/** Every process that a test file starts inherits this variable: so what it leaves behind can be found. */
const markVariable = 'OPEN_BCL_TEST_FILE'

const keptOutput = 20_000

/**
 * Runs one file in a process of its own and reads its results as node:test reports them. It cannot hang: after
 * `timeoutMs`, or when `signal` aborts, the file and all that it started are ended.
 */
export async function runTestFile(
  file: string,
  options: {
    readonly env: Readonly<Record<string, string>>
    readonly timeoutMs: number
    readonly signal?: AbortSignal
  },
): Promise<FileResult> {
  const startedAt = performance.now()
  const mark = `${process.pid}:${Math.round(performance.timeOrigin + startedAt)}:${file}`
  const timeout = AbortSignal.timeout(options.timeoutMs)
  const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout
  const failures: Failure[] = []
  const skipped: string[] = []
  let passed = 0
  let output = ''

  // node:test ends the file's own process; a program that it started may hold the output open, so that goes too.
  const endAll = () => void delay(1_000).then(() => sweep(mark))
  signal.addEventListener('abort', endAll, { once: true })

  const titles: string[] = []
  const runOptions = {
    files: [file],
    signal,
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      `--import=${new URL('test-seed.ts', import.meta.url).href}`,
    ],
    env: { ...process.env, ...options.env, [markVariable]: mark },
  }
  for await (const event of run(runOptions)) {
    switch (event.type) {
      case 'test:start':
        titles.length = event.data.nesting
        titles.push(event.data.name)
        break
      case 'test:stdout':
      case 'test:stderr':
        output = (output + event.data.message).slice(-keptOutput)
        break
      case 'test:pass': {
        const { name, nesting, skip, todo, details } = event.data
        const title = [...titles.slice(0, nesting), name].join(' › ')
        if (name === file) failures.push({ title: file, detail: 'the file holds no test' })
        else if (skip !== undefined) skipped.push(typeof skip === 'string' ? `${title} (${skip})` : title)
        else if (todo !== undefined) skipped.push(`${title} (todo)`)
        else if (details.type !== 'suite') passed += 1
        break
      }
      case 'test:fail': {
        const { name, nesting, todo, details } = event.data
        const title = name === file ? file : [...titles.slice(0, nesting), name].join(' › ')
        const error = details.error as Error & { readonly failureType?: string }
        // A parent fails with its parts, which are told by themselves; an ended file is told below.
        if (error.failureType === 'subtestsFailed' || (name === file && signal.aborted)) break
        if (todo !== undefined) skipped.push(`${title} (todo)`)
        else failures.push({ title, detail: describe(error) })
        break
      }
      default:
        break
    }
  }
  signal.removeEventListener('abort', endAll)
  if (timeout.aborted) {
    failures.push({ title: file, detail: `did not end within ${options.timeoutMs / 1000} s and was ended` })
  } else if (signal.aborted) {
    failures.push({ title: file, detail: 'was interrupted' })
  }
  return {
    file,
    passed,
    failures,
    skipped,
    ms: performance.now() - startedAt,
    output,
    leftovers: await endLeftovers(mark),
  }
}

/** node:test wraps what was thrown; the wrapped error is the one worth reading. */
function describe(error: Error): string {
  const cause = error.cause ?? error
  if (cause instanceof Error)
    return cause.stack?.includes(cause.message) ? cause.stack : `${cause.message}\n${cause.stack ?? ''}`
  return typeof cause === 'string' ? cause : inspect(cause)
}

/** Browsers take a moment to die after they were closed; what is still there then was forgotten. */
async function endLeftovers(mark: string): Promise<readonly string[]> {
  for (let waitedMs = 0; waitedMs < 2_000; waitedMs += 100) {
    if (markedProcesses(mark).length === 0) return []
    await delay(100)
  }
  return sweep(mark)
}

function sweep(mark: string): readonly string[] {
  return markedProcesses(mark).flatMap(({ pid, command }) => {
    try {
      process.kill(pid, 'SIGKILL')
      return [command]
    } catch {
      return [] // it ended by itself meanwhile
    }
  })
}

/** Linux tells every process's environment to its owner; elsewhere nothing is found and nothing is ended. */
function markedProcesses(mark: string): readonly { readonly pid: number; readonly command: string }[] {
  if (!fs.existsSync('/proc/self/environ')) return []
  return fs.readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return []
    try {
      const environment = fs.readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0')
      if (!environment.includes(`${markVariable}=${mark}`)) return []
      const command = fs.readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      return command === '' ? [] : [{ pid: Number(entry), command: command.slice(0, 120) }]
    } catch {
      return [] // another user's, or gone
    }
  })
}
