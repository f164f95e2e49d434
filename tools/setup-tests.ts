import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

/**
 * Installs what the tests need beyond npm, on Debian, with apt-get: PostgreSQL 15 (its programs only; no server is set
 * up or started), Chromium, a Japanese font for its screens, poppler, which reads the printed PDFs back, and pcscd with a
 * virtual card reader.
 */
export type Tool = {
  readonly debianPackage: string
  /** One of these files shows that it is installed. */
  readonly files: readonly string[]
  readonly purpose: string
}

export const tools: readonly Tool[] = [
  {
    debianPackage: 'postgresql-15',
    files: ['/usr/lib/postgresql/15/bin/postgres'],
    purpose: 'the store and route tests run on it besides the embedded PostgreSQL',
  },
  { debianPackage: 'chromium', files: ['/usr/bin/chromium'], purpose: 'the browser tests' },
  {
    debianPackage: 'fonts-noto-cjk',
    files: ['/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'],
    purpose: 'Japanese in pages and screenshots',
  },
  {
    debianPackage: 'pcscd',
    files: ['/usr/sbin/pcscd'],
    purpose: 'the card bridge speaks to readers through it',
  },
  {
    debianPackage: 'vsmartcard-vpcd',
    files: ['/usr/lib/pcsc/drivers/serial/libifdvpcd.so'],
    purpose: 'a reader for virtual cards',
  },
  { debianPackage: 'poppler-utils', files: ['/usr/bin/pdftotext'], purpose: 'reading certificates back' },
]

export const missingTools = (): readonly Tool[] =>
  tools.filter(({ files }) => !files.some((file) => fs.existsSync(file)))

/** Thrown with words for the person at the terminal. */
export class SetupRefusal extends Error {}

/** Debian would make and start a server of its own on installation; this says no, for as long as we install. */
const noClusterFile = '/etc/postgresql-common/createcluster.d/open-bcl-tests.conf'

const hasCommand = (name: string): boolean => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0

/** Makes the machine ready, or throws a `SetupRefusal` that says what to install by hand. */
export function setUpTests(): void {
  const missing = missingTools()
  if (missing.length === 0) return
  const names = missing.map((tool) => tool.debianPackage)
  const byHand = `Install by hand / 手で導入してください:\n  sudo apt-get install --no-install-recommends ${names.join(' ')}`

  console.log(
    'Tests need some Debian packages that are not here yet: / テストに必要なパッケージを導入します:',
  )
  for (const { debianPackage, purpose } of missing) console.log(`  ${debianPackage}: ${purpose}`)

  if (!hasCommand('apt-get')) throw new SetupRefusal(`apt-get was not found: this is not Debian.\n${byHand}`)
  const isRoot = process.getuid?.() === 0
  if (!isRoot && !hasCommand('sudo')) throw new SetupRefusal(`Neither root nor sudo.\n${byHand}`)

  // A server that somebody else runs is theirs; nothing here starts or stops one.
  const asRoot = (command: string, args: readonly string[], input?: string): boolean => {
    const variables = ['DEBIAN_FRONTEND=noninteractive', 'NEEDRESTART_SUSPEND=1']
    const [program, ...rest] = [...(isRoot ? [] : ['sudo', '-n']), 'env', ...variables, command, ...args]
    const stdio = [input === undefined ? 'ignore' : 'pipe', 'inherit', 'inherit'] as const
    return (
      spawnSync(program ?? command, rest, { stdio: [...stdio], ...(input === undefined ? {} : { input }) })
        .status === 0
    )
  }
  const apt = (...args: string[]): boolean =>
    asRoot('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', ...args])
  const install = (): boolean => apt('install', '--no-install-recommends', ...names)

  const needsPostgres = names.includes('postgresql-15')
  if (needsPostgres) {
    const placed =
      asRoot('mkdir', ['-p', path.dirname(noClusterFile)]) &&
      asRoot('tee', [noClusterFile], 'create_main_cluster = false\n')
    if (!placed) throw new SetupRefusal(`Root rights are needed and sudo asks for a password.\n${byHand}`)
  }
  try {
    // Old package lists name files that are gone from the archive, so they are read anew before giving up.
    const done = (hasPackageLists() && install()) || (apt('update') && install())
    if (!done)
      throw new SetupRefusal(`apt-get could not install the packages; its messages are above.\n${byHand}`)
  } finally {
    if (needsPostgres) asRoot('rm', ['-f', noClusterFile])
  }
  const still = missingTools().map((tool) => tool.debianPackage)
  if (still.length > 0)
    throw new SetupRefusal(`Installed, but still not found: ${still.join(', ')}.\n${byHand}`)
}

function hasPackageLists(): boolean {
  const folder = '/var/lib/apt/lists'
  return (
    fs.existsSync(folder) && fs.readdirSync(folder).some((name) => /_(Packages|InRelease|Release)/.test(name))
  )
}

if (import.meta.main) {
  try {
    setUpTests()
    console.log('Everything that tests need is here. / テストの準備ができています。')
  } catch (error) {
    if (!(error instanceof SetupRefusal)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
