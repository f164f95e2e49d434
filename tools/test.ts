import fs from 'node:fs'
import path from 'node:path'
import { startPostgres, type PostgresKind } from '../platform/db/embedded.ts'
import { runChecks } from './check.ts'
import { sourceFolders } from './import-rules.ts'
import { SetupRefusal, setUpTests } from './setup-tests.ts'
import { buildWeb } from './start/web.ts'
import { runTestFile, type FileResult } from './test-file.ts'

/**
 * `npm test [words]`: makes the machine ready, checks what can be checked without running, and runs every test file in
 * a process of its own. With words only the files whose path contains one of them run, and the checks are left out.
 * A browser file that failed beside others is run once more alone, and told as unsteady if it passes then: on two cores
 * a page can wait for its turn longer than a test does. Tests without a browser get no second try, since what fails there
 * now and then is a race of ours.
 * The last line is `N passed, M failed`, with `, K skipped` when there are any.
 */
type Phase = {
  readonly title: string
  readonly files: (file: string) => boolean
  /** The PostgreSQL that is started for the phase; its superuser URL goes to the files as TEST_DATABASE_URL. */
  readonly database: PostgresKind | null
  readonly concurrency: number
  readonly fileTimeoutMs: number
  /** The pages are built first. */
  readonly browser?: true
}

/** Asks the database itself: on the newest and on the oldest PostgreSQL. */
const isStoreTest = (file: string): boolean => file.endsWith('.store.test.ts')
/** Through the front door: on the oldest, which knows the least SQL. */
const isRouteTest = (file: string): boolean => file.endsWith('.routes.test.ts')
/** Goes through every endpoint: on the newest, as the pages in a browser. */
const isWalk = (file: string): boolean => file.endsWith('.walk.test.ts')

const phases: readonly Phase[] = [
  {
    title: 'unit tests',
    files: (file) => file.endsWith('.test.ts') && !isStoreTest(file) && !isRouteTest(file) && !isWalk(file),
    database: null,
    concurrency: 2,
    fileTimeoutMs: 120_000,
  },
  {
    title: 'store tests and walks on the embedded PostgreSQL',
    files: (file) => isStoreTest(file) || isWalk(file),
    database: 'embedded',
    concurrency: 2,
    fileTimeoutMs: 900_000,
  },
  {
    title: "store and route tests on Debian's PostgreSQL 15",
    files: (file) => isStoreTest(file) || isRouteTest(file),
    database: 'debian15',
    concurrency: 2,
    fileTimeoutMs: 900_000,
  },
  {
    title: 'browser tests',
    files: (file) => file.endsWith('.e2e.ts'),
    database: 'embedded',
    // One waits for its browser while the other's servers work.
    concurrency: 2,
    fileTimeoutMs: 900_000,
    browser: true,
  },
]

const root = path.resolve(import.meta.dirname, '..')
const scratch = path.join(root, '.cache', 'test')
const ownScratch = path.join(scratch, String(process.pid))
const words = process.argv.slice(2)
const stop = new AbortController()

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

