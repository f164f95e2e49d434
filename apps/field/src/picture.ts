/** Longest side of a photo that is kept, px. */
const SIDE = 1_600
/** A day of three hundred photos goes over a thin line in a minute. */
const MOST_BYTES = 150 * 1024
const QUALITIES = [0.82, 0.7, 0.58, 0.45]

/** A photo as it is queued: small, upright, without what the camera wrote into it. `null` = not a picture. */
export async function shrink(file: Blob): Promise<Uint8Array<ArrayBuffer> | null> {
  let picture: ImageBitmap
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  } catch {
    return null
  }
  try {
    for (const side of [SIDE, 1_280, 1_024, 800]) {
      const scale = Math.min(1, side / Math.max(picture.width, picture.height))
      const canvas = document.createElement('canvas')
      canvas.width = Math.max(1, Math.round(picture.width * scale))
      canvas.height = Math.max(1, Math.round(picture.height * scale))
      canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height)
      for (const quality of QUALITIES) {
        const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality))
        if (blob === null) return null
        if (blob.size <= MOST_BYTES || (side === 800 && quality === QUALITIES.at(-1)))
          return new Uint8Array(await blob.arrayBuffer())
      }
    }
    return null
  } finally {
    picture.close()
  }
}
