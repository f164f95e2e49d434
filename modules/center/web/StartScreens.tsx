import { useCallback, useState, type ReactNode } from 'react'
import { readEnrolmentCode } from '../center.ts'
import { Keypad, ScreenFrame, StopButton, Touch, type ScreenProps } from './kiosk-parts.tsx'
import { payoutWords, type StopText } from './kiosk-visit.ts'
import { useAlarm } from './warning-sound.ts'
import type { Words } from './words/ja.ts'
import { useWords } from './words/use-words.ts'
import { languages, refusalText, type Lang } from './words/words.ts'

export function Top({ machine, state }: ScreenProps): ReactNode {
  const { top } = useWords()
  const { hours, manner } = state
  const counter = state.machine?.usage === 'counter'
  return (
    <ScreenFrame
      title={top.title}
      lead={<p>{top.lead}</p>}
      foot={hours && <p className="foot-note">{top.hours(hours.opensAt, hours.closesAt)}</p>}
    >
      <Touch onPress={() => void machine.begin()} look="solid" className="huge">
        <span className="huge-title">{counter ? top.desk : top.service}</span>
        <span>{top.name}</span>
        <span className="huge-note">{counter ? top.deskNote : top.note}</span>
      </Touch>
      <Touch onPress={() => void machine.begin('registration')}>
        <span>{top.registration}</span>
        <span className="huge-note">{top.registrationNote}</span>
      </Touch>
      <div className="languages" role="group" aria-label="言語 / Language">
        {(Object.keys(languages) as Lang[]).map((lang) => (
          <Touch
            key={lang}
            onPress={() => machine.behave({ lang })}
            pressed={manner.lang === lang}
            lang={languages[lang].tag}
          >
            {languages[lang].name}
          </Touch>
        ))}
      </div>
    </ScreenFrame>
  )
}

export function Notice({ machine, state }: ScreenProps): ReactNode {
  const { notice, registration } = useWords()
  const applies = state.visit.application !== null
  const counter = state.machine?.usage === 'counter'
  return (
    <ScreenFrame
      title={notice.title}
      lead={<p>{notice.lead}</p>}
      foot={
        <>
          <StopButton machine={machine} />
          <Touch onPress={() => machine.agree()} look="solid">
            {notice.agree}
          </Touch>
        </>
      }
    >
      <ul className="notes">
        <li>{notice.card}</li>
        <li>{notice.age}</li>
        <li>{notice.lock}</li>
        {applies && <li>{registration.who}</li>}
        <li>{applies ? registration.days : counter ? notice.desk : notice.paper}</li>
        <li>{notice.erased}</li>
      </ul>
    </ScreenFrame>
  )
}

/** First use of a machine: the operator's one-time code. */
export function Enrol({ machine, state }: ScreenProps): ReactNode {
  const [digits, setDigits] = useState('')
  const add = useCallback((digit: string) => setDigits((text) => (text + digit).slice(0, 12)), [])
  const erase = useCallback(() => setDigits((text) => text.slice(0, -1)), [])
  const ready = readEnrolmentCode(digits) !== null
  const done = useCallback(() => {
    setDigits('')
    void machine.enrol(digits)
  }, [machine, digits])
  const { screen } = state
  const error = screen.name === 'enrol' ? screen.error : null
  const groups = [digits.slice(0, 4), digits.slice(4, 8), digits.slice(8, 12)]
  return (
    <ScreenFrame
      title="端末の登録"
      lead={
        <>
          <p>この端末を初めて使います。運用者から渡された12桁の利用開始コードを入力してください。</p>
          <p>この端末だけの鍵を作り、証明書交付センターに登録します。コードは一度しか使えません。</p>
          {error !== null && (
            <p className="error" role="alert">
              {error}
            </p>
          )}
        </>
      }
    >
      <output className="digits code" aria-label="利用開始コード">
        {groups.map((group, index) => (
          <span key={index} className="digit-group">
            {group.padEnd(4, '＿')}
          </span>
        ))}
      </output>
      <Keypad onDigit={add} onErase={erase} onDone={done} done="登録" ready={ready} />
    </ScreenFrame>
  )
}

export function OutOfOrder(props: { title: string; words: string }): ReactNode {
  return <ScreenFrame title={props.title} lead={<p role="alert">{props.words}</p>} />
}

function stopWords(words: Words, text: StopText): { readonly title: string; readonly words: string } {
  switch (text.kind) {
    case 'stop':
      return words.stops[text.key]
    case 'problem':
      return words.problems[text.key]
    case 'refusal':
      return { title: words.stops[text.key].title, words: refusalText(words, text.code, text.sentence) }
  }
}

/** The last screen of a way that did not lead to paper; rings while a card or money waits to be taken. */
export function Stopped({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  const { screen, payouts, cardPresent } = state
  const left = payouts.length > 0 ? words.money.take : cardPresent ? words.removeCard.title : null
  useAlarm(left, state.manner.lang)
  if (screen.name !== 'stopped') return null
  const { title, words: sentence } = stopWords(words, screen.text)
  return (
    <ScreenFrame
      title={title}
      lead={
        <>
          <p role="alert">{sentence}</p>
          {screen.code !== null && <p className="quiet-line">{words.inquiry(screen.code)}</p>}
        </>
      }
      foot={
        <Touch onPress={() => machine.home()} look="solid">
          {words.confirm}
        </Touch>
      }
    >
      {payouts.length > 0 && (
        <div className="money-out" role="status">
          <p>{words.money.take}</p>
          <ul className="plain">
            {payouts.map((payout) => (
              <li key={payout.transactionId + payout.reason}>{payoutWords(words, payout)}</li>
            ))}
          </ul>
        </div>
      )}
      {cardPresent && (
        <p className="reminder" role="status">
          {words.removeCard.title}
        </p>
      )}
    </ScreenFrame>
  )
}
