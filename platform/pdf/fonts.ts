import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'

/** A font the renderer may use: exactly this file, known by its hash. */
export type Font = {
  readonly family: string
  readonly file: string
  readonly sha256: string
  readonly path: string
}

/**
 * The fonts of certificates, the first that prints a character wins.
 * IPAmj明朝 holds the 戸籍・住民票 characters (文字情報基盤, Moji_Joho sequences); Noto Serif JP adds the Adobe-Japan1
 * sequences IPAmj lacks (U+845B U+E0100) and letters of foreign names.
 */
const FONTS = [
  {
    family: 'IPAmjMincho',
    file: 'ipamjm.ttf',
    sha256: '75268aa9ac2d92080048196af08adee37f1c286cf4b7777ed5ac3722a8737f5f',
    source: () => new URL('../../assets/fonts/ipamjm.ttf.zst', import.meta.url),
  },
  {
    family: 'Noto Serif JP',
    file: 'NotoSerifJP_400Regular.ttf',
    sha256: '5a04846a0e23acefae825f2f459205036a166f5a63462019ce3492d07bd20e92',
    source: () =>
      new URL(import.meta.resolve('@expo-google-fonts/noto-serif-jp/400Regular/NotoSerifJP_400Regular.ttf')),
  },
] as const

/**
 * Puts the fonts into `cacheDir/fonts` (about 55 MB) unless they are there already, and checks each by its hash.
 * Safe to run in several processes at once: files appear by rename.
 */
export async function unpackFonts(cacheDir: string): Promise<readonly Font[]> {
  const dir = join(cacheDir, 'fonts')
  await mkdir(dir, { recursive: true })
  const fonts: Font[] = []
  for (const font of FONTS) {
    const path = join(dir, font.file)
    if ((await hashOf(path)) !== font.sha256) await unpack(fileURLToPath(font.source()), path, font.sha256)
    fonts.push({ family: font.family, file: font.file, sha256: font.sha256, path })
  }
  return fonts
}

async function unpack(source: string, path: string, sha256: string): Promise<void> {
  const partial = `${path}.${randomBytes(6).toString('hex')}.partial`
  try {
    if (source.endsWith('.zst'))
      await writeFile(partial, await promisify(zstdDecompress)(await readFile(source)))
    else await copyFile(source, partial)
    if ((await hashOf(partial)) !== sha256)
      throw new Error(`${source}: not the font that was vendored (sha256)`)
    await rename(partial, path)
  } finally {
    await rm(partial, { force: true })
  }
}

async function hashOf(path: string): Promise<string | null> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  return hash.digest('hex')
}
