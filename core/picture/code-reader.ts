import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader'
import type { GreyPicture, Quad } from './grey-picture.ts'

/** A 2-D code that was found and read without an error left. */
export type FoundCode = { readonly bytes: Uint8Array; readonly corners: Quad }
export type ReadCodes = (picture: GreyPicture) => Promise<readonly FoundCode[]>

/** Where the reader's WebAssembly comes from: never from the network of others. */
export type ReaderProgram = { readonly wasmBinary: ArrayBuffer } | { readonly url: string }

/** The reader of 2-D codes (ZXing-C++), in Node and in a browser alike. */
export function codeReader(program: ReaderProgram): ReadCodes {
  prepareZXingModule({
    overrides: 'url' in program ? { locateFile: () => program.url } : { wasmBinary: program.wasmBinary },
  })
  return async (picture) => {
    if (picture.width < 20 || picture.height < 20) return []
    const results = await readBarcodes(imageOf(picture), options)
    return results
      .filter(({ isValid }) => isValid)
      .map(({ bytes, position }) => {
        const { topLeft, topRight, bottomRight, bottomLeft } = position
        return { bytes, corners: [topLeft, topRight, bottomRight, bottomLeft] as const }
      })
  }
}

const options: ReaderOptions = {
  formats: ['QRCode'],
  tryHarder: true,
  tryRotate: true,
  tryInvert: false,
  tryDownscale: false,
  maxNumberOfSymbols: 24,
}

/** The reader takes what a canvas gives. */
function imageOf({ width, height, grey }: GreyPicture): Parameters<typeof readBarcodes>[0] {
  const data = new Uint8ClampedArray(4 * grey.length)
  for (let i = 0; i < grey.length; i++) {
    const at = 4 * i
    data[at] = data[at + 1] = data[at + 2] = grey[i]!
    data[at + 3] = 255
  }
  return { width, height, data } as unknown as Parameters<typeof readBarcodes>[0]
}
