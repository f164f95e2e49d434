import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeChunksAtomic, writeFileAtomic } from '@open-bcl/platform/atomic-file.ts'

/** Which file of which business a core system puts down, beside what is counted while writing. */
export type LinkFileSpec = {
  readonly interfaceId: string
  readonly interfaceVersion: string
  readonly municipalityCode: string
  readonly business: string
  /** Counts up by one per municipality and business. */
  readonly fileNo: number
  readonly mode: 'full' | 'delta'
  /** Deletion rows among the rows; the core system knows, the file format need not be read here. */
  readonly deleteCount: number
  /** ISO 8601 UTC. */
  readonly producedAt: string
  readonly producerVersion: string
}

/** The sidecar that makes a data file complete: without it, or with a wrong hash, the agent sends nothing. */
export type LinkFileManifest = LinkFileSpec & {
  /** Data rows, the heading line not counted. */
  readonly rowCount: number
  /** SHA-256 of the data file's bytes, hex. */
  readonly sha256: string
}

export type LinkFile = {
  readonly dataPath: string
  readonly manifestPath: string
  readonly manifest: LinkFileManifest
}

/** One line of a file and whether it is data: a quoted field may hold line breaks, so the maker counts, not we. */
export type CsvChunk = { readonly text: string; readonly rows: number }

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
  const manifestPath = join(folder, `${name}.manifest.json`)
  const hash = createHash('sha256')
  let rowCount = 0
  async function* bytes(): AsyncGenerator<Buffer> {
    for await (const chunk of csvChunks) {
      const encoded = Buffer.from(chunk.text, 'utf8')
      hash.update(encoded)
      rowCount += chunk.rows
      yield encoded
    }
  }
  await writeChunksAtomic(dataPath, bytes(), 0o640)
  const manifest = { ...spec, rowCount, sha256: hash.digest('hex') }
  await writeFileAtomic(manifestPath, `${JSON.stringify(manifest, null, 1)}\n`, 0o640)
  return { dataPath, manifestPath, manifest }
}
