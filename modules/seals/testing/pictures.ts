import { encodeOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'

/** Where a ring stands in its picture, pixels. */
export type Ring = {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A picture with a ring in it, as PNG in base64: what a scanner makes of a round seal. */
export function ringPicture(width: number, height: number, ring: Ring): string {
  const isInked = (x: number, y: number): boolean => {
    const across = (x - ring.left - (ring.width - 1) / 2) / (ring.width / 2)
    const down = (y - ring.top - (ring.height - 1) / 2) / (ring.height / 2)
    const distance = Math.hypot(across, down)
    return distance <= 1 && distance > 0.85
  }
  return encodeOneBitPng({ width, height, dpi: 600, grey: 0, isInked }).toString('base64')
}

/** A ring that fills its picture. */
export function wholeRing(side: number): string {
  return ringPicture(side, side, { left: 0, top: 0, width: side, height: side })
}
