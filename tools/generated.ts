import fs from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')

/** Writes a committed file from its source, or with `--check` compares and says how to make it fresh. */
export function writeGenerated(file: string, content: string, script: string): void {
  const target = path.join(root, file)
  if (!process.argv.includes('--check')) {
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.writeFileSync(target, content)
    console.log(`${file} written`)
    return
  }
  const known = fs.existsSync(target) ? fs.readFileSync(target, 'utf8') : ''
  if (known === content) return
  console.error(`${file} is stale. Make it fresh: node tools/run.mjs ${script}`)
  process.exitCode = 1
}
