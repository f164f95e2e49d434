import { useEffect, useState, type ReactNode } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { enterBreakGlass } from '@open-bcl/modules/break-glass/break-glass.contract.ts'
import { send } from '@open-bcl/ui/api.ts'
import { FieldFaults } from '@open-bcl/ui/fields/faults.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { begin } from '../session.ts'

const Town = textWith({ inputMode: 'numeric', maxLength: 6, width: 'narrow', autoComplete: 'off' })
const Code = textWith({ width: 'middle', autoComplete: 'off' })

/** 運用者による緊急閲覧: the code that the centre's console showed opens one town, once. */
export function OperatorEntryPage(): ReactNode {
  const router = useRouter()
  const queries = useQueryClient()
  const [town, setTown] = useState('')
  const [code, setCode] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    document.title = '運用者による緊急閲覧｜被災者支援システム'
  }, [])

  async function submit(): Promise<void> {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      const { session } = await send(enterBreakGlass, {
        municipalityCode: town.normalize('NFKC').trim(),
        code,
      })
      begin(queries, session)
      router.history.replace('/')
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }

  return (
    <main className="sign-in" id="main">
      <div>
        <p className="quiet">クラウド型 被災者支援システム</p>
        <h1>運用者による緊急閲覧</h1>
      </div>
      <form
        className="sign-in-card"
        noValidate
        aria-label="緊急閲覧の開始"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <FieldFaults error={error}>
          <LooseField
            name="municipalityCode"
            label="団体コード"
            kind={Town}
            value={town}
            onChange={setTown}
            required
          />
          <LooseField
            name="code"
            label="入室コード"
            kind={Code}
            value={code}
            onChange={setCode}
            hint="運用の画面に一度だけ表示されます。例：ABCD-EFGH-JKMN"
            required
          />
        </FieldFaults>
        <Button
          type="submit"
          look="solid"
          busy={busy}
          unavailable={[town, code].includes('') ? 'すべての欄を入力してください' : null}
        >
          緊急閲覧を始める
        </Button>
      </form>
      <p className="small quiet">
        見ることだけができます。操作は、あなたの氏名と許可の番号で団体に記録され、団体はいつでも終わらせられます。
      </p>
    </main>
  )
}
