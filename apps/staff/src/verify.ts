import '@open-bcl/ui/theme/theme.css'
import '@open-bcl/modules/certificates/web/verify.css'
import { startVerifying } from '@open-bcl/modules/certificates/web/verify.ts'

startVerifying()
