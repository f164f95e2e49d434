import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { instantText } from '@open-bcl/ui/fields/instant-text.ts'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import type { MapView } from '@open-bcl/ui/map/view.ts'
import { House } from './House.tsx'
import { HouseMap } from './HouseMap.tsx'
import { Houses, type Search } from './Houses.tsx'
import { indexOf, type Here } from './houses-index.ts'
import { Refusal } from './server.ts'
import type { CarriedTask, Sync, SyncState, Work } from './sync.ts'
import { UnsentLine, UnsentList } from './Unsent.tsx'
import { useEntries } from './use-entries.ts'
import type { Secrets, Vault } from './vault.ts'

type Tab = 'list' | 'map' | 'unsent'
const tabs: readonly { readonly value: Tab; readonly label: string }[] = [
  { value: 'list', label: '一覧' },
  { value: 'map', label: '地図' },
  { value: 'unsent', label: '記録' },
]

export function Workplace(props: { vault: Vault; sync: Sync; syncing: SyncState }): ReactNode {
  const { vault, sync, syncing } = props
  const entries = useEntries(vault)
  const [secrets, setSecrets] = useState<Secrets | null>(null)
  const [work, setWork] = useState<Work>([])
  const [tab, setTab] = useState<Tab>('list')
  const [taskId, setTaskId] = useState<string | null>(null)
  const [search, setSearch] = useState<Search>({ query: '', left: true })
  const [top, setTop] = useState(0)
  const [mapView, setMapView] = useState<MapView | null>(null)
  const [here, setHere] = useState<Here | null>(null)
  const [said, setSaid] = useState('')
  const [fetching, setFetching] = useState(false)
  const refresh = useCallback(
    async (own: Secrets): Promise<void> => {
      setFetching(true)
      setSaid('')
      try {
        await sync.now()
        if (vault.isOpen) setWork(await sync.fetchWork(own))
      } catch (error) {
        setSaid(error instanceof Refusal ? error.title : '調査対象を更新できませんでした')
      } finally {
        setFetching(false)
      }
    },
    [sync, vault],
  )
  useEffect(() => {
    const begin = async (): Promise<void> => {
      const own = await vault.secrets()
      setSecrets(own)
      setWork(await vault.work<CarriedTask>())
      if (navigator.onLine) await refresh(own)
    }
    void begin()
  }, [vault, refresh])
  const { sent, busy } = syncing
  const fetched = useRef(sent)
  useEffect(() => {
    // What was sent is the town's: its word on the houses replaces ours.
    if (sent === fetched.current || busy || secrets === null) return
    fetched.current = sent
    sync.fetchSent(secrets).then(setWork, () => undefined)
  }, [sent, busy, secrets, sync])
  const index = useMemo(() => indexOf(work), [work])
  const byId = useMemo(() => new Map(work.map((task) => [task.taskId, task])), [work])
  const recorded = useMemo(
    () =>
      new Set(
        entries.filter(({ kind, state }) => kind === 'sheet' && state !== 'draft').map((one) => one.taskId),
      ),
    [entries],
  )
  if (secrets === null) return <main className="field-page">読み込んでいます…</main>
  const task = taskId === null ? undefined : byId.get(taskId)
  const line = <UnsentLine entries={entries} syncing={syncing} onSend={() => void sync.now()} />
  if (task !== undefined)
    return (
      <main className="field-page">
        <Button size="small" onClick={() => setTaskId(null)}>
          ← 一覧に戻る
        </Button>
        {line}
        <House key={task.taskId} task={task} secrets={secrets} vault={vault} sync={sync} entries={entries} />
      </main>
    )
  return (
    <main className="field-page">
      <header className="field-head">
        <div>
          <h1>被害認定調査</h1>
          <p className="quiet">
            {secrets.disasterName}　{secrets.teamName}
          </p>
        </div>
        <Button size="small" onClick={() => vault.close()}>
          鍵をかける
        </Button>
      </header>
      {line}
      {syncing.passState === 'expired' && (
        <Banner tone="warning" title="この端末の利用期間は終わりました">
          記録したものは送れます。役場で確認してから登録されます。
        </Banner>
      )}
      <nav className="field-tabs" aria-label="表示の切替え">
        {tabs.map(({ value, label }) => (
          <button
            key={value}
            type="button"
            aria-current={tab === value || undefined}
            onClick={() => setTab(value)}
          >
            {label}
          </button>
        ))}
      </nav>
      {tab === 'list' && (
        <Houses
          index={index}
          recorded={recorded}
          search={search}
          onSearch={setSearch}
          startAt={top}
          here={here}
          onHere={setHere}
          onChoose={(id, at) => {
            setTop(at)
            setTaskId(id)
          }}
        />
      )}
      {tab === 'map' && (
        <HouseMap
          work={work}
          recorded={recorded}
          here={here}
          startAt={mapView}
          onChoose={(id, view) => {
            setMapView(view)
            setTaskId(id)
          }}
        />
      )}
      {tab === 'unsent' && (
        <UnsentList entries={entries} vault={vault} taskNo={(id) => byId.get(id)?.taskNo ?? ''} />
      )}
      <div className="button-row">
        <Button size="small" busy={fetching} onClick={() => void refresh(secrets)}>
          {fetching ? '更新しています…' : '調査対象を更新する'}
        </Button>
        {syncing.lastAt !== null && (
          <span className="quiet">最後の連絡 {instantText(new Date(syncing.lastAt).toISOString())}</span>
        )}
      </div>
      {said !== '' && <Banner tone="warning" title={said} announce />}
    </main>
  )
}
