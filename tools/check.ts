import { spawn } from 'node:child_process'
import path from 'node:path'
import { importRulesReport } from './import-rules.ts'

/**
 * `npm run check`: what can be known without running the product. Each step answers `null` or its complaint.
 */
export type CheckStep = { readonly name: string; readonly complaint: () => Promise<string | null> }

export type CheckOutcome = { readonly name: string; readonly complaint: string | null; readonly ms: number }

const root = path.resolve(import.meta.dirname, '..')
const packageFile = (...parts: string[]) => path.join(root, 'node_modules', ...parts)

/** Scripts that write a committed file from its source. With `--check` each only compares, and complains when stale. */
const generators = [
  { makes: 'THIRD-PARTY.md', script: 'tools/notices.ts' },
  { makes: 'docs/api', script: 'tools/openapi.ts' },
  { makes: 'docs/interfaces/linkage.md', script: 'tools/linkage-docs.ts' },
  { makes: 'docs/interfaces/linkage.schema.json', script: 'tools/linkage-schema.ts' },
  { makes: 'docs/certificates/', script: 'tools/layout-docs.ts' },
  { makes: 'docs/operations/fault-table.md', script: 'tools/fault-table.ts' },
  { makes: 'docs/rules/damage-survey.md', script: 'tools/survey-docs.ts' },
  { makes: 'docs/permissions.md', script: 'tools/permissions.ts' },
  { makes: 'docs/audit.md', script: 'tools/audit-events.ts' },
] as const

const steps: readonly CheckStep[] = [
  { name: 'types: server', complaint: () => node(packageFile('typescript/bin/tsc'), '-p', 'tsconfig.json') },
  {
    name: 'types: browser',
    complaint: () => node(packageFile('typescript/bin/tsc'), '-p', 'tsconfig.web.json'),
  },
  {
    name: 'lint',
    complaint: () =>
      node(
        packageFile('oxlint/bin/oxlint'),
        '--type-aware',
        '--deny-warnings',
        '--report-unused-disable-directives',
      ),
  },
  { name: 'format', complaint: () => node(packageFile('oxfmt/bin/oxfmt'), '--check', '.') },
  { name: 'import rules', complaint: () => importRulesReport(root) },
  ...generators.map(({ makes, script }) => ({
    name: `generated: ${makes} is fresh`,
    complaint: () => node(path.join(root, script), '--check'),
  })),
]

/** Runs a program under this Node and gives its words back if it complains. */
function node(script: string, ...args: string[]): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let words = ''
    const keep = (chunk: Buffer) => {
      words += chunk.toString()
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', reject)
    child.on('close', (code) =>
      resolve(code === 0 ? null : words.trim() || `${script} ended with ${String(code)}`),
    )
  })
}

/** Runs all steps, two at a time, and tells each outcome as it comes. */
export async function runChecks(tell: (outcome: CheckOutcome) => void): Promise<readonly CheckOutcome[]> {
  const outcomes: CheckOutcome[] = []
  const waiting = [...steps]
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const startedAt = performance.now()
      const complaint = await step.complaint().catch((error: unknown) => String(error))
      const outcome = { name: step.name, complaint, ms: performance.now() - startedAt }
      outcomes.push(outcome)
      tell(outcome)
    }
  }
  await Promise.all([worker(), worker()])
  return outcomes
}

if (import.meta.main) {
  const outcomes = await runChecks(({ name, complaint, ms }) => {
    console.log(`${complaint === null ? '✔' : '✖'} ${name} (${(ms / 1000).toFixed(1)} s)`)
    if (complaint !== null) console.log(`${complaint}\n`)
  })
  process.exitCode = outcomes.every(({ complaint }) => complaint === null) ? 0 : 1
}
