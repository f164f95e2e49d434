import { config } from 'zod'

/**
 * Must be the first import of every web app: Zod asks `new Function` once, when the first object schema is made, and
 * our Content-Security-Policy (no `unsafe-eval`) would answer with a violation report.
 */
config({ jitless: true })
