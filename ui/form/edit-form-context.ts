import { createContext, useContext } from 'react'
import type { AnyFormApi } from '@tanstack/react-form'
import type { z } from 'zod'
import type { FieldWords } from './changes.ts'

/** What a field tells its form about itself. */
export type FieldEntry = FieldWords & {
  readonly id: string
  readonly required: boolean
  readonly asks: '入力' | '選択' | 'チェック'
  readonly shown: boolean
}

/** What a form gives its fields. */
export type EditFormParts = {
  readonly form: AnyFormApi
  readonly formId: string
  readonly schema: z.ZodType | undefined
  /** Values to compare with; `null` for a new record, where nothing is marked as changed. */
  readonly base: unknown
  /** Messages by field name, from the server or from the check before sending. */
  readonly errors: ReadonlyMap<string, string>
  /** Typed text that could not be read, by field name. */
  readonly unreadable: ReadonlyMap<string, string>
  readonly register: (entry: FieldEntry) => void
  readonly onEdited: (name: string) => void
  readonly onUnreadable: (name: string, message: string | null) => void
}

export const EditFormContext = createContext<EditFormParts | null>(null)

export function useEditForm(): EditFormParts {
  const parts = useContext(EditFormContext)
  if (parts === null) throw new Error('Field outside EditForm')
  return parts
}

/** The id of a field's control, from the form's and its path. */
export function fieldId(formId: string, name: string): string {
  return `${formId}-${name.replace(/[^A-Za-z0-9]+/g, '-')}`
}
