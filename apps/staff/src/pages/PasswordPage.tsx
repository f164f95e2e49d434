import type { ReactNode } from 'react'
import { changePassword, getSession } from '@open-bcl/modules/access/access.contract.ts'
import { ChangePassword } from '@open-bcl/ui/sign-in/ChangePassword.tsx'

export function PasswordPage(): ReactNode {
  return <ChangePassword changePassword={changePassword} getSession={getSession} home="メインメニュー" />
}
