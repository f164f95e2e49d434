import { useCallback, useState, type ReactNode } from 'react'
import { CardPicture, Keypad, ScreenFrame, StopButton, Touch, type ScreenProps } from './kiosk-parts.tsx'
import type { KioskMachine } from './kiosk-machine.ts'
import type { Prefecture } from './kiosk-visit.ts'
import { useAlarm } from './warning-sound.ts'
import { useWords } from './words/use-words.ts'

export function PlaceCard({ machine, state }: ScreenProps): ReactNode {
  const { card } = useWords()
  const { screen, cardPresent } = state
  const words = screen.name === 'place-card' ? screen.words : null
  return (
    <ScreenFrame
      title={card.title}
      lead={
        <>
          <p>{card.lead}</p>
          {words !== null && (
            <p className="error" role="alert">
              {card[words]}
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

export function ChoosePrefecture({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  return (
    <ScreenFrame
      title={words.prefecture.title}
      lead={<p>{state.visit.application === null ? words.prefecture.lead : words.registration.prefecture}</p>}
      foot={<StopButton machine={machine} />}
    >
      <ul className="choices">
        {state.visit.prefectures.map((prefecture) => (
          <li key={prefecture.name}>
            <Touch onPress={() => machine.choosePrefecture(prefecture)} lang="ja">
              {prefecture.name}
            </Touch>
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
  state,
  prefecture,
}: ScreenProps & { prefecture: Prefecture }): ReactNode {
  const words = useWords()
  const [page, setPage] = useState(0)
  const { towns } = prefecture
  const pages = Math.ceil(towns.length / pageSize)
  const shown = towns.slice(page * pageSize, (page + 1) * pageSize)
  return (
    <ScreenFrame
      title={words.town.title}
      lead={
        <>
          <p lang="ja">{prefecture.name}</p>
          <p>{state.visit.application === null ? words.town.lead : words.registration.town}</p>
        </>
      }
      foot={
        <>
          <StopButton machine={machine} />
          <Touch onPress={() => machine.toPrefectures()}>{words.town.others}</Touch>
        </>
      }
    >
      <ul className="choices">
        {shown.map((town) => (
          <li key={town.municipalityCode}>
            <Touch onPress={() => void machine.chooseTown(town)} lang="ja">
              {town.name}
            </Touch>
          </li>
        ))}
      </ul>
      {pages > 1 && (
        <div className="pager">
          <Touch onPress={() => setPage(page - 1)} disabled={page === 0}>
            {words.page.before}
          </Touch>
          <span>
            {page + 1} / {pages}
          </span>
          <Touch onPress={() => setPage(page + 1)} disabled={page === pages - 1}>
            {words.page.after}
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
  const words = useWords()
  const [pin, setPin] = useState('')
  const add = useCallback((digit: string) => setPin((text) => (text + digit).slice(0, 4)), [])
  const erase = useCallback(() => setPin((text) => text.slice(0, -1)), [])
  const done = useCallback(() => {
    setPin('')
    void machine.enterPin(pin)
  }, [machine, pin])
  return (
    <ScreenFrame
      title={words.pin.title}
      lead={
        <>
          <p>{words.pin.lead}</p>
          {wrong && (
            <p className="error" role="alert">
              {words.pin.wrong}
            </p>
          )}
          <p className={triesLeft < 3 ? 'error' : 'quiet-line'}>{words.pin.left(triesLeft)}</p>
        </>
      }
      foot={<StopButton machine={machine} />}
    >
      <output className="digits" aria-label={words.pin.typed(pin.length)}>
        {[0, 1, 2, 3].map((place) => (
          <span key={place} className="dot" data-filled={place < pin.length || undefined} />
        ))}
      </output>
      <Keypad onDigit={add} onErase={erase} onDone={done} done={words.confirm} ready={pin.length === 4} />
    </ScreenFrame>
  )
}

export function RemoveCard({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  useAlarm(words.removeCard.title, state.manner.lang)
  return (
    <ScreenFrame
      title={words.removeCard.title}
      lead={
        <>
          <p>{words.removeCard.lead}</p>
          <p>{words.removeCard.next}</p>
        </>
      }
      foot={<StopButton machine={machine} />}
    >
      <CardPicture present={state.cardPresent} />
    </ScreenFrame>
  )
}

/** 取り忘れ対策: everything is over, and rings until the card is gone. */
export function CardLeft({ state }: ScreenProps): ReactNode {
  const words = useWords()
  useAlarm(words.removeCard.title, state.manner.lang)
  return (
    <ScreenFrame title={words.cardLeft.title} lead={<p role="alert">{words.cardLeft.lead}</p>}>
      <CardPicture present />
    </ScreenFrame>
  )
}
