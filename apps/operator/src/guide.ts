import '@open-bcl/modules/center/web/guide/guide.css'
import { startGuide } from '@open-bcl/modules/center/web/guide/guide.ts'

void startGuide()
