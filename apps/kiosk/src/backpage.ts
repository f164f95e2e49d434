import '@open-bcl/ui/theme/theme.css'
import '@open-bcl/modules/backpage/web/decode-page.css'
import { startDecoding } from '@open-bcl/modules/backpage/web/decode-page.ts'

startDecoding()
