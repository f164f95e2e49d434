import { getSession } from '@open-bcl/modules/center/staff.contract.ts'
import { sessionKeeper } from '@open-bcl/ui/sign-in/session-keeper.ts'

export const { admit, begin, isAdmitted, end } = sessionKeeper(getSession)