function testFiles(): readonly string[] {
  return sourceFolders
    .filter((folder) => fs.existsSync(path.join(root, folder)))
    .flatMap((folder) =>
      fs
        .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .map((name) => path.join(folder, name)),
    )
    .filter((file) => /\.(test|e2e)\.ts$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort()
}

/** A run that was killed leaves its database folders and perhaps the servers on them. */
function clearKilledRuns(): void {
  fs.mkdirSync(scratch, { recursive: true })
  for (const run of fs.readdirSync(scratch)) {
    if (run !== String(process.pid) && readText(`/proc/${run}/cmdline`)?.includes('tools/test.ts')) continue
    const folder = path.join(scratch, run)
    for (const database of fs.readdirSync(folder)) {
      const server = Number(readText(path.join(folder, database, 'postmaster.pid'))?.split('\n')[0])
      if (server > 0 && readText(`/proc/${server}/cmdline`)?.includes(folder)) process.kill(server, 'SIGKILL')
    }
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

function readText(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function tell(result: FileResult): void {
  const { failures, passed, skipped, leftovers } = result
  const notes = [
    `${passed} passed`,
    ...(failures.length > 0 ? [`${failures.length} failed`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
  ]
  console.log(
    `${failures.length === 0 ? '✔' : '✖'} ${path.relative(root, result.file)} (${notes.join(', ')}, ${seconds(result.ms)})`,
  )
  for (const command of leftovers) console.log(`    left running, ended now: ${command}`)
}

async function runPhase(phase: Phase, files: readonly string[]): Promise<readonly FileResult[]> {
  if (phase.browser) await buildWeb(root, console.log, stop.signal)
  fs.mkdirSync(ownScratch, { recursive: true })
  const server =
    phase.database &&
    (await startPostgres({
      kind: phase.database,
      dataDir: path.join(ownScratch, phase.database),
      throwAway: true,
    }))
  const env: Record<string, string> =
    server && phase.database ? { TEST_DATABASE: phase.database, TEST_DATABASE_URL: server.url } : {}
  const results: FileResult[] = []
  const run = async (file: string): Promise<FileResult> => {
    const { fileTimeoutMs: timeoutMs } = phase
    const result = await runTestFile(path.join(root, file), { env, timeoutMs, signal: stop.signal })
    tell(result)
    return result
  }
  const waiting = [...files]
  const worker = async () => {
    for (let file = waiting.shift(); file && !stop.signal.aborted; file = waiting.shift())
      results.push(await run(file))
  }
  try {
    await Promise.all(Array.from({ length: phase.concurrency }, worker))
    if (phase.browser) await runUnsteadyAlone(results, run)
  } finally {
    await server?.stop()
    fs.rmSync(ownScratch, { recursive: true, force: true })
  }
  return results
}

/** Replaces the results of the files that pass alone; what went wrong at first is printed all the same. */
async function runUnsteadyAlone(
  results: FileResult[],
  run: (file: string) => Promise<FileResult>,
): Promise<void> {
  for (const [at, first] of results.entries()) {
    if (first.failures.length === 0 || stop.signal.aborted) continue
    const file = path.relative(root, first.file)
    console.log(`    once more, alone: ${file}`)
    const second = await run(file)
    if (second.failures.length > 0) continue
    results[at] = second
    for (const { title, detail } of first.failures)
      console.log(`\n⚠ unsteady, failed beside others: ${title}\n  [${file}]\n${indent(detail)}`)
  }
}

type Sum = { passed: number; readonly failures: string[]; readonly skipped: string[] }

function add(sum: Sum, phase: Phase, results: readonly FileResult[]): void {
  for (const { file, passed, failures, skipped, output } of results) {
    const where = `${path.relative(root, file)}, ${phase.title}`
    sum.passed += passed
    sum.skipped.push(...skipped.map((title) => `${title} [${where}]`))
    for (const { title, detail } of failures) sum.failures.push(`✖ ${title}\n  [${where}]\n${indent(detail)}`)
    if (failures.length > 0 && output.trim() !== '')
      console.log(`\n── what ${where} printed ──\n${output.trim()}\n──`)
  }
}

const indent = (text: string): string => text.replaceAll(/^/gm, '    ')

async function main(): Promise<Sum> {
  const sum: Sum = { passed: 0, failures: [], skipped: [] }
  setUpTests()
  clearKilledRuns()
  if (words.length === 0) {
    console.log('\n▶ checks')
    for (const { complaint, name } of await runChecks(({ complaint, name, ms }) => {
      console.log(`${complaint === null ? '✔' : '✖'} ${name} (${seconds(ms)})`)
    })) {
      if (complaint === null) sum.passed += 1
      else sum.failures.push(`✖ ${name}\n${indent(complaint)}`)
    }
  }
  const all = testFiles()
  if (all.length === 0) sum.failures.push(`✖ no test file matches: ${words.join(' ')}`)
  for (const phase of phases) {
    if (stop.signal.aborted) break
    const files = all.filter(phase.files)
    if (files.length === 0) {
      // A phase that silently runs nothing would look like success.
      if (words.length === 0) sum.failures.push(`✖ ${phase.title}: no test file was found`)
      continue
    }
    console.log(`\n▶ ${phase.title}: ${files.length} files`)
    try {
      add(sum, phase, await runPhase(phase, files))
    } catch (error) {
      sum.failures.push(
        `✖ ${phase.title}: could not run\n${indent(error instanceof Error ? (error.stack ?? error.message) : String(error))}`,
      )
    }
  }
  if (stop.signal.aborted) sum.failures.push('✖ interrupted: not every test ran')
  return sum
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
// If the launcher is killed, nobody waits for the results any more.
const launcher = process.ppid
setInterval(() => {
  if (process.ppid !== launcher) stop.abort()
}, 2_000).unref()

const startedAt = performance.now()
try {
  const { passed, failures, skipped } = await main()
  if (skipped.length > 0) console.log(`\nSkipped:\n${indent(skipped.join('\n'))}`)
  if (failures.length > 0) console.log(`\nFailures:\n\n${failures.join('\n\n')}`)
  console.log(`\n${seconds(performance.now() - startedAt)}`)
  console.log(
    `${passed} passed, ${failures.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
  )
  process.exit(failures.length === 0 ? 0 : 1)
} catch (error) {
  if (!(error instanceof SetupRefusal)) throw error
  console.error(`\n${error.message}`)
  console.log('0 passed, 1 failed')
  process.exit(1)
}
