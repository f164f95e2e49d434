import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Mode } from './gateway-client.ts'

const words = { production: '本番', verification: '検証' } as const

/**
 * A folder belongs to production or to verification for good: a file that was put down to be tried out is never applied,
 * and one meant for production never only tried out.
 */
export async function keepModesApart(folder: string, mode: Mode): Promise<void> {
  const file = join(folder, '.open-bcl-mode')
  const found = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  })
  if (found === null) return await writeFile(file, `${mode}\n`, { flag: 'wx', mode: 0o640 })
  if (found.trim() === mode) return
  const other = mode === 'production' ? 'verification' : 'production'
  throw new Error(
    `${folder} は${words[other]}用のフォルダです。${words[mode]}では別のフォルダを使ってください（AGENT_FOLDER、AGENT_STATE_FOLDER）。`,
  )
}
