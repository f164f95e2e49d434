import net from 'node:net'

/** What listens where; each is moved by its variable. */
export const portPlan = {
  cloud: { variable: 'OPEN_BCL_CLOUD_PORT', default: 8080, ja: '職員画面とAPI' },
  center: { variable: 'OPEN_BCL_CENTER_PORT', default: 8081, ja: '証明書交付センター' },
  agent: { variable: 'OPEN_BCL_AGENT_PORT', default: 8082, ja: '連携APの状態' },
  agentTakayama: { variable: 'OPEN_BCL_AGENT_TAKAYAMA_PORT', default: 8083, ja: '連携APの状態（高山市）' },
  tls: { variable: 'OPEN_BCL_TLS_PORT', default: 8443, ja: '職員画面とAPI（TLS）' },
  terminals: { variable: 'OPEN_BCL_TERMINAL_PORT', default: 8446, ja: '登録した端末の職員画面（証明書）' },
  link: { variable: 'OPEN_BCL_LINK_PORT', default: 8444, ja: '連携と交付の受け口（相互TLS）' },
  jpki: { variable: 'OPEN_BCL_JPKI_PORT', default: 8090, ja: 'JPKI（模擬）' },
  cards: { variable: 'OPEN_BCL_CARDS_PORT', default: 8091, ja: '仮想カード（模擬）' },
  bridge: { variable: 'OPEN_BCL_BRIDGE_PORT', default: 8092, ja: 'カードの橋渡し' },
  ownServer: { variable: 'OPEN_BCL_OWN_SERVER_PORT', default: 8445, ja: '高山市の証明発行サーバ（模擬）' },
  ownServerPage: {
    variable: 'OPEN_BCL_OWN_SERVER_PAGE_PORT',
    default: 8093,
    ja: '高山市の証明発行サーバの画面（模擬）',
  },
  smtp: { variable: 'OPEN_BCL_SMTP_PORT', default: 8098, ja: 'メール受け（模擬）' },
  mail: { variable: 'OPEN_BCL_MAIL_PORT', default: 8099, ja: 'メールの受信箱（模擬）' },
} as const
export type Ports = { readonly [K in keyof typeof portPlan]: number }

/** Reads the plan and refuses taken ports by name, before anything is started. */
export async function takePorts(env: NodeJS.ProcessEnv): Promise<Ports> {
  const problems: string[] = []
  const users = new Map<number, string>()
  const ports: Record<string, number> = {}
  for (const [name, plan] of Object.entries(portPlan)) {
    const port = Number(env[plan.variable] ?? plan.default)
    const other = users.get(port)
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      problems.push(`${plan.variable} の値が誤っています。`)
    else if (other) problems.push(`${other} と ${plan.variable} が同じ番号（${port}）です。`)
    else if (!(await isFree(port))) {
      problems.push(
        `ポート ${port}（${plan.ja}）は他のプログラムが使っています。${plan.variable}=別の番号 を付けて起動してください。`,
      )
    }
    users.set(port, plan.variable)
    ports[name] = port
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return ports as Ports
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
