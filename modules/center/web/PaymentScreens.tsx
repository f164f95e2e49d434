import type { ReactNode } from 'react'
import { coinsYen } from '../center.ts'
import { ScreenFrame, Touch, type ScreenProps } from './kiosk-parts.tsx'
import { payoutWords } from './kiosk-visit.ts'
import { useAlarm } from './warning-sound.ts'
import { useWords } from './words/use-words.ts'

export function Pay({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  const { quote, insertedYen } = state.visit
  const totalYen = quote?.totalYen ?? 0
  const missingYen = Math.max(0, totalYen - insertedYen)
  const covered = missingYen === 0
  return (
    <ScreenFrame
      title={words.pay.title}
      lead={<p>{words.pay.lead}</p>}
      foot={
        <>
          <Touch onPress={() => void machine.stop('user')} look="stop">
            {words.pay.cancel}
          </Touch>
          <Touch onPress={() => void machine.pay()} look="solid" disabled={!covered}>
            {words.pay.go}
          </Touch>
        </>
      }
    >
      <dl className="summary amounts" aria-live="polite">
        <div className="total">
          <dt>{words.check.total}</dt>
          <dd>{words.yen(totalYen)}</dd>
        </div>
        <div>
          <dt>{words.pay.inserted}</dt>
          <dd>{words.yen(insertedYen)}</dd>
        </div>
        <div>
          <dt>{covered ? words.pay.change : words.pay.missing}</dt>
          <dd>{words.yen(covered ? insertedYen - totalYen : missingYen)}</dd>
        </div>
      </dl>
      <div className="slot" role="group" aria-label={words.pay.slot}>
        <p className="slot-name">{words.pay.slot}</p>
        <div className="slot-coins">
          {coinsYen.map((coin) => (
            <Touch
              key={coin}
              onPress={() => void machine.insertCoin(coin)}
              disabled={covered}
              label={words.pay.insert(coin)}
              className={coin >= 1000 ? 'note' : 'coin'}
            >
              {coin}
            </Touch>
          ))}
        </div>
        <Touch onPress={() => void machine.jam()} look="simulated">
          {words.pay.jam}
        </Touch>
      </div>
    </ScreenFrame>
  )
}

export function Printing({ machine, state }: ScreenProps): ReactNode {
  const { printing } = useWords()
  const counter = state.machine?.usage === 'counter'
  return (
    <ScreenFrame
      title={counter ? printing.deskTitle : printing.title}
      lead={<p>{counter ? printing.deskLead : printing.lead}</p>}
      foot={
        <Touch onPress={() => void machine.stop('paper')} look="simulated">
          {printing.paperOut}
        </Touch>
      }
    >
      <div className="printer" role="img" aria-label={printing.picture}>
        <div className="printer-sheet" />
        <div className="printer-body" />
      </div>
    </ScreenFrame>
  )
}

/** 取り忘れ対策: rings until 「確認」 is pressed; then the machine forgets everything. */
export function Take({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  const { take } = words
  const { visit, payouts, cardPresent } = state
  const lead = payouts.length > 0 ? take.leadWithChange : take.lead
  useAlarm(lead, state.manner.lang)
  const copies = visit.quote?.copies ?? 1
  return (
    <ScreenFrame
      title={take.title}
      lead={
        <>
          <p role="alert">{lead}</p>
          <ul className="take-list">
            <li>{take.papers(copies, visit.quote?.pages ?? 1)}</li>
            {payouts.map((payout) => (
              <li key={payout.transactionId + payout.reason}>{payoutWords(words, payout)}</li>
            ))}
            <li className={cardPresent ? 'error' : ''}>{cardPresent ? take.cardLeft : take.card}</li>
          </ul>
          <p className="quiet-line">{take.erased}</p>
        </>
      }
      foot={
        <Touch onPress={() => void machine.taken()} look="solid" className="last">
          {words.confirm}
        </Touch>
      }
    >
      {visit.pdf !== null && (
        <section className="tray" aria-label={take.tray}>
          <p className="slot-name">{take.tray}</p>
          <Touch onPress={() => machine.showPaper('front')}>{take.open}</Touch>
          {visit.pdf.backUrl !== null && (
            <Touch onPress={() => machine.showPaper('back')}>{take.openBack}</Touch>
          )}
          {navigator.pdfViewerEnabled && (
            <iframe src={`${visit.pdf.url}#toolbar=0&navpanes=0&view=FitH`} title={take.paper} />
          )}
        </section>
      )}
    </ScreenFrame>
  )
}

/** らくらく窓口: a number and an amount, and nothing else of the person; rings like the paper of a kiosk. */
export function SlipScreen({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  const { screen } = state
  useAlarm(words.slip.title, state.manner.lang)
  if (screen.name !== 'slip') return null
  const { slip, feeYen } = screen
  return (
    <ScreenFrame
      title={words.slip.title}
      lead={
        <>
          <p role="alert">{words.slip.lead}</p>
          <p className={state.cardPresent ? 'error' : 'quiet-line'}>{words.slip.card}</p>
        </>
      }
      foot={
        <>
          <Touch onPress={() => window.print()}>{words.slip.print}</Touch>
          <Touch onPress={() => machine.home()} look="solid" className="last">
            {words.confirm}
          </Touch>
        </>
      }
    >
      <section className="slip" aria-label={words.steps.slip}>
        <p className="slip-town" lang="ja">
          {state.machine?.place}
        </p>
        <p>{words.slip.number}</p>
        <p className="slip-number">{slip.number}</p>
        <p>{words.slip.fee(feeYen)}</p>
        <p>{words.slip.until(slip.until)}</p>
      </section>
    </ScreenFrame>
  )
}

/** Money is owed and the box is jammed: staff clear it, then it comes out. */
export function Jammed({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  const { screen } = state
  useAlarm(words.jammed.title, state.manner.lang)
  if (screen.name !== 'jammed') return null
  return (
    <ScreenFrame
      title={words.jammed.title}
      lead={<p role="alert">{words.jammed.lead}</p>}
      foot={
        <Touch onPress={() => void machine.clearJam()} look="simulated">
          {words.jammed.clear}
        </Touch>
      }
    >
      {screen.owed.length > 0 && (
        <div className="money-out">
          <p>{words.jammed.owed}</p>
          <ul className="plain">
            {screen.owed.map((payout) => (
              <li key={payout.transactionId + payout.reason}>{payoutWords(words, payout)}</li>
            ))}
          </ul>
        </div>
      )}
    </ScreenFrame>
  )
}
