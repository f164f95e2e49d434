import type { ReactNode } from 'react'
import { ScreenFrame, StopButton, Touch, type ScreenProps } from './kiosk-parts.tsx'
import type { KioskMachine } from './kiosk-machine.ts'
import { isItem, type KioskState } from './kiosk-visit.ts'
import type { OfferedKind } from '../kiosk.contract.ts'
import type { Words } from './words/ja.ts'
import { useWords } from './words/use-words.ts'
import { choiceName, kindName, optionName, type OfferedChoice } from './words/words.ts'

function priceWords({ kind: words }: Words, kind: OfferedKind, counter: boolean): string {
  if (kind.feeYen > 0) return words.perCopy(kind.feeYen)
  return kind.printingYen > 0 && !counter ? words.printingOnly(kind.printingYen) : words.free
}

/** The name in the person's language, and below it as it stands on the paper. */
function kindWords(words: Words, kind: OfferedKind): ReactNode {
  const name = kindName(words, kind)
  return (
    <>
      <span>{name}</span>
      {name !== kind.ja && (
        <small className="as-printed" lang="ja">
          {kind.ja}
        </small>
      )}
    </>
  )
}

export function ChooseKind({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  const counter = state.machine?.usage === 'counter'
  return (
    <ScreenFrame
      title={words.kind.title}
      lead={<p>{words.kind.lead(state.visit.town?.name ?? '')}</p>}
      foot={<StopButton machine={machine} />}
    >
      <ul className="choices wide">
        {state.visit.kinds.map((kind) => (
          <li key={kind.kind}>
            <Touch onPress={() => void machine.chooseKind(kind)}>
              {kindWords(words, kind)}
              <small>{priceWords(words, kind, counter)}</small>
            </Touch>
          </li>
        ))}
      </ul>
    </ScreenFrame>
  )
}

export function ChooseSubject({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  const { kind, subjects } = state.visit
  return (
    <ScreenFrame
      title={words.subject.title}
      lead={kind && <p>{kindName(words, kind)}</p>}
      foot={
        <>
          <StopButton machine={machine} />
          <Touch onPress={() => machine.toKinds()}>{words.back}</Touch>
        </>
      }
    >
      <ul className="choices wide">
        {subjects.map((subject) => (
          <li key={subject.subjectId}>
            <Touch onPress={() => void machine.chooseSubject(subject)} lang="ja">
              {subject.label}
            </Touch>
          </li>
        ))}
      </ul>
    </ScreenFrame>
  )
}

/** Members, items, form, year: whatever the issuing server offers of the subject. */
export function Choose({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  const { kind } = state.visit
  const page = machine.choicePage
  if (page === undefined) return null
  const nobody = page.kind === 'choice' && valuesOf(state, page.choice).length === 0
  return (
    <ScreenFrame
      title={
        page.kind === 'items' ? words.choose.itemsTitle : words.choose.title(choiceName(words, page.choice))
      }
      lead={
        <>
          {kind && <p>{kindName(words, kind)}</p>}
          {page.kind === 'items' && <p className="quiet-line">{words.choose.itemsLead}</p>}
          {page.kind === 'choice' && page.choice.take === 'some' && (
            <p className="quiet-line">{words.choose.some}</p>
          )}
          {nobody && (
            <p className="error" role="alert">
              {words.choose.nobody}
            </p>
          )}
        </>
      }
      foot={
        <>
          <StopButton machine={machine} />
          <Touch onPress={() => machine.turn(-1)}>{words.back}</Touch>
          <Touch onPress={() => machine.turn(1)} look="solid" disabled={nobody}>
            {words.next}
          </Touch>
        </>
      }
    >
      {page.kind === 'items' ? (
        <ul className="choices">
          {page.items.map((item) => (
            <Item key={item.name} machine={machine} state={state} item={item} />
          ))}
        </ul>
      ) : (
        <Options machine={machine} state={state} choice={page.choice} />
      )}
    </ScreenFrame>
  )
}

function valuesOf({ visit }: KioskState, { name }: OfferedChoice): readonly string[] {
  const value = visit.chosen[name] ?? []
  return typeof value === 'string' ? [value] : value
}

function Item(props: { machine: KioskMachine; state: KioskState; item: OfferedChoice }): ReactNode {
  const words = useWords()
  const { machine, state, item } = props
  const on = valuesOf(state, item)[0] === 'yes'
  return (
    <li>
      <Touch onPress={() => machine.choose({ [item.name]: on ? 'no' : 'yes' })} pressed={on} className="tick">
        <span>{choiceName(words, item)}</span>
        <small>{on ? words.options.yes : words.options.no}</small>
      </Touch>
    </li>
  )
}

function Options(props: { machine: KioskMachine; state: KioskState; choice: OfferedChoice }): ReactNode {
  const words = useWords()
  const { machine, state, choice } = props
  const chosen = valuesOf(state, choice)
  const all = choice.options.map((option) => option.value)
  const press = (value: string): void => {
    if (choice.take === 'one') return machine.choose({ [choice.name]: value })
    const on = chosen.includes(value)
    const next = all.filter((other) => (other === value ? !on : chosen.includes(other)))
    machine.choose({ [choice.name]: next })
  }
  return (
    <>
      <ul className="choices wide">
        {choice.options.map((option) => (
          <li key={option.value}>
            <Touch
              onPress={() => press(option.value)}
              pressed={chosen.includes(option.value)}
              className="tick"
              {...(optionName(words, choice, option) === option.ja ? { lang: 'ja' } : {})}
            >
              {optionName(words, choice, option)}
            </Touch>
          </li>
        ))}
      </ul>
      {choice.name === 'members' && chosen.length < all.length && (
        <Touch onPress={() => machine.choose({ [choice.name]: all })}>{words.choose.all}</Touch>
      )}
    </>
  )
}

export function Copies({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  const { copies, kind, subject } = state.visit
  const most = kind?.maxCopies ?? 1
  return (
    <ScreenFrame
      title={words.copies.title}
      lead={
        <>
          {kind && <p>{kindName(words, kind)}</p>}
          {subject?.label !== kind?.ja && <p lang="ja">{subject?.label}</p>}
          <p className="quiet-line">{words.copies.most(most)}</p>
        </>
      }
      foot={
        <>
          <StopButton machine={machine} />
          <Touch onPress={() => machine.turn(-1)}>{words.back}</Touch>
          <Touch onPress={() => void machine.toConfirm()} look="solid">
            {words.next}
          </Touch>
        </>
      }
    >
      <div className="counter" role="group" aria-label={words.copies.label}>
        <Touch
          onPress={() => machine.setCopies(copies - 1)}
          disabled={copies <= 1}
          label={words.copies.fewer}
          className="sign"
        >
          −
        </Touch>
        <output aria-live="polite">{words.copies.count(copies)}</output>
        <Touch
          onPress={() => machine.setCopies(copies + 1)}
          disabled={copies >= most}
          label={words.copies.more}
          className="sign"
        >
          ＋
        </Touch>
      </div>
    </ScreenFrame>
  )
}

/** What was chosen, in words; items as a list of those that will be shown. */
function chosenRows(words: Words, state: KioskState): ReactNode {
  const { choices } = state.visit
  const items = choices.filter(isItem)
  const shown = items.filter((item) => valuesOf(state, item)[0] === 'yes')
  return (
    <>
      {choices
        .filter((choice) => !isItem(choice))
        .map((choice) => (
          <div key={choice.name}>
            <dt>{choiceName(words, choice)}</dt>
            <dd lang={choice.take === 'some' ? 'ja' : undefined}>
              {choice.options
                .filter((option) => valuesOf(state, choice).includes(option.value))
                .map((option) => optionName(words, choice, option))
                .join(', ')}
            </dd>
          </div>
        ))}
      {items.length > 0 && (
        <div>
          <dt>{words.options.yes}</dt>
          <dd>{shown.length === 0 ? '—' : shown.map((item) => choiceName(words, item)).join(', ')}</dd>
        </div>
      )}
    </>
  )
}

export function Confirm({ machine, state }: ScreenProps): ReactNode {
  const words = useWords()
  const { town, kind, subject, quote } = state.visit
  if (quote === null) return null
  const { check } = words
  const counter = state.machine?.usage === 'counter'
  const total = counter ? quote.feeYen * quote.copies : quote.totalYen
  return (
    <ScreenFrame
      title={check.title}
      lead={<p>{counter ? check.deskLead : check.lead}</p>}
      foot={
        <>
          <StopButton machine={machine} />
          <Touch onPress={() => void machine.reconsider()}>{check.reconsider}</Touch>
          <Touch onPress={() => void machine.accept()} look="solid">
            {counter ? check.deskGo : check.go}
          </Touch>
        </>
      }
    >
      <dl className="summary">
        <div>
          <dt>{check.town}</dt>
          <dd lang="ja">{town?.name}</dd>
        </div>
        <div>
          <dt>{check.kind}</dt>
          <dd>{kind && kindName(words, kind)}</dd>
        </div>
        {subject?.label !== kind?.ja && (
          <div>
            <dt>{check.content}</dt>
            <dd lang="ja">{subject?.label}</dd>
          </div>
        )}
        {chosenRows(words, state)}
        <div>
          <dt>{check.copies}</dt>
          <dd>{check.copiesValue(quote.copies, quote.pages)}</dd>
        </div>
        <div>
          <dt>{check.fee}</dt>
          <dd>{quote.feeYen === 0 ? words.kind.free : words.kind.perCopy(quote.feeYen)}</dd>
        </div>
        {quote.printingYen > 0 && (
          <div>
            <dt>{check.printing}</dt>
            <dd>{words.kind.perCopy(quote.printingYen)}</dd>
          </div>
        )}
        <div className="total">
          <dt>{counter ? check.deskTotal : check.total}</dt>
          <dd>{words.yen(total)}</dd>
        </div>
      </dl>
    </ScreenFrame>
  )
}
