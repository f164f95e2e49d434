import { useEffect, type ReactNode } from 'react'
import { coinsYen } from '../center.ts'
import { yen } from './ChoiceScreens.tsx'
import { ScreenFrame, Touch } from './kiosk-parts.tsx'
import type { KioskMachine } from './kiosk-machine.ts'
import { payoutWords, type KioskState } from './kiosk-visit.ts'
import { startWarning } from './warning-sound.ts'

type Props = { machine: KioskMachine; state: KioskState }

export function Pay({ machine, state }: Props): ReactNode {
  const { quote, insertedYen } = state.visit
  const totalYen = quote?.totalYen ?? 0
  const missingYen = Math.max(0, totalYen - insertedYen)
  const covered = missingYen === 0
  return (
    <ScreenFrame
      title="料金を入れてください"
      lead={<p>証明書ができました。現金を入れて「支払って印刷する」を押してください。つり銭が出ます。</p>}
      foot={
        <>
          <Touch onPress={() => void machine.stop('user')} look="stop">
            中止して返金
          </Touch>
          <Touch onPress={() => void machine.pay()} look="solid" disabled={!covered}>
            支払って印刷する
          </Touch>
        </>
      }
    >
      <dl className="summary amounts" aria-live="polite">
        <div className="total">
          <dt>お支払い額</dt>
          <dd>{yen(totalYen)}</dd>
        </div>
        <div>
          <dt>投入額</dt>
          <dd>{yen(insertedYen)}</dd>
        </div>
        <div>
          <dt>{covered ? 'つり銭' : '不足'}</dt>
          <dd>{yen(covered ? insertedYen - totalYen : missingYen)}</dd>
        </div>
      </dl>
      <div className="slot" role="group" aria-label="硬貨・紙幣の投入口（模擬）">
        <p className="slot-name">硬貨・紙幣の投入口（模擬）</p>
        <div className="slot-coins">
          {coinsYen.map((coin) => (
            <Touch
              key={coin}
              onPress={() => void machine.insertCoin(coin)}
              disabled={covered}
              label={`${coin}円を入れる`}
              className={coin >= 1000 ? 'note' : 'coin'}
            >
              {coin}
            </Touch>
          ))}
        </div>
      </div>
    </ScreenFrame>
  )
}

export function Printing({ machine }: Props): ReactNode {
  return (
    <ScreenFrame
      title="印刷しています"
      lead={<p>そのままお待ちください。</p>}
      foot={
        <Touch onPress={() => void machine.stop('paper')} look="quiet">
          （模擬）用紙切れ
        </Touch>
      }
    >
      <div className="printer" role="img" aria-label="証明書を印刷しています">
        <div className="printer-sheet" />
        <div className="printer-body" />
      </div>
    </ScreenFrame>
  )
}

/** 取り忘れ対策: rings until 「確認」 is pressed; then the machine forgets everything. */
export function Take({ machine, state }: Props): ReactNode {
  useEffect(() => startWarning(), [])
  const { visit, payouts, cardPresent } = state
  return (
    <ScreenFrame
      title="取り忘れにご注意ください"
      lead={
        <>
          <p role="alert">証明書{payouts.length > 0 && 'とつり銭'}と、マイナンバーカードをお取りください。</p>
          <ul className="take-list">
            <li>
              証明書 {visit.quote?.copies ?? 1}部（計{(visit.quote?.copies ?? 1) * (visit.quote?.pages ?? 1)}
              枚）
            </li>
            {payouts.map((payout) => (
              <li key={payout.transactionId + payout.reason}>{payoutWords(payout)}</li>
            ))}
            <li className={cardPresent ? 'error' : ''}>
              マイナンバーカード{cardPresent && '（読取り場所に残っています）'}
            </li>
          </ul>
          <p className="quiet-line">「確認」を押すと、この端末からすべての内容が消去されます。</p>
        </>
      }
      foot={
        <Touch onPress={() => void machine.taken()} look="solid" className="last">
          確認
        </Touch>
      }
    >
      {visit.pdfUrl !== null && (
        <section className="tray" aria-label="排紙トレイ（模擬）">
          <p className="slot-name">排紙トレイ（模擬）</p>
          <a className="touch" data-look="outline" href={visit.pdfUrl} target="_blank" rel="noreferrer">
            証明書を開く（PDF）
          </a>
          {navigator.pdfViewerEnabled && (
            <iframe src={`${visit.pdfUrl}#toolbar=0&navpanes=0&view=FitH`} title="印刷された証明書" />
          )}
        </section>
      )}
    </ScreenFrame>
  )
}
