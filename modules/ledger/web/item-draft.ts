import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import type { getItem } from '../items.contract.ts'
import type { ItemSource, ItemType, ItemValue } from '../items.ts'

export type Item = OutputOf<typeof getItem>['item']
type ContactKind = 'mobile' | 'phone' | 'mail' | 'other'
type Safety = 'free' | 'self-only' | 'no-message' | 'never'
export type ContactDraft = {
  readonly kind: ContactKind | null
  readonly value: string
  readonly whose: string
  readonly safety: Safety | null
  readonly detail: string
}

/** A value of any type as its form holds it. */
export type ItemDraft = {
  readonly version: number
  readonly source: ItemSource | null
  readonly text: string
  readonly choice: string | null
  readonly choices: readonly string[]
  readonly detail: string
  readonly date: PlainDate | null
  readonly number: number | null
  readonly where: string
  readonly since: PlainDate | null
  readonly consent: 'given' | 'refused' | 'withdrawn' | null
  readonly on: PlainDate | null
  readonly method: string
  readonly recipients: string
  readonly contact0: ContactDraft
  readonly contact1: ContactDraft
  readonly contact2: ContactDraft
  readonly contact3: ContactDraft
  readonly contact4: ContactDraft
  readonly contact5: ContactDraft
  readonly contact6: ContactDraft
  readonly contact7: ContactDraft
  readonly contact8: ContactDraft
  readonly contact9: ContactDraft
}

/** As many as a value may hold: what had no place here would be missing from the next version. */
export const contactSlots = [
  ...(['contact0', 'contact1', 'contact2', 'contact3', 'contact4'] as const),
  ...(['contact5', 'contact6', 'contact7', 'contact8', 'contact9'] as const),
] as const
const noContact: ContactDraft = { kind: null, value: '', whose: '', safety: null, detail: '' }

const empty: ItemDraft = {
  ...{ version: 0, source: null, text: '', choice: null, choices: [], detail: '', date: null, number: null },
  ...{ where: '', since: null, consent: null, on: null, method: '', recipients: '' },
  ...{
    contact0: noContact,
    contact1: noContact,
    contact2: noContact,
    contact3: noContact,
    contact4: noContact,
  },
  ...{
    contact5: noContact,
    contact6: noContact,
    contact7: noContact,
    contact8: noContact,
    contact9: noContact,
  },
}

export function draftOf(value: ItemValue | null, version: number): ItemDraft {
  const draft = { ...empty, version }
  if (value === null) return draft
  switch (value.type) {
    case 'text':
      return { ...draft, text: value.text }
    case 'choice':
      return { ...draft, choice: value.choice }
    case 'choices':
      return { ...draft, choices: value.choices, detail: value.detail }
    case 'date':
      return { ...draft, date: value.date as PlainDate }
    case 'number':
      return { ...draft, number: value.number }
    case 'place':
      return {
        ...draft,
        choice: value.kind,
        where: value.where,
        since: value.since as PlainDate | null,
        detail: value.detail,
      }
    case 'consent':
      return {
        ...draft,
        consent: value.consent,
        on: value.on as PlainDate,
        method: value.method,
        recipients: value.recipients,
      }
    case 'contacts':
      return {
        ...draft,
        ...Object.fromEntries(contactSlots.map((slot, i) => [slot, value.contacts[i] ?? noContact])),
      }
  }
}

/** The slots that are filled in, and two more to fill. */
export function shownSlots(draft: ItemDraft): readonly (typeof contactSlots)[number][] {
  const last = contactSlots.findLastIndex((slot) => draft[slot].value !== '')
  return contactSlots.slice(0, last + 3)
}

export function valueOf(type: ItemType, draft: ItemDraft): ItemValue {
  switch (type) {
    case 'choice':
      return { type, choice: draft.choice ?? '' }
    case 'choices':
      return { type, choices: [...draft.choices], detail: draft.detail }
    case 'date':
      return { type, date: draft.date ?? '' }
    case 'number':
      return { type, number: draft.number ?? 0 }
    case 'place':
      return { type, kind: draft.choice ?? '', where: draft.where, since: draft.since, detail: draft.detail }
    case 'consent':
      return {
        type,
        consent: draft.consent ?? 'refused',
        on: draft.on ?? '',
        method: draft.method,
        recipients: draft.recipients,
      }
    case 'contacts':
      return {
        type,
        contacts: contactSlots
          .map((slot) => draft[slot])
          .filter(({ value }) => value !== '')
          .map(({ kind, safety, ...rest }) => ({
            ...rest,
            kind: kind ?? ('other' as const),
            safety: safety ?? ('free' as const),
          })),
      }
    case 'text':
    case 'derived':
      return { type: 'text', text: draft.text }
  }
}

/** A contact that is half filled in says how it may be used, or it is not safe to keep. */
export function checkDraft(type: ItemType, draft: ItemDraft): readonly FieldError[] {
  if (type !== 'contacts') return []
  return contactSlots.flatMap((slot) => {
    const { value, kind, safety } = draft[slot]
    if (value === '') return []
    return [
      ...(kind === null ? [{ pointer: `/${slot}/kind`, message: '連絡先の種類を選んでください' }] : []),
      ...(safety === null ? [{ pointer: `/${slot}/safety`, message: '連絡してよいかを選んでください' }] : []),
    ]
  })
}
