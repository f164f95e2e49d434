import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { checkImports, importRulesReport, type ModuleMap, type Violation } from './import-rules.ts'

/** A small house in which every file but the innocent ones breaks one rule. */
const map: ModuleMap = {
  access: { ja: '権限', uses: [], database: 'cloud' },
  residents: { ja: '住民', uses: [], database: 'cloud' },
  linkage: { ja: '連携', uses: ['residents'], database: 'cloud' },
  certificates: { ja: '証明書', uses: ['residents'], database: 'cloud' },
  risai: { ja: '罹災', uses: ['certificates'], database: 'cloud' },
  center: { ja: 'センター', uses: ['certificates'], database: 'center' },
}

const files: Readonly<Record<string, string>> = {
  'core/dates.ts': `export type PlainDate = string`,
  'core/clock.ts': `import fs from 'node:fs'\nexport const now = fs`,
  'platform/db/tx.ts': `export type Tx = string`,
  'platform/log.ts': `export const log = 1`,
  'platform/testing/database.ts': `export const database = 1`,
  'platform/greedy.ts': `import type { Resident } from '../modules/residents/residents.ts'\nexport type G = Resident`,
  'ui/api.ts': `import type { Tx } from '@open-bcl/platform/db/tx.ts'\nexport type Api = Tx`,
  'simulators/cards.ts': `export const card = 1`,
  'demo/town.ts': `import { resident } from '../modules/residents/residents.store.ts'\nexport const town = resident`,
  'modules/access/access.actions.ts': `export const allow = 1`,
  'modules/access/guarded.ts': `import type { Tx } from '@open-bcl/platform/db/tx.ts'\nexport type Guarded = Tx`,
  'modules/residents/closed.store.ts': `import type { Guarded } from '../access/guarded.ts'\nexport type Closed = Guarded`,
  'modules/residents/opened.ts': `import type { Guarded } from '../access/guarded.ts'\nexport type Opened = Guarded`,
  'modules/residents/residents.ts': `import type { PlainDate } from '@open-bcl/core/dates.ts'\nexport type Resident = PlainDate`,
  'modules/residents/residents.store.ts': `import type { Resident } from './residents.ts'\nexport const resident: Resident = ''`,
  'modules/residents/residents.actions.ts': `import { allow } from '../access/access.actions.ts'\nimport { resident } from './residents.store.ts'\nexport const get = [allow, resident]`,
  'modules/residents/residents.routes.ts': `import { resident } from './residents.store.ts'\nexport const routes = resident`,
  'modules/residents/peek.ts': `import fs from 'node:fs'\nexport const peek = fs`,
  'modules/residents/upward.ts': `import type { Kind } from '../certificates/certificates.ts'\nexport type Upward = Kind`,
  'modules/residents/web/staff.tsx': `import { get } from '../residents.actions.ts'\nexport const Staff = () => <b>{String(get)}</b>`,
  'modules/residents/left.ts': `import type { Right } from './right.ts'\nexport type Left = Right`,
  'modules/residents/right.ts': `import type { Left } from './left.ts'\nexport type Right = Left`,
  'modules/residents/played.actions.ts': `import { card } from '../../simulators/cards.ts'\nexport const played = card`,
  'modules/residents/tested.store.ts': `import { database } from '@open-bcl/platform/testing/database.ts'\nexport const tested = database`,
  'modules/residents/residents.store.test.ts': `import { database } from '@open-bcl/platform/testing/database.ts'\nexport const fine = database`,
  'modules/linkage/linkage.records.ts': `export type Layout = string`,
  'modules/linkage/linkage.store.ts': `export const apply = 1`,
  'modules/linkage/hash.ts': `import { createHash } from 'node:crypto'\nexport const hash = createHash`,
  'modules/linkage/web/staff.tsx': `import { createHash } from 'node:crypto'\nexport const hash = createHash`,
  'modules/linkage/linkage.messages.ts': `import { words } from '@open-bcl/platform/messages.ts'\nexport const more = words`,
  'platform/messages.ts': `export const words = 1`,
  'modules/schema.ts': `import path from 'node:path'\nexport const schema = path`,
  'apps/cloud/testing/town.ts': `import { resident } from '@open-bcl/modules/residents/residents.store.ts'\nexport const town = resident`,
  'apps/cloud/compose.ts': `import { town } from './testing/town.ts'\nexport const compose = town`,
  'modules/certificates/certificates.ts': `export type Kind = string`,
  'modules/certificates/certificates.contract.ts': `export const issue = 1`,
  'modules/certificates/exchange.contract.ts': `export const exchange = 1`,
  'modules/certificates/certificates.actions.ts': `import { resident } from '../residents/residents.store.ts'\nexport const quote = resident`,
  'modules/risai/risai.actions.ts': `import { get } from '../residents/residents.actions.ts'\nexport const decide = get`,
  'modules/center/center.actions.ts': `import { exchange } from '../certificates/exchange.contract.ts'\nexport const route = exchange`,
  'modules/center/curious.actions.ts': `import { issue } from '../certificates/certificates.contract.ts'\nexport const curious = issue`,
  'modules/stray/stray.ts': `import type { Resident } from '../residents/residents.ts'\nexport type Stray = Resident`,
  'apps/cloud/main.ts': `import { routes } from '@open-bcl/modules/residents/residents.routes.ts'\nimport { resident } from '@open-bcl/modules/residents/residents.store.ts'\nexport const main = [routes, resident]`,
  'apps/agent/main.ts': `import type { Layout } from '@open-bcl/modules/linkage/linkage.records.ts'\nimport { log } from '@open-bcl/platform/log.ts'\nimport type { Tx } from '@open-bcl/platform/db/tx.ts'\nimport { apply } from '@open-bcl/modules/linkage/linkage.store.ts'\nexport const main: [Layout, Tx, number, number] = ['', '', log, apply]`,
  'apps/staff/main.tsx': `import { Staff } from '@open-bcl/modules/residents/web/staff.tsx'\nexport const App = Staff`,
  'modules/risai/appish.routes.ts': `import { App } from '../../apps/staff/main.tsx'\nexport const appish = App`,
  'modules/risai/lost.ts': `import type { Lost } from './nowhere.ts'\nexport type L = Lost`,
}

