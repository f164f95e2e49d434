import fs from 'node:fs'
import { cityFile } from './city.ts'

/** `make-city-file.ts PATH ROWS CHANGED_EVERY`: in a process of its own, whose memory is not the bench's. */
const [path, rows, changedEvery] = process.argv.slice(2)
const out = fs.openSync(path!, 'w')
for (const chunk of cityFile(Number(rows), changedEvery === undefined ? Infinity : Number(changedEvery)))
  fs.writeSync(out, chunk)
fs.closeSync(out)
