import type { Answer, InputDefinition } from '../rules/rules.ts'
import type { BoxReading } from './reading.ts'

/** What ticks say, for a person to confirm: never counted by itself. */
export type PaperDraft = {
  readonly answers: Readonly<Record<string, Answer>>
  /** Inputs with ticks that no program should interpret: two of them, a faint one, one crossed out. */
  readonly unclear: ReadonlySet<string>
  /** Inputs in whose boxes somebody wrote figures: a person reads them. */
  readonly written: ReadonlySet<string>
  /** About the survey itself: `surveyedOn`, `surveyors`, `witness`, `note`. */
  readonly words: ReadonlySet<string>
}

/** Of all pages of a paper that were read. */
export function draftOf(inputs: readonly InputDefinition[], boxes: readonly BoxReading[]): PaperDraft {
  const answers: Record<string, Answer> = {}
  const unclear = new Set<string>()
  const written = new Set<string>()
  const byKey = Map.groupBy(boxes, ({ box }) => box.key)
  for (const { key, kind } of inputs) {
    const own = byKey.get(key) ?? []
    if (own.some(({ mark }) => mark === 'written')) written.add(key)
    const ticked = own.filter(({ mark }) => mark === 'ticked')
    const none = kind === 'degree-areas'
    if (own.some(({ mark }) => mark === 'unclear') || ticked.length > 1) unclear.add(key)
    // 「損傷なし」 and figures at once contradict one another.
    else if (none && ticked.length === 1 && written.has(key)) unclear.add(key)
    else if (ticked.length === 1) answers[key] = answerOf(kind, ticked[0]!.box.part)
  }
  const words = new Set(
    (byKey.get('') ?? []).flatMap(({ box, mark }) => (mark === 'written' ? [box.part] : [])),
  )
  return { answers, unclear, written, words }
}

function answerOf(kind: InputDefinition['kind'], part: string): Answer {
  if (kind === 'yes-no') return part === 'true'
  return kind === 'degree-areas' ? {} : part
}
