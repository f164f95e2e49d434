import { useBlocker } from '@tanstack/react-router'
import type { ReactNode, RefObject } from 'react'
import { Button } from '../layout/Button.tsx'
import { Dialog } from '../layout/Dialog.tsx'

/** Asks before typed work is left behind, by a link, the back button or by closing the tab. */
export function LeaveGuard(props: { dirty: RefObject<boolean> }): ReactNode {
  const blocker = useBlocker({
    shouldBlockFn: () => props.dirty.current,
    enableBeforeUnload: () => props.dirty.current,
    withResolver: true,
  })
  const stay = () => blocker.reset?.()
  return (
    <Dialog
      open={blocker.status === 'blocked'}
      title="保存していない入力があります"
      onClose={stay}
      actions={
        <>
          <Button look="solid" onClick={stay}>
            入力を続ける
          </Button>
          <Button onClick={() => blocker.proceed?.()}>破棄して移動する</Button>
        </>
      }
    >
      <p>このまま移動すると、入力した内容は失われます。</p>
    </Dialog>
  )
}
