import { useCallback, useEffect, useRef, type ReactNode } from 'react'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import { Keypad, ScreenFrame, StopButton, Touch, type ScreenProps } from './kiosk-parts.tsx'
import {
  applicationItems,
  birthDay,
  isWritten,
  type Application,
  type ApplicationItem,
  type KioskState,
} from './kiosk-visit.ts'
import type { KioskMachine } from './kiosk-machine.ts'
import { useAlarm } from './warning-sound.ts'
import { useWords } from './words/use-words.ts'

/** 本籍地の利用登録: an item a screen, then everything once more before the PIN. */
export function WriteApplication({ machine, state }: ScreenProps): ReactNode {
  const { screen, visit } = state
  const { application } = visit
  if (screen.name !== 'application' || application === null) return null
  const item = applicationItems[screen.page]
  if (item === undefined) return <Check machine={machine} state={state} application={application} />
  const props = { machine, item, text: application[item] }
  return item === 'birth' || item === 'phone' ? (
    <WriteDigits key={item} {...props} item={item} state={state} />
  ) : (
    <WriteText key={item} {...props} />
  )
}

const longest: Readonly<Record<ApplicationItem, number>> = {
  ...{ registeredDomicile: 200, headOfRegister: 100, name: 100, birth: 8, phone: 11 },
}

/** Typed with the machine's own keyboard, in Japanese as in the register. */
function WriteText(props: { machine: KioskMachine; item: ApplicationItem; text: string }): ReactNode {
  const { machine, item, text } = props
  const words = useWords()
  const { title, lead } = words.registration.items[item]
  const input = useRef<HTMLInputElement>(null)
  // After the heading has been announced: who types begins at once.
  useEffect(() => input.current?.focus(), [])
  const ready = isWritten(item, text)
  return (
    <ScreenFrame title={title} lead={<p>{lead}</p>} foot={<Ways machine={machine} ready={ready} />}>
      <input
        ref={input}
        className="written"
        lang="ja"
        aria-label={title}
        value={text}
        maxLength={longest[item]}
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        onChange={(event) => machine.write(item, event.target.value)}
        onKeyDown={(event) => {
          // Enter ends a conversion of the Japanese keyboard before it means 「次へ」.
          if (event.key === 'Enter' && !event.nativeEvent.isComposing && ready) machine.turnApplication(1)
        }}
      />
    </ScreenFrame>
  )
}

function WriteDigits(props: {
  machine: KioskMachine
  item: 'birth' | 'phone'
  text: string
  state: KioskState
}): ReactNode {
  const { machine, item, text, state } = props
  const words = useWords()
  const { title, lead } = words.registration.items[item]
  const add = useCallback(
    (digit: string) => machine.write(item, (text + digit).slice(0, longest[item])),
    [machine, item, text],
  )
  const erase = useCallback(() => machine.write(item, text.slice(0, -1)), [machine, item, text])
  const done = useCallback(() => machine.turnApplication(1), [machine])
  const ready = isWritten(item, text)
  const wrong = item === 'birth' && text.length === 8 && !ready
  return (
    <ScreenFrame
      title={title}
      lead={
        <>
          <p>{lead}</p>
          {wrong && (
            <p className="error" role="alert">
              {words.registration.noSuchDay}
            </p>
          )}
        </>
      }
      foot={
        <>
          <StopButton machine={machine} />
          <Touch onPress={() => machine.turnApplication(-1)}>{words.back}</Touch>
        </>
      }
    >
      <output className="written" aria-label={title}>
        {itemText(item, text, state) || '\u00a0'}
      </output>
      <Keypad onDigit={add} onErase={erase} onDone={done} done={words.next} ready={ready} />
    </ScreenFrame>
  )
}

function Ways({ machine, ready }: { machine: KioskMachine; ready: boolean }): ReactNode {
  const words = useWords()
  return (
    <>
      <StopButton machine={machine} />
      <Touch onPress={() => machine.turnApplication(-1)}>{words.back}</Touch>
      <Touch onPress={() => machine.turnApplication(1)} look="solid" disabled={!ready}>
        {words.next}
      </Touch>
    </>
  )
}

/** 「1980年2月29日（昭和55年2月29日）」 while Japanese is spoken, `1980-02-29` otherwise; a number as it was typed. */
function itemText(item: ApplicationItem, text: string, { manner }: KioskState): string {
  const day = item === 'birth' ? birthDay(text) : null
  if (day === null) return text
  const [year, month, date] = day.split('-').map(Number)
  return manner.lang === 'ja' ? `${year}年${month}月${date}日（${formatWareki(day) ?? ''}）` : day
}

function Check(props: ScreenProps & { application: Application }): ReactNode {
  const { machine, state, application } = props
  const words = useWords()
  const { registration } = words
  return (
    <ScreenFrame
      title={registration.check}
      lead={<p>{registration.checkLead}</p>}
      foot={
        <>
          <StopButton machine={machine} />
          <Touch onPress={() => machine.turnApplication(-1)}>{words.back}</Touch>
          <Touch onPress={() => void machine.toApply()} look="solid">
            {registration.toPin}
          </Touch>
        </>
      }
    >
      <dl className="summary">
        <div>
          <dt>{words.check.town}</dt>
          <dd lang="ja">{state.visit.town?.name}</dd>
        </div>
        {applicationItems.map((item) => (
          <div key={item}>
            <dt>{registration.items[item].short}</dt>
            <dd lang="ja">{itemText(item, application[item], state)}</dd>
          </div>
        ))}
      </dl>
    </ScreenFrame>
  )
}

/** How the application stands; rings while the card lies there. */
export function Applied({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  const { screen, cardPresent } = state
  useAlarm(cardPresent ? words.removeCard.title : null, state.manner.lang)
  if (screen.name !== 'applied') return null
  const { title, words: sentence } = words.registration.states[screen.state]
  return (
    <ScreenFrame
      title={title}
      lead={<p role="status">{sentence}</p>}
      foot={
        <Touch onPress={() => machine.home()} look="solid">
          {words.confirm}
        </Touch>
      }
    >
      {cardPresent && (
        <p className="reminder" role="status">
          {words.removeCard.title}
        </p>
      )}
    </ScreenFrame>
  )
}
