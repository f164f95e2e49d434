import { useCallback, useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { useForm, useStore, type AnyFormApi } from '@tanstack/react-form'
import type { z } from 'zod'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { asProblem } from '../api-problem.ts'
import { isMissing } from '../fields/kind.ts'
import { ErrorSummary, type SummaryLine } from '../problem.tsx'
import { changesOf, entriesOf, sameValue, valueAt, withValueAt } from './changes.ts'
import { ConfirmArea } from './ConfirmArea.tsx'
import { mergeConflict, type ConflictItem } from './conflict.ts'
import { ConflictPanel } from './ConflictPanel.tsx'
import { EditFormContext, type FieldEntry } from './edit-form-context.ts'
import { Field, type FieldOf } from './Field.tsx'
import { LeaveGuard } from './LeaveGuard.tsx'
import { fieldOfPointer } from './pointers.ts'

/** What a submit knows besides the values. */
export type Submit = {
  /** For `send(endpoint, input, requestId)`: the same as long as the same values are tried again. */
  readonly requestId: string
  /** Paths of the items that differ from the record as loaded. */
  readonly changed: readonly string[]
}

export type EditFormProps<T extends object, Answer> = {
  /** `edit` marks what differs from `initial`; `new` does not. */
  readonly mode: 'new' | 'edit'
  /**
   * The record as loaded. Items no field shows (`version`) travel along. A later, different `initial` is taken over
   * only while nothing has been changed.
   */
  readonly initial: T
  /** The contract's input schema, for labels from `.meta({ title })`. */
  readonly schema?: z.ZodType
  /** Turns form values into the contract and sends. Throw (or let throw) `ApiProblem` for a refusal. */
  readonly onSubmit: (values: T, submit: Submit) => Promise<Answer>
  /** After success, with leaving allowed: navigate or announce. */
  readonly onSaved?: (answer: Answer, values: T) => void
  /** Checks across fields before sending; pointers as the server would give them. */
  readonly check?: (values: T) => readonly FieldError[]
  /** Reads the record as it is now, to show beside what was typed when the server answers 409. */
  readonly reload?: () => Promise<T>
  /** 更新 or 登録 unless said. */
  readonly submitLabel?: string
  /** やめる link or button beside the submit button. */
  readonly cancel?: ReactNode
  readonly children: (parts: { Field: FieldOf<T>; values: T; form: AnyFormApi }) => ReactNode
}

type Failure = { readonly error?: unknown; readonly title?: string; readonly lines: readonly SummaryLine[] }

/** Every form that changes a record: 変更事項の確認, errors beside their fields, conflicts, and no lost work. */
export function EditForm<T extends object, Answer>(props: EditFormProps<T, Answer>): ReactNode {
  const { mode } = props
  const formId = useId()
  const [defaultValues] = useState(props.initial)
  const form = useForm({ defaultValues })
  const values = useStore(form.store, (state) => state.values)
  const [base, setBase] = useState(props.initial)
  const [entries, setEntries] = useState<readonly FieldEntry[]>([])
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map())
  const [unreadable, setUnreadable] = useState<ReadonlyMap<string, string>>(new Map())
  const [failure, setFailure] = useState<Failure | null>(null)
  const [conflict, setConflict] = useState<readonly ConflictItem[] | null>(null)
  const [tickedFor, setTickedFor] = useState<T | null>(null)
  const [sending, setSending] = useState(false)
  const busy = useRef(false)
  const attempt = useRef<{ values: T; requestId: string } | null>(null)
  const dirty = useRef(false)

  const changes = changesOf(base, values, entries)
  const shownNames = entries.filter((entry) => entry.shown).map((entry) => entry.name)
  const ticked = tickedFor === values
  const isDirty = changes.length > 0 || unreadable.size > 0
  useEffect(() => {
    dirty.current = isDirty
  }, [isDirty])

  const lastInitial = useRef(props.initial)
  useEffect(() => {
    if (sameValue(lastInitial.current, props.initial)) return
    lastInitial.current = props.initial
    if (dirty.current) return
    setBase(props.initial)
    putValues(form, props.initial)
  }, [props.initial, form])

  const register = useCallback((entry: FieldEntry) => {
    setEntries((kept) => inDocumentOrder([...kept.filter((one) => one.name !== entry.name), entry]))
  }, [])
  const onUnreadable = useCallback((name: string, message: string | null) => {
    setUnreadable((kept) => ((kept.get(name) ?? null) === message ? kept : withEntry(kept, name, message)))
  }, [])
  const onEdited = useCallback((name: string) => {
    setErrors((kept) => (kept.has(name) ? withEntry(kept, name, null) : kept))
  }, [])

  function refuse(found: readonly FieldError[], rest: Omit<Failure, 'lines'>): void {
    const byField = new Map<string, string>()
    const lines = found.map(({ pointer, message }) => {
      const entry = entries.find((one) => one.name === fieldOfPointer(pointer, shownNames))
      if (entry && !byField.has(entry.name)) byField.set(entry.name, message)
      return {
        message: entry && !message.includes(entry.label) ? `${entry.label}：${message}` : message,
        fieldId: entry?.id ?? null,
      }
    })
    setErrors(byField)
    setFailure({ ...rest, lines })
  }

  async function submit(): Promise<void> {
    if (busy.current || !ticked || (mode === 'edit' && !isDirty)) return
    const found = [...missing(entries, values), ...unread(unreadable), ...(props.check?.(values) ?? [])]
    if (found.length > 0) {
      refuse(found, { title: '入力内容を確認してください' })
      return
    }
    busy.current = true
    setSending(true)
    setFailure(null)
    setErrors(new Map())
    if (attempt.current?.values !== values) attempt.current = { values, requestId: uuidv7() }
    const { requestId } = attempt.current
    try {
      const answer = await props.onSubmit(values, {
        requestId,
        changed: changes.map((change) => change.name),
      })
      attempt.current = null
      dirty.current = false
      setBase(values)
      setTickedFor(null)
      setConflict(null)
      props.onSaved?.(answer, values)
    } catch (error) {
      if (!(await showConflict(error))) refuse(asProblem(error).errors, { error })
    } finally {
      busy.current = false
      setSending(false)
    }
  }

  /** Whether the failure was somebody else's earlier save. A 409 about anything else leaves the record as it was. */
  async function showConflict(error: unknown): Promise<boolean> {
    if (asProblem(error).status !== 409 || !props.reload) return false
    const theirs = await props.reload().catch(() => null)
    if (theirs === null || sameValue(theirs, base)) return false
    const merged = mergeConflict(
      base,
      values,
      theirs,
      entries.map((entry) => entry.name),
    )
    setBase(theirs)
    putValues(form, merged.values)
    setTickedFor(null)
    setConflict(merged.items)
    return true
  }

  return (
    <EditFormContext
      value={{
        form,
        formId,
        schema: props.schema,
        base: mode === 'edit' ? base : null,
        errors,
        unreadable,
        register,
        onEdited,
        onUnreadable,
      }}
    >
      <form
        noValidate
        autoComplete="off"
        className="form-body"
        aria-busy={sending}
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        {failure && <ErrorSummary {...failure} />}
        {conflict && (
          <ConflictPanel
            rows={conflict.map((item) => ({
              ...item,
              ...wordsFor(item.name),
              mine: valueAt(values, item.name),
            }))}
            onTakeTheirs={(row) => putValues(form, withValueAt(values, row.name, row.theirs))}
          />
        )}
        {props.children({ Field: Field as FieldOf<T>, values, form })}
        <ConfirmArea
          mode={mode}
          changes={mode === 'edit' ? changes : entriesOf(values, entries)}
          ticked={ticked}
          onTick={(on) => setTickedFor(on ? values : null)}
          sending={sending}
          submitLabel={props.submitLabel}
          cancel={props.cancel}
        />
      </form>
      <LeaveGuard dirty={dirty} />
    </EditFormContext>
  )

  function wordsFor(name: string): { label: string; toText: (value: unknown) => string } {
    return entries.find((entry) => entry.name === name) ?? { label: name, toText: String }
  }
}

