import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'

/**
 * `node tools/run.mjs tools/agent-bundle.ts [FOLDER]`: the 連携AP as one archive that installs without a network: its own
 * sources as they stand in the repository, the packages they load, the pinned Node, the guides, and `install.sh`.
 */
const root = path.resolve(import.meta.dirname, '..')
const outFolder = path.resolve(process.argv[2] ?? path.join(root, '.cache', 'agent'))
const { version } = readJson('apps/agent/package.json') as { version: string }
const name = `open-bcl-agent-${version}-${process.platform}-${process.arch}`
const bundle = path.join(outFolder, name)

const { sources, packages } = closureOf('apps/agent/main.ts')
fs.rmSync(bundle, { recursive: true, force: true })
const app = path.join(bundle, 'app')
for (const file of [...sources, 'apps/agent/package.json']) copy(file, path.join(app, file))
const areas = [...new Set([...sources].map((file) => file.split('/')[0]!))].filter((area) => area !== 'apps')
for (const area of areas) {
  copy(`${area}/package.json`, path.join(app, area, 'package.json'))
  // As in the repository: a workspace is a link, so that Node runs its TypeScript.
  const link = path.join(app, 'node_modules/@open-bcl', area)
  fs.mkdirSync(path.dirname(link), { recursive: true })
  fs.symlinkSync(path.join('../..', area), link)
}
for (const folder of packages)
  fs.cpSync(path.join(root, folder), path.join(app, folder), {
    recursive: true,
    dereference: true,
    filter: (from) =>
      !/\.(map|md|markdown|d\.ts|d\.mts|d\.cts)$/i.test(from) ||
      /licen[cs]e|notice/i.test(path.basename(from)),
  })
fs.mkdirSync(path.join(bundle, 'node/bin'), { recursive: true })
fs.copyFileSync(process.execPath, path.join(bundle, 'node/bin/node'))
fs.chmodSync(path.join(bundle, 'node/bin/node'), 0o755)
for (const file of ['install.sh', 'agent.env', 'open-bcl-agent.service'])
  copy(`apps/agent/${file}`, path.join(bundle, file))
fs.cpSync(path.join(root, 'docs/guides/agent'), path.join(bundle, 'docs'), { recursive: true })
for (const file of ['linkage.md', 'linkage.schema.json'])
  if (fs.existsSync(path.join(root, 'docs/interfaces', file)))
    copy(`docs/interfaces/${file}`, path.join(bundle, 'docs', file))
for (const file of ['LICENSE', 'NOTICE', 'THIRD-PARTY.md']) copy(file, path.join(bundle, file))
fs.writeFileSync(path.join(bundle, 'SHA256SUMS'), sums(bundle))

const archive = `${bundle}.tar.gz`
// The same content makes the same bytes.
const tar = spawnSync(
  'tar',
  [
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mtime=@0',
    '-czf',
    archive,
    '-C',
    outFolder,
    name,
  ],
  { stdio: 'inherit' },
)
if (tar.status !== 0) throw new Error('tar failed')
const digest = createHash('sha256').update(fs.readFileSync(archive)).digest('hex')
console.log(
  `${archive}\n  ${(fs.statSync(archive).size / 1e6).toFixed(1)} MB, ${sources.size} source files, ${packages.length} packages\n  SHA-256 ${digest}`,
)

/** What a program really loads: type-only imports are gone once the types are stripped. */
function closureOf(entry: string): {
  readonly sources: ReadonlySet<string>
  readonly packages: readonly string[]
} {
  const found = new Set<string>()
  const loaded = new Map<string, string>()
  const walk = (file: string): void => {
    if (found.has(file)) return
    found.add(file)
    const code = stripTypeScriptTypes(fs.readFileSync(path.join(root, file), 'utf8'))
    for (const [, specifier = ''] of code.matchAll(/(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)'([^']+)'/g)) {
      if (specifier.startsWith('node:')) continue
      if (specifier.startsWith('.')) walk(path.join(path.dirname(file), specifier))
      else if (specifier.startsWith('@open-bcl/')) walk(specifier.slice('@open-bcl/'.length))
      else
        addPackage(
          specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/'),
          root,
          loaded,
        )
    }
  }
  walk(entry)
  return { sources: found, packages: [...loaded.keys()].sort() }
}

/** A package and what it names as its dependencies, where npm has put them. */
function addPackage(wanted: string, from: string, loaded: Map<string, string>): void {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const place = path.join(folder, 'node_modules', wanted)
    if (fs.existsSync(path.join(place, 'package.json'))) {
      const relative = path.relative(root, place)
      if (loaded.has(relative)) return
      const { version: its, dependencies = {} } = readJson(path.join(relative, 'package.json')) as {
        version: string
        dependencies?: Record<string, string>
      }
      loaded.set(relative, its)
      for (const dependency of Object.keys(dependencies)) addPackage(dependency, place, loaded)
      return
    }
    if (folder === path.dirname(folder)) throw new Error(`${wanted} is not installed`)
  }
}

function sums(folder: string): string {
  const files = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort()
  return files
    .map(
      (file) =>
        `${createHash('sha256')
          .update(fs.readFileSync(path.join(folder, file)))
          .digest('hex')}  ${file}\n`,
    )
    .join('')
}

function copy(from: string, to: string): void {
  fs.mkdirSync(path.dirname(to), { recursive: true })
  fs.copyFileSync(path.join(root, from), to)
}

function readJson(file: string): unknown {
  return JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'))
}
