import { useState, type ReactNode } from 'react'
import { checkboxOf } from '@open-bcl/ui/fields/Checkbox.tsx'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { selectOf } from '@open-bcl/ui/fields/Select.tsx'
import { textWith } from '@open-bcl/ui/fields/Text.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { FieldRow } from '@open-bcl/ui/layout/Section.tsx'
import { channels, type Channel } from '../risai.ts'

/** What is typed to find applications by. It stands in no address: a name or a place would stay in the browser's history. */
export type SearchWords = { readonly serial: string; readonly person: string; readonly address: string }
export const noWords: SearchWords = { serial: '', person: '', address: '' }

const Serial = textWith({ width: 'middle', maxLength: 30, type: 'search', hint: '例：R8-1-00012、または12' })
const Person = textWith({ width: 'middle', maxLength: 100, type: 'search', hint: '申請者・世帯主・世帯員' })
const Address = textWith({
  width: 'middle',
  maxLength: 200,
  type: 'search',
  hint: '台帳の住所、または番地まで同じ被災住家',
})
const Channels = selectOf(channels, 'すべて')
const Late = checkboxOf('申請期限の後に受け付けた申請だけ', 'はい', 'いいえ')

/** 申請を探す: by number, person, address, the way it came, and the deadline. */
export function ApplicationSearch(props: {
  words: SearchWords
  channel: Channel | null
  late: boolean
  narrowed: boolean
  onSearch: (words: SearchWords, chosen: { channel: Channel | null; late: boolean }) => void
}): ReactNode {
  const [typed, setTyped] = useState(props.words)
  const [channel, setChannel] = useState(props.channel)
  const [late, setLate] = useState(props.late)
  const set = (part: keyof SearchWords) => (value: string) => setTyped({ ...typed, [part]: value })
  return (
    <form
      role="search"
      aria-label="申請を探す"
      className="form-body"
      onSubmit={(event) => {
        event.preventDefault()
        const serial = typed.serial.normalize('NFKC').trim().toUpperCase()
        const words = { serial, person: typed.person.trim(), address: typed.address.trim() }
        props.onSearch(Object.values(words).every((word) => word === '') ? noWords : words, { channel, late })
      }}
    >
      <FieldRow>
        <LooseField
          name="serial"
          label="整理番号"
          kind={Serial}
          value={typed.serial}
          onChange={set('serial')}
        />
        <LooseField name="person" label="氏名" kind={Person} value={typed.person} onChange={set('person')} />
        <LooseField
          name="address"
          label="住所"
          kind={Address}
          value={typed.address}
          onChange={set('address')}
        />
      </FieldRow>
      <div className="button-row" style={{ alignItems: 'end' }}>
        <LooseField name="channel" label="受付の方法" kind={Channels} value={channel} onChange={setChannel} />
        <LooseField name="late" label="申請期限" kind={Late} value={late} onChange={setLate} />
        <Button type="submit">検索</Button>
        {props.narrowed && (
          <Button
            onClick={() => {
              setTyped(noWords)
              setChannel(null)
              setLate(false)
              props.onSearch(noWords, { channel: null, late: false })
            }}
          >
            条件を消す
          </Button>
        )}
      </div>
    </form>
  )
}
