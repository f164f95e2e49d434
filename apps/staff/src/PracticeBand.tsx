import { useEffect, useState, type ReactNode } from 'react'
import { signOut } from '@open-bcl/modules/access/access.contract.ts'
import { send } from '@open-bcl/ui/api.ts'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { useToast } from '@open-bcl/ui/layout/Toast.tsx'
import { wordsOf } from '@open-bcl/ui/problem.tsx'

/** On every page and every printed sheet while somebody practises. */
export function PracticeBand(): ReactNode {
  useEffect(() => {
    const { dataset } = document.documentElement
    dataset['practice'] = 'yes'
    return () => {
      delete dataset['practice']
    }
  }, [])
  return (
    <>
      <aside className="practice-band" aria-label="練習">
        練習中：実際の情報ではありません
      </aside>
      <div className="practice-edge" aria-hidden="true">
        <span>練習　無効</span>
      </div>
    </>
  )
}

/** Out, and to the sign-in page: there is no way from here to the real pages but the usual one. */
export function LeavePractice(): ReactNode {
  const toast = useToast()
  const [busy, setBusy] = useState(false)
  async function leave(): Promise<void> {
    setBusy(true)
    try {
      await send(signOut, {})
      // Read anew from the beginning: nothing practised stays in the page.
      location.assign('/sign-in')
    } catch (error) {
      toast(wordsOf(error).title)
      setBusy(false)
    }
  }
  return (
    <Button busy={busy} onClick={() => void leave()}>
      練習を終える
    </Button>
  )
}
