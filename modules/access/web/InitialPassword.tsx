import type { ReactNode } from 'react'
import { Banner } from '@open-bcl/ui/layout/Banner.tsx'

/** Shown once; what is left of it is what the administrator hands over. */
export function InitialPassword(props: { loginId: string; initialPassword: string }): ReactNode {
  return (
    <Banner tone="success" title={`ID ${props.loginId} の初期パスワード：${props.initialPassword}`} announce>
      本人だけに伝えてください。この画面を離れると、もう表示できません。最初のログインで、本人が新しいパスワードに変えます。
    </Banner>
  )
}
