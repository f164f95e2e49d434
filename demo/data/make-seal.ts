/** Makes the demonstration town's seal image from `seal-212172.typ`; run by hand when that changes. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { encodeOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'
import { rasterise } from '@open-bcl/platform/pdf/rasterise.ts'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const drawing = await rasterise(at('seal-212172.typ'), 600, at('../../.cache'))
writeFileSync(at('seal-212172.png'), encodeOneBitPng({ ...drawing, dpi: 600, grey: 0 }))
