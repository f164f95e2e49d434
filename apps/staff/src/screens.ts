import type { StaffScreens } from '@open-bcl/ui/staff-screens.tsx'

/** The screens modules lend to the staff console. One import and one line a module; the order is of no matter. */
export const screens: readonly StaffScreens[] = []
