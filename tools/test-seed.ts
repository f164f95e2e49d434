import fc from 'fast-check'

/**
 * Loaded before every test file: tests of properties try the same inputs in every run, so that a run tells of what was
 * changed, not of luck. `FC_SEED=$RANDOM npm test` looks for what these inputs do not find.
 */
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 2026) })
