import { encode } from 'uqr'
import { useMemo, type ReactNode } from 'react'

/** A 2-D code, drawn here: what it says is sent to nobody. */
export function QrPicture(props: { text: string; label: string; size?: number }): ReactNode {
  const { text, label, size = 240 } = props
  const picture = useMemo(() => {
    const code = encode(text, { ecc: 'M', border: 2 })
    const dark = code.data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])))
    return { modules: code.size, path: dark.join('') }
  }, [text])
  return (
    <svg
      viewBox={`0 0 ${picture.modules} ${picture.modules}`}
      width={size}
      height={size}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={picture.modules} height={picture.modules} fill="#fff" />
      <path d={picture.path} fill="#000" />
    </svg>
  )
}
