import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAccepted, renderNotices } from './notices.ts'

const lock = (license: string) => ({
  packages: {
    '': { dependencies: { outer: '1.0.0' }, devDependencies: { checker: '1.0.0', react: '19.0.0' } },
    'node_modules/outer': { version: '1.0.0', license: 'MIT', dependencies: { inner: '2.0.0' } },
    'node_modules/outer/node_modules/inner': { version: '2.0.0', license },
    'node_modules/inner': { version: '1.0.0', license: 'MIT' },
    'node_modules/checker': { version: '1.0.0', license: 'GPL-3.0' },
    'node_modules/react': { version: '19.0.0', license: 'MIT' },
  },
})

test('a GPL or unknown licence deep in the tree is refused by name', () => {
  for (const licence of ['GPL-3.0-only', 'AGPL-3.0', 'none', 'MIT AND GPL-2.0']) {
    assert.throws(() => renderNotices(lock(licence), () => '', ''), /inner 2\.0\.0/)
  }
})

test('the notices name what is shipped, bundled pages included, and not the tools', () => {
  const text = renderNotices(lock('ISC'), () => '', '## Fonts\n')
  assert.match(text, /\| inner \| 2\.0\.0 \| ISC \|/)
  assert.match(text, /\| react \| 19\.0\.0 \|/)
  assert.doesNotMatch(text, /checker/)
  assert.doesNotMatch(text, /\| inner \| 1\.0\.0/)
  assert.match(text, /## Fonts/)
})

test('of alternatives one accepted licence is enough, of additions all must be', () => {
  assert.ok(isAccepted('(MIT OR GPL-2.0)'))
  assert.ok(isAccepted('MIT AND OFL-1.1'))
  assert.ok(!isAccepted('MIT AND AGPL-3.0'))
})