/**
 * Puts other values into the form. Not `form.reset`: that makes them the defaults, and `useForm` puts its own defaults
 * back at the next rendering.
 */
function putValues(form: AnyFormApi, values: object): void {
  for (const [name, value] of Object.entries(values)) form.setFieldValue(name, value)
}

function missing(entries: readonly FieldEntry[], values: unknown): FieldError[] {
  return entries
    .filter((entry) => entry.shown && entry.required && isMissing(valueAt(values, entry.name)))
    .map(({ name, label, asks }) => ({
      pointer: pointerOf(name),
      message: asks === 'チェック' ? `${label}にチェックを入れてください` : `${label}を${asks}してください`,
    }))
}

function unread(unreadable: ReadonlyMap<string, string>): FieldError[] {
  return [...unreadable].map(([name, message]) => ({ pointer: pointerOf(name), message }))
}

function pointerOf(name: string): string {
  return `/${name.replaceAll('[', '.').replaceAll(']', '').split('.').join('/')}`
}

function withEntry(
  map: ReadonlyMap<string, string>,
  name: string,
  message: string | null,
): Map<string, string> {
  const next = new Map(map)
  if (message === null) next.delete(name)
  else next.set(name, message)
  return next
}

/** Fields appear and vanish with the answers given; lists follow the page, not the order of appearance. */
function inDocumentOrder(entries: readonly FieldEntry[]): readonly FieldEntry[] {
  const place = (entry: FieldEntry) => document.getElementById(entry.id)
  return entries.toSorted((a, b) => {
    const [first, second] = [place(a), place(b)]
    if (!first || !second) return 0
    return first.compareDocumentPosition(second) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1
  })
}
