import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'

/**
 * `npm run dev`: the whole system with programs that restart when a file of theirs changes, and Vite's own servers for
 * the pages (staff http://localhost:5173/, kiosk http://localhost:5174/kiosk/), which pass `/api` on.
 */
const root = path.resolve(import.meta.dirname, '..')
const vite = path.join(root, 'node_modules/vite/bin/vite.js')

const children: ChildProcess[] = [
  spawn(process.execPath, [path.join(root, 'tools/start.ts')], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, OPEN_BCL_WATCH: 'true' },
  }),
  ...['staff', 'field', 'kiosk', 'operator'].map((shell) =>
    spawn(process.execPath, [vite, path.join(root, 'apps', shell)], {
      cwd: path.join(root, 'apps', shell),
      stdio: ['ignore', 'inherit', 'inherit'],
    }),
  ),
]

let stopping = false
function stop(): void {
  if (stopping) return
  stopping = true
  for (const child of children) child.kill('SIGINT')
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
// Any of them alone is of no use: the others end with it.
for (const child of children) child.once('exit', stop)
