import { getSession } from '@open-bcl/modules/access/access.contract.ts'
import { sessionKeeper } from '@open-bcl/ui/sign-in/session-keeper.ts'

export const { admit, begin, isAdmitted, end } = sessionKeeper(getSession)
