import { encode } from 'uqr'
import { useMemo, type ReactNode } from 'react'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { codeText } from '@open-bcl/core/one-time-code.ts'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useSession } from '@open-bcl/ui/session.tsx'
import type { makePass } from '../field.contract.ts'

/** The code that binds a pass to a phone: to be photographed by it, or typed. Shown once. */
export function CodeCard(props: { code: OutputOf<typeof makePass>; onClose: () => void }): ReactNode {
  const { code, codeUntil } = props.code
  const { municipality } = useSession()
  // Behind `#`: what stands there is sent to nobody and reaches no log.
  const link = `${location.origin}/field/#${municipality.code}.${code}`
  const picture = useMemo(() => {
    const { data, size } = encode(link, { ecc: 'M', border: 2 })
    const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])))
    return { size, path: dark.join('') }
  }, [link])
  return (
    <Section title="登録コード">
      <p>調査員のスマートフォンのカメラで読み取るか、{location.origin}/field を開いて入力してください。</p>
      <svg
        viewBox={`0 0 ${picture.size} ${picture.size}`}
        width={240}
        height={240}
        role="img"
        aria-label="登録用の2次元コード"
        shapeRendering="crispEdges"
      >
        <rect width={picture.size} height={picture.size} fill="#fff" />
        <path d={picture.path} fill="#000" />
      </svg>
      <p>
        団体コード <strong>{municipality.code}</strong>　登録コード <strong>{codeText(code)}</strong>
      </p>
      <p>{instantText(codeUntil)} まで、1回だけ使えます。</p>
      <Button onClick={props.onClose}>閉じる</Button>
    </Section>
  )
}
