import { useState, type ReactNode } from 'react'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays } from '@open-bcl/core/dates.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { textOutput, type FieldKind, type InputProps } from '@open-bcl/ui/fields/kind.ts'
import { dateText, westernTextWithWeekday } from '@open-bcl/ui/fields/wareki-input.ts'
import { WarekiDate } from '@open-bcl/ui/fields/WarekiDate.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'

/** Saturdays and Sundays from a day to another, both within. */
export function weekendsOf(from: PlainDate, until: PlainDate): PlainDate[] {
  const days: PlainDate[] = []
  for (let day = from; day <= until && days.length < 60; day = addDays(day, 1))
    if ([0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())) days.push(day)
  return days
}

function DaysInput(
  props: InputProps<readonly PlainDate[]> & { from: PlainDate | null; until: PlainDate | null },
): ReactNode {
  const { value, from, until } = props
  const [next, setNext] = useState<PlainDate | null>(null)
  const set = (days: readonly PlainDate[]): void => props.onChange([...new Set(days)].toSorted().slice(0, 60))
  return (
    <div id={props.id}>
      {value.length === 0 ? (
        <p className="quiet">休みの日はありません。</p>
      ) : (
        <ul className="button-row" style={{ listStyle: 'none', padding: 0 }}>
          {value.map((day) => (
            <li key={day}>
              <Button size="small" onClick={() => set(value.filter((one) => one !== day))}>
                {`${westernTextWithWeekday(day)}を外す`}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="button-row" style={{ alignItems: 'end' }}>
        <LooseField
          name={`${props.name}-day`}
          label="加える日"
          kind={WarekiDate}
          value={next}
          onChange={setNext}
        />
        <Button
          size="small"
          unavailable={next === null ? '休みの日を入力してください' : null}
          onClick={() => {
            if (next === null) return
            set([...value, next])
            setNext(null)
          }}
        >
          休みに加える
        </Button>
        {from !== null && until !== null && (
          <Button size="small" onClick={() => set([...value, ...weekendsOf(from, until)])}>
            期間の土日を加える
          </Button>
        )}
      </div>
    </div>
  )
}

/** Days of a plan on which nobody goes out. `from` and `until`: the plan's, for its weekends. */
export function daysOf(from: PlainDate | null, until: PlainDate | null): FieldKind<readonly PlainDate[]> {
  const toText = (days: readonly PlainDate[]): string => days.map(dateText).join('、')
  return {
    Input: (props) => <DaysInput {...props} from={from} until={until} />,
    Output: textOutput(toText),
    toText,
    labelling: 'group',
  }
}
