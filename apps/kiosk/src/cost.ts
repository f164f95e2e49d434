import '@open-bcl/ui/theme/theme.css'
import '@open-bcl/modules/billing/web/cost.css'
import { startReckoning } from '@open-bcl/modules/billing/web/cost.ts'

startReckoning()
