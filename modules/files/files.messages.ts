import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const filesProblems = {
  notFound: {
    code: 'files/not-found',
    status: 404,
    title: 'そのファイルは見つかりません',
    remedy: '画面を開き直して、選び直してください。',
  },
  lost: {
    code: 'files/lost',
    status: 503,
    title: 'ファイルを読み出せません',
    remedy: '保管場所に障害があります。BCL の運用者に連絡してください。',
  },
  notAPhoto: {
    code: 'files/not-a-photo',
    status: 422,
    title: '写真として読めないファイルです',
    remedy:
      'JPEG、PNG、WebP の写真を選び直してください。壊れている場合は、撮影した端末から送り直してください。',
  },
  heic: {
    code: 'files/heic',
    status: 422,
    title: 'HEIC 形式（iPhone など）の写真は受け付けられません',
    remedy:
      'iPhone の「設定」→「カメラ」→「フォーマット」を「互換性優先」にして撮り直すか、JPEG に変換してから選んでください。',
  },
  video: {
    code: 'files/video',
    status: 422,
    title: '動画は受け付けられません',
    remedy: '写真（JPEG、PNG、WebP）を選んでください。',
  },
  notAccepted: {
    code: 'files/not-accepted',
    status: 422,
    title: 'この種類のファイルは受け付けられません',
    remedy: '写真（JPEG、PNG、WebP）か PDF を選んでください。名前を変えても種類は変わりません。',
  },
  infected: {
    code: 'files/infected',
    status: 422,
    title: 'ウイルスが見つかったため、受け取りませんでした',
    remedy:
      'このファイルは保管していません。開かずに、団体の情報システムの担当者に連絡してください。写真は、撮影した端末から選び直してください。',
  },
  scannerAway: {
    code: 'files/scanner-away',
    status: 503,
    title: 'ウイルスの検査ができないため、受け取れません',
    remedy: '少し待ってから、もう一度送信してください。続く場合は、BCL の運用者に連絡してください。',
  },
  tooManyPixels: {
    code: 'files/too-many-pixels',
    status: 422,
    title: '写真の縦横が大きすぎます',
    remedy: '6,400万画素（例：8000×8000）以内に縮めて、選び直してください。',
  },
  tooLarge: {
    code: 'files/too-large',
    status: 413,
    title: 'ファイルが大きすぎます',
    remedy: '15MB 以内にして、選び直してください。',
  },
  numberTaken: {
    code: 'files/number-taken',
    status: 409,
    title: '同じ番号で、異なるファイルがすでに保管されています',
    remedy: '画面を開き直して、もう一度ファイルを選んでください。',
  },
  uploadNotFound: {
    code: 'files/upload-not-found',
    status: 404,
    title: '送信の途中のファイルが見つかりません',
    remedy: 'もう一度、ファイルを選んで送信してください。',
  },
  wrongPiece: {
    code: 'files/wrong-piece',
    status: 409,
    title: '送信の続きの位置が違います',
    remedy: 'もう一度、ファイルを選んで送信してください。',
  },
  notWhole: {
    code: 'files/not-whole',
    status: 422,
    title: 'ファイルがまだ全部届いていません',
    remedy: '電波の届くところで、もう一度送信してください。',
  },
  tooManyOpen: {
    code: 'files/too-many-open',
    status: 429,
    title: '送信の途中のファイルが多すぎます',
    remedy: '送信が終わるのを待ってから、次のファイルを送信してください。',
  },
  noRoom: {
    code: 'files/no-room',
    status: 503,
    title: '保管場所の空きが足りません',
    remedy: 'BCL の運用者に連絡してください。',
  },
  busy: {
    code: 'files/busy',
    status: 503,
    title: '写真の処理が混み合っています',
    remedy: '少し待ってから、もう一度送信してください。',
  },
} as const satisfies Record<string, ProblemKind>

export const filesEvents = {
  stored: { code: 'files.file.stored', sentence: 'ファイルを保管しました' },
  recovered: { code: 'files.recovery-made', sentence: '写真・添付ファイルを団体に返すために書き出しました' },
} as const

export const filesLog = {
  infected: {
    code: 'files.infected',
    sentence: 'ウイルスの見つかったファイルを断りました',
    level: 'warn',
  },
  sweepFailed: {
    code: 'files.sweep-failed',
    sentence: '残されたファイルを片付けられませんでした',
    level: 'error',
  },
} as const
