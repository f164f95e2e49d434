import './kiosk.css'
import { useEffect, useRef, useSyncExternalStore, type ReactNode } from 'react'
import { Choose, ChooseKind, ChooseSubject, Confirm, Copies } from './ChoiceScreens.tsx'
import { CardLeft, ChoosePrefecture, ChooseTown, Pin, PlaceCard, RemoveCard } from './CardScreens.tsx'
import { Applied, WriteApplication } from './ApplicationScreens.tsx'
import { Touch, type ScreenProps } from './kiosk-parts.tsx'
import { KioskMachine } from './kiosk-machine.ts'
import { stepOf, stepsAt, type KioskState } from './kiosk-visit.ts'
import { Jammed, Pay, Printing, SlipScreen, Take } from './PaymentScreens.tsx'
import { Enrol, Notice, OutOfOrder, Stopped, Top } from './StartScreens.tsx'
import { withReadings } from './ruby.tsx'
import { useVoice } from './voice.ts'
import { useWords, WordsProvider } from './words/use-words.ts'
import { languages } from './words/words.ts'

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
  const { manner } = state
  useVoice(manner)
  useEffect(() => {
    document.documentElement.lang = languages[manner.lang].tag
    document.documentElement.dataset['letters'] = manner.large ? 'large' : 'normal'
  }, [manner])
  const covered = state.busy !== null || state.trouble !== null || state.endsInSeconds !== null
  return (
    <WordsProvider value={languages[manner.lang].words}>
      <div className="kiosk" data-lang={manner.lang}>
        <Head machine={machine} state={state} />
        <div className="stage" inert={covered && state.screen.name !== 'printing'}>
          <Current machine={machine} state={state} />
        </div>
        <Waiting state={state} />
        <Trouble machine={machine} state={state} />
        <StillThere machine={machine} state={state} />
      </div>
    </WordsProvider>
  )
}

/** Made once a page: the machine outlives every screen. */
export function makeKiosk(): KioskMachine {
  return new KioskMachine()
}

function Head({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  const usage = state.machine?.usage ?? 'kiosk'
  const steps = stepsAt(usage, state.visit.application !== null)
  const step = stepOf(state.screen, usage)
  const now = step === null ? -1 : steps.indexOf(step)
  return (
    <header className="head">
      <div className="head-row">
        <p className="service">{withReadings(words.service)}</p>
        <p className="machine">
          {state.machine && `${state.machine.name}（${state.machine.place}）`}
          <span className="simulated">
            {withReadings(usage === 'counter' ? words.simulatedDesk : words.simulated)}
          </span>
        </p>
        {state.machine !== null && <Manners machine={machine} state={state} />}
      </div>
      {state.demonstration && <p className="demonstration">{withReadings(words.demonstration)}</p>}
      {now >= 0 && (
        <ol className="steps" aria-label={words.progress}>
          {steps.map((name, index) => (
            <li
              key={name}
              data-state={index < now ? 'done' : index === now ? 'now' : 'later'}
              aria-current={index === now ? 'step' : undefined}
            >
              {withReadings(words.steps[name])}
            </li>
          ))}
        </ol>
      )}
    </header>
  )
}

/** Size of letters and voice, on every screen. */
function Manners({ machine, state }: ScreenProps): ReactNode {
  const { settings } = useWords()
  const { large, voice } = state.manner
  return (
    <div className="manners">
      <Touch onPress={() => machine.behave({ large: !large })} pressed={large}>
        {large ? settings.normal : settings.large}
      </Touch>
      <Touch onPress={() => machine.behave({ voice: !voice })} pressed={voice}>
        {voice ? settings.silent : settings.voice}
      </Touch>
    </div>
  )
}

function Current({ machine, state }: ScreenProps): ReactNode {
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
      return <ChooseTown machine={machine} state={state} prefecture={screen.prefecture} />
    case 'pin':
      return <Pin machine={machine} triesLeft={screen.triesLeft} wrong={screen.wrong} />
    case 'application':
      return <WriteApplication machine={machine} state={state} />
    case 'applied':
      return <Applied machine={machine} state={state} />
    case 'remove-card':
      return <RemoveCard machine={machine} state={state} />
    case 'kind':
      return <ChooseKind machine={machine} state={state} />
    case 'subject':
      return <ChooseSubject machine={machine} state={state} />
    case 'choose':
      return <Choose machine={machine} state={state} />
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
    case 'slip':
      return <SlipScreen machine={machine} state={state} />
    case 'card-left':
      return <CardLeft machine={machine} state={state} />
    case 'jammed':
      return <Jammed machine={machine} state={state} />
    case 'stopped':
      return <Stopped machine={machine} state={state} />
  }
}

function Waiting({ state }: { state: KioskState }): ReactNode {
  const words = useWords()
  const shown = state.busy !== null && state.screen.name !== 'printing'
  return (
    <div className="waiting" role="status" aria-live="polite" hidden={!shown}>
      {shown && state.busy !== null && <p>{withReadings(`${words.busy[state.busy]}…`)}</p>}
    </div>
  )
}

function Trouble({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  const { trouble } = state
  if (trouble === null) return null
  const problem = words.problems[trouble.key]
  return (
    <Cover title={problem.title}>
      <p>{problem.words}</p>
      <div className="cover-foot">
        <Touch onPress={() => void machine.stop('user')} look="stop">
          {words.trouble.end}
        </Touch>
        <Touch onPress={trouble.again} look="solid">
          {words.trouble.again}
        </Touch>
      </div>
    </Cover>
  )
}

function StillThere({ machine, state }: ScreenProps): ReactNode {
  const { stillThere } = useWords()
  if (state.endsInSeconds === null) return null
  return (
    <Cover title={stillThere.title}>
      <p role="timer">{stillThere.words(state.endsInSeconds)}</p>
      <div className="cover-foot">
        <Touch onPress={() => void machine.stop('user')} look="stop">
          {stillThere.end}
        </Touch>
        <Touch onPress={() => machine.touched()} look="solid">
          {stillThere.go}
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
        <h2>{withReadings(props.title)}</h2>
        {withReadings(props.children)}
      </div>
    </div>
  )
}
