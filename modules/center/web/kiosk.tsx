import './kiosk.css'
import { useEffect, useRef, useSyncExternalStore, type ReactNode } from 'react'
import { ChooseKind, ChooseSubject, Confirm, Copies } from './ChoiceScreens.tsx'
import { ChoosePrefecture, ChooseTown, Pin, PlaceCard, RemoveCard } from './CardScreens.tsx'
import { Touch } from './kiosk-parts.tsx'
import { KioskMachine } from './kiosk-machine.ts'
import { stepOf, steps, type KioskState } from './kiosk-visit.ts'
import { Pay, Printing, Take } from './PaymentScreens.tsx'
import { Enrol, Notice, OutOfOrder, Stopped, Top } from './StartScreens.tsx'

/** キオスク端末: one machine a page. */
export function Kiosk({ machine }: { machine: KioskMachine }): ReactNode {
  const state = useSyncExternalStore(machine.subscribe, machine.getState)
  useEffect(() => {
    void machine.start()
    return machine.watch()
  }, [machine])
  useEffect(() => {
    const touched = (): void => machine.touched()
    const kinds = ['pointerdown', 'keydown'] as const
    for (const kind of kinds) window.addEventListener(kind, touched)
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, touched)
    }
  }, [machine])
  const covered = state.busy !== null || state.trouble !== null || state.endsInSeconds !== null
  return (
    <div className="kiosk">
      <Head state={state} />
      <div className="stage" inert={covered && state.screen.name !== 'printing'}>
        <Current machine={machine} state={state} />
      </div>
      <Waiting state={state} />
      <Trouble machine={machine} state={state} />
      <StillThere machine={machine} state={state} />
    </div>
  )
}

/** Made once a page: the machine outlives every screen. */
export function makeKiosk(): KioskMachine {
  return new KioskMachine()
}

function Head({ state }: { state: KioskState }): ReactNode {
  const step = stepOf(state.screen)
  return (
    <header className="head">
      <div className="head-row">
        <p className="service">証明書交付サービス</p>
        <p className="machine">
          {state.machine && `${state.machine.name}（${state.machine.place}）`}
          <span className="simulated">模擬キオスク端末</span>
        </p>
      </div>
      {state.demonstration && (
        <p className="demonstration">デモ用の団体です。登場する人物はすべて架空です。</p>
      )}
      {step !== null && (
        <ol className="steps" aria-label="手続の進み具合">
          {steps.map((name, index) => (
            <li
              key={name}
              data-state={index + 1 < step ? 'done' : index + 1 === step ? 'now' : 'later'}
              aria-current={index + 1 === step ? 'step' : undefined}
            >
              {name}
            </li>
          ))}
        </ol>
      )}
    </header>
  )
}

function Current({ machine, state }: { machine: KioskMachine; state: KioskState }): ReactNode {
  const { screen } = state
  switch (screen.name) {
    case 'starting':
      return <OutOfOrder title="起動しています" words="しばらくお待ちください。" />
    case 'out-of-order':
      return <OutOfOrder title={screen.title} words={screen.words} />
    case 'enrol':
      return <Enrol machine={machine} state={state} />
    case 'top':
      return <Top machine={machine} state={state} />
    case 'notice':
      return <Notice machine={machine} state={state} />
    case 'place-card':
      return <PlaceCard machine={machine} state={state} />
    case 'prefecture':
      return <ChoosePrefecture machine={machine} state={state} />
    case 'town':
      return <ChooseTown machine={machine} prefecture={screen.prefecture} />
    case 'pin':
      return <Pin machine={machine} triesLeft={screen.triesLeft} wrong={screen.wrong} />
    case 'remove-card':
      return <RemoveCard machine={machine} state={state} />
    case 'kind':
      return <ChooseKind machine={machine} state={state} />
    case 'subject':
      return <ChooseSubject machine={machine} state={state} />
    case 'copies':
      return <Copies machine={machine} state={state} />
    case 'confirm':
      return <Confirm machine={machine} state={state} />
    case 'pay':
      return <Pay machine={machine} state={state} />
    case 'printing':
      return <Printing machine={machine} state={state} />
    case 'take':
      return <Take machine={machine} state={state} />
    case 'stopped':
      return <Stopped machine={machine} state={state} />
  }
}

function Waiting({ state }: { state: KioskState }): ReactNode {
  const shown = state.busy !== null && state.screen.name !== 'printing'
  return (
    <div className="waiting" role="status" aria-live="polite" hidden={!shown}>
      {shown && <p>{state.busy}…</p>}
    </div>
  )
}

function Trouble({ machine, state }: { machine: KioskMachine; state: KioskState }): ReactNode {
  const { trouble } = state
  if (trouble === null) return null
  return (
    <Cover title={trouble.title}>
      <p>{trouble.words}</p>
      <div className="cover-foot">
        <Touch onPress={() => void machine.stop('user')} look="stop">
          手続を終える
        </Touch>
        <Touch onPress={trouble.again} look="solid">
          もう一度
        </Touch>
      </div>
    </Cover>
  )
}

function StillThere({ machine, state }: { machine: KioskMachine; state: KioskState }): ReactNode {
  if (state.endsInSeconds === null) return null
  return (
    <Cover title="続けますか">
      <p role="timer">あと{state.endsInSeconds}秒で手続を終了します。投入された現金は返却されます。</p>
      <div className="cover-foot">
        <Touch onPress={() => void machine.stop('user')} look="stop">
          終了する
        </Touch>
        <Touch onPress={() => machine.touched()} look="solid">
          続ける
        </Touch>
      </div>
    </Cover>
  )
}

function Cover(props: { title: string; children: ReactNode }): ReactNode {
  const dialog = useRef<HTMLDivElement>(null)
  useEffect(() => dialog.current?.focus(), [props.title])
  return (
    <div className="cover">
      <div
        className="cover-box"
        role="alertdialog"
        aria-modal="true"
        aria-label={props.title}
        tabIndex={-1}
        ref={dialog}
      >
        <h2>{props.title}</h2>
        {props.children}
      </div>
    </div>
  )
}
