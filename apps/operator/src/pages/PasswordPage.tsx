import type { ReactNode } from 'react'
import { changePassword, getSession } from '@open-bcl/modules/center/staff.contract.ts'
import { ChangePassword } from '@open-bcl/ui/sign-in/ChangePassword.tsx'

export function PasswordPage(): ReactNode {
  return <ChangePassword changePassword={changePassword} getSession={getSession} home="全国の状況" />
}
