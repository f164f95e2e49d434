import { useEffect, useState, type ReactNode } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { isPracticeTown } from '@open-bcl/core/practice-town.ts'
import { enrolHelper, returnHelper } from '@open-bcl/modules/relief/relief.contract.ts'
import { send } from '@open-bcl/ui/api.ts'
import { FieldFaults } from '@open-bcl/ui/fields/faults.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { Text, textWith } from '@open-bcl/ui/fields/Text.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { begin } from '../session.ts'

/** Whose phone this is: no secret, so that on the next morning only the number is asked for. */
type Known = { readonly municipalityCode: string; readonly staffId: string; readonly name: string }
/** Apart for a practice town: who practises with one card still comes back with the other. */
const keptFor = (code: string): string =>
  isPracticeTown(code) ? 'open-bcl-helper-practice' : 'open-bcl-helper'

const Code = textWith({ width: 'middle', autoComplete: 'off' })
const Town = textWith({ inputMode: 'numeric', maxLength: 6, width: 'narrow', autoComplete: 'off' })
const Pin = textWith({
  type: 'password',
  inputMode: 'numeric',
  maxLength: 6,
  width: 'narrow',
  autoComplete: 'off',
})

/** 応援職員 with a card and a phone of their own: registers it, and comes back to it. */
export function HelperPage(): ReactNode {
  const [card] = useState(cardOfAddress)
  const [all, setAll] = useState(readKnown)
  const [chosen, setChosen] = useState(0)
  const known = all[chosen] ?? null
  useEffect(() => {
    document.title = '応援職員｜被災者支援システム'
    // Not left in the address bar, nor in what the phone remembers of it.
    history.replaceState(history.state, '', location.pathname)
  }, [])
  return (
    <main className="sign-in" id="main">
      <div>
        <p className="quiet">クラウド型 被災者支援システム</p>
        <h1>応援職員</h1>
      </div>
      {known !== null && card === null ? (
        <>
          <Return
            key={known.staffId}
            known={known}
            onForget={() => {
              setAll(all.filter((one) => one !== known))
              setChosen(0)
            }}
          />
          {all.length > 1 && (
            <Button onClick={() => setChosen(1 - chosen)}>
              {isPracticeTown(known.municipalityCode)
                ? 'ふだんの利用証で再開する'
                : '練習用の利用証で再開する'}
            </Button>
          )}
        </>
      ) : (
        <Enrol card={card} />
      )}
      <p className="small quiet">
        操作は、あなたの氏名で記録されます。この端末をなくしたときは、すぐに受入担当へ知らせてください。
      </p>
    </main>
  )
}

function Enrol(props: { card: { readonly town: string; readonly code: string } | null }): ReactNode {
  const router = useRouter()
  const queries = useQueryClient()
  const [town, setTown] = useState(props.card?.town ?? '')
  const [code, setCode] = useState(props.card?.code ?? '')
  const [name, setName] = useState('')
  const [office, setOffice] = useState('')
  const [pin, setPin] = useState('')
  const [again, setAgain] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const differ = again !== '' && pin !== again

  async function submit(): Promise<void> {
    if (busy || differ) return
    setBusy(true)
    setError(null)
    try {
      const municipalityCode = town.normalize('NFKC').trim()
      const input = { municipalityCode, code, displayName: name, office, pin: pin.normalize('NFKC') }
      const { session, disasterId } = await send(enrolHelper, input)
      const kept = { municipalityCode, staffId: session.user.staffId, name }
      localStorage.setItem(keptFor(municipalityCode), JSON.stringify(kept))
      begin(queries, session)
      router.history.replace(`/?disaster=${disasterId}`)
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      className="sign-in-card"
      noValidate
      aria-label="利用証の登録"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      {isPracticeTown(town) && (
        <Banner tone="information" title="練習用の利用証です">
          架空の住民で練習します。実際の仕事には、別の利用証を使います。
        </Banner>
      )}
      <FieldFaults error={error}>
        {props.card === null && (
          <>
            <LooseField
              name="municipalityCode"
              label="団体コード"
              kind={Town}
              value={town}
              onChange={setTown}
              hint="利用証に書かれた6桁の数字"
              required
            />
            <LooseField
              name="code"
              label="利用証のコード"
              kind={Code}
              value={code}
              onChange={setCode}
              hint="例：ABCD-EFGH-JKMN"
              required
            />
          </>
        )}
        <LooseField name="displayName" label="氏名" kind={Text} value={name} onChange={setName} required />
        <LooseField
          name="office"
          label="派遣元の団体・部署"
          kind={Text}
          value={office}
          onChange={setOffice}
          hint="例：○○市 税務課"
          required
        />
        <LooseField
          name="pin"
          label="暗証番号"
          kind={Pin}
          value={pin}
          onChange={setPin}
          hint="自分で決める6桁の数字。次に使うときに入力します"
          required
        />
        <LooseField
          name="again"
          label="暗証番号（確認用）"
          kind={Pin}
          value={again}
          onChange={setAgain}
          error={differ ? '暗証番号と一致していません' : null}
          required
        />
      </FieldFaults>
      <Button
        type="submit"
        look="solid"
        busy={busy}
        unavailable={
          [town, code, name.trim(), office.trim(), pin, again].includes('') || differ
            ? 'すべての欄を入力してください'
            : null
        }
      >
        はじめる
      </Button>
    </form>
  )
}

function Return(props: { known: Known; onForget: () => void }): ReactNode {
  const { known } = props
  const router = useRouter()
  const queries = useQueryClient()
  const [pin, setPin] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)

  async function submit(): Promise<void> {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      const { municipalityCode, staffId } = known
      const input = { municipalityCode, staffId, pin: pin.normalize('NFKC') }
      const { session, disasterId } = await send(returnHelper, input)
      begin(queries, session)
      router.history.replace(`/?disaster=${disasterId}`)
    } catch (thrown) {
      setPin('')
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      className="sign-in-card"
      noValidate
      aria-label="利用証での再開"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <p>
        {known.name} さん{isPracticeTown(known.municipalityCode) && '（練習用の利用証）'}
      </p>
      <FieldFaults error={error}>
        <LooseField name="pin" label="暗証番号" kind={Pin} value={pin} onChange={setPin} required />
      </FieldFaults>
      <Button
        type="submit"
        look="solid"
        busy={busy}
        unavailable={pin === '' ? '暗証番号を入力してください' : null}
      >
        再開する
      </Button>
      <Button
        look="text"
        onClick={() => {
          localStorage.removeItem(keptFor(known.municipalityCode))
          props.onForget()
        }}
      >
        別の利用証を登録する
      </Button>
    </form>
  )
}

/** `#212172.ABCDEFGHJKMN`, as the card's picture says it. */
function cardOfAddress(): { town: string; code: string } | null {
  const said = /^#(\d{6})\.([0-9A-Z]{12})$/.exec(location.hash)
  return said ? { town: said[1]!, code: said[2]! } : null
}

/** The town's own card before the one for practising. */
function readKnown(): Known[] {
  return ['open-bcl-helper', 'open-bcl-helper-practice'].flatMap((key) => readCard(key) ?? [])
}

function readCard(key: string): Known | null {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Known> | null
    return typeof kept?.municipalityCode === 'string' && typeof kept.staffId === 'string'
      ? { municipalityCode: kept.municipalityCode, staffId: kept.staffId, name: String(kept.name ?? '') }
      : null
  } catch {
    return null
  }
}
