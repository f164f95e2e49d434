import { useEffect, useRef, type ReactNode } from 'react'
import type { KioskMachine } from './kiosk-machine.ts'
import type { KioskState } from './kiosk-visit.ts'
import { spokenName, withReadings } from './ruby.tsx'
import { tap } from './warning-sound.ts'
import { useWords } from './words/use-words.ts'

export type ScreenProps = { readonly machine: KioskMachine; readonly state: KioskState }

/** One screen: what it is about on the left (or above), what to do on the right (or below), ways out at the foot. */
export function ScreenFrame(props: {
  title: string
  lead?: ReactNode
  children?: ReactNode
  /** Buttons at the foot, the way on last. */
  foot?: ReactNode
}): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null)
  // Each screen is announced, and the keyboard begins at its top.
  useEffect(() => heading.current?.focus(), [props.title])
  return (
    <main className="stage-main">
      <div className="screen">
        <div className="screen-lead">
          <h1 ref={heading} tabIndex={-1} aria-label={spokenName(props.title)}>
            {withReadings(props.title)}
          </h1>
          {withReadings(props.lead)}
        </div>
        {props.children !== undefined && <div className="screen-body">{withReadings(props.children)}</div>}
      </div>
      <div className="screen-foot">{withReadings(props.foot)}</div>
    </main>
  )
}

/** 中止, on every screen of a procedure. */
export function StopButton({ machine }: { machine: KioskMachine }): ReactNode {
  const words = useWords()
  return (
    <Touch onPress={() => void machine.stop('user')} look="stop">
      {words.stop}
    </Touch>
  )
}

/** A button for a finger: at least 88 px high; a second tap within the press is not a second wish. */
export function Touch(props: {
  children: ReactNode
  onPress: () => void
  look?: 'solid' | 'outline' | 'quiet' | 'stop' | 'simulated'
  /** Stays visible and says so when it cannot be used. */
  disabled?: boolean
  /** A switch, and how it stands. */
  pressed?: boolean
  label?: string
  lang?: string
  className?: string
}): ReactNode {
  return (
    <button
      type="button"
      className={`touch ${props.className ?? ''}`}
      data-look={props.look ?? 'outline'}
      aria-disabled={props.disabled === true || undefined}
      aria-pressed={props.pressed}
      aria-label={props.label ?? spokenName(props.children)}
      lang={props.lang}
      onClick={(event) => {
        if (props.disabled === true || event.detail > 1) return
        tap()
        props.onPress()
      }}
    >
      {typeof props.children === 'string' ? (
        <span>{withReadings(props.children)}</span>
      ) : (
        withReadings(props.children)
      )}
    </button>
  )
}

/** Ten keys with 訂正 and the way on; a keyboard's digits, Backspace and Enter do the same. */
export function Keypad(props: {
  onDigit: (digit: string) => void
  onErase: () => void
  onDone: () => void
  done: string
  ready: boolean
}): ReactNode {
  const { onDigit, onErase, onDone, ready } = props
  const words = useWords()
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (/^[0-9]$/.test(event.key)) onDigit(event.key)
      else if (event.key === 'Backspace') onErase()
      else if (event.key === 'Enter' && ready && !(event.target instanceof HTMLButtonElement)) onDone()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [onDigit, onErase, onDone, ready])
  return (
    <div className="keypad" role="group" aria-label={words.keypad} data-silent>
      {['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => (
        <RepeatKey key={digit} onPress={() => onDigit(digit)}>
          {digit}
        </RepeatKey>
      ))}
      <RepeatKey onPress={onErase} look="quiet">
        {words.erase}
      </RepeatKey>
      <RepeatKey onPress={() => onDigit('0')}>0</RepeatKey>
      <Touch onPress={onDone} look="solid" disabled={!ready}>
        {props.done}
      </Touch>
    </div>
  )
}

/** A key that may be tapped twice in a row: 1, 1. */
function RepeatKey(props: { children: ReactNode; onPress: () => void; look?: 'quiet' }): ReactNode {
  return (
    <button
      type="button"
      className="touch key"
      data-look={props.look ?? 'outline'}
      onClick={() => {
        tap()
        props.onPress()
      }}
    >
      {props.children}
    </button>
  )
}

/** The whole reader as a drawing: where the card lies. */
export function CardPicture(props: { present: boolean }): ReactNode {
  const words = useWords()
  return (
    <svg
      className="card-picture"
      viewBox="0 0 400 300"
      role="img"
      aria-label={props.present ? words.card.lies : words.card.place}
    >
      <rect x="30" y="150" width="340" height="120" rx="16" className="reader" />
      <rect x="60" y="175" width="280" height="70" rx="10" className="reader-plate" />
      <g className={props.present ? 'card lying' : 'card coming'}>
        <rect x="90" y="40" width="220" height="140" rx="12" className="card-body" />
        <rect x="112" y="84" width="40" height="32" rx="5" className="card-chip" />
        <rect x="112" y="60" width="120" height="10" rx="5" className="card-line" />
        <rect x="176" y="92" width="110" height="8" rx="4" className="card-line" />
        <rect x="176" y="112" width="80" height="8" rx="4" className="card-line" />
      </g>
    </svg>
  )
}
