import { useState, type ReactNode } from 'react'
import { enrolDevice } from '@open-bcl/modules/field/phone.contract.ts'
import { LooseField } from '@open-bcl/ui/fields/FieldFrame.tsx'
import { Text } from '@open-bcl/ui/fields/Text.tsx'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'
import { Button } from '@open-bcl/ui/layout/Button.tsx'
import { PinField, pinProblem } from './PinField.tsx'
import { ask, Refusal } from './server.ts'
import type { Sync } from './sync.ts'
import type { Vault } from './vault.ts'

/** 端末の登録: the code that staff show, and a PIN of the surveyor's own. */
export function Enrol(props: { vault: Vault; sync: Sync; invitation: string }): ReactNode {
  const { vault, sync } = props
  const [invited, invitedCode] = props.invitation.split('.')
  const [municipality, setMunicipality] = useState(invited ?? '')
  const [code, setCode] = useState(invitedCode ?? '')
  const [pin, setPin] = useState('')
  const [again, setAgain] = useState('')
  const [said, setSaid] = useState('')
  const [busy, setBusy] = useState(false)
  const enrol = async (): Promise<void> => {
    setBusy(true)
    setSaid('')
    try {
      const device = /Android|iPhone|iPad|Windows|Mac|Linux/.exec(navigator.userAgent)?.[0] ?? ''
      const { token, sendToken, passId, keyId, publicKey, ...names } = await ask(
        enrolDevice,
        { municipalityCode: municipality.trim(), code, device },
        null,
      )
      await vault.enrol(
        { municipality: municipality.trim(), passId, sendToken, keyId, publicKey },
        { token, ...names },
        pin,
      )
      sync.soon()
    } catch (error) {
      setSaid(
        error instanceof Refusal ? error.title : '端末に保存できませんでした。空き容量を確かめてください。',
      )
    } finally {
      setBusy(false)
    }
  }
  const missing =
    municipality.trim().length !== 6
      ? '団体コード（6桁）を入力してください'
      : code.trim() === ''
        ? '登録コードを入力してください'
        : (pinProblem(pin) ?? (pin === again ? null : '暗証番号（確認）が一致しません'))
  return (
    <main className="field-page">
      <h1>調査端末の登録</h1>
      <p>役場で示された登録コードを入れ、この端末の暗証番号を決めます。電波の届く所で行ってください。</p>
      <LooseField
        name="municipality"
        label="団体コード"
        kind={Text}
        value={municipality}
        onChange={setMunicipality}
        required
      />
      <LooseField name="code" label="登録コード" kind={Text} value={code} onChange={setCode} required />
      <PinField label="暗証番号（6桁以上の数字）" value={pin} onChange={setPin} />
      <PinField label="暗証番号（確認）" value={again} onChange={setAgain} />
      <p className="quiet">忘れたときも、記録したものは役場で取り出せます。</p>
      {said !== '' && <Banner tone="error" title={said} announce />}
      <Button look="solid" busy={busy} unavailable={missing} onClick={() => void enrol()}>
        {busy ? '登録しています…' : '登録する'}
      </Button>
    </main>
  )
}
