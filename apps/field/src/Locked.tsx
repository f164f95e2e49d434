import { useState, type ReactNode } from 'react'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { PinField } from './PinField.tsx'
import type { Sync, SyncState } from './sync.ts'
import { UnsentLine } from './Unsent.tsx'
import { useEntries } from './use-entries.ts'
import { toBase64, type Vault } from './vault.ts'

/** Locked: nothing of anybody is shown. What waits is sent all the same. */
export function Locked(props: { vault: Vault; sync: Sync; syncing: SyncState }): ReactNode {
  const { vault, sync } = props
  const entries = useEntries(vault)
  const [pin, setPin] = useState('')
  const [said, setSaid] = useState('')
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState(false)
  const unlock = async (): Promise<void> => {
    setBusy(true)
    const answer = await vault.unlock(pin)
    setBusy(false)
    setPin('')
    if (answer === 'wrong') setSaid('暗証番号が違います')
    else if (answer !== 'open')
      setSaid(
        `続けて間違えたため、あと${Math.ceil(answer.waitMs / 60_000)}分は開けません。記録したものは消えません。`,
      )
  }
  const kept = entries.filter(({ state }) => state === 'queued' || state === 'draft' || state === 'problem')
  return (
    <main className="field-page">
      <h1>調査端末</h1>
      <UnsentLine entries={entries} syncing={props.syncing} onSend={() => void sync.now()} />
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy && pin !== '') void unlock()
        }}
      >
        <PinField label="暗証番号" value={pin} onChange={setPin} />
        {said !== '' && <Banner tone="error" title={said} announce />}
        <Button type="submit" look="solid" busy={busy}>
          {busy ? '確かめています…' : '開く'}
        </Button>
      </form>
      <details>
        <summary>暗証番号を忘れたとき</summary>
        <p>
          送っていないものは、暗証番号がなくても役場に送れます。つながらないときは、ファイルに書き出して役場に渡してください。
        </p>
        <div className="button-row">
          <Button
            unavailable={kept.length === 0 ? '書き出すものはありません' : null}
            onClick={() => void writeOut(vault)}
          >
            未送信をファイルに書き出す
          </Button>
          <Button
            look="danger"
            unavailable={kept.length > 0 ? '送っていないものがある間は、登録し直せません' : null}
            onClick={() => setAsking(true)}
          >
            端末を登録し直す
          </Button>
        </div>
        {asking && (
          <Banner tone="warning" title="この端末の内容を消して、登録し直しますか">
            <div className="button-row">
              <Button look="danger" onClick={() => void vault.wipe()}>
                消して登録し直す
              </Button>
              <Button onClick={() => setAsking(false)}>やめる</Button>
            </div>
          </Banner>
        )}
      </details>
    </main>
  )
}

/** Sealed as it is: only the town can read it. */
async function writeOut(vault: Vault): Promise<void> {
  const { passId, keyId } = vault.pass!
  const items: { itemId: string; base64: string }[] = []
  for (const entry of await vault.entries()) {
    if (entry.state !== 'queued' && entry.state !== 'draft' && entry.state !== 'problem') continue
    items.push({ itemId: entry.itemId, base64: toBase64(await vault.envelope(entry.itemId)) })
  }
  const url = URL.createObjectURL(
    new Blob([JSON.stringify({ format: 'open-bcl-field-queue', passId, keyId, items })], {
      type: 'application/json',
    }),
  )
  const link = document.createElement('a')
  link.href = url
  link.download = 'misoushin.json'
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
