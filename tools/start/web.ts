import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

const SHELLS = ['staff', 'field', 'kiosk', 'operator'] as const

/** Builds the web shells whose sources changed since their last build; the first time all of them. */
export async function buildWeb(
  root: string,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const stamp = sourceStamp(root)
  for (const shell of SHELLS) {
    const folder = path.join(root, 'apps', shell)
    if (!fs.existsSync(path.join(folder, 'vite.config.ts'))) continue
    const stampFile = path.join(folder, 'dist', '.stamp')
    if (fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === stamp) continue
    tell(`画面を組み立てています: ${shell}`)
    await vite(root, folder, signal)
    fs.writeFileSync(stampFile, stamp)
  }
}

/** One digest over all that a page may be made of: cheaper than to be wrong about what changed. */
function sourceStamp(root: string): string {
  const hash = createHash('sha256').update(fs.readFileSync(path.join(root, 'package-lock.json')))
  for (const folder of [
    'core',
    'ui',
    'modules',
    'apps/staff',
    'apps/field',
    'apps/kiosk',
    'apps/operator',
    'platform',
  ]) {
    const files = fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(tsx?|css|html|svg|json)$/.test(file) && !/(^|\/)(dist|node_modules)\//.test(file))
      .sort()
    for (const file of files) hash.update(file).update(fs.readFileSync(path.join(root, folder, file)))
  }
  return hash.digest('hex')
}

async function vite(root: string, folder: string, signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [path.join(root, 'node_modules/vite/bin/vite.js'), 'build', folder], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  })
  const said: string[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject))
  if (code !== 0) throw new Error(`画面の組み立てに失敗しました (${path.basename(folder)})\n${said.join('')}`)
}
