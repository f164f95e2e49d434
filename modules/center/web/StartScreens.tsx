import { useCallback, useState, type ReactNode } from 'react'
import { readEnrolmentCode } from '../center.ts'
import { Keypad, ScreenFrame, Touch } from './kiosk-parts.tsx'
import type { KioskMachine } from './kiosk-machine.ts'
import { payoutWords, type KioskState } from './kiosk-visit.ts'

type Props = { machine: KioskMachine; state: KioskState }

export function Top({ machine, state }: Props): ReactNode {
  const { hours } = state
  return (
    <ScreenFrame
      title="いらっしゃいませ"
      lead={<p>ご希望のサービスを選んでください。</p>}
      foot={
        hours && (
          <p className="foot-note">
            サービス時間 {hours.opensAt}〜{hours.closesAt}（市区町村により異なります）
          </p>
        )
      }
    >
      <Touch onPress={() => void machine.begin()} look="solid" className="huge">
        <span className="huge-title">行政サービス</span>
        <span>証明書交付サービス</span>
        <span className="huge-note">マイナンバーカードを使って証明書を受け取る</span>
      </Touch>
    </ScreenFrame>
  )
}

export function Notice({ machine }: Props): ReactNode {
  return (
    <ScreenFrame
      title="ご利用にあたって"
      lead={<p>次の内容をお読みになり、同意する方は「同意して進む」を押してください。</p>}
      foot={
        <>
          <Touch onPress={() => void machine.stop('user')} look="stop">
            中止
          </Touch>
          <Touch onPress={() => machine.agree()} look="solid">
            同意して進む
          </Touch>
        </>
      }
    >
      <ul className="notes">
        <li>利用者証明用電子証明書の入ったマイナンバーカードと、4桁の暗証番号が必要です。</li>
        <li>15歳未満の方と、代理の方は利用できません。</li>
        <li>暗証番号を3回続けて間違えると、カードがロックされます。</li>
        <li>証明書は普通紙に印刷します。印刷した後の交換や返金はできません。</li>
        <li>入力した内容は、手続が終わるとこの端末から消去されます。</li>
      </ul>
    </ScreenFrame>
  )
}

/** First use of a machine: the operator's one-time code. */
export function Enrol({ machine, state }: Props): ReactNode {
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

/** The last screen of a way that did not lead to paper. */
export function Stopped({ machine, state }: Props): ReactNode {
  const { screen, payouts, cardPresent } = state
  if (screen.name !== 'stopped') return null
  return (
    <ScreenFrame
      title={screen.title}
      lead={
        <>
          <p role="alert">{screen.words}</p>
          {screen.code !== null && <p className="quiet-line">お問い合わせ番号 {screen.code}</p>}
        </>
      }
      foot={
        <Touch onPress={() => machine.home()} look="solid">
          確認
        </Touch>
      }
    >
      {payouts.length > 0 && (
        <div className="money-out" role="status">
          <p>現金をお受け取りください</p>
          <ul className="plain">
            {payouts.map((payout) => (
              <li key={payout.transactionId + payout.reason}>{payoutWords(payout)}</li>
            ))}
          </ul>
        </div>
      )}
      {cardPresent && (
        <p className="reminder" role="status">
          カードをお取りください
        </p>
      )}
    </ScreenFrame>
  )
}
