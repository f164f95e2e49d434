import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import type { Manifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { writeChunksAtomic, writeFileAtomic } from '@open-bcl/platform/atomic-file.ts'

/** Which file of which business a core system puts down; the rest is counted while writing. */
export type LinkFileSpec = Pick<
  Manifest,
  'municipalityCode' | 'business' | 'fileNo' | 'mode' | 'producedAt' | 'producerVersion'
>

export type LinkFile = {
  readonly dataPath: string
  readonly manifestPath: string
  readonly manifest: Manifest
}

/**
 * A piece of the file and what it holds. Its maker counts, since a quoted field may hold line breaks and the layout
 * is not read here. The heading line is no row.
 */
export type CsvChunk = { readonly text: string; readonly rows: number; readonly deletions: number }

/**
 * Puts down one 連携用データ file as a core system does: data first, manifest last, each appearing whole. Whoever
 * watches the folder therefore never sees half a file. UTF-8; `csvChunks` are written as they come.
 */
export async function writeLinkFile(
  folder: string,
  spec: LinkFileSpec,
  csvChunks: Iterable<CsvChunk> | AsyncIterable<CsvChunk>,
): Promise<LinkFile> {
  await mkdir(folder, { recursive: true })
  const name = `${spec.municipalityCode}-${spec.business}-${String(spec.fileNo).padStart(8, '0')}`
  const dataPath = join(folder, `${name}.csv`)
  const manifestPath = join(folder, `${name}.json`)
  const hash = createHash('sha256')
  let rowCount = 0
  let deleteCount = 0
  async function* bytes(): AsyncGenerator<Buffer> {
    for await (const chunk of csvChunks) {
      const encoded = Buffer.from(chunk.text, 'utf8')
      hash.update(encoded)
      rowCount += chunk.rows
      deleteCount += chunk.deletions
      yield encoded
    }
  }
  await writeChunksAtomic(dataPath, bytes(), 0o640)
  const { id: interfaceId, version: interfaceVersion } = fileInterfaces[spec.business]
  const sha256 = hash.digest('hex')
  const manifest: Manifest = { ...spec, interfaceId, interfaceVersion, rowCount, deleteCount, sha256 }
  await writeFileAtomic(manifestPath, `${JSON.stringify(manifest, null, 1)}\n`, 0o640)
  return { dataPath, manifestPath, manifest }
}
