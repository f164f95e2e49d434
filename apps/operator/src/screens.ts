import { operatorSignInScreens } from '@open-bcl/modules/access/web/sign-in-screens.tsx'
import { billingScreens } from '@open-bcl/modules/billing/web/operator.tsx'
import { consoleScreens } from '@open-bcl/modules/center/web/console/screens.tsx'
import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'

export const systemName = '証明書交付センター 運用'

/** The screens modules lend to the operators' console. */
export const screens: readonly StaffScreens[] = [consoleScreens, billingScreens, operatorSignInScreens]
