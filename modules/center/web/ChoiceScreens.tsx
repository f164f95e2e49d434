import type { ReactNode } from 'react'
import { ScreenFrame, Touch } from './kiosk-parts.tsx'
import type { KioskMachine } from './kiosk-machine.ts'
import type { KioskState } from './kiosk-visit.ts'
import type { OfferedKind } from '../kiosk.contract.ts'

type Props = { machine: KioskMachine; state: KioskState }

export const yen = (amount: number): string => `${amount.toLocaleString('ja-JP')}円`

function StopButton({ machine }: { machine: KioskMachine }): ReactNode {
  return (
    <Touch onPress={() => void machine.stop('user')} look="stop">
      中止
    </Touch>
  )
}

function priceWords(kind: OfferedKind): string {
  if (kind.feeYen > 0) return `1部 ${yen(kind.feeYen + kind.printingYen)}`
  return kind.printingYen > 0 ? `手数料無料（印刷代 1部 ${yen(kind.printingYen)}）` : '無料'
}

export function ChooseKind({ machine, state }: Props): ReactNode {
  return (
    <ScreenFrame
      title="証明書を選んでください"
      lead={<p>{state.visit.town?.name}が、ただいまこの端末で交付している証明書です。</p>}
      foot={<StopButton machine={machine} />}
    >
      <ul className="choices wide">
        {state.visit.kinds.map((kind) => (
          <li key={kind.kind}>
            <Touch onPress={() => void machine.chooseKind(kind)}>
              <span>{kind.ja}</span>
              <small>{priceWords(kind)}</small>
            </Touch>
          </li>
        ))}
      </ul>
    </ScreenFrame>
  )
}

export function ChooseSubject({ machine, state }: Props): ReactNode {
  return (
    <ScreenFrame
      title="内容を選んでください"
      lead={<p>{state.visit.kind?.ja}</p>}
      foot={
        <>
          <StopButton machine={machine} />
          <Touch onPress={() => machine.toKinds()}>戻る</Touch>
        </>
      }
    >
      <ul className="choices wide">
        {state.visit.subjects.map((subject) => (
          <li key={subject.subjectId}>
            <Touch onPress={() => machine.chooseSubject(subject)}>{subject.label}</Touch>
          </li>
        ))}
      </ul>
    </ScreenFrame>
  )
}

export function Copies({ machine, state }: Props): ReactNode {
  const { copies, kind, subject } = state.visit
  const most = kind?.maxCopies ?? 1
  return (
    <ScreenFrame
      title="部数を選んでください"
      lead={
        <>
          <p>{kind?.ja}</p>
          <p>{subject?.label}</p>
          <p className="quiet-line">一度に{most}部まで受け取れます。</p>
        </>
      }
      foot={
        <>
          <StopButton machine={machine} />
          <Touch onPress={() => machine.toSubjects()}>戻る</Touch>
          <Touch onPress={() => void machine.toConfirm()} look="solid">
            次へ
          </Touch>
        </>
      }
    >
      <div className="counter" role="group" aria-label="部数">
        <Touch
          onPress={() => machine.setCopies(copies - 1)}
          disabled={copies <= 1}
          label="1部減らす"
          className="sign"
        >
          −
        </Touch>
        <output aria-live="polite">{copies}部</output>
        <Touch
          onPress={() => machine.setCopies(copies + 1)}
          disabled={copies >= most}
          label="1部増やす"
          className="sign"
        >
          ＋
        </Touch>
      </div>
    </ScreenFrame>
  )
}

export function Confirm({ machine, state }: Props): ReactNode {
  const { town, kind, subject, quote } = state.visit
  if (quote === null) return null
  return (
    <ScreenFrame
      title="内容と料金をご確認ください"
      lead={<p>よろしければ「この内容で進む」を押してください。証明書を作成してから、料金をいただきます。</p>}
      foot={
        <>
          <StopButton machine={machine} />
          <Touch onPress={() => void machine.reconsider()}>選びなおす</Touch>
          <Touch onPress={() => void machine.accept()} look="solid">
            この内容で進む
          </Touch>
        </>
      }
    >
      <dl className="summary">
        <div>
          <dt>市区町村</dt>
          <dd>{town?.name}</dd>
        </div>
        <div>
          <dt>証明書</dt>
          <dd>{kind?.ja}</dd>
        </div>
        <div>
          <dt>内容</dt>
          <dd>{subject?.label}</dd>
        </div>
        <div>
          <dt>部数</dt>
          <dd>
            {quote.copies}部（1部 {quote.pages}ページ）
          </dd>
        </div>
        <div>
          <dt>手数料</dt>
          <dd>{quote.feeYen === 0 ? '無料' : `1部 ${yen(quote.feeYen)}`}</dd>
        </div>
        {quote.printingYen > 0 && (
          <div>
            <dt>印刷代</dt>
            <dd>1部 {yen(quote.printingYen)}</dd>
          </div>
        )}
        <div className="total">
          <dt>お支払い額</dt>
          <dd>{yen(quote.totalYen)}</dd>
        </div>
      </dl>
    </ScreenFrame>
  )
}
