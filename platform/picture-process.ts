import { createCanvas, loadImage } from '@napi-rs/canvas'

/** What the process is asked: to decode a stranger's picture and draw it small. It holds no key and no secret. */
export type PictureJob = {
  readonly id: number
  readonly bytes: Uint8Array
  /** Longest side of what is drawn. */
  readonly side: number
  readonly mostBytes: number
}

export type PictureAnswer =
  | {
      readonly id: number
      /** As it is looked at: turned as the camera was held. */
      readonly width: number
      readonly height: number
      readonly jpeg: Uint8Array
      /** 0 black to 255 white, and how much it varies: a lens cap is dark, a thumb is flat. */
      readonly brightness: number
      readonly contrast: number
    }
  | { readonly id: number; readonly failed: string }

if (process.send === undefined) throw new Error('runs as a process of pictures.ts')
const tell = process.send.bind(process)
process.on('message', (job: PictureJob) => {
  void answer(job).then((done) => tell(done))
})
// Whoever asked is gone: there is nobody to draw for.
process.on('disconnect', () => process.exit())
tell('ready')

async function answer({ id, bytes, side, mostBytes }: PictureJob): Promise<PictureAnswer> {
  try {
    const picture = await loadImage(Buffer.from(bytes))
    const { width, height } = picture
    if (width < 1 || height < 1) return { id, failed: 'empty' }
    for (let longest = side; longest >= 40; longest = Math.floor(longest * 0.75)) {
      const scale = Math.min(1, longest / Math.max(width, height))
      const canvas = createCanvas(
        Math.max(1, Math.round(width * scale)),
        Math.max(1, Math.round(height * scale)),
      )
      const context = canvas.getContext('2d')
      context.fillStyle = '#fff'
      context.fillRect(0, 0, canvas.width, canvas.height)
      context.drawImage(picture, 0, 0, canvas.width, canvas.height)
      for (const quality of [80, 65, 50, 35]) {
        const jpeg = canvas.toBuffer('image/jpeg', quality)
        if (jpeg.length > mostBytes) continue
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
        return { id, width, height, jpeg, ...lightOf(data) }
      }
    }
    return { id, failed: 'too large' }
  } catch (error) {
    // Its words may quote what was read.
    return { id, failed: error instanceof Error ? error.name : 'Error' }
  }
}

function lightOf(rgba: Uint8ClampedArray): { brightness: number; contrast: number } {
  let sum = 0
  let squares = 0
  const pixels = rgba.length / 4
  for (let i = 0; i < rgba.length; i += 4) {
    const grey = 0.299 * rgba[i]! + 0.587 * rgba[i + 1]! + 0.114 * rgba[i + 2]!
    sum += grey
    squares += grey * grey
  }
  const mean = sum / pixels
  return {
    brightness: Math.round(mean),
    contrast: Math.round(Math.sqrt(Math.max(0, squares / pixels - mean * mean))),
  }
}
