import '@open-bcl/modules/center/web/guide/guide.css'
import { startNotice } from '@open-bcl/modules/center/web/guide/notice.ts'

void startNotice()
