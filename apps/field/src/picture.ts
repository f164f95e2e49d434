/** A day of three hundred photos goes over a thin line in a minute. */
const MOST_BYTES = 150 * 1024
/** Longest side of a photo that is kept, px: the first at which it is small enough. */
const SIDES = [1_600, 1_280, 1_024, 800]
const QUALITIES = [0.82, 0.7, 0.58, 0.45]
/** The lowest quality makes no picture smaller than this. */
const QUALITY_SAVES = 2.5

/** A photo as it is queued: small, upright, without what the camera wrote into it. `null` = not a picture. */
export async function shrink(file: Blob): Promise<Uint8Array<ArrayBuffer> | null> {
  let picture: ImageBitmap
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  } catch {
    return null
  }
  try {
    for (const side of SIDES) {
      const smallest = side === SIDES.at(-1)
      const scale = Math.min(1, side / Math.max(picture.width, picture.height))
      const canvas = document.createElement('canvas')
      canvas.width = Math.max(1, Math.round(picture.width * scale))
      canvas.height = Math.max(1, Math.round(picture.height * scale))
      canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height)
      for (const quality of QUALITIES) {
        const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality))
        if (blob === null) return null
        if (blob.size <= MOST_BYTES || (smallest && quality === QUALITIES.at(-1)))
          return new Uint8Array(await blob.arrayBuffer())
        // Out of reach at this size: three more tries would cost a cheap phone a second.
        if (!smallest && blob.size > MOST_BYTES * QUALITY_SAVES) break
      }
    }
    return null
  } finally {
    picture.close()
  }
}