let root = ''
let violations: readonly Violation[] = []

before(async () => {
  root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'open-bcl-imports-'))
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    fs.writeFileSync(path.join(root, file), text)
  }
  fs.mkdirSync(path.join(root, 'node_modules/@open-bcl'), { recursive: true })
  for (const workspace of ['core', 'platform', 'modules']) {
    fs.writeFileSync(
      path.join(root, workspace, 'package.json'),
      JSON.stringify({ name: `@open-bcl/${workspace}`, type: 'module', exports: { './*': './*' } }),
    )
    fs.symlinkSync(path.join(root, workspace), path.join(root, 'node_modules/@open-bcl', workspace))
  }
  const result = await checkImports(root, map)
  assert.equal(result.filesSeen, Object.keys(files).length)
  assert.equal(result.filesOnDisk, Object.keys(files).length)
  violations = result.violations
})

after(() => fs.rmSync(root, { recursive: true, force: true }))

const forbidden: readonly (readonly [title: string, from: string, to: string, why: RegExp])[] = [
  ['core touches no disk', 'core/clock.ts', 'fs', /core runs anywhere/],
  [
    'platform knows no module, not even its types',
    'platform/greedy.ts',
    'modules/residents/residents.ts',
    /below the modules/,
  ],
  ['ui takes no type from the server', 'ui/api.ts', 'platform/db/tx.ts', /browser/],
  [
    'a route reaches no store',
    'modules/residents/residents.routes.ts',
    'modules/residents/residents.store.ts',
    /routes, jobs → actions/,
  ],
  ['a pure file does no I/O', 'modules/residents/peek.ts', 'fs', /no I\/O/],
  [
    'a pure file opens no guarded person',
    'modules/residents/opened.ts',
    'modules/access/guarded.ts',
    /another module/,
  ],
  [
    'a module uses nothing below it',
    'modules/residents/upward.ts',
    'modules/certificates/certificates.ts',
    /stands below/,
  ],
  [
    'a module uses only what the map names',
    'modules/risai/risai.actions.ts',
    'modules/residents/residents.actions.ts',
    /does not let risai/,
  ],
  [
    "another module's store is closed",
    'modules/certificates/certificates.actions.ts',
    'modules/residents/residents.store.ts',
    /its door is/,
  ],
  [
    'a screen imports no action',
    'modules/residents/web/staff.tsx',
    'modules/residents/residents.actions.ts',
    /web file does not import actions/,
  ],
  [
    'the centre sees only the exchange contract',
    'modules/center/curious.actions.ts',
    'modules/certificates/certificates.contract.ts',
    /different databases/,
  ],
  [
    'a folder that the map does not name is refused',
    'modules/stray/stray.ts',
    'modules/residents/residents.ts',
    /does not name stray/,
  ],
  [
    'an app reaches no store',
    'apps/cloud/main.ts',
    'modules/residents/residents.store.ts',
    /composes routes and jobs/,
  ],
  ['the agent carries no database', 'apps/agent/main.ts', 'platform/db/tx.ts', /the agent/],
  [
    'the agent does not see how files are applied',
    'apps/agent/main.ts',
    'modules/linkage/linkage.store.ts',
    /the agent/,
  ],
  ['nothing imports an app', 'modules/risai/appish.routes.ts', 'apps/staff/main.tsx', /nothing imports apps/],
  [
    'product code does not import a simulator',
    'modules/residents/played.actions.ts',
    'simulators/cards.ts',
    /simulators/,
  ],
  [
    'only tests import test support',
    'modules/residents/tested.store.ts',
    'platform/testing/database.ts',
    /only tests/,
  ],
  ['a screen computes no hash with Node', 'modules/linkage/web/staff.tsx', 'crypto', /no I\/O/],
  [
    'an app imports none of its test support',
    'apps/cloud/compose.ts',
    'apps/cloud/testing/town.ts',
    /not import testing/,
  ],
  [
    'the demonstration town opens no store',
    'demo/town.ts',
    'modules/residents/residents.store.ts',
    /same doors/,
  ],
  ['an import that leads nowhere is named', 'modules/risai/lost.ts', './nowhere.ts', /leads nowhere/],
]

for (const [title, from, to, why] of forbidden) {
  test(title, () => {
    const found = violations.filter((violation) => violation.from === from && violation.to === to)
    assert.equal(found.length, 1, `expected ${from} → ${to} to be refused`)
    assert.match(found[0]?.why ?? '', why)
  })
}

test('a cycle of types alone is a cycle', () => {
  const cycles = violations.filter((violation) => violation.why.startsWith('a cycle'))
  assert.equal(cycles.length, 1)
  assert.match(cycles[0]?.why ?? '', /left\.ts → .*right\.ts|right\.ts → .*left\.ts/)
})

test('what is allowed is not refused', () => {
  const refused = new Set(forbidden.map(([, from, to]) => `${from} → ${to}`))
  const others = violations.filter(
    ({ from, to, why }) => !why.startsWith('a cycle') && !refused.has(`${from} → ${to}`),
  )
  assert.deepEqual(others, [])
})

test('this repository keeps its own rules', async () => {
  assert.equal(await importRulesReport(path.resolve(import.meta.dirname, '..')), null)
})
