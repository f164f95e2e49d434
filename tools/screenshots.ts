import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** `npm run screenshots`: walks the story in a browser and keeps the pictures that the READMEs show. */
const root = path.resolve(import.meta.dirname, '..')
const shown = ['menu', 'search', 'victim', 'application', 'issued', 'kiosk-pay'] as const

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'open-bcl-shots-'))
const walked = spawnSync(process.execPath, ['--test', path.join(root, 'e2e/story.e2e.ts')], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, OPEN_BCL_SHOTS: folder },
})
if (walked.status !== 0) process.exit(1)
fs.mkdirSync(path.join(root, 'docs/images'), { recursive: true })
for (const name of shown)
  fs.copyFileSync(path.join(folder, `${name}.png`), path.join(root, `docs/images/${name}.png`))
fs.rmSync(folder, { recursive: true })
