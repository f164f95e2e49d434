import { useQueryClient } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import { z } from 'zod'
import { send } from '@open-bcl/ui/api.ts'
import { asProblem } from '@open-bcl/ui/api-problem.ts'
import { Section } from '@open-bcl/ui/layout/Section.tsx'
import { useCan } from '@open-bcl/ui/session.tsx'
import { listParked, listPasses, takeQueueItem } from '../field.contract.ts'
import type { ItemId, PassId } from '../field.ts'

/** What a phone writes when its PIN is forgotten (apps/field, Locked.tsx). */
const QueueFile = z.object({
  format: z.literal('open-bcl-field-queue'),
  passId: z.uuid(),
  keyId: z.uuid(),
  items: z.array(z.object({ itemId: z.uuid(), base64: z.string() })),
})

/** 未送信の取込み: the file of a phone that nobody can open. Taken again, nothing doubles. */
export function TakeQueue(): ReactNode {
  const id = useId()
  const can = useCan()
  const queries = useQueryClient()
  const [said, setSaid] = useState('')
  const [busy, setBusy] = useState(false)
  if (!can(takeQueueItem).allowed) return null
  const take = async (file: File): Promise<void> => {
    const read = QueueFile.safeParse(
      await file
        .text()
        .then(JSON.parse)
        .catch(() => null),
    )
    if (!read.success) return setSaid('調査端末が書き出したファイルではありません')
    const { passId, keyId, items } = read.data
    let parked = 0
    for (const [i, { itemId, base64 }] of items.entries()) {
      setSaid(`${items.length}件のうち${i}件を取り込みました`)
      const done = await send(takeQueueItem, {
        passId: passId as PassId,
        keyId,
        itemId: itemId as ItemId,
        base64,
      })
      if (done.state === 'parked') parked += 1
    }
    setSaid(`${items.length}件を取り込みました${parked === 0 ? '' : `（うち${parked}件は保留です）`}`)
  }
  const start = async (file: File): Promise<void> => {
    setBusy(true)
    try {
      await take(file)
    } catch (error) {
      setSaid(`${asProblem(error).title}。同じファイルをもう一度選ぶと、続きから取り込みます。`)
    } finally {
      setBusy(false)
      for (const { name } of [listParked, listPasses]) void queries.invalidateQueries({ queryKey: [name] })
    }
  }
  return (
    <Section title="端末から書き出した未送信を取り込む">
      <p>
        暗証番号を忘れた端末では、「未送信をファイルに書き出す」で書き出したファイルを、ここで取り込めます。
      </p>
      <label className="field-label" htmlFor={id}>
        書き出したファイル
      </label>
      <input
        id={id}
        type="file"
        accept="application/json,.json"
        disabled={busy}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file) void start(file)
        }}
      />
      <p role="status">{said}</p>
    </Section>
  )
}
