import { centerEndpoints } from '../apps/center/compose.ts'
import { cloudEndpoints } from '../apps/cloud/compose.ts'
import { exchangeEndpoints } from '../modules/certificates/exchange.contract.ts'
import { openApi } from '../platform/http/openapi.ts'
import { writeGenerated } from './generated.ts'

/** Writes docs/api/*.json from the endpoints, so that a change of the interface is seen in review. */
const document = openApi('Open BCL 自治体基盤クラウド API', '0.1.0', cloudEndpoints())
writeGenerated('docs/api/openapi.json', `${JSON.stringify(document, null, 1)}\n`, 'tools/openapi.ts')
const exchange = openApi('証明書交付センターとの電文（exchange）', '1.0.0', Object.values(exchangeEndpoints))
writeGenerated('docs/api/exchange.openapi.json', `${JSON.stringify(exchange, null, 1)}\n`, 'tools/openapi.ts')
const center = openApi('Open BCL 証明書交付センター API', '0.1.0', centerEndpoints())
writeGenerated('docs/api/center.openapi.json', `${JSON.stringify(center, null, 1)}\n`, 'tools/openapi.ts')
