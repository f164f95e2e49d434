import { randomUUID } from 'node:crypto'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Replaces a file whole: a reader sees the old bytes or the new ones, and after a power cut too.
 * `mode` defaults to 0600, because what is written this way is mostly keys.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array, mode = 0o600): Promise<void> {
  await writeChunksAtomic(path, [data], mode)
}

/** As `writeFileAtomic`, for data that is made piece by piece; nothing appears at `path` if the pieces fail. */
export async function writeChunksAtomic(
  path: string,
  chunks: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  mode = 0o600,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    // `wx`: never follow or reuse a file someone else put there.
    const file = await open(temporary, 'wx', mode)
    try {
      for await (const chunk of chunks) await file.writeFile(chunk)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/** Removes what an interrupted `writeFileAtomic` left beside `path`. Call at start, before any writer runs. */
export async function sweepTemporaryFiles(path: string): Promise<void> {
  const folder = dirname(path)
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${basename(path)}.`) && name.endsWith('.tmp')) await rm(join(folder, name))
  }
}

/** Makes a rename itself durable. Windows cannot open a folder; its rename is journalled. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
