import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Enrol } from './Enrol.tsx'
import { Locked } from './Locked.tsx'
import type { Sync } from './sync.ts'
import { useEntries } from './use-entries.ts'
import type { Vault } from './vault.ts'
import { Workplace } from './Workplace.tsx'

/** Nobody touched the phone for so long: it may lie in the street. */
const IDLE_MS = 5 * 60_000

/** 調査端末: enrolled → locked → at work. Where one is stands in no address. */
export function App(props: { vault: Vault; sync: Sync; invitation: string }): ReactNode {
  const { vault, sync } = props
  const [, redraw] = useState(0)
  useEffect(() => vault.onChange(() => redraw((n) => n + 1)), [vault])
  const syncing = useSyncExternalStore(
    (listener) => sync.onChange(listener),
    () => sync.state,
  )
  useEffect(() => {
    let timer = setTimeout(() => undefined, 0)
    const touched = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => vault.close(), IDLE_MS)
    }
    touched()
    const signs = ['pointerdown', 'keydown', 'scroll'] as const
    for (const sign of signs) addEventListener(sign, touched, { passive: true, capture: true })
    return () => {
      clearTimeout(timer)
      for (const sign of signs) removeEventListener(sign, touched, { capture: true })
    }
  }, [vault])
  if (vault.pass === null) return <Enrol vault={vault} sync={sync} invitation={props.invitation} />
  if (syncing.passState === 'revoked') return <Revoked vault={vault} />
  if (!vault.isOpen) return <Locked vault={vault} sync={sync} syncing={syncing} />
  return <Workplace vault={vault} sync={sync} syncing={syncing} />
}

function Revoked(props: { vault: Vault }): ReactNode {
  const left = useEntries(props.vault).filter((entry) => entry.state === 'queued' || entry.state === 'draft')
  return (
    <main className="field-page">
      <h1>この端末の利用許可は取り消されました</h1>
      <Banner tone="warning" title="調査対象の情報は、この端末から消去しました">
        {left.length === 0
          ? '記録したものは、役場に届いています。'
          : `記録したもの ${left.length}件を役場に送っています。送り終えるまで、この端末に暗号化して残ります。`}
      </Banner>
    </main>
  )
}
