import type { ReactNode } from 'react'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { viewPurposes, type ViewPurpose } from '../versions.ts'

const Purpose = selectOf(viewPurposes)

/** What somebody must do before personal data are shown: say what for, and press. */
export function RevealForm(props: {
  /** Above the purpose: what is to be shown. */
  children?: ReactNode
  /** Stays chosen from one reading to the next on the same page. */
  purpose: ViewPurpose | null
  onPurpose: (purpose: ViewPurpose | null) => void
  onReveal: (purpose: ViewPurpose) => void
}): ReactNode {
  const { purpose } = props
  return (
    <form
      className="form-body"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (purpose !== null) props.onReveal(purpose)
      }}
    >
      {props.children}
      <LooseField
        name="purpose"
        label="表示する目的"
        kind={Purpose}
        hint="目的は、あなたの名前・日時とともに記録されます"
        required
        value={purpose}
        onChange={props.onPurpose}
      />
      <div className="button-row">
        <Button
          type="submit"
          look="solid"
          unavailable={purpose === null ? '目的を選ぶと、表示できます。' : null}
        >
          表示する
        </Button>
      </div>
    </form>
  )
}
