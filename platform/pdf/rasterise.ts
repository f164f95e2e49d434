import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { type Font, unpackFonts } from './fonts.ts'
import { type OneBitImage, readPbm } from './one-bit-png.ts'

/**
 * Draws a one-page .typ file as black and white dots: for the makers of seals and grounds, never at run time.
 * Needs pdftoppm (Debian poppler-utils).
 */
export async function rasterise(
  file: string,
  dpi: number,
  cacheDir: string,
): Promise<Pick<OneBitImage, 'width' | 'height' | 'isInked'>> {
  const fonts: readonly Font[] = await unpackFonts(cacheDir)
  const compiler = NodeCompiler.create({
    workspace: dirname(file),
    fontArgs: [{ fontPaths: [dirname(fonts[0]!.path)] }],
  })
  const pdf = compiler.pdf({ mainFilePath: file })
  return readPbm(
    execFileSync('pdftoppm', ['-r', String(dpi), '-mono', '-singlefile', '-'], {
      input: pdf,
      maxBuffer: 1 << 28,
    }),
  )
}
