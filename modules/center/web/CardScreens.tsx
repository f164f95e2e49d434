import { useCallback, useEffect, useState, type ReactNode } from 'react'
import { CardPicture, Keypad, ScreenFrame, Touch } from './kiosk-parts.tsx'
import type { KioskMachine } from './kiosk-machine.ts'
import type { KioskState, Prefecture } from './kiosk-visit.ts'
import { startWarning } from './warning-sound.ts'

type Props = { machine: KioskMachine; state: KioskState }

function StopButton({ machine }: { machine: KioskMachine }): ReactNode {
  return (
    <Touch onPress={() => void machine.stop('user')} look="stop">
      中止
    </Touch>
  )
}

export function PlaceCard({ machine, state }: Props): ReactNode {
  const { screen, cardPresent } = state
  const words = screen.name === 'place-card' ? screen.words : null
  return (
    <ScreenFrame
      title="マイナンバーカードを置いてください"
      lead={
        <>
          <p>カードを読取り場所に置き、暗証番号の入力が終わるまで動かさないでください。</p>
          {words !== null && (
            <p className="error" role="alert">
              {words}
            </p>
          )}
        </>
      }
      foot={<StopButton machine={machine} />}
    >
      <CardPicture present={cardPresent} />
    </ScreenFrame>
  )
}

export function ChoosePrefecture({ machine, state }: Props): ReactNode {
  const { prefectures } = state.visit
  return (
    <ScreenFrame
      title="都道府県を選んでください"
      lead={<p>証明書を発行する市区町村（住所地。転出した方は被災時の住所地）の都道府県です。</p>}
      foot={<StopButton machine={machine} />}
    >
      <ul className="choices">
        {prefectures.map((prefecture) => (
          <li key={prefecture.name}>
            <Touch onPress={() => machine.choosePrefecture(prefecture)}>{prefecture.name}</Touch>
          </li>
        ))}
      </ul>
    </ScreenFrame>
  )
}

/** So many towns stand on one page. */
const pageSize = 12

export function ChooseTown({
  machine,
  prefecture,
}: {
  machine: KioskMachine
  prefecture: Prefecture
}): ReactNode {
  const [page, setPage] = useState(0)
  const { towns } = prefecture
  const pages = Math.ceil(towns.length / pageSize)
  const shown = towns.slice(page * pageSize, (page + 1) * pageSize)
  return (
    <ScreenFrame
      title="市区町村を選んでください"
      lead={
        <>
          <p>{prefecture.name}</p>
          <p>
            住所地の市区町村を選びます。引っ越した方は「他の都道府県」から、証明書を発行する市区町村を選べます。
          </p>
        </>
      }
      foot={
        <>
          <StopButton machine={machine} />
          <Touch onPress={() => machine.toPrefectures()}>他の都道府県</Touch>
        </>
      }
    >
      <ul className="choices">
        {shown.map((town) => (
          <li key={town.municipalityCode}>
            <Touch onPress={() => void machine.chooseTown(town)}>{town.name}</Touch>
          </li>
        ))}
      </ul>
      {pages > 1 && (
        <div className="pager">
          <Touch onPress={() => setPage(page - 1)} disabled={page === 0}>
            前へ
          </Touch>
          <span>
            {page + 1} / {pages}
          </span>
          <Touch onPress={() => setPage(page + 1)} disabled={page === pages - 1}>
            次へ
          </Touch>
        </div>
      )}
    </ScreenFrame>
  )
}

export function Pin({
  machine,
  triesLeft,
  wrong,
}: {
  machine: KioskMachine
  triesLeft: number
  wrong: boolean
}): ReactNode {
  const [pin, setPin] = useState('')
  const add = useCallback((digit: string) => setPin((text) => (text + digit).slice(0, 4)), [])
  const erase = useCallback(() => setPin((text) => text.slice(0, -1)), [])
  const done = useCallback(() => {
    setPin('')
    void machine.enterPin(pin)
  }, [machine, pin])
  return (
    <ScreenFrame
      title="暗証番号を入力してください"
      lead={
        <>
          <p>利用者証明用電子証明書の4桁の暗証番号です。周りの方に見えないように入力してください。</p>
          {wrong && (
            <p className="error" role="alert">
              暗証番号が違います。
            </p>
          )}
          <p className={triesLeft < 3 ? 'error' : 'quiet-line'}>
            あと{triesLeft}回間違えると、カードがロックされます。
          </p>
        </>
      }
      foot={<StopButton machine={machine} />}
    >
      <output className="digits" aria-label={`暗証番号 ${pin.length}桁入力済み`}>
        {[0, 1, 2, 3].map((place) => (
          <span key={place} className="dot" data-filled={place < pin.length || undefined} />
        ))}
      </output>
      <Keypad onDigit={add} onErase={erase} onDone={done} done="確認" ready={pin.length === 4} />
    </ScreenFrame>
  )
}

export function RemoveCard({ machine, state }: Props): ReactNode {
  useEffect(() => startWarning(), [])
  return (
    <ScreenFrame
      title="カードをお取りください"
      lead={
        <>
          <p>カードの確認が終わりました。マイナンバーカードを取り、しまってください。</p>
          <p>カードを取ると、次の画面に進みます。</p>
        </>
      }
      foot={<StopButton machine={machine} />}
    >
      <CardPicture present={state.cardPresent} />
    </ScreenFrame>
  )
}
